"""Numbers and rankings that are kept by content are those that would be computed anew."""

from dataclasses import replace

import numpy as np
import pytest
from test_system import NearestCentroid

from lib.record import results
from lib.search import evaluation, metrics, retrieval
from lib.show import tables


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


class Drawn(NearestCentroid):
    """Directions that a seed turns a little."""

    id, is_random = "classic.drawn", True

    def __init__(self, seed: int):
        self.seed = seed

    def embed_texts(self, texts):
        vectors = super().embed_texts(texts)
        noise = np.random.default_rng(self.seed).normal(size=vectors.shape)
        return vectors + noise * vectors.std()


def test_a_row_says_how_many_seeds_stand_behind_it(data, searched, own_cache):
    row = results.row(searched, "dev", len(data.dev))
    assert row["n_seeds"] == 0 and "by_seed" not in row["params"]
    one, three = (evaluation.evaluate(data, *map(Drawn, range(n))) for n in (1, 3))
    rows = [results.row(each, "dev", len(data.dev)) for each in (one, three)]
    assert [row["n_seeds"] for row in rows] == [1, 3]
    assert rows[1]["map_at_20"] == pytest.approx(np.mean(rows[1]["params"]["by_seed"]), abs=1e-6)
    assert rows[1]["seconds"] == pytest.approx(three.seconds["dev"] / 3, abs=1e-6)
    texts = [tables.score_text(row) for row in (results.row(searched, "dev", 1), *rows)]
    assert [text.rpartition("]")[2] for text in texts] == ["", ", one seed", ", 3 seeds"]
