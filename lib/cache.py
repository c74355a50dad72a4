"""Results kept by content.

An entry's name is the hash of all that it depends on, so a stale entry is never found,
and "the file is there" is never taken for "the work is done".
"""

import hashlib
import io
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lib import files, paths


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
    if path.is_file():
        arrays = load_arrays(path)
        return Entry(arrays, float(arrays.pop("seconds")))
    start = time.perf_counter()
    arrays = compute()
    seconds = time.perf_counter() - start
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
    """All arrays of an npz file."""
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def pack_words(words: Iterable[str]) -> np.ndarray:
    """Strings without line breaks as one array of bytes, far smaller than numpy's own kind."""
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def unpack_words(packed: np.ndarray) -> list[str]:
    """The strings that `pack_words` packed."""
    text = packed.tobytes().decode()
    return text.split("\n") if text else []
