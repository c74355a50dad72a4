"""The captioner that reads places: what it writes depends on them, and so does what it believes."""

import numpy as np
import pytest
import torch

from lib.base.kit.training import adamw, step
from lib.methods.caption.model import WordPieces
from lib.methods.caption.seeing import Reader, SeeingRecipe

TEXTS = ["a red cat sleeps", "a blue dog runs in the park"]
RECIPE = SeeingRecipe(width=32, layers=1, heads=2, dropout=0.0, rate=1e-2)
pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture
def reader():
    """Learned two sentences by two kinds of places."""
    words = WordPieces.learn(TEXTS * 5, 300)
    net, places = Reader(8, words, RECIPE), np.eye(2, 8, dtype=np.float16)[:, None].repeat(3, 1)
    optimizer, pieces = adamw(net, RECIPE.rate, 0.0), words.encode(TEXTS)
    for _ in range(60):
        step(optimizer, net.losses(net.look(places), pieces, np.arange(2)).mean())
    return net, places


def test_it_writes_what_belongs_to_the_places(reader):
    net, places = reader
    assert net.captions(places) == TEXTS and net.captions(places[::-1].copy()) == TEXTS[::-1]
    assert net.captions(places, seed=1) == net.captions(places, seed=1)


def test_a_description_is_likelier_with_its_own_image(reader):
    net, places = reader
    found = net.likelihoods(places, [TEXTS[:1], TEXTS[1:], TEXTS], np.array([[0, 1]] * 3))
    assert found[0, 0] > found[0, 1] and found[1, 1] > found[1, 0]
    assert found[2] == pytest.approx(found[0] + found[1], rel=1e-2), "sentences add up"


def test_likelihoods_are_the_losses_of_training(reader):
    net, places = reader
    pieces = net.words.encode(TEXTS)
    with torch.inference_mode():
        losses = net.losses(net.look(places), pieces, np.arange(2)).numpy()
    found = net.likelihoods(places, [[TEXTS[0]], [TEXTS[1]]], np.array([[0], [1]]))
    assert -found[:, 0] == pytest.approx(losses, rel=0.05, abs=0.05)
