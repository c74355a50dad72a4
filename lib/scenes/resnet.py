"""ResNet features "fine-tuned on the data": two layers of a small ResNet that knows its tags.

The course's features came from a network that had been tuned on its images, of a layer
with 1,000 outputs and the pooled one before. This is the same, small: ten layers, 64 pixels. Its
weights are part of the project, with a card beside them. `pretrain` trained them on the full
world's train without development, so that development is as new to the network as test.

The small worlds have features of the same weights. Some of their development images are in the
full world's train, so their numbers are too good and stand in no table.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import timm
import torch
from PIL import Image
from torch import nn

from lib.base import cache, files, paths
from lib.base.kit import weights
from lib.data import course, writer

VERSION = 2  # raise it when the features that come out of the same weights change
PIXELS = 64
MODEL = "resnet10t"
WEIGHTS = paths.LIBRARY / "scenes" / "resnet.safetensors"
CARD = WEIGHTS.with_suffix(".json")


class TagNet(nn.Module):
    """ResNet → pooled layer [512] → 1,000 outputs → one score a tag."""

    def __init__(self, n_tags: int):
        super().__init__()
        self.trunk = timm.create_model(MODEL, num_classes=0)
        self.fc1000 = nn.Linear(self.trunk.num_features, 1000)
        self.tags = nn.Linear(1000, n_tags)

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """[n, 3, h, w] → tag scores [n, n_tags], fc1000 [n, 1000], pool5 [n, 512]."""
        pooled = self.trunk(images)
        wide = self.fc1000(pooled)
        return self.tags(torch.relu(wide)), wide, pooled


def save(net: TagNet, target: Path) -> None:
    """Write the weights in float16."""
    state = net.state_dict().items()
    weights.write(target, {k: t.half() if t.is_floating_point() else t for k, t in state})


def load(source: Path) -> TagNet:
    """The network of a weights file in float32, ready to embed."""
    tensors, _ = weights.read(source)
    net = TagNet(len(tensors["tags.bias"]))
    net.load_state_dict(tensors)
    return net.to(memory_format=torch.channels_last).eval()


def write_features(folder: Path) -> None:
    """Write both layers of all images of a folder, rows shuffled.

    Cached by the content of the images and of the weights.
    """
    images = {split: writer.images(folder, split) for split in ("train", "test")}
    every = [str(path) for of_split in images.values() for path in of_split]
    key = {
        "version": VERSION,
        "weights": files.hash_of(WEIGHTS),
        "images": [*files.hashes(every, f"images of {folder}").values()],
        "torch": torch.__version__,
    }
    layers = cache.cached("resnet", key, lambda: features(images)).arrays
    for split in images:
        own = {layer: layers[f"{layer}_{split}"] for layer in course.LAYERS}
        writer.write_features(folder, split, own)


def features(images: dict[str, list[Path]]) -> dict[str, np.ndarray]:
    """Both layers of each split's images, float32."""
    net, arrays = load(WEIGHTS), {}
    for split, files_of_split in images.items():
        _, wide, pooled = outputs(net, pixels(files_of_split))
        arrays |= {f"fc1000_{split}": wide, f"pool5_{split}": pooled}
    return arrays


def pixels(images: list[Path]) -> torch.Tensor:
    """Images as uint8 [n, 3, 64, 64]; JPEG is decoded at half its size, which is quicker."""

    def small(path: Path) -> np.ndarray:
        with Image.open(path) as image:
            image.draft("RGB", (2 * PIXELS, 2 * PIXELS))
            return np.asarray(image.convert("RGB").resize((PIXELS, PIXELS), Image.Resampling.BOX))

    with ThreadPoolExecutor() as pool:
        arrays = list(pool.map(small, images))
    return torch.from_numpy(np.stack(arrays)).permute(0, 3, 1, 2)


def normalised(batch: torch.Tensor) -> torch.Tensor:
    """uint8 pixels as float around zero, in the layout that convolutions like."""
    return ((batch.float() / 255 - 0.5) / 0.25).contiguous(memory_format=torch.channels_last)


@torch.inference_mode()
def outputs(net: TagNet, images: torch.Tensor) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tag scores [n, n_tags], fc1000 [n, 1000] and pool5 [n, 512] of all images.

    In float32, so that processors differ by rounding alone.
    """
    parts = [net(normalised(batch)) for batch in images.split(256)]
    return tuple(torch.cat(layer).numpy() for layer in zip(*parts, strict=True))
