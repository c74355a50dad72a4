"""What is remembered of some photos, as arrays that go into one npz file."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Rows:
    """Some photos, a row each.

    names: paths from the searched folder. marks: int64 [n, 3], as `folder.Mark`. reasons: why a
    photo cannot be read, "" for one that can. seconds: float32 [n], its share of the time.
    vectors: float16 [n_readable, d], of those that can be read, in their order.
    """

    names: list[str] = field(repr=False)
    marks: np.ndarray = field(repr=False)
    reasons: list[str] = field(repr=False)
    seconds: np.ndarray = field(repr=False)
    vectors: np.ndarray = field(repr=False)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def readable(self) -> np.ndarray:
        """Which rows have a vector, bool [n]."""
        return np.array([not reason for reason in self.reasons], dtype=bool)

    def take(self, positions: Sequence[int]) -> "Rows":
        """The rows at these positions, in this order."""
        positions = np.asarray(positions, dtype=int)
        readable = self.readable
        place = np.cumsum(readable) - 1
        return Rows(
            [self.names[i] for i in positions],
            self.marks[positions],
            [self.reasons[i] for i in positions],
            self.seconds[positions],
            self.vectors[place[positions][readable[positions]]],
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """The rows for a file."""
        return {
            "names": packed(self.names),
            "marks": self.marks,
            "reasons": packed(self.reasons),
            "seconds": self.seconds,
            "vectors": self.vectors,
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> "Rows":
        """The rows whose `arrays` these are; ValueError if they do not fit each other."""
        names, reasons = unpacked(arrays["names"]), unpacked(arrays["reasons"])
        rows = cls(names, arrays["marks"], reasons, arrays["seconds"], arrays["vectors"])
        lengths = {len(names), len(rows.marks), len(reasons), len(rows.seconds)}
        if len(lengths) > 1 or rows.readable.sum() != len(rows.vectors):
            raise ValueError(f"columns of {lengths} rows: the file is no part of an index")
        return rows


def joined(parts: Sequence[Rows]) -> Rows:
    """All rows of some parts."""
    vectors = [part.vectors for part in parts if len(part.vectors)]
    return Rows(
        [name for part in parts for name in part.names],
        np.concatenate([np.empty((0, 3), np.int64), *(part.marks for part in parts)]),
        [reason for part in parts for reason in part.reasons],
        np.concatenate([np.empty(0, np.float32), *(part.seconds for part in parts)]),
        np.concatenate(vectors) if vectors else np.empty((0, 0), np.float16),
    )


def packed(words: Sequence[str]) -> np.ndarray:
    """Strings as bytes with a zero behind each; a path may hold a line break and need no UTF-8."""
    return np.frombuffer(b"".join(os.fsencode(word) + b"\0" for word in words), dtype=np.uint8)


def unpacked(array: np.ndarray) -> list[str]:
    """The strings that `packed` packed."""
    return [os.fsdecode(word) for word in array.tobytes().split(b"\0")[:-1]]
