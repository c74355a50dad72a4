"""Elastic net: exact where the library's is, ridge at its edge, chosen without test."""

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet, Ridge
from test_data import loaded

from lib.features import features, text
from lib.methods.regression import elastic, regress
from lib.search import metrics

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def small(monkeypatch):
    """A grid of four points."""
    monkeypatch.setattr(elastic, "ALPHAS", np.array([1e-6, 1e-3]))
    monkeypatch.setattr(elastic, "RATIOS", (0.0, 0.5))


def test_the_closed_form_is_the_librarys_optimum(rng):
    """On correlated inputs, turned first: the same coefficients as a finished descent."""
    inputs = rng.normal(size=(200, 6)) @ rng.normal(size=(6, 6))
    targets = inputs @ rng.normal(size=(6, 3)) + rng.normal(size=(200, 3))
    turn = elastic.turned(inputs, targets)
    directions = (inputs - turn.centre) @ turn.directions.T
    for alpha, l1_ratio in ((0.5, 0.3), (0.1, 1.0), (2.0, 0.9)):
        model = ElasticNet(alpha=alpha, l1_ratio=l1_ratio, tol=1e-10, max_iter=100_000)
        model.fit(directions, targets)
        assert turn.weights(alpha, l1_ratio) == pytest.approx(model.coef_.T, abs=1e-6)
    assert (turn.weights(2.0, 0.9) == 0).any(), "a strong L1 pull sets coefficients to zero"


def test_without_l1_it_is_ridge(rng):
    inputs, targets = rng.normal(size=(50, 4)), rng.normal(size=(50, 2))
    turn = elastic.turned(inputs, targets)
    weights, bias = turn.map_back(turn.weights(0.2, 0.0))
    ridge = Ridge(0.2 * 50).fit(inputs, targets)
    assert inputs @ weights + bias == pytest.approx(ridge.predict(inputs), abs=1e-9)


def test_the_chosen_point_is_the_best_and_its_score_the_systems(course, small):
    data = loaded(course)
    words = text.for_stages(data, "")
    systems, grid = elastic.elastic_net(data, words, "subset", "tuning.x", n_seeds=2)
    dev = metrics.precision_at_k(systems[0].ranks["dev"]).mean()
    assert grid.scores.max() == pytest.approx(dev, abs=1e-9)
    assert grid.setting == (systems[0].params["alpha"], systems[0].params["l1_ratio"])
    assert grid.best_ridge == grid.scores[:, 0].max()
    assert systems[1].id == "tuning.x.cosine" and systems[0].ranks["test"].shape == (2, 60)
    typed = systems[1].embed_queries(data.test.texts)
    assert typed == pytest.approx(systems[1].queries["test"], rel=1e-4, abs=1e-4)


def test_a_descent_that_stops_early_is_noticed(course):
    """Collinear inputs: the library's descent runs into its limit, the exact answer does not."""
    data = loaded(course)
    problem = regress.problems(data, text.for_stages(data, ""), "subset", 1)["dev"]
    told = elastic.stopped_early(problem, (1e-9, 0.5))
    assert told["unfinished"] > 0.5 and 0 < told["closed_form"] <= 1


def test_components_look_at_the_fitted_images_alone(rng):
    fitted, other = rng.normal(size=(40, 12)), rng.normal(size=(30, 12))
    reduce = features.components(fitted, 5, rng)
    assert reduce(fitted).shape == (40, 5)
    variances = reduce(fitted).var(axis=0)
    assert (np.diff(variances) < 0).all(), "in order of variance"
    assert reduce(fitted).mean(axis=0) == pytest.approx(np.zeros(5), abs=1e-6)
    assert abs(reduce(other).mean(axis=0)).max() > 1e-3, "others are not centred anew"
    kept = features.variance_kept(fitted)
    assert variances.sum() / fitted.var(axis=0).sum() == pytest.approx(kept[4], abs=1e-6)
