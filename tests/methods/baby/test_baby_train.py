"""Training of a baby CLIP: it learns, stops, goes on after a kill; the tutorial's loss."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from check import check_system

from lib.base import cache, paths
from lib.base.kit import checkpoint, training
from lib.base.kit.training import padded
from lib.features import pictures
from lib.features.pictures import Album
from lib.methods.baby import model, train, words
from lib.methods.baby.recipe import BabyRecipe, BabyShape
from lib.methods.baby.system import BabyClip
from lib.search import live

COLOURS = ("red", "green", "blue", "white", "black", "pink", "grey", "brown")
VOCABULARY = (*words.SPECIAL, "a", "thing", *COLOURS)
TEXT = {"dim": 32, "n_layers": 1, "n_heads": 2, "hidden_dim": 64, "max_position_embeddings": 96}
OPTIONS = {"img_size": 16, "patch_size": 8, "embed_dim": 32, "depth": 1, "num_heads": 2}
SHAPE = BabyShape(
    "deit_tiny_distilled_patch16_224", OPTIONS, 16, TEXT, VOCABULARY, dim=32, dropout=0
)
QUICK = BabyRecipe(epochs=30, batch=8, rate=3e-3, sentences=1)


def album(n: int = 8) -> Album:
    """Plain pictures, each with its colour's name in two sentences."""
    rng = np.random.default_rng(0)
    pixels = np.repeat(rng.integers(0, 256, (n, 1, 1, 3)), 18, 1).repeat(18, 2).astype(np.uint8)
    names = [COLOURS[i % len(COLOURS)] for i in range(n)]
    return Album(pixels, [[f"a {name} thing", f"a thing {name}"] for name in names])


def baby(shape: BabyShape = SHAPE) -> model.Baby:
    torch.manual_seed(0)
    return model.Baby(shape)


def test_a_baby_is_a_system_and_reads_pictures(data, own_cache, tmp_path):
    few, recipe = data.subset(40, 12), replace(QUICK, epochs=2)
    shape = replace(SHAPE, vocabulary=words.learned(pictures.sentences(few.fit), 100))
    one = check_system(lambda: BabyClip("baby.small", shape, recipe), few, tmp_path)
    assert one.n_train == dict.fromkeys(("dev", "test"), len(few.fit)), "never on development"
    assert one.model_bytes == one.system.weights.stat().st_size
    assert one.params["best_epoch"] in (1, 2) and one.params["starts_from"] == "random weights"
    method = live.methods({one.id: one}, "test")[one.id]
    query = live.vector(method, [(1, few.test.images[5])])
    scores = dict(live.nearest(method, query, len(few.test)))
    assert scores[5] == pytest.approx(1, abs=1e-3) and scores[5] >= max(scores.values()) - 1e-3


def test_a_baby_learns_eight_pairs_by_heart(tmp_path):
    pairs = album()
    recipe = replace(QUICK, epochs=60, patience=60)
    about = train.train(baby(), pairs, pairs, recipe, tmp_path / "baby.safetensors")
    losses = [look["loss"] for look in about["curve"]]
    assert losses[0] == pytest.approx(np.log(8), abs=0.7), "at first it guesses among eight"
    assert losses[-1] < 0.2 and max(look["score"] for look in about["curve"]) == 1
    assert not list(tmp_path.glob("*.checkpoint")), "nothing is left to go on with"


def test_the_best_look_is_kept_and_patience_ends_it(tmp_path):
    pairs, target = album(), tmp_path / "baby.safetensors"
    about = train.train(baby(), pairs, pairs, replace(QUICK, patience=2), target)
    scores = [look["score"] for look in about["curve"]]
    assert len(scores) < QUICK.epochs and training.since_best(about["curve"]) == 2
    assert train.score(model.load(target), pairs) == pytest.approx(max(scores))


def test_a_killed_run_goes_on_where_it_was(tmp_path, monkeypatch):
    pairs, recipe = album(16), replace(QUICK, epochs=4)
    whole = train.train(baby(), pairs, pairs, recipe, tmp_path / "whole.safetensors")
    target, epochs, one_epoch = tmp_path / "killed.safetensors", [], train.one_epoch

    def killed(model, optimizer, some, given, epoch):
        epochs.append(epoch)
        if len(epochs) == 3:
            raise KeyboardInterrupt
        return one_epoch(model, optimizer, some, given, epoch)

    monkeypatch.setattr(train, "one_epoch", killed)
    with pytest.raises(KeyboardInterrupt):
        train.train(baby(), pairs, pairs, recipe, target)
    assert target.with_suffix(".checkpoint").is_file() and not target.with_suffix(".json").is_file()
    again = train.train(baby(), pairs, pairs, recipe, target)
    assert epochs == [0, 1, 2, 2, 3], "the killed epoch and what came after it"
    assert [x["loss"] for x in again["curve"]] == pytest.approx(
        [x["loss"] for x in whole["curve"]], rel=1e-4
    )
    assert cache.description(target)["curve"] == again["curve"]


def test_a_checkpoint_brings_back_weights_optimizer_and_what_was_told(tmp_path):
    one = baby()
    optimizer = training.adamw(one, QUICK.rate, QUICK.decay)
    train.pair_loss(one, QUICK, *batch(album())).backward()
    optimizer.step()
    checkpoint.save(tmp_path / "x.checkpoint", one, optimizer, {"epoch": 3})
    other = baby(replace(SHAPE))
    fresh = training.adamw(other, QUICK.rate, QUICK.decay)
    assert checkpoint.load(tmp_path / "x.checkpoint", other, fresh) == {"epoch": 3}
    for left, right in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.equal(left, right)
    kept = optimizer.state_dict()["state"].items()
    assert all(
        torch.equal(s["exp_avg"], fresh.state_dict()["state"][i]["exp_avg"]) for i, s in kept
    )


def batch(pairs: Album) -> tuple:
    """Pixels, word pieces, mask and image of each row."""
    pixels = torch.from_numpy(pairs.pixels).permute(0, 3, 1, 2)
    ids, mask = padded(words.encoded([said[0] for said in pairs.sentences], VOCABULARY))
    return train.cut(pixels, 16, None), ids, mask, torch.arange(len(pairs))


def test_rows_are_images_or_captions():
    pairs, rng = album(8), np.random.default_rng(0)
    which, said = train.rows_of(pairs, replace(QUICK, sentences=2), rng)
    assert sorted(which) == list(range(8)) and all(len(text.split()) == 6 for text in said)
    _, said = train.rows_of(pairs, replace(QUICK, rows="mixed", sentences=2), rng)
    assert {len(text.split()) for text in said} == {3, 6}, "one sentence or two"
    which, said = train.rows_of(pairs, replace(QUICK, rows="captions"), rng)
    assert len(which) == 8 and len(set(which)) < 8, "an image may come twice"
    assert all(said[i] in pairs.sentences[which[i]] for i in range(8))


def test_some_images_are_part_of_more():
    few, more = (train.part(album(16), n, seed=0) for n in (4, 8))
    assert (few.pixels == more.pixels[:4]).all() and len(more) == 8


def soft_loss(images: torch.Tensor, texts: torch.Tensor) -> float:
    return float(train.towards(texts @ images.T, train.soft_targets(images, texts)))


def test_the_tutorials_loss_by_hand_and_how_it_can_be_met_without_learning():
    images, texts = torch.tensor([[1.0, 0.0], [0.0, 1.0]]), torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    logits = np.array([[1.0, 0.0], [1.0, 0.0]])
    half = np.array([[1.0, 0.5], [0.5, 1.0]])  # mean of the two similarities
    soft = np.exp(half) / np.exp(half).sum(axis=1, keepdims=True)

    def cross(target: np.ndarray, scores: np.ndarray) -> np.ndarray:
        return -(target * (scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))).sum(axis=1)

    expected = np.mean((cross(soft, logits) + cross(soft.T, logits.T)) / 2)
    assert soft_loss(images, texts) == pytest.approx(expected, abs=1e-6)
    long = 30 * torch.eye(4)
    assert soft_loss(long, long) < 1e-6
    swapped = long[[1, 2, 3, 0]]
    assert soft_loss(long, swapped) > 1, "pairs do matter to it"
    same = torch.ones(4, 4)
    assert soft_loss(same, same) == pytest.approx(np.log(4), abs=1e-6)


def test_a_picture_is_cut_in_training_and_whole_in_a_look():
    pixels = torch.arange(18 * 18.0).reshape(1, 1, 18, 18).repeat(1, 3, 1, 1)
    assert train.cut(pixels, 18, None).equal(pixels)
    assert train.cut(pixels, 16, None).shape == (1, 3, 16, 16)
    seen = {float(train.cut(pixels, 16, np.random.default_rng(i))[0, 0, 0, 0]) for i in range(8)}
    assert len(seen) > 1


def test_word_pieces_are_berts_and_the_same_each_time(own_cache, monkeypatch):
    sentences = ["A skateboarder in the park.", "the park's skateboards", "Café parks"] * 5
    found = words.learned(sentences, 60)
    assert found[: len(words.SPECIAL)] == words.SPECIAL
    for again in range(5):  # without what the cache remembers
        monkeypatch.setattr(paths, "CACHE", own_cache / str(again))
        assert words.learned(sentences, 60) == found
    from transformers import BertTokenizer

    own = BertTokenizer(vocab={piece: i for i, piece in enumerate(found)})
    text = "Two skateboards, parked in the Café!"
    assert words.encoded([text], found) == [own(text)["input_ids"]]
    long = words.encoded(["park " * 300], found)[0]
    assert len(long) == words.LONGEST and long[-1] == found.index("[SEP]")
