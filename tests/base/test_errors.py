"""What the system refuses is told in words: which file, what about it, and what to do."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lib import __main__
from lib.base import commands, errors, files, paths

LIMITED = """
import resource, sys
from pathlib import Path
from lib.__main__ import main
from lib.base import commands, files

def command(target):
    {limit}
    files.write_bytes(Path(target), bytes(100_000)) if target != "-" else {act}

commands.STEPS["try"] = "__main__:command"
sys.exit(main(["try", sys.argv[1]]))
"""


def limited(path: object, limit: str = "", act: str = "None") -> str:
    """What a command prints that writes a file, or acts, under a limit of the system."""
    program = LIMITED.format(limit=limit, act=act)
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=paths.ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def test_a_file_beyond_the_limit(tmp_path):
    told = limited(tmp_path / "a.npz", "resource.setrlimit(resource.RLIMIT_FSIZE, (999, 999))")
    assert told.startswith(f"{tmp_path}/a.npz: cannot be written (File too large). What to do: ")
    assert not list(tmp_path.iterdir())


def test_too_many_open_files(tmp_path):
    told = limited(tmp_path / "a.npz", "resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))")
    assert f"{tmp_path}/a.npz: cannot be written (Too many open files)" in told
    assert "ulimit -n" in told


def test_no_memory():
    told = limited("-", act="bytearray(10**17)")
    assert "not enough memory" in told and "SIZE=small" in told


def test_a_full_device_that_names_no_file():
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    told = limited("-", act="open('/dev/full', 'w').write('x' * 10**6)")
    assert told.startswith("No space left on device. What to do: free some disk space")


def test_a_full_disk(tmp_path):
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path]
    if (
        not sys.platform.startswith("linux")
        or subprocess.run(mount, capture_output=True).returncode
    ):
        pytest.skip("a small disk can be mounted by root on Linux alone")
    try:
        told = limited(tmp_path / "a.npz")
        assert f"{tmp_path}/a.npz: cannot be written (No space left on device)" in told
        assert not list(tmp_path.iterdir())
        subprocess.run(["mount", "-o", "remount,ro", tmp_path], check=True)
        told = limited(tmp_path / "a.npz")
        assert f"{tmp_path}/a.npz: cannot be written (Read-only file system)" in told
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_no_permission(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    tmp_path.chmod(0o500)
    assert f"{tmp_path}/a.npz: cannot be written (Permission denied)" in limited(tmp_path / "a.npz")


def write_two(folder):
    """A command."""
    files.write_json(Path(folder) / "a.json", 2)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EACCES, errno.EIO])
def test_each_refusal_of_a_rename(tmp_path, monkeypatch, code, capsys):
    """The last step of each writing; what was there stays, and nothing is left beside it."""

    def refuse(self, target):
        raise OSError(code, os.strerror(code), str(self), None, str(target))

    files.write_json(tmp_path / "a.json", 1)
    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setitem(commands.STEPS, "try", f"{__name__}:write_two")
    assert __main__.main(["try", str(tmp_path)]) == 1
    told = capsys.readouterr().err.strip()
    remedy = errors.REMEDIES[code]
    assert told == (
        f"{tmp_path}/a.json: cannot be written ({os.strerror(code)}). What to do: {remedy}, "
        "then run the same command again."
    )
    assert files.read_json(tmp_path / "a.json") == 1 and len(list(tmp_path.iterdir())) == 1


def test_an_error_about_another_file_keeps_its_name(tmp_path):
    with pytest.raises(OSError, match="gone") as caught, files.writing(tmp_path / "a.json"):
        Path(tmp_path / "gone").read_bytes()
    assert errors.message(caught.value).startswith(f"{tmp_path}/gone: No such file or directory")


def test_a_file_where_a_folder_belongs(project, course):
    (project.root / "build").write_text("mine")
    done = project.make("00_data", "DATA=course", f"DATA_DIR={course}", "NAME=drawn")
    assert done.returncode and "Traceback" not in done.stderr
    assert f"{project.root}/build" in done.stderr, done.stderr
    assert "move the file away that stands where a folder belongs" in done.stderr


def test_a_notebook_tells_it_in_the_same_words(project, course):
    from test_make import keep_cells

    target = project.root / "big.npz"
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (9999, 9999))\n"
    write = "import pathlib, lib.base.files as f\n"
    write += f"f.write_bytes(pathlib.Path('{target}'), bytes(10**6))"
    keep_cells(project.root / "notebooks/00_data.ipynb", 3, limit + write)
    done = project.make("00_data", "DATA=course", f"DATA_DIR={course}", "NAME=drawn")
    assert done.returncode and "Traceback" not in done.stderr
    assert f"\n{target}: cannot be written (File too large). What to do: raise" in done.stderr


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EMFILE, "Too many open files", "/a b/it's.json"),
        OSError(errno.EACCES, "cannot be written (Permission denied)", "/a: b/c"),
        MemoryError("Unable to allocate 3.00 GiB"),
    ],
)
def test_an_error_quoted_from_a_notebook(error):
    assert errors.quoted(type(error).__name__, str(error)) == errors.message(error)


def test_other_errors_keep_their_names():
    assert errors.quoted("KeyError", "'a'") == "KeyError: 'a'"
    assert errors.message(ValueError("SIZE=x cannot be")) == "SIZE=x cannot be"
