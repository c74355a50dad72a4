"""XGBoost the quick way: it learns, stops in time, and is the same again."""

import numpy as np
import pytest
from test_regress import few  # noqa: F401

from lib.base import cache
from lib.chapters.regression import long
from lib.features.features import ReducedFeatures, components
from lib.features.text import MeanWords
from lib.methods.regression import boosting
from lib.methods.regression.regress import Regression
from lib.search import evaluation, metrics

pytestmark = pytest.mark.usefixtures("own_cache", "few")
NAME = "boosting.xgboost_pca100"


def boosted(data, *seeds):
    """The quick way on principal components."""
    words = [MeanWords(data, draw=seed) for seed in range(2)]
    return evaluation.evaluate_variants(data, *boosting.quick(NAME, words, data.seed, *seeds))


def test_learns_and_notes_how(data):
    systems = boosted(data, 0)
    curve = systems[0].system.model.curve
    chance = metrics.chance(len(data.test))["map_at_20"]
    assert systems[1].map_at_20("test") > 4 * chance
    fitted, watched, scores, rounds, least = curve.values()
    assert len(fitted) == len(watched) == 12 and fitted[-1] < fitted[0]
    assert set(scores) == {2, 5, 12} and scores[rounds] == max(scores.values())
    assert least == np.argmin(watched) + 1 and systems[0].params["rounds"] == rounds
    dev = systems[0].map_at_20("dev")
    assert scores[rounds] == pytest.approx(dev, abs=1e-9)


def test_the_same_seed_grows_the_same_trees(data):
    system, again, other = boosted(data, 0)[0], boosted(data, 0)[0], boosted(data, 1)[0]
    assert (again.queries["test"] == system.queries["test"]).all()
    assert (other.queries["test"] != system.queries["test"]).any()
    both = boosted(data, 0, 1)[0]
    assert both.ranks["test"].tolist() == [*system.ranks["test"].tolist(),
                                           *other.ranks["test"].tolist()]  # fmt: skip
    assert both.id == NAME and both.params["seed"] == [0, 1]


def test_the_obvious_way_is_the_librarys_own(data):
    """Two targets, as scikit-learn and XGBoost do it by default; on development alone."""
    images = ReducedFeatures("pca", (data.seed, 0), 2)
    system = Regression("x", MeanWords(data), images, boosting.ObviousTrees())
    x, y = system.fit_vectors(data.fit)
    system.model.fit(x, y)
    new, _ = system.vectors(data.dev)
    one = boosting.xgboost.XGBRegressor().fit(x, y[:, 1])
    assert system.model.predict(new)[:, 1] == pytest.approx(one.predict(new), abs=1e-5)


def test_the_obvious_way_is_measured_on_development_alone(data):
    small, cost = data.subset(40, 10), []
    for _ in range(2):
        _, (row, not_tested) = long.obvious_way(small, "")
        cost.append(row["seconds"])
    assert row["system"] == not_tested["system"] == boosting.OBVIOUS
    assert (row["split"], not_tested["status"]) == ("dev", "not_run")
    assert cost[1] > 0.5 * cost[0], "kept predictions cost what they had cost"


def test_the_long_run_reads_all_inputs(data):
    """As many directions as there are; the default keeps the first ones."""
    short = boosting.QuickTrees(directions=3)
    x, y = np.random.default_rng(0).normal(size=(2, 50, 7))
    short.rounds = 2
    short.fit(x, y)
    assert short.turn.n_components_ == 3
    rows = long.all_inputs(data, "")[1]
    assert {row["system"] for row in rows} == {f"{boosting.ALL_INPUTS}{end}"
                                               for end in ("", ".cosine")}  # fmt: skip
    assert {row["params"]["directions"] for row in rows} == {len(data.train)}


def test_arrays_are_named_by_their_content():
    a = np.arange(6.0)
    assert cache.hash_of(a) == cache.hash_of(a.copy()) != cache.hash_of(a.reshape(2, 3))
    assert cache.hash_of(a) != cache.hash_of(a.astype(np.float32))


def test_directions_are_not_drawn():
    """With few rows the library's default solver is a random one."""
    inputs = np.random.default_rng(0).normal(size=(640, 300))
    first, again = (components(inputs, 100).components_ for _ in range(2))
    assert (first == again).all()
