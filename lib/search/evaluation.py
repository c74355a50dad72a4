"""A system measured: fitted and chosen on development, ranked on both splits, kept in a file.

One npz file a system under `build/<name>/runs/`, without pickles. Later chapters compare and fuse
systems from these files, and the live search types new text into them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import pandas as pd

from lib.base import cache, files, store
from lib.data.dataset import Dataset, Split
from lib.search import metrics, retrieval
from lib.search.system import System, has_vectors

SUBMISSION_HEADER = ("Descritpion_ID", "Top_20_Image_IDs")  # so spelt by the competition
SPLITS = ("dev", "test")
KINDS = ("queries", "gallery", "matrices", "ranks")  # of arrays
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
        return self.system.id

    @property
    def metric(self) -> str:
        return self.system.metric

    @cached_property
    def model_bytes(self) -> int:
        """Size of all that is needed to answer a query."""
        return store.size_of(self.system)

    def scores(self, split: str) -> np.ndarray:
        """Scores of the first seed, float32 [n_query, n_gallery]."""
        if split in self.matrices:
            return self.matrices[split]
        return retrieval.scores(self.queries[split], self.gallery[split], self.metric)

    def precision(self, split: str) -> np.ndarray:
        """Average precision of each query, float [n_seed, n_query]."""
        return metrics.precision_at_k(self.ranks[split])

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
    train, if it is of the kind, with the choice fixed. splits: ("dev",) leaves test alone, for what
    is only tried. before: seconds that choosing cost all seeds before.
    """
    measured: list[dict[str, dict]] = []
    spent = before
    for split, fitted, searched in data.stages()[: len(splits)]:
        start = cache.now()
        for system in seeds:
            learns = type(system).fit is not System.fit
            if learns and (split == "dev" or system.refits):  # or it was fitted for good on dev's
                system.n_train = len(fitted)
                system.fit(fitted, searched if split == "dev" else None)
        measured = measured or [{} for _ in seeds[0].variants()]
        again = split == "test" and seeds[0].refits
        spent = cache.now() - start + (0.0 if again else spent)
        for i, by_split in enumerate(measured):
            start = cache.now()
            replicas = [one for system in seeds for one in system.variants()[i].replicas()]
            by_split[split] = search(replicas, searched)
            by_split[split]["seconds"] = spent + cache.now() - start
    each = zip(*(system.variants() for system in seeds), measured, strict=True)
    return [of_splits(own[0].replicas()[0], by_split, params_of(own)) for *own, by_split in each]


def params_of(seeds: Sequence[System]) -> dict:
    """The parameters of a system; where its seeds differ, a list over the seeds."""
    each = [system.params for system in seeds]
    of_seeds = {name: [params[name] for params in each] for name in each[0]}
    return {k: v[0] if all(one == v[0] for one in v) else v for k, v in of_seeds.items()}


def search(seeds: Sequence[System], split: Split) -> dict:
    """The vectors, or scores, of the first seed on one split, and the ranks of all."""
    result: dict = {"n_train": seeds[0].n_train}
    ranks = []
    for system in seeds:
        if has_vectors(system):
            sides = {"queries": system.embed_queries(split), "gallery": system.embed_images(split)}
            rank = partial(ranked, metric=system.metric)
        else:
            sides, rank = {"matrices": system.score_queries(split)}, retrieval.ranks
        if system is seeds[0]:
            result |= {k: np.ascontiguousarray(side, np.float32) for k, side in sides.items()}
        if split.truth is not None:
            ranks.append(rank(*sides.values(), split.truth))
    return result | ({"ranks": np.array(ranks)} if ranks else {})


def of_splits(system: System, splits: dict[str, dict], params: dict) -> Evaluation:
    by_kind = {kind: {s: one[kind] for s, one in splits.items() if kind in one}
               for kind in (*KINDS, "n_train", "seconds")}  # fmt: skip
    return Evaluation(system, params=params, **by_kind)


def of_vectors(
    data: Dataset, system: System, sides: dict[str, Sequence[np.ndarray]],
    n_train: dict[str, int], seconds: dict[str, float],
) -> Evaluation:  # fmt: skip
    """The evaluation of vectors made of other systems' stored ones; sides: split → both."""
    measured = {}
    for split, _, searched in data.stages():
        start = cache.now()
        both = [np.ascontiguousarray(side, np.float32) for side in sides[split]]
        one = dict(zip(("queries", "gallery"), both, strict=True))
        if searched.truth is not None:
            one["ranks"] = ranked(*one.values(), searched.truth, system.metric)[None]
        cost = seconds[split] + cache.now() - start
        measured[split] = {**one, "n_train": n_train[split], "seconds": cost}
    return of_splits(system, measured, system.params)


def ranked(
    queries: np.ndarray, gallery: np.ndarray, truth: np.ndarray, metric: str = "cosine"
) -> np.ndarray:
    """Each query's rank of its own image, float [n_query]; kept by content."""
    key = {**content_of(queries, gallery), "truth": cache.hash_of(truth), "metric": metric}
    scores = partial(retrieval.scores, queries, gallery, metric)
    entry = cache.cached("ranked", key, lambda: {"ranks": retrieval.ranks(scores(), truth)})
    return entry.arrays["ranks"]


def first(evaluation: Evaluation, split: str, k: int = metrics.CUTOFF) -> np.ndarray:
    """The k best images of each query, best first, int [n_query, k]; once for each content."""
    kinds = (evaluation.queries, evaluation.gallery, evaluation.matrices)
    sides = [arrays[split] for arrays in kinds if split in arrays]
    key = {**content_of(*sides), "metric": evaluation.metric, "k": k}
    scores = partial(evaluation.scores, split)
    entry = cache.cached("first", key, lambda: {"best": retrieval.top_k(scores(), k)})
    return entry.arrays["best"]


def content_of(*sides: np.ndarray) -> dict:
    """What a search depends on, for the cache: its version and both sides' vectors."""
    return {"version": retrieval.VERSION, "vectors": [cache.hash_of(side) for side in sides]}


def save(folder: Path, evaluation: Evaluation, data: Dataset | None = None) -> Path:
    """Write one evaluation with its system, and a hash of the queries of `data` that it ranked."""
    arrays = {f"{k}.{s}": array for k in KINDS for s, array in getattr(evaluation, k).items()}
    state: Arrays = {}
    about = {name: getattr(evaluation, name) for name in ("n_train", "seconds", "params")}
    about["system"] = store.pack(evaluation.system, state)
    about["pairs"] = {
        s: files.digest([split.query_ids, [split.images[i].name for i in split.truth]])
        for s, split in ((s, getattr(data, s)) for s in evaluation.ranks if data)
    }
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
    groups: dict[str, Arrays] = {kind: {} for kind in (*KINDS, "system")}
    for name, array in arrays.items():
        kind, _, rest = name.partition(".")
        groups[kind][rest] = array
    about.pop("pairs", None)
    fitted = store.unpack(about.pop("system"), groups.pop("system"))
    return Evaluation(fitted, **groups, **about)


def ranks_of(path: Path, split: str) -> tuple[np.ndarray | None, str]:
    """Ranks [n_seed, n_query] from an evaluation's file, None without, and their queries' hash."""
    if not path.is_file():
        return None, ""
    with np.load(path, allow_pickle=False) as stored:  # its vectors are not read
        about = json.loads(cache.unpack_words(stored["about"])[0])
        return stored.get(f"ranks.{split}"), about.get("pairs", {}).get(split, "")


def write_submission(path: Path, evaluation: Evaluation, test: Split) -> None:
    """The competition's submission: each test description and its best twenty images."""
    names = np.array([image.name for image in test.images])[first(evaluation, "test")]
    rows = zip(test.query_ids, map(" ".join, names), strict=True)
    table = pd.DataFrame(rows, columns=SUBMISSION_HEADER)
    files.write_bytes(path, table.to_csv(index=False, lineterminator="\n").encode())
