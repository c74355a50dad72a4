"""`make data-coco` on a tiny COCO of the loopback address: whole, broken, killed, gone on with."""

import csv
import hashlib
import io
import signal
import subprocess
import sys
import time
from dataclasses import replace

import coco_server
import numpy as np
import pytest
from coco_server import ARCHIVE, photograph
from PIL import Image, ImageOps

from lib.base import paths, settings
from lib.base.errors import InputError
from lib.data import coco, fetch
from lib.data import source as data
from lib.data.dataset import Dataset

N, LIMIT = 30, 24  # photographs that the tiny COCO has, and that are wanted
KILLED = """
import sys
from pathlib import Path
from lib.base import paths
from lib.data import coco
paths.DATA, paths.CACHE = Path(sys.argv[1], "data"), Path(sys.argv[1], "cache")
coco.build({limit}, coco.{source!r})
"""


@pytest.fixture
def served(tmp_path, monkeypatch, own_cache):
    """A running tiny COCO, and an empty data folder; waits between tries are none."""
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    monkeypatch.setattr(fetch, "AGAIN", fetch.AGAIN.new(backoff_factor=0, backoff_jitter=0))
    monkeypatch.setattr(fetch, "PIECE", 16 << 20)
    content = {ARCHIVE: coco_server.archive(N), **coco_server.photographs(N)}
    with coco_server.coco(content) as server:
        yield server


def source(server) -> coco.CocoSource:
    """The tiny COCO as a source."""
    return coco.CocoSource(
        coco_url=f"{server.address}/coco",
        md5=hashlib.md5(server.content[ARCHIVE]).hexdigest(),
    )


def chosen(server) -> list[str]:
    """The paths of the photographs that are wanted, train and then test."""
    splits = coco.choose(fetch.download(source(server).annotations), LIMIT)
    return [f"/coco/val2014/{photo.name}" for split in splits.values() for photo in split]


def load(folder) -> Dataset:
    given = settings.Settings(data="course", data_dir=str(folder), name="coco")
    return data.load(settings.check(given), "sha256:coco")


def test_the_whole_over_a_bad_network_and_nothing_twice(served, capsys):
    first, second, third, fourth = chosen(served)[:4]
    served.drops[first], served.cuts[second], served.busy[third] = 2, 2, 1
    served.cuts[ARCHIVE] = served.drops[ARCHIVE] = 1
    served.without_tag = {fourth}
    start = time.monotonic()
    folder = coco.build(LIMIT, source(served))
    assert time.monotonic() - start > 1, "Retry-After is waited for"
    said = capsys.readouterr().out
    assert "20 train and 4 test photographs" in said and "In all" in said
    assert f"make report DATA=course DATA_DIR={folder} NAME=my-coco-24" in said
    assert [p.name for p in paths.DATA.iterdir() if p.name.startswith(".")] == []
    check_written(folder, load(folder))
    served.asked.clear()
    assert coco.build(LIMIT, source(served)) == folder
    assert served.asked == [], "a finished folder opens no connection"


def check_written(folder, found: Dataset) -> None:
    """Images, sentences, tags and truth all belong together."""
    assert (len(found.train), len(found.test)) == (20, 4)
    assert found.test.truth.tolist() != [0, 1, 2, 3], "test is permuted"
    numbers = set()
    for split in (found.train, found.test):
        with (folder / f"sources_{split.name}.csv").open() as stream:
            rows = list(csv.DictReader(stream))
        for query, image in enumerate(split.truth):
            number = int(rows[image]["original_file"][13:25])
            numbers.add(number)
            assert split.sentences[query][0] == f"Photograph {number} ."
            assert len(split.sentences[query]) == 5, "the first five of six"
            assert rows[image]["page"] == f"http://flickr.example/{number}"
            kinds = [coco_server.KINDS[(number + j // 2) % 3] for j in range(number % 4)]
            assert split.tags[image] == tuple(dict.fromkeys(f"shape:{kind}" for kind in kinds))
            original = coco_server.photographs(number)[photograph(number)]
            check_crop(split.picture(image), Image.open(io.BytesIO(original)))
    assert len(numbers) == LIMIT


def check_crop(written: Image.Image, original: Image.Image) -> None:
    """The middle square at 224×224, but for what JPEG loses."""
    expected = ImageOps.fit(original.convert("RGB"), (224, 224), Image.Resampling.BICUBIC)
    assert written.size == (224, 224)
    assert np.abs(np.asarray(written, float) - np.asarray(expected, float)).mean() < 4


def test_what_cannot_be_had_is_named_and_only_that_is_asked_for_again(served):
    missing, changed, no_image, other_size = wanted = chosen(served)[:4]
    before = dict(served.content)
    del served.content[missing]
    served.changed = {changed}
    served.content[no_image] = b"<html>a page of a hotel's network</html>"
    served.content[other_size] = small_jpeg()
    with pytest.raises(RuntimeError, match="4 of 24 photographs could not be had") as raised:
        coco.build(LIMIT, source(served))
    message = str(raised.value)
    assert f"{served.address}{missing}: the server answers 404" in message
    assert f"{changed}: has other bytes than the server's own hash says; fetched 3 times" in message
    assert f"{no_image}: cannot be decoded" in message
    assert f"{other_size}: is (8, 8) pixels large" in message
    assert "run make data-coco again" in message
    assert served.paths().count(missing) == 1 and served.paths().count(changed) == 3
    assert not (paths.DATA / "coco-24").exists()
    served.content.update(before)
    served.changed = set()
    served.asked.clear()
    folder = coco.build(LIMIT, source(served))
    assert sorted(served.paths()) == sorted(wanted)
    assert len(load(folder).train) == 20


def small_jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "JPEG")
    return buffer.getvalue()


def test_a_source_that_fails_everywhere_is_given_up(served, monkeypatch):
    monkeypatch.setattr(coco, "MOST", 3)
    monkeypatch.setattr(fetch, "CONNECTIONS", 2)
    for path in chosen(served):
        del served.content[path]
    with pytest.raises(RuntimeError, match=r"4 of 24 photographs .* and the run stopped there"):
        coco.build(LIMIT, source(served))
    assert sum("/val2014/" in path for path in served.paths()) < LIMIT


def test_a_killed_run_goes_on_with_what_it_has(served, tmp_path):
    served.slow = 0.3
    script = KILLED.format(limit=LIMIT, source=source(served))
    command = [sys.executable, "-c", script, str(tmp_path)]
    running = subprocess.Popen(command, cwd=paths.ROOT, stdout=subprocess.DEVNULL)
    images = paths.DATA.glob
    deadline = time.monotonic() + 60
    while len(list(images(".fetching-*/images_*/[0-9]*.jpg"))) < 5:
        assert running.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    time.sleep(2 * served.slow)  # answers that were on their way to the killed process
    have = list(images(".fetching-*/images_*/[0-9]*.jpg"))
    assert 5 <= len(have) < LIMIT
    have[0].write_bytes(have[0].read_bytes()[:500])  # as after a loss of power
    served.asked.clear()
    served.slow = 0.0
    folder = coco.build(LIMIT, source(served))
    assert len(served.asked) == LIMIT - len(have) + 1, "neither archive nor whole crops"
    assert all("/val2014/" in path for path in served.paths())
    assert len(load(folder).train) == 20
    assert all(path.name.startswith(".") for path in folder.rglob("*.tmp")), "hidden, swept by age"


def test_a_large_file_goes_on_where_it_stopped(served, monkeypatch):
    monkeypatch.setattr(fetch, "PIECE", 20_000)
    file, content = source(served).annotations, served.content[ARCHIVE]
    with monkeypatch.context() as patch:
        patch.setattr(fetch, "ask", stopping(served, after=3))
        with pytest.raises(KeyboardInterrupt):
            fetch.download(file)
    served.asked.clear()
    assert fetch.download(file).read_bytes() == content
    assert served.asked[1].endswith("bytes=40000-59999"), "two pieces are there"
    file.target.write_bytes(content[:100])
    assert fetch.download(file).read_bytes() == content, "a file that was spoilt later"


def stopping(server, after: int):
    """`fetch.ask` that is interrupted after so many requests."""
    real = fetch.ask

    def ask(*arguments, **headers):
        if len(server.asked) >= after:
            raise KeyboardInterrupt
        return real(*arguments, **headers)

    return ask


def test_a_file_that_changes_meanwhile_is_not_mixed(served, monkeypatch):
    monkeypatch.setattr(fetch, "PIECE", 20_000)
    file = source(served).annotations
    with monkeypatch.context() as patch:
        patch.setattr(fetch, "ask", stopping(served, after=3))
        with pytest.raises(KeyboardInterrupt):
            fetch.download(file)
    served.content[ARCHIVE] = other = coco_server.archive(N - 1)
    assert fetch.download(source(served).annotations).read_bytes() == other
    assert list(file.target.parent.iterdir()) == [file.target]


def test_wrong_hashes_are_refused_and_removed(served):
    served.changed = {ARCHIVE}
    with pytest.raises(InputError, match=r"annotations_trainval2014.zip: its md5 begins with"):
        coco.build(LIMIT, source(served))
    assert list((paths.DATA / "downloads").iterdir()) == []
    assert not any("/val2014/" in path for path in served.paths()), "before any photograph"


def test_a_served_archive_that_climbs_out_writes_nothing(served, tmp_path):
    served.content[ARCHIVE] = coco_server.archive(N, **{"../../evil.py": "import os"})
    with pytest.raises(InputError, match=r"trainval2014.zip: .*holds '../../evil.py'"):
        coco.build(LIMIT, source(served))
    assert list(tmp_path.rglob("evil*")) == []


def test_too_few_photographs_and_a_folder_of_somebody_else(served):
    with pytest.raises(InputError, match="has 30 photographs with captions"):
        coco.build(60, source(served))
    (paths.DATA / "coco-24").mkdir()
    with pytest.raises(InputError, match=r"coco-24: it is there already.*move it elsewhere"):
        coco.build(LIMIT, source(served))


def test_nobody_answers(served):
    nowhere = replace(source(served), coco_url="http://127.0.0.1:9/coco")
    with pytest.raises(RuntimeError, match=r"http://127.0.0.1:9/coco/annotations/.*no whole"):
        coco.build(LIMIT, nowhere)
