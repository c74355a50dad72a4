"""Features of photographs from a ResNet that torchvision's people trained on ImageNet."""

from functools import cache as once
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision.models import ResNet101_Weights, get_model
from torchvision.models.feature_extraction import create_feature_extractor
from tqdm import tqdm

from lib.base import cache, files

CHUNK = 240  # images that a stop can lose
BATCH = 24
NODES = {"flatten": "pool5", "fc": "fc1000"}  # of torchvision's ResNets


def features(images: list[Path], weights: Path) -> dict[str, np.ndarray]:
    """fc1000 [n_image, 1000] and pool5 [n_image, 2048] of images, float32, in their order.

    weights: a file named by torchvision's model, then a hyphen. Cached by some hundred images.
    """
    hashes = files.hashes(map(str, images), str(images[0].parent))
    model = weights.name.partition("-")[0]
    about = {"model": model, "weights": files.hash_of(weights), "torch": torch.__version__}
    parts = []
    with tqdm(desc=f"features, {images[0].parent.name}", total=len(images), disable=None) as bar:
        for start in range(0, len(images), CHUNK):
            chunk = images[start : start + CHUNK]
            key = about | {"images": [hashes[str(path)] for path in chunk]}
            compute = partial(extract, chunk, model, weights)
            parts.append(cache.cached("resnet101", key, compute).arrays)
            bar.update(len(chunk))
    return {layer: np.concatenate([part[layer] for part in parts]) for layer in NODES.values()}


@once
def load(model: str, weights: Path) -> nn.Module:
    """The network with its weights, giving both layers as a dict; on the GPU if there is one."""
    net = get_model(model)
    net.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return create_feature_extractor(net.eval(), NODES).to(device)


@torch.inference_mode()
def extract(images: list[Path], model: str, weights: Path) -> dict[str, np.ndarray]:
    """Both layers of some images of 224×224 pixels, float32, a row an image."""
    net = load(model, weights)
    device = next(net.parameters()).device
    prepared = ResNet101_Weights.IMAGENET1K_V1.transforms(resize_size=224)
    rows = []
    for start in range(0, len(images), BATCH):
        batch = [prepared(Image.open(path).convert("RGB")) for path in images[start:][:BATCH]]
        rows.append(net(torch.stack(batch).to(device)))
    return {layer: torch.cat([row[layer] for row in rows]).cpu().numpy() for layer in rows[0]}
