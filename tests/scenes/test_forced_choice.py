"""Questions of forced choice: the facts alone decide them."""

import pandas as pd
import pytest

from lib.scenes import draw, forced_choice, sampler
from lib.scenes.records import to_dict


@pytest.fixture(scope="module")
def table():
    """The facts of sixty scenes, as the data's own tables hold them."""
    rows = []
    for scene in sampler.scenes(3, 60, "test"):
        seen = draw.visible(scene)
        rows.append(to_dict(scene) | {"visible": [seen[i] for i in range(len(scene.objects))]})
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def by_kind(table):
    return forced_choice.questions(table)


def test_every_kind_is_asked_with_one_true_text(by_kind, table):
    assert tuple(by_kind) == forced_choice.KINDS
    for kind, several in by_kind.items():
        assert len(several) >= 5, kind
        assert len({q.image for q in several}) == len(several), "once an image"
        for question in several:
            assert len(set(question.texts)) == forced_choice.OPTIONS
            assert question.texts[0] in [
                t for t, _ in forced_choice.ASK[kind](table.iloc[question.image])
            ]


def test_questions_are_true_of_the_facts(by_kind, table):
    for question in by_kind["count"]:
        main = table.iloc[question.image]["objects"][0]
        assert question.texts[0] == forced_choice.number(main["count"], main["category"])
    for question in by_kind["who"]:
        people = [x["who"] for x in table.iloc[question.image]["objects"] if x["who"]]
        assert [f"a {people[0]}"] == [question.texts[0]]
    for question in by_kind["colour"]:
        colours = {(x["colour"], x["category"]) for x in table.iloc[question.image]["objects"]}
        words = question.texts[0].removeprefix("an ").removeprefix("a ")
        assert any(words == f"{colour} {name}" for colour, name in colours)


def test_the_same_seed_asks_the_same(by_kind, table):
    assert forced_choice.questions(table) == by_kind
    assert forced_choice.questions(table, seed=1) != by_kind
