"""Scores and ranks: ties, order, chunks, memory, bad values."""

import tracemalloc

import numpy as np
import pytest

from lib.search import retrieval

RNG = np.random.default_rng(0)
QUERIES = RNG.normal(size=(30, 16)).astype(np.float32)
GALLERY = RNG.normal(size=(50, 16)).astype(np.float32)
TRUTH = RNG.integers(50, size=30)


def test_scores_by_the_definition():
    cosine = retrieval.scores(QUERIES, GALLERY, "cosine")
    distance = retrieval.scores(QUERIES, GALLERY, "euclidean")
    q, g = QUERIES[3], GALLERY[7]
    assert cosine[3, 7] == pytest.approx(q @ g / np.linalg.norm(q) / np.linalg.norm(g), abs=1e-6)
    assert distance[3, 7] == pytest.approx(-np.linalg.norm(q - g), abs=1e-6)


def test_ties_take_the_middle_rank():
    scores = np.array([[3, 1, 1, 1, 0]], dtype=np.float32)
    assert retrieval.ranks(scores, np.array([0])) == 1
    assert retrieval.ranks(scores, np.array([2])) == 3
    assert retrieval.ranks(scores, np.array([4])) == 5


@pytest.mark.parametrize("metric", retrieval.METRICS)
def test_a_collapsed_gallery_ranks_in_the_middle(metric):
    """Equal vectors must tie exactly, in whatever chunk they fall."""
    same = np.tile(RNG.normal(size=(1, 300)), (1000, 1)).astype(np.float32)
    queries = RNG.normal(size=(20, 300)).astype(np.float32)
    scores = retrieval.scores(queries, same, metric, chunk=37)
    assert (retrieval.ranks(scores, np.arange(20)) == 500.5).all()


@pytest.mark.parametrize("metric", retrieval.METRICS)
def test_order_and_chunks_change_nothing(metric):
    whole = retrieval.scores(QUERIES, GALLERY, metric)
    assert (whole == retrieval.scores(QUERIES, GALLERY, metric, chunk=7)).all()
    order = RNG.permutation(50)
    place = np.argsort(order)
    mixed = retrieval.scores(QUERIES, GALLERY[order], metric)
    assert (retrieval.ranks(mixed, place[TRUTH]) == retrieval.ranks(whole, TRUTH)).all()


def test_a_zero_query_knows_nothing():
    scores = retrieval.scores(np.zeros((1, 16)), GALLERY, "cosine")
    assert retrieval.ranks(scores, np.array([4])) == 25.5


def test_top_k_is_the_head_of_a_stable_sort():
    scores = RNG.integers(0, 12, size=(40, 90)).astype(np.float32)  # many ties
    wanted = np.argsort(-scores, axis=1, kind="stable")
    assert (retrieval.top_k(scores, 9) == wanted[:, :9]).all()
    assert (retrieval.top_k(scores, 500) == wanted).all()
    assert retrieval.distinct_top1(np.eye(5)) == 5
    assert retrieval.distinct_top1(np.ones((5, 3))) == 1


def test_errors_say_what_was_expected():
    with pytest.raises(ValueError, match=r"choose from cosine, euclidean"):
        retrieval.scores(QUERIES, GALLERY, "manhattan")
    with pytest.raises(ValueError, match=r"got \(30, 16\) and \(50, 15\)"):
        retrieval.scores(QUERIES, GALLERY[:, :-1])
    with pytest.raises(ValueError, match=r"got \(5, 1000, 1\)"):
        retrieval.ranks(np.zeros((5, 1000, 1)), np.zeros(5, int))
    with pytest.raises(ValueError, match="gallery of 50"):
        retrieval.ranks(np.zeros((2, 50)), np.array([3, 50]))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_non_finite_scores_are_an_error(bad):
    gallery = GALLERY.copy()
    gallery[4, 2] = bad
    with pytest.raises(ValueError, match="NaN or infinity"):
        retrieval.scores(QUERIES, gallery)
    scores = np.zeros((3, 9), np.float32)
    scores[1, 1] = bad
    with pytest.raises(ValueError, match="NaN or infinity"):
        retrieval.ranks(scores, np.zeros(3, int))


@pytest.mark.parametrize("metric", retrieval.METRICS)
def test_a_hundred_thousand_images_in_a_gigabyte(metric):
    """2,000 × 100,000 scores, their ranks and the top nine, within 1 GB beyond the inputs."""
    queries = RNG.random((2000, 128), dtype=np.float32)
    gallery = RNG.random((100_000, 128), dtype=np.float32)
    tracemalloc.start()
    scores = retrieval.scores(queries, gallery, metric)
    ranks, best = retrieval.ranks(scores, np.arange(2000)), retrieval.top_k(scores, 9)
    peak = tracemalloc.get_traced_memory()[1] / 1e9
    tracemalloc.stop()
    assert best.shape == (2000, 9) and ranks.shape == (2000,)
    assert 0.8 < peak < 1, f"{peak} GB"
