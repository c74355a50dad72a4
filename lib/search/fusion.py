"""Unlike systems fused: weighted sums of their cosines, the weights chosen on development."""

from collections.abc import Mapping, Sequence

import numpy as np

from lib.data.dataset import Dataset, Split
from lib.search import evaluation, metrics, retrieval
from lib.search.evaluation import SPLITS, Evaluation
from lib.search.system import System

WEIGHTS = (0.1, 0.2, 0.35, 0.5, 0.75, 1.0)  # of a further system; the first one has 1


class Fusion(System):
    """Several systems side by side, each brought to length one and the queries to their scale."""

    def __init__(self, name: str, parts: Sequence[System], weights: dict[str, float], scales):
        self.id, self.parts, self.weights, self.scales = name, list(parts), weights, scales
        self.reads_tags = any(part.reads_tags for part in parts)
        self.is_random = any(part.is_random for part in parts)

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, d], the parts' vectors one after another."""
        return side_by_side([part.embed_texts(texts) for part in self.parts], self.scales)

    def embed_images(self, images: Split) -> np.ndarray:
        """The same of a gallery, unscaled."""
        vectors = [part.embed_images(images) for part in self.parts]
        return side_by_side(vectors, [1.0] * len(vectors))

    @property
    def params(self) -> dict:
        return {"weights": self.weights}


def side_by_side(parts: Sequence[np.ndarray], scales: Sequence[float]) -> np.ndarray:
    """Vectors of length one times their scale, one part's after another's, float32 [n, sum of d].

    If only the queries are scaled, the cosine of two such rows is the weighted sum of the parts'
    cosines, but for a factor of the query's own: the ranking is that of the sum.
    """
    scaled = [retrieval.unit(part) * scale for part, scale in zip(parts, scales, strict=True)]
    return np.concatenate(scaled, axis=1).astype(np.float32)


def spread(one: Evaluation) -> float:
    """How far a system's cosines on development lie apart, so that weights mean the same."""
    return float(one.scores("dev").std())


def chosen(
    parts: Mapping[str, Evaluation], truth: np.ndarray
) -> tuple[dict[str, float], list[dict]]:
    """The weights of a fusion, found on development, and the steps that led there.

    Starts from the best system and adds, one at a time, the system and weight that help most;
    ends when none helps. truth: of development. A step has "added", "weight" and "map_at_20".
    """
    scaled = {name: one.scores("dev") / spread(one) for name, one in parts.items()}

    def score(matrix: np.ndarray) -> float:
        return metrics.map_at_k(retrieval.ranks(matrix, truth))

    alone = {name: score(matrix) for name, matrix in scaled.items()}
    first = max(alone, key=alone.get)
    weights, total = {first: 1.0}, scaled[first]
    steps = [{"added": first, "weight": 1.0, "map_at_20": alone[first]}]
    while True:
        tried = {
            (name, weight): score(total + np.float32(weight) * matrix)
            for name, matrix in scaled.items()
            for weight in WEIGHTS
            if name not in weights
        }
        if not tried or max(tried.values()) <= steps[-1]["map_at_20"]:
            return weights, steps
        name, weight = max(tried, key=tried.get)
        weights[name], total = weight, total + np.float32(weight) * scaled[name]
        steps.append({"added": name, "weight": weight, "map_at_20": tried[name, weight]})


def fused(
    data: Dataset, name: str, parts: Mapping[str, Evaluation], weights: Mapping[str, float]
) -> Evaluation:
    """The fusion of some systems' stored vectors, of the first seed; all must score by cosine."""
    chosen = [parts[part] for part in weights]
    scales = np.array([weights[one.id] / spread(one) for one in chosen])
    scales /= scales.max()
    sides = {
        split: (
            side_by_side([one.queries[split] for one in chosen], scales),
            side_by_side([one.gallery[split] for one in chosen], [1.0] * len(chosen)),
        )
        for split in SPLITS
    }
    n_train = {s: max(one.n_train[s] for one in chosen) for s in SPLITS}
    seconds = {s: sum(one.seconds[s] for one in chosen) for s in SPLITS}
    system = Fusion(name, [one.system for one in chosen], dict(weights), scales)
    return evaluation.of_vectors(data, system, sides, n_train, seconds)
