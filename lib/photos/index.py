"""A folder's photos as a model sees them: each embedded once, remembered, and found again.

    build/cache/photos/<hash of folder, model and way of reading>/000001.npz   some photos
                                                                  000002.npz   the next ones

Every file stands alone, so that a kill loses the photos of one file at most; a finished run makes
one file of them all. Nothing is written among the photos.
"""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lib.base import cache, files, paths
from lib.features.clip.source import Source
from lib.photos import folder as contents
from lib.photos import picture, work
from lib.photos.folder import Found, Mark
from lib.photos.rows import Rows, joined
from lib.search import retrieval

READING = 1  # raise it when photos are read in another way: every index is then made anew


@dataclass(frozen=True)
class Hit:
    """A photo that was found: its file, its path from the searched folder, and its cosine."""

    path: Path
    name: str
    score: float


@dataclass(frozen=True)
class Index:
    """The photos of a folder that can be read, in the order of their paths.

    names: paths from the folder. vectors: float16 [n, d]. failures: path → why it is not among
    them. embedded: how many this run embedded. seconds: what embedding all of them took,
    whenever that was.
    """

    folder: Path
    source: Source
    names: list[str] = field(repr=False)
    vectors: np.ndarray = field(repr=False)
    failures: dict[str, str] = field(repr=False)
    embedded: int
    seconds: float

    def __len__(self) -> int:
        return len(self.names)

    def search(self, vector: np.ndarray, k: int) -> list[Hit]:
        """The k photos that fit best, best first; all of them where there are fewer.

        vector: [d], of `models.embed_text` or `models.embed_image` with this index's source.
        """
        if not self.names:
            return []
        scores = retrieval.scores(vector[None], self.vectors)
        best = retrieval.top_k(scores, k)[0]
        return [Hit(self.folder / self.names[i], self.names[i], float(scores[0, i])) for i in best]


def update(folder: Path, source: Source, progress: bool = False) -> Index:
    """The index of a folder as it is now: embeds what is new or changed, forgets what is gone.

    progress: show rate and time left even where the output is saved.
    Raises InputError if there is no such folder or no image in it.
    """
    found = contents.find(folder)
    place = place_of(folder, source)
    refused: dict[str, str] = {}
    with alone(place):
        parts = load(place)
        at = places(joined(parts))
        due = {name: mark for name, mark in found.photos.items() if (name, mark) not in at}
        if due and progress:
            print(f"{len(found.photos) - len(due):,} photos are known, {len(due):,} are to read.")
        for part, passing in work.embedded(folder, due, source, progress):
            save(place, part)
            parts.append(part)
            refused |= passing
        current = now_there(joined(parts), found)
        tidy(place, current, sum(map(len, parts)))
    return index_of(folder, source, current, found.closed | refused, due)


def index_of(
    folder: Path, source: Source, current: Rows, failures: dict[str, str], due: dict[str, Mark]
) -> Index:
    """The index of some rows. failures: what was not even opened. due: what this run read."""
    told = list(zip(current.names, current.reasons, strict=True))
    names = [name for name, reason in told if not reason]
    failures = failures | {name: reason for name, reason in told if reason}
    embedded, seconds = sum(name in due for name in names), float(current.seconds.sum())
    ordered = dict(sorted(failures.items()))
    return Index(folder, source, names, current.vectors, ordered, embedded, seconds)


def place_of(folder: Path, source: Source) -> Path:
    """Where a folder's index for a model lies; closed to the machine's other users."""
    key = {"folder": folder.as_uri(), "reading": READING, **source.key()}
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


def load(place: Path) -> list[Rows]:
    """All that an index remembers; a damaged file is set aside, and its photos are read again."""
    stored = [cache.kept(path) for path in sorted(place.glob("*.npz"))]
    return [Rows.from_arrays(arrays) for arrays in stored if arrays]


def places(rows: Rows) -> dict[tuple[str, Mark], int]:
    """(path, mark) → row. Not of photos that wanted a library which has come since."""
    outdated = {picture.NO_HEIF} if picture.has_heif() else set()
    keys = zip(rows.names, map(tuple, rows.marks.tolist()), strict=True)
    return {key: i for i, key in enumerate(keys) if rows.reasons[i] not in outdated}


def now_there(rows: Rows, found: Found) -> Rows:
    """The rows of the photos that are there, as they are now, in their order."""
    at = places(rows)
    return rows.take([at[key] for key in found.photos.items() if key in at])


def save(place: Path, rows: Rows) -> Path:
    """Write rows as the index's next file."""
    last = max((int(path.stem) for path in place.glob("*.npz")), default=0)
    target = place / f"{last + 1:06}.npz"
    cache.save_arrays(target, rows.arrays())
    return target


def tidy(place: Path, current: Rows, n_known: int) -> None:
    """Leave one file that holds the current rows and no others."""
    old = sorted(place.glob("*.npz"))
    if len(old) < 2 and len(current) == n_known:
        return
    new = save(place, current)
    for path in old:
        path.unlink()
    new.replace(place / f"{1:06}.npz")
