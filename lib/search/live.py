"""What the search box computes: words and pictures, added and subtracted → the best images.

No chapter's number comes from here. A query of one text is scored as in the static cells.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lib.search import retrieval
from lib.search.runs import SystemRun

Term = tuple[int, str | Path]  # +1 or -1, and a text or an image file


def as_they_are(vectors: np.ndarray) -> np.ndarray:
    """Vectors that are queries already."""
    return vectors


@dataclass(frozen=True)
class Method:
    """One way to search a gallery.

    gallery: [n, d]. embed_text: a text → [p]. embed_image: an image file → [p] in the same
    space; ValueError where there is no way. asked: [1, p] → the query [1, d] that meets the
    gallery, where the two differ.
    """

    gallery: np.ndarray = field(repr=False)
    embed_text: Callable[[str], np.ndarray]
    embed_image: Callable[[Path], np.ndarray]
    metric: str = "cosine"
    asked: Callable[[np.ndarray], np.ndarray] = as_they_are


def methods(runs: Mapping[str, SystemRun], split: str) -> dict[str, Method]:
    """The systems that can embed a new text, by their id; split: whose images are searched."""
    return {name: of_run(run, split) for name, run in runs.items() if run.encoder}


def of_run(run: SystemRun, split: str) -> Method:
    """A system as a method; whether it reads pictures, its family knows."""
    if run.encoder.kind in ("clip", "baby"):
        from lib.methods.baby import live as baby  # they load torch, and build on this module
        from lib.methods.clip import live as clip

        return (clip if run.encoder.kind == "clip" else baby).method(run, split)

    def text(said: str) -> np.ndarray:
        return run.embed_queries([said])[0]

    def image(path: Path) -> np.ndarray:
        raise ValueError(f"{run.id} cannot read a picture, only words: choose a CLIP or a baby")

    return Method(run.gallery[split], text, image, run.metric)


def search(method: Method, terms: Sequence[Term], k: int) -> list[tuple[int, float]]:
    """(position in the gallery, score) of the k images that fit a query best, best first.

    Raises ValueError as `vector` does, and for what the method cannot read.
    """
    return nearest(method, vector(method, terms), k)


def vector(method: Method, terms: Sequence[Term]) -> np.ndarray:
    """A query's vector, [p]: that of its term, or several at length one, added up.

    Raises ValueError if there is no term, if the terms cancel each other, and for a sum where
    the method measures distances, since only a direction survives the addition.
    """
    if not terms:
        raise ValueError("nothing is asked: type some words, or choose a picture")
    vectors = [
        method.embed_image(value) if isinstance(value, Path) else method.embed_text(value)
        for _, value in terms
    ]
    if len(terms) == 1 and terms[0][0] > 0:
        return vectors[0]
    if method.metric != "cosine":
        raise ValueError("this method measures distances and cannot add or subtract: choose a CLIP")
    total = np.array([sign for sign, _ in terms]) @ retrieval.unit(np.stack(vectors))
    if np.linalg.norm(total) < 1e-3:
        raise ValueError("what is added and what is subtracted are the same: nothing is left")
    return total / np.linalg.norm(total)


def nearest(method: Method, query: np.ndarray, k: int) -> list[tuple[int, float]]:
    """(position in the gallery, score) of the k images nearest to a vector of `vector`."""
    scores = retrieval.scores(method.asked(query[None]), method.gallery, method.metric)
    return [(int(i), float(scores[0, i])) for i in retrieval.top_k(scores, k)[0]]


def meant(typed: str, images: Sequence[Path]) -> str | Path | None:
    """What was typed: an image of the gallery, if it is the name of one; a text; or nothing.

    Raises ValueError for the name of an image file that the gallery does not have.
    """
    typed = typed.strip()
    if not typed.lower().endswith((".jpg", ".jpeg", ".png", ".webp")):
        return typed or None
    found = next((path for path in images if typed in (path.name, str(path))), None)
    if found is None:
        raise ValueError(f"no image of the gallery is named {typed}: type a name from a tile")
    return found
