"""Ranks → numbers with intervals.

Each query has one relevant image, so average precision is 1/rank, recall at k is the
hit rate, and both equal what trec_eval computes.
"""

import numpy as np
from scipy import stats

# Raise it when scores or intervals give other numbers: cached scores and records are made again.
VERSION = 1

RESAMPLES = 5000
CUTOFF = 20  # the competition reads twenty images a query


def precision_at_k(ranks: np.ndarray, k: int = CUTOFF) -> np.ndarray:
    """Average precision of each query: 1/rank within the top k, else 0.

    ranks: float, any shape, 1 = best, ties at the middle rank. Raises ValueError if
    ranks is empty, k < 1, or a rank is below 1 or not finite.
    """
    ranks = checked(ranks, k)
    return np.where(ranks <= k, 1 / ranks, 0.0)


def map_at_k(ranks: np.ndarray, k: int = CUTOFF) -> float:
    """Mean average precision at k, the report's main score. Kaggle's scores follow it.

    The paper calls it "MAPE"; it is no percentage error. Arguments as `precision_at_k`.
    """
    return float(precision_at_k(ranks, k).mean())


def linear_at_k(ranks: np.ndarray, k: int = CUTOFF) -> float:
    """Mean of (k + 1 - rank)/k within the top k, else 0: the score that some entrants quote."""
    ranks = checked(ranks, k)
    return float(np.where(ranks <= k, (k + 1 - ranks) / k, 0.0).mean())


def recall_at_k(ranks: np.ndarray, k: int) -> float:
    """Share of queries whose image is ranked in the top k; arguments as `precision_at_k`."""
    return float((checked(ranks, k) <= k).mean())


def checked(ranks: np.ndarray, k: int) -> np.ndarray:
    """The ranks as a float array; ValueError for what cannot be ranks."""
    ranks = np.asarray(ranks, dtype=float)
    if k < 1:
        raise ValueError(f"k must be at least 1; got {k}")
    if ranks.size == 0:
        raise ValueError("ranks are empty: there is no query to average over")
    if not (ranks >= 1).all():
        raise ValueError(f"ranks start at 1; got {ranks[~(ranks >= 1)].flat[0]}")
    return ranks


def summary(ranks: np.ndarray) -> dict[str, float]:
    """Every score of a record's row; ranks: [n_query] or, over seeds, [n_seed, n_query].

    Over seeds each score is the mean of the seeds' scores.
    """
    seeds = np.atleast_2d(ranks)
    return {
        "map_at_20": map_at_k(ranks),
        "map_at_20_ci95": interval(precision_at_k(seeds).mean(axis=0)),
        "linear_at_20": linear_at_k(ranks, CUTOFF),
        "recall_at_1": recall_at_k(ranks, 1),
        "recall_at_5": recall_at_k(ranks, 5),
        "recall_at_10": recall_at_k(ranks, 10),
        "median_rank": float(np.median(seeds, axis=1).mean()),
    }


def chance(n_gallery: int) -> dict[str, float]:
    """The same scores of a random ranking, exactly, without drawing one."""
    every_rank = np.arange(1, n_gallery + 1)
    exact = summary(every_rank)  # each rank is equally likely for each query
    return {**exact, "map_at_20_ci95": [exact["map_at_20"]] * 2}


def interval(values: np.ndarray, seed: int = 0) -> list[float]:
    """95 % interval of the mean of per-query values, by a percentile bootstrap over queries.

    values: float [n_query]. Returns [low, high].
    """
    rng, batch = np.random.default_rng(seed), 500  # 2,000 queries then need 8 MB instead of 80
    bootstrap = stats.bootstrap(
        (values,), np.mean, n_resamples=RESAMPLES, batch=batch, method="percentile", rng=rng
    )
    return [float(bound) for bound in bootstrap.confidence_interval]


def paired_difference(better: np.ndarray, worse: np.ndarray) -> tuple[float, list[float]]:
    """Mean difference of two systems on the same queries, and its paired-bootstrap interval.

    better, worse: float [n_query], per-query average precision; `worse` may be one number,
    the exact expectation of chance. Raises ValueError where the queries differ in number.
    """
    if np.ndim(worse) and np.shape(better) != np.shape(worse):
        raise ValueError(
            f"a paired comparison needs the same queries; got {np.shape(better)} and "
            f"{np.shape(worse)}: score both systems on one split"
        )
    difference = np.asarray(better) - worse
    return float(difference.mean()), interval(difference)
