"""What pretraining is judged on: corpus scenes of another seed, searched as the report searches.

The queries are five annotators' sentences as one text, which the model never saw anything like.
Thirteen of the 2,000 share their facts, not their drawing, with one of the 160,000 trained on.
"""

from functools import partial

import numpy as np
from open_clip.model import CLIP
from PIL import Image

from lib import scenes
from lib.base import cache, files
from lib.features.clip import model as clip
from lib.search import metrics, retrieval

VERSION = 2  # raise it when texts or pixels change; for sentences, pictures: scenes/built.py
SEED = 1_000_003  # pretraining refuses it

# Queries; their gallery, uint8 [n, side, side, 3]; the place of each one's image in it.
Judged = tuple[list[str], np.ndarray, np.ndarray]


def resized(image: Image.Image, side: int) -> np.ndarray:
    return np.asarray(image.convert("RGB").resize((side, side), Image.Resampling.BICUBIC))


def pairs(n: int, side: int) -> Judged:
    """n held-out descriptions and their pictures, drawn once; the truth is 0 to n - 1."""

    def compute() -> dict[str, np.ndarray]:
        texts, pictures = zip(*scenes.described(SEED, n, partial(resized, side=side)), strict=True)
        return {"texts": cache.pack_words(texts), "pixels": np.stack(pictures)}

    versions = {"version": VERSION, "drawing": files.version("scenes/built.py")}
    key = {**versions, "seed": SEED, "n": n, "side": side}
    arrays = cache.cached("heldout", key, compute).arrays
    return cache.unpack_words(arrays["texts"]), arrays["pixels"], np.arange(n)


def development(side: int) -> Judged:
    """The report's development split; its test split is left alone."""
    from lib.base.settings import Settings
    from lib.data.source import load

    split = load(Settings(name="scenes"), scenes.fingerprint("full")).dev
    pictures = [resized(split.picture(i), side) for i in range(len(split))]
    return split.texts, np.stack(pictures), split.truth


def score(model: CLIP, texts: list[str], pixels: np.ndarray, truth: np.ndarray) -> dict:
    towers = clip.around(model)
    queries = towers.embed_tokens([clip.tokens(text) for text in texts])
    matrix = retrieval.scores(queries, towers.embed_pixels(pixels))
    return metrics.summary(retrieval.ranks(matrix, truth))
