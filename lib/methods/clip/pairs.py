"""A corpus made ready for training: batches of like lengths, pixels cut to the model's size."""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional as F

from lib.features.clip import model as clip

if TYPE_CHECKING:
    from lib.scenes import Corpus

GROUP = 8  # batches among which captions are sorted by length


class Pairs:
    """A corpus ready for training: tokens by their places among those that occur."""

    def __init__(self, source: "Corpus", seed: int):
        sequences = [clip.tokens(text)[: clip.CONTEXT] for text in source.captions]
        self.ids = np.unique(np.concatenate([*sequences, [0]]))
        self.texts = [np.searchsorted(self.ids, s) for s in sequences]
        self.lengths = np.array([len(s) for s in sequences])
        self.shards, self.seed = source.pixels(), seed

    @lru_cache(maxsize=1)  # noqa: B019
    def batches(self, epoch: int, batch: int) -> np.ndarray:
        """The epoch's batches, int [n_batch, batch]: shuffled, like lengths together."""
        rng = np.random.default_rng([self.seed, epoch])
        order = rng.permutation(len(self.texts))[: len(self.texts) // batch * batch]
        for group in np.array_split(order, max(1, len(order) // (GROUP * batch))):
            group[:] = group[np.argsort(self.lengths[group], kind="stable")]
        return rng.permutation(order.reshape(-1, batch))

    def pixels(self, which: np.ndarray) -> torch.Tensor:
        """uint8 [n, 3, side, side], in memory as the tower wants it (channels last)."""
        each = len(self.shards[0])
        rows = [self.shards[i // each][i % each] for i in which]
        return torch.from_numpy(np.stack(rows)).permute(0, 3, 1, 2)


def cut(pixels: torch.Tensor, side: int, rng: np.random.Generator) -> torch.Tensor:
    """A random square of at least 11/12 of the pictures' sides, at the model's size."""
    whole = pixels.shape[-1]
    part = int(rng.integers(whole * 11 // 12, whole + 1))
    y, x = rng.integers(whole - part + 1, size=2)
    square = pixels[:, :, y : y + part, x : x + part]
    return F.interpolate(square, (side, side), mode="bilinear", antialias=True)
