"""The competition's layout, written as `course` reads it.

In test the descriptions are permuted against the images, and `test_key.csv` tells which is whose.
A folder is made under another name and gets its own when all is there.
"""

import io
import shutil
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pandas as pd

from lib.base import files, paths
from lib.base.errors import InputError
from lib.data import course

STAMP = ".build.json"  # what a finished folder was made from; hidden: no part of the data
_MASK = (1 << 64) - 1


def permutation(split: str, n: int) -> list[int]:
    """The number of the image of each description, the same on every machine."""
    return list(range(n)) if split == "train" else sorted(range(n), key=_scattered)


def _scattered(i: int) -> int:
    """A hash, finished by splitmix64: the first number of `scenes.rng.Rng(0, "key", i)`."""
    start = int.from_bytes(blake2b(f"0/key/{i}".encode(), digest_size=8).digest(), "little")
    x = (start + 0x9E3779B97F4A7C15) & _MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)


def names(split: str, image: int, query: int) -> tuple[str, str, str]:
    return (
        f"images_{split}/{image}.jpg",
        f"descriptions_{split}/{query}.txt",
        f"tags_{split}/{image}.txt",
    )


def write_lines(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def write_key(folder: Path, order: list[int]) -> None:
    """test_key.csv; order: the number of the image of each description."""
    rows = (f"{query}.txt,{image}.jpg" for query, image in enumerate(order))
    write_lines(folder / "test_key.csv", ["Description_ID,Image_ID", *rows])


def images(folder: Path, split: str) -> list[Path]:
    return [*course.numbered(folder / f"images_{split}", "jpg").values()]


def write_features(folder: Path, split: str, layers: dict[str, np.ndarray]) -> None:
    """Feature files as the course's, rows shuffled; layers: name → float [n_image, n_feature]."""
    rows = images(folder, split)
    for layer, path in course.feature_files(folder, split).items():
        text = io.StringIO()
        for i in np.random.default_rng(0).permutation(len(rows)):
            numbers = ",".join(f"{value:.4g}" for value in layers[layer][i])
            text.write(f"{rows[i].parent.name}/{rows[i].name},{numbers}\n")
        files.write_bytes(path, text.getvalue().encode())


def write_split(
    folder: Path, split: str, order: list[int], sentences: list, tags: list, sources: pd.DataFrame
) -> None:
    """What stands beside a split's images, and test's key; order: the image of each description."""
    for query, image in enumerate(order):
        _, description, own_tags = (folder / name for name in names(split, image, query))
        write_lines(description, sentences[image])
        write_lines(own_tags, tags[image])
    sources.to_csv(folder / f"sources_{split}.csv", index=False, lineterminator="\n")
    if split == "test":
        write_key(folder, order)


def is_made(target: Path, key: str, command: str) -> bool:
    """Whether a folder is there, made from what `key` names; InputError for somebody else's."""
    stamp = target / STAMP
    if target.exists() and not stamp.is_file():
        expected = f"nothing, or a folder that {command} made"
        raise InputError(target, "it is there already", expected, "move it elsewhere")
    if not stamp.is_file() or files.read_json(stamp)["key"] != key:
        return False
    print(f"{paths.shown(target)}/ is there, complete and checked when it was made")
    return True


def finish(work: Path, target: Path, key: str) -> None:
    """Name a folder that is complete; InputError for the first fault that the loader finds."""
    for split in ("train", "test"):
        course.read_split(work, split)
    files.write_json(work / STAMP, {"key": key})
    replace(work, target)
    how = f"DATA=course DATA_DIR={paths.shown(target)} NAME=my-{target.name}"
    print(f"{paths.shown(target)}/ is complete. Next: make report {how}", flush=True)


def replace(work: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    work.rename(target)
    # Working folders of other code go, too; those of other sizes have longer names.
    for left in (old, *target.parent.glob(f".{target.name}-{'?' * 12}")):
        shutil.rmtree(left, ignore_errors=True)
