"""A baby in the live search."""

import pytest
from test_baby_train import baby

from lib.methods.baby import model, systems
from lib.methods.baby.encoder import BabyTexts
from lib.search import live
from lib.search.runs import SystemRun


def test_a_baby_reads_pictures(data, own_cache):
    small = baby()
    weights = own_cache.parent / "baby.safetensors"
    model.save(small.state_dict(), small.shape, weights)
    encoder = BabyTexts(weights)
    gallery = {"test": systems.embedded(data.test.images, encoder).arrays["embedded"]}
    run = SystemRun("baby.drawn", "cosine", {}, gallery, {}, {}, {}, {}, 0, encoder)
    method = live.methods({run.id: run}, "test")[run.id]
    scores = dict(live.search(method, [(1, data.test.images[5])], len(data.test)))
    assert scores[5] == pytest.approx(1, abs=1e-3) and scores[5] >= max(scores.values()) - 1e-3
    assert live.search(method, [(1, "a red circle")], 3)
