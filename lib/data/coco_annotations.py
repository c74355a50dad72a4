"""COCO's annotations: what people wrote of each photograph and what they saw in it."""

import json
import re
import zipfile
import zlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lib.base.errors import InputError

CAPTIONS = "annotations/captions_val2014.json"
INSTANCES = "annotations/instances_val2014.json"
SENTENCES = 5  # of a description; a few photographs have six or seven
AGAIN = "remove the file and run make data-coco again"


@dataclass(frozen=True)
class Photograph:
    """A photograph of COCO.

    name: its file at the source. size: width and height, pixels. sentences: at most five, each
    without line breaks. tags: `supercategory:category`, each once; may be empty. licence, page:
    its licence's name and its address at Flickr, as COCO gives them.
    """

    name: str
    size: tuple[int, int]
    sentences: tuple[str, ...]
    tags: tuple[str, ...]
    licence: str
    page: str


def read(archive: Path) -> list[Photograph]:
    """The photographs that have a caption, by COCO's number.

    The archive is read where it is: nothing is unpacked onto the disk. Raises InputError for one
    that is broken, lacks a file, names a place outside, or has another structure.
    """
    captions, instances = read_members(archive, CAPTIONS, INSTANCES)
    try:
        return photographs(captions, instances)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        found = f"its JSON has another structure ({error!r})"
        raise InputError(archive, found, "COCO's annotations of 2014", AGAIN) from error


def read_members(archive: Path, *names: str) -> list:
    """The values of JSON files in a zip archive, each checked against its CRC."""
    expected = "a zip archive with " + " and ".join(names)
    try:
        with zipfile.ZipFile(archive) as opened:
            refuse_outside(archive, opened.namelist())
            return [json.loads(opened.read(name)) for name in names]
    except KeyError as error:
        raise InputError(archive, str(error.args[0]), expected, AGAIN) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise InputError(archive, f"cannot be read ({error})", expected, AGAIN) from error
    except ValueError as error:  # InputError is one, too, and says all already
        if isinstance(error, InputError):
            raise
        raise InputError(archive, f"holds no JSON ({error})", expected, AGAIN) from error


def refuse_outside(archive: Path, names: list[str]) -> None:
    """Raise InputError if a member's name climbs out of the folder it would be unpacked into."""
    for name in names:
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name):
            found = f"the archive holds {name!r}, a path that climbs out"
            remedy = "do not unpack it; fetch the archive from another address, COCO_URL"
            raise InputError(archive, found, "names inside the archive", remedy)


def photographs(captions: dict, instances: dict) -> list[Photograph]:
    """The photographs of the two files, by COCO's number; KeyError and the like if unlike COCO."""
    kinds = {
        kind["id"]: f"{kind['supercategory']}:{kind['name']}" for kind in instances["categories"]
    }
    licences = {licence["id"]: licence["name"] for licence in captions["licenses"]}
    said, seen = defaultdict(list), defaultdict(dict)
    for caption in sorted(captions["annotations"], key=lambda caption: caption["id"]):
        said[caption["image_id"]].append(" ".join(caption["caption"].split()))
    for instance in instances["annotations"]:
        seen[instance["image_id"]][kinds[instance["category_id"]]] = True
    return [
        Photograph(
            name=checked_name(image["file_name"]),
            size=(image["width"], image["height"]),
            sentences=tuple(filter(None, said[image["id"]]))[:SENTENCES],
            tags=tuple(seen[image["id"]]),
            licence=licences[image["license"]],
            page=image.get("flickr_url", ""),
        )
        for image in sorted(captions["images"], key=lambda image: image["id"])
        if any(said[image["id"]])
    ]


def checked_name(name: str) -> str:
    """The name of an image file, which becomes part of an address; ValueError if it is another."""
    if not re.fullmatch(r"\w[\w.-]*\.jpg", name, re.ASCII):
        raise ValueError(f"{name!r} is no name of an image")
    return name
