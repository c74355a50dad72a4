"""The training step that chapter 07 writes out, against the library's own."""

import hearts
import numpy as np
import pytest
import torch

from lib.base.kit import training
from lib.features import pictures
from lib.methods.baby import model, recipe, train, words

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
    assert training.step(optimizer, loss) == pytest.approx(heart["first"], rel=1e-6)
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
