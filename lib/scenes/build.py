"""The embedded data set: drawn once into the course layout, so that one loader reads it.

    data/scenes/images_train/7.jpg  descriptions_train/7.txt  …  facts_train.parquet

Everything is made in a working folder named after what it is made from. A killed build goes
on where it stopped; the folder gets its final name when all is there.
"""

from functools import partial
from pathlib import Path

import pandas as pd
from PIL import Image
from tqdm import tqdm

from lib import files, inputs, paths, processes
from lib.scenes import draw, facts, resnet, sentences
from lib.scenes.built import BUILD, STAMP, folder, pinned
from lib.scenes.records import Scene, to_dict
from lib.scenes.rng import Rng
from lib.settings import SIZES

SEED = 0  # of the world that the report is about
FULL = (10_000, 2_000)
QUALITY = 85
CHUNK = 50  # scenes a task


def key(size: str) -> str:
    """Hash of all that the data set is made from: the wing's code, the size, the pinned packages.

    The library's plumbing around it decides nothing about a picture and is left out.
    """
    pins = inputs.packages(paths.REQUIREMENTS.read_text(encoding="utf-8"))
    code = {p: h for p, h in inputs.closure([BUILD]).items() if p.startswith("lib/scenes/")}
    return files.digest({"code": code, "numbers": numbers(size), "packages": pins})


def is_built(size: str) -> bool:
    """Whether the data of this size is there and made by this code."""
    stamp = folder(size) / STAMP
    return stamp.is_file() and files.read_json(stamp)["key"] == key(size)


def build(size: str) -> Path:
    """Build the embedded data of a size unless it is there; returns its folder."""
    target = folder(size)
    if is_built(size):
        return target
    work = target.with_name(f".{target.name}-{key(size)[:12]}")
    for split, scenes in world(size).items():
        write_split(work, split, scenes)
    check_pin(size, fingerprint(work))
    resnet.write_features(work)
    files.write_json(work / STAMP, {"key": key(size)})
    replace(work, target)
    return target


def numbers(size: str) -> dict[str, int]:
    """How many scenes each split has."""
    return dict(zip(("train", "test"), FULL if size == "full" else SIZES[size], strict=True))


def world(size: str) -> dict[str, list[Scene]]:
    """The scenes of each split; no two share their facts, within a split or across."""
    return {split: facts.scenes(SEED, n, split) for split, n in numbers(size).items()}


def replace(work: Path, target: Path) -> None:
    """Put a finished folder in the place of an older one."""
    if target.exists():
        old = target.with_name(f".{target.name}-old")
        remove(old)
        target.rename(old)
        work.rename(target)
        remove(old)
    else:
        work.rename(target)
    for left in target.parent.glob(f".{target.name}-*"):
        remove(left)  # working folders of other code


def remove(place: Path) -> None:
    """Remove a folder that may not be there."""
    import shutil

    shutil.rmtree(place, ignore_errors=True)


def write_split(work: Path, split: str, scenes: list[Scene]) -> None:
    """Draw one split and write it; images that are there already are not drawn again.

    In test the descriptions are permuted against the images, as in the competition, and
    test_key.csv tells which is whose.
    """
    for kind in ("images", "descriptions", "tags", "features"):
        (work / f"{kind}_{split}").mkdir(parents=True, exist_ok=True)
    n = len(scenes)
    order = list(range(n)) if split == "train" else shuffled(n)
    query = {image: number for number, image in enumerate(order)}
    tasks = [list(enumerate(scenes))[i : i + CHUNK] for i in range(0, n, CHUNK)]
    with processes.pool() as pool:
        rows = pool.map(partial(draw_chunk, work, split, query), tasks)
        bar = tqdm(rows, f"drawing {split}", len(tasks), unit=f"×{CHUNK}", disable=None)
        table = [row for chunk in bar for row in chunk]
    with files.writing(work / f"facts_{split}.parquet") as temporary:
        pd.DataFrame(table).to_parquet(temporary)
    if split == "test":
        lines = ["Description_ID,Image_ID", *(f"{i}.txt,{o}.jpg" for i, o in enumerate(order))]
        files.write_bytes(work / "test_key.csv", "\n".join([*lines, ""]).encode())


def shuffled(n: int) -> list[int]:
    """A permutation of n numbers, the same on every machine."""
    return sorted(range(n), key=lambda i: Rng(SEED, "key", i).bits())


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
        (work / f"descriptions_{split}" / f"{query[number]}.txt").write_text(
            "".join(f"{text}\n" for text in texts), encoding="utf-8"
        )
        (work / f"tags_{split}" / f"{number}.txt").write_text("".join(f"{t}\n" for t in tags))
        image = work / f"images_{split}" / f"{number}.jpg"
        if not image.is_file():
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


def check_pin(size: str, found: str) -> None:
    """Raise RuntimeError if the world is not the pinned one: every record would be of another."""
    if found != pinned(size):
        raise RuntimeError(
            f"the world of size {size} has changed: its facts, sentences and tags hash to "
            f"{found}, lib/scenes/pins.json pins {pinned(size)}. Undo the change of "
            "lib/scenes, or pin the new hash there and measure every record again"
        )
