"""What a system is: a way to score images for texts, in three verbs."""

from collections.abc import Sequence

import numpy as np

from lib.data.dataset import Split
from lib.search import retrieval


class System:
    """Learns from a split, and brings texts and images into one space.

    A subclass says `id` and what it does in `fit`, `embed_texts` and `embed_images`, or, if it has
    no vectors, in `scores`. What `fit` learns are attributes: arrays, plain values, and objects of
    scikit-learn or xgboost; `evaluation` keeps them in a file. All else (several seeds, choosing on
    development, ranks, cost, submission, live search) is written once, there.
    """

    id = ""
    metric = "cosine"  # or "euclidean"
    refits = True  # fitted again on all of train, once development has chosen
    is_random = False  # a random draw decides its numbers, so that another seed has others
    reads_pictures = False  # embeds any image file, so that a picture may be a query
    reads_tags = False  # looks at tags that people gave the gallery, which no search engine has
    n_train = 0  # images that it was fitted on

    def fit(self, split: Split, dev: Split | None = None) -> None:
        """Learn from a split's pairs; dev: to choose settings on, None where the choice stands."""

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of texts, float [n_text, d]; a text is a whole description or a typed query."""
        raise ValueError(f"{self.id} has no vectors: it scores pairs of text and image alone")

    def embed_images(self, images: Split) -> np.ndarray:
        """Vectors of a gallery, float [n_image, d]; looks at files, features and tags alone."""
        raise ValueError(f"{self.id} has no vectors: it scores pairs of text and image alone")

    def embed_queries(self, split: Split) -> np.ndarray:
        """Vectors of a split's descriptions, float [n_query, d]."""
        return self.embed_texts(split.texts)

    def scores(self, texts: Sequence[str], images: Split) -> np.ndarray:
        """How well each image fits each text, higher is better, [n_text, n_image]."""
        return retrieval.scores(self.embed_texts(texts), self.embed_images(images), self.metric)

    def score_queries(self, split: Split) -> np.ndarray:
        """Scores of a split's descriptions, [n_query, n_image], of a system without vectors."""
        return self.scores(split.texts, split)

    @property
    def params(self) -> dict:
        """What a reader must know to repeat it, as a JSON value."""
        return {}

    @property
    def plain(self) -> "System":
        """The system in whose space words and pictures are added up; see `query_of`."""
        return self

    def query_of(self, vectors: np.ndarray) -> np.ndarray:
        """Vectors of `plain`'s space as those that meet the gallery, [n, d] → [n, e]."""
        return vectors

    def variants(self) -> list["System"]:
        """The systems that one fit serves: this one, and perhaps others that share it."""
        return [self]

    def replicas(self) -> list["System"]:
        """The systems, one for each seed, that were fitted in one pass; most have one seed."""
        return [self]


def has_vectors(system: System) -> bool:
    return type(system).embed_texts is not System.embed_texts
