"""Files written whole or not at all, and hashes of what they hold."""

import hashlib
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from lib.base import paths
from lib.base.errors import InputError

STALE = 3600  # seconds after which a temporary file has lost its writer
PLACE_OR_MOVE = "put a file in its place, or move it elsewhere"
ALTERED = "its bytes are not those that were written"


@contextmanager
def writing(target: Path, ending: str = ".tmp"):
    """Yield a temporary file beside `target`, renamed onto it only when all went well.

    It is this writer's own; a killed process leaves a hidden `.<name>.*.tmp`, never half a target.
    ending: for writers that look at it. Raises OSError that names the target.
    """
    name = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        sweep(target.parent)
        handle, name = tempfile.mkstemp(ending, f".{target.name}.", target.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(0o644)  # mkstemp's own mode shuts out the other users of a machine
        temporary.replace(target)
    except OSError as error:
        if error.errno is None or (name and error.filename not in (None, name)):
            raise  # no error of the system, or one about another file
        why = f"cannot be written ({error.strerror})"
        raise OSError(error.errno, why, str(target)) from error
    finally:
        if name:
            with suppress(OSError):
                Path(name).unlink(missing_ok=True)


@cache
def sweep(folder: Path) -> None:
    """Remove the temporary files of writers that were killed; once a process for each folder."""
    for path in folder.glob(".*.tmp*"):
        with suppress(FileNotFoundError):  # another process sweeps, too
            if path.stat().st_mtime < time.time() - STALE:
                path.unlink()


def write_bytes(target: Path, content: bytes) -> None:
    with writing(target) as temporary:
        temporary.write_bytes(content)


def write_json(target: Path, value: object) -> None:
    """Write readable JSON atomically; NaN and infinity are refused, since JSON has none."""
    text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False)
    write_bytes(target, (text + "\n").encode())


def read_json(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


def write_kept(target: Path, value: object) -> None:
    """Write JSON below a line with its sha256, so that `read_kept` sees any damage."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    head = json.dumps({"sha256": hashlib.sha256(text).hexdigest()}).encode()
    write_bytes(target, head + b"\n" + text)


def read_kept(path: Path) -> object | None:
    """What `write_kept` wrote; None where there is nothing, or what is damaged and set aside."""
    if not path.is_file():
        return None
    try:
        head, text = path.read_bytes().split(b"\n", 1)
        if json.loads(head)["sha256"] != hashlib.sha256(text).hexdigest():
            raise ValueError(ALTERED)
        return json.loads(text)
    except (ValueError, KeyError, TypeError) as error:
        set_aside(path, error)
        return None


def set_aside(path: Path, reason: object) -> None:
    aside = path.with_name(path.name + ".damaged")
    path.replace(aside)
    damage = " ".join(f"{paths.shown(path)} is damaged ({reason})".split())
    print(f"{damage}: set aside as {aside.name}, it is made again", file=sys.stderr)


@cache
def version(module: str) -> int:
    """The VERSION of a library file such as "methods/baby/train.py", read without importing it."""
    text = (paths.LIBRARY / module).read_text(encoding="utf-8")
    line = re.search(r"^VERSION = (\d+)", text, re.MULTILINE)
    if not line:
        raise ValueError(f"lib/{module} has no line VERSION = 1: records that stand on it need one")
    return int(line[1])


def digest(value: object) -> str:
    """sha256 of a JSON value, whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def hash_of(file: Path) -> str:
    return hashes([str(file)], str(file))[str(file)]


def hashes(files: Iterable[str], about: str) -> dict[str, str]:
    """sha256 of each file's bytes, read again only where its size or times have changed.

    files: as text, since Path objects cost more than the look. about: names an index that may be
    lost. The inode's change time tells of a copy that keeps the old modification time.
    """
    known = read_kept(index(about)) or {}
    fresh = {}
    for file in files:
        stat = os.stat(file)  # noqa: PTH116
        mark = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]
        old = known.get(file)
        fresh[file] = old if old and old[0] == mark else [mark, _sha256(file)]
    if fresh != known:
        write_kept(index(about), fresh)
    return {file: sha for file, (_, sha) in fresh.items()}


def index(about: str) -> Path:
    return paths.CACHE / "hashes" / f"{digest(about)[:16]}.json"


def forget(about: str) -> None:
    """Have `hashes` read again all that it remembers under this name."""
    index(about).unlink(missing_ok=True)


def _sha256(file: str) -> str:
    with Path(file).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def folder_hash(folder: Path) -> str:
    """Hash of the names and bytes below a folder but for hidden files; InputError for no folder."""
    if not folder.is_dir():
        expected = "data in the competition's layout (images_train/, descriptions_train/, …)"
        remedy = "pass its path as DATA_DIR; a relative path starts at the project's root"
        raise InputError(folder, "there is no such folder", expected, remedy)
    inside, seen = [], set()
    for place, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".")]
        if (real := os.path.realpath(place)) in seen:  # a link back to where we were
            folders.clear()
            continue
        seen.add(real)
        inside += [f"{place}/{name}" for name in names if not name.startswith(".")]
    for file in inside:
        if not os.path.isfile(file):  # noqa: PTH113, Path objects would cost more than the look
            path = Path(file)
            raise InputError(path, unlike_file(path), "files and folders alone", PLACE_OR_MOVE)
    start = len(str(folder)) + 1
    return digest({file[start:]: sha for file, sha in hashes(inside, str(folder)).items()})


def unlike_file(path: Path) -> str:
    """Why a path cannot be read as a file, in words; empty if it can."""
    if path.is_file():
        return ""
    if path.is_dir():
        return "is a folder"
    if path.is_symlink() and not path.exists():
        return f"is a link to {path.readlink()}, which leads nowhere"
    return "is neither a file nor a folder" if path.exists() else "there is no such file"
