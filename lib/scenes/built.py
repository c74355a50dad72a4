"""Where the embedded data lies and what it must be; nothing heavy is imported here."""

from pathlib import Path
from typing import TYPE_CHECKING

from lib import files, paths

if TYPE_CHECKING:
    import pandas

VERSION = 1  # raise it when a drawing or the layout of files changes: all is then drawn again

BUILD = "lib/scenes/build.py"  # all code that the data is made by is imported from here
STAMP = ".build.json"  # hidden: no part of the data


def folder(size: str) -> Path:
    """The folder of the embedded data of a size, in the course layout."""
    return paths.DATA / ("scenes" if size == "full" else f"scenes-{size}")


def pinned(size: str) -> str:
    """The hash of facts, sentences and tags that the world of this size has everywhere."""
    return files.read_json(paths.LIBRARY / "scenes" / "pins.json")[size]


def load_facts(split: str, size: str = "full") -> "pandas.DataFrame":
    """The facts of a split's scenes, one row an image: what later chapters ask about."""
    import pandas

    return pandas.read_parquet(folder(size) / f"facts_{split}.parquet")
