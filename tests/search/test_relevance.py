"""The second relevance: read from the facts, and able to say no."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lib.scenes import draw, sampler, sentences
from lib.scenes.records import to_dict
from lib.search import relevance
from lib.search.evaluation import Evaluation


@pytest.fixture(scope="module")
def world():
    """Twelve scenes: their facts, and a split with their sentences, permuted."""
    scenes, rows = sampler.scenes(5, 12, "test"), []
    order = np.random.default_rng(0).permutation(12)
    described = []
    for scene in scenes:
        seen = draw.visible(scene)
        rows.append(to_dict(scene) | {"visible": [seen[i] for i in range(len(scene.objects))]})
        described.append(sentences.sentences(scene, seen))
    split = SimpleNamespace(name="test", truth=order, sentences=[described[i] for i in order])
    return pd.DataFrame(rows), split


def test_sentences_are_true_of_their_own_scene_and_seldom_of_another(world):
    judge, split = relevance.Judge(world[0]), world[1]
    held = []
    for own_words, own in zip(split.sentences, split.truth, strict=True):
        table = judge.held(own_words, range(12))
        held.append(table[:, table[own]].all(axis=1))  # misspelt ones are true of none
        assert held[-1][own] and table[own].any()
    assert np.sum(held) < 20, "others hardly satisfy five sentences"


def test_the_share_of_the_nine(world):
    table, split = world
    gallery = np.eye(12)
    right = SimpleNamespace(queries={"test": gallery[split.truth]}, gallery={"test": gallery},
                            metric="cosine")  # fmt: skip
    shares = relevance.satisfied(right, split, relevance.Judge(table), range(12), k=1)
    assert (shares["all"] == 1).all() and (shares["each"] == 1).all(), "the true image comes first"
    wrong = SimpleNamespace(queries={"test": np.roll(gallery[split.truth], 1, axis=1)},
                            gallery={"test": gallery}, metric="cosine")  # fmt: skip
    missed = relevance.satisfied(wrong, split, relevance.Judge(table), range(12), k=1)
    assert missed["all"].mean() < 0.3


def test_typed_sentences_are_judged_too(world):
    table, split = world
    judge = relevance.Judge(table)
    sentence = next(s for s in split.sentences[0] if judge.holds(s, int(split.truth[0])))
    assert relevance.base_rate(judge, sentence) >= 1 / 12
    assert relevance.base_rate(judge, "a purple elephant reading a newspaper") == 0
    knowing = SimpleNamespace(
        embed_texts=lambda texts: np.eye(12)[[split.truth[0]]], metric="cosine"
    )
    one = Evaluation(knowing, {}, {"test": np.eye(12)}, {}, {}, {}, {})
    assert relevance.typed(one, split, judge, sentence, k=1) == 1
