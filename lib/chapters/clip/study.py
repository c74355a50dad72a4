"""Questions to CLIP's systems: what a step is worth, and what moves the score."""

import json
from collections.abc import Mapping

import numpy as np

from lib.base import cache, files
from lib.chapters.session import Session
from lib.data import wanted
from lib.data.dataset import Split
from lib.features.clip.embed import EMBEDDED, Source
from lib.methods.clip.translate import NAMES
from lib.methods.regression.levers import STRONG
from lib.record import paper, results
from lib.search import metrics, retrieval
from lib.search.evaluation import Evaluation

# Raise it when subsets come out otherwise: cached scores and records are then made again.
VERSION = 1

SIZES = (20, 50, 100, 200, 500, 1000, 2000)
DRAWS = 20  # random galleries of each size
MOST = 5  # sentences of a query
# What the long run makes of descriptions in Spanish and back: alone, fused, and to train on.
SPANISH = (NAMES["es"], f"{NAMES['es']}_fused", f"{STRONG.id}.back_translated")

Systems = Mapping[str, Evaluation]  # by id


def named(session: Session) -> str:
    """open_clip's name of the CLIP that photographs are searched with."""
    return session.settings.clip or wanted.PAPER


def source(session: Session, name: str = "") -> Source | None:
    """The CLIP of the data, or that of a name; None where it is not downloaded."""
    if session.data.is_drawn and not name:
        return EMBEDDED
    there = wanted.clip(name or named(session)).files()
    return Source(name or named(session), next(iter(there.values()))) if there else None


def gain(better: Evaluation, worse: Evaluation, split: str, which: object = slice(None)) -> dict:
    """The paired difference of two systems, its interval, and whether it can be told from noise.

    which: bool [n_query], some of the queries; of fewer than two nothing can be told.
    """
    pair = [one.precision(split)[:, which] for one in (better, worse)]
    n = pair[0].shape[1]
    if n < 2:
        return {"difference": 0.0, "ci95": [-1.0, 1.0], "n": n, "verdict": paper.UNCLEAR}
    difference, (low, high) = results.difference(*pair)
    verdict = paper.HOLDS if low > 0 else paper.FAILS if high < 0 else paper.UNCLEAR
    return {"difference": difference, "ci95": [low, high], "n": n, "verdict": verdict}


def what_moves_it(
    systems: Systems, split: Split, seed: int = 0
) -> tuple[dict[str, dict[int, float]], dict[str, dict[int, dict]]]:
    """`by_gallery` and `by_sentences`, computed once for each content."""
    sides = {n: (one.gallery[split.name], one.queries[split.name]) for n, one in systems.items()}
    key = {"version": files.version("chapters/clip/study.py"), "seed": seed,
           "sentences": split.sentences, "truth": cache.hash_of(split.truth),
           "runs": {n: [cache.hash_of(a) for a in both] for n, both in sides.items()}}  # fmt: skip

    def compute() -> dict[str, np.ndarray]:
        both = [by_gallery(systems, split, seed), by_sentences(systems, split, seed)]
        return {"json": cache.pack_words([json.dumps(both)])}

    (both,) = cache.unpack_words(cache.cached("clip-study", key, compute).arrays["json"])
    both = json.loads(both)
    return tuple({k: {int(n): v for n, v in by.items()} for k, by in one.items()} for one in both)


def by_gallery(systems: Systems, split: Split, seed: int = 0) -> dict[str, dict[int, float]]:
    """System → size of a random gallery → `map_at_20` of its images' queries, the mean of draws."""
    sizes, scores = [n for n in SIZES if n < len(split)] + [len(split)], {}
    for name, one in systems.items():
        matrix, scores[name] = one.scores(split.name), {}
        rng = np.random.default_rng([seed, 9])
        for n in sizes:
            draws = []
            for _ in range(DRAWS if n < len(split) else 1):
                chosen = np.sort(rng.choice(len(split), n, replace=False))
                queries = np.flatnonzero(np.isin(split.truth, chosen))
                truth = np.searchsorted(chosen, split.truth[queries])
                ranks = retrieval.ranks(matrix[np.ix_(queries, chosen)], truth)
                draws.append(metrics.map_at_k(ranks))
            scores[name][n] = float(np.mean(draws))
    return scores


def by_sentences(systems: Systems, split: Split, seed: int = 0) -> dict[str, dict[int, dict]]:
    """System → number of sentences in the query → score and interval.

    The first ones of a random order, the same for all systems; descriptions with fewer give all.
    """
    rng = np.random.default_rng([seed, 10])
    orders = [rng.permutation(len(each)) for each in split.sentences]
    scores: dict[str, dict[int, dict]] = {name: {} for name in systems}
    for n in range(1, MOST + 1):
        pairs = zip(split.sentences, orders, strict=True)
        texts = [" ".join(each[i] for i in sorted(order[:n])) for each, order in pairs]
        for name, one in systems.items():
            queries, gallery = one.system.embed_texts(texts), one.gallery[split.name]
            ranks = retrieval.ranks(retrieval.scores(queries, gallery, one.metric), split.truth)
            each = metrics.precision_at_k(ranks)
            scores[name][n] = {"map_at_20": float(each.mean()), "ci95": metrics.interval(each)}
    return scores
