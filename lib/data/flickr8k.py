"""Flickr8k in the course layout: the paper's kind of data, as large as the paper's gallery.

The official train is train; dev and test are test. There are no tags and no features. Beside the
course's files lie sources_*.csv, each photograph's name and official split, and judgements_*.tsv,
what people said of pairs. Source: Hodosh et al. 2013; for research and education only.
"""

import io
import random
import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from tqdm import tqdm

from lib.base import files, paths
from lib.base.errors import InputError
from lib.data import course, fetch, writer
from lib.data.dataset import Split

PHOTOGRAPHS, TEXTS = "Flickr8k_Dataset.zip", "Flickr8k_text.zip"
SIZES = {PHOTOGRAPHS: 1_115_419_746, TEXTS: 2_340_801}  # bytes, for what is said before the start
SPLITS = {"train": ("train",), "test": ("dev", "test")}  # ours → the official ones
JUDGES = ("Expert", "CrowdFlower")
OFFICIAL = 1000  # images of the official test
SEED = 20261127  # of the order of images and of test's descriptions
# sha256 of all names and sentences in that order: the archive is known by what it says.
CONTENT = "4b5aace42d8f19e9cb3fbcd422e3481d18c122210bcd814cf33ea48be91792a1"
SIDE, QUALITY = 224, 80  # pixels, the aspect squeezed; of the JPEG
REMEDY = "remove the file and run make data-flickr8k again"


@dataclass(frozen=True)
class Texts:
    """What the archive of texts says.

    names: split → its photographs in our order. official: name → split at the source. sentences:
    name → its five. order: the image of each of test's descriptions. judgements: file → content.
    """

    names: dict[str, list[str]]
    official: dict[str, str]
    sentences: dict[str, list[str]]
    order: list[int]
    judgements: dict[str, bytes]

    def content(self) -> str:
        """sha256 of names, sentences and order."""
        every = [[name, self.sentences[name]] for split in SPLITS for name in self.names[split]]
        return files.digest([every, self.order])


def main(flickr8k_url: str) -> None:
    build(flickr8k_url.rstrip("/"))


def build(url: str, content: str = CONTENT) -> Path:
    """Write data/flickr8k; RuntimeError if refused, InputError for an archive that is wrong."""
    target = paths.DATA / "flickr8k"
    key = files.digest([content, SEED, SIDE, QUALITY])
    if writer.is_made(target, key, "make data-flickr8k"):
        return target
    total = sum(SIZES.values()) / 1e6
    print(
        f"Flickr8k, 6,000 train and 2,000 test photographs, for research and education only\n"
        f"To fetch from {url}: {' and '.join(SIZES)}, {total:,.0f} MB, less what an earlier run "
        f"left; {total / 600:.0f} min at 10 MB a second\n"
        f"Into {paths.shown(target)}/: 130 MB. A run that is stopped goes on where it was",
        flush=True,
    )
    # Nobody has published hashes of the archives: zip's own sums and `content` stand in.
    photographs, archive = (
        fetch.download(fetch.Large(f"{url}/{name}", paths.DATA / "downloads" / name, "sha256", ""))
        for name in SIZES
    )
    texts = read(archive)
    if texts.content() != content:
        expected = f"Flickr8k's texts, whose sentences have the sha256 {content[:16]}…"
        raise InputError(archive, f"says otherwise ({texts.content()[:16]}…)", expected, REMEDY)
    work = target.with_name(f".fetching-{target.name}-{key[:12]}")
    write_photographs(photographs, texts.names, work)
    for split, names in texts.names.items():
        sources = pd.DataFrame({"image": [f"{i}.jpg" for i in range(len(names))]})
        sources = sources.assign(dataset="flickr8k", original_file=names)
        sources["official_split"] = sources["original_file"].map(texts.official)
        sources["licence"] = "Flickr8k: research and education only"
        order = texts.order if split == "test" else list(range(len(names)))
        sentences, none = [texts.sentences[name] for name in names], [()] * len(names)
        writer.write_split(work, split, order, sentences, none, sources)
    for name, judgement in texts.judgements.items():
        files.write_bytes(work / name, judgement)
    writer.finish(work, target, key)
    return target


def read(archive: Path) -> Texts:
    """What an archive of texts says; InputError for one that is broken or unlike Flickr8k's."""
    expected = f"Flickr8k's texts, a zip archive with Flickr8k.token.txt and others ({TEXTS})"
    with fetch.unzipped(archive, expected, REMEDY) as opened:
        sentences: dict[str, list[str]] = defaultdict(list)
        for line in opened.read("Flickr8k.token.txt").decode().splitlines():
            name, sentence = re.split(r"#\d\t", line)
            sentences[name].append(" ".join(sentence.split()))
        official = {
            name: split
            for split in ("train", "dev", "test")
            for name in opened.read(f"Flickr_8k.{split}Images.txt").decode().split()
        }
        judgements = {f"judgements_{who.lower()}.tsv": opened.read(f"{who}Annotations.txt")
                      for who in JUDGES}  # fmt: skip
        names = {ours: sorted(name for name, split in official.items() if split in theirs)
                 for ours, theirs in SPLITS.items()}  # fmt: skip
        order, dice = list(range(len(names["test"]))), random.Random(SEED)
        for each in (*names.values(), order):
            dice.shuffle(each)
        own = {name: sentences[name] for name in official}
        return Texts(names, official, own, order, judgements)


def write_photographs(archive: Path, names: dict[str, list[str]], work: Path) -> None:
    """Write each photograph that the folder lacks, squeezed; InputError for what cannot be."""
    due = {
        work / f"images_{split}" / f"{number}.jpg": name
        for split, of_split in names.items()
        for number, name in enumerate(of_split)
    }
    due = {path: name for path, name in due.items() if not course.is_whole(path)}
    expected = f"Flickr8k's photographs, a zip archive with 8,091 JPEG files ({PHOTOGRAPHS})"
    with fetch.unzipped(archive, expected, REMEDY) as opened, ThreadPoolExecutor() as pool:
        inside = {Path(name).name: name for name in opened.namelist() if "__MACOSX" not in name}
        lacking = [name for name in due.values() if name not in inside]
        if lacking:
            raise ValueError(f"{len(lacking)} photographs are missing, {lacking[0]} among them")

        def write(pair: tuple[Path, str]) -> None:
            squeeze(pair[0], opened.read(inside[pair[1]]))

        written = pool.map(write, due.items())
        for _ in tqdm(written, "photographs", len(due), unit="file", disable=None):
            pass


def sources(split: Split) -> pd.DataFrame | None:
    """Each image's "original_file" and "official_split", in the gallery's order, or None."""
    table = split.images[0].parent.with_name(f"sources_{split.name}.csv")
    known = pd.read_csv(table, index_col="image") if table.is_file() else pd.DataFrame()
    if not {"original_file", "official_split"} <= set(known):
        return None
    return known.loc[[course.plain(path.name) for path in split.images]]


def official(split: Split) -> Split | None:
    """The source's own test images with their descriptions; None if not all of them are here."""
    known = sources(split)
    kept = np.flatnonzero(known["official_split"] == "test") if known is not None else ()
    return split.take(kept) if len(kept) == OFFICIAL else None


def judged(split: Split, who: str) -> pd.DataFrame:
    """What people said of pairs of test: a row a judgement, of which expert pairs have three.

    who: of `JUDGES`. Returns "image", a position in the gallery; "sentence"; "own", whether it was
    written for the image; and "rating": 1 to 4 by an expert, or the share of yes of the crowd.
    """
    place = {name: i for i, name in enumerate(sources(split)["original_file"])}
    table = split.images[0].parent.with_name(f"judgements_{who.lower()}.tsv")
    pairs = pd.read_csv(table, sep="\t", names=["name", "caption", *"abc"])
    author, number = pairs["caption"].str.split("#", expand=True).to_numpy().T
    query = np.argsort(split.truth)
    said = [split.sentences[query[place[a]]][int(k)] for a, k in zip(author, number, strict=True)]
    pairs = pairs.assign(image=pairs["name"].map(place), sentence=said, own=author == pairs["name"])
    each = ["a", "b", "c"] if who == "Expert" else ["a"]
    return pairs.melt(["image", "sentence", "own"], each, value_name="rating")


def squeeze(path: Path, content: bytes) -> None:
    """Write a photograph at 224×224, whatever its aspect; ValueError if it cannot be decoded."""
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            image = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"the photograph of {path.name} cannot be decoded ({error})") from error
    with files.writing(path) as temporary:
        image.save(temporary, "JPEG", quality=QUALITY)
