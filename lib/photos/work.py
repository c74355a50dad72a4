"""Photos → embeddings: the next ones are decoded while the model computes."""

import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
from tqdm import tqdm

from lib.features.clip.source import Source
from lib.photos import models, picture
from lib.photos.folder import Mark
from lib.photos.rows import Rows

PART = 256  # photos embedded and written at once: 39 MB of pixels at 224, and as many ahead
Tried = tuple[str, np.ndarray | picture.Unreadable]  # path, and its pixels or why there are none


def embedded(
    folder: Path, due: dict[str, Mark], source: Source, progress: bool = False
) -> Iterator[tuple[Rows, dict[str, str]]]:
    """Rows of photos, `PART` at a time, and what the system refused to open: path → reason.

    due: path from the folder → mark. progress: show rate and time left even where the output
    is saved. What is refused has no row, so that it is tried again next time.
    """
    if not due:
        return
    source.towers()  # loaded once, before many threads ask for it
    shown = {"mininterval": 1.0} if progress else {"disable": None}
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        stream = ahead(pool, folder, due, source)
        tried = iter(tqdm(stream, "embedding photos", len(due), unit="photo", **shown))
        start = time.perf_counter()
        while some := list(islice(tried, PART)):
            yield part_of(some, due, source, start)
            start = time.perf_counter()
    finally:
        pool.shutdown(cancel_futures=True)


def ahead(
    pool: ThreadPoolExecutor, folder: Path, names: Iterable[str], source: Source
) -> Iterator[Tried]:
    """Photos in order, a part of them being decoded beyond the one that is handed out."""
    waiting = deque()
    for name in names:
        waiting.append((name, pool.submit(pixels, folder / name, source)))
        if len(waiting) > PART:
            name, future = waiting.popleft()
            yield name, future.result()
    for name, future in waiting:
        yield name, future.result()


def pixels(path: Path, source: Source) -> np.ndarray | picture.Unreadable:
    """A photo at the model's size, uint8 [side, side, 3], or why there is none."""
    try:
        return models.pixels(path, source)
    except picture.Unreadable as reason:
        return reason


def part_of(
    some: list[Tried], due: dict[str, Mark], source: Source, start: float
) -> tuple[Rows, dict[str, str]]:
    """The rows of some photos, and what the system refused. start: when work on them began."""
    failed = {name: r for name, r in some if isinstance(r, picture.Unreadable)}
    refused = {name: str(reason) for name, reason in failed.items() if not reason.lasting}
    good = [result for name, result in some if name not in failed]
    vectors = np.empty((0, 0), np.float16)
    if good:
        vectors = source.towers().embed_pixels(np.stack(good)).astype(np.float16)
    names = [name for name, _ in some if name not in refused]
    share = (time.perf_counter() - start) / max(1, len(names))
    return Rows(
        names,
        np.array([due[name] for name in names], np.int64).reshape(-1, 3),
        [str(failed.get(name, "")) for name in names],
        np.full(len(names), share, np.float32),
        vectors,
    ), refused
