"""Images and texts → embeddings of length one, computed once for each content.

An entry of the cache is named after the weights' bytes, the images' bytes and their size in
pixels, or the texts. torch is imported only where something must be computed.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from tqdm import tqdm

from lib import cache, files
from lib.clip import WEIGHTS
from lib.errors import InputError

if TYPE_CHECKING:
    from lib.clip.towers import Towers

AT_ONCE = 512  # images decoded before the tower sees them: 6 MB at 64 pixels, 77 MB at 224
BATCH = 256


def images(gallery: Sequence[Path], weights: Path = WEIGHTS) -> cache.Entry:
    """Embeddings of image files: "embedded", float32 [n, d] of length one.

    weights: of the embedded model. Raises InputError for a file that is no image.
    """
    hashes = files.hashes(map(str, gallery), str(gallery[0].parent))
    content = [hashes[str(path)] for path in gallery]
    key = {"weights": files.hash_of(weights), "images": content, "pixels": "squeezed, bicubic"}

    def compute() -> dict[str, np.ndarray]:
        from lib.clip import towers

        model, parts = towers.embedded(weights), []
        bar = tqdm(total=len(gallery), desc="embedding images", unit="image", disable=None)
        with ThreadPoolExecutor(os.cpu_count()) as pool, bar:
            for start in range(0, len(gallery), AT_ONCE):
                some = gallery[start : start + AT_ONCE]
                pixels = np.stack(list(pool.map(lambda path: picture(path, model), some)))
                parts.append(model.embed_pixels(pixels, BATCH))
                bar.update(len(some))
        return {"embedded": np.concatenate(parts)}

    return cache.cached("clip", key, compute)


def texts(said: Sequence[str], weights: Path = WEIGHTS) -> cache.Entry:
    """Embeddings of texts: "embedded", float32 [n, d] of length one; each distinct text once.

    "tokens" [n]: how many a text has with its two marks. Past 77 the tower reads none: what is
    cut can be counted from them.
    """
    key = {"weights": files.hash_of(weights), "texts": list(said)}

    def compute() -> dict[str, np.ndarray]:
        from lib.clip import model as clip
        from lib.clip import towers

        distinct = list(dict.fromkeys(said))
        place = {text: i for i, text in enumerate(distinct)}
        rows = np.array([place[text] for text in said], dtype=int)
        sequences = [clip.tokens(text) for text in distinct]
        fitted = [clip.fitted(sequence) for sequence in sequences]
        found = towers.embedded(weights).embed_tokens(fitted, BATCH)
        return {
            "embedded": found[rows],
            "tokens": np.array([len(sequence) for sequence in sequences])[rows],
        }

    return cache.cached("clip", key, compute)


def picture(path: Path, model: "Towers") -> np.ndarray:
    """An image file at the model's size, uint8 [side, side, 3]; InputError if it is none."""
    try:
        with Image.open(path) as image:
            return model.pixels(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        remedy = "copy the file again, or leave it out"
        raise InputError(path, f"cannot be decoded ({error})", "an image", remedy) from error
