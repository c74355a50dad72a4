"""Fine-tuning: the loss, positives by image, stopping at the best look, mixes of weights."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from test_pretrain import CONFIG
from torch.nn import functional as F

from lib.base import files
from lib.base.kit.training import contrastive
from lib.features.clip import model as clip
from lib.features.clip import towers
from lib.features.clip.source import EMBEDDED, Source
from lib.methods.clip import finetune, fitted, systems
from lib.search import metrics


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
    dev = gallery, queries, np.arange(100)
    maps = finetune.projections(fit, dev, EMBEDDED, recipe)
    scores = [look["map_at_20"] for look in maps.curve]
    assert scores[0] < 0.2 < 0.8 < max(scores)
    found = fitted.retrieval.scores(maps.texts(queries), maps.images(gallery))
    kept = metrics.map_at_k(fitted.retrieval.ranks(found, np.arange(100)))
    assert kept == pytest.approx(max(scores), abs=1e-3), "the best look is kept"


def test_it_stops_where_development_is_best():
    parameter = torch.nn.Parameter(torch.zeros(1))
    told = iter([0.1, 0.5, 0.4, 0.3, 0.2, 0.9])
    kept, curve = finetune.train(
        [parameter],
        lambda which: (parameter - 1).square().sum(),
        lambda: next(told),
        lambda: {"at": float(parameter.detach())},
        8,
        finetune.Recipe(epochs=9, batch=8, rate=0.1, warm_up=1, looks=1, patience=3),
    )
    assert [look["map_at_20"] for look in curve] == [0.1, 0.5, 0.4, 0.3, 0.2]
    assert 0 < kept["at"] < parameter.item()


@pytest.fixture
def small(tmp_path, own_cache):
    """A tiny model of random weights as a source."""
    torch.manual_seed(0)
    ids = np.arange(49408)
    target = tmp_path / "tiny.safetensors"
    clip.save(clip.create(CONFIG), ids, target)
    files.write_json(target.with_suffix(".json"), {"model": CONFIG})
    return Source("embedded", target)


def test_the_whole_model_learns_and_mixes(data, small):
    recipe = replace(finetune.WHOLE, epochs=12, batch=50, rate=2e-3, patience=12)
    runs, tuned, mixes = fitted.finetuned(data, recipe, small)
    assert list(mixes) == list(finetune.MIXES) and tuned.weights.is_file()
    plain = systems.zero_shot(data, small, [systems.FULL])[systems.FULL]
    assert mixes[0.0] == pytest.approx(metrics.map_at_k(plain.ranks["dev"]))
    best = max(look["map_at_20"] for look in tuned.curve)
    assert best > 2 * mixes[0.0] and mixes[1.0] == pytest.approx(best, abs=0.05)
    assert runs["clip.finetuned"].n_train == {"dev": len(data.fit), "test": len(data.fit)}
    again = finetune.whole(data, small.weights, recipe)
    assert again.seconds == tuned.seconds, "once for each content"
    old, new = towers.embedded(small.weights).model, towers.mixed(small.weights, tuned.weights, 1.0)
    half = towers.mixed(small.weights, tuned.weights, 0.5).model
    name = "text_projection"
    middle = (old.state_dict()[name] + new.model.state_dict()[name]) / 2
    assert torch.allclose(half.state_dict()[name], middle, atol=1e-6)
    assert (old.state_dict()[finetune.FROZEN] == new.model.state_dict()[finetune.FROZEN]).all()


def test_what_learned_is_no_stranger_to_test(data, small):
    """The key of test changes no weight and no choice."""
    recipe = replace(finetune.WHOLE, epochs=1, batch=50, rate=2e-3)
    runs, tuned, mixes = fitted.finetuned(data, recipe, small)
    moved = replace(data, test=replace(data.test, truth=np.roll(data.test.truth, 1)))
    other, again, same = fitted.finetuned(moved, recipe, small)
    assert (again.weights, same) == (tuned.weights, mixes)
    assert (other["clip.finetuned"].queries["test"] == runs["clip.finetuned"].queries["test"]).all()
    assert (other["clip.finetuned"].ranks["test"] != runs["clip.finetuned"].ranks["test"]).any()
