"""A search by the names of a network's classes."""

import numpy as np
import pytest
from check import check_system

from lib.data import cnn
from lib.features.text import MeanWords
from lib.methods.regression.zero_shot import MOST, ClassWords
from lib.search import evaluation


@pytest.fixture
def named(monkeypatch):
    """A thousand classes, of which the first ones have names that the drawn sentences use."""
    names = ["red circle", "blue square", "green triangle", "yellow", "grass", "night", "sand"]
    monkeypatch.setattr(cnn, "classes", lambda: names * 3 + ["zzzz"] * (1000 - 3 * len(names)))


def test_it_is_a_system(data, named, own_cache, tmp_path):
    one = check_system(lambda: ClassWords(MeanWords(data)), data, tmp_path)
    assert one.params["known"] == "2% of the classes' names" and one.system.is_random


def test_pairs_play_no_part(data, named, own_cache):
    """Descriptions that change places among the images change nothing."""
    order = np.random.default_rng(0).permutation(len(data.fit))
    own, other = ClassWords(MeanWords(data)), ClassWords(MeanWords(data))
    own.fit(data.fit)
    other.fit(data.fit)
    other.text_centre = other.texts.transform([data.fit.texts[i] for i in order]).mean(axis=0)
    for side in ("embed_texts", "embed_images"):
        given = data.dev.texts if side == "embed_texts" else data.dev
        assert np.allclose(getattr(own, side)(given), getattr(other, side)(given))


def test_an_image_is_the_mean_of_its_likeliest_classes(data, named, own_cache):
    system = ClassWords(MeanWords(data))
    system.fit(data.fit)
    scores = data.dev.features("fc1000")[0] / 2.0
    known = np.flatnonzero(system.classes.any(axis=1))
    best = known[np.argsort(-scores[known])][:MOST]
    likely = np.exp(scores[best] - scores[best].max())
    by_hand = (likely[:, None] * system.classes[best]).sum(axis=0) / likely.sum()
    assert np.allclose(system.means(data.dev)[0], by_hand)


@pytest.mark.real
def test_it_finds_photographs_by_classes_alone(real, own_cache):
    """Ten times chance with a small file of vectors, as was measured before."""
    from lib.base.settings import Settings, check
    from lib.data import source

    settings = check(Settings(data="course", data_dir=str(real / "course"), name="x"))
    data = source.load(settings, "")
    vectors = str(real / "vectors/glove_twitter_11925words_25d.txt")
    one = evaluation.evaluate(data, ClassWords(MeanWords(data, vectors)))
    assert one.map_at_20("test") > 0.05
