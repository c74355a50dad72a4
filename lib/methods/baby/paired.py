"""A baby CLIP with pretrained eyes: a CNN that stays as it is, and two towers on top of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from tqdm import tqdm

from lib.base import cache, device
from lib.base.kit import training
from lib.data.dataset import Split
from lib.features.pictures import sentences_by_image
from lib.features.text import word_bag
from lib.search import evaluation, metrics
from lib.search.system import System

VERSION = 1  # raise it when training gives other numbers: cached towers and records are made again

FROZEN = "baby.pretrained_frozen"
ENSEMBLE = FROZEN + ".ensemble"
SEEDS = 3
LOOK = ("epoch", "loss", "score")  # at development


@dataclass(frozen=True)
class PairedRecipe:
    """Size and training of both towers, chosen on development of photographs.

    words: of the bag. A text is one to all of an image's sentences, drawn anew each epoch, less a
    share of its words; an image is mirrored or not, less a share of its features.
    """

    words: int = 3000
    dim: int = 1024
    hidden: int = 2048
    epochs: int = 24
    batch: int = 1000
    rate: float = 1e-3
    decay: float = 0.1
    dropout: float = 0.3
    fewer_words: float = 0.2
    fewer_features: float = 0.2
    scale: float = 10.0
    every: int = 4  # epochs from look to look at development


class Tower(nn.Module):
    """A linear map, and a hidden layer that corrects it."""

    def __init__(self, width: int, recipe: PairedRecipe):
        super().__init__()
        self.line = nn.Linear(width, recipe.dim)
        self.up, self.down = nn.Linear(width, recipe.hidden), nn.Linear(recipe.hidden, recipe.dim)
        self.dropout = nn.Dropout(recipe.dropout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[n, width] → [n, dim]."""
        return self.line(x) + self.down(self.dropout(F.gelu(self.up(x))))


class PairedTowers(nn.Module):
    """A bag of words and pooled features into one space, both of length one there."""

    def __init__(self, n_words: int, width: int, recipe: PairedRecipe):
        super().__init__()
        self.words = nn.EmbeddingBag(n_words, recipe.dim, mode="sum")
        nn.init.normal_(self.words.weight, std=0.05)
        self.text, self.image = Tower(recipe.dim, recipe), Tower(width, recipe)
        self.fewer = nn.Dropout(recipe.fewer_features)
        self.log_scale = nn.Parameter(torch.tensor(np.log(recipe.scale), dtype=torch.float32))

    def embed_texts(self, bags) -> torch.Tensor:
        """[n, dim] of bags, a sparse matrix [n, n_words]."""
        where = self.log_scale.device
        ids, starts, weights = (
            torch.from_numpy(array).to(where)
            for array in (bags.indices, bags.indptr[:-1], bags.data.astype(np.float32))
        )
        summed = self.words(ids, starts, per_sample_weights=weights)
        return F.normalize(summed + self.text(F.layer_norm(summed, summed.shape[1:])), dim=-1)

    def embed_images(self, features: np.ndarray | torch.Tensor) -> torch.Tensor:
        """[n, dim] of standardised features [n, width]."""
        rows = torch.as_tensor(features).to(self.log_scale.device)
        return F.normalize(self.image(self.fewer(rows)), dim=-1)


class PretrainedBaby(System):
    """Two towers on a CNN's pooled features, trained by CLIP's loss.

    Where the report computes features itself it has those of mirrored images, too: then a picture
    is the mean of both ways to see it.
    """

    is_random = True

    def __init__(self, name: str = FROZEN, seed: int = 0, recipe: PairedRecipe | None = None):
        self.id, self.seed, self.recipe, self.curve = name, seed, recipe or PairedRecipe(), []

    def fit(self, split: Split, dev: Split | None = None) -> None:
        self.bag = word_bag(self.recipe.words).fit(split.texts)
        pooled = split.features("pool5")
        self.middle, self.spread = pooled.mean(axis=0), pooled.std(axis=0) + 1e-6
        looked_at = [each for each in (split, dev) if each is not None]
        key = {"version": VERSION, "recipe": asdict(self.recipe), "seed": self.seed,
               "features": [cache.hash_of(view) for each in looked_at for view in self.views(each)],
               "texts": [sentences_by_image(each) for each in looked_at]}  # fmt: skip
        weights = dict(cache.cached("paired", key, lambda: self.train(split, dev)).arrays)
        looks = np.array([weights.pop(name) for name in LOOK]).T.tolist()
        if dev is not None:
            self.curve = [dict(zip(LOOK, look, strict=True)) for look in looks]
        self.weights = weights
        vars(self).pop("towers", None)

    @cached_property
    def towers(self) -> PairedTowers:
        n_words, width = len(self.bag.vocabulary_), len(self.middle)
        towers = PairedTowers(n_words, width, self.recipe).to(device.find()).eval()
        towers.load_state_dict({k: torch.from_numpy(array) for k, array in self.weights.items()})
        return towers

    @torch.inference_mode()
    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, dim] of length one."""
        return self.towers.embed_texts(self.bag.transform(texts)).cpu().numpy()

    @torch.inference_mode()
    def embed_images(self, images: Split) -> np.ndarray:
        """float32 [n_image, dim] of length one."""
        ways = sum(self.towers.embed_images(view) for view in self.views(images))
        return F.normalize(ways, dim=-1).cpu().numpy()

    def views(self, split: Split) -> list[np.ndarray]:
        """Standardised features, and those of mirrored images where there are any."""
        layers = ("pool5",) if split.feature_files else ("pool5", "mirrored")
        return [(split.features(layer) - self.middle) / self.spread for layer in layers]

    def train(self, split: Split, dev: Split | None) -> dict[str, np.ndarray]:
        """Weights of both towers by name, and the looks at development."""
        torch.manual_seed(self.seed)
        recipe, rng = self.recipe, np.random.default_rng([self.seed, 21])
        views, sentences = np.stack(self.views(split)), sentences_by_image(split)
        towers = PairedTowers(len(self.bag.vocabulary_), views.shape[-1], recipe).to(device.find())
        optimizer, looks = training.adamw(towers, recipe.rate, recipe.decay), []
        for epoch in tqdm(range(recipe.epochs), "epochs", disable=None):
            towers.train()
            order, bags = rng.permutation(len(split)), self.some_words(sentences, rng)
            mirror, losses = rng.integers(len(views), size=len(split)), []
            for start in range(0, max(1, len(order) - recipe.batch + 1), recipe.batch):
                rows = order[start : start + recipe.batch]
                with training.autocast(towers.log_scale.device):
                    images = towers.embed_images(views[mirror[rows], rows])
                    texts = towers.embed_texts(bags[rows])
                    scale, ids = towers.log_scale.exp(), torch.from_numpy(rows).to(images.device)
                    loss = training.contrastive(images, texts, scale, ids)
                done = (epoch + start / len(order)) / recipe.epochs
                losses.append(training.step(optimizer, loss, recipe.rate * training.rate(done)))
            if (epoch + 1) % recipe.every == 0 or epoch + 1 == recipe.epochs:
                self.towers = towers.eval()
                looks.append((epoch + 1, np.mean(losses), self.score(dev)))
        weights = {name: tensor.cpu().numpy() for name, tensor in towers.state_dict().items()}
        return weights | dict(zip(LOOK, np.array(looks, float).T, strict=True))

    def score(self, dev: Split | None) -> float:
        """`map_at_20` on development; NaN where the choice stands and all of train is fitted."""
        if dev is None:
            return float("nan")
        sides = self.embed_queries(dev), self.embed_images(dev)
        return metrics.map_at_k(evaluation.ranked(*sides, dev.truth))

    def summary(self) -> dict[str, str]:
        """Its parts in words, for a table."""
        size, (words, _) = self.recipe, self.weights["words.weight"].shape
        return {
            "image tower": f"the features' CNN as it is, then {size.hidden:,} hidden units",
            "text tower": f"a bag of {words:,} words, then {size.hidden:,} hidden units",
            "starts from": "a CNN that was trained on images, words from random weights",
            "epochs": str(size.epochs),
            "scale learned": f"{np.exp(self.weights['log_scale']):.1f}",
        }

    @property
    def params(self) -> dict:
        return {"starts_from": "a pretrained CNN's features", **asdict(self.recipe)}

    def some_words(self, sentences: Sequence[Sequence[str]], rng: np.random.Generator):
        """An epoch's texts as bags, a sparse matrix [n_image, n_word] of rows of length one."""
        mixed = [rng.permutation(np.array(own, object)) for own in sentences]
        bags = self.bag.transform([" ".join(own[: rng.integers(len(own)) + 1]) for own in mixed])
        bags.data *= rng.random(len(bags.data)) >= self.recipe.fewer_words
        bags.eliminate_zeros()
        lengths = np.sqrt(bags.multiply(bags).sum(axis=1)).A1.clip(1e-9)
        bags.data /= np.repeat(lengths, np.diff(bags.indptr))
        return bags.tocsr()


class Ensemble(System):
    """Babies of several seeds, each with a say: the mean of their cosines."""

    is_random = True

    def __init__(self, name: str, parts: Sequence[PretrainedBaby]):
        self.id, self.parts, self.length = name, list(parts), len(parts) ** 0.5

    def fit(self, split: Split, dev: Split | None = None) -> None:
        for part in self.parts:
            part.fit(split, dev)

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, n_part dim] of length one."""
        return np.hstack([part.embed_texts(texts) for part in self.parts]) / self.length

    def embed_images(self, images: Split) -> np.ndarray:
        """float32 [n_image, n_part dim] of length one."""
        return np.hstack([part.embed_images(images) for part in self.parts]) / self.length

    @property
    def curve(self) -> list[dict]:
        """Looks at development of all, as means."""
        looks = zip(*(part.curve for part in self.parts), strict=True)
        return [{k: float(np.mean([look[k] for look in each])) for k in LOOK} for each in looks]

    def summary(self) -> dict[str, str]:
        return self.parts[0].summary() | {"starts from": f"{len(self.parts)} seeds of the same"}

    @property
    def params(self) -> dict:
        return self.parts[0].params | {"seeds": len(self.parts)}
