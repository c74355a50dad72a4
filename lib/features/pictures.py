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
