"""Training of the network behind the drawn world's features: `make pretrain-features`.

It learns to name the tags of the full world's train without development: what a network saw, it
sees better than what is new to it, and a choice on such images would deceive.
"""

import os
import platform
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import average_precision_score
from torch.nn.functional import binary_cross_entropy_with_logits
from tqdm import tqdm

from lib.base import device, files, paths
from lib.base.kit import training
from lib.base.settings import Settings
from lib.data import source
from lib.data.dataset import Dataset, Split
from lib.scenes import builder, built, resnet

# Ten layers see the images four times in the minutes that eighteen need for two, and name
# the tags of unseen images better. Nothing here was chosen by a search score.
RECIPE = {"epochs": 4, "batch": 64, "rate": 4e-3, "decay": 0.05, "seed": 0}


def main() -> None:
    """Train, put weights and card in their places, and print how well each split's tags are named.

    The next command that wants the drawn data draws it again, with features of the new weights.
    """
    builder.build("full")
    data = source.load(Settings(name="scenes"), built.pinned("full"))
    images, start = resnet.pixels(data.fit.images), time.perf_counter()
    net = train(images, data.fit.tags)
    seconds = time.perf_counter() - start
    resnet.save(net, resnet.WEIGHTS)
    about = card(resnet.WEIGHTS, data, seconds)
    files.write_json(resnet.CARD, about)
    for name, row in about["scores"].items():
        print(f"{name}: tags_map {row['tags_map']:.4f} over {row['images']:,} images")
    print(f"{paths.shown(resnet.WEIGHTS)}: {about['weights']['bytes'] / 1e6:.1f} MB")


def train(
    images: torch.Tensor, tags: Sequence[Sequence[str]], recipe: dict = RECIPE
) -> resnet.TagNet:
    """Train a network to name each image's tags; images uint8 [n, 3, h, w]."""
    place, epochs, batch = torch.device(device.find()), recipe["epochs"], recipe["batch"]
    target = targets(tags, names(tags)).to(place)
    torch.manual_seed(recipe["seed"])
    net = resnet.TagNet(target.shape[1]).to(place, memory_format=torch.channels_last).train()
    more = {"weight_decay": recipe["decay"], "fused": True}
    optimizer = torch.optim.AdamW(net.parameters(), recipe["rate"], **more)
    steps = epochs * -(-len(images) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe["rate"], total_steps=steps)
    bar = tqdm(total=steps, desc="training the ResNet", unit="batch", disable=None)
    for rows in (rows for _ in range(epochs) for rows in torch.randperm(len(images)).split(batch)):
        x = resnet.normalised(images[rows].to(place))
        x = x.flip(3) if torch.rand(()) < 0.5 else x
        with training.autocast(place):
            scores = net(x)[0].float()
        loss = training.step(optimizer, binary_cross_entropy_with_logits(scores, target[rows]))
        schedule.step()
        bar.update()
        bar.set_postfix(loss=f"{loss:.3f}")
    return net.eval()


def names(tags: Sequence[Sequence[str]]) -> list[str]:
    """The tags that there are, in the order of the network's scores."""
    return sorted({tag for own in tags for tag in own})


def targets(tags: Sequence[Sequence[str]], known: list[str]) -> torch.Tensor:
    """Which image has which tag, float [n_image, n_tag]."""
    return torch.tensor([[float(name in own) for name in known] for own in tags])


def card(weights: Path, data: Dataset, seconds: float) -> dict:
    """What weights are, how they came about, and how well they name tags."""
    net, known = resnet.load(weights), names(data.fit.tags)
    splits = {"fit": data.fit, "development": data.dev, "test": data.test}
    return {
        "about": "A small ResNet that learned to name the tags of the drawn world. Its two upper "
        "layers are the features of the drawn data. It saw train without development, and "
        "nothing of test.",
        "model": {"timm_model_name": resnet.MODEL, "image_size": resnet.PIXELS},
        "pictures": "RGB, JPEG decoded at half its size, box filter to image_size, 0-255 to -2..2",
        "recipe": RECIPE | {"loss": "binary cross-entropy of each tag"},
        "trained_on": {
            "world": data.fingerprint,
            "split": "fit: train without development",
            "images": len(data.fit),
            "files": files_hash(data.fit),
        },
        "seconds": round(seconds, 1),
        "machine": torch.cuda.get_device_name()
        if torch.cuda.is_available()
        else f"{os.cpu_count()} CPU cores, {platform.machine()}",
        "scores": {name: tag_score(net, split, known) for name, split in splits.items()},
        "weights": {"sha256": files.hash_of(weights), "bytes": weights.stat().st_size},
        "packages": {name: version(name) for name in ("timm", "torch")},
    }


def files_hash(split: Split) -> str:
    """Hash of the names of a split's images, in their order."""
    return "sha256:" + files.digest([path.name for path in split.images])


def tag_score(net: resnet.TagNet, split: Split, known: list[str]) -> dict:
    """How well a network names a split's tags: average precision, the mean over tags."""
    scores, target = resnet.outputs(net, resnet.pixels(split.images))[0], targets(split.tags, known)
    there = np.flatnonzero(target.any(dim=0))
    score = average_precision_score(target[:, there].numpy(), scores[:, there])
    return {"tags_map": float(score), "tags": len(there), "images": len(split)}
