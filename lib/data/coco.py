"""The paper's kind of data from its public source: photographs of COCO in the course layout.

    data/coco/images_train/7.jpg  descriptions_train/7.txt  …  test_key.csv
    data/coco/sources_train.csv   each photograph's file at COCO, licence, and page at Flickr
    data/downloads/annotations_trainval2014.zip    data/weights/torchvision/resnet101-63fe2227.pth

Everything is made in a working folder named after what it is made from. A run that was stopped
goes on there; the folder gets its final name when all is there and the loader has checked it.
"""

import csv
import io
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps
from tqdm import tqdm

from lib.base import files, paths
from lib.base.errors import InputError
from lib.data import coco_annotations, course, fetch
from lib.data.coco_annotations import Photograph
from lib.scenes.built import STAMP
from lib.show.tables import minutes

SEED = 0  # of the choice among 40,504 photographs
WHOLE = 12_000
SIDE = 224  # pixels
QUALITY = 90
MOST = 2 * fetch.CONNECTIONS  # photographs that may fail before we give up
SECONDS = 0.2  # that ResNet-101 takes for an image on 2 cores, about
# Bytes, for what is said before the start; the annotations' is what S3 tells of the file.
ANNOTATIONS, WEIGHTS, PHOTOGRAPH, WRITTEN = 252_872_794, 178_793_939, 160_000, 45_000


@dataclass(frozen=True)
class Source:
    """Where the data comes from and how it is known to be the right one.

    coco_url: has annotations/ and val2014/. The default is the bucket behind
    http://images.cocodataset.org, by an address that TLS protects. md5: of the zip of annotations,
    as the bucket states it in the ETag and as many public scripts check it. model: torchvision's
    name. weights: their file, with the first eight digits of its sha256 in the name, as torchvision
    has it; these are ImageNet's first ones, which were the only ones when the course was given.
    """

    coco_url: str = "https://s3.amazonaws.com/images.cocodataset.org"
    md5: str = "0a379cfc70b0e71301e0f377548639bd"
    resnet_url: str = "https://download.pytorch.org/models"
    model: str = "resnet101"
    weights: str = "resnet101-63fe2227.pth"

    def annotations(self) -> fetch.Large:
        """The zip of annotations."""
        name = "annotations_trainval2014.zip"
        url = f"{self.coco_url}/annotations/{name}"
        return fetch.Large(url, paths.DATA / "downloads" / name, "md5", self.md5)

    def network(self) -> fetch.Large:
        """The weights of the ResNet."""
        target = paths.DATA / "weights" / "torchvision" / self.weights
        digest = Path(self.weights).stem.rpartition("-")[2]
        return fetch.Large(f"{self.resnet_url}/{self.weights}", target, "sha256", digest)

    def photograph(self, photo: Photograph) -> str:
        """The address of a photograph."""
        return f"{self.coco_url}/val2014/{photo.name}"


def main(limit: int, coco_url: str, resnet_url: str) -> None:
    """`make data-coco`: fetch so many photographs."""
    build(limit, Source(coco_url=coco_url.rstrip("/"), resnet_url=resnet_url.rstrip("/")))


def build(limit: int, source: Source) -> Path:
    """Fetch photographs and write them in the course layout; returns the folder.

    Raises RuntimeError for what the source refuses and InputError for a file that is wrong. All
    that came stays, and the next call goes on with it.
    """
    target = paths.DATA / ("coco" if limit == WHOLE else f"coco-{limit}")
    key = files.digest([source.md5, source.weights, SEED, SIDE, QUALITY, limit])
    if is_built(target, key):
        print(f"{paths.shown(target)}/ is there, complete and checked when it was made")
        return target
    work = target.with_name(f".fetching-{target.name}-{key[:12]}")
    announce(source, target, numbers(limit))
    archive, weights = (fetch.download(f) for f in (source.annotations(), source.network()))
    splits = choose(archive, limit)
    fetch_all(source, work, splits)
    finish(work, target, splits, source.model, weights, key)
    how = f"DATA=course DATA_DIR={paths.shown(target)} NAME={target.name}"
    print(f"{paths.shown(target)}/ is complete. Next: make report {how}", flush=True)
    return target


def is_built(target: Path, key: str) -> bool:
    """Whether the folder is there and made from the same.

    Raises InputError if somebody else made it, since it would have to be replaced.
    """
    stamp = target / STAMP
    if target.exists() and not stamp.is_file():
        expected = "nothing, or a folder that make data-coco made"
        raise InputError(target, "it is there already", expected, "move it elsewhere")
    return stamp.is_file() and files.read_json(stamp)["key"] == key


def numbers(limit: int) -> dict[str, int]:
    """How many photographs each split has: five to one, as in the competition."""
    return {"train": limit - limit // 6, "test": limit // 6}


def announce(source: Source, target: Path, n: dict[str, int]) -> None:
    """Say what will be fetched, where it goes and how long it takes, before the first byte."""
    count = sum(n.values())
    large = {ANNOTATIONS: source.annotations(), WEIGHTS: source.network()}
    sizes = [0 if file.target.is_file() else size for size, file in large.items()]
    parts = ", ".join(
        f"{file.target.name} ({size / 1e6:.0f} MB)" if size else f"{file.target.name} (here)"
        for size, file in zip(sizes, large.values(), strict=True)
    )
    total = count * PHOTOGRAPH + sum(sizes)
    print(
        f"COCO 2014 validation: {n['train']:,} train and {n['test']:,} test photographs, each "
        f"fetched singly from {source.coco_url}\n"
        f"To fetch: {parts}, photographs (about {count * PHOTOGRAPH / 1e6:,.0f} MB, 160 KB each, "
        f"less what an earlier run left)\n"
        f"In all {total / 1e6:,.0f} MB: {minutes(total / 10e6)} at 10 MB a second, "
        f"{minutes(total / 1e6)} at 1 MB a second\n"
        f"Then {source.model} looks at each: {minutes(count * SECONDS)} on 2 cores, less on a GPU\n"
        f"Into {paths.shown(target)}/: {count * WRITTEN / 1e6:,.0f} MB. A run that is stopped goes "
        f"on where it was",
        flush=True,
    )


def choose(archive: Path, limit: int) -> dict[str, list[Photograph]]:
    """The photographs of each split, drawn by the hash of seed and name: the same everywhere.

    Raises InputError if there are too few.
    """
    every = coco_annotations.read(archive)
    if len(every) < limit:
        found = f"has {len(every)} photographs with captions"
        raise InputError(archive, found, f"at least {limit}", "choose a smaller LIMIT")
    drawn = sorted(every, key=lambda photo: files.digest([SEED, photo.name]))[:limit]
    n_train = numbers(limit)["train"]
    return {"train": drawn[:n_train], "test": drawn[n_train:]}


def fetch_all(source: Source, work: Path, splits: dict[str, list[Photograph]]) -> None:
    """Fetch and crop every photograph that the working folder lacks, several at a time.

    Raises RuntimeError that names each photograph that could not be had; the others are kept.
    """
    wanted = {
        work / f"images_{split}" / f"{number}.jpg": photo
        for split, photos in splits.items()
        for number, photo in enumerate(photos)
    }
    pool, faults = fetch.connect(source.coco_url), []
    bar = tqdm(desc="photographs", total=len(wanted), unit="file", disable=None)
    with ThreadPoolExecutor(fetch.CONNECTIONS) as workers, bar:
        have = workers.map(is_crop, wanted)
        missing = [path for path, there in zip(wanted, have, strict=True) if not there]
        bar.update(len(wanted) - len(missing))
        jobs = [workers.submit(save_crop, pool, source, wanted[path], path) for path in missing]
        try:
            for job in as_completed(jobs):
                faults += job.result()
                bar.update()
                if len(faults) > MOST:
                    break
        finally:
            workers.shutdown(cancel_futures=True)
    refuse_faults(faults, len(wanted))


def refuse_faults(faults: list[str], n: int) -> None:
    """Raise RuntimeError that lists the photographs that failed, if any did."""
    if faults:
        stopped = "and the run stopped there; " if len(faults) > MOST else ""
        listed = "\n  ".join(sorted(faults))
        raise RuntimeError(
            f"{len(faults)} of {n:,} photographs could not be had, {stopped}the others are kept:"
            f"\n  {listed}\nWhat to do: run make data-coco again, which asks only for what is "
            "missing; if a file is refused again, try another COCO_URL."
        )


def is_crop(path: Path) -> bool:
    """Whether a whole crop is there; a computer that lost its power may leave half of one."""
    try:
        course.check_image(path)
    except InputError:
        return False
    return True


def save_crop(pool, source: Source, photo: Photograph, path: Path) -> list[str]:
    """Fetch a photograph and write its crop; returns what went wrong, nothing if it is there."""
    try:
        image = fetch.get(pool, source.photograph(photo), lambda content: crop(content, photo.size))
    except RuntimeError as error:
        return [str(error)]
    with files.writing(path) as temporary:
        image.save(temporary, "JPEG", quality=QUALITY)
    return []


def crop(content: bytes, size: tuple[int, int]) -> Image.Image:
    """The middle square of a JPEG at 224×224, RGB.

    size: width and height that the annotations tell. Raises ValueError for another image.
    """
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            if image.size != size:
                raise ValueError(f"is {image.size} pixels large, the annotations say {size}")
            return ImageOps.fit(image.convert("RGB"), (SIDE, SIDE), Image.Resampling.BICUBIC)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"cannot be decoded ({error})") from error


def finish(work: Path, target: Path, splits: dict, model: str, weights: Path, key: str) -> None:
    """Write sentences, tags, key and features beside the images, check all, and name the folder.

    Raises InputError for the first fault that the report's own loader finds.
    """
    from lib.data import coco_features  # PyTorch, which a refused address should not wait for
    from lib.scenes import build as layout

    for split, photos in splits.items():
        order = list(range(len(photos))) if split == "train" else layout.shuffled(len(photos))
        write_texts(work, split, photos, order)
    coco_features.write(work, model, weights)
    for split in splits:
        read = course.read_split(work, split)
        for layer in course.LAYERS:
            read.features(layer)
    files.write_json(work / STAMP, {"key": key})
    layout.replace(work, target)


def write_texts(work: Path, split: str, photos: list[Photograph], order: list[int]) -> None:
    """Descriptions, tags and sources of a split, and the key of test.

    order: the number of the image of each description.
    """
    for kind in ("descriptions", "tags"):
        (work / f"{kind}_{split}").mkdir(exist_ok=True)
    for number, image in enumerate(order):
        sentences, tags = photos[image].sentences, photos[image].tags
        description = "".join(f"{sentence}\n" for sentence in sentences)
        (work / f"descriptions_{split}" / f"{number}.txt").write_text(description, "utf-8")
        (work / f"tags_{split}" / f"{image}.txt").write_text("".join(f"{t}\n" for t in tags))
    about = [(f"{i}.jpg", "coco", p.name, p.licence, p.page) for i, p in enumerate(photos)]
    header = ("image", "dataset", "original_file", "licence", "page")
    write_csv(work / f"sources_{split}.csv", [header, *about])
    if split == "test":
        rows = [(f"{number}.txt", f"{image}.jpg") for number, image in enumerate(order)]
        write_csv(work / "test_key.csv", [("Description_ID", "Image_ID"), *rows])


def write_csv(target: Path, rows: list[tuple]) -> None:
    """A CSV file of these rows."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    files.write_bytes(target, text.getvalue().encode())
