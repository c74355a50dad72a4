"""What a system leaves behind: ranks, vectors and its query encoder.

One npz file a system under `build/<name>/runs/`, without pickles. Later chapters compare
and fuse systems from these files and type new text into them.
"""

import csv
import io
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lib.base import cache, files
from lib.data.dataset import Dataset, Split
from lib.search import encoders, metrics, retrieval

SUBMISSION_HEADER = ("Descritpion_ID", "Top_20_Image_IDs")  # so spelt by the competition


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

    def embed_queries(self, texts: list[str]) -> np.ndarray:
        """New texts in the space of the stored gallery, [n_text, d]; needs no refitting."""
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


def save(folder: Path, run: SystemRun, inputs: dict) -> Path:
    """Write one system; `inputs` says what it was computed from, as its record does."""
    arrays = {
        f"{kind}.{split}": array
        for kind in ("queries", "gallery", "ranks")
        for split, array in getattr(run, kind).items()
    }
    plain = ("id", "metric", "n_train", "seconds", "params", "model_bytes")
    about = {name: getattr(run, name) for name in plain} | {"inputs": inputs}
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
    groups: dict[str, dict] = {"queries": {}, "gallery": {}, "ranks": {}, "encoder": {}}
    for name, array in arrays.items():
        kind, _, rest = name.partition(".")
        groups[kind][rest] = array
    parts, kind = groups.pop("encoder"), about.pop("encoder", None)
    about.pop("inputs")
    encoder = encoders.of_kind(kind).from_arrays(parts) if kind else None
    return SystemRun(**about, **groups, encoder=encoder)


def write_submission(path: Path, run: SystemRun, test: Split) -> None:
    """The competition's submission: each test description and its best twenty images."""
    best, names = first(run, "test"), [image.name for image in test.images]
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(SUBMISSION_HEADER)
    for query, positions in zip(test.query_ids, best.tolist(), strict=True):
        rows.writerow((query, " ".join([names[i] for i in positions])))
    files.write_bytes(path, text.getvalue().encode())


def first(run: SystemRun, split: str, k: int = metrics.CUTOFF) -> np.ndarray:
    """The k best images of each query, best first, int [n_query, k]; once for each content."""
    key = {**searched(run.queries[split], run.gallery[split]), "metric": run.metric, "k": k}
    entry = cache.cached("first", key, lambda: {"best": retrieval.top_k(run.scores(split), k)})
    return entry.arrays["best"]


def ranked(queries: np.ndarray, gallery: np.ndarray, truth: np.ndarray) -> cache.Entry:
    """Each query's rank of its own image by cosine, "ranks" float [n_query]; kept by content."""
    key = {**searched(queries, gallery), "truth": cache.hash_of(truth)}

    def compute() -> dict[str, np.ndarray]:
        return {"ranks": retrieval.ranks(retrieval.scores(queries, gallery), truth)}

    return cache.cached("ranked", key, compute)


def searched(queries: np.ndarray, gallery: np.ndarray) -> dict:
    """What a search depends on, for the cache: its version and both sides' vectors."""
    vectors = [cache.hash_of(side) for side in (queries, gallery)]
    return {"version": retrieval.VERSION, "vectors": vectors}
