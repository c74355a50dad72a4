"""The photos of a folder: where they are and when each last changed. No file is opened here."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from lib.base.errors import InputError

HEIF = (".heic", ".heif")
ENDINGS = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif"),
    *HEIF,
)
# Bytes, time of the content and time of the entry in ns, as `files.hashes` looks at a file.
Mark = tuple[int, int, int]
GONE = (0, 0, 0)  # the mark of a link that leads nowhere


@dataclass(frozen=True)
class Found:
    """What a folder holds, by path from it.

    photos: file → its mark. closed: folder that cannot be opened → why.
    """

    photos: dict[str, Mark]
    closed: dict[str, str]


def find(folder: Path) -> Found:
    """All image files in a folder and below, in order of their paths.

    Hidden files and folders are passed over. A folder that links lead to is entered once, and
    none that holds the searched one is, so that no circle of links has a second round.
    Raises InputError if there is no such folder or no image in it.
    """
    if not folder.is_dir():
        remedy = "pass its path as PHOTOS; a relative path starts at the project's root"
        raise InputError(folder, "there is no such folder", "a folder of photos", remedy)
    photos: dict[str, Mark] = {}
    closed: dict[str, str] = {}
    entered = {identity(place.stat()) for place in (folder, *folder.parents)}
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            waiting += look(folder, inside, photos, entered)
        except OSError as error:
            closed[inside or "."] = f"this folder cannot be opened ({error.strerror})"
    if not photos and not closed:
        remedy = "pass the folder that holds your photos as PHOTOS"
        raise InputError(folder, "holds no photo", f"files named {' '.join(ENDINGS)}", remedy)
    return Found(dict(sorted(photos.items())), closed)


def look(folder: Path, inside: str, photos: dict[str, Mark], entered: set) -> list[str]:
    """Add one folder's photos; returns the folders in it that are still to be entered."""
    within = []
    with os.scandir(folder / inside) as entries:
        # Links come last, so that a folder goes by its own name where it has one here.
        listed = sorted(entries, key=lambda entry: (entry.is_symlink(), entry.name))
    for entry in listed:
        if entry.name.startswith("."):
            continue
        name, found = f"{inside}/{entry.name}" if inside else entry.name, looked_at(entry)
        if found and stat.S_ISDIR(found.st_mode):
            if identity(found) not in entered:
                entered.add(identity(found))
                within.append(name)
        elif entry.name.lower().endswith(ENDINGS) and (not found or stat.S_ISREG(found.st_mode)):
            times = found and (found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            photos[name] = times or GONE
    return within


def looked_at(entry: os.DirEntry) -> os.stat_result | None:
    """What stands behind an entry; None if it is a link that leads nowhere or back to itself."""
    try:
        return entry.stat()
    except OSError:
        return None


def identity(found: os.stat_result) -> tuple[int, int]:
    """What a folder is, whatever the path that leads to it."""
    return found.st_dev, found.st_ino
