"""A baby that learns to see as well: random eyes, and the text tower of the pretrained baby."""

import numpy as np
import timm
import torch
from torch import nn

from lib.base import cache
from lib.base.kit import training
from lib.data.dataset import Split
from lib.features.text import word_bag
from lib.methods.baby.paired import PairedTowers, PretrainedBaby
from lib.methods.baby.recipe import RESNET
from lib.methods.baby.tuned import TunedBaby

VERSION = 1  # raise it when training gives other numbers: cached weights and records are made again

SIDE, WIDER = 64, 72  # pixels; of which a part is cut


class Eyes(nn.Module):
    """A small ResNet from nothing, and two towers behind it."""

    def __init__(self, n_words: int, baby: PretrainedBaby):
        super().__init__()
        torch.manual_seed(baby.seed)
        self.trunk = timm.create_model(RESNET, num_classes=0)
        self.towers = PairedTowers(n_words, self.trunk.num_features, baby.recipe)

    def embed_images(self, seen: np.ndarray) -> torch.Tensor:
        """[n, dim] of pixels, uint8 [n, side, side, 3]; while it trains, of a part of each."""
        where = self.towers.log_scale.device
        pixels = torch.from_numpy(seen).to(where).permute(0, 3, 1, 2)
        if self.training:
            rng = np.random.default_rng(int(torch.randint(2**31, ())))
            pixels = training.random_square(pixels, 11, rng)
        part = nn.functional.interpolate(pixels, (SIDE, SIDE), mode="bilinear", antialias=True)
        rows = (part.float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)
        return self.towers.embed_images(self.trunk(rows))


class PixelBaby(TunedBaby):
    """Trained from random weights on pixels, split.memory["pixels"], and bags of words."""

    layer = "pixels"

    def start(self, split: Split, dev: Split | None) -> list[str]:
        self.frozen.bag = word_bag(self.frozen.recipe.words).fit(split.texts)
        seen = [cache.hash_of(each.memory[self.layer]) for each in (split, dev) if each]
        return [*seen, *split.texts]

    def fresh(self) -> nn.Module:
        return Eyes(len(self.frozen.bag.vocabulary_), self.frozen)
