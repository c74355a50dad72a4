"""The two babies as systems of the report: shapes, training once for each content, embeddings."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lib.base import cache, files
from lib.base.device import has_bfloat16
from lib.data.dataset import Dataset
from lib.features import pictures
from lib.features.clip import embed
from lib.methods.baby.encoder import BabyTexts
from lib.methods.baby.recipe import Recipe, Shape
from lib.search import retrieval
from lib.search.runs import SystemRun

if TYPE_CHECKING:  # a report whose results are cached needs no torch
    from lib.methods.baby.model import Baby

SPLITS = ("dev", "test")
IDS = {"resnet50": "baby.resnet50_distilbert", "deit": "baby.deit_distilbert"}
TUTORIAL = "baby.tutorial_loss"
SIDE = 64  # pixels; photographs with downloaded towers have 224
TEXT = {  # DistilBERT's own has 6 layers, 12 heads and a width of 768
    "dim": 192, "n_layers": 2, "n_heads": 3, "hidden_dim": 768,
    "max_position_embeddings": 96, "dropout": 0.1, "attention_dropout": 0.1,
}  # fmt: skip
TOWERS = {  # timm's models; the ResNet is the paper's in full, the DeiT a narrow one
    "resnet50": ("resnet50", {}),
    "deit": (
        "deit_tiny_distilled_patch16_224",
        {"img_size": SIDE, "patch_size": 16, "embed_dim": 192, "depth": 6, "num_heads": 3},
    ),
}
QUICK = {"resnet50": Recipe(epochs=2), "deit": Recipe(epochs=3)}  # what a report waits for


def shape(tower: str, sentences: Sequence[str]) -> Shape:
    """The shape of a baby that starts from random weights; tower: a key of TOWERS."""
    from lib.methods.baby import words

    name, options = TOWERS[tower]
    return Shape(name, options, SIDE, TEXT, words.learned(sentences))


def trained(
    data: Dataset, made: Shape, recipe: Recipe, start: dict[str, Path] | None = None
) -> cache.Training:
    """Train a baby on fit, watched on development, once for each content.

    start: files of downloaded towers that it starts from, as `downloaded.start` takes them.
    """
    about = {"version": files.version("methods/baby/train.py"),
             "shape": asdict(made), "recipe": asdict(recipe),
             "start": {name: files.hash_of(path) for name, path in (start or {}).items()},
             "data": [pictures.content(split) for split in (data.fit, data.dev)]}  # fmt: skip

    def train_it(target: Path) -> None:
        from lib.base.kit import training
        from lib.methods.baby import train

        albums = (
            pictures.album(split, pictures.larger(made.side)) for split in (data.fit, data.dev)
        )
        with training.plain_attention():
            train.train(born(made, recipe.seed, start), *albums, recipe, target, has_bfloat16())

    return cache.trained("baby", about, train_it)


def born(made: Shape, seed: int, start: dict[str, Path] | None = None) -> "Baby":
    """A baby before its first step, on the graphics card if there is one."""
    import torch

    from lib.methods.baby import downloaded, model

    torch.manual_seed(seed)
    baby = model.Baby(made).to(memory_format=torch.channels_last)
    if start:
        downloaded.start(baby, start)
    return baby.to("cuda" if torch.cuda.is_available() else "cpu")


def system(data: Dataset, name: str, made: cache.Training, params: dict) -> SystemRun:
    """A trained baby as a system: whole descriptions search the pictures."""
    encoder = BabyTexts(made.weights)
    queries, gallery, ranks, seconds = {}, {}, {}, {}
    for split in SPLITS:
        searched = getattr(data, split)
        images, texts = embedded(searched.images, encoder), encoder.embedded(searched.texts)
        gallery[split], queries[split] = images.arrays["embedded"], texts.arrays["embedded"]
        seconds[split] = made.seconds + images.seconds + texts.seconds
        if searched.truth is not None:
            start = time.perf_counter()
            scores = retrieval.scores(queries[split], gallery[split])
            ranks[split] = retrieval.ranks(scores, searched.truth)[None]
            seconds[split] += time.perf_counter() - start
    best = max(made.curve, key=lambda look: look["score"])
    told = {**params, "best_epoch": best["epoch"]}
    fitted, size = dict.fromkeys(SPLITS, len(data.fit)), made.weights.stat().st_size
    return SystemRun(name, "cosine", queries, gallery, ranks, fitted, seconds, told, size, encoder)


def embedded(gallery: Sequence[Path], encoder: BabyTexts) -> cache.Entry:
    """Embeddings of image files by a trained baby: "embedded", float32 [n, dim]."""
    key = {**encoder.key(), "images": embed.hashes(gallery)}

    def compute() -> dict[str, np.ndarray]:
        from lib.methods.baby import model

        baby = encoder.baby()
        some = pictures.stacks(gallery, pictures.larger(baby.shape.side))  # as in training
        parts = [model.images(baby, pixels, has_bfloat16()) for pixels in some]
        return {"embedded": np.concatenate(parts)}

    return cache.cached("baby", key, compute)
