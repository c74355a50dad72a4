"""A baby CLIP as a system of the report: trained once for each content, embedded once."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from lib.base import cache, files
from lib.data.dataset import Split
from lib.features import pictures
from lib.features.clip import embed
from lib.methods.baby.recipe import BabyRecipe, BabyShape, tower_files
from lib.search.system import System

if TYPE_CHECKING:  # a report whose results are cached needs no torch
    from lib.methods.baby.model import Baby


class BabyClip(System):
    """Two towers that meet in one space, trained on fit alone and watched on development.

    is_downloaded: the towers start from downloaded weights, as the paper's did. `fit` leaves
    `weights`, a file, and `curve`, the looks at development.
    """

    refits = False
    is_random = True
    reads_pictures = True
    more: ClassVar[dict] = {}  # that decides the training

    def __init__(self, name, shape: BabyShape, recipe: BabyRecipe, is_downloaded=False):
        self.id, self.shape, self.recipe, self.is_downloaded = name, shape, recipe, is_downloaded
        self.curve: list[dict] = []

    def fit(self, split: Split, dev: Split | None = None) -> None:
        start = tower_files(self.shape.image) if self.is_downloaded else {}
        about = {"version": files.version("methods/baby/train.py"), **self.more,
                 "shape": asdict(self.shape), "recipe": asdict(self.recipe),
                 "start": {name: files.hash_of(path) for name, path in start.items()},
                 "data": [pictures.content(each) for each in (split, dev)]}  # fmt: skip
        trained = cache.trained("baby", about, partial(self.train, split, dev))
        self.weights, self.curve = trained.weights, trained.curve

    def train(self, split: Split, dev: Split, target: Path) -> None:
        """Train, and leave the weights in `target`, described."""
        from lib.methods.baby import model, train

        side = pictures.larger(self.shape.side)
        start = tower_files(self.shape.image) if self.is_downloaded else None
        baby = model.new(self.shape, self.recipe.seed, start)
        albums = [pictures.album(each, side) for each in (split, dev)]
        train.train(baby, *albums, self.recipe, target)

    def model(self) -> "Baby":
        from lib.methods.baby import model

        return model.load(self.weights)

    def embedded(self, about: dict, compute: Callable[["Baby"], np.ndarray]) -> np.ndarray:
        """What `compute` makes of the trained model, once for each content that `about` names."""
        key = {"weights": files.hash_of(self.weights), **about}
        entry = cache.cached("baby", key, lambda: {"embedded": compute(self.model())})
        return entry.arrays["embedded"]

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, dim] of length one; each distinct text once."""
        place = {text: i for i, text in enumerate(dict.fromkeys(texts))}
        vectors = self.embedded({"texts": list(place)}, lambda baby: baby.texts(list(place)))
        return vectors[[place[text] for text in texts]]

    def embed_images(self, images: Split) -> np.ndarray:
        """float32 [n_image, dim] of length one, of pictures read as in training."""
        about, side = {"images": embed.hashes(images.images)}, pictures.larger(self.shape.side)
        return self.embedded(about, lambda baby: baby.images(pictures.pixels(images, side)))

    def summary(self) -> dict[str, str]:
        """Its parts in words, for a table."""
        shape, baby = self.shape, self.model()
        millions = [f"{sum(p.numel() for p in tower.parameters()) / 1e6:.1f} M parameters"
                    for tower in (baby.image, baby.text)]  # fmt: skip
        text = f"DistilBERT, {baby.text.config.n_layers} layers of {baby.text.config.dim}"
        return {
            "image tower": f"{shape.image}, {shape.side} px, {millions[0]}",
            "text tower": f"{text}, {len(shape.vocabulary):,} pieces, {millions[1]}",
            "starts from": self.params["starts_from"],
            "epochs": str(self.recipe.epochs),
            "scale learned": f"{float(baby.log_scale.detach().exp()):.1f}",
        }

    @property
    def params(self) -> dict:
        best = max(self.curve, key=lambda look: look["score"], default={"epoch": 0})
        start = "downloaded weights" if self.is_downloaded else "random weights"
        about = {"image_tower": self.shape.image, "starts_from": start, "side": self.shape.side}
        text = {"word_pieces": len(self.shape.vocabulary), **self.shape.text}
        return {**about, "text_tower": text, **asdict(self.recipe), "best_epoch": best["epoch"]}
