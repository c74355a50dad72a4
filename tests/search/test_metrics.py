"""Metrics: worked by hand, against an independent library, and as properties."""

import ir_measures
import numpy as np
import pytest
from ir_measures import AP, RR, Success
from scipy import stats

from lib.search import metrics, retrieval

RANKS = np.array([1, 2, 4, 20, 21, 300])


def test_worked_by_hand():
    assert metrics.map_at_k(RANKS) == pytest.approx((1 + 1 / 2 + 1 / 4 + 1 / 20) / 6)
    assert metrics.linear_at_k(RANKS) == pytest.approx((20 + 19 + 17 + 1) / 20 / 6)
    assert metrics.recall_at_k(RANKS, 1) == pytest.approx(1 / 6)
    assert metrics.recall_at_k(RANKS, 5) == pytest.approx(3 / 6)
    summary = metrics.summary(RANKS)
    assert summary["median_rank"] == 12
    assert summary["recall_at_10"] == pytest.approx(3 / 6)


def test_against_ir_measures():
    """pytrec_eval behind ir-measures computes the same from the scores themselves."""
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(40, 120))
    truth = rng.integers(120, size=40)
    ranks = retrieval.ranks(scores.astype(np.float32), truth)
    qrels = [ir_measures.Qrel(f"q{i}", f"d{j}", 1) for i, j in enumerate(truth)]
    run = [
        ir_measures.ScoredDoc(f"q{i}", f"d{j}", float(scores[i, j]))
        for i in range(40)
        for j in range(120)
    ]
    wanted = ir_measures.calc_aggregate([AP @ 20, RR @ 20, Success @ 1, Success @ 5], qrels, run)
    assert metrics.map_at_k(ranks) == pytest.approx(wanted[AP @ 20])
    assert metrics.map_at_k(ranks) == pytest.approx(wanted[RR @ 20])
    assert metrics.recall_at_k(ranks, 1) == pytest.approx(wanted[Success @ 1])
    assert metrics.recall_at_k(ranks, 5) == pytest.approx(wanted[Success @ 5])


def test_chance_is_exact():
    assert metrics.chance(2000)["map_at_20"] == pytest.approx(0.0017989, abs=1e-7)
    assert metrics.chance(2000)["linear_at_20"] == pytest.approx(0.00525)
    assert metrics.chance(400)["map_at_20"] == pytest.approx(0.0090, abs=5e-5)
    assert metrics.chance(5)["recall_at_10"] == 1
    rng = np.random.default_rng(1)
    drawn = metrics.precision_at_k(rng.integers(1, 401, size=200_000))
    error = drawn.std() / len(drawn) ** 0.5
    assert abs(drawn.mean() - metrics.chance(400)["map_at_20"]) < 4 * error


def test_summary_over_seeds_is_the_mean_of_seeds():
    seeds = np.array([RANKS, RANKS[::-1] + 1])
    assert metrics.summary(seeds)["map_at_20"] == pytest.approx(
        np.mean([metrics.map_at_k(seed) for seed in seeds])
    )


@pytest.mark.parametrize(
    ("ranks", "k", "message"),
    [([], 5, "empty"), ([1.0], 0, "at least 1"), ([0.5], 5, "start at 1"), ([np.nan], 5, "start")],
)
def test_impossible_ranks(ranks, k, message):
    with pytest.raises(ValueError, match=message):
        metrics.recall_at_k(np.array(ranks), k)


def test_interval_covers_the_truth():
    """A 95 % interval holds the true mean in about 95 of 100 samples."""
    rng = np.random.default_rng(2)
    hits = 0
    for _ in range(60):
        low, high = metrics.interval(rng.exponential(size=150))
        hits += low <= 1 <= high
    assert hits >= 50


def test_paired_difference_sees_what_two_intervals_cannot():
    """The same hard and easy queries: a small, steady gain shows only when paired."""
    rng = np.random.default_rng(3)
    base = rng.uniform(size=400)
    gain, (low, high) = metrics.paired_difference(base + rng.normal(0.02, 0.05, 400), base)
    assert low > 0 and low < gain < high
    assert metrics.interval(base)[1] - metrics.interval(base)[0] > 0.05
    same, interval = metrics.paired_difference(base, base)
    assert same == 0 and interval == [0, 0]
    with pytest.raises(ValueError, match="same queries"):
        metrics.paired_difference(base, base[:-1])


def test_an_interval_over_seeds_covers_other_seeds_too():
    """Three seeds that differ more than queries do: 95 in 100 intervals hold the true mean."""
    rng, hits, narrow = np.random.default_rng(4), 0, 0
    for _ in range(400):
        seeds, queries = rng.normal(0, 0.02, (3, 1)), rng.normal(0, 0.2, 400)
        values = 0.3 + seeds + queries + rng.normal(0, 0.1, (3, 400))
        low, high = metrics.interval(values)
        hits += low <= 0.3 <= high
        low, high = metrics.interval(values.mean(axis=0))
        narrow += low <= 0.3 <= high
    assert 375 <= hits <= 397 and narrow < 345


def test_a_gap_of_one_seed_is_the_paired_t_test():
    rng = np.random.default_rng(5)
    one, other = rng.uniform(size=(2, 300))
    gap, test = metrics.Gap.of(one, other), stats.ttest_rel(one, other)
    assert gap.p == pytest.approx(test.pvalue)
    assert gap.ci95 == pytest.approx(list(test.confidence_interval()))
    assert gap.ci95 == pytest.approx(metrics.paired_difference(one, other)[1], abs=2e-3)
    for margin in (0.02, 0.1):
        sides = [stats.ttest_1samp(one - other, -margin, alternative="greater").pvalue,
                 stats.ttest_1samp(one - other, margin, alternative="less").pvalue]  # fmt: skip
        assert gap.p_beyond(margin) == pytest.approx(max(sides))


def test_seeds_are_compared_seed_by_seed_where_both_have_as_many():
    """What a draw does to both systems alike is no doubt about their difference."""
    rng = np.random.default_rng(6)
    draws, base = rng.normal(0, 0.05, (5, 1)), rng.uniform(size=300)
    one = base + draws + rng.normal(0.01, 0.01, (5, 300))
    paired = metrics.Gap.of(one, base + draws)
    alone = metrics.Gap.of(one, (base + draws)[:4])  # another number of seeds: no pairs
    assert paired.difference == pytest.approx(0.01, abs=0.002)
    assert paired.p < 1e-6 < 0.1 < alone.p and paired.error < alone.error / 20
    assert metrics.Gap.of(base, base).p == 1 and metrics.Gap.of(base, base).p_beyond(0.01) == 0


def test_holm_by_hand():
    rejected = metrics.holm([0.01, 0.04, 0.03, 0.005], level=0.05)
    # 0.005 ≤ 0.05/4, 0.01 ≤ 0.05/3, 0.03 > 0.05/2: there it ends, and 0.04 ≤ 0.05/1 is too late.
    assert rejected.tolist() == [True, False, False, True]
    # Two more that are not known: 0.005 ≤ 0.05/6, 0.01 ≤ 0.05/5, 0.03 > 0.05/4.
    assert metrics.holm([0.01, 0.04, 0.03, 0.005], n=6).tolist() == [True, False, False, True]
    assert not metrics.holm([0.01, 0.04], n=17).any()
