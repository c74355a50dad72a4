"""What searches a person's photos: a CLIP, or what ImageNet's classes say; downloads nothing."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lib.base import paths
from lib.data import wanted
from lib.data.dataset import Split
from lib.features import text
from lib.features.clip import embed
from lib.features.clip.embed import EMBEDDED, Source
from lib.photos import picture
from lib.search import retrieval
from lib.search.system import System

BEST_FIRST = (wanted.NEWER, wanted.PAPER)
IMAGENET = "imagenet"
BETTER = "make weights downloads a model that reads sentences."
ONLY_DRAWINGS = (
    "The embedded model knows drawings, not photographs: what it finds among photographs means "
    f"little. MODEL=imagenet knows some things in photographs; {BETTER}"
)
ONLY_CLASSES = (
    "Searched by the thousand classes of ImageNet: many animals and things, but no people and "
    f"nothing that they do. A query finds what its words name or describe there. {BETTER}"
)


class Missing(ValueError):
    """A model is not on this machine, with what to fetch."""


class PhotoSearch(System):
    """A CLIP as a system that reads any photo, whatever its format and however it lies."""

    reads_pictures = True

    def __init__(self, source: Source):
        self.id, self.source, self.name = f"clip, {source.name}", source, source.name
        self.note = ONLY_DRAWINGS if source == EMBEDDED else ""

    def key(self) -> dict:
        return self.source.key()

    def load(self) -> None:
        self.source.towers()

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, d] of length one; computed once for each text and model."""
        return embed.texts(list(texts), self.source).arrays["embedded"]

    def embed_images(self, images: Split) -> np.ndarray:
        """float32 [n_image, d] of length one; raises `picture.Unreadable`."""
        return self.embed_pixels([self.pixels(path) for path in images.images])

    def pixels(self, path: Path) -> np.ndarray:
        """An image file at the model's size, uint8 [side, side, 3]; raises `picture.Unreadable`."""
        towers = self.source.towers()
        # Read at twice the model's size, the last step down is the model's own.
        return towers.pixels(picture.read(path, 2 * int(np.max(towers.pictures.size))))

    def embed_pixels(self, pixels: Sequence[np.ndarray]) -> np.ndarray:
        """float32 [n, d] of length one, of what `pixels` gave."""
        return self.source.towers().embed_pixels(np.stack(pixels))


class ClassSearch(PhotoSearch):
    """A network that knows ImageNet's classes as a system, which never saw a pair.

    A photo is the root of its class probabilities, a text how like it is to each class's names and
    definition: by tf-idf, or by the means of word vectors from a file, as ConSE has it (Norouzi et
    al. 2014, 1312.5650).
    """

    id = name = IMAGENET
    note = ONLY_CLASSES

    def __init__(self, word_vectors: str = ""):
        from lib.data import cnn  # PyTorch

        self.file, self.cnn = word_vectors and paths.resolve(word_vectors), cnn

    def key(self) -> dict:
        return {"network": self.cnn.SHA256, "version": self.cnn.VERSION}

    def load(self) -> None:
        self.cnn.network()

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, 1000] of length one; ValueError for a text without a word in common."""
        classes = self.cnn.classes(detailed=True)
        if self.file:
            words = text.read(self.file, [*classes, *texts])
            known, asked = (retrieval.unit(words.mean(some)) for some in (classes, texts))
        else:
            bag = text.word_bag(rarest=1, stop_words="english").fit(classes)
            known, asked = (bag.transform(some).toarray() for some in (classes, texts))
        likeness = (asked @ known.T).clip(0)
        if unknown := [text for text, row in zip(texts, likeness, strict=True) if not row.any()]:
            about = "names or describes any of ImageNet's classes: use other words"
            raise ValueError(f"no word of {unknown[0]!r} {about}. Or {BETTER}")
        return retrieval.unit(likeness).astype(np.float32)

    def pixels(self, path: Path) -> np.ndarray:
        return self.cnn.squeezed(picture.read(path, self.cnn.SIDE))

    def embed_pixels(self, pixels: Sequence[np.ndarray]) -> np.ndarray:
        scores = self.cnn.seen(np.stack(pixels), "fc1000")["fc1000"].astype(np.float64)
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.sqrt(likely / likely.sum(axis=1, keepdims=True)).astype(np.float32)


def chosen(model: str, word_vectors: str = "") -> PhotoSearch:
    """The model of a name: "embedded", "imagenet", open_clip's "model/tag", or "" for the best.

    The best is a CLIP that was downloaded, or else "imagenet". word_vectors: a file for it.
    Raises Missing for one that is not here, and ValueError for one that open_clip does not have.
    """
    if model == EMBEDDED.name:
        return PhotoSearch(EMBEDDED)
    if model and model not in (*wanted.KNOWN, IMAGENET):
        import open_clip

        name, tag = wanted.parted(model)
        wanted.looked_up(name, tag)
        tower = open_clip.get_model_config(name)["text_cfg"]
        if tower.get("hf_tokenizer_name") or tower.get("context_length", 77) != 77:
            raise ValueError(  # it would find nonsense
                f"MODEL={model} cannot be: it cuts words in a way of its own, which is not built "
                f"here. Choose one that reads CLIP's tokens, for example {wanted.NEWER}."
            )
    for name in {"": BEST_FIRST, IMAGENET: ()}.get(model, [model]):
        if files := wanted.clip(name).files():
            return PhotoSearch(Source(name, next(iter(files.values()))))
    if model in ("", IMAGENET):
        return ClassSearch(word_vectors)
    reason = wanted.clip(model).missing()
    if model not in BEST_FIRST:
        reason = reason.replace("make weights", f"make weights CLIP={model}")
    raise Missing(f"MODEL={model} {reason}. MODEL=imagenet needs no download.")
