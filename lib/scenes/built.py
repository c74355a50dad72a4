"""Where the drawn data lies and whether it is what was drawn; nothing heavy is imported here."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lib.base import files, paths
from lib.base.settings import SIZES

if TYPE_CHECKING:
    import pandas

VERSION = 1  # raise it when anything that is drawn or written of a scene changes, or the layout
STAMP = ".build.json"  # hidden: no part of the data
FULL = (10_000, 2_000)


def pinned(size: str) -> str:
    """The hash of facts, sentences and tags that the world of this size has everywhere."""
    return files.read_json(paths.LIBRARY / "scenes" / "pins.json")[size]


def numbers(size: str) -> dict[str, int]:
    """How many scenes each split has."""
    return dict(zip(("train", "test"), FULL if size == "full" else SIZES[size], strict=True))


def key(size: str) -> dict:
    """What the data of a size is made from; data of another key is drawn anew."""
    return {
        "version": VERSION,
        "resnet": files.version("scenes/resnet.py"),
        "weights": files.hash_of(paths.LIBRARY / "scenes" / "resnet.safetensors"),
        "pin": pinned(size),
        "numbers": numbers(size),
    }


def write_stamp(place: Path, size: str, hashes: dict[str, str] | None = None) -> None:
    """Say in a finished folder what it is made from and what its files hold.

    hashes: sha256 of each file by its name; default: of the files as they are.
    """
    files.write_kept(place / STAMP, {"key": key(size), "files": hashes or contents(place)})


def recorded(size: str) -> dict[str, str] | None:
    """sha256 of each file as it was drawn; None if nothing was, or of another key."""
    stamp = files.read_kept(paths.scenes_dir(size) / STAMP)
    return stamp["files"] if stamp and stamp["key"] == key(size) else None


def contents(place: Path) -> dict[str, str]:
    """sha256 of each file in a folder and below by its name, "" for what cannot be read as one."""
    is_file = dict(entries(str(place)))
    readable = [f"{place}/{name}" for name, readable in is_file.items() if readable]
    hashes = files.hashes(readable, str(place))
    return {name: hashes.get(f"{place}/{name}", "") for name in is_file}


def entries(place: str, above: str = "") -> Iterator[tuple[str, bool]]:
    """All that lies in a folder and below but hidden files: its name, and whether it is a file."""
    with os.scandir(place) as inside:
        for entry in inside:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from entries(entry.path, f"{above}{entry.name}/")
            else:
                is_file = entry.is_file(follow_symlinks=False) or Path(entry.path).is_file()
                yield above + entry.name, is_file


def differences(size: str, known: dict[str, str]) -> dict[str, str]:
    """Name of each file that is not as it was drawn → what is wrong with it."""
    there, wrong = contents(paths.scenes_dir(size)), {}
    for name in sorted(known.keys() | there.keys()):
        if known.get(name) != there.get(name):
            missing = "is missing" if name not in there else "has changed"
            wrong[name] = missing if name in known else "is no part of the drawn data"
    return wrong


def damaged(size: str, whole: bool = False) -> list[str]:
    """What is wrong with the drawn data, a line for each file; empty if it is as it was drawn.

    whole: read every byte. Otherwise a file whose size and times are the same counts as read.
    """
    place, known = paths.scenes_dir(size), recorded(size)
    if known is None:
        return [f"{paths.shown(place)} is not there, or was not drawn by this version"]
    if whole:
        files.forget(str(place))
    wrong = differences(size, known)
    return [f"{paths.shown(place / name)} {why}" for name, why in wrong.items()]


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other process draws; a killed one holds nothing."""
    lock = paths.CACHE / "drawing.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as stream:
        try:
            fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("another make is drawing: waiting for it", flush=True)
            fcntl.lockf(stream, fcntl.LOCK_EX)
        yield


def facts(split: str, size: str) -> "pandas.DataFrame":
    """The facts of a split's scenes, one row an image: what later chapters ask about."""
    import pandas

    return pandas.read_parquet(paths.scenes_dir(size) / f"facts_{split}.parquet")
