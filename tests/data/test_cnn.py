"""Features of folders that have no feature files."""

import contextlib
import shutil

import drawn
import numpy as np
import pytest
import timm
import torch
from PIL import Image, ImageOps

from lib.base import files
from lib.base.errors import InputError
from lib.base.settings import Settings, check
from lib.data import cnn, course, source

DOGS = range(151, 269)  # of ImageNet's classes


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The drawn data without features."""
    folder = drawn.write(tmp_path_factory.mktemp("bare") / "course", 20, 6)
    for split in ("train", "test"):
        shutil.rmtree(folder / f"features_{split}")
    return folder


def load(folder, size="full"):
    return source.load(
        check(Settings(data="course", data_dir=str(folder), name="x", size=size)), ""
    )


@torch.inference_mode()
def by_hand(path) -> np.ndarray:
    """Class scores and pooled layer of an image by the network as timm has it."""
    net = timm.create_model("tf_efficientnet_lite0").eval()
    tensors = torch.load(cnn.weights(), weights_only=True).values()
    net.load_state_dict(dict(zip(net.state_dict(), tensors, strict=True)))
    pixels = np.asarray(Image.open(path).convert("RGB").resize((224, 224)), np.float32)
    grid = net.forward_features(torch.from_numpy(pixels / 127.5 - 1).permute(2, 0, 1)[None])
    pooled = net.forward_head(grid, pre_logits=True)
    return torch.cat([net.classifier(pooled), pooled], dim=1)[0].numpy()


def test_a_folder_without_features_is_looked_at_once(bare, own_cache, monkeypatch):
    monkeypatch.setattr(cnn, "CHUNK", 7)
    monkeypatch.setattr(cnn, "precision", lambda: "float32")
    monkeypatch.setattr(cnn, "autocast", lambda _: contextlib.nullcontext())
    data = load(bare)
    both = np.hstack([data.dev.features("fc1000"), data.dev.features("pool5")])
    assert both.shape == (5, 2280) and both.dtype == np.float32
    for image in (0, 4):
        assert both[image] == pytest.approx(by_hand(data.dev.images[image]), abs=0.05, rel=0.02)
    train = data.train.features("pool5")
    rows = [data.train.images.index(path) for path in data.fit.images]
    assert (data.fit.features("pool5") == train[rows]).all()
    assert data.summary()["features"] == "EfficientNet-Lite0 on ImageNet, float32"
    monkeypatch.setattr(cnn, "looked", lambda *_, **__: pytest.fail("looked again"))
    assert (load(bare).train.features("pool5") == train).all()


def test_a_small_run_looks_at_no_more_images_than_it_has(bare, own_cache, monkeypatch):
    seen, looked = [], cnn.looked
    monkeypatch.setattr(
        cnn, "looked", lambda some, *more, **how: seen.extend(some) or looked(some, *more, **how)
    )
    few = load(bare).subset(8, 3)
    assert few.fit.features("fc1000").shape == (6, 1000)
    assert few.test.features("fc1000").shape == (3, 1000)
    assert len(seen) == 11


def test_the_grid_averages_to_the_pooled_layer(bare, own_cache):
    images = load(bare).test.images
    grids = cnn.grids(images)
    assert (grids.shape, grids.dtype) == ((6, 7, 7, 1280), np.float16)
    pooled = cnn.features(images)["pool5"]
    assert grids.astype(float).mean(axis=(1, 2)) == pytest.approx(pooled, abs=0.02)


def test_a_mirror_shows_the_mirrored_picture(bare, own_cache, tmp_path):
    images = load(bare).test.images[:2]
    flipped = [ImageOps.mirror(Image.open(path)) for path in images]
    pixels = np.stack([np.asarray(image) for image in flipped])
    assert np.allclose(cnn.mirrored(images)["mirrored"], cnn.seen(pixels, "pool5")["pool5"])


def test_features_of_one_split_alone_are_refused(bare, own_course):
    shutil.rmtree(own_course / "features_test")
    with pytest.raises(InputError, match=r"features_test: .*of both splits, or of neither"):
        load(own_course)


def test_other_weights_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(cnn, "SHA256", "0" * 64)
    with pytest.raises(InputError, match=r"0000000000000000….*run make install again"):
        cnn.weights()


@pytest.mark.real
def test_the_network_knows_dogs(real, own_cache):
    test = course.read_split(real / "flickr8k", "test")
    dogs = [image for query, image in enumerate(test.truth)
            if all("dog" in sentence for sentence in test.sentences[query])][:48]  # fmt: skip
    scores = cnn.features([test.images[i] for i in dogs])["fc1000"]
    assert np.isin(scores.argmax(axis=1), DOGS).mean() > 0.7


def test_the_version_is_one_that_records_stand_on():
    assert files.version("data/cnn.py") == cnn.VERSION
