"""What chapters 06 and 08 to 10 write out, against the library's own."""

from pathlib import Path
from types import SimpleNamespace

import hearts
import numpy as np
import pytest
import torch

from lib.base.kit import training
from lib.chapters import conclusion, judged
from lib.features.clip.embed import EMBEDDED
from lib.methods.clip.systems import Clip
from lib.methods.regression import levers
from lib.photos import index, models
from lib.scenes.forced_choice import Question
from lib.search import evaluation, metrics


@pytest.fixture(scope="module")
def full(data):
    return evaluation.evaluate(data, Clip())


@pytest.fixture
def session(data):
    """What the cells read of a session."""
    return SimpleNamespace(data=data, scored="test", split=data.test, systems={})


def test_loss_and_search_of_clip(session, full):
    heart = hearts.run("06_clip_prompts", session=session, full=full, model=EMBEDDED)
    np.testing.assert_array_equal(heart["ranks"], full.ranks["test"][0])
    assert heart["score"] == pytest.approx(full.map_at_20("test"))
    scale, ids = torch.tensor(1 / heart["temperature"]), torch.arange(heart["batch"])
    loss = training.contrastive(heart["pairs"], heart["texts"], scale.double(), ids)
    assert heart["loss"] == pytest.approx(loss.item(), rel=1e-5)
    assert heart["loss"] < heart["loss_shifted"]


def test_two_words_exchanged(session, full):
    texts = ("a dog chases a man", "a man chases a dog"), ("a red car", "a car in red")
    questions = [Question(i % 3, texts[i % 2]) for i in range(6)]
    bag = evaluation.evaluate(session.data, *levers.STRONG.seeds([]))
    rivals = {"strong": bag, "clip.full": full}
    given = {"session": session, "rivals": rivals, "exchanges": {"roles": questions}}
    heart = hearts.run("08_why_clip_wins", **given)
    for one in rivals.values():
        by_library = judged.accuracy(one, "test", questions)
        np.testing.assert_array_equal(heart["chosen"](one, questions), by_library)
    assert heart["shares"]["roles"] == judged.accuracy(full, "test", questions).mean()
    assert [heart["is_bag"](one) for one in questions[:2]] == [True, False]
    assert (heart["chosen"](bag, questions[::2]) == 0.5).all(), "one bag, one half"


def test_the_bootstrap_is_the_library_s(session, full, monkeypatch):
    bag = evaluation.evaluate(session.data, *levers.STRONG.seeds([]))
    monkeypatch.setattr(conclusion, "system", lambda _, name: {"a": full, "b": bag}[name])
    main = [{"system": "x", "reads_tags": True}, {"system": "a"}, {"system": "b"}]
    heart = hearts.run("09_conclusion", session=session, main=main)
    pair = [one.precision("test")[0] for one in (full, bag)]
    difference, ci95 = metrics.paired_difference(*pair)
    assert heart["difference"] == pytest.approx(difference)
    assert list(heart["paired"]) == pytest.approx(ci95)


def test_an_index_and_a_query_in_fifteen_lines(data, own_cache):
    system, folder = models.PhotoSearch(EMBEDDED), Path(data.test.images[0]).parent
    heart = hearts.run("10_search_your_photos", system=system, folder=folder)
    album = index.update(folder, system)
    place = {folder / name: i for i, name in enumerate(album.names)}
    kept = album.vectors[[place[path] for path in heart["some"]]]
    np.testing.assert_allclose(heart["by_hand"].astype(float), kept.astype(float), atol=0.02)
    places, cosines = heart["ask_for"]("a dog on the beach", album.vectors)
    hits = album.search(system.embed_texts(["a dog on the beach"])[0], 9)
    assert [folder / album.names[i] for i in places] == [path for path, _ in hits]
    assert list(cosines) == pytest.approx([score for _, score in hits], abs=1e-6)
