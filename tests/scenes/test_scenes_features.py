"""The drawn world's features: of weights that saw fit alone, the same on any number of threads."""

from pathlib import Path

import numpy as np
import torch

from lib.base import files
from lib.data.dataset import Dataset, Split
from lib.data.writer import images
from lib.features.clip import CARD as CLIP_CARD
from lib.scenes import built, pretrain, resnet

CARD = files.read_json(resnet.CARD)


def bare(n: int) -> Split:
    """A split of n images that are not there, named as the drawn ones."""
    files_of = tuple(Path(f"{i}.jpg") for i in range(n))
    return Split("", files_of, ((),) * n, ("",) * n, ((),) * n, None, {})


def test_the_shipped_weights_are_those_of_their_card():
    assert CARD["weights"]["sha256"] == files.hash_of(resnet.WEIGHTS)
    assert CARD["weights"]["bytes"] == resnet.WEIGHTS.stat().st_size < 12e6
    recipe = {name: CARD["recipe"][name] for name in pretrain.RECIPE}
    assert recipe == pretrain.RECIPE, "make pretrain-features would make others"
    assert CARD["trained_on"]["world"] == built.pinned("full")


def test_the_network_saw_nothing_of_development():
    """Whatever the seed of a run: the cut is that of the data."""
    for seed in (0, 7):
        world = Dataset("scenes", "", *map(bare, built.FULL), seed)
        assert pretrain.files_hash(world.fit) == CARD["trained_on"]["files"]
        assert not {*world.fit.images} & {*world.dev.images}
    assert CARD["trained_on"]["images"] == len(world.fit) == 8_000


def test_development_is_as_new_to_it_as_test():
    """What it learned it names better."""
    fit, dev, test = (CARD["scores"][s]["tags_map"] for s in ("fit", "development", "test"))
    assert abs(dev - test) < 0.02 < fit - max(dev, test)


def test_features_are_the_same_again_and_on_any_number_of_threads(data):
    few, threads = {"train": list(data.test.images[:20])}, torch.get_num_threads()
    runs = []
    try:
        for n in (1, 2, 1):
            torch.set_num_threads(n)
            runs.append(resnet.features(few))
    finally:
        torch.set_num_threads(threads)
    for layer, values in runs[0].items():
        assert values.dtype == np.float32 and np.ptp(values, axis=0).max() > 0.1
        assert np.abs(values - runs[1][layer]).max() < 1e-4
        assert (values == runs[2][layer]).all()


def test_other_weights_give_other_features(course, tmp_path, own_cache, monkeypatch):
    """The cache knows weights by their bytes."""
    written = []
    monkeypatch.setattr(resnet.writer, "write_features", lambda *given: written.append(given[2]))
    resnet.write_features(course)
    torch.manual_seed(1)
    resnet.save(resnet.TagNet(3), tmp_path / "other.safetensors")
    monkeypatch.setattr(resnet, "WEIGHTS", tmp_path / "other.safetensors")
    resnet.write_features(course)
    train, _, other, _ = (layers["pool5"] for layers in written)
    assert train.shape == other.shape == (len(images(course, "train")), 512)
    assert np.abs(train - other).max() > 0.1


def test_the_network_learns_its_tags():
    """A few images of two tags: all are named, and both layers tell them apart."""
    pictures = torch.zeros((64, 3, 64, 64), dtype=torch.uint8)
    pictures[::2, 0] = 255
    net = pretrain.train(pictures, [["a:red"], ["a:black"]] * 32)
    scores, *layers = resnet.outputs(net, pictures)
    assert ((scores[:, 0] < scores[:, 1]) == np.tile([True, False], 32)).all()
    for layer in layers:
        red, black = layer[::2].mean(axis=0), layer[1::2].mean(axis=0)
        assert np.linalg.norm(red - black) > 0.1


def test_the_command_writes_weights_and_card(data, tmp_path, monkeypatch, capsys):
    """Of the tests' own data, in a place of their own."""
    asked = []
    for name, ending in (("WEIGHTS", "safetensors"), ("CARD", "json")):
        monkeypatch.setattr(resnet, name, tmp_path / f"x.{ending}")
    monkeypatch.setattr(pretrain.builder, "build", asked.append)
    monkeypatch.setattr(pretrain.source, "load", lambda *_: data)
    pretrain.main()
    card, told = files.read_json(resnet.CARD), capsys.readouterr().out
    assert asked == ["full"]
    assert card["weights"]["sha256"] == files.hash_of(resnet.WEIGHTS)
    assert card["trained_on"]["files"] == pretrain.files_hash(data.fit)
    net = resnet.load(resnet.WEIGHTS)
    again = pretrain.tag_score(net, data.dev, pretrain.names(data.fit.tags))
    assert again == card["scores"]["development"] and 0 < again["tags_map"] <= 1
    assert f"development: tags_map {again['tags_map']:.4f} over 50 images" in told
    assert {*card} - {"trained_on", "seconds"} <= {*files.read_json(CLIP_CARD)}
