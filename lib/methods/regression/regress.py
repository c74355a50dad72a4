"""A regression between texts and images: vectors of both, and a model from one to the other."""

from copy import copy
from dataclasses import replace

import numpy as np

from lib.data.dataset import Split
from lib.search import metrics, retrieval
from lib.search.system import System


class Regression(System):
    """Predicts image vectors from texts, or text vectors from images, and ranks by distance.

    texts, images: vectorisers of `features.text` and `features.features`; seeds may share them.
    model: has scikit-learn's `fit(x, y)` and `predict(x)`, inputs [n, p] to targets [n, m]; one
    with a setting to choose has `tune(x, y, held_out)`, too, which chooses and fits. direction:
    "text_to_image" predicts from the query, "image_to_text" from each image. metric: "euclidean",
    or "cosine" from the mean training target, since raw features all point the same way.
    """

    def __init__(self, name, texts, images, model, direction="text_to_image", metric="euclidean"):
        self.id, self.texts, self.images, self.model = name, texts, images, model
        self.direction, self.metric = direction, metric
        self.reads_tags = getattr(images, "reads_tags", False)

    def fit(self, split, dev=None):
        x, y = self.fit_vectors(split)
        if dev is not None and hasattr(self.model, "tune"):
            self.model.tune(x, y, HeldOut(self, dev))
        else:
            self.model.fit(x, y)
        self.centre = y.mean(axis=0)

    def fit_vectors(self, split: Split) -> tuple[np.ndarray, np.ndarray]:
        """Inputs and targets of a split whose descriptions come in the order of its images."""
        self.texts, self.images = copy(self.texts).fit(split), copy(self.images).fit(split)
        return self.vectors(split)

    def vectors(self, split: Split) -> tuple[np.ndarray, np.ndarray]:
        """What is predicted from, and the side that predictions are compared with."""
        sides = self.texts.transform(split.texts), self.images.transform(split)
        return sides if self.direction == "text_to_image" else sides[::-1]

    def embed_texts(self, texts):
        vectors = self.texts.transform(texts)
        predicted = self.direction == "text_to_image"
        return self.placed(self.model.predict(vectors) if predicted else vectors, self.centre)

    def embed_images(self, images):
        vectors = self.images.transform(images)
        predicted = self.direction == "image_to_text"
        return self.placed(self.model.predict(vectors) if predicted else vectors, self.centre)

    def placed(self, vectors: np.ndarray, centre: np.ndarray) -> np.ndarray:
        return vectors - centre if self.metric == "cosine" else vectors

    @property
    def parts(self):
        return self.model, self.texts, self.images

    @property
    def is_random(self):
        return any(getattr(part, "is_random", False) for part in self.parts)

    @property
    def params(self):
        return {k: v for part in self.parts for k, v in getattr(part, "params", {}).items()}

    def variants(self):
        if self.metric == "cosine":
            return [self]
        cosine = copy(self)
        cosine.id, cosine.metric = f"{self.id}.cosine", "cosine"
        return [self, cosine]


class Rephrased(Regression):
    """A regression from images to texts, fitted on each description as it is and rephrased.

    A ridge on every image twice, with either text, is a ridge on the mean of both texts' vectors
    with half the penalty. So an image stays one row, and who leaves it out leaves out both texts.
    rephrase: from a split to one with other sentences. about: what is to be known of it.
    """

    def __init__(self, name, plain: Regression, rephrase, about: dict):
        vars(self).update(vars(plain), id=name, rephrase=rephrase, about=about)

    def fit_vectors(self, split):
        both = [split, self.rephrase(split)]
        words = replace(split, sentences=both[0].sentences + both[1].sentences)
        self.texts, self.images = copy(self.texts).fit(words), copy(self.images).fit(split)
        texts = [self.texts.transform(each.texts) for each in both]
        return self.images.transform(split), np.mean(texts, axis=0)

    @property
    def params(self):
        return super().params | self.about


class HeldOut:
    """Development as a model sees it that chooses a setting.

    x: inputs. other: what predictions are ranked against: the gallery's features or, where the
    gallery is predicted, the queries' vectors. truth: the gallery's position of each query.
    """

    def __init__(self, system: Regression, dev: Split):
        self.system, self.truth = system, dev.truth
        self.x, self.other = system.vectors(dev)

    def score(self, predicted: np.ndarray, centre: np.ndarray | float = 0.0) -> float:
        """`map_at_20` of predictions by the system's metric; centre: the mean fitted target."""
        sides = [self.system.placed(side, centre) for side in (predicted, self.other)]
        queries, gallery = sides if self.system.direction == "text_to_image" else sides[::-1]
        scores = retrieval.scores(queries, gallery, self.system.metric)
        return metrics.map_at_k(retrieval.ranks(scores, self.truth))
