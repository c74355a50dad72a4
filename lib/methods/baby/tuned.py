"""The baby with pretrained eyes, trained on: the last stages of its CNN learn with its towers."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from itertools import count
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from lib.base import cache
from lib.base.kit import training, weights
from lib.data import cnn
from lib.data.dataset import Split
from lib.features.pictures import sentences_by_image
from lib.methods.baby.paired import PretrainedBaby
from lib.search import evaluation, metrics
from lib.search.system import System

VERSION = 1  # raise it when training gives other numbers: cached weights and records are made again

TUNED = "baby.pretrained_tuned"


@dataclass(frozen=True)
class EyesRecipe:
    epochs: int = 10
    batch: int = 500
    rate: float = 2e-4
    decay: float = 0.1


class Seeing(nn.Module):
    """The frozen baby's towers, and before them what of its CNN may learn."""

    def __init__(self, baby: PretrainedBaby):
        super().__init__()
        self.late, self.towers = deepcopy(cnn.stages(cnn.network())[1]), deepcopy(baby.towers)
        where = self.towers.log_scale.device
        self.middle, self.spread = (torch.from_numpy(x).to(where)
                                    for x in (baby.middle, baby.spread))  # fmt: skip

    def embed_images(self, seen: np.ndarray) -> torch.Tensor:
        """[n, dim] of what the early stages saw, float16 [n, 14, 14, 112]."""
        places = torch.from_numpy(seen).to(self.middle.device).permute(0, 3, 1, 2).float()
        pooled = self.late(places).float().mean(dim=(2, 3))
        return self.towers.embed_images((pooled - self.middle) / self.spread)


class TunedBaby(System):
    """A frozen baby, trained on together with the last two stages of its CNN.

    The epoch that development likes best is kept, and a refit stops there. Batch norms stay as
    they are: they are part of the convolutions.
    """

    is_random = True
    layer = "middle"  # what its eyes read of a split, [n_image, n_way, …]

    def __init__(self, frozen: PretrainedBaby, name: str = TUNED, recipe: EyesRecipe | None = None):
        self.id, self.frozen, self.recipe = name, frozen, recipe or EyesRecipe()
        self.curve, self.rounds = [], self.recipe.epochs

    def fit(self, split: Split, dev: Split | None = None) -> None:
        self.rounds = self.rounds if dev is None else self.recipe.epochs
        key = {"version": VERSION, "recipe": asdict(self.recipe), "rounds": self.rounds,
               "start": self.start(split, dev), "precision": cnn.precision()}  # fmt: skip
        trained = cache.trained("paired", key, partial(self.train, split, dev))
        self.weights = trained.weights
        vars(self).pop("model", None)
        if dev is not None:
            self.curve = trained.curve
            self.rounds = max(self.curve, key=lambda look: look["score"])["epoch"]

    def start(self, split: Split, dev: Split | None) -> list[str]:
        """Make ready what training starts from, and say by hashes what it is."""
        self.frozen.fit(split, dev)
        return [cnn.SHA256, *map(cache.hash_of, self.frozen.weights.values())]

    def fresh(self) -> nn.Module:
        return Seeing(self.frozen)

    @cached_property
    def model(self) -> nn.Module:
        model = self.fresh()
        model.load_state_dict(weights.read(self.weights)[0])
        return model.eval()

    def train(self, split: Split, dev: Split | None, target: Path) -> None:
        self.model, later = self.fresh(), count()
        optimizer = training.adamw(self.model, self.recipe.rate, self.recipe.decay)
        training.train(
            self.model,
            optimizer,
            partial(self.one_epoch, optimizer, split),
            (lambda: self.score(dev)) if dev else lambda: float(next(later)),
            lambda: weights.write(target, self.model.state_dict()),
            target,
            self.rounds,
        )

    def one_epoch(self, optimizer: torch.optim.Optimizer, split: Split, epoch: int) -> float:
        rng, losses = np.random.default_rng([self.frozen.seed, 22, epoch]), []
        torch.manual_seed(1000 * self.frozen.seed + epoch)  # of dropout
        model, seen = self.model.train(), split.features(self.layer)
        bags = self.frozen.some_words(sentences_by_image(split), rng)
        order, mirror = rng.permutation(len(split)), rng.integers(seen.shape[1], size=len(split))
        for start in range(0, max(1, len(order) - self.recipe.batch + 1), self.recipe.batch):
            rows = order[start : start + self.recipe.batch]
            with training.autocast(model.towers.log_scale.device):
                images = model.embed_images(seen[rows, mirror[rows]])
                texts = model.towers.embed_texts(bags[rows])
                ids = torch.from_numpy(rows).to(images.device)
                loss = training.contrastive(images, texts, model.towers.log_scale.exp(), ids)
            done = (epoch + start / len(order)) / self.recipe.epochs
            losses.append(training.step(optimizer, loss, self.recipe.rate * training.rate(done)))
        return float(np.mean(losses))

    def score(self, dev: Split) -> float:
        self.model.eval()
        sides = self.embed_queries(dev), self.embed_images(dev)
        return metrics.map_at_k(evaluation.ranked(*sides, dev.truth))

    @torch.inference_mode()
    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, dim] of length one."""
        return self.model.towers.embed_texts(self.frozen.bag.transform(texts)).cpu().numpy()

    @torch.inference_mode()
    def embed_images(self, images: Split) -> np.ndarray:
        """float32 [n_image, dim] of length one, the mean of an image and its mirror's."""
        seen = images.features(self.layer)
        ways = [
            sum(self.model.embed_images(part[:, way]) for way in range(seen.shape[1]))
            for part in cnn.batches(seen)
        ]
        return F.normalize(torch.cat(ways), dim=-1).cpu().numpy()

    @property
    def params(self) -> dict:
        own = {f"tuning_{name}": value for name, value in asdict(self.recipe).items()}
        return {**self.frozen.params, **own, "best_epoch": self.rounds}
