"""What a system leaves behind: ranks, vectors and its query encoder.

One npz file a system under `build/<name>/runs/`, without pickles. Later chapters compare
and fuse systems from these files and type new text into them.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lib.base import cache
from lib.data.dataset import Dataset
from lib.search import encoders, evaluation, metrics, retrieval
from lib.search.evaluation import Evaluation
from lib.search.system import System


@dataclass(frozen=True)
class SystemRun:
    """One system on the development and test images.

    id: as in the list of systems. metric: "cosine" or "euclidean".
    queries, gallery: split → float32 [n, d], of the first seed. ranks: split → float
    [n_seed, n_query]; no "test" where there is no key. n_train: split → images fitted.
    seconds: split → cost of fitting and scoring, all seeds. params: what a reader must
    know to repeat it. model_bytes: size of all that is needed to answer a query.
    """

    id: str
    metric: str
    queries: dict[str, np.ndarray] = field(repr=False)
    gallery: dict[str, np.ndarray] = field(repr=False)
    ranks: dict[str, np.ndarray] = field(repr=False)
    n_train: dict[str, int]
    seconds: dict[str, float]
    params: dict
    model_bytes: int
    encoder: encoders.QueryEncoder | None = field(default=None, repr=False)

    def scores(self, split: str) -> np.ndarray:
        """Scores of the first seed, float32 [n_query, n_gallery]."""
        return retrieval.scores(self.queries[split], self.gallery[split], self.metric)

    def precision(self, split: str) -> np.ndarray:
        """Average precision of each query, mean over seeds, float [n_query]."""
        return metrics.precision_at_k(self.ranks[split]).mean(axis=0)

    def map_at_20(self, split: str) -> float:
        """The main score, mean over seeds."""
        return metrics.map_at_k(self.ranks[split])

    def scores_of(self, texts, images) -> np.ndarray:
        """Scores of typed texts."""
        return retrieval.scores(self.embed_queries(texts), self.gallery[images.name], self.metric)

    @property
    def matrices(self) -> dict:
        """None: it has vectors."""
        return {}

    def system(self) -> System:
        """The encoder as a system; goes when its family has become one."""
        return Stored(self.id, self.metric, self.encoder)

    def embed_queries(self, texts: list[str]) -> np.ndarray:
        """New texts in the space of the stored gallery, [n_text, d]; needs no refitting."""
        if self.encoder is None:
            raise ValueError(f"{self.id} cannot embed new text: it left no query encoder")
        return self.encoder.embed_queries(texts)


class Stored(System):
    """A query encoder as a system."""

    def __init__(self, name: str, metric: str, encoder: encoders.QueryEncoder | None):
        self.id, self.metric, self.encoder = name, metric, encoder

    def embed_texts(self, texts):
        if self.encoder is None:
            raise ValueError(f"{self.id} cannot embed new text: it left no query encoder")
        return self.encoder.embed_queries(texts)


def random_run(data: Dataset) -> SystemRun:
    """A system that knows nothing: random vectors for queries and images."""
    rng = np.random.default_rng([data.seed, 2])
    queries, gallery, ranks = {}, {}, {}
    for split, _, searched in data.stages():
        queries[split] = rng.normal(size=(len(searched.texts), 32)).astype(np.float32)
        gallery[split] = rng.normal(size=(len(searched), 32)).astype(np.float32)
        if searched.truth is not None:
            scores = retrieval.scores(queries[split], gallery[split])
            ranks[split] = retrieval.ranks(scores, searched.truth)[None]
    nothing = {"dev": 0, "test": 0}
    return SystemRun("chance", "cosine", queries, gallery, ranks, nothing, nothing, {}, 0)


def save(folder: Path, run: SystemRun | Evaluation) -> Path:
    """Write one system."""
    if isinstance(run, Evaluation):
        return evaluation.save(folder, run)
    arrays = {
        f"{kind}.{split}": array
        for kind in ("queries", "gallery", "ranks")
        for split, array in getattr(run, kind).items()
    }
    plain = ("id", "metric", "n_train", "seconds", "params", "model_bytes")
    about = {name: getattr(run, name) for name in plain}
    if run.encoder is not None:
        about["encoder"] = run.encoder.kind
        arrays |= {f"encoder.{name}": array for name, array in run.encoder.arrays().items()}
    path = folder / f"{run.id}.npz"
    cache.save_arrays(path, {**arrays, "about": cache.pack_words([json.dumps(about)])})
    return path


def load(folder: Path, system: str) -> SystemRun:
    """Read one system; FileNotFoundError says which systems are there."""
    path = folder / f"{system}.npz"
    arrays = cache.kept(path)
    if arrays is None:
        there = ", ".join(sorted(file.stem for file in folder.glob("*.npz"))) or "none"
        raise FileNotFoundError(
            f"{path}: no run of {system} (there are: {there}): run the notebook that makes it"
        )
    about = json.loads(cache.unpack_words(arrays.pop("about"))[0])
    if "system" in about:
        return evaluation.load(folder, system)
    groups: dict[str, dict] = {"queries": {}, "gallery": {}, "ranks": {}, "encoder": {}}
    for name, array in arrays.items():
        kind, _, rest = name.partition(".")
        groups[kind][rest] = array
    parts, kind = groups.pop("encoder"), about.pop("encoder", None)
    encoder = encoders.of_kind(kind).from_arrays(parts) if kind else None
    return SystemRun(**about, **groups, encoder=encoder)


def ranked(queries, gallery, truth) -> cache.Entry:
    """`evaluation.ranked` with what it cost."""
    start = cache.now()
    ranks = evaluation.ranked(queries, gallery, truth)
    return cache.Entry({"ranks": ranks}, cache.now() - start)
