"""Unlike systems fused: weighted sums of their cosines, the weights chosen on development."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lib.base import cache
from lib.data.dataset import Dataset
from lib.search import encoders, metrics, retrieval
from lib.search.runs import SystemRun

WEIGHTS = (0.1, 0.2, 0.35, 0.5, 0.75, 1.0)  # of a further system; the first one has 1


@dataclass(frozen=True)
class FusedTexts:
    """Several query encoders side by side, each brought to length one and then to its scale."""

    parts: Sequence[encoders.QueryEncoder]
    scales: np.ndarray
    kind = "fusion"

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, d], the parts' vectors one after another."""
        return side_by_side([part.embed_queries(texts) for part in self.parts], self.scales)

    def arrays(self) -> dict[str, np.ndarray]:
        """Those of all parts under their number, and the scales."""
        kinds = cache.pack_words([part.kind for part in self.parts])
        own = {f"{i}.{k}": a for i, part in enumerate(self.parts) for k, a in part.arrays().items()}
        return {"kinds": kinds, "scales": self.scales, **own}

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> "FusedTexts":
        """The encoder whose `arrays` these are."""
        parts = []
        for i, kind in enumerate(cache.unpack_words(arrays["kinds"])):
            own = {k.partition(".")[2]: a for k, a in arrays.items() if k.startswith(f"{i}.")}
            parts.append(encoders.of_kind(kind).from_arrays(own))
        return cls(parts, arrays["scales"])


def side_by_side(parts: Sequence[np.ndarray], scales: Sequence[float]) -> np.ndarray:
    """Vectors of length one times their scale, one part's after another's, float32 [n, sum of d].

    If only the queries are scaled, the cosine of two such rows is the weighted sum of the parts'
    cosines, but for a factor of the query's own: the ranking is that of the sum.
    """
    scaled = [retrieval.unit(part) * scale for part, scale in zip(parts, scales, strict=True)]
    return np.concatenate(scaled, axis=1).astype(np.float32)


def spread(run: SystemRun) -> float:
    """How far a system's cosines on development lie apart, so that weights mean the same."""
    return float(run.scores("dev").std())


def chosen(runs: Mapping[str, SystemRun], truth: np.ndarray) -> tuple[dict[str, float], list[dict]]:
    """The weights of a fusion, found on development, and the steps that led there.

    Starts from the best system and adds, one at a time, the system and weight that help most;
    ends when none helps. truth: of development. A step has "added", "weight" and "map_at_20".
    """
    scaled = {name: run.scores("dev") / spread(run) for name, run in runs.items()}

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
    data: Dataset, name: str, runs: Mapping[str, SystemRun], weights: Mapping[str, float]
) -> SystemRun:
    """The fusion of some systems as a system; all must score by cosine.

    Where a system has several seeds, the first one takes part.
    """
    parts = [runs[part] for part in weights]
    scales = np.array([weights[run.id] / spread(run) for run in parts])
    scales /= scales.max()
    queries, gallery, ranks = {}, {}, {}
    for split, _, searched in data.stages():
        queries[split] = side_by_side([run.queries[split] for run in parts], scales)
        gallery[split] = side_by_side([run.gallery[split] for run in parts], [1.0] * len(parts))
        if searched.truth is not None:
            scores = retrieval.scores(queries[split], gallery[split])
            ranks[split] = retrieval.ranks(scores, searched.truth)[None]
    seconds = {s: sum(run.seconds[s] for run in parts) for s in queries}
    n_train = {s: max(run.n_train[s] for run in parts) for s in queries}
    told = {"weights": dict(weights)}
    size = sum(run.model_bytes for run in parts)
    encoder = FusedTexts([run.encoder for run in parts], scales)
    return SystemRun(name, "cosine", queries, gallery, ranks, n_train, seconds, told, size, encoder)
