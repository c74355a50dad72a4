"""The drawn data set: built whole, twice the same, after a kill too, read by the one loader.

What is damaged afterwards is noticed and drawn again.
"""

import json
import os
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from PIL import Image

from lib.base import files, paths
from lib.base.errors import InputError
from lib.base.settings import Settings, check
from lib.data import writer
from lib.data.source import load
from lib.record import inputs
from lib.scenes import builder, built, resnet


@pytest.fixture
def own_root(tmp_path, monkeypatch):
    """A place of the test's own for data and caches, and a world of forty scenes."""
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    monkeypatch.setitem(built.SIZES, "tiny", (32, 8))
    monkeypatch.setattr(builder, "check_pin", lambda size, found: None)
    return tmp_path


@pytest.fixture(scope="session")
def drawn_once(tmp_path_factory):
    """A world of forty scenes, drawn. Read only."""
    root = tmp_path_factory.mktemp("drawn-scenes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "DATA", root / "data")
        patch.setattr(paths, "CACHE", root / "cache")
        patch.setitem(built.SIZES, "tiny", (32, 8))
        patch.setattr(builder, "check_pin", lambda size, found: None)
        builder.build("tiny")
    return root


@pytest.fixture
def drawn(own_root, drawn_once):
    """The folder of the same, which a test may damage."""
    shutil.copytree(drawn_once / "data", own_root / "data")
    shutil.copytree(drawn_once / "cache" / "resnet", own_root / "cache" / "resnet")
    return paths.scenes_dir("tiny")


def content(folder) -> dict[str, bytes]:
    """All files of a folder."""
    found = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def test_builds_the_course_layout(own_root):
    folder = builder.build("tiny")
    settings = check(Settings(size="tiny"))
    data = load(settings, "sha256:x")
    assert data.is_drawn and (len(data.train), len(data.test)) == (32, 8)
    assert data.train.features("fc1000").shape == (32, 1000)
    assert data.test.features("pool5").shape == (8, 512)
    assert sorted(data.test.truth) == list(range(8))
    assert Image.open(data.train.images[0]).size == (224, 224)
    table = built.facts("train", "tiny")
    assert tuple(s.strip() for s in table["sentences"][5]) == data.train.sentences[5]
    assert folder == paths.scenes_dir("tiny") and built.damaged("tiny") == []
    before = times(folder)
    builder.build("tiny")
    assert times(folder) == before, "a second build does nothing"


def times(folder) -> dict[str, int]:
    """When each file of a folder was last written."""
    found = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.stat().st_mtime_ns for p in found}


def flip(path) -> None:
    """Change one bit of a file and leave its size and its time of writing as they were."""
    stat, before = path.stat(), path.read_bytes()
    path.write_bytes(before[:20] + bytes([before[20] ^ 1]) + before[21:])
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def replace(path, make) -> None:
    """Something else in the place of a file."""
    path.unlink()
    make(path)


DAMAGE = {
    "images_train": lambda place: shutil.rmtree(place / "images_train"),
    "images_train/5.jpg": lambda place: flip(place / "images_train/5.jpg"),
    "images_test/2.jpg": lambda place: (place / "images_test/2.jpg").write_bytes(b""),
    "images_test/3.jpg": lambda place: replace(place / "images_test/3.jpg", os.mkdir),
    "images_test/4.jpg": lambda place: replace(place / "images_test/4.jpg", os.mkfifo),
    "images_test/5.jpg": lambda place: replace(
        place / "images_test/5.jpg", lambda path: path.symlink_to("5.jpg")
    ),
    "descriptions_test/1.txt": lambda place: flip(place / "descriptions_test/1.txt"),
    "tags_train": lambda place: shutil.rmtree(place / "tags_train"),
    "test_key.csv": lambda place: (place / "test_key.csv").unlink(),
    "facts_test.parquet": lambda place: flip(place / "facts_test.parquet"),
    "features_train": lambda place: flip(
        place / "features_train/features_resnet1000intermediate_train.csv"
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damaged_data_is_noticed_and_drawn_again(drawn, capsys, what):
    before, first = times(drawn), content(drawn)
    DAMAGE[what](drawn)
    assert all(f"scenes-tiny/{what}" in line for line in built.damaged("tiny"))
    inputs.prepare(Settings(size="tiny"))
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 2 and what in told[0] and "drawn again" in told[0]
    assert content(drawn) == first and built.damaged("tiny") == []
    split = what.removesuffix(".parquet").split("_")[1][:5]
    other = "test" if split == "train" else "train"
    again = {name for name, time in times(drawn).items() if before[name] != time}
    again = {name for name in again if not name.startswith("features")}  # all four or none
    assert not [name for name in again if f"_{other}/" in name], "the other split is left alone"
    assert not [n for n in again if n.startswith("images") and what not in n], "nor other pictures"


def test_a_repair_that_was_killed_is_repeated(drawn, monkeypatch):
    first = content(drawn)
    flip(drawn / "images_test/1.jpg")
    (drawn / "tags_test/1.txt").unlink()

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(builder, "write_splits", stop)
        inputs.prepare(Settings(size="tiny"))
    assert len(built.damaged("tiny")) == 2
    inputs.prepare(Settings(size="tiny"))
    assert content(drawn) == first


def test_other_pixels_of_another_machine_come_with_features_of_their_own(drawn, monkeypatch):
    """A folder that was copied here, whose picture this machine compresses otherwise."""
    (drawn / "images_train/7.jpg").unlink()
    monkeypatch.setattr(builder, "QUALITY", 70)
    wrote = []
    monkeypatch.setattr(resnet, "write_features", wrote.append)
    inputs.prepare(Settings(size="tiny"))
    assert wrote == [drawn] and built.damaged("tiny") == []


def test_what_somebody_added_is_refused_and_kept(drawn):
    (drawn / "images_train/99.jpg").write_bytes(b"mine")
    with pytest.raises(InputError, match=r"99.jpg: is no part of the drawn data.*move it elsewh"):
        inputs.prepare(Settings(size="tiny"))
    assert (drawn / "images_train/99.jpg").read_bytes() == b"mine"
    (drawn / "images_train/99.jpg").rename(drawn / ".99.jpg")
    assert built.damaged("tiny") == [], "hidden files are no data"


def other_digit(text: str) -> str:
    """The list of files with one digit of one hash changed."""
    start = text.index('.jpg": "') + len('.jpg": "')
    digits = text[start : start + 64].translate(str.maketrans("0123", "1234"))
    return text[:start] + digits + text[start + 64 :]


@pytest.mark.parametrize(
    "change",
    [
        other_digit,
        lambda text: text[:300],
        lambda text: "",
        lambda text: "[]",
        lambda text: '"key"',
        lambda text: json.dumps({"key": "404b406a71ab"}),  # of an earlier version
        lambda text: text.replace('"version": 1', '"version": 2'),
    ],
)
def test_a_damaged_list_of_files_counts_for_nothing(drawn, monkeypatch, change):
    stamp = drawn / built.STAMP
    stamp.write_text(change(stamp.read_text()))
    asked = []
    monkeypatch.setattr(builder, "draw_all", asked.append)
    assert len(built.damaged("tiny")) == 1
    inputs.prepare(Settings(size="tiny"))
    assert asked == ["tiny"]


def test_every_byte_is_read_on_demand(drawn, monkeypatch):
    """What is remembered of a file whose size and times are the same is not believed then."""
    path = drawn / "images_train/5.jpg"
    with monkeypatch.context() as patch:  # as if it had rotted on the disk after it was read
        before = files.hash_of(path)
        flip(path)
        patch.setattr(files, "_sha256", lambda file: before)
        built.contents(drawn)
    whole = built.damaged("tiny", whole=True)
    assert len(whole) == 1 and "5.jpg has changed" in whole[0]
    assert built.damaged("tiny") == whole, "from then on it is known"


def test_versions_decide_what_is_drawn_anew(drawn, monkeypatch):
    assert built.key("tiny")["resnet"] == resnet.VERSION
    assert built.key("tiny")["weights"] == files.hash_of(resnet.WEIGHTS)
    assert set(built.key("tiny")) == {"version", "resnet", "weights", "pin", "numbers"}
    for field in built.key("tiny"):
        other = {**built.key("tiny"), field: "other"}
        with monkeypatch.context() as patch:
            patch.setattr(built, "key", lambda size, other=other: other)
            assert built.recorded("tiny") is None
    assert built.recorded("tiny")


def test_a_finished_folder_leaves_the_work_on_another_size_alone(tmp_path):
    for name in (
        "scenes",
        ".scenes-aaaaaaaaaaaa",
        ".scenes-bbbbbbbbbbbb",
        ".scenes-tiny-cccccccccccc",
    ):
        (tmp_path / name).mkdir()
    writer.replace(tmp_path / ".scenes-aaaaaaaaaaaa", tmp_path / "scenes")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".scenes-tiny-cccccccccccc", "scenes"]


def test_two_processes_draw_one_after_the_other(tmp_path):
    program = (
        "import sys; from pathlib import Path\n"
        "from lib.base import paths; from lib.scenes import built\n"
        f"paths.CACHE = Path({str(tmp_path)!r})\n"
        "with built.alone(): print('in', flush=True); sys.stdin.read()"
    )
    command = {"args": [sys.executable, "-c", program], "cwd": paths.ROOT, "text": True}
    with (
        subprocess.Popen(**command, stdin=-1, stdout=-1) as first,
        subprocess.Popen(**command, stdin=-1, stdout=-1) as second,
    ):
        lines = {first.stdout: first, second.stdout: second}
        told = {process: stream.readline() for stream, process in lines.items()}
        inside = next(p for p, line in told.items() if line == "in\n")
        waiting = next(p for p in told if p is not inside)
        assert "waiting for it" in told[waiting]
        inside.stdin.close()
        assert waiting.stdout.readline() == "in\n"
        waiting.stdin.close()


def test_two_builds_are_identical_and_a_killed_one_goes_on(own_root, monkeypatch):
    first = content(builder.build("tiny"))
    shutil.rmtree(paths.scenes_dir("tiny"))

    def stop(folder):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(resnet, "write_features", stop)
        builder.build("tiny")
    assert not paths.scenes_dir("tiny").exists(), "half a data set never has the final name"
    work = next((own_root / "data").glob(".scenes-tiny-*"))
    stamps = {p: p.stat().st_mtime_ns for p in work.glob("images_*/*.jpg")}
    (work / "images_train" / "3.jpg").unlink()
    half = work / "images_test" / "4.jpg"
    half.write_bytes(half.read_bytes()[:2000])  # as after a loss of power
    again = builder.build("tiny")
    drawn = sorted(
        p.name for p, t in stamps.items() if (again / p.relative_to(work)).stat().st_mtime_ns != t
    )
    assert drawn == ["3.jpg", "4.jpg"], "only what is missing is drawn"
    assert content(again) == first
    assert not list((own_root / "data").glob(".*")), "no working folder is left"


def test_the_pinned_world_is_what_the_code_makes(tmp_path):
    """Facts, sentences and tags of the tiny world, hashed as everywhere."""
    pins = files.read_json(paths.LIBRARY / "scenes" / "pins.json")
    assert set(pins) == set(built.SIZES)
    assert all(re.fullmatch("sha256:[0-9a-f]{64}", pin) for pin in pins.values())
    for split, scenes in builder.world("tiny").items():
        builder.write_split(tmp_path, split, scenes)
    assert builder.fingerprint(tmp_path) == pins["tiny"]
    with pytest.raises(RuntimeError, match=r"the world of size tiny has changed.*pins\.json pins"):
        builder.check_pin("tiny", "sha256:other")


def test_facts_and_tags_agree(tmp_path):
    for split, scenes in builder.world("tiny").items():
        builder.write_split(tmp_path, split, scenes[:20])
        table = pd.read_parquet(tmp_path / f"facts_{split}.parquet")
        assert len(table) == 20
        for row in table.itertuples():
            assert len(row.objects) == len(row.visible) and 0 <= max(row.visible) <= 1
            shown = {thing["category"] for thing in row.objects}
            assert {tag.split(":")[1] for tag in row.tags} - {"person"} <= shown
