"""ResNet features "fine-tuned on the data": a small ResNet trained on the training tags.

The course's features came from a network that had been tuned on its images, of a layer
with 1,000 outputs and the pooled one before. This is the same, small enough to train on
two cores while one drinks a coffee: 64 pixels, a few passes.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import timm
import torch
from PIL import Image
from torch import nn
from tqdm import tqdm

from lib.base import cache, files
from lib.data import course, writer

VERSION = 1  # raise it when the features that come out change
PIXELS = 64
# Ten layers see the images four times in the minutes that eighteen need for two, and name
# the tags of unseen images better. Nothing here was chosen by a search score.
MODEL = "resnet10t"
EPOCHS = 4
BATCH = 64
LEARNING_RATE = 4e-3


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


def write_features(folder: Path) -> None:
    """Train on a folder's training tags and write both layers of all images, rows shuffled.

    Cached by the content of images and tags.
    """
    paths = {split: writer.images(folder, split) for split in ("train", "test")}
    every = [str(p) for images in paths.values() for p in images]
    tags = read_tags(folder, len(paths["train"]))
    key = {
        "version": VERSION,
        "images": [*files.hashes(every, f"images of {folder}").values()],
        "tags": tags,
        "recipe": [MODEL, PIXELS, EPOCHS, BATCH, LEARNING_RATE],
        "torch": torch.__version__,
    }
    layers = cache.cached("resnet", key, lambda: features(paths, tags)).arrays
    for split in paths:
        own = {layer: layers[f"{layer}_{split}"] for layer in course.LAYERS}
        writer.write_features(folder, split, own)


def read_tags(folder: Path, n: int) -> list[list[str]]:
    """The tags of the training images."""
    return [(folder / "tags_train" / f"{i}.txt").read_text().split("\n")[:-1] for i in range(n)]


def features(paths: dict[str, list[Path]], tags: list[list[str]]) -> dict[str, np.ndarray]:
    """Train on train, then both layers of both splits, float32."""
    pixels = {split: load(images) for split, images in paths.items()}
    net = train(pixels["train"], tags)
    arrays = {}
    for split, images in pixels.items():
        wide, pooled = extract(net, images)
        arrays |= {f"fc1000_{split}": wide, f"pool5_{split}": pooled}
    return arrays


def load(images: list[Path]) -> torch.Tensor:
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


def train(images: torch.Tensor, tags: list[list[str]]) -> TagNet:
    """Train the network to name each image's tags; images uint8 [n, 3, h, w]."""
    names = sorted({tag for own in tags for tag in own})
    target = torch.tensor([[float(name in own) for name in names] for own in tags])
    torch.manual_seed(0)
    net = TagNet(len(names)).to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(net.parameters(), LEARNING_RATE, weight_decay=0.05, fused=True)
    steps = EPOCHS * -(-len(images) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps)
    bar = tqdm(total=steps, desc="training the ResNet", unit="batch", disable=None)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(images)).split(BATCH):
            batch = normalised(images[rows])
            if torch.rand(()) < 0.5:
                batch = batch.flip(3)
            with torch.autocast("cpu", torch.bfloat16):  # half as long, and no worse on tags
                scores = net(batch)[0].float()
            loss = nn.functional.binary_cross_entropy_with_logits(scores, target[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            bar.update()
            bar.set_postfix(loss=f"{loss.item():.3f}")
    return net.eval()


@torch.inference_mode()
def extract(net: TagNet, images: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """fc1000 [n, 1000] and pool5 [n, 512] of all images."""
    with torch.autocast("cpu", torch.bfloat16):
        parts = [[layer.float() for layer in net(normalised(b))[1:]] for b in images.split(256)]
    return tuple(torch.cat(layer).numpy() for layer in zip(*parts, strict=True))
