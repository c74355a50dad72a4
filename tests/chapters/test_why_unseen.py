"""Seen against unseen: a difference between queries that are otherwise as difficult."""

import numpy as np

from lib.chapters.why import unseen


def test_matching_takes_the_difficulty_out():
    rng = np.random.default_rng(0)
    stratum = rng.integers(3, size=3000)
    is_unseen = rng.random(3000) < np.array([0.05, 0.2, 0.6])[stratum]  # the hard ones are new
    precision = 0.8 - 0.2 * stratum + 0.05 * rng.normal(size=3000)
    plain = precision[is_unseen].mean() - precision[~is_unseen].mean()
    one = unseen.matched(precision, is_unseen, stratum)
    assert plain < -0.1 and abs(one["difference"]) < 0.01
    assert one["ci95"][0] < 0 < one["ci95"][1] and one["n"] == is_unseen.sum()
    worse = unseen.matched(precision - 0.1 * is_unseen, is_unseen, stratum)
    assert -0.11 < worse["difference"] < -0.09 and worse["ci95"][1] < 0


def test_a_stratum_with_one_kind_alone_is_left_out():
    one = unseen.matched(np.array([1.0, 0, 1, 0]), np.array([True, False, True, True]),
                         np.array([0, 0, 1, 1]))  # fmt: skip
    assert (one["n"], one["unseen"], one["seen"]) == (1, 1.0, 0.0)


def test_strata_part_by_length_and_by_class():
    texts = ["a b", "a b c d", "a b c d e f", "a b c d e f g h"] * 2
    stratum = unseen.strata(texts, [("x",)] * 4 + [("y",)] * 2 + [("z",), ("w",)])
    assert len(set(stratum[:4])) == 4, "lengths"
    assert stratum[0] != stratum[4] != stratum[6], "classes of four, of two and of one"
