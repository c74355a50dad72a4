"""The second corpus: pairs of a picture and one noisy caption, for pretraining and nothing else.

A stream of any length at any size. Its scenes are other scenes than the report's:
`sampler.stream(seed, "corpus")` yields what belongs to neither train nor test. Pairs are drawn in
parallel into shards, so that a killed run draws only what is missing:

    build/cache/corpus/<key>/00012.npy   pixels uint8 [SHARD, size, size, 3]
    build/cache/corpus/<key>/00012.json  captions, and the hash of facts and captions
"""

import hashlib
import io
import itertools
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from lib.base import cache, files, paths, processes
from lib.scenes import built, captions, draw, sampler, sentences
from lib.scenes.records import Scene, fact_key

VERSION = 2  # raise it when captions or the stream change; for pictures there is built.VERSION
SHARD = 500  # pairs a shard: some seconds of drawing


@dataclass(frozen=True)
class Corpus:
    """Drawn pairs, in the stream's order.

    folder: of the shards; shards: how many; fingerprint: hash of all facts and captions, the
    same on every machine, as pixels are not; captions: of each pair.
    """

    folder: Path
    shards: int
    fingerprint: str
    captions: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.captions)

    def pixels(self) -> list[np.ndarray]:
        """Of each shard uint8 [SHARD, size, size, 3], read from disk where it is looked at."""
        return [np.load(_path(self.folder, i, "npy"), mmap_mode="r") for i in range(self.shards)]


def pair(scene: Scene, size: int) -> tuple[str, np.ndarray]:
    """The caption of a scene, and its picture as uint8 [size, size, 3]."""
    text = captions.caption(scene, draw.visible(scene))
    return text, draw.render(scene, size)


def pairs(seed: int, size: int) -> Iterator[tuple[Scene, str, np.ndarray]]:
    """Yield (scene, caption, pixels uint8 [size, size, 3]), endlessly and without twins."""
    for scene in sampler.stream(seed, "corpus"):
        yield scene, *pair(scene, size)


def described(seed: int, n: int, prepare: Callable[[Image.Image], object]) -> list[tuple]:
    """Of the first n scenes of the stream `seed`: five annotators' description, prepare(picture).

    Both as the report's data have them, the picture by way of its JPEG, drawn in parallel.
    """
    scenes = list(islice(sampler.stream(seed, "corpus"), n))
    with processes.pool() as pool:
        return list(pool.map(partial(_described, prepare), scenes, chunksize=50))


def _described(prepare: Callable[[Image.Image], object], scene: Scene) -> tuple[str, object]:
    from lib.scenes.builder import QUALITY  # which imports PyTorch

    text = " ".join(sentences.sentences(scene, draw.visible(scene)))
    buffer = io.BytesIO()
    Image.fromarray(draw.render(scene)).save(buffer, "JPEG", quality=QUALITY)
    with Image.open(buffer) as image:
        return text, prepare(image)


def drawn(
    seed: int,
    n: int,
    size: int,
    workers: int | None = None,
    until: float | None = None,
    split: str = "corpus",
) -> Corpus:
    """The first n pairs of the stream `seed`, rounded up to whole shards; draws what is missing.

    size: side of the pictures in pixels. workers: processes (default: one a core).
    until: time (as `time.monotonic` gives it) to stop at, with as many whole shards as there
    are by then, one at least. split: or `sampler.EVERYTHING`, where nothing is held out.
    Raises ValueError if n or size is not positive.
    """
    if n < 1 or size < 1:
        raise ValueError(f"a corpus needs at least 1 pair of at least 1 pixel; got {n} and {size}")
    folder, total = place(seed, size, split), -(-n // SHARD)
    missing = sorted({*range(total)} - whole(folder, total).keys())
    if missing:
        stream = sampler.stream(seed, split)
        _draw(folder, stream, size, missing, workers or os.cpu_count() or 1, until)
    return load(folder, total)


def restyled(source: Corpus, seed: int, style: str) -> Corpus:
    """The same pictures with captions in another of `captions.STYLES`; seed: of their stream."""

    def compute() -> dict[str, np.ndarray]:
        with processes.pool() as pool:
            stream = islice(sampler.stream(seed, "corpus"), len(source))
            texts = pool.map(partial(_said, style), stream, chunksize=100)
            return {"texts": cache.pack_words(texts)}

    key = {"version": VERSION, "pictures": source.fingerprint, "habits": captions.STYLES[style]}
    texts = tuple(cache.unpack_words(cache.cached("captions", key, compute).arrays["texts"]))
    return replace(source, captions=texts, fingerprint="sha256:" + files.digest([key, texts]))


def _said(style: str, scene: Scene) -> str:
    return captions.caption(scene, draw.visible(scene), style)


def place(seed: int, size: int, split: str = "corpus") -> Path:
    """The folder of a stream's shards, named after all that decides what they hold."""
    versions = {"version": VERSION, "drawing": built.VERSION}
    key = {**versions, "seed": seed, "size": size, "shard": SHARD, "split": split}
    return paths.CACHE / "corpus" / files.digest(key)[:16]


def load(folder: Path, most: int) -> Corpus:
    """The corpus of the first shards of a folder, up to the first that is missing."""
    there = whole(folder, most)
    read = [there[i] for i in itertools.takewhile(there.__contains__, range(most))]
    texts = tuple(text for shard in read for text in shard["captions"])
    return Corpus(folder, len(read), "sha256:" + files.digest([s["hash"] for s in read]), texts)


def whole(folder: Path, most: int) -> dict[int, dict]:
    """Shard → what its JSON says, of the first shards that are there as they were drawn."""
    shards = {i: files.read_kept(_path(folder, i, "json")) for i in range(most)}
    drawn_ones = {i: _path(folder, i, "npy") for i in shards if _path(folder, i, "npy").is_file()}
    hashes = files.hashes(map(str, drawn_ones.values()), str(folder))
    return {
        i: shards[i]
        for i, path in drawn_ones.items()
        if shards[i] and shards[i]["pixels"] == hashes[str(path)]
    }


def _path(folder: Path, shard: int, kind: str) -> Path:
    return folder / f"{shard:05d}.{kind}"


def _draw(
    folder: Path,
    stream: Iterator[Scene],
    size: int,
    missing: list[int],
    workers: int,
    until: float | None,
) -> None:
    """Draw the missing shards in order; the stream of facts is walked once, in this process."""
    wanted, running = set(missing), set()
    bar = tqdm(total=len(missing), desc="drawing the corpus", unit=f"×{SHARD}", disable=None)
    with processes.pool(workers) as pool, bar:
        for shard in range(max(missing) + 1):
            scenes = list(islice(stream, SHARD))
            if shard not in wanted:
                continue
            if until is not None and time.monotonic() > until and shard > missing[0]:
                break
            running.add(pool.submit(_draw_shard, folder, shard, scenes, size))
            if len(running) > 2 * workers:  # no further ahead: scenes take memory
                done, running = wait(running, return_when=FIRST_COMPLETED)
                bar.update(sum(_ok(future) for future in done))
        bar.update(sum(_ok(future) for future in running))


def _ok(future) -> bool:
    """Wait for a shard; what went wrong in its process is raised here."""
    return future.result() is None


def _draw_shard(folder: Path, shard: int, scenes: list[Scene], size: int) -> None:
    """Draw and write one shard; its JSON comes last and says that it is there."""
    drawn_pairs = [pair(scene, size) for scene in scenes]
    texts = [text for text, _ in drawn_pairs]
    with files.writing(_path(folder, shard, "npy")) as temporary, temporary.open("wb") as stream:
        np.save(stream, np.stack([pixels for _, pixels in drawn_pairs]))
    content = [[fact_key(scene), text] for scene, text in zip(scenes, texts, strict=True)]
    about = {"captions": texts, "hash": files.digest(content)}
    pixels = hashlib.sha256(_path(folder, shard, "npy").read_bytes()).hexdigest()
    files.write_kept(_path(folder, shard, "json"), {**about, "pixels": pixels})
