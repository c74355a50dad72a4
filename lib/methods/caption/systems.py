"""Search among captions: what captioners write of images, and a system that reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lib.base import cache
from lib.data import hub, wanted
from lib.data.dataset import Dataset
from lib.features import pictures, text
from lib.features.clip import embed
from lib.search import evaluation
from lib.search.system import System

if TYPE_CHECKING:  # a report whose results are cached needs no torch
    from lib.methods.caption.model import Captioner

ZERO_SHOT, FINETUNED, PRETRAINED = (
    f"caption.{how}" for how in ("zero_shot", "finetuned", "pretrained")
)
ENDINGS = ("", "_tfidf")  # of ids, by how texts become vectors: mean word vectors, or tf-idf
DOWNLOADS = {ZERO_SHOT: (wanted.VIT, wanted.GPT2), PRETRAINED: (wanted.CAPTIONER,)}


def ids(*captioners: str) -> list[str]:
    """The systems that search among captioners' captions."""
    return [name + ending for name in captioners for ending in ENDINGS]


@dataclass(frozen=True)
class CaptionerSource:
    """Where a captioner comes from.

    weights: its file, or that of each downloaded part. key: what its captions depend on, for the
    cache. side: pixels that it sees. params: what a reader must know to repeat it. n_train: images
    that it was trained on here. curve: looks at development meanwhile; seconds: what it cost.
    """

    weights: tuple[Path, ...]
    key: dict
    side: int
    params: dict
    n_train: int = 0
    curve: list[dict] = field(default_factory=list)
    seconds: float = 0.0
    downloaded: bool = False

    def load(self) -> Captioner:
        """InputError for downloads that cannot be loaded."""
        from lib.methods.caption import model

        if self.downloaded:
            return model.read(*(path.parent for path in self.weights))
        return model.load(*self.weights)


def download(*repositories: hub.Repository) -> CaptionerSource:
    """A downloaded captioner, whole or in two parts; all must be on this machine."""
    return CaptionerSource(
        weights=tuple(one.files()["model.safetensors"] for one in repositories),
        key={one.name: one.fingerprint() for one in repositories},
        side=224,  # of both ViTs
        params={"models": [one.name for one in repositories]},
        downloaded=True,
    )


def captions(images: Sequence[Path], source: CaptionerSource, beams: int = 1) -> list[str]:
    """A caption of each image file, written once for each content and captioner."""
    key = {**source.key, "images": embed.hashes(images), "beams": beams}

    def compute() -> dict[str, np.ndarray]:
        captioner = source.load()
        stacks = pictures.stacks(images, captioner.side)
        texts = [caption for pixels in stacks for caption in captioner.captions(pixels, beams)]
        return {"captions": cache.pack_words(texts)}

    return cache.unpack_words(cache.cached("captions", key, compute).arrays["captions"])


class Captioned(System):
    """Finds images by captions; texts: turns both into vectors, and is fitted again for test."""

    def __init__(self, name: str, captioner: CaptionerSource, texts: text.MeanWords | text.Tfidf):
        self.id, self.captioner, self.texts = name, captioner, texts

    @property
    def is_random(self):
        """Trained here, or joined from two downloaded parts by layers that nobody trained."""
        return not self.captioner.downloaded or len(self.captioner.weights) > 1

    def fit(self, split, dev=None):
        self.n_train = self.captioner.n_train  # it was trained before, at a cost
        cache.pass_over(self.captioner.seconds)
        self.texts.fit(split)

    def embed_texts(self, texts):
        return self.texts.transform(texts).astype(np.float32)

    def embed_images(self, images):
        return self.embed_texts(captions(images.images, self.captioner))

    @property
    def params(self):
        kind = "tfidf" if isinstance(self.texts, text.Tfidf) else "word2vec"
        return {**self.captioner.params, "texts": kind}


def evaluations(
    data: Dataset, name: str, captioner: CaptionerSource, word_vectors: str
) -> list[evaluation.Evaluation]:
    """The two searches among a captioner's captions: by mean word vectors, and by tf-idf."""
    ways = zip(ids(name), (text.MeanWords(data, word_vectors), text.Tfidf()), strict=True)
    return [evaluation.evaluate(data, Captioned(one, captioner, way)) for one, way in ways]
