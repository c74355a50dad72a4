"""The tutorial's choices, one by one: targets, lengths, rates, towers; tiny sizes."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from test_cnn import bare, load  # noqa: F401
from torch.nn import functional as F

from lib.features import pictures
from lib.methods.baby import train, tutorial, words
from lib.methods.baby.recipe import CELLS, CROSSED, FACTORS, NOTEBOOK, SCRIPTS, cell

TINY = {"epochs": 1, "batch": 8, "images": 16}
OWN = replace(NOTEBOOK, **TINY)


@pytest.fixture
def few(data, own_cache, monkeypatch):
    """A few pictures, taken for drawings; one pass to learn words."""
    monkeypatch.setattr(tutorial, "PASSES", 1)
    return replace(data.subset(40, 12), is_drawn=True)


def vectors() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return tuple(
        torch.randn(4, 8, generator=generator, requires_grad=True) for _ in ("images", "texts")
    )


@pytest.mark.parametrize("level", FACTORS["targets"])
def test_targets_are_what_they_are_called(level):
    (images, texts), which = vectors(), torch.tensor([0, 0, 1, 2])
    recipe = cell(level, "as they are", "its own", "pretrained")
    scale = torch.tensor(recipe.scale)
    loss = train.loss_of(recipe, images, texts, scale, which)
    soft = F.softmax((images @ images.T + texts @ texts.T) / 2, dim=-1).detach()
    targets = {
        "own pair": torch.eye(4),
        "same image": torch.tensor(
            [[0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
        ),
    }.get(level, soft)
    plain = train.towards(texts @ images.T, targets)
    assert loss.item() == pytest.approx(plain.item(), rel=1e-5)
    (gradient,) = torch.autograd.grad(loss, images, retain_graph=True)
    (plain,) = torch.autograd.grad(plain, images)
    assert torch.allclose(gradient, plain, atol=1e-6) == (level != "own"), "only its own learn too"


def test_unit_length_has_a_learned_scale_and_the_tutorials_has_none():
    assert cell(*(next(iter(levels)) for levels in FACTORS.values())) == NOTEBOOK
    recipe = cell("own", "unit length", "ours", "random")
    assert recipe.unit and recipe.scale is None and recipe.rate and recipe.anneal
    assert len(CROSSED) == 32 and len(set(CELLS.values())) == 35


@pytest.mark.parametrize("towers", ["pretrained", "random", "frozen"])
def test_a_cell_of_each_kind_of_towers_trains(few, towers):
    recipe = replace(OWN, towers=towers)
    entry = tutorial.measured(few, recipe)
    assert entry.arrays["precision"].shape == (len(few.dev.texts),)
    assert np.isfinite(entry.arrays["losses"]).all() and len(entry.arrays["losses"]) == 1
    (length, *_), (unit, *_) = entry.arrays["start"]
    assert length == pytest.approx(16, rel=0.02) and unit == pytest.approx(1), "LayerNorm of 256"


def test_photographs_have_a_last_stage_too_and_the_whole_is_a_system(bare, own_cache, monkeypatch):  # noqa: F811
    monkeypatch.setattr(tutorial, "PASSES", 1)
    few = load(bare)
    assert np.isfinite(tutorial.measured(few, OWN).arrays["losses"]).all()
    one = tutorial.Tutorial(replace(few, is_drawn=True), replace(OWN, towers="whole"))
    one.fit(few.fit, few.dev)
    queries, gallery = one.embed_queries(few.dev), one.embed_images(few.dev)
    assert queries.shape == (len(few.dev.texts), 256) and gallery.shape == (len(few.dev), 256)
    assert one.params["starts_from"] == "pretrained towers" and one.curve[0]["score"] < 0


def baby_of(few, recipe):
    shape = tutorial.shape_of(True, recipe.towers, words.learned(pictures.sentences(few.fit)))
    sides = [tutorial.album(each, shape, recipe.towers, True) for each in (few.fit, few.dev)]
    return tutorial.fresh(few.fit, shape, recipe, True), sides


def test_frozen_towers_stay_and_others_learn_at_their_own_rates(few):
    for recipe in (replace(OWN, towers="random"), replace(SCRIPTS, **TINY)):
        baby, sides = baby_of(few, recipe)
        before = {name: x.clone() for name, x in baby.named_parameters()}
        tutorial.learn(baby, *sides, recipe)
        moved = {n for n, x in baby.named_parameters() if not torch.equal(x, before[n])}
        towers = {name for name in moved if name.startswith(("image.", "text."))}
        assert bool(towers) == (recipe.towers == "random") and moved - towers
    rates = [group["lr"] for group in tutorial.optimizer_of(baby, OWN).param_groups]
    assert rates == [1e-4, 1e-5, 1e-3]


def test_rates_fall_by_a_fifth_where_the_loss_stalls_twice(few, monkeypatch):
    recipe, seen = replace(OWN, towers="random", epochs=5), []
    baby, sides = baby_of(few, recipe)
    losses = iter([1.0, 1.0, 1.0, 1.0, 1.0])
    real = tutorial.optimizer_of

    def noted(*given):
        seen.append(real(*given))
        return seen[0]

    monkeypatch.setattr(tutorial, "optimizer_of", noted)
    monkeypatch.setattr(tutorial, "loss_on", lambda *_: next(losses))
    tutorial.learn(baby, *sides, recipe)
    expected = [rate * 0.8**2 for rate in tutorial.RATES]
    assert [group["lr"] for group in seen[0].param_groups] == pytest.approx(expected)


def test_the_last_stage_sees_what_the_whole_tower_sees(few):
    pretrained, _ = baby_of(few, OWN)
    vocabulary = words.learned(pictures.sentences(few.fit))
    whole = tutorial.shape_of(True, "whole", vocabulary)
    pixels = torch.from_numpy(pictures.pixels(few.dev, whole.side)).permute(0, 3, 1, 2)
    full = tutorial.fresh(few.fit, whole, replace(OWN, towers="whole"), True).eval()
    seen = tutorial.album(few.dev, pretrained.shape, "pretrained", True).pixels
    with torch.no_grad():
        own = pretrained.eval().image(torch.from_numpy(seen).permute(0, 3, 1, 2).float())
        theirs = full.image(full.normalised(pixels))
    assert (own - theirs).abs().max() < 0.02 * theirs.abs().max()


def test_a_description_is_the_mean_of_its_sentences():
    one = tutorial.described(np.float32([[1, 0], [0, 1], [0, 2]]), [["a", "b"], ["c"]])
    assert one == pytest.approx(np.array([[0.7071, 0.7071], [0, 1]]), abs=1e-3)
