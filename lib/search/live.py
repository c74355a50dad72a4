"""What the search box computes: words and pictures, added and subtracted → the best images.

No chapter's number comes from here. A query of one text is scored as in the static cells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lib.data.dataset import pictures
from lib.search import retrieval
from lib.search.evaluation import Evaluation
from lib.search.system import System, has_vectors

Term = tuple[int, str | Path]  # +1 or -1, and a text or an image file


@dataclass(frozen=True)
class Method:
    """A system and the vectors of the gallery that it searches, [n, d]."""

    system: System
    gallery: np.ndarray = field(repr=False)

    def embed(self, value: str | Path) -> np.ndarray:
        """A text or an image file in the system's plain space, [p]; ValueError if it reads none."""
        plain = self.system.plain
        if not isinstance(value, Path):
            return plain.embed_texts([value])[0]
        if not plain.reads_pictures:
            raise ValueError(
                f"{self.system.id} cannot read a picture, only words: choose a CLIP or a baby"
            )
        return plain.embed_images(pictures([value]))[0]


def methods(evaluations: Mapping[str, Evaluation], split: str) -> dict[str, Method]:
    """The systems that can embed a new text, by their id; split: whose images are searched."""
    able = [(name, one) for name, one in evaluations.items() if has_vectors(one.system)]
    return {name: Method(one.system, one.gallery[split]) for name, one in able}


def vector(method: Method, terms: Sequence[Term]) -> np.ndarray:
    """A query's vector, [p]: that of its term, or several at length one, added up.

    Raises ValueError if there is no term or one that the method cannot read, if terms cancel each
    other, and for a sum where it measures distances, since only a direction survives the addition.
    """
    if not terms:
        raise ValueError("nothing is asked: type some words, or choose a picture")
    vectors = [method.embed(value) for _, value in terms]
    if len(terms) == 1 and terms[0][0] > 0:
        return vectors[0]
    if method.system.metric != "cosine":
        raise ValueError("this method measures distances and cannot add or subtract: choose a CLIP")
    total = np.array([sign for sign, _ in terms]) @ retrieval.unit(np.stack(vectors))
    if np.linalg.norm(total) < 1e-3:
        raise ValueError("what is added and what is subtracted are the same: nothing is left")
    return total / np.linalg.norm(total)


def nearest(method: Method, query: np.ndarray, k: int) -> list[tuple[int, float]]:
    """(position in the gallery, score) of the k images that fit a vector of `vector` best."""
    system = method.system
    scores = retrieval.scores(system.query_of(query[None]), method.gallery, system.metric)
    return [(int(i), float(scores[0, i])) for i in retrieval.top_k(scores, k)[0]]


def meant(typed: str, images: Sequence[Path]) -> str | Path | None:
    """The gallery's image of that name, a text, or None; ValueError for a name that it lacks."""
    typed = typed.strip()
    if not typed.lower().endswith((".jpg", ".jpeg", ".png", ".webp")):
        return typed or None
    match = next((path for path in images if typed in (path.name, str(path))), None)
    if match is None:
        raise ValueError(f"no image of the gallery is named {typed}: type a name from a tile")
    return match
