"""COCO's annotations: what people wrote of each photograph and what they saw in it."""

import json
import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path, PurePosixPath

from lib.base.errors import InputError

CAPTIONS = "annotations/captions_val2014.json"
INSTANCES = "annotations/instances_val2014.json"
SENTENCES = 5  # of a description; a few photographs have six or seven


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
    try:
        with zipfile.ZipFile(archive) as opened:
            refuse_outside(archive, opened.namelist())
            return photographs(*(json.loads(opened.read(name)) for name in (CAPTIONS, INSTANCES)))
    except (InputError, MemoryError):
        raise
    except Exception as error:  # of the archive, its compression, its JSON or the JSON's structure
        expected = f"COCO's annotations of 2014, a zip archive with {CAPTIONS} and {INSTANCES}"
        remedy = "remove the file and run make data-coco again"
        raise InputError(archive, f"cannot be read ({error!r})", expected, remedy) from error


def refuse_outside(archive: Path, names: list[str]) -> None:
    """Raise InputError if a member's name climbs out of the folder it would be unpacked into."""
    for name in names:
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name):
            fault = f"the archive holds {name!r}, a path that climbs out"
            remedy = "do not unpack it; fetch the archive from another address, COCO_URL"
            raise InputError(archive, fault, "names inside the archive", remedy)


def photographs(captions: dict, instances: dict) -> list[Photograph]:
    """The photographs of the two files, by COCO's number; KeyError and the like if unlike COCO."""
    tag = {
        kind["id"]: f"{kind['supercategory']}:{kind['name']}" for kind in instances["categories"]
    }
    licences = {licence["id"]: licence["name"] for licence in captions["licenses"]}
    sentences, tags = defaultdict(list), defaultdict(dict)
    for caption in sorted(captions["annotations"], key=itemgetter("id")):
        if sentence := " ".join(caption["caption"].split()):
            sentences[caption["image_id"]].append(sentence)
    for instance in instances["annotations"]:
        tags[instance["image_id"]][tag[instance["category_id"]]] = True
    return [
        Photograph(
            name=checked_name(image["file_name"]),
            size=(image["width"], image["height"]),
            sentences=tuple(sentences[image["id"]][:SENTENCES]),
            tags=tuple(tags[image["id"]]),
            licence=licences[image["license"]],
            page=image.get("flickr_url", ""),
        )
        for image in sorted(captions["images"], key=itemgetter("id"))
        if image["id"] in sentences
    ]


def checked_name(name: str) -> str:
    """The name of an image file, which becomes part of an address; ValueError if it is another."""
    if not re.fullmatch(r"\w[\w.-]*\.jpg", name, re.ASCII):
        raise ValueError(f"{name!r} is no name of an image")
    return name
