"""`make benchmark`: how fast CLIP and the CNN embed, beside plain loops in the same run."""

import time
from collections.abc import Callable, Sequence

import numpy as np
import open_clip
import timm
import torch
from open_clip.transform import image_transform_v2
from PIL import Image
from torch.nn import functional as F

from lib.base.settings import Settings, check
from lib.data import cnn
from lib.data import source as data
from lib.data.dataset import Split
from lib.features.clip import embed
from lib.features.clip import model as clip
from lib.features.clip.embed import EMBEDDED
from lib.record import inputs
from lib.search import metrics, retrieval

N = 1024  # images and texts
LOOP = 64  # batch of the plain loop


def main() -> None:
    """Print images and texts a second of both ways, and what bfloat16 would give and change."""
    settings = check(Settings())
    inputs.prepare(settings)
    split = data.load(settings, inputs.fingerprint(settings)).dev
    split, towers = split.take(np.arange(min(N, len(split)))), EMBEDDED.towers()
    vectors = {}
    for name, way in {
        "images, a plain open_clip loop": plain_images,
        "images, this project": lambda *_: towers.embed_pixels(embed.pixels(split.images, towers)),
        "texts, a plain open_clip loop": plain_texts,
        "texts, this project": own_texts,
        "texts, this project in bfloat16": in_bfloat16,
        "features, a plain timm loop": plain_features,
        "features, this project": lambda *_: cnn.looked(split.images, "pool5")["pool5"],
    }.items():
        way(split, towers)  # the first call warms up
        start = time.perf_counter()
        vectors[name] = way(split, towers)
        seconds = time.perf_counter() - start
        print(f"{name:34} {len(split) / seconds:7,.0f} a second", flush=True)
    for kind in ("images", "texts", "features"):
        loop = "timm" if kind == "features" else "open_clip"
        plain, own = vectors[f"{kind}, a plain {loop} loop"], vectors[f"{kind}, this project"]
        print(f"{kind} of both ways differ by at most {np.abs(plain - own).max():.1e}")
    for name in ("texts, this project", "texts, this project in bfloat16"):
        scores = retrieval.scores(vectors[name], vectors["images, this project"])
        score = metrics.map_at_k(retrieval.ranks(scores, split.truth))
        print(f"{name:34} map_at_20 {score:.4f} among {len(split)}")


@torch.inference_mode()
def looped(items: Sequence, read: Callable, encode: Callable) -> np.ndarray:
    """What a script does: batch by batch, every image transformed, every text 77 tokens wide."""
    batches = (items[start : start + LOOP] for start in range(0, len(items), LOOP))
    return torch.cat([encode(read(batch), normalize=True) for batch in batches]).numpy()


def plain_images(split: Split, towers) -> np.ndarray:
    way = image_transform_v2(towers.pictures, is_train=False)
    return looped(
        split.images,
        lambda batch: torch.stack([way(Image.open(path)) for path in batch]),
        towers.model.encode_image,
    )


@torch.inference_mode()
def plain_features(split: Split, towers) -> np.ndarray:
    """EfficientNet-Lite0's pooled layer in float32, as a script computes it."""
    net = timm.create_model("tf_efficientnet_lite0", num_classes=0).eval()
    tensors = torch.load(cnn.weights(), weights_only=True).values()
    net.load_state_dict(dict(zip(net.state_dict(), tensors, strict=False)))
    pixels = [torch.tensor(cnn.squeezed(Image.open(path))) for path in split.images]
    batches = torch.stack(pixels).permute(0, 3, 1, 2).split(LOOP)
    return torch.cat([net(batch / 127.5 - 1) for batch in batches]).numpy()


def plain_texts(split: Split, towers) -> np.ndarray:
    return looped(split.texts, open_clip.get_tokenizer("ViT-B-32"), towers.model.encode_text)


def own_texts(split: Split, towers) -> np.ndarray:
    return towers.embed_tokens([clip.tokens(text) for text in split.texts])


@torch.inference_mode()
def in_bfloat16(split: Split, towers) -> np.ndarray:
    with torch.autocast("cpu", torch.bfloat16):
        return F.normalize(torch.from_numpy(own_texts(split, towers)), dim=-1).numpy()
