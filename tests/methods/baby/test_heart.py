"""The training step that chapter 07 writes out, against the library's own."""

from types import SimpleNamespace

import hearts
import numpy as np
import pytest
import torch

from lib.base.kit import training
from lib.features import pictures
from lib.methods.baby import model, recipe, train, words
from lib.search import metrics
from lib.show import opening

RECIPE = recipe.QUICK["deit"]


@pytest.fixture(scope="module")
def start(data):
    """The shape of the chapter's DeiT baby, and a batch of it."""
    few = data.fit.take(np.arange(12))
    shape = recipe.small("deit", pictures.sentences(few))
    album, rng = pictures.album(few, pictures.larger(shape.side)), np.random.default_rng(0)
    which, texts = train.rows_of(album, RECIPE, rng)
    pieces = words.encoded(texts, shape.vocabulary)
    return shape, train.batch_of(model.new(shape, 0), album, which, pieces, rng)


@pytest.fixture(scope="module")
def heart(start):
    shape, batch = start
    return hearts.run("07_baby_clip", baby=model.new(shape, 0), batch=batch, seed=0)


@pytest.fixture(autouse=True)
def float32(monkeypatch):
    """As the cell computes, on a machine that is faster in bfloat16, too."""
    monkeypatch.setattr(training, "has_bfloat16", lambda: False)


def test_the_step_has_the_library_s_loss_and_leaves_its_weights(heart, start):
    shape, batch = start
    before, baby = model.new(shape, 0).state_dict(), model.new(shape, 0).train()
    optimizer = training.adamw(baby, RECIPE.rate, RECIPE.decay)
    torch.manual_seed(0)
    with training.autocast(baby.device):
        loss = train.pair_loss(baby, RECIPE, *batch)
    assert training.step(optimizer, loss) == pytest.approx(heart["first_loss"], rel=1e-6)
    for name, own in heart["baby"].state_dict().items():
        theirs = baby.state_dict()[name]
        np.testing.assert_allclose(own.cpu(), theirs.cpu(), rtol=0, atol=1e-6, err_msg=name)
    moved = [name for name, own in baby.state_dict().items() if not own.equal(before[name])]
    assert {"log_scale", "image_head.projection.weight", "text_head.projection.weight"} <= {*moved}
    assert len(moved) > 0.9 * len(before), "both towers move"


def test_the_loss_is_the_library_s_where_rows_share_an_image(heart, start):
    images, texts = heart["vectors"](heart["baby"].eval(), *start[1][:3])
    which = torch.tensor([0, 0, *range(1, 11)], device=images.device)
    scale = torch.tensor(14.0)
    own = heart["both_directions"](images, texts, scale, which).item()
    assert own == pytest.approx(training.contrastive(images, texts, scale, which).item())
    assert own != pytest.approx(heart["both_directions"](images, texts, scale, start[1][3]).item())
    lengths = torch.cat([images, texts]).norm(dim=1)
    assert lengths.tolist() == pytest.approx([1] * 24, abs=1e-5)


@pytest.mark.parametrize(
    ("kind", "gain"),
    [
        ("towers", lambda cell: 0.2 * ("pretrained" in cell)),
        ("works", lambda cell: 0.2 - 0.1 * ("random" in cell)),
        ("fails", lambda cell: 0.2 * ("own pair" in cell)),
    ],
)
def test_the_opening_says_what_the_crossed_choices_gave(data, kind, gain):
    chance = metrics.chance(len(data.dev))["map_at_20"]
    score = {name: chance + 20 * chance * gain(name) / 0.2 for name in recipe.CELLS}
    cells = [{"cell": list(name), "map_at_20": value} for name, value in score.items()]
    most = {"factor": "targets", "level": "own pair", "towers": "random", "difference": -0.2}
    least = most | {"level": "same image", "difference": 0.1, "ci95": [0.0, 0.2]}
    effects = [most | {"ci95": [-0.3, -0.1]}, least, most | {"factor": "towers", "difference": 9}]
    session = SimpleNamespace(data=data, facts={})
    crossed = {"cells": cells, "effects": effects}
    hearts.run("07_baby_clip", 'facts["crossed"]', session=session, crossed=crossed)
    line = opening.templates()["07_baby_clip"]["lines"][2]
    said = opening.filled(line, {"fact": session.facts})
    assert session.facts["crossed"]["kind"] == kind
    assert said.startswith(line[kind].partition("{")[0])
    assert "a row's own pair as the only right answer: -0.200 with random towers." in said


@pytest.mark.parametrize(
    ("scores", "long", "said"),
    [
        ((0.05, 0.11, 0.12, 0.11), 0.3, "From 2,000 images on, more of them bring nothing"),
        ((0.05, 0.11, 0.15, 0.2), 0.2, "no smaller number comes within the last interval."),
        ((0.11, 0.11, 0.12, 0.11), None, "From 1,000 images on"),
    ],
)
def test_the_number_of_images_is_told_by_its_intervals(scores, long, said):
    pieces = {str(n): {"images": n, "map_at_20": x, "ci95": [x - 0.01, x + 0.01]}
              for n, x in zip((1000, 2000, 4000, 8000), scores, strict=True)}  # fmt: skip
    pieces |= {"long deit": {"curve": [{"score": long}]}} if long else {}
    session = SimpleNamespace(facts={}, figure=lambda *_, **__: None, chance=lambda: 0.002)
    hearts.run("07_baby_clip", 'facts["sizes"]', session=session, pieces=pieces)
    text = opening.section("07_baby_clip", "sizes", session.facts)
    assert said in text
    assert ("bring more: the long run" in text) == (long == 0.3)
    assert ("bring no more: the long run" in text) == (long == 0.2)
    assert opening.section("07_baby_clip", "sizes", {}).startswith("This run has not been made")
