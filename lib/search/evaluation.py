"""A system measured: fitted and chosen on development, ranked on both splits, kept in a file.

One npz file a system under `build/<name>/runs/`, without pickles. Later chapters compare and fuse
systems from these files, and the live search types new text into them.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from lib.base import cache, files, paths, store
from lib.data.dataset import Dataset, Split
from lib.search import metrics, retrieval
from lib.search.system import System, has_vectors

SUBMISSION_HEADER = ("Descritpion_ID", "Top_20_Image_IDs")  # so spelt by the competition
SPLITS = ("dev", "test")
Arrays = dict[str, np.ndarray]  # split → array


@dataclass(frozen=True)
class Evaluation:
    """One system on the development and test images.

    system: as fitted for test, first seed. queries, gallery: split → float32 [n, d] of the first
    seed; of a system without vectors `matrices`, split → scores [n_query, n_gallery]. ranks: split
    → float [n_seed, n_query]; no "test" where there is no key. n_train: split → images fitted.
    seconds: split → cost of fitting and scoring, all seeds, as if nothing had been cached.
    """

    system: System
    queries: Arrays = field(repr=False)
    gallery: Arrays = field(repr=False)
    ranks: Arrays = field(repr=False)
    n_train: dict[str, int]
    seconds: dict[str, float]
    params: dict
    matrices: Arrays = field(repr=False, default_factory=dict)

    @property
    def id(self) -> str:
        """The system's."""
        return self.system.id

    @property
    def metric(self) -> str:
        """The system's."""
        return self.system.metric

    @cached_property
    def model_bytes(self) -> int:
        """Size of all that is needed to answer a query."""
        arrays: Arrays = {}
        return sum(map(file_bytes, find_files(store.pack(self.system, arrays)))) + sum(
            array.nbytes for array in arrays.values()
        )

    def scores(self, split: str) -> np.ndarray:
        """Scores of the first seed, float32 [n_query, n_gallery]."""
        if split in self.matrices:
            return self.matrices[split]
        return retrieval.scores(self.queries[split], self.gallery[split], self.metric)

    def precision(self, split: str) -> np.ndarray:
        """Average precision of each query, mean over seeds, float [n_query]."""
        return metrics.precision_at_k(self.ranks[split]).mean(axis=0)

    def map_at_20(self, split: str) -> float:
        """The main score, mean over seeds."""
        return metrics.map_at_k(self.ranks[split])

    def scores_of(self, texts: Sequence[str], images: Split) -> np.ndarray:
        """Scores of typed texts; the stored gallery answers, where it is the images'."""
        if images.name in self.gallery:
            queries = self.system.embed_texts(texts)
            return retrieval.scores(queries, self.gallery[images.name], self.metric)
        return self.system.scores(texts, images)


def evaluate(data: Dataset, *seeds: System, splits: Sequence[str] = SPLITS) -> Evaluation:
    """Fit, choose and score one system, an object for each seed; see `evaluate_variants`."""
    return evaluate_variants(data, *seeds, splits=splits)[0]


def evaluate_variants(
    data: Dataset, *seeds: System, splits: Sequence[str] = SPLITS, before: float = 0.0
) -> list[Evaluation]:
    """An evaluation of each variant that a fit serves.

    On development a system is fitted on fit and may choose; for test it is fitted again on all of
    train, if it is of the kind, with the choice fixed. Test decides nothing.
    splits: ("dev",) leaves test alone, for what is only tried. before: seconds that choosing cost
    all seeds before.
    """
    measured: list[dict[str, dict]] = []
    spent = before
    for split, fitted, searched in data.stages()[: len(splits)]:
        start = cache.now()
        for system in seeds:
            fit(system, fitted, searched if split == "dev" else None)
        measured = measured or [{} for _ in seeds[0].variants()]
        again = split == "test" and seeds[0].refits
        spent = cache.now() - start + (0.0 if again else spent)
        for i, by_split in enumerate(measured):
            start = cache.now()
            by_split[split] = search(served(seeds, i), searched)
            by_split[split]["seconds"] = spent + cache.now() - start
    each = zip(*(system.variants() for system in seeds), measured, strict=True)
    return [together(own[0].replicas()[0], by_split, params_of(own)) for *own, by_split in each]


def served(seeds: Sequence[System], i: int) -> list[System]:
    """The i-th variant of a system, once for each seed."""
    return [one for system in seeds for one in system.variants()[i].replicas()]


def params_of(seeds: Sequence[System]) -> dict:
    """The parameters of a system; where its seeds differ, a list over the seeds."""
    each = [system.params for system in seeds]
    of_seeds = {name: [params[name] for params in each] for name in each[0]}
    return {k: v[0] if all(one == v[0] for one in v) else v for k, v in of_seeds.items()}


def fit(system: System, split: Split, dev: Split | None) -> None:
    """Fit a system that learns, unless it was fitted for good on development's stage."""
    if type(system).fit is System.fit or (dev is None and not system.refits):
        return
    system.n_train = len(split)
    system.fit(split, dev)


def search(seeds: Sequence[System], split: Split) -> dict:
    """The vectors, or scores, of the first seed on one split, and the ranks of all."""
    found: dict = {"n_train": seeds[0].n_train}
    ranks = []
    for number, system in enumerate(seeds):
        if has_vectors(system):
            sides = system.embed_queries(split), system.embed_images(split)
            kept = dict(zip(("queries", "gallery"), map(as_float32, sides), strict=True))
        else:
            sides = (system.scores(split.texts, split),)
            kept = {"matrices": as_float32(sides[0])}
        found |= kept if not number else {}
        if split.truth is not None:
            ranks.append(
                ranked(*sides, split.truth, system.metric)
                if len(sides) == 2
                else retrieval.ranks(sides[0], split.truth)
            )
    return found | ({"ranks": np.array(ranks)} if ranks else {})


def together(system: System, found: Mapping[str, dict], params: dict | None = None) -> Evaluation:
    """The evaluation of a system from what `search` found on each split."""
    kinds = ("queries", "gallery", "ranks", "n_train", "seconds", "matrices")
    by_kind = {kind: {s: one[kind] for s, one in found.items() if kind in one} for kind in kinds}
    return Evaluation(system, params=system.params if params is None else params, **by_kind)


class Chance(System):
    """Knows nothing: its vectors are random."""

    id = "chance"


def chance(data: Dataset) -> Evaluation:
    """One random ranking of each split."""
    rng = np.random.default_rng([data.seed, 2])
    queries, gallery, nothing = {}, {}, dict.fromkeys(SPLITS, 0)
    for split, _, searched in data.stages():
        queries[split] = rng.normal(size=(len(searched.texts), 32))
        gallery[split] = rng.normal(size=(len(searched), 32))
    return of_vectors(data, Chance(), queries, gallery, nothing, nothing)


def of_vectors(
    data: Dataset, system: System, queries: Arrays, gallery: Arrays, n_train: dict, seconds: dict
) -> Evaluation:
    """The evaluation of a system whose vectors are known: made of other systems' stored ones."""
    found = {}
    for split, _, searched in data.stages():
        start = cache.now()
        sides = {"queries": as_float32(queries[split]), "gallery": as_float32(gallery[split])}
        if searched.truth is not None:
            sides["ranks"] = ranked(*sides.values(), searched.truth, system.metric)[None]
        cost = seconds[split] + cache.now() - start
        found[split] = {**sides, "n_train": n_train[split], "seconds": cost}
    return together(system, found)


def as_float32(array: np.ndarray) -> np.ndarray:
    """The array as it is stored."""
    return np.ascontiguousarray(array, dtype=np.float32)


def file_bytes(shown: str) -> int:
    """Size of a file that `store.pack` named."""
    return paths.resolve(shown).stat().st_size


def find_files(packed: object) -> set[str]:
    """The files in a value of `store.pack`."""
    if isinstance(packed, dict):
        own = {packed["file"]} if "file" in packed else set()
        return own.union(*map(find_files, packed.values()))
    return set().union(*map(find_files, packed)) if isinstance(packed, list) else set()


def ranked(
    queries: np.ndarray, gallery: np.ndarray, truth: np.ndarray, metric: str = "cosine"
) -> np.ndarray:
    """Each query's rank of its own image, float [n_query]; kept by content."""
    key = {**content_of(queries, gallery), "truth": cache.hash_of(truth), "metric": metric}

    def compute() -> Arrays:
        return {"ranks": retrieval.ranks(retrieval.scores(queries, gallery, metric), truth)}

    return cache.cached("ranked", key, compute).arrays["ranks"]


def first(evaluation: Evaluation, split: str, k: int = metrics.CUTOFF) -> np.ndarray:
    """The k best images of each query, best first, int [n_query, k]; once for each content."""
    sides = [each[split] for each in (evaluation.queries, evaluation.gallery, evaluation.matrices)
             if split in each]  # fmt: skip
    key = {**content_of(*sides), "metric": evaluation.metric, "k": k}
    entry = cache.cached(
        "first", key, lambda: {"best": retrieval.top_k(evaluation.scores(split), k)}
    )
    return entry.arrays["best"]


def content_of(*sides: np.ndarray) -> dict:
    """What a search depends on, for the cache: its version and both sides' vectors."""
    return {"version": retrieval.VERSION, "vectors": [cache.hash_of(side) for side in sides]}


def save(folder: Path, evaluation: Evaluation) -> Path:
    """Write one evaluation with its system."""
    kinds = ("queries", "gallery", "ranks", "matrices")
    arrays = {f"{k}.{s}": array for k in kinds for s, array in getattr(evaluation, k).items()}
    state: Arrays = {}
    about = {name: getattr(evaluation, name) for name in ("n_train", "seconds", "params")}
    about["system"] = store.pack(evaluation.system, state)
    arrays |= {f"system.{name}": array for name, array in state.items()}
    path = folder / f"{evaluation.id}.npz"
    cache.save_arrays(path, {**arrays, "about": cache.pack_words([json.dumps(about)])})
    return path


def load(folder: Path, system: str) -> Evaluation:
    """Read one evaluation; FileNotFoundError says which systems are there."""
    path = folder / f"{system}.npz"
    arrays = cache.kept(path)
    if arrays is None:
        there = ", ".join(sorted(file.stem for file in folder.glob("*.npz"))) or "none"
        raise FileNotFoundError(
            f"{path}: no run of {system} (there are: {there}): run the notebook that makes it"
        )
    about = json.loads(cache.unpack_words(arrays.pop("about"))[0])
    groups: dict[str, Arrays] = {
        k: {} for k in ("queries", "gallery", "ranks", "matrices", "system")
    }
    for name, array in arrays.items():
        kind, _, rest = name.partition(".")
        groups[kind][rest] = array
    made = store.unpack(about.pop("system"), groups.pop("system"))
    return Evaluation(made, **groups, **about)


def write_submission(path: Path, evaluation: Evaluation, test: Split) -> None:
    """The competition's submission: each test description and its best twenty images."""
    best, names = first(evaluation, "test"), [image.name for image in test.images]
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(SUBMISSION_HEADER)
    for query, positions in zip(test.query_ids, best.tolist(), strict=True):
        rows.writerow((query, " ".join([names[i] for i in positions])))
    files.write_bytes(path, text.getvalue().encode())
