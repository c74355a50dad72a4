"""The drawn data set: made once into the course layout, so that one loader reads it.

    data/scenes/images_train/7.jpg  descriptions_train/7.txt  …  facts_train.parquet

Everything is made in a working folder named after what it is made from. A killed build goes
on where it stopped; the folder gets its final name when all is there. Files that are damaged
later are drawn again in their place.
"""

import shutil
from collections.abc import Collection
from functools import partial
from pathlib import Path

import pandas as pd
from PIL import Image
from tqdm import tqdm

from lib.base import files, paths, processes
from lib.base.errors import InputError
from lib.data import course, writer
from lib.scenes import built, draw, resnet, sampler, sentences
from lib.scenes.records import Scene, to_dict

SEED = 0  # of the world that the report is about
QUALITY = 85
CHUNK = 50  # scenes a task


def build(size: str) -> Path:
    """Draw the data of a size, or what of it is damaged; returns its folder."""
    with built.alone():
        known = built.recorded(size)
        if known is None:
            draw_all(size)
        elif wrong := built.differences(size, known):
            mend(size, known, wrong)
    return paths.scenes_dir(size)


def draw_all(size: str) -> None:
    """Draw everything in a working folder, where a killed run goes on, and put it in place."""
    target = paths.scenes_dir(size)
    if target.exists():
        print(f"{paths.shown(target)}: not drawn by this version, so it is drawn anew", flush=True)
    work = target.with_name(f".{target.name}-{files.digest(built.key(size))[:12]}")
    write_splits(work, size)
    resnet.write_features(work)
    built.write_stamp(work, size)
    writer.replace(work, target)
    files.forget(str(work))


def mend(size: str, known: dict[str, str], wrong: dict[str, str]) -> None:
    """Draw damaged files again where they lie.

    Until that is done the list of files tells what is wrong, so that a killed run is repeated.
    Raises InputError for a file that somebody added.
    """
    place = paths.scenes_dir(size)
    for name in wrong.keys() - known.keys():
        raise InputError(place / name, wrong[name], "the drawn files alone", "move it elsewhere")
    first = min(wrong)
    print(f"{paths.shown(place)}: {first} {wrong[first]}, {len(wrong):,} files are drawn again",
          flush=True)  # fmt: skip
    for path in (place / name for name in wrong):
        shutil.rmtree(path, True) if path.is_dir() else path.unlink(missing_ok=True)
    features = {name for name in known if name.startswith("features_")}
    drawn = wrong.keys() - features
    if drawn:
        write_splits(place, size, drawn)
    now = known | held(place, drawn)
    if now != known or wrong.keys() & features:  # another machine's pixels: other features
        resnet.write_features(place)
        now |= held(place, features)
    if now != known:
        built.write_stamp(place, size, now)


def held(place: Path, names: Collection[str]) -> dict[str, str]:
    """sha256 of each of these files."""
    hashes = built.contents(place)
    return {name: hashes[name] for name in names}


def world(size: str) -> dict[str, list[Scene]]:
    """The scenes of each split; no two share their facts, within a split or across."""
    return {split: sampler.scenes(SEED, n, split) for split, n in built.numbers(size).items()}


def write_splits(place: Path, size: str, only: Collection[str] | None = None) -> None:
    """Draw all but the features, or of the files named `only` what they hold.

    Raises RuntimeError if it is not the pinned world.
    """
    for split, scenes in world(size).items():
        write_split(place, split, scenes, only)
    check_pin(size, fingerprint(place))


def write_split(
    work: Path, split: str, scenes: list[Scene], only: Collection[str] | None = None
) -> None:
    """Draw one split and write it; images that are there already are not drawn again.

    only: names of files, if not all are to be written.
    """
    order = writer.permutation(split, len(scenes))
    query = {image: number for number, image in enumerate(order)}
    table = f"facts_{split}.parquet"
    numbered, whole = list(enumerate(scenes)), only is None or table in only
    if not whole:
        numbered = [(i, s) for i, s in numbered if {*writer.names(split, i, query[i])} & {*only}]
    tasks = [numbered[i : i + CHUNK] for i in range(0, len(numbered), CHUNK)]
    with processes.pool() as pool:
        chunks = pool.map(partial(draw_chunk, work, split, query), tasks)
        bar = tqdm(chunks, f"drawing {split}", len(tasks), unit=f"×{CHUNK}", disable=None)
        rows = [row for chunk in bar for row in chunk]
    if whole:
        with files.writing(work / table) as temporary:
            pd.DataFrame(rows).to_parquet(temporary)
    if split == "test":
        writer.write_key(work, order)


def draw_chunk(
    work: Path, split: str, query: dict[int, int], chunk: list[tuple[int, Scene]]
) -> list[dict]:
    """Draw and describe some scenes; returns their rows of the facts' table.

    query: number of an image → number of its description.
    """
    rows = []
    for number, scene in chunk:
        seen = draw.visible(scene)
        texts, tags = sentences.sentences(scene, seen), sentences.visible_tags(scene, seen)
        names = writer.names(split, number, query[number])
        image, description, tag_file = (work / name for name in names)
        writer.write_lines(description, texts)
        writer.write_lines(tag_file, tags)
        if not course.is_whole(image):
            with files.writing(image) as temporary:
                Image.fromarray(draw.render(scene)).save(temporary, "JPEG", quality=QUALITY)
        row = to_dict(scene) | {"visible": [seen[i] for i in range(len(scene.objects))]}
        rows.append({"image": number, "sentences": list(texts), "tags": list(tags), **row})
    return rows


def fingerprint(place: Path) -> str:
    """Hash of the facts, sentences and tags: the same on every machine, as pixels are not."""
    content = {}
    for split in ("train", "test"):
        table = pd.read_parquet(place / f"facts_{split}.parquet").drop(columns="visible")
        content[split] = table.to_json(orient="records")
    return "sha256:" + files.digest(content)


def check_pin(size: str, fingerprint: str) -> None:
    """Raise RuntimeError if the world is not the pinned one: every record would be of another."""
    if fingerprint != built.pinned(size):
        raise RuntimeError(
            f"the world of size {size} has changed: its facts, sentences and tags hash to "
            f"{fingerprint}, lib/scenes/pins.json pins {built.pinned(size)}. Undo the change of "
            "lib/scenes, or pin the new hash there and measure every record again"
        )
