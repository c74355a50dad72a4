"""The photos of a folder: where they are and when each last changed. No file is opened here."""

import os
import stat
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


def find(folder: Path) -> tuple[dict[str, Mark], dict[str, str]]:
    """All image files in a folder and below, and the folders that cannot be opened.

    Returns file → its mark, in order of the paths, and folder → why it is closed; all paths are
    from the folder. Hidden files and folders are passed over. A folder that links lead to is
    entered once, and none that holds the searched one is, so that no circle of links has a second
    round. Raises InputError if there is no such folder or no image in it.
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
                    photos[inside + name] = GONE
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
