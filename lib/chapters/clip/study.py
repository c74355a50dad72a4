"""Questions to CLIP's systems: what a step is worth, and what moves the score."""

import json
from collections.abc import Mapping, Sequence

import numpy as np

from lib.base import cache, files
from lib.data.dataset import Split
from lib.features.clip.source import EMBEDDED, Source
from lib.methods.clip import prompts
from lib.record import results
from lib.search import metrics, retrieval
from lib.search.runs import SystemRun

# Raise it when subsets come out otherwise: cached scores and records are then made again.
VERSION = 1

# The paper's table, step by step: what is compared with what, and the published scores.
STEPS = (
    ("clip.description_mean", "clip.full"),
    ("clip.full", "clip.no_punctuation"),
    ("clip.full", "clip.this_is"),
    ("clip.this_is", "clip.a_photo_of"),
    ("clip.a_photo_of", "clip.mixed"),
)
SIZES = (20, 50, 100, 200, 500, 1000, 2000)
DRAWS = 20  # random galleries of each size


def gain(better: SystemRun, worse: SystemRun, split: str, which: np.ndarray | None = None) -> dict:
    """The paired difference of two systems, its interval, and whether it can be told from noise.

    which: bool [n_query], some of the queries; of fewer than two nothing can be told.
    """
    pair = [run.precision(split) for run in (better, worse)]
    if which is not None:
        pair = [values[which] for values in pair]
    if len(pair[0]) < 2:
        nothing = {"difference": 0.0, "ci95": [-1.0, 1.0], "n": len(pair[0])}
        return nothing | {"verdict": results.paper.UNCLEAR}
    difference, (low, high) = results.difference(*pair)
    told = {"difference": difference, "ci95": [low, high], "n": len(pair[0])}
    return told | {"verdict": results.verdict_of(low, high)}


def gains(runs: Mapping[str, SystemRun], base: str, split: str) -> dict[str, dict]:
    """Every system against one of them."""
    return {name: gain(run, runs[base], split) for name, run in runs.items() if name != base}


def steps(runs: Mapping[str, SystemRun], published: Mapping[str, float], split: str) -> list[dict]:
    """The paper's steps, each with its published difference and ours."""
    rows = []
    for before, after in STEPS:
        ours = gain(runs[after], runs[before], split)
        low, high = ours["ci95"]
        rows.append(
            {
                "step": f"{before.removeprefix('clip.')} → {after.removeprefix('clip.')}",
                "paper": f"{published[after] - published[before]:+.4f}",
                "ours": f"{ours['difference']:+.4f} [{low:+.4f}, {high:+.4f}]",
                "told from noise here": "no" if ours["verdict"] == results.paper.UNCLEAR else "yes",
                "would the paper's be": "yes"
                if abs(published[after] - published[before]) > (high - low) / 2
                else "no",
            }
        )
    return rows


def begins_with_a(split: Split) -> np.ndarray:
    """Share of each description's sentences that begin with "a" or "an", float [n_query]."""
    return np.array(
        [np.mean([s.lower().startswith(("a ", "an ")) for s in said]) for said in split.sentences]
    )


def what_moves_it(
    runs: Mapping[str, SystemRun], split: Split, seed: int = 0
) -> tuple[dict[str, dict[int, float]], dict[str, dict[int, dict]]]:
    """`by_gallery` and `by_sentences`, computed once for each content."""
    key = {
        "version": files.version("chapters/clip/study.py"),
        "seed": seed,
        "sentences": split.sentences,
        "truth": cache.hash_of(split.truth),
        "runs": {
            name: [cache.hash_of(a) for a in (run.gallery[split.name], run.queries[split.name])]
            for name, run in runs.items()
        },
    }

    def compute() -> dict[str, np.ndarray]:
        both = [by_gallery(runs, split, seed), by_sentences(runs, split, seed=seed)]
        return {"json": cache.pack_words([json.dumps(both)])}

    entry = cache.cached("clip-study", key, compute)
    both = json.loads(cache.unpack_words(entry.arrays["json"])[0])
    whole = [{name: {int(n): v for n, v in by.items()} for name, by in one.items()} for one in both]
    return whole[0], whole[1]


def by_gallery(
    runs: Mapping[str, SystemRun], split: Split, seed: int = 0
) -> dict[str, dict[int, float]]:
    """System → size of the gallery → `map_at_20`, the mean over random galleries.

    The queries of a gallery are those of its own images.
    """
    sizes = [n for n in SIZES if n < len(split)] + [len(split)]
    found: dict[str, dict[int, float]] = {}
    for name, run in runs.items():
        matrix, found[name] = run.scores(split.name), {}
        own = matrix[np.arange(len(matrix)), split.truth]
        rng = np.random.default_rng([seed, 9])
        for n in sizes:
            scores = []
            for _ in range(DRAWS if n < len(split) else 1):
                chosen = np.sort(rng.choice(len(split), n, replace=False))
                queries = np.flatnonzero(np.isin(split.truth, chosen))
                part, truth = matrix[np.ix_(queries, chosen)], own[queries, None]
                ranks = 0.5 + (part > truth).sum(axis=1) + (part == truth).sum(axis=1) / 2
                scores.append(metrics.map_at_k(ranks))
            found[name][n] = float(np.mean(scores))
    return found


def by_sentences(
    runs: Mapping[str, SystemRun], split: Split, most: int = 5, seed: int = 0
) -> dict[str, dict[int, dict]]:
    """System → number of sentences in the query → score and interval.

    The sentences are the first ones of a random order, the same for all systems, so that one
    sentence is part of two. Descriptions with fewer give all that they have.
    """
    rng = np.random.default_rng([seed, 10])
    orders = [rng.permutation(len(said)) for said in split.sentences]
    found: dict[str, dict[int, dict]] = {name: {} for name in runs}
    for n in range(1, most + 1):
        texts = [
            " ".join(said[i] for i in sorted(order[:n]))
            for said, order in zip(split.sentences, orders, strict=True)
        ]
        for name, run in runs.items():
            scores = retrieval.scores(run.embed_queries(texts), run.gallery[split.name], run.metric)
            precision = metrics.precision_at_k(retrieval.ranks(scores, split.truth))
            found[name][n] = {
                "map_at_20": float(precision.mean()),
                "ci95": metrics.interval(precision),
            }
    return found


def cut_table(run_params: Mapping[str, dict], split: str) -> list[dict]:
    """What each way to say it loses past 77 tokens."""
    return [
        {
            "way": name.removeprefix("clip."),
            "texts over 77 tokens": f"{params['tokens'][split]['over_limit']:.1%}",
            "tokens not read": f"{params['tokens'][split]['cut']:.2%}",
        }
        for name, params in run_params.items()
    ]


def sentence_similarities(
    split: Split, run: SystemRun, queries: Sequence[int], source: Source = EMBEDDED
) -> tuple[np.ndarray, list[str]]:
    """Cosines of some first sentences to all their images, [n, n], and the sentences."""
    from lib.features.clip import embed

    texts = [split.sentences[i][0] for i in queries]
    images = run.gallery[split.name][split.truth[list(queries)]]
    return retrieval.scores(embed.texts(texts, source).arrays["embedded"], images), texts


def followed(
    split: Split, run: SystemRun, query: int, source: Source = EMBEDDED
) -> list[dict[str, str]]:
    """One query taken apart: each sentence's rank of the true image, the mean's, the whole's."""
    from lib.features.clip import embed

    said = list(split.sentences[query])
    texts = [*said, prompts.full(said)[0]]
    vectors = embed.texts(texts, source).arrays["embedded"]
    mean = retrieval.unit(vectors[:-1].mean(axis=0, keepdims=True))
    names = [*said, "the whole description, one text", "the mean of the sentences"]
    scores = retrieval.scores(np.vstack([vectors, mean]), run.gallery[split.name])
    ranks = retrieval.ranks(scores, np.full(len(names), split.truth[query]))
    return [
        {
            "what is said": name,
            "cosine to the true image": f"{row[split.truth[query]]:.3f}",
            "best cosine of all": f"{row.max():.3f}",
            "rank of the true image": f"{rank:g}",
        }
        for name, row, rank in zip(names, scores, ranks, strict=True)
    ]
