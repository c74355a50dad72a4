"""A folder's photos as a model sees them: each embedded once, remembered, and found again.

    build/cache/photos/<hash of folder, model and way of reading>/000001.npz   some photos
                                                                  000002.npz   the next ones

Every file stands alone, so that a kill loses the photos of one file at most; a finished run makes
one file of them all. Nothing is written among the photos.
"""

import fcntl
import json
import os
import stat
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from lib.base import cache, files, paths
from lib.base.errors import InputError
from lib.photos import picture
from lib.photos.models import PhotoSearch
from lib.search import retrieval

READING = 2  # raise it when photos are read or kept in another way: indexes are then made anew
PART = 256  # photos embedded and written at once: 39 MB of pixels at 224, and as many ahead
ENDINGS = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif"),
    *picture.HEIF,
)
# Bytes, time of the content and time of the entry in ns, as `files.hashes` looks at a file.
Mark = tuple[int, int, int]


class Photo(NamedTuple):
    """A photo; reason: why it is unreadable, or "". seconds: its share. vector: float16 [d]."""

    mark: Mark
    reason: str
    seconds: float
    vector: np.ndarray | None


Hits = list[tuple[Path, float]]  # photos that fit and their cosines, best first
Photos = dict[str, Photo]  # by path from the searched folder
Pixels = np.ndarray | picture.Unreadable


@dataclass(frozen=True)
class Index:
    """The photos of a folder that can be read, in the order of their paths from it, `names`.

    vectors: float16 [n, d]. failures: path → why it is not among them. embedded: how many this
    run embedded. seconds: what embedding all of them took, whenever that was.
    """

    folder: Path
    system: PhotoSearch
    names: list[str] = field(repr=False)
    vectors: np.ndarray = field(repr=False)
    failures: dict[str, str] = field(repr=False)
    embedded: int
    seconds: float

    def __len__(self) -> int:
        return len(self.names)

    def search(self, vector: np.ndarray, k: int) -> Hits:
        if not self.names:
            return []
        scores = retrieval.scores(vector[None], self.vectors)
        best = retrieval.top_k(scores, k)[0]
        return [(self.folder / self.names[i], float(scores[0, i])) for i in best]


def update(folder: Path, system: PhotoSearch, progress: bool = False) -> Index:
    """The index of a folder as it is now: embeds what is new or changed, forgets what is gone.

    progress: show rate and time left even where the output is saved.
    Raises InputError if there is no such folder or no image in it.
    """
    marks, failures = find(folder)
    place = place_of(folder, system)
    with alone(place):
        known = load(place)
        # HEIC that no library could read is tried again once there is one.
        again = picture.NO_HEIF if picture.has_heif() else None
        photos = {
            name: photo
            for name, photo in known.items()
            if photo.mark == marks.get(name) and photo.reason != again
        }
        due = {name: mark for name, mark in marks.items() if name not in photos}
        forgets = len(photos) < len(known)
        if due and progress:
            print(f"{len(photos):,} photos are known, {len(due):,} are to read.")
        for part, refused in embedded(folder, due, system, progress):
            save(place, part)
            photos |= part
            failures |= refused
        photos = {name: photos[name] for name in marks if name in photos}
        old = sorted(place.glob("*.npz"))
        if len(old) > 1 or forgets:  # then one file shall hold these photos and no others
            new = save(place, photos)
            for path in old:
                path.unlink()
            new.replace(place / f"{1:06}.npz")
    failures |= {name: photo.reason for name, photo in photos.items() if photo.reason}
    readable = {name: photo.vector for name, photo in photos.items() if not photo.reason}
    vectors = np.stack([*readable.values()]) if readable else np.empty((0, 0), np.float16)
    new, seconds = len(due.keys() & readable.keys()), sum(p.seconds for p in photos.values())
    ordered = dict(sorted(failures.items()))
    return Index(folder, system, list(readable), vectors, ordered, new, seconds)


def find(folder: Path) -> tuple[dict[str, Mark], dict[str, str]]:
    """Image file → its mark, in order of paths, and closed folder → why; paths from the folder.

    Hidden ones are passed over. A folder that links lead to is entered once, and none that holds
    the searched one is. Raises InputError if there is no such folder or no image in it.
    """
    if not folder.is_dir():
        remedy = "pass its path as PHOTOS; a relative path starts at the project's root"
        raise InputError(folder, "there is no such folder", "a folder of photos", remedy)
    photos: dict[str, Mark] = {}
    closed: dict[str, str] = {}
    entered = {os.path.realpath(place) for place in (folder, *folder.parents)}

    def refused(error: OSError) -> None:
        inside = os.path.relpath(error.filename, folder)
        closed[inside] = f"this folder cannot be opened ({error.strerror})"

    for place, within, names in os.walk(folder, onerror=refused, followlinks=True):
        # Links come last, so that a folder goes by its own name where it has one here.
        within.sort(key=lambda name: (Path(place, name).is_symlink(), name))
        within[:] = [name for name in within if is_new(Path(place, name), entered)]
        inside = "" if place == str(folder) else os.path.relpath(place, folder) + "/"
        for name in names:
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                try:
                    entry = Path(place, name).stat()
                except OSError:  # a link that leads nowhere or back to itself
                    photos[inside + name] = (0, 0, 0)
                    continue
                if stat.S_ISREG(entry.st_mode):  # a pipe is no photo
                    photos[inside + name] = entry.st_size, entry.st_mtime_ns, entry.st_ctime_ns
    if not photos and not closed:
        remedy = "pass the folder that holds your photos as PHOTOS"
        raise InputError(folder, "holds no photo", f"files named {' '.join(ENDINGS)}", remedy)
    return dict(sorted(photos.items())), closed


def is_new(folder: Path, entered: set[str]) -> bool:
    """Whether a folder is still to be entered; it counts as entered from now on."""
    real = os.path.realpath(folder)
    if folder.name.startswith(".") or real in entered:
        return False
    entered.add(real)
    return True


def place_of(folder: Path, system: PhotoSearch) -> Path:
    """Where a folder's index for a model lies; closed to the machine's other users."""
    key = {"folder": folder.as_uri(), "reading": READING, **system.key()}
    place = paths.CACHE / "photos" / files.digest(key)[:32]
    place.mkdir(parents=True, exist_ok=True)
    place.parent.chmod(0o700)
    return place


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Wait until no other run works on an index, and keep others waiting."""
    with (place / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another search reads this folder: waiting for it.", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def embedded(
    folder: Path, due: dict[str, Mark], system: PhotoSearch, progress: bool
) -> Iterator[tuple[Photos, dict[str, str]]]:
    """`PART` photos at a time, the next decoded meanwhile, and what was refused: path → reason."""
    if not due:
        return
    system.load()
    names, style = list(due), {"mininterval": 1.0} if progress else {"disable": None}
    parts = [names[start : start + PART] for start in range(0, len(names), PART)]
    pool = ThreadPoolExecutor(os.cpu_count())

    def decoded(name: str) -> Pixels:
        try:
            return system.pixels(folder / name)
        except picture.Unreadable as reason:
            return reason

    try:
        with tqdm(desc="embedding photos", total=len(due), unit="photo", **style) as bar:
            decoding = (pool.map(decoded, part) for part in parts)
            ahead = next(decoding)
            for part in parts:
                start, results = time.perf_counter(), {}
                waiting, ahead = ahead, next(decoding, None)
                for name, result in zip(part, waiting, strict=True):
                    results[name] = result
                    bar.update()
                yield remembered(results, due, system, start)
    finally:
        pool.shutdown(cancel_futures=True)


def remembered(
    results: dict[str, Pixels], due: dict[str, Mark], system: PhotoSearch, start: float
) -> tuple[Photos, dict[str, str]]:
    """Photos as remembered, and what was refused, of path → pixels or why none; see `embedded`."""
    pixels = {name: result for name, result in results.items() if isinstance(result, np.ndarray)}
    vectors = system.embed_pixels([*pixels.values()]).astype(np.float16) if pixels else ()
    share = (time.perf_counter() - start) / len(results)
    photos = {n: Photo(due[n], "", share, v) for n, v in zip(pixels, vectors, strict=True)}
    why = {name: result for name, result in results.items() if name not in pixels}
    photos |= {n: Photo(due[n], str(r), share, None) for n, r in why.items() if r.lasting}
    return photos, {name: str(reason) for name, reason in why.items() if not reason.lasting}


def load(place: Path) -> Photos:
    """All that an index remembers; a damaged file is set aside, and its photos are read again."""
    photos: Photos = {}
    for arrays in filter(None, map(cache.kept, sorted(place.glob("*.npz")))):
        vectors = iter(arrays["vectors"])
        for name, mark, reason, seconds in json.loads(arrays["about"].tobytes()):
            photos[name] = Photo(tuple(mark), reason, seconds, None if reason else next(vectors))
    return photos


def save(place: Path, photos: Photos) -> Path:
    """Write photos as the index's next file: one JSON of all but the vectors, and these."""
    last = max((int(path.stem) for path in place.glob("*.npz")), default=0)
    target = place / f"{last + 1:06}.npz"
    # JSON's escapes keep a path that is no UTF-8.
    about = json.dumps([(name, p.mark, p.reason, p.seconds) for name, p in photos.items()]).encode()
    vectors = [photo.vector for photo in photos.values() if not photo.reason]
    arrays = {
        "about": np.frombuffer(about, np.uint8),
        "vectors": np.stack(vectors) if vectors else np.empty((0, 0), np.float16),
    }
    cache.save_arrays(target, arrays)
    return target
