"""Forced choice: questions that only the facts decide, and an accuracy that can be wrong."""

import numpy as np
import pandas as pd
import pytest

from lib.scenes import draw, facts
from lib.scenes.records import to_dict
from lib.search import choices


@pytest.fixture(scope="module")
def table():
    """The facts of sixty scenes, as the data's own tables hold them."""
    rows = []
    for scene in facts.scenes(3, 60, "test"):
        seen = draw.visible(scene)
        rows.append(to_dict(scene) | {"visible": [seen[i] for i in range(len(scene.objects))]})
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def asked(table):
    return choices.questions(table)


def test_every_kind_is_asked_with_one_true_text(asked, table):
    assert tuple(asked) == choices.KINDS
    for kind, found in asked.items():
        assert len(found) >= 5, kind
        assert len({q.image for q in found}) == len(found), "once an image"
        for question in found:
            assert len(set(question.texts)) == choices.OPTIONS
            assert question.texts[0] in [
                t for t, _ in choices.ASK[kind](table.iloc[question.image])
            ]


def test_questions_are_true_of_the_facts(asked, table):
    for question in asked["count"]:
        main = table.iloc[question.image]["objects"][0]
        assert question.texts[0] == choices.number(main["count"], main["category"])
    for question in asked["who"]:
        people = [x["who"] for x in table.iloc[question.image]["objects"] if x["who"]]
        assert [f"a {people[0]}"] == [question.texts[0]]
    for question in asked["colour"]:
        told = {(x["colour"], x["category"]) for x in table.iloc[question.image]["objects"]}
        words = question.texts[0].removeprefix("an ").removeprefix("a ")
        assert any(words == f"{colour} {name}" for colour, name in told)


def test_the_same_seed_asks_the_same(asked, table):
    assert choices.questions(table) == asked
    assert choices.questions(table, seed=1) != asked


class Told:
    """A system that was told the answers, or their opposite, or that knows nothing."""

    metric = "cosine"

    def __init__(self, asked, sign):
        self.gallery = {"dev": np.eye(60)[:, :60]}
        self.sign = sign
        self.true = {}
        for question in asked:
            self.true.setdefault(question.texts[0], []).append(question.image)

    def embed_queries(self, texts):
        vectors = np.zeros((len(texts), 60))
        for row, text in zip(vectors, texts, strict=True):
            row[self.true.get(text, [])] = self.sign
        return vectors


def test_accuracy_of_one_who_knows_errs_or_guesses(asked):
    found = asked["colour"]
    assert choices.accuracy(Told(found, 1), "dev", found).mean() == 1
    assert choices.accuracy(Told(found, -1), "dev", found).mean() == 0
    guessed = choices.accuracy(Told(found, 0), "dev", found)
    assert guessed == pytest.approx(1 / choices.OPTIONS)
