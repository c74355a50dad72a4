"""Four ways to learn from the same pairs: each learns a little from a few, and says what it is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lib.base.settings import Settings
from lib.chapters.why import long as objectives
from lib.methods.baby.pixels import WIDER

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture
def few(data, monkeypatch):
    """Forty pairs of the data itself, twice, with noise for pixels."""
    data = replace(data, is_drawn=True)
    monkeypatch.setattr(objectives, "EPOCHS", {40: 2})
    monkeypatch.setattr(objectives, "SIZES", {True: (40,), False: (40,)})
    monkeypatch.setattr(objectives, "SEEDS", 2)
    rng = np.random.default_rng(0)
    for split in (data.fit, data.dev, data.test):
        size = (len(split), 1, WIDER, WIDER, 3)
        split.memory["pixels"] = rng.integers(0, 256, size, dtype=np.uint8)
    bare = replace(data.fit, feature_files={"pool5": Path()})
    bare.memory.update({layer: data.fit.features(layer) for layer in ("pool5", "pixels")})
    monkeypatch.setattr(objectives, "pairs", lambda data: bare)  # the corpus has no class scores
    return data


@pytest.mark.parametrize("name", ["ridge", "network", "contrastive", "pixels"])
def test_each_point_is_measured_with_its_seeds(few, name):
    every = objectives.pieces(few, Settings())
    facts, rows = every[f"{name}, 40 pairs"][1]()
    assert (facts["objective"], facts["pairs"], len(facts["by_seed"])) == (name, 40, 2)
    assert facts["ci95"][0] <= facts["score"] <= facts["ci95"][1] and not rows
    if name in ("ridge", "network"):
        assert facts["score"] > 0.1, "chance is 0.06"


def test_photographs_have_no_pixels(few):
    bare = replace(few, is_drawn=False)
    names = {name.split(",")[0] for name in objectives.pieces(bare, Settings())}
    assert names == {"ridge", "network", "contrastive"}


def test_drawings_have_more_pieces(few):
    pieces = set(objectives.pieces(few, Settings()))
    assert {"near-twins", "held out or not", "rate 0.0003", "best rate"} <= pieces
