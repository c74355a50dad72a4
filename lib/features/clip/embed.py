"""Images and texts → embeddings of length one, by a model that the data decides, never the network.

Drawings are searched with the embedded model, photographs with downloaded weights. The cache names
an entry by the bytes of weights and images. torch is imported only where something is computed.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from tqdm import tqdm

from lib.base import cache, files
from lib.base.device import has_bfloat16
from lib.base.errors import InputError
from lib.features.clip import WEIGHTS

if TYPE_CHECKING:
    from lib.features.clip.model import Towers

# Raise it when a CLIP embeds otherwise: cached embeddings and records are then made again.
VERSION = 1

AT_ONCE = 512  # images decoded before the tower sees them: 6 MB at 64 pixels, 77 MB at 224
KEPT = 2**28  # bytes of pictures that stay in memory: 12,000 at 64 pixels take 147 MB
_kept: dict[str, np.ndarray] = {}


@dataclass(frozen=True)
class Source:
    name: str  # "embedded", or open_clip's "model/tag"
    weights: Path
    tuned: Path | None = None  # fine-tuned weights of the same model
    share: float = 1.0  # how far the model is moved to them, 0 to 1
    half: bool | None = None  # embedded: in bfloat16; None: where this machine has it

    def key(self) -> dict:
        """What embeddings depend on, for the cache; the machine stays the same."""
        more = {"tuned": files.hash_of(self.tuned), "share": self.share} if self.tuned else {}
        more |= {} if self.half is None else {"half": self.half}
        weights = files.hash_of(self.weights)
        return {"version": VERSION, "model": self.name, "weights": weights, **more}

    def towers(self) -> "Towers":
        from lib.features.clip import model

        if self.name != EMBEDDED.name:
            return model.downloaded(self.name, self.weights)
        half = has_bfloat16() if self.half is None else self.half  # chapter 06 measures both
        if self.tuned:
            return model.mixed(self.weights, self.tuned, self.share, half)
        return model.embedded(self.weights, half)


EMBEDDED = Source("embedded", WEIGHTS)


def hashes(gallery: Sequence[Path]) -> list[str]:
    names = [str(path) for path in gallery]
    # An index of these very files: development and the rest of training lie in one folder, and
    # with one index for both each call would read all of them anew.
    known = files.hashes(names, files.digest(names))
    return [known[name] for name in names]


def images(gallery: Sequence[Path], source: Source = EMBEDDED) -> cache.Entry:
    """Image files as "embedded", float32 [n, d] of length one, by "half" or not; or InputError."""
    key = {**source.key(), "images": hashes(gallery)}

    def compute() -> dict[str, np.ndarray]:
        towers = source.towers()
        few = len(gallery) * np.prod(towers.pictures.input_size) <= KEPT
        stacks = [pixels(gallery, towers)] if few else decoded(gallery, towers)
        embedded = np.concatenate([towers.embed_pixels(some) for some in stacks])
        return {"embedded": embedded, "half": np.array(towers.half)}

    return cache.cached("clip", key, compute)


def pixels(gallery: Sequence[Path], towers: "Towers") -> np.ndarray:
    """All pictures at the model's size, uint8 [n, side, side, 3]; do not write to them."""
    # Small ones are kept: fine-tuning, and each mix of weights after it, wants them again.
    key = files.digest([hashes(gallery), str(towers.pictures)])
    if key not in _kept:
        stack = np.concatenate(list(decoded(gallery, towers)))
        if sum(other.nbytes for other in _kept.values()) + stack.nbytes > KEPT:
            _kept.clear()
        _kept[key] = stack
    return _kept[key]


def decoded(gallery: Sequence[Path], towers: "Towers") -> Iterator[np.ndarray]:
    """Pictures at the model's size, some hundreds at a time, decoded side by side."""
    bar = tqdm(total=len(gallery), desc="reading images", unit="image", disable=None)
    with ThreadPoolExecutor(os.cpu_count()) as pool, bar:
        for start in range(0, len(gallery), AT_ONCE):
            some = gallery[start : start + AT_ONCE]
            yield np.stack(list(pool.map(partial(picture, towers), some)))
            bar.update(len(some))


def texts(every: Sequence[str], source: Source = EMBEDDED) -> cache.Entry:
    """Embeddings of texts: "embedded", float32 [n, d] of length one; each distinct text once.

    "tokens" [n]: how many a text has with its two marks; past 77 the tower reads none.
    """
    distinct = list(dict.fromkeys(every))
    key = {**source.key(), "texts": distinct}

    def compute() -> dict[str, np.ndarray]:
        from lib.features.clip import model as clip

        sequences = [clip.tokens(text) for text in distinct]
        embedded = source.towers().embed_tokens(sequences)
        return {"embedded": embedded, "tokens": np.array([len(each) for each in sequences])}

    entry = cache.cached("clip", key, compute)
    place = {text: i for i, text in enumerate(distinct)}
    rows = np.array([place[text] for text in every], dtype=int)
    return cache.Entry({name: a[rows] for name, a in entry.arrays.items()}, entry.seconds)


def picture(towers: "Towers", path: Path) -> np.ndarray:
    """An image file at the model's size, uint8 [side, side, 3]; InputError if it is none."""
    try:
        with Image.open(path) as image:
            return towers.pixels(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        remedy = "copy the file again, or leave it out"
        raise InputError(path, f"cannot be decoded ({error})", "an image", remedy) from error
