"""XGBoost the quick way: it learns, stops in time, and is the same again."""

import numpy as np
import pytest
from test_data import loaded

from lib.base import cache
from lib.features import text
from lib.methods.regression import boosting, regress
from lib.search import metrics, runs

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture
def few(monkeypatch):
    """Few rounds: the drawn data is learnt at once."""
    monkeypatch.setattr(boosting, "MOST_ROUNDS", 12)
    monkeypatch.setattr(boosting, "SCORED_ROUNDS", (2, 5))
    monkeypatch.setattr(boosting, "DIRECTIONS", 8)


@pytest.fixture
def boosted(course, few):
    data = loaded(course)
    return data, *boosting.boosted(data, text.for_stages(data, ""), "pca", "boosting.x")


def test_learns_and_notes_how(boosted):
    data, systems, curve = boosted
    chance = metrics.chance(len(data.test))["map_at_20"]
    assert metrics.map_at_k(systems[1].ranks["test"]) > 4 * chance
    assert len(curve.fit) == len(curve.dev) <= 12
    assert curve.fit[-1] < curve.fit[0] and curve.rounds == np.argmin(curve.dev) + 1
    assert set(curve.scores) == {2, 5, curve.rounds} - {r for r in (2, 5) if r >= len(curve.dev)}
    assert systems[0].params["rounds"] == curve.rounds
    dev = metrics.map_at_k(systems[0].ranks["dev"])
    assert curve.scores[curve.rounds] == pytest.approx(dev, abs=1e-9)


def test_new_text_goes_through_the_stored_trees(boosted, tmp_path):
    data, systems, _ = boosted
    for system in systems:
        runs.save(tmp_path, system, {})
        typed = runs.load(tmp_path, system.id).embed_queries(data.test.texts)
        assert typed == pytest.approx(system.queries["test"], abs=1e-4)


def test_the_same_seed_grows_the_same_trees(course, few, boosted):
    data, systems, _ = boosted
    again, _ = boosting.boosted(data, text.for_stages(data, ""), "pca", "boosting.x")
    other, _ = boosting.boosted(data, text.for_stages(data, ""), "pca", "boosting.x", seed=1)
    assert (again[0].queries["test"] == systems[0].queries["test"]).all()
    assert (other[0].queries["test"] != systems[0].queries["test"]).any()
    merged = boosting.over_seeds([systems, other])
    assert merged[0].ranks["test"].shape == (2, 60) and merged[0].id == "boosting.x"
    assert merged[0].seconds["dev"] > systems[0].seconds["dev"]


def test_the_obvious_way_is_the_libraries_own(course, monkeypatch):
    """Two targets, as scikit-learn and XGBoost do it by default; on development alone."""
    data = loaded(course)
    problem = regress.problems(data, text.for_stages(data, ""), "pca", 1, n_kept=2)["dev"]
    predicted = boosting.obvious_way(problem)
    one = boosting.xgboost.XGBRegressor().fit(problem.inputs, problem.targets[0][:, 1])
    assert predicted[:, 1] == pytest.approx(one.predict(problem.queries), abs=1e-5)
    system = boosting.obvious_system("boosting.y", problem, predicted, 7.0)
    assert set(system.ranks) == {"dev"} and system.seconds["dev"] > 7


def test_arrays_are_named_by_their_content():
    a = np.arange(6.0)
    assert cache.hash_of(a) == cache.hash_of(a.copy()) != cache.hash_of(a.reshape(2, 3))
    assert cache.hash_of(a) != cache.hash_of(a.astype(np.float32))


def test_directions_are_not_drawn():
    """With few rows the library's default solver is a random one."""
    inputs = np.random.default_rng(0).normal(size=(640, 300))
    first, again = (boosting.principal_directions(inputs).components_ for _ in range(2))
    assert (first == again).all()
