"""Results kept by content: named by the hash of all that they depend on, so that none is stale."""

import hashlib
import io
import time
import zipfile
import zlib
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from lib.base import files, paths

# What reading a damaged npz file can raise, by where the damage is.
DAMAGED = (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
T = TypeVar("T")
_saved = 0.0  # seconds that this process did not spend, since others had spent them


@dataclass(frozen=True)
class Entry:
    """Arrays from the cache, and the seconds that computing them took when it was done."""

    arrays: dict[str, np.ndarray]
    seconds: float


@dataclass(frozen=True)
class Training:
    """A training's weights, the looks at development, and what it cost in seconds."""

    weights: Path
    curve: list[dict]
    seconds: float


def now() -> float:
    """A clock in seconds whose differences are costs as if nothing had been cached."""
    return time.perf_counter() + _saved


def pass_over(seconds: float) -> None:
    """Count on `now` what was there already."""
    global _saved
    _saved += seconds


def cached(kind: str, key: dict, compute: Callable[[], dict[str, np.ndarray]]) -> Entry:
    """What `compute` returns, once for each `key`, JSON of all that decides it. kind: a folder."""
    path = place(kind, key, "npz")
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


def trained(kind: str, key: dict, train: Callable[[Path], None]) -> Training:
    """The training that `key` names; `train` writes weights and `describe`s curve and seconds."""
    target = place(kind, key, "safetensors")
    about = description(target)
    if about:
        pass_over(about["seconds"])
    else:
        train(target)
        about = description(target)
    return Training(target, about["curve"], about["seconds"])


def place(kind: str, key: dict, ending: str) -> Path:
    return paths.CACHE / kind / f"{files.digest(key)[:32]}.{ending}"


def describe(weights: Path, about: dict) -> None:
    """Write beside trained weights what is to be known of them, and that they are whole."""
    files.write_kept(weights.with_suffix(".json"), {**about, "sha256": files.hash_of(weights)})


def description(weights: Path) -> dict | None:
    """What `describe` wrote of these weights; None where they are not as they were trained."""
    about = files.read_kept(weights.with_suffix(".json"))
    if about is None or not weights.is_file():
        return None
    if files.hash_of(weights) == about["sha256"]:
        return about
    files.set_aside(weights, files.ALTERED)
    return None


def remembered(memory: dict, key: Hashable, compute: Callable[[], T]) -> T:
    """What `compute` returns, kept in a dictionary; what it cost counts each time it is wanted."""
    if key in memory:
        value, seconds = memory[key]
        pass_over(seconds)
        return value
    start = now()
    value = compute()
    memory[key] = value, now() - start
    return value


def hash_of(array: np.ndarray) -> str:
    """sha256 of an array's type, shape and content, to name it in a key."""
    about = f"{array.dtype.str} {array.shape}".encode()
    return hashlib.sha256(about + np.ascontiguousarray(array).tobytes()).hexdigest()


def save_arrays(target: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write an npz file atomically; ValueError for an array that would need a pickle."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    files.write_bytes(target, buffer.getvalue())


def kept(path: Path) -> dict[str, np.ndarray] | None:
    """All arrays of an npz file of ours; None where there is none, or only a damaged one.

    Members are read to their ends, where zip checks their sums: numpy stops where a header says.
    """
    if not path.is_file():
        return None
    try:
        with zipfile.ZipFile(path) as stored:
            members = {name.removesuffix(".npy"): stored.read(name) for name in stored.namelist()}
        read = np.lib.format.read_array
        return {name: read(io.BytesIO(content)) for name, content in members.items()}
    except PermissionError:
        raise
    except DAMAGED as error:
        files.set_aside(path, error)
        return None


def pack_words(words: Iterable[str]) -> np.ndarray:
    """Strings without line breaks as one array of bytes, far smaller than numpy's own kind."""
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def unpack_words(packed: np.ndarray) -> list[str]:
    text = packed.tobytes().decode()
    return text.split("\n") if text else []
