"""The second relevance: read from the facts, and able to say no."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lib.scenes import draw, facts, sentences
from lib.scenes.records import to_dict
from lib.search import relevance


@pytest.fixture(scope="module")
def world():
    """Twelve scenes: their facts, and a split with their sentences, permuted."""
    scenes, rows = facts.scenes(5, 12, "test"), []
    order = np.random.default_rng(0).permutation(12)
    said = []
    for scene in scenes:
        seen = draw.visible(scene)
        rows.append(to_dict(scene) | {"visible": [seen[i] for i in range(len(scene.objects))]})
        said.append(sentences.sentences(scene, seen))
    split = SimpleNamespace(name="test", truth=order, sentences=[said[i] for i in order])
    return pd.DataFrame(rows), split


def test_sentences_are_true_of_their_own_scene_and_seldom_of_another(world):
    table, split = world
    judge = relevance.Judge(table)
    held = np.array(
        [[all(judge.holds(s, i) for s in judge.said(said, int(own))) for i in range(12)]
         for said, own in zip(split.sentences, split.truth, strict=True)]
    )  # fmt: skip
    assert held[np.arange(12), split.truth].all()
    assert held.sum() < 20, "others hardly satisfy five sentences"


def test_the_share_of_the_nine(world):
    table, split = world
    gallery = np.eye(12)
    run = SimpleNamespace(queries={"test": gallery[split.truth]}, gallery={"test": gallery},
                          metric="cosine")  # fmt: skip
    found = relevance.satisfied(run, split, relevance.Judge(table), range(12), k=1)
    assert (found["all"] == 1).all() and (found["each"] == 1).all(), "the true image comes first"
    wrong = SimpleNamespace(queries={"test": np.roll(gallery[split.truth], 1, axis=1)},
                            gallery={"test": gallery}, metric="cosine")  # fmt: skip
    missed = relevance.satisfied(wrong, split, relevance.Judge(table), range(12), k=1)
    assert missed["all"].mean() < 0.3


def test_typed_sentences_are_judged_too(world):
    table, split = world
    judge = relevance.Judge(table)
    sentence = judge.said(split.sentences[0], int(split.truth[0]))[0]
    assert relevance.base_rate(judge, sentence) >= 1 / 12
    assert relevance.base_rate(judge, "a purple elephant reading a newspaper") == 0
    run = SimpleNamespace(embed_queries=lambda texts: np.eye(12)[[split.truth[0]]],
                          gallery={"test": np.eye(12)}, metric="cosine")  # fmt: skip
    assert relevance.typed(run, split, judge, sentence, k=1) == 1
