"""Results kept by content.

An entry's name is the hash of all that it depends on, so a stale entry is never found,
and "the file is there" is never taken for "the work is done".
"""

import hashlib
import io
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lib.base import files, paths

_saved = 0.0  # seconds that this process did not spend, since others had spent them


def now() -> float:
    """A clock in seconds that goes on by what each hit of the cache had cost when it was made.

    Differences of it are costs as if nothing had been cached.
    """
    return time.perf_counter() + _saved


def pass_over(seconds: float) -> None:
    """Count what was found ready."""
    global _saved
    _saved += seconds


# What reading a damaged npz file can raise, by where the damage is.
DAMAGED = (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class Entry:
    """Arrays from the cache, and the seconds that computing them took when it was done."""

    arrays: dict[str, np.ndarray]
    seconds: float


def cached(kind: str, key: dict, compute: Callable[[], dict[str, np.ndarray]]) -> Entry:
    """The arrays that `compute` returns, computed once for each `key`.

    kind: folder in the cache. key: JSON value naming everything the result depends on.
    """
    path = paths.CACHE / kind / f"{files.digest(key)[:32]}.npz"
    arrays = kept(path)
    if arrays is not None:
        entry = Entry(arrays, float(arrays.pop("seconds")))
        pass_over(entry.seconds)
        return entry
    start = now()
    arrays = compute()
    seconds = now() - start
    save_arrays(path, {**arrays, "seconds": np.float64(seconds)})
    return Entry(arrays, seconds)


def hash_of(array: np.ndarray) -> str:
    """sha256 of an array's type, shape and content, to name it in a key."""
    about = f"{array.dtype.str} {array.shape}".encode()
    return hashlib.sha256(about + np.ascontiguousarray(array).tobytes()).hexdigest()


def save_arrays(target: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write an npz file atomically; ValueError for an array that would need a pickle."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    files.write_bytes(target, buffer.getvalue())


def load_arrays(path: Path) -> dict[str, np.ndarray]:
    """All arrays of an npz file.

    Members are read to their ends, where zip checks their sums; numpy's own reader stops where
    a header says, and a damaged header may say too little.
    """
    with zipfile.ZipFile(path) as stored:
        members = {name.removesuffix(".npy"): stored.read(name) for name in stored.namelist()}
    read = np.lib.format.read_array
    return {name: read(io.BytesIO(content)) for name, content in members.items()}


def kept(path: Path) -> dict[str, np.ndarray] | None:
    """All arrays of an npz file of ours; None where there is none, or only a damaged one.

    A damaged file is told in one line and set aside.
    """
    if not path.is_file():
        return None
    try:
        return load_arrays(path)
    except PermissionError:
        raise
    except DAMAGED as error:
        files.set_aside(path, error)
        return None


@dataclass(frozen=True)
class Trained:
    """A training's weights, the looks at development, and what it cost in seconds."""

    weights: Path
    curve: list[dict]
    seconds: float


def trained(kind: str, key: dict, train: Callable[[Path], None]) -> Trained:
    """The training that `key` names, done once.

    train: writes weights to the path it is given, and at last `tell`s "curve" and "seconds".
    """
    target = paths.CACHE / kind / f"{files.digest(key)[:32]}.safetensors"
    about = told(target)
    if about:
        pass_over(about["seconds"])
    else:
        start = now()
        train(target)
        about = told(target)
        pass_over(max(0.0, about["seconds"] - (now() - start)))  # of a run that was stopped
    return Trained(target, about["curve"], about["seconds"])


def tell(weights: Path, about: dict) -> None:
    """Write beside trained weights what is told of them, with their sha256: they are there."""
    files.write_kept(weights.with_suffix(".json"), {**about, "sha256": files.hash_of(weights)})


def told(weights: Path) -> dict | None:
    """What `tell` wrote of these weights; None where they are not there as they were trained."""
    about = files.read_kept(weights.with_suffix(".json"))
    if about is None or not weights.is_file():
        return None
    if files.hash_of(weights) == about["sha256"]:
        return about
    files.set_aside(weights, "its bytes are not those that were written")
    return None


def pack_words(words: Iterable[str]) -> np.ndarray:
    """Strings without line breaks as one array of bytes, far smaller than numpy's own kind."""
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def unpack_words(packed: np.ndarray) -> list[str]:
    """The strings that `pack_words` packed."""
    text = packed.tobytes().decode()
    return text.split("\n") if text else []
