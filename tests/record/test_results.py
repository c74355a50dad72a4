"""Numbers and rankings that are kept by content are those that would be computed anew."""

from dataclasses import replace

import numpy as np
import pytest
from test_system import NearestCentroid

from lib.record import results
from lib.search import evaluation, metrics, retrieval


@pytest.fixture
def searched(data, own_cache):
    """A system on both splits."""
    return evaluation.evaluate(data, NearestCentroid())


def refuse(*_, **__):
    """Stands in for what must not be computed again."""
    raise AssertionError("computed a second time")


def test_kept_numbers_are_those_of_metrics(searched, monkeypatch):
    ranks = searched.ranks["test"]
    assert results.summary(ranks) == metrics.summary(ranks)
    better, worse = (1 / np.random.default_rng(s).integers(1, 9, 50) for s in (1, 2))
    kept = {}
    for other in (worse, 0.01):
        kept[str(other)] = results.difference(better, other)
        assert kept[str(other)] == metrics.paired_difference(better, other)
    monkeypatch.setattr(metrics, "interval", refuse)
    assert results.summary(ranks)["median_rank"] == np.median(ranks)
    assert results.difference(better, worse) == kept[str(worse)]
    with pytest.raises(AssertionError):
        results.difference(worse, better)


def test_kept_rankings_are_those_of_the_vectors(searched, data, monkeypatch):
    parts = searched.queries["dev"], searched.gallery["dev"], data.dev.truth
    assert (evaluation.ranked(*parts) == searched.ranks["dev"][0]).all()
    best = retrieval.top_k(searched.scores("dev"), 5)
    assert (evaluation.first(searched, "dev", 5) == best).all()
    system = NearestCentroid()
    system.metric = "euclidean"
    far = replace(searched, system=system)
    assert (evaluation.first(far, "dev", 5) == retrieval.top_k(far.scores("dev"), 5)).all()
    monkeypatch.setattr(retrieval, "scores", refuse)
    assert (evaluation.first(searched, "dev", 5) == best).all()
    assert (evaluation.ranked(*parts) == searched.ranks["dev"][0]).all()
    with pytest.raises(AssertionError):
        evaluation.ranked(*parts[:2], np.roll(parts[2], 1))
