"""Pretraining: learns, survives kill -9, repeats itself; what it leaves agrees with its card."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from open_clip import get_tokenizer
from open_clip.model import CLIP

from lib import __main__, scenes
from lib.base import files, paths, settings
from lib.base.kit import checkpoint
from lib.features.clip import CARD, WEIGHTS
from lib.features.clip import model as clip
from lib.methods.clip import heldout, pretrain
from lib.methods.clip.pretrain import Pairs, cut
from lib.scenes import corpus

CONFIG = {
    "embed_dim": 32,
    "vision_cfg": {"timm_model_name": "test_resnet", "image_size": 32, "timm_pool": "avg"},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
}
RECIPE = pretrain.PretrainRecipe(
    scenes=24, pairs=24 * 30, side=36, batch=8, rate=3e-3, warm_up=5, model=CONFIG
)


@pytest.fixture
def source(own_cache, monkeypatch):
    """A corpus of 24 pairs, in a cache of the test's own."""
    monkeypatch.setattr(corpus, "SHARD", 12)
    return corpus.drawn(5, 24, 36, workers=1)


@pytest.fixture
def pairs(source):
    return Pairs(source, 0)


def state(run: pretrain.Pretraining) -> dict[str, torch.Tensor]:
    return {name: t.clone() for name, t in run.model.state_dict().items()}


def apart(one: dict, other: dict) -> float:
    """The largest difference between two models' parameters."""
    return max(float((one[k].float() - other[k].float()).abs().max()) for k in one)


def test_batches_take_each_pair_once_and_hold_like_lengths(pairs):
    batches = pairs.batches(3, 8)
    assert sorted(batches.ravel()) == list(range(24))
    assert (batches == Pairs.batches.__wrapped__(pairs, 3, 8)).all()
    assert (batches != pairs.batches(4, 8)).any()
    spans = sorted((pairs.lengths[b].min(), pairs.lengths[b].max()) for b in batches)
    assert all(high <= low for (_, high), (low, _) in pairwise(spans))


def test_tokens_are_kept_by_their_places(pairs, source):
    for text, places in zip(source.captions, pairs.texts, strict=True):
        assert pairs.ids[places].tolist() == clip.padded([clip.tokens(text)])[0].tolist()
    assert pairs.texts[0][-1] == len(pairs.ids) - 1, "the end mark stays the highest"


def test_pictures_are_cut_and_brought_to_size(pairs):
    pixels = pairs.pixels(np.arange(24))
    assert pixels.shape == (24, 3, 36, 36)
    assert pixels.is_contiguous(memory_format=torch.channels_last)
    assert cut(pixels, 32, np.random.default_rng(0)).shape == (24, 3, 32, 32)


def test_it_learns_eight_pairs_from_chance(pairs):
    recipe = replace(RECIPE, parts=1)
    run = pretrain.Pretraining(recipe, pairs.ids, torch.device("cpu"))
    run.model.train()
    chosen = pairs.batches(0, 8)[:1]
    pairs.batches = lambda *_: np.repeat(chosen, 3, axis=0)
    losses = [pretrain.step(run, recipe, pairs, 0.5) for _ in range(40)]
    assert losses[0] > np.log(8) - 0.5, "no more than guessing at first"
    assert np.mean(losses[-5:]) < 0.5


def test_parts_give_the_gradients_of_the_whole_batch(pairs):
    """With frozen statistics, since those are each part's own."""
    found = []
    for parts in (1, 2):
        run = pretrain.Pretraining(replace(RECIPE, parts=parts), pairs.ids, torch.device("cpu"))
        for replica in run.replicas:
            replica.eval()
        which = np.arange(8)
        text = clip.padded([pairs.texts[i] for i in which])
        pixels = cut(pairs.pixels(which), 32, np.random.default_rng(0))
        loss = pretrain.backward(run, pixels, text, 0)
        found.append((loss, [p.grad.clone() for p in run.model.parameters()]))
    (one, gradients), (two, others) = found
    assert one == pytest.approx(two, abs=0.02)
    for a, b in zip(gradients, others, strict=True):
        assert torch.allclose(a, b, atol=0.05 * float(a.abs().max()) + 1e-4)


def test_same_seed_same_weights(pairs, tmp_path):
    recipe = replace(RECIPE, pairs=48)
    runs = [state(pretrain.train(recipe, pairs, tmp_path / str(i))) for i in range(2)]
    other = state(pretrain.train(replace(recipe, seed=1), pairs, tmp_path / "other"))
    assert apart(*runs) < 1e-3 < apart(runs[0], other)


def test_a_run_goes_on_where_it_stopped(pairs, tmp_path, monkeypatch):
    recipe = replace(RECIPE, pairs=96)
    whole = pretrain.train(recipe, pairs, tmp_path / "whole")
    monkeypatch.setattr(pretrain, "CHECKPOINT", 0.0)
    real, steps = pretrain.step, []

    def stop(run, *rest):
        steps.append(run.steps)
        if run.steps == 5:
            raise KeyboardInterrupt
        return real(run, *rest)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(pretrain, "step", stop)
        pretrain.train(recipe, pairs, tmp_path / "halted")
    again = pretrain.train(recipe, pairs, tmp_path / "halted")
    assert steps[-1] == 5 and (again.steps, whole.steps) == (12, 12)
    assert [p["pairs"] for p in again.curve] == [p["pairs"] for p in whole.curve]
    parameters = dict(whole.model.named_parameters())
    other = pretrain.train(replace(recipe, seed=1), pairs, tmp_path / "other")
    far = apart({k: state(other)[k] for k in parameters}, state(again))
    assert apart({k: state(whole)[k] for k in parameters}, state(again)) < far / 10


def test_kill_9_leaves_a_checkpoint_that_works(own_cache, tmp_path):
    program = f"""
import sys; sys.path.insert(0, {str(paths.ROOT / "tests/methods/clip")!r})
from pathlib import Path
from lib.base import paths
from lib.methods.clip import pretrain
from lib.scenes import corpus
import test_pretrain
paths.CACHE, corpus.SHARD, pretrain.CHECKPOINT = Path({str(own_cache)!r}), 12, 0.0
recipe = test_pretrain.replace(test_pretrain.RECIPE, pairs=10**7)
pairs = pretrain.Pairs(corpus.drawn(5, 24, 36, workers=1), 0)
pretrain.train(recipe, pairs, Path({str(tmp_path)!r}))
"""
    process = subprocess.Popen([sys.executable, "-c", program], cwd=paths.ROOT)
    stored = tmp_path / pretrain.STATE
    for _ in range(600):
        time.sleep(0.1)
        if stored.is_file() or process.poll() is not None:
            break
    time.sleep(0.2)  # in the middle of a step or of writing
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    run = pretrain.Pretraining(RECIPE, np.arange(len(read_rows(stored))), torch.device("cpu"))
    progress = checkpoint.load(stored, run.model, run.optimizer)
    assert progress["steps"] > 0 and progress["cpu_seconds"] > 0


def read_rows(stored) -> np.ndarray:
    """The token rows of a checkpoint."""
    from safetensors.numpy import load_file

    return load_file(stored)["model.token_embedding.weight"]


def test_weights_come_back_and_fit_their_card(source, tmp_path, capsys):
    target = tmp_path / "tiny.safetensors"
    texts = [f"{text} and more of it" for text in source.captions]
    pixels = np.concatenate(source.pixels())[:, :32, :32]
    recipe = replace(RECIPE, pairs=240)
    card = pretrain.pretrain(
        recipe, source, tmp_path / "run", target, {"held_out": (texts, pixels, np.arange(24))}
    )
    assert files.read_json(target.with_suffix(".json")) == card
    assert card["weights"]["sha256"] == files.hash_of(target)
    about = {"fingerprint": source.fingerprint, "scenes": 24, "unseen": scenes.left_out()}
    assert card["corpus"] == about
    assert (card["pairs_seen"], card["curve"][-1]["pairs"]) == (240, 240)
    assert "among 24 pictures, chance" in capsys.readouterr().out
    model = clip.load(target)
    assert not model.training and model.token_embedding.weight.shape == (49408, 32)
    scores = heldout.score(model, texts, pixels, np.arange(24))
    assert scores["map_at_20"] == pytest.approx(card["scores"]["held_out"]["map_at_20"])


def test_saving_loses_nothing_but_float16(pairs, tmp_path):
    run = pretrain.Pretraining(RECIPE, pairs.ids, torch.device("cpu"))
    whole = clip.whole(run.model, pairs.ids)
    clip.save(run.model, pairs.ids, tmp_path / "x.safetensors")
    back = clip.load(tmp_path / "x.safetensors", CONFIG)
    assert apart(whole.state_dict(), back.state_dict()) < 2e-3
    rows = back.token_embedding.weight
    unread = np.setdiff1d(np.arange(49408), pairs.ids)
    assert (rows[unread] == rows[unread[0]]).all(), "words never read share one row"


def test_texts_cut_short_embed_as_open_clip_embeds_them():
    torch.manual_seed(0)
    model = CLIP(**CONFIG).eval()
    texts = ["a dog", "two red kites above a wide green meadow in the rain", "word " * 100]
    with torch.inference_mode():
        theirs = model.encode_text(get_tokenizer("ViT-B-32")(texts), normalize=True).numpy()
    ours = clip.around(model).embed_tokens([clip.tokens(text) for text in texts])
    assert np.abs(ours - theirs).max() < 1e-5
    assert [clip.padded([clip.tokens(text)]).shape[1] for text in texts] == [4, 13, 77]


def test_rate_rises_stays_and_falls_to_nothing():
    at = [pretrain.rate(RECIPE, steps, share) for steps, share in [(0, 0), (9, 0.5), (80, 1)]]
    assert at == pytest.approx([RECIPE.rate / 5, RECIPE.rate, 0])


def test_held_out_scenes_are_others(own_cache):
    texts, pixels, truth = heldout.pairs(4, 32)
    assert pixels.shape == (4, 32, 32, 3) and list(truth) == [0, 1, 2, 3]
    assert all(text.count(" ") > 15 for text in texts), "five sentences each"
    with pytest.raises(ValueError, match="held-out scenes"):
        pretrain.main(0.01, heldout.SEED)


@pytest.mark.parametrize("given", [{"MINUTES": "0"}, {"MINUTES": "-3"}, {"MINUTES": "three"}])
def test_impossible_minutes_are_refused(given):
    with pytest.raises(ValueError, match=r"MINUTES=.* cannot be"):
        settings.refuse(["pretrain"], given)


def test_minutes_and_seed_arrive_as_numbers(monkeypatch):
    calls = []
    monkeypatch.setattr(pretrain, "main", lambda minutes, seed: calls.append((minutes, seed)))
    assert __main__.main(["pretrain", "MINUTES=0.5", "SEED=7"]) == __main__.main(["pretrain"]) == 0
    assert calls == [(0.5, 7), (None, 0)]


def test_make_refuses_what_pretrain_does_not_take(project):
    done = project.make("pretrain", "MINUTS=3")
    assert done.returncode and "Did you mean MINUTES?" in done.stderr
    assert asdict(pretrain.PretrainRecipe())["model"] == clip.CONFIG


def test_the_shipped_weights_are_those_of_their_card():
    card = files.read_json(CARD)
    assert card["weights"]["sha256"] == files.hash_of(WEIGHTS)
    assert card["weights"]["bytes"] == WEIGHTS.stat().st_size < 25e6
    recipe = asdict(pretrain.PretrainRecipe())
    assert card["model"] == recipe.pop("model") == clip.CONFIG
    assert card["recipe"] == recipe, "make pretrain would make others"
    assert card["pairs_seen"] == card["curve"][-1]["pairs"] == recipe["pairs"]
    assert card["model"]["text_cfg"]["context_length"] == 77
    assert set(card["scores"]) == {"held_out", "development"}


def test_the_shipped_model_finds_held_out_scenes(own_cache):
    """A hundred scenes that nobody trained on; among few pictures it hardly errs."""
    texts, pixels, truth = heldout.pairs(100, 64)
    model = clip.load()
    found = heldout.score(model, texts, pixels, truth)
    assert found["map_at_20"] > 0.85
    moved = heldout.score(model, texts, pixels, np.roll(truth, 1))
    assert moved["map_at_20"] < 0.1, "the score comes from the pairs"
