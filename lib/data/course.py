"""The competition's folders, read with all their traps.

    images_train/7.jpg  descriptions_train/7.txt  tags_train/7.txt
    features_train/features_resnet1000_train.csv, features_resnet1000intermediate_train.csv
    the same for test, and perhaps test_key.csv
    without any features_*/ they are computed from the images; see `cnn`

Image 7 may be `7.JPG` or `7.jpeg` as well. Feature rows are shuffled, tag files may be empty,
a few descriptions have fewer than five sentences, and **in test, description 7 does not belong
to image 7**: only `test_key.csv` knows, and the real competition has no such file.
"""

import os
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from statistics import mode

import numpy as np
import pandas as pd
from PIL import Image

from lib.base import cache, files
from lib.base.errors import InputError
from lib.data.dataset import Split

# Raise it when readers or splits give anything else: cached features and records are made again.
VERSION = 1
KINDS = {  # ending → pattern of the names, and what they are
    "jpg": (r"(\d+)\.jpe?g", "JPEG files 0.jpg, 1.jpg, … (.jpeg and .JPG will do)"),
    "txt": (r"(\d+)\.txt", "text files 0.txt, 1.txt, …"),
}
LAYERS = {"fc1000": "features_resnet1000", "pool5": "features_resnet1000intermediate"}
RESTORE = "restore the file from the original data"
FEWEST = 100  # columns of a feature file, of which the first chapters keep as many
OUTPUTS = 1000  # of the layer fc1000
EXTRACT = "extract this layer of both splits with one network"


def read_split(folder: Path, split: str) -> Split:
    """One split of the course layout, checked; raises InputError for the first fault found."""
    images = numbered(folder / f"images_{split}", "jpg")
    descriptions = numbered(folder / f"descriptions_{split}", "txt")
    tags = numbered(folder / f"tags_{split}", "txt")
    same_numbers(images, descriptions, "description")
    same_numbers(images, tags, "tag file")
    check_images([*images.values()])
    names = [path.name for path in descriptions.values()]
    truth, key = np.arange(len(images)) if split == "train" else None, folder / "test_key.csv"
    has_features = os.path.lexists(folder / f"features_{split}")
    if split == "test" and os.path.lexists(key):
        truth = read_key(key, names, [path.name for path in images.values()])
    return Split(
        name=split,
        images=tuple(images.values()),
        tags=tuple(map(read_tags, tags.values())),
        query_ids=tuple(names),
        sentences=tuple(map(read_description, descriptions.values())),
        truth=truth,
        feature_files=feature_files(folder, split) if has_features else {},
    )


def feature_files(folder: Path, split: str) -> dict[str, Path]:
    place = folder / f"features_{split}"
    return {layer: place / f"{stem}_{split}.csv" for layer, stem in LAYERS.items()}


def numbered(folder: Path, kind: str) -> dict[int, Path]:
    """Files of a folder by number, ascending, without hidden ones; kind: of KINDS.

    Raises InputError for a missing or empty folder, another name, a number twice, and no file.
    """
    pattern, expected = KINDS[kind]
    if not folder.is_dir():
        there = folder.exists() or folder.is_symlink()
        fault = files.unlike_file(folder) or "is a file" if there else "there is no such folder"
        remedy = "check DATA_DIR, or copy the folder from the original data"
        raise InputError(folder, fault, f"a folder of {expected}", remedy)
    with os.scandir(folder) as inside:
        entries = sorted((e for e in inside if e.name[0] != "."), key=lambda entry: entry.name)
    by_number: dict[int, Path] = {}
    for entry in entries:
        path, match = folder / entry.name, re.fullmatch(pattern, entry.name, re.I | re.A)
        if not (entry.is_file(follow_symlinks=False) or path.is_file()):
            raise InputError(path, files.unlike_file(path), expected, files.PLACE_OR_MOVE)
        if not match and path.stem.isdecimal():
            remedy = f"save it as {path.stem}.{kind}, or move it elsewhere"
            raise InputError(path, f"the name ends in {path.suffix}", expected, remedy)
        if not match:
            raise InputError(path, "the name is not a number", expected, "move it elsewhere")
        other = by_number.setdefault(int(match[1]), path)
        if other != path:
            what = "description" if "descriptions" in folder.name else "file"
            fault = f"this is a second {what} for number {int(match[1])} beside {other.name}"
            raise InputError(path, fault, "one for each image", "remove one of the two")
    if not by_number:
        raise InputError(folder, "the folder is empty", expected, RESTORE)
    return dict(sorted(by_number.items()))


def same_numbers(images: dict[int, Path], others: dict[int, Path], kind: str) -> None:
    """Raise InputError unless each image has a file of this kind, and the reverse."""
    for have, lack, what in ((images, others, kind), (others, images, "image")):
        missing = [number for number in have if number not in lack]
        if missing:
            path, folder = have[missing[0]], next(iter(lack.values())).parent
            fault = f"has no {what} in {folder.name}/ ({len(missing)} in all without one)"
            expected = "images, descriptions and tag files with the same numbers"
            remedy = f"{RESTORE}, or remove all files of that number"
            raise InputError(path, fault, expected, remedy)


def check_images(images: list[Path]) -> None:
    """Decode every image once for each content; InputError names the first that fails."""

    def decode_all() -> dict[str, np.ndarray]:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(check_image, images, chunksize=64))
        return {"checked": np.array(len(images))}

    hashes = files.hashes(map(str, images), str(images[0].parent))
    cache.cached("images", {"images": sorted(hashes.values())}, decode_all)


def check_image(path: Path) -> None:
    """Raise InputError unless the whole file decodes as an image."""
    try:
        with Image.open(path) as image:
            image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(path, f"cannot be decoded ({error})", "a whole JPEG", RESTORE) from error


def is_whole(path: Path) -> bool:
    """Whether an image is there; a computer that lost its power may leave half of one."""
    try:
        check_image(path)
    except InputError:
        return False
    return True


def read_description(path: Path) -> tuple[str, ...]:
    """The sentences of one description, one a line, without the space around them."""
    sentences = tuple(line.strip() for line in read_lines(path) if line.strip())
    if not sentences:
        raise InputError(path, "the description is empty", "one sentence a line", RESTORE, 1)
    return sentences


def read_tags(path: Path) -> tuple[str, ...]:
    """The tags of one image; an empty file means that nobody tagged it."""
    tags = [line.strip() for line in read_lines(path)]
    for number, tag in enumerate(tags, 1):
        if tag and not re.fullmatch(r"[^:]+:[^:]+", tag):
            expected = "supercategory:category on each line"
            raise InputError(path, f"the tag is {tag!r}", expected, "mend the line", number)
    return tuple(filter(None, tags))


def read_lines(path: Path) -> list[str]:
    """Lines of a UTF-8 file; InputError names the line of a wrong byte."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        fault = f"byte 0x{content[error.start]:02x} is not UTF-8"
        remedy = "save the file as UTF-8, or " + RESTORE
        raise InputError(path, fault, "text in UTF-8", remedy, line) from error


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

    The file has no header; its rows, `images_train/5373.jpg,-1.2,…`, one for each image of the
    folder, come in any order; `images` may be some of them. Parsed once for each content.
    """
    folder = images[0].parent
    if fault := files.unlike_file(path):
        remedy = "copy it from the original data, or extract the features"
        raise InputError(path, fault, f"features of {folder.name}/", remedy)
    names = sorted(plain(file.name) for file in folder.glob("[!.]*"))
    key = {"file": files.hash_of(path), "images": names, "folder": folder.name}
    table = cache.cached("features", key, lambda: parse_features(path, folder.name, names)).arrays
    row = {name: i for i, name in enumerate(names)}
    return table["features"][[row[plain(file.name)] for file in images]]


def parse_features(path: Path, folder: str, names: list[str]) -> dict[str, np.ndarray]:
    """The "features", float32 [len(names), n_feature]; InputError for a wrong or missing line."""
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    n, known = usual_width(lines), {f"{folder}/{name}": i for i, name in enumerate(names)}
    table, line_of = np.empty((len(names), n), np.float32), {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        first, *fields = line.split(",")
        name, values, fault = plain(first.strip(' "')), as_numbers(fields), ""
        if name not in known:
            is_here = name.rpartition("/")[0] == folder
            why = "which is no image of the folder" if is_here else f"another split than {folder}/"
            fault = f"the row is of {name!r}, {why}"
        elif name in line_of:
            fault = f"{name} has a row already, on line {line_of[name]}"
        elif len(fields) != n:
            fault = f"{name} has {len(fields)} numbers"
        elif not np.isfinite(values).all():
            i = np.flatnonzero(~np.isfinite(values))[0]
            fault = f"column {i + 2} of {name} is {fields[i].strip()!r}, not a finite number"
        if fault:
            expected = f"{folder}/<number>.jpg and {n} numbers"
            remedy = "restore the line from the original file or extract the features again"
            raise InputError(path, fault, expected, remedy, number)
        table[known[name]], line_of[name] = values, number
    missing = [name for name in known if name not in line_of]
    if missing:
        first = missing[0].rpartition("/")[2]
        fault = f"{len(missing)} of the images have no row, first of them {first}"
        raise InputError(path, fault, f"a row for each image of {folder}/", "extract its features")
    return {"features": table}


def as_numbers(fields: list[str]) -> np.ndarray:
    """Texts as float32 [n_field]; NaN for what is no number, infinity for what is too large."""
    with np.errstate(over="ignore"):
        try:
            return np.array(fields, np.float32)
        except ValueError:
            return pd.to_numeric(np.array(fields, object), errors="coerce").astype(np.float32)


def usual_width(lines: Iterable[str]) -> int:
    """How many numbers most rows of a feature file have; 0 where there is no row."""
    return mode([line.count(",") for line in lines if line.strip()] or [0])


def check_widths(train: dict[str, Path], test: dict[str, Path]) -> None:
    """Raise InputError for feature files, by layer, that their first rows show to be wrong.

    Too few columns, layers exchanged, or unlike splits; what is missing is told when it is read.
    """
    widths = dict.fromkeys((*train.values(), *test.values()), 0)
    for path in filter(Path.is_file, widths):
        with path.open(encoding="utf-8", errors="replace") as stream:
            widths[path] = usual_width(islice(stream, 5))  # one of them may be broken
    for path, n in widths.items():
        if 0 < n < FEWEST:
            expected = f"at least {FEWEST}, since chapter 01 keeps so many"
            raise InputError(path, f"has {n} numbers in a row", expected, EXTRACT)
    for wide, pooled in [(split["fc1000"], split["pool5"]) for split in (train, test)]:
        if widths[pooled] == OUTPUTS != widths[wide] > 0:
            fault = f"has {widths[wide]:,} numbers in a row, {pooled.name} has {OUTPUTS:,}"
            expected = f"the layer of {OUTPUTS:,} outputs here, the one before it there"
            raise InputError(wide, fault, expected, "exchange the two files")
    for one, other in [(train[layer], test[layer]) for layer in train]:
        if 0 < widths[one] != widths[other] > 0:
            fault = f"has {widths[one]:,} numbers in a row, {other} has {widths[other]:,}"
            raise InputError(one, fault, "as many in both files", EXTRACT)


def read_key(path: Path, descriptions: list[str], images: list[str]) -> np.ndarray:
    """Position in `images` of each description's own image, int [n_description]; or InputError."""
    remedy = "restore test_key.csv, or remove it to run without a key"
    if fault := files.unlike_file(path):
        raise InputError(path, fault, "a CSV file, Description_ID,Image_ID", remedy)
    header, *rows = [line.replace(" ", "").split(",") for line in read_lines(path)] or [[]]
    if header != ["Description_ID", "Image_ID"]:
        raise InputError(path, "the header differs", "Description_ID,Image_ID", remedy, 1)
    image_of: dict[str, str] = dict.fromkeys(map(plain, descriptions), "")
    owner: dict[str, str] = dict.fromkeys(map(plain, images), "")
    for line, row in enumerate(rows, 2):
        if row == [""]:
            continue
        row = [plain(name) for name in row]
        if fault := key_fault(row, image_of, owner):
            expected = "a permutation: each description once, each image once"
            raise InputError(path, fault, expected, remedy, line)
        image_of[row[0]], owner[row[1]] = row[1], row[0]
    missing = [name for name, image in image_of.items() if not image]
    if missing:
        fault = f"{len(missing)} descriptions are missing, the first is {missing[0]}"
        raise InputError(path, fault, "a permutation: a row for each description", remedy)
    place = {image: i for i, image in enumerate(owner)}
    return np.array([place[image] for image in image_of.values()])


def key_fault(row: list[str], image_of: dict[str, str], owner: dict[str, str]) -> str:
    if len(row) != 2:
        return f"the row has {len(row)} columns"
    description, image = row
    if description not in image_of or image not in owner:
        lacks = f"image {image}" if description in image_of else f"description {description}"
        return f"there is no {lacks}"
    if image_of[description]:
        return f"{description} has an image already, {image_of[description]}"
    return f"{image} belongs to {owner[image]} already" if owner[image] else ""
