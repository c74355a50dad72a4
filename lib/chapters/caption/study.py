"""Chapter 05's own steps: its captioners, whether they look at the picture, scores of captions."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lib.base import cache
from lib.chapters.session import Session
from lib.data import flickr8k
from lib.data.dataset import Dataset, Split
from lib.features import pictures
from lib.features.text import tokenize
from lib.methods.caption import systems
from lib.methods.caption.recipe import QUICK
from lib.methods.caption.systems import PRETRAINED, ZERO_SHOT, CaptionerSource
from lib.search import metrics

if TYPE_CHECKING:
    from lib.methods.caption.model import Captioner
    from lib.methods.caption.reader import Reader

PUBLISHED = {  # on Flickr8k's official test; the second as in table 1 of the paper
    "Karpathy and Fei-Fei 2015 (1412.2306)": {"bleu1": 0.579, "bleu4": 0.160},
    "Xu et al. 2015, hard attention (1502.03044)": {"bleu1": 0.67, "bleu4": 0.213},
}

# Raise it when a measure gives other numbers: cached measures and records are made again.
VERSION = 1

SHOWN = 12  # images whose captions are printed
DRAWN = 200  # images that are captioned twice
JUDGED = 400  # images whose sentences are read with the own picture and with another


def captioners(session: Session) -> dict[str, CaptionerSource]:
    """Captioners of a ViT and a GPT-2 that this data has, by their search's id."""
    if session.data.is_drawn:
        from lib.methods.caption.train import CaptionTraining

        sources = {ZERO_SHOT: CaptionTraining(session.data, QUICK).captioner(is_trained=False)}
        reasons = {PRETRAINED: "captions photographs"}
    else:
        reasons = {name: part.missing() for name, parts in systems.DOWNLOADS.items()
                   for part in reversed(parts) if part.files() is None}  # fmt: skip
        sources = {name: systems.download(*parts) for name, parts in systems.DOWNLOADS.items()
                   if name not in reasons}  # fmt: skip
    for name, reason in reasons.items():
        session.leave_out(systems.ids(name), reason)
    return sources


def two_cats(split: Split) -> int:
    """The first image whose sentences speak of two cats; without one, of a cat; else the first."""
    tokens = [[set(tokenize(text)) for text in texts]
              for texts in pictures.sentences_by_image(split)]  # fmt: skip
    for wanted in ({"two", "cats"}, {"cats"}, {"cat"}):
        for image, sentences in enumerate(tokens):
            if sum(wanted <= words for words in sentences) >= 2:
                return image
    return 0


def looks(
    captioner: "Captioner | Reader", images: np.ndarray, sentences: Sequence[str], key: dict
) -> dict:
    """Whether captions depend on the picture, measured two ways, once for each key.

    images: what the captioner looks at, [n, …]; sentences: a true one of each. "same", "other":
    mean overlap of two drawn captions of one image, and of two images, with the paired difference
    and its interval. "own", "shuffled": loss of the sentences with their own picture, and with
    another's, the same way.
    """

    def compute() -> dict[str, np.ndarray]:
        both = {"captions": drawn_twice(captioner, images),
                "losses": shuffled(captioner, images, sentences)}  # fmt: skip
        return {"json": cache.pack_words([json.dumps(both)])}

    about = {**key, "version": VERSION, "images": cache.hash_of(images), "sentences": sentences}
    entry = cache.cached("caption-study", about, compute)
    return json.loads(cache.unpack_words(entry.arrays["json"])[0])


def spread(n: int, most: int = 6) -> np.ndarray:
    """At most so many of n, spread over all: fixed before any caption was read."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).astype(int))


def drawn_twice(captioner: "Captioner | Reader", images: np.ndarray) -> dict:
    """Two drawn captions of each image: are they more alike than those of two images?"""
    some = images[spread(len(images), DRAWN)]
    first, second = (captioner.captions(some, seed=seed) for seed in (1, 2))
    same = np.array([overlap(a, b) for a, b in zip(first, second, strict=True)])
    other = np.array([overlap(a, b) for a, b in zip(first, np.roll(second, 1), strict=True)])
    return compared(same, other, ("same", "other"))


def overlap(one: str, other: str) -> float:
    """Shared words of two texts by all their words (Jaccard), 0 … 1."""
    a, b = set(tokenize(one)), set(tokenize(other))
    return len(a & b) / len(a | b) if a | b else 1.0


def shuffled(captioner: "Captioner | Reader", images: np.ndarray, sentences: Sequence[str]) -> dict:
    """The loss of sentences with their own pictures, and with another's."""
    import torch

    pieces, own = captioner.words.encode(sentences), np.arange(len(images))
    with torch.inference_mode():
        encoded = torch.cat([captioner.encode(part) for part in np.array_split(images, 4)])
        right, wrong = (captioner.losses(encoded, pieces, of).cpu().numpy().astype(float)
                        for of in (own, np.roll(own, 1)))  # fmt: skip
    return compared(right, wrong, ("own", "shuffled"))


def published(data: Dataset) -> dict[str, dict[str, float]]:
    """What others report on Flickr8k's official test, where the data has it."""
    return PUBLISHED if flickr8k.official(data.test) is not None else {}


def compared(one: np.ndarray, other: np.ndarray, names: tuple[str, str]) -> dict:
    """Both means, their paired difference (second less first) and its interval."""
    difference, ci95 = metrics.paired_difference(other, one)
    means = dict(zip(names, (float(one.mean()), float(other.mean())), strict=True))
    return {**means, "difference": difference, "ci95": list(ci95)}


def most_frequent(captions: Sequence[str], k: int = 3) -> list[tuple[str, float]]:
    counts = Counter(sorted(captions)).most_common(k)
    return [(text, n / len(captions)) for text, n in counts]
