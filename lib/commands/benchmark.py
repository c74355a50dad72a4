"""`make benchmark`: how fast the towers embed, beside a plain open_clip loop in the same run."""

import time
from collections.abc import Callable

import numpy as np
import open_clip
import torch
from open_clip.transform import image_transform_v2
from PIL import Image
from torch.nn import functional as F

from lib.base.settings import Settings, check
from lib.data import source as data
from lib.data.dataset import Split
from lib.features.clip import embed
from lib.features.clip import model as clip
from lib.features.clip.source import EMBEDDED
from lib.record import inputs
from lib.search import metrics, retrieval

N = 1024  # images and texts
LOOP = 64  # batch of the plain loop


def main() -> None:
    """Print images and texts a second of both ways, and what bfloat16 would give and change."""
    settings = check(Settings())
    split = data.load(settings, inputs.fingerprint(settings)).dev
    towers = EMBEDDED.towers()
    some = split.take(np.arange(min(N, len(split))))
    ways: dict[str, Callable[[], np.ndarray]] = {
        "images, a plain open_clip loop": lambda: plain_images(some, towers),
        "images, this project": lambda: towers.embed_pixels(embed.pixels(some.images, towers)),
        "texts, a plain open_clip loop": lambda: plain_texts(some, towers),
        "texts, this project": lambda: own_texts(some, towers),
        "texts, this project in bfloat16": lambda: in_bfloat16(some, towers),
    }
    found = {}
    for name, way in ways.items():
        way()  # the first call warms up
        start = time.perf_counter()
        found[name] = way()
        seconds = time.perf_counter() - start
        print(f"{name:34} {len(some) / seconds:7,.0f} a second", flush=True)
    apart = np.abs(found["images, a plain open_clip loop"] - found["images, this project"]).max()
    print(f"images of both ways differ by at most {apart:.1e}")
    apart = np.abs(found["texts, a plain open_clip loop"] - found["texts, this project"]).max()
    print(f"texts of both ways differ by at most {apart:.1e}")
    images = found["images, this project"]
    for name in ("texts, this project", "texts, this project in bfloat16"):
        ranks = retrieval.ranks(retrieval.scores(found[name], images), some.truth)
        print(f"{name:34} map_at_20 {metrics.map_at_k(ranks):.4f} among {len(some)}")


@torch.inference_mode()
def plain_images(split: Split, towers) -> np.ndarray:
    """What a script does: every image through open_clip's transform, batch by batch."""
    transform, parts = image_transform_v2(towers.pictures, is_train=False), []
    for start in range(0, len(split), LOOP):
        batch = [transform(Image.open(path)) for path in split.images[start : start + LOOP]]
        parts.append(towers.model.encode_image(torch.stack(batch), normalize=True))
    return torch.cat(parts).numpy()


@torch.inference_mode()
def plain_texts(split: Split, towers) -> np.ndarray:
    """The same for texts: every text 77 tokens wide."""
    tokenizer, parts = open_clip.get_tokenizer("ViT-B-32"), []
    for start in range(0, len(split), LOOP):
        tokens = tokenizer(split.texts[start : start + LOOP])
        parts.append(towers.model.encode_text(tokens, normalize=True))
    return torch.cat(parts).numpy()


@torch.inference_mode()
def in_bfloat16(split: Split, towers) -> np.ndarray:
    """Texts with matrices multiplied in bfloat16."""
    sequences = [clip.fitted(clip.tokens(text)) for text in split.texts]
    with torch.autocast("cpu", torch.bfloat16):
        return F.normalize(torch.from_numpy(towers.embed_tokens(sequences)), dim=-1).numpy()


def own_texts(split: Split, towers) -> np.ndarray:
    """The project's own way, tokens included, in float32."""
    return towers.embed_tokens([clip.fitted(clip.tokens(text)) for text in split.texts])
