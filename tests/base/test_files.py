"""Files are written whole, by writers that cannot hurt one another."""

import os
import subprocess
import sys
import time

import pytest

from lib.base import files, paths

WRITER = """
import sys
from pathlib import Path
from lib.base import files
for i in range(200):
    files.write_bytes(Path(sys.argv[1]), sys.argv[2].encode() * 50_000)
"""


def test_many_writers_of_one_target(tmp_path):
    target = tmp_path / "target.json"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, target, letter], cwd=paths.ROOT)
        for letter in "abcd"
    ]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        if target.is_file():
            content = target.read_bytes()
            seen.add((content[:1], len(content), len(set(content))))
    assert [writer.returncode for writer in writers] == [0] * 4, "a writer lost its own file"
    assert {(size, letters) for _, size, letters in seen} == {(50_000, 1)}, "half a file was seen"
    assert [path.name for path in tmp_path.iterdir()] == ["target.json"]


def test_what_killed_writers_left_is_swept_by_age(tmp_path):
    for name in (".other.abc.tmp.json", ".target.def.tmp", ".target.ghi.tmp.json"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - 2 * files.STALE,) * 2)
    (tmp_path / ".target.live.tmp.json").touch()
    (tmp_path / "notes.tmp.json").touch()
    files.sweep.cache_clear()
    files.write_json(tmp_path / "target.json", {})
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [".target.live.tmp.json", "notes.tmp.json", "target.json"]


def test_a_failed_writer_leaves_the_target_alone(tmp_path):
    files.write_json(tmp_path / "a.json", 1)
    with pytest.raises(ZeroDivisionError), files.writing(tmp_path / "a.json") as temporary:
        temporary.write_text("half")
        _ = 1 / 0
    assert files.read_json(tmp_path / "a.json") == 1 and len(list(tmp_path.iterdir())) == 1
