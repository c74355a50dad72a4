"""The competition's folders, read with all their traps.

    images_train/7.jpg  descriptions_train/7.txt  tags_train/7.txt
    features_train/features_resnet1000_train.csv, features_resnet1000intermediate_train.csv
    the same for test, and perhaps test_key.csv

Image 7 may be `7.JPG` or `7.jpeg` as well. Feature rows are shuffled, tag files may be empty,
a few descriptions have fewer than five sentences, and **in test, description 7 does not belong
to image 7**: only `test_key.csv` knows, and the real competition has no such file.
"""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from lib.base import cache, files
from lib.base.errors import InputError
from lib.data.dataset import Split
from lib.data.tables import RESTORE, read_key, read_lines

# Raise it when readers or splits give anything else: cached features and records are made again.
VERSION = 1
KINDS = {  # ending → pattern of the names, and what they are
    "jpg": (r"(\d+)\.jpe?g", "JPEG files 0.jpg, 1.jpg, … (.jpeg and .JPG will do)"),
    "txt": (r"(\d+)\.txt", "text files 0.txt, 1.txt, …"),
}
LAYERS = {"fc1000": "features_resnet1000", "pool5": "features_resnet1000intermediate"}


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
    if split == "test" and os.path.lexists(key):
        truth = read_key(key, names, [path.name for path in images.values()])
    return Split(
        name=split,
        images=tuple(images.values()),
        tags=tuple(map(read_tags, tags.values())),
        query_ids=tuple(names),
        sentences=tuple(map(read_description, descriptions.values())),
        truth=truth,
        feature_files=feature_files(folder, split),
    )


def feature_files(folder: Path, split: str) -> dict[str, Path]:
    """Layer → its file."""
    place = folder / f"features_{split}"
    return {layer: place / f"{stem}_{split}.csv" for layer, stem in LAYERS.items()}


def numbered(folder: Path, kind: str) -> dict[int, Path]:
    """Files of a folder by their number, ascending; hidden files are passed over.

    kind: of KINDS. Raises InputError for a missing or empty folder, another name, two files of
    one number, and what is no file.
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
    tags = []
    for number, line in enumerate(map(str.strip, read_lines(path)), 1):
        if line and not re.fullmatch(r"[^:]+:[^:]+", line):
            expected = "supercategory:category on each line"
            raise InputError(path, f"the tag is {line!r}", expected, "mend the line", number)
        tags += [line] if line else []
    return tuple(tags)
