"""The paper's kind of data from its public source: photographs of COCO in the course layout.

    data/coco/images_train/7.jpg  descriptions_train/7.txt  …  test_key.csv
    data/coco/sources_train.csv   each photograph's file at COCO, licence, and page at Flickr
    data/downloads/annotations_trainval2014.zip

There are no feature files: a report computes features from the images, see `cnn`.

Everything is made in a working folder named after what it is made from. A run that was stopped
goes on there; the folder gets its final name when all is there and the loader has checked it.
"""

import io
import json
import math
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from multiprocessing.pool import ThreadPool
from operator import itemgetter
from pathlib import Path

import pandas as pd
from PIL import Image, ImageOps
from tqdm import tqdm

from lib.base import files, paths
from lib.base.errors import InputError
from lib.data import course, fetch, writer

CAPTIONS = "annotations/captions_val2014.json"
INSTANCES = "annotations/instances_val2014.json"
SENTENCES = 5  # of a description; a few photographs have six or seven
SEED = 0  # of the choice among 40,504 photographs
WHOLE = 12_000
SHARE = 6  # one photograph in so many is for test, as in the competition
SIDE = 224  # pixels
QUALITY = 90
MOST = 2 * fetch.CONNECTIONS  # photographs that may fail before we give up
# Bytes, for what is said before the start; the annotations' is what S3 tells of the file.
ANNOTATIONS, PHOTOGRAPH, WRITTEN = 252_872_794, 160_000, 20_000


@dataclass(frozen=True)
class Photograph:
    """A photograph of COCO.

    name: its file there. size: width, height, pixels. sentences: at most five. tags: each once, as
    `supercategory:category`. licence, page: its licence's name and its address at Flickr.
    """

    name: str
    size: tuple[int, int]
    sentences: tuple[str, ...]
    tags: tuple[str, ...]
    licence: str
    page: str


@dataclass(frozen=True)
class CocoSource:
    """md5: of the annotations, as the bucket's ETag and many public scripts have it."""

    # The bucket behind http://images.cocodataset.org, by TLS; has annotations/ and val2014/.
    coco_url: str = "https://s3.amazonaws.com/images.cocodataset.org"
    md5: str = "0a379cfc70b0e71301e0f377548639bd"

    @property
    def annotations(self) -> fetch.Large:
        name = "annotations_trainval2014.zip"
        url = f"{self.coco_url}/annotations/{name}"
        return fetch.Large(url, paths.DATA / "downloads" / name, "md5", self.md5)


def main(limit: int, coco_url: str) -> None:
    build(limit, CocoSource(coco_url.rstrip("/")))


def build(limit: int, source: CocoSource) -> Path:
    """Fetch photographs in the course layout; RuntimeError if refused, InputError if wrong."""
    target = paths.DATA / ("coco" if limit == WHOLE else f"coco-{limit}")
    key = files.digest([source.md5, SEED, SIDE, QUALITY, limit])
    if writer.is_made(target, key, "make data-coco"):
        return target
    work = target.with_name(f".fetching-{target.name}-{key[:12]}")
    total, n_test = limit * PHOTOGRAPH + ANNOTATIONS, limit // SHARE
    quick, slow = (f"{math.ceil(total / rate / 60)} min" for rate in (10e6, 1e6))
    print(
        f"COCO 2014 validation: {limit - n_test:,} train and {n_test:,} test photographs, each "
        f"fetched singly from {source.coco_url}\n"
        f"To fetch: {source.annotations.target.name} ({ANNOTATIONS / 1e6:.0f} MB) and photographs "
        f"(about {limit * PHOTOGRAPH / 1e6:,.0f} MB, 160 KB each), less what an earlier run left\n"
        f"In all {total / 1e6:,.0f} MB: {quick} at 10 MB a second, {slow} at 1 MB a second\n"
        f"Into {paths.shown(target)}/: {limit * WRITTEN / 1e6:,.0f} MB. A run that is stopped goes "
        f"on where it was",
        flush=True,
    )
    splits = choose(fetch.download(source.annotations), limit)
    fetch_all(source, work, splits)
    header = ["image", "dataset", "original_file", "licence", "page"]
    for split, photos in splits.items():
        about = [(f"{i}.jpg", "coco", p.name, p.licence, p.page) for i, p in enumerate(photos)]
        order, sources = writer.permutation(split, len(photos)), pd.DataFrame(about, columns=header)
        sentences, tags = [p.sentences for p in photos], [p.tags for p in photos]
        writer.write_split(work, split, order, sentences, tags, sources)
    writer.finish(work, target, key)
    return target


def choose(archive: Path, limit: int) -> dict[str, list[Photograph]]:
    """The photographs of each split, drawn by a hash of seed and name; InputError if too few."""
    every = read(archive)
    if len(every) < limit:
        fault = f"has {len(every)} photographs with captions"
        raise InputError(archive, fault, f"at least {limit}", "choose a smaller LIMIT")
    drawn = sorted(every, key=lambda photo: files.digest([SEED, photo.name]))[:limit]
    n_train = limit - limit // SHARE
    return {"train": drawn[:n_train], "test": drawn[n_train:]}


def read(archive: Path) -> list[Photograph]:
    """The photographs that have a caption, by COCO's number; InputError if unlike COCO's."""
    expected = f"COCO's annotations of 2014, a zip archive with {CAPTIONS} and {INSTANCES}"
    remedy = "remove the file and run make data-coco again, from another COCO_URL if it stays so"
    with fetch.unzipped(archive, expected, remedy) as opened:
        return photographs(*(json.loads(opened.read(name)) for name in (CAPTIONS, INSTANCES)))


def photographs(captions: dict, instances: dict) -> list[Photograph]:
    """The photographs of the two files, by COCO's number; KeyError and the like if unlike COCO."""
    tag = {k["id"]: f"{k['supercategory']}:{k['name']}" for k in instances["categories"]}
    licences = {licence["id"]: licence["name"] for licence in captions["licenses"]}
    sentences, tags = defaultdict(list), defaultdict(dict)
    for caption in sorted(captions["annotations"], key=itemgetter("id")):
        if sentence := " ".join(caption["caption"].split()):
            sentences[caption["image_id"]].append(sentence)
    for instance in instances["annotations"]:
        tags[instance["image_id"]][tag[instance["category_id"]]] = True
    for name in (image["file_name"] for image in captions["images"]):  # it is part of an address
        if not re.fullmatch(r"\w[\w.-]*\.jpg", name, re.ASCII):
            raise ValueError(f"{name!r} is no name of an image")
    return [
        Photograph(
            name=image["file_name"],
            size=(image["width"], image["height"]),
            sentences=tuple(sentences[image["id"]][:SENTENCES]),
            tags=tuple(tags[image["id"]]),
            licence=licences[image["license"]],
            page=image.get("flickr_url", ""),
        )
        for image in sorted(captions["images"], key=itemgetter("id"))
        if image["id"] in sentences
    ]


def fetch_all(source: CocoSource, work: Path, splits: dict[str, list[Photograph]]) -> None:
    """Fetch and crop what the working folder lacks; RuntimeError names what could not be had."""
    photos = {
        work / f"images_{split}" / f"{number}.jpg": photo
        for split, photos in splits.items()
        for number, photo in enumerate(photos)
    }
    save, faults = partial(save_crop, fetch.connect(source.coco_url), source), []
    with ThreadPool(fetch.CONNECTIONS) as workers:
        saved = workers.imap_unordered(save, photos.items())
        for fault in tqdm(saved, "photographs", len(photos), unit="file", disable=None):
            faults += fault
            if len(faults) > MOST:
                break
    if faults:
        stopped = "and the run stopped there; " if len(faults) > MOST else ""
        raise RuntimeError(
            f"{len(faults)} of {len(photos):,} photographs could not be had, {stopped}the others "
            "are kept:\n  " + "\n  ".join(sorted(faults)) + "\nWhat to do: run make data-coco "
            "again, which asks only for what is missing; if a file is refused again, try another "
            "COCO_URL."
        )


def save_crop(pool, source: CocoSource, pair: tuple[Path, Photograph]) -> list[str]:
    """Fetch a photograph and write its crop, unless it is there; returns what went wrong."""
    path, photo = pair
    if course.is_whole(path):
        return []
    url = f"{source.coco_url}/val2014/{photo.name}"
    try:
        image = fetch.get(pool, url, partial(crop, size=photo.size))
    except RuntimeError as error:
        return [str(error)]
    with files.writing(path) as temporary:
        image.save(temporary, "JPEG", quality=QUALITY)
    return []


def crop(content: bytes, size: tuple[int, int]) -> Image.Image:
    """The middle square at 224×224, RGB, of a JPEG of this width and height; else ValueError."""
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            if image.size != size:
                raise ValueError(f"is {image.size} pixels large, the annotations say {size}")
            return ImageOps.fit(image.convert("RGB"), (SIDE, SIDE), Image.Resampling.BICUBIC)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"cannot be decoded ({error})") from error
