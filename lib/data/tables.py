"""Text files of the course layout: lines, feature tables and the key."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from lib.base import cache, files
from lib.base.errors import InputError

RESTORE = "restore the file from the original data"
FEWEST = 100  # columns of a feature file, of which the first chapters keep as many
OUTPUTS = 1000  # of the layer fc1000
EXTRACT = "extract this layer of both splits with one network"


def read_lines(path: Path) -> list[str]:
    """Lines of a UTF-8 file; InputError names the line of a wrong byte."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found = f"byte 0x{content[error.start]:02x} is not UTF-8"
        remedy = "save the file as UTF-8, or " + RESTORE
        raise InputError(path, found, "text in UTF-8", remedy, line) from error


def plain(name: str) -> str:
    """The name that the course gives a numbered file; any other name stays as it is.

    >>> plain("images_train/07.JPEG"), plain("7.TXT"), plain("7.png")
    ('images_train/7.jpg', '7.txt', '7.png')
    """
    match = re.fullmatch(r"(.*/)?0*(\d+)\.(jpe?g|txt)", name, re.IGNORECASE | re.ASCII)
    if not match:
        return name
    return f"{match[1] or ''}{match[2]}.{'txt' if match[3].lower() == 'txt' else 'jpg'}"


def read_features(path: Path, images: Sequence[Path]) -> np.ndarray:
    """Rows of a feature file for these images, in their order, float32 [n_image, n_feature].

    The file has no header; a row is `images_train/5373.jpg,-1.2,…`, in any order. It must
    have one row for each image of its folder, so that nothing is dropped in silence;
    `images` may be some of them. Parsed once for each content of the file.
    """
    folder = images[0].parent
    if found := files.unlike_file(path):
        raise InputError(
            path,
            found,
            f"features of {folder.name}/",
            "copy it from the original data, or extract the features",
        )
    listed = (file.name for file in folder.iterdir() if not file.name.startswith("."))
    names = sorted(plain(name) for name in listed)
    key = {"file": files.hash_of(path), "images": names, "folder": folder.name}
    table = cache.cached("features", key, lambda: parse_features(path, folder.name, names)).arrays
    row = {name: i for i, name in enumerate(names)}
    return table["features"][[row[plain(file.name)] for file in images]]


def parse_features(path: Path, folder: str, names: list[str]) -> dict[str, np.ndarray]:
    """The whole file as {"features": float32 [len(names), n_feature]} in the order of names."""
    try:
        table = pd.read_csv(path, header=None, index_col=0, skipinitialspace=True)
        with np.errstate(over="ignore"):  # what overflows is found right below
            values = table.to_numpy(np.float32)
        index = table.index.map(lambda name: plain(str(name)))
        rows = index.get_indexer([f"{folder}/{name}" for name in names])
        good = len(table) == len(names) and rows.min() >= 0 and np.isfinite(values).all()
    except (ValueError, OverflowError, pd.errors.InvalidIndexError):
        good = False
    if not good:  # the quick way cannot tell the line; the slow way is for the message alone
        unlike = InputError(path, "cannot be read", "CSV without quotes or header", RESTORE)
        raise next(feature_faults(path, folder, names), unlike)
    return {"features": values[rows]}


def feature_faults(path: Path, folder: str, names: list[str]) -> Iterator[InputError]:
    """Every fault of a feature file, in the order of its lines, then what is missing."""
    text = path.read_text(encoding="utf-8", errors="replace")
    lines = [(n, line.split(",")) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    width = Counter(len(fields) for _, fields in lines).most_common(1)[0][0] if lines else 0
    expected = f"{folder}/<number>.jpg and {width - 1} numbers"
    seen: dict[str, int] = {}
    for number, (first, *values) in lines:
        name = plain(first.strip())
        found = feature_fault(name, values, folder, set(names), seen, width - 1)
        if found:
            remedy = "restore the line from the original file or extract the features again"
            yield InputError(path, found, expected, remedy, number)
        seen.setdefault(name, number)
    missing = [name for name in names if f"{folder}/{name}" not in seen]
    if missing:
        found = f"{len(missing)} of the images have no row, first of them {missing[0]}"
        yield InputError(path, found, f"a row for each image of {folder}/", "extract its features")


def feature_fault(
    name: str, values: list[str], folder: str, names: set[str], seen: dict[str, int], width: int
) -> str:
    """What is wrong with one row of a feature file; empty when nothing is."""
    prefix, _, file = name.rpartition("/")
    if prefix != folder:
        return f"the row is of {name!r}, another split than {folder}/"
    if file not in names:
        return f"the row is of {name!r}, which is no image of the folder"
    if name in seen:
        return f"{name} has a row already, on line {seen[name]}"
    if len(values) != width:
        return f"{name} has {len(values)} numbers"
    for column, value in enumerate(values, 2):
        if not is_finite(value):
            return f"column {column} of {name} is {value.strip()!r}, not a finite number"
    return ""


def is_finite(text: str) -> bool:
    """Whether a text is a number other than NaN and infinity."""
    number = r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*"
    most = float(np.finfo(np.float32).max)
    return bool(re.fullmatch(number, text, re.ASCII)) and abs(float(text)) < most


def check_widths(train: dict[str, Path], test: dict[str, Path]) -> None:
    """Look at the first rows of the feature files of both splits; layer → file.

    Raises InputError for too few columns, for the two layers in each other's place, and for a
    layer that is wider in one split. What is missing or empty is told when it is read.
    """
    widths = {path: width(path) for split in (train, test) for path in split.values()}
    for path, n in widths.items():
        if 0 < n < FEWEST:
            expected = f"at least {FEWEST}, since chapter 01 keeps so many"
            raise InputError(path, f"has {n} numbers in a row", expected, EXTRACT)
    for wide, pooled in [(split["fc1000"], split["pool5"]) for split in (train, test)]:
        if widths[pooled] == OUTPUTS != widths[wide] > 0:
            found = f"has {widths[wide]:,} numbers in a row, {pooled.name} has {OUTPUTS:,}"
            expected = f"the layer of {OUTPUTS:,} outputs here, the one before it there"
            raise InputError(wide, found, expected, "exchange the two files")
    for one, other in [(train[layer], test[layer]) for layer in train]:
        n, m = widths[one], widths[other]
        if n != m and n and m:
            found = f"has {n:,} numbers in a row, {other} has {m:,}"
            raise InputError(one, found, "as many in both files", EXTRACT)


def width(path: Path) -> int:
    """How many numbers the first rows of a feature file have; 0 where there is no such file."""
    if not path.is_file():
        return 0
    with path.open(encoding="utf-8", errors="replace") as stream:
        rows = islice((line for line in stream if line.strip()), 5)  # one of them may be broken
        counted = Counter(line.count(",") for line in rows)
    return counted.most_common(1)[0][0] if counted else 0


def read_key(path: Path, descriptions: list[str], images: list[str]) -> np.ndarray:
    """Position among `images` of each description's image, int [n_description].

    Raises InputError unless the key pairs each description with an image of its own.
    """
    remedy = "restore test_key.csv, or remove it to run without a key"
    if found := files.unlike_file(path):
        raise InputError(path, found, "a CSV file, Description_ID,Image_ID", remedy)
    descriptions = [plain(name) for name in descriptions]
    known, place = set(descriptions), {plain(name): i for i, name in enumerate(images)}
    pairs: dict[str, str] = {}
    owner: dict[str, str] = {}
    header, *rows = [line.replace(" ", "").split(",") for line in read_lines(path)] or [[]]
    if header != ["Description_ID", "Image_ID"]:
        raise InputError(path, "the header differs", "Description_ID,Image_ID", remedy, 1)
    for line, row in enumerate(rows, 2):
        if row == [""]:
            continue
        row = [plain(name) for name in row]
        found = key_fault(row, known, place, pairs, owner)
        if found:
            expected = "a permutation: each description once, each image once"
            raise InputError(path, found, expected, remedy, line)
        pairs[row[0]], owner[row[1]] = row[1], row[0]
    missing = [name for name in descriptions if name not in pairs]
    if missing:
        found = f"{len(missing)} descriptions are missing, the first is {missing[0]}"
        raise InputError(path, found, "a permutation: a row for each description", remedy)
    return np.array([place[pairs[name]] for name in descriptions])


def key_fault(row: list[str], descriptions: set, place: dict, pairs: dict, owner: dict) -> str:
    """What is wrong with one row of the key; empty when nothing is."""
    if len(row) != 2:
        return f"the row has {len(row)} columns"
    description, image = row
    if description not in descriptions:
        return f"there is no description {description}"
    if image not in place:
        return f"there is no image {image}"
    if description in pairs:
        return f"{description} has an image already, {pairs[description]}"
    if image in owner:
        return f"{image} belongs to {owner[image]} already"
    return ""
