"""The captioner that reads places: what it writes depends on them, and so does what it believes."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from check import check_system

from lib.base.kit.training import adamw, step
from lib.methods.caption.model import WordPieces
from lib.methods.caption.reader import Reader
from lib.methods.caption.recipe import SeeingRecipe
from lib.methods.caption.seeing import Likelihood, Sampled, SeeingCaptioner, Shuffled
from lib.search import evaluation, retrieval

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
        step(optimizer, net.losses(net.encode(places), pieces, np.arange(2)).mean())
    return net.eval(), places


def test_it_writes_what_belongs_to_the_places(reader):
    net, places = reader
    assert net.captions(places) == TEXTS and net.captions(places[::-1].copy()) == TEXTS[::-1]
    assert net.captions(places, seed=1) == net.captions(places, seed=1)
    assert net.captions(places, beams=3) == TEXTS


def test_a_description_is_likelier_with_its_own_image(reader):
    net, places = reader
    found = net.likelihoods(places, [TEXTS[:1], TEXTS[1:], TEXTS], np.array([[0, 1]] * 3))
    assert found[0, 0] > found[0, 1] and found[1, 1] > found[1, 0]
    assert found[2] == pytest.approx(found[0] + found[1], rel=1e-2), "sentences add up"


def test_likelihoods_are_the_losses_of_training(reader):
    net, places = reader
    pieces = net.words.encode(TEXTS)
    with torch.inference_mode():
        losses = net.losses(net.encode(places), pieces, np.arange(2)).numpy()
    found = net.likelihoods(places, [[TEXTS[0]], [TEXTS[1]]], np.array([[0], [1]]))
    lengths = np.array([len(piece) - 1 for piece in pieces])
    assert -found[:, 0] == pytest.approx(losses * lengths, rel=0.05, abs=0.05)


@pytest.fixture
def learned(data):
    few = data.subset(60, 24)
    return few, SeeingCaptioner(
        True, replace(RECIPE, pieces=300, epochs=1, batch=16, drawn=1, best=3)
    )


def test_ways_to_search_are_systems(learned, tmp_path):
    few, seeing = learned
    check_system(lambda: SeeingCaptioner(True, seeing.recipe), few, tmp_path)
    greedy, sampled, likelihood, shuffled = evaluation.evaluate_variants(few, seeing)
    assert greedy.n_train == likelihood.n_train == {"dev": len(few.fit), "test": len(few.fit)}
    assert len(greedy.system.curve) == 1 and greedy.params["epoch"] == 1
    assert np.array_equal(np.roll(sampled.gallery["test"], 1, axis=0), shuffled.gallery["test"])
    for kind in (Sampled, Likelihood, Shuffled):
        assert kind.id.startswith(seeing.id)


def test_the_likeliest_of_the_best_come_first(learned):
    few, seeing = learned
    seeing.fit(few.fit, few.dev)
    scores, first = Likelihood(seeing).score_queries(few.test), Sampled(seeing)
    before = first.scores(few.test.texts, few.test)
    best = retrieval.top_k(before, 3)
    assert all(set(a) == set(b) for a, b in zip(best, retrieval.top_k(scores, 3), strict=True))
    others = scores < 2
    assert np.array_equal(scores[others], before[others]) and (~others).sum() == scores.shape[0] * 3
    log = seeing.reader.likelihoods(seeing.places(few.test), few.test.sentences, best)
    assert np.array_equal(best[np.arange(len(best)), log.argmax(axis=1)], scores.argmax(axis=1))


def test_a_refit_takes_as_many_epochs_as_development_chose(learned):
    few, _ = learned
    again = SeeingCaptioner(
        True, replace(RECIPE, pieces=300, epochs=3, batch=16, patience=1, refits=True)
    )
    one = evaluation.evaluate(few, again)
    assert one.n_train["test"] == len(few.train) and 1 <= one.params["epoch"] <= 3
