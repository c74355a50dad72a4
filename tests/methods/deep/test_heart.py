"""What chapter 04 writes out, against the network that its slips are put into."""

from dataclasses import replace
from types import SimpleNamespace

import hearts
import numpy as np
import pytest

from lib.features.text import MeanWords
from lib.methods.deep import deep, faults
from lib.search import evaluation, metrics


@pytest.fixture(scope="module")
def design(data):
    design = deep.set_ups(MeanWords(data))["pca100"].designs["192"]
    return replace(design, network=deep.REGRESSION)


@pytest.fixture(scope="module")
def healthy(data, design, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lib.base.paths.CACHE", tmp_path_factory.mktemp("cache"))
        return evaluation.evaluate(data, faults.Healthy(design, 0), splits=("dev",))


@pytest.fixture(scope="module")
def heart(data, healthy):
    given = {"session": SimpleNamespace(data=data), "pca": healthy.system, "seed": 0}
    return hearts.run("04_deep_regression", **given)


def test_the_network_by_hand_is_the_healthy_one(heart, healthy):
    trained = healthy.system.outcome
    for layer, (weights, bias) in zip(heart["model"][::2], trained.layers_of(0), strict=True):
        np.testing.assert_allclose(layer.weight.detach().numpy().T, weights, atol=1e-4)
        np.testing.assert_allclose(layer.bias.detach().numpy(), bias, atol=1e-4)
    assert heart["trained"] == pytest.approx(trained.history["fit_loss"][0][-1], rel=1e-3)
    np.testing.assert_allclose(heart["predicted"], healthy.queries["dev"], atol=1e-3)
    assert heart["score"](heart["predicted"]) == pytest.approx(healthy.map_at_20("dev"))


def test_the_slip_by_hand_is_that_of_the_table(heart, healthy, data, design):
    slipped = faults.ShuffledLoader(design, 0).like(**vars(healthy.system))
    theirs = slipped.embed_queries(data.dev)
    assert not np.array_equal(theirs, heart["predicted"])
    by_row = [rows[np.lexsort(rows.T)] for rows in (theirs, heart["slip"])]
    np.testing.assert_allclose(*by_row, atol=1e-3)
    assert heart["score"](heart["slip"]) < 3 * metrics.chance(len(data.dev))["map_at_20"]
    np.testing.assert_array_equal(heart["mended"], heart["predicted"])
