"""Elastic net: exact where the library's is, ridge at its edge, chosen without test."""

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet, Ridge

from lib.features import features
from lib.features.features import ReducedFeatures
from lib.features.text import MeanWords
from lib.methods.regression import elastic
from lib.methods.regression.elastic import ExactElasticNet, Turned
from lib.methods.regression.regress import Regression
from lib.search import evaluation

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
    turn = Turned(inputs, targets)
    directions = turn.pca.transform(inputs)
    for alpha, l1_ratio in ((0.5, 0.3), (0.1, 1.0), (2.0, 0.9)):
        model = ElasticNet(alpha=alpha, l1_ratio=l1_ratio, tol=1e-10, max_iter=100_000)
        model.fit(directions, targets)
        assert turn.solve(alpha, l1_ratio)[0] == pytest.approx(model.coef_.T, abs=1e-6)
    assert (turn.solve(2.0, 0.9)[0] == 0).any(), "a strong L1 pull sets coefficients to zero"


def test_without_l1_it_is_ridge(rng):
    inputs, targets = rng.normal(size=(50, 4)), rng.normal(size=(50, 2))
    net = ExactElasticNet(0.2, 0.0)
    net.fit(inputs, targets)
    ridge = Ridge(0.2 * 50).fit(inputs, targets)
    assert net.predict(inputs) == pytest.approx(ridge.predict(inputs), abs=1e-9)


def draws(data, n=1, reduction="subset", n_kept=100):
    """Elastic nets on some draws of the features."""
    texts = MeanWords(data)
    images = [ReducedFeatures(reduction, (data.seed, i), n_kept) for i in range(n)]
    return [Regression("tuning.x", texts, drawn, ExactElasticNet()) for drawn in images]


def test_the_chosen_point_is_the_best_and_its_score_the_systems(data, small):
    nets = draws(data, 2)
    grid = elastic.search(data, *nets)
    net, cosine = evaluation.evaluate_variants(data, *nets, before=100.0)
    assert grid.scores.max() == pytest.approx(net.map_at_20("dev"), abs=1e-9)
    assert grid.setting == (net.params["alpha"], net.params["l1_ratio"])
    assert cosine.id == "tuning.x.cosine" and net.ranks["test"].shape == (2, 60)
    assert net.seconds["dev"] > 100 > net.seconds["test"], "the search is part of the cost"


def test_components_look_at_the_fitted_images_alone(rng):
    fitted, other = rng.normal(size=(40, 12)), rng.normal(size=(30, 12))
    reduce = features.components(fitted, 5).transform
    assert reduce(fitted).shape == (40, 5)
    assert features.components(fitted, 1000).n_components_ == 12, "as many as there are"
    variances = reduce(fitted).var(axis=0)
    assert (np.diff(variances) < 0).all(), "in order of variance"
    assert reduce(fitted).mean(axis=0) == pytest.approx(np.zeros(5), abs=1e-6)
    assert abs(reduce(other).mean(axis=0)).max() > 1e-3, "others are not centred anew"
    kept = features.variance_kept(fitted)
    assert variances.sum() / fitted.var(axis=0).sum() == pytest.approx(kept[4], abs=1e-6)
