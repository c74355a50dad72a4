"""Chapter 05's own steps: its captioners, whether they look at the picture, scores of captions."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lib.base import cache
from lib.chapters.session import Session
from lib.data.dataset import Split
from lib.features import pictures
from lib.features.pictures import Album
from lib.features.text import tokenize
from lib.methods.caption import systems
from lib.methods.caption.recipe import QUICK
from lib.methods.caption.systems import FINETUNED, PRETRAINED, ZERO_SHOT, CaptionerSource
from lib.search import metrics

if TYPE_CHECKING:
    from lib.methods.caption.model import Captioner

# Raise it when a measure gives other numbers: cached measures and records are made again.
VERSION = 1

DRAWN = 200  # images that are captioned twice
JUDGED = 400  # images whose sentences are read with the own picture and with another


def captioners(session: Session) -> dict[str, CaptionerSource]:
    """This data's captioners by their search's id; photographs without weights end here."""
    if session.data.is_drawn:
        from lib.methods.caption.train import CaptionTraining

        training = CaptionTraining(session.data, QUICK)
        sources = {ZERO_SHOT: training.captioner(is_trained=False), FINETUNED: training.captioner()}
        reasons = {PRETRAINED: "captions photographs; drawings have their own captioner"}
    else:
        reasons = {name: part.missing() for name, parts in systems.DOWNLOADS.items()
                   for part in reversed(parts) if part.files() is None}  # fmt: skip
        if reasons.keys() == systems.DOWNLOADS.keys():
            session.stop_without(systems.ids(*systems.CAPTIONERS), reasons[ZERO_SHOT])
        wish = "fine-tuning at this size wants a graphics card"
        reasons[FINETUNED] = f"{wish}: make caption-long measures how long"
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


def looks(source: CaptionerSource, album: Album) -> dict:
    """Whether captions depend on the picture, measured two ways, once for each content.

    "same", "other": mean overlap of two drawn captions of one image, and of two images, with the
    paired difference and its interval. "own", "shuffled": loss of true sentences with their own
    picture, and with another's, the same way.
    """
    about = {**source.key, "version": VERSION, "pixels": cache.hash_of(album.pixels)}

    def compute() -> dict[str, np.ndarray]:
        captioner = source.load()
        both = {"captions": drawn_twice(captioner, album), "losses": shuffled(captioner, album)}
        return {"json": cache.pack_words([json.dumps(both)])}

    entry = cache.cached("caption-study", about, compute)
    return json.loads(cache.unpack_words(entry.arrays["json"])[0])


def spread(n: int, most: int = 6) -> np.ndarray:
    """At most so many of n, spread over all: fixed before any caption was read."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).astype(int))


def drawn_twice(captioner: "Captioner", album: Album) -> dict:
    """Two drawn captions of each image: are they more alike than those of two images?"""
    pixels = album.pixels[spread(len(album), DRAWN)]
    first, second = (captioner.captions(pixels, seed=seed) for seed in (1, 2))
    same = np.array([overlap(a, b) for a, b in zip(first, second, strict=True)])
    other = np.array([overlap(a, b) for a, b in zip(first, np.roll(second, 1), strict=True)])
    return compared(same, other, ("same", "other"))


def overlap(one: str, other: str) -> float:
    """Shared words of two texts by all their words (Jaccard), 0 … 1."""
    a, b = set(tokenize(one)), set(tokenize(other))
    return len(a & b) / len(a | b) if a | b else 1.0


def shuffled(captioner: "Captioner", album: Album) -> dict:
    """The loss of the first sentences with their own pictures, and with another's."""
    import torch

    chosen = spread(len(album), JUDGED)
    sentences = captioner.words.encode([album.sentences[i][0] for i in chosen])
    with torch.inference_mode():
        parts = np.array_split(chosen, 4)
        encoded = torch.cat([captioner.encode(album.pixels[part]) for part in parts])
        own = captioner.losses(encoded, sentences).cpu().numpy()
        wrong = captioner.losses(encoded.roll(1, dims=0), sentences).cpu().numpy()
    return compared(own.astype(float), wrong.astype(float), ("own", "shuffled"))


def compared(one: np.ndarray, other: np.ndarray, names: tuple[str, str]) -> dict:
    """Both means, their paired difference (second less first) and its interval."""
    difference, ci95 = metrics.paired_difference(other, one)
    means = dict(zip(names, (float(one.mean()), float(other.mean())), strict=True))
    return {**means, "difference": difference, "ci95": list(ci95)}


def most_frequent(captions: Sequence[str], k: int = 3) -> list[tuple[str, float]]:
    counts = Counter(sorted(captions)).most_common(k)
    return [(text, n / len(captions)) for text, n in counts]
