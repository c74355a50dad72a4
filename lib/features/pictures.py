"""Image files and sentences of a split, as the trainings of chapters 05 and 07 want them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from lib.base import cache
from lib.data.dataset import Split
from lib.features.clip import embed

# Raise it when pixels or sentences come out otherwise: trainings and records are made again.
VERSION = 1

EYES = {True: "the embedded CLIP's image tower", False: "EfficientNet-Lite0"}  # drawn or not


@dataclass(frozen=True)
class Pictures:
    side: int

    def pixels(self, image: Image.Image) -> np.ndarray:
        image.draft("RGB", (self.side, self.side))
        way = Image.Resampling.BOX if self.side <= min(image.size) else Image.Resampling.BICUBIC
        return np.asarray(image.convert("RGB").resize((self.side, self.side), way))


@dataclass(frozen=True)
class Album:
    """Pictures, uint8 [n, side, side, 3], each with its sentences and its tags."""

    pixels: np.ndarray = field(repr=False)
    sentences: Sequence[Sequence[str]] = field(repr=False)
    tags: Sequence[Sequence[str]] = field(repr=False, default=())

    def __len__(self) -> int:
        return len(self.pixels)


def album(split: Split, side: int) -> Album:
    return Album(pixels(split, side), sentences_by_image(split), split.tags)


def sentences_by_image(split: Split) -> list[Sequence[str]]:
    """The sentences of each image's description, in the order of the images."""
    return [split.sentences[i] for i in np.argsort(split.truth)]


def larger(side: int) -> int:
    """Side of the pictures in memory, so that training can cut a part of them."""
    return side * 9 // 8


def stacks(gallery: Sequence[Path], side: int) -> Iterator[np.ndarray]:
    """Image files at a size, some hundreds at a time: uint8 [n, side, side, 3]."""
    return embed.decoded(gallery, Pictures(side))


def pixels(split: Split, side: int) -> np.ndarray:
    return np.concatenate(list(stacks(split.images, side)))


def sentences(split: Split) -> list[str]:
    return [sentence for each in split.sentences for sentence in each]


def content(split: Split) -> list:
    return [embed.hashes(split.images), split.sentences, cache.hash_of(split.truth)]


def places(images: Sequence[Path], is_drawn: bool) -> np.ndarray:
    """What a trained network sees at each place of images, float16 [n, n_place, wide].

    Of drawings the embedded CLIP's image tower, at 4 × 4 places; of photographs
    EfficientNet-Lite0, at 7 × 7.
    """
    if not is_drawn:
        from lib.data import cnn  # torch

        grids = cnn.grids(images)
        return grids.reshape(len(grids), -1, grids.shape[-1])

    def compute() -> dict[str, np.ndarray]:
        towers = embed.EMBEDDED.towers()
        parts = [towers.places(pixels) for pixels in embed.decoded(images, towers)]
        return {"places": np.concatenate(parts)}

    key = {"version": VERSION, **embed.EMBEDDED.key(), "images": embed.hashes(images)}
    return cache.cached("places", key, compute).arrays["places"]
