"""Fine-tuning: the loss, positives by image, stopping at the best look, mixes of weights."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from open_clip.model import CLIP
from test_pretrain import CONFIG
from torch.nn import functional as F

from lib.base import files
from lib.base.kit.training import contrastive
from lib.features.clip import model as clip
from lib.features.clip.embed import EMBEDDED, Source
from lib.methods.clip import finetune
from lib.methods.clip.systems import Clip, map_at_20
from lib.search import evaluation


def unit(rng, n: int, d: int = 8) -> torch.Tensor:
    return F.normalize(torch.from_numpy(rng.normal(size=(n, d)).astype(np.float32)), dim=-1)


def test_with_distinct_images_the_loss_is_clips_own():
    from open_clip.loss import ClipLoss

    rng = np.random.default_rng(0)
    images, texts, scale = unit(rng, 6), unit(rng, 6), torch.tensor(7.0)
    ours = contrastive(images, texts, scale, torch.arange(6))
    assert float(ours) == pytest.approx(float(ClipLoss()(images, texts, scale)), abs=1e-6)


def test_a_second_text_of_an_image_is_no_stranger():
    rng = np.random.default_rng(1)
    image = unit(rng, 3)
    both, ids = image[[0, 0, 1, 2]], torch.tensor([0, 0, 1, 2])
    aware = contrastive(both, both, torch.tensor(50.0), ids)
    blind = contrastive(both, both, torch.tensor(50.0), torch.arange(4))
    assert float(aware) == pytest.approx(float(np.log(2)) / 2, abs=0.01)
    assert float(blind) == pytest.approx(float(aware), abs=0.01), "at its best both are"
    apart = torch.stack([both[0], -both[0], both[2], both[3]])
    pull = torch.autograd.grad
    leaf = apart.clone().requires_grad_()
    (gradient,) = pull(contrastive(leaf, both, torch.tensor(5.0), ids), leaf)
    assert float((gradient[1] * both[0]).sum()) < 0, "the second is pulled to the first"


def test_projections_learn_a_hidden_turn(own_cache):
    """Texts are the images, turned and blurred: a linear map undoes it."""
    rng = np.random.default_rng(2)
    turn = np.linalg.qr(rng.normal(size=(16, 16)))[0]

    def pair(n):
        images = unit(rng, n, 16).numpy()
        return images, (images @ turn + 0.1 * rng.normal(size=(n, 16))).astype(np.float32)

    fit, (gallery, queries) = pair(600), pair(100)
    recipe = replace(finetune.PROJECTIONS, epochs=40, batch=100, rate=2e-2, patience=40)
    maps = finetune.projections(fit, (gallery, queries), np.arange(100), EMBEDDED, recipe)
    scores = maps["curve"][:, 1]
    assert scores[0] < 0.2 < 0.8 < max(scores)
    sides = finetune.turned(queries, maps["text"]), finetune.turned(gallery, maps["image"])
    kept = map_at_20(*sides, np.arange(100))
    assert kept == pytest.approx(max(scores), abs=1e-3), "the best look is kept"


def test_it_stops_where_development_is_best():
    parameter = torch.nn.Parameter(torch.zeros(1))
    scores = iter([0.1, 0.5, 0.4, 0.3, 0.2, 0.9])
    kept, curve = finetune.train(
        [parameter],
        lambda which: (parameter - 1).square().sum(),
        lambda: next(scores),
        lambda: {"at": float(parameter.detach())},
        8,
        finetune.TuningRecipe(epochs=9, batch=8, rate=0.1, warm_up=1, looks=1, patience=3),
    )
    assert [look["map_at_20"] for look in curve] == [0.1, 0.5, 0.4, 0.3, 0.2]
    assert 0 < kept["at"] < parameter.item()


@pytest.fixture
def small(tmp_path, own_cache):
    """A tiny model of random weights as a source."""
    torch.manual_seed(0)
    ids = np.arange(49408)
    target = tmp_path / "tiny.safetensors"
    clip.save(CLIP(**CONFIG), ids, target)
    files.write_json(target.with_suffix(".json"), {"model": CONFIG})
    return Source("embedded", target)


def test_the_whole_model_learns_and_mixes(data, small):
    recipe = replace(finetune.WHOLE, epochs=12, batch=50, rate=2e-3, patience=12)
    tuning = finetune.FineTuned(small, recipe)
    one, mixed = evaluation.evaluate_variants(data, tuning)
    assert (one.id, mixed.id) == ("clip.finetuned", "clip.finetuned_mixed")
    weights, mixes = tuning.weights, tuning.mixes
    assert list(mixes) == list(finetune.MIXES) and weights.is_file()
    assert mixes[0.0] == evaluation.evaluate(data, Clip(small)).map_at_20("dev")
    best = max(look["map_at_20"] for look in tuning.curve)
    assert best > 2 * mixes[0.0] and mixes[1.0] == pytest.approx(best, abs=0.05)
    assert mixed.map_at_20("dev") == max(mixes[0.5], mixes[1.0]) == mixes[mixed.params["share"]]
    assert one.n_train == {"dev": len(data.fit), "test": len(data.fit)}
    assert set(one.params["tokens"]) == {"dev", "test"}
    again = finetune.whole(data.fit, data.dev, small.weights, recipe)
    assert again.weights == weights and again.seconds < min(one.seconds.values()), "once"
    old, new = clip.embedded(small.weights).model, clip.mixed(small.weights, weights, 1.0).model
    half = clip.mixed(small.weights, weights, 0.5).model
    name = "text_projection"
    middle = (old.state_dict()[name] + new.state_dict()[name]) / 2
    assert torch.allclose(half.state_dict()[name], middle, atol=1e-6)
    assert (old.state_dict()[finetune.FROZEN] == new.state_dict()[finetune.FROZEN]).all()


def test_what_learned_is_no_stranger_to_test(data, small):
    """The key of test changes no weight and no choice."""
    recipe = replace(finetune.WHOLE, epochs=1, batch=50, rate=2e-3)
    moved = replace(data, test=replace(data.test, truth=np.roll(data.test.truth, 1)))
    tunings = [finetune.FineTuned(small, recipe) for _ in range(2)]
    one, other = (
        evaluation.evaluate_variants(*pair)[0] for pair in zip((data, moved), tunings, strict=True)
    )
    assert len({tuning.weights for tuning in tunings}) == 1
    assert tunings[0].mixes == tunings[1].mixes
    assert (other.queries["test"] == one.queries["test"]).all()
    assert (other.ranks["test"] != one.ranks["test"]).any()
