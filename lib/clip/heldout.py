"""What pretraining is judged on: corpus scenes of another seed, searched as the report searches.

The queries are five annotators' sentences as one text, which the model never saw anything like;
the pictures are drawn and compressed as the report's. Neither its test nor its train plays a part.
Thirteen of the 2,000 share their facts, not their drawing, with one of the 160,000 that are trained
on; the report's own splits share none.
"""

import io
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import islice

import numpy as np
import torch
from open_clip.model import CLIP
from PIL import Image
from torch.nn import functional as F

from lib import cache, inputs, metrics, retrieval
from lib.clip import model as clip
from lib.scenes import draw, facts, sentences
from lib.scenes.build import QUALITY
from lib.scenes.records import Scene

SEED = 1_000_003  # pretraining refuses it
GALLERY = 2_000
_CODE = ["lib/scenes/sentences.py", "lib/scenes/draw.py", "lib/scenes/facts.py"]
_MEAN, _STD = (127.5, 127.5)  # pixels 0-255 to -1..1


def pair(side: int, scene: Scene) -> tuple[str, np.ndarray]:
    """A scene's description and its picture, uint8 [side, side, 3], by way of the report's JPEG."""
    text = " ".join(sentences.sentences(scene, draw.visible(scene)))
    buffer = io.BytesIO()
    Image.fromarray(draw.render(scene)).save(buffer, "JPEG", quality=QUALITY)
    with Image.open(buffer) as image:
        return text, resized(image, side)


def resized(image: Image.Image, side: int) -> np.ndarray:
    """A square picture at the model's size, uint8 [side, side, 3]."""
    return np.asarray(image.convert("RGB").resize((side, side), Image.Resampling.BICUBIC))


def pairs(n: int, side: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """n held-out descriptions, their pictures uint8 [n, side, side, 3], and whose is whose.

    Drawn once; the third is simply 0 to n - 1. As `score` takes them.
    """

    def compute() -> dict[str, np.ndarray]:
        scenes = list(islice(facts.stream(SEED, "corpus"), n))
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            made = list(pool.map(partial(pair, side), scenes, chunksize=50))
        return {
            "texts": cache.pack_words(t for t, _ in made),
            "pixels": np.stack([p for _, p in made]),
        }

    key = {"code": inputs.closure(_CODE), "seed": SEED, "n": n, "side": side}
    arrays = cache.cached("heldout", key, compute).arrays
    return cache.unpack_words(arrays["texts"]), arrays["pixels"], np.arange(n)


def normalised(pixels: torch.Tensor) -> torch.Tensor:
    """uint8 [n, 3, side, side] → float32 in -1..1, what the image tower reads."""
    return pixels.float().sub_(_MEAN).div_(_STD)


@torch.inference_mode()
def embed_images(model: CLIP, pixels: np.ndarray, batch: int = 256) -> np.ndarray:
    """float32 [n, d] of length one, of pixels uint8 [n, side, side, 3]."""
    device = model.logit_scale.device
    parts = []
    for i in range(0, len(pixels), batch):
        x = torch.from_numpy(pixels[i : i + batch]).to(device).permute(0, 3, 1, 2)
        parts.append(F.normalize(model.encode_image(normalised(x)), dim=-1).float().cpu())
    return torch.cat(parts).numpy()


@torch.inference_mode()
def embed_texts(model: CLIP, sequences: list, batch: int = 256) -> np.ndarray:
    """float32 [n, d] of length one, of token sequences at most 77 long; like lengths together."""
    order = np.argsort([len(s) for s in sequences], kind="stable")
    parts = []
    for i in range(0, len(order), batch):
        text = clip.padded([sequences[j] for j in order[i : i + batch]])
        parts.append(clip.encode_text(model, text.to(model.logit_scale.device)).float().cpu())
    result = torch.cat(parts).numpy()
    return result[np.argsort(order)]


def score(model: CLIP, texts: list[str], pixels: np.ndarray, truth: np.ndarray) -> dict:
    """Scores of a model: `metrics.summary` of its ranks.

    texts: the queries; pixels: the gallery, uint8 [n, side, side, 3]; truth: int [n_query],
    places in the gallery.
    """
    queries = embed_texts(model, [clip.fitted(clip.tokens(text)) for text in texts])
    matrix = retrieval.scores(queries, embed_images(model, pixels))
    return metrics.summary(retrieval.ranks(matrix, truth))


def development(side: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The report's development split as `score` takes it; its test split is left alone."""
    from lib.data import load
    from lib.scenes.built import pinned
    from lib.settings import Settings

    split = load(Settings(name="scenes"), pinned("full")).dev
    pictures = [resized(split.picture(i), side) for i in range(len(split))]
    return split.texts, np.stack(pictures), split.truth
