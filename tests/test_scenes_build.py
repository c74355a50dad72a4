"""The embedded data set: built whole, twice the same, after a kill too, read by the one loader."""

import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from lib import files, paths
from lib.data import load
from lib.scenes import build, built, resnet
from lib.settings import Settings, check


@pytest.fixture
def own_root(tmp_path, monkeypatch):
    """A place of the test's own for data and caches, and a world of forty scenes."""
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    monkeypatch.setitem(build.SIZES, "tiny", (32, 8))
    monkeypatch.setattr(build, "check_pin", lambda size, found: None)
    return tmp_path


def content(folder) -> dict[str, bytes]:
    """All files of a folder."""
    found = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def test_builds_the_course_layout(own_root):
    folder = build.build("tiny")
    settings = check(Settings(size="tiny"))
    data = load(settings, "sha256:x")
    assert data.is_embedded and (len(data.train), len(data.test)) == (32, 8)
    assert data.train.features("fc1000").shape == (32, 1000)
    assert data.test.features("pool5").shape == (8, 512)
    assert sorted(data.test.truth) == list(range(8))
    assert Image.open(data.train.images[0]).size == (224, 224)
    table = built.load_facts("train", "tiny")
    assert tuple(s.strip() for s in table["sentences"][5]) == data.train.sentences[5]
    assert folder == built.folder("tiny") and build.is_built("tiny")
    before = (folder / build.STAMP).stat().st_mtime_ns
    build.build("tiny")
    assert (folder / build.STAMP).stat().st_mtime_ns == before, "a second build does nothing"


def test_two_builds_are_identical_and_a_killed_one_goes_on(own_root, monkeypatch):
    first = content(build.build("tiny"))
    build.remove(built.folder("tiny"))

    def stop(folder):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(resnet, "write_features", stop)
        build.build("tiny")
    assert not built.folder("tiny").exists(), "half a data set never has the final name"
    work = next((own_root / "data").glob(".scenes-tiny-*"))
    stamps = {p: p.stat().st_mtime_ns for p in work.glob("images_*/*.jpg")}
    (work / "images_train" / "3.jpg").unlink()
    again = build.build("tiny")
    drawn = [
        p.name for p, t in stamps.items() if (again / p.relative_to(work)).stat().st_mtime_ns != t
    ]
    assert drawn == ["3.jpg"], "only what is missing is drawn"
    assert content(again) == first
    assert not list((own_root / "data").glob(".*")), "no working folder is left"


def test_the_pinned_world_is_what_the_code_makes(tmp_path):
    """Facts, sentences and tags of the tiny world, hashed as everywhere."""
    pins = files.read_json(paths.LIBRARY / "scenes" / "pins.json")
    assert set(pins) == set(build.SIZES)
    assert all(re.fullmatch("sha256:[0-9a-f]{64}", pin) for pin in pins.values())
    for split, scenes in build.world("tiny").items():
        build.write_split(tmp_path, split, scenes)
    assert build.fingerprint(tmp_path) == pins["tiny"]
    with pytest.raises(RuntimeError, match=r"the world of size tiny has changed.*pins\.json pins"):
        build.check_pin("tiny", "sha256:other")


def test_facts_and_tags_agree(tmp_path):
    for split, scenes in build.world("tiny").items():
        build.write_split(tmp_path, split, scenes[:20])
        table = pd.read_parquet(tmp_path / f"facts_{split}.parquet")
        assert len(table) == 20
        for row in table.itertuples():
            assert len(row.objects) == len(row.visible) and 0 <= max(row.visible) <= 1
            shown = {thing["category"] for thing in row.objects}
            assert {tag.split(":")[1] for tag in row.tags} - {"person"} <= shown


def test_the_network_learns_its_tags():
    """A few images of two tags: the loss falls and both layers tell them apart."""
    images = np.zeros((64, 3, 64, 64), np.uint8)
    images[::2, 0] = 255
    tags = [["a:red"], ["a:black"]] * 32
    net = resnet.train(resnet.torch.from_numpy(images), tags)
    for layer in resnet.extract(net, resnet.torch.from_numpy(images)):
        red, black = layer[::2].mean(axis=0), layer[1::2].mean(axis=0)
        assert np.linalg.norm(red - black) > 0.1
