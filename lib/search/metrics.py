"""Ranks → numbers with intervals.

Each query has one relevant image, so average precision is 1/rank, recall at k is the
hit rate, and both equal what trec_eval computes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

# Raise it when scores or intervals give other numbers: cached scores and records are made again.
VERSION = 2

RESAMPLES = 5000
CUTOFF = 20  # the competition reads twenty images a query
LEVEL = 0.05  # chance of even one wrong verdict among all that are judged together


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
    """Every score of a row; ranks [n_query], or [n_seed, n_query] for means of seeds' scores."""
    seeds = np.atleast_2d(ranks)
    return {
        "map_at_20": map_at_k(ranks),
        "map_at_20_ci95": interval(precision_at_k(seeds)),
        "linear_at_20": linear_at_k(ranks, CUTOFF),
        **{f"recall_at_{k}": recall_at_k(ranks, k) for k in (1, 5, 10)},
        "median_rank": float(np.median(seeds, axis=1).mean()),
    }


def chance(n_gallery: int) -> dict[str, float]:
    """The same scores of a random ranking, exactly, without drawing one."""
    every_rank = np.arange(1, n_gallery + 1)
    exact = summary(every_rank)  # each rank is equally likely for each query
    return {**exact, "map_at_20_ci95": [exact["map_at_20"]] * 2}


def interval(values: np.ndarray, seed: int = 0) -> list[float]:
    """95 % interval of the mean of per-query values; returns [low, high].

    values: float [n_query], by a percentile bootstrap over queries; or [n_seed, n_query], by
    Student's t, so that it covers other seeds as well as other queries.
    """
    rows = np.atleast_2d(values)
    if len(rows) > 1:
        return Gap.of(rows, 0.0).ci95
    rng, batch = np.random.default_rng(seed), 500  # 2,000 queries then need 8 MB instead of 80
    bootstrap = stats.bootstrap(
        (rows[0],), np.mean, n_resamples=RESAMPLES, batch=batch, method="percentile", rng=rng
    )
    return [float(bound) for bound in bootstrap.confidence_interval]


@dataclass(frozen=True)
class Gap:
    """The mean difference of two systems, its standard error, and the error's degrees of freedom.

    Queries and seeds are two crossed samples. The error's square is the sum of the variances of
    the two means, over queries and over seeds; degrees of freedom by Satterthwaite (1946).
    """

    difference: float
    error: float
    freedom: float

    @classmethod
    def of(cls, better: np.ndarray, worse: np.ndarray | float) -> "Gap":
        """better, worse: per-query average precision as `paired_difference` takes it."""
        better, worse = np.atleast_2d(better), np.atleast_2d(worse)
        gaps = better.mean(axis=0) - worse.mean(axis=0)
        is_paired = len(better) == len(worse) or worse.size == 1  # seed by seed
        samples = [gaps, *([better - worse] if is_paired else [better, worse])]
        means = [gaps, *(sample.mean(axis=1) for sample in samples[1:])]
        parts = [(mean.var(ddof=1) / len(mean), len(mean) - 1) for mean in means if len(mean) > 1]
        total, squares = sum(v for v, _ in parts), sum(v**2 / n for v, n in parts)
        freedom = total**2 / squares if squares > 0 else 1.0
        return cls(float(gaps.mean()), float(total**0.5), float(freedom))

    @property
    def ci95(self) -> list[float]:
        reach = stats.t.ppf(0.975, self.freedom) * self.error
        return [float(self.difference - reach), float(self.difference + reach)]

    @property
    def p(self) -> float:
        """How likely a difference as large as this one is where there is none."""
        if self.error == 0:
            return float(self.difference == 0)
        return float(2 * stats.t.sf(abs(self.difference) / self.error, self.freedom))

    def p_beyond(self, margin: float) -> float:
        """The larger p of two one-sided tests for a gap as wide as the margin (Schuirmann 1987)."""
        if self.error == 0:
            return float(abs(self.difference) >= margin)
        return float(stats.t.sf((margin - abs(self.difference)) / self.error, self.freedom))


def paired_difference(better: np.ndarray, worse: np.ndarray | float) -> tuple[float, list[float]]:
    """Mean difference of two systems on the same queries, and its 95 % interval.

    better, worse: average precision, float [n_query] or [n_seed, n_query], seed by seed where both
    have as many. `worse` may be one number, chance's. ValueError where queries differ in number.
    """
    if np.ndim(worse) and np.shape(better)[-1] != np.shape(worse)[-1]:
        raise ValueError(
            f"a paired comparison needs the same queries; got {np.shape(better)} and "
            f"{np.shape(worse)}: score both systems on one split"
        )
    better, worse = np.atleast_2d(better), np.atleast_2d(worse)
    if len(better) == len(worse) == 1:
        difference = better[0] - worse[0]
        return float(difference.mean()), interval(difference)
    gap = Gap.of(better, worse)
    return gap.difference, gap.ci95


def holm(p_values: Sequence[float], n: int | None = None, level: float = LEVEL) -> np.ndarray:
    """Which hypotheses Holm's step-down rejects at a level for all together, bool [len(p)].

    n: how many there are, if more than are known; the others count as not rejected.
    """
    p = np.asarray(p_values)
    order, n = np.argsort(p, kind="stable"), n or len(p)
    passed = p[order] <= level / (n - np.arange(len(p)))
    rejected = np.zeros(len(p), dtype=bool)
    rejected[order] = np.logical_and.accumulate(passed)
    return rejected
