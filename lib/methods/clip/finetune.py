"""Fine-tuning of a CLIP on the training split: the whole model, or only its projections.

Both are trained on fit, watched on development and stopped where it is best. The loss takes
every text of an image as its own, whoever stands in the batch twice.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from lib.base import cache, files
from lib.base.device import has_bfloat16
from lib.data.dataset import Split
from lib.features.clip import embed
from lib.features.clip.embed import EMBEDDED, Source
from lib.methods.clip.systems import Clip, map_at_20
from lib.search import retrieval
from lib.search.system import System

if TYPE_CHECKING:  # a report whose results are cached needs no torch
    import torch

# Raise it when tuning gives other numbers: cached weights and records are then made again.
VERSION = 1

FROZEN = "token_embedding.weight"  # a few thousand descriptions cannot teach words anew
MIXES = (0.0, 0.5, 1.0)  # share of the fine-tuned weights

Sides = tuple[np.ndarray, np.ndarray]  # embeddings of images and of texts, float32 [n, d] each


@dataclass(frozen=True)
class TuningRecipe:
    epochs: int = 1
    batch: int = 256
    rate: float = 4e-4
    decay: float = 0.1
    warm_up: int = 10  # steps
    sentences: int = 3  # of a description, drawn anew each time in any order, are its text
    looks: int = 1  # at development, in each epoch
    patience: int = 3  # looks without a better score before it ends
    seed: int = 0


WHOLE = TuningRecipe()
PROJECTIONS = TuningRecipe(epochs=30, batch=512, rate=1e-3, decay=0.01, patience=4)


class FineTuned(System):
    """All of the embedded model learns but its table of words.

    Variants: the tuned weights, and the share of the way to them that development likes best
    (WiSE-FT). `curve` holds the looks at development, `mixes` its score of each share.
    """

    refits = False
    is_random = True

    def __init__(self, source: Source = EMBEDDED, recipe: TuningRecipe = WHOLE):
        self.source, self.recipe = source, recipe
        self.weights, self.mixes, self.curve = None, {}, []

    def fit(self, split: Split, dev: Split | None = None) -> None:
        """Tune, and choose how far to go on development."""
        old, *shares = MIXES
        self.mixes = {old: self.dev_score(old, dev)}
        tuned = whole(split, dev, self.source.weights, self.recipe, self.mixes[old])
        self.weights, self.curve = tuned.weights, tuned.curve
        self.mixes |= {share: self.dev_score(share, dev) for share in shares}
        best = max(shares, key=self.mixes.get)
        self.tuned = [self.at(1.0, "clip.finetuned"), self.at(best, "clip.finetuned_mixed")]

    def at(self, share: float, name: str = "") -> Clip:
        mixed = replace(self.source, tuned=self.weights, share=share)
        return Clip(mixed, name=name, n_train=self.n_train, share=share, **asdict(self.recipe))

    def dev_score(self, share: float, dev: Split) -> float:
        one = self.at(share)
        return map_at_20(one.embed_queries(dev), one.embed_images(dev), dev.truth)

    def variants(self) -> list[System]:
        return self.tuned


class Projected(Clip):
    """Both projections learned on fit, the towers left alone: a linear map behind either side.

    Such a map is as good as another projection, since matrices multiply.
    """

    is_random = True

    def __init__(self, plain: Clip, seed: int = 0):
        super().__init__(plain.source, plain.variant, plain.beside, "clip.finetuned_projections")
        self.recipe = replace(PROJECTIONS, seed=seed)
        self.about = asdict(self.recipe)

    def fit(self, split: Split, dev: Split | None = None) -> None:
        """Learn the maps, float32 [d, d] each, from embeddings that are computed once."""
        alone, plain = (Clip(self.source, self.variant, names) for names in ((), self.beside))
        own = np.argsort(split.truth)  # image → its description
        pairs = alone.embed_images(split), alone.embed_queries(split)[own]
        searched = plain.embed_images(dev), plain.embed_queries(dev)
        learned = projections(pairs, searched, dev.truth, self.source, self.recipe)
        self.image, self.text = learned["image"], learned["text"]
        self.curve = [{"epoch": e, "map_at_20": s} for e, s in learned["curve"].tolist()]

    def directed(self, sums: np.ndarray) -> np.ndarray:
        return turned(super().directed(sums), self.text)

    def embed_images(self, images: Split) -> np.ndarray:
        return turned(super().embed_images(images), self.image)


def turned(embedded: np.ndarray, by: np.ndarray) -> np.ndarray:
    return retrieval.unit(embedded @ by).astype(np.float32)


def projections(
    fit: Sides, dev: Sides, truth: np.ndarray, source: Source, recipe: TuningRecipe = PROJECTIONS
) -> dict[str, np.ndarray]:
    """Learn only the projections, once for each content: "image", "text", "curve" [n_look, 2].

    fit: row by row a pair; dev: gallery and queries, whose images are `truth`. source: the model
    that they are of; its temperature learns on.
    """
    key = {**source.key(), "version": files.version("methods/clip/finetune.py"),
           "recipe": asdict(recipe),
           "pairs": [cache.hash_of(x) for x in (*fit, *dev, truth)]}  # fmt: skip

    def compute() -> dict[str, np.ndarray]:
        import torch
        from torch.nn.functional import normalize

        from lib.base.kit.training import contrastive

        images, texts = (torch.from_numpy(np.asarray(x, np.float32)) for x in fit)
        both = [torch.nn.Parameter(torch.eye(images.shape[1])) for _ in range(2)]
        sides = list(zip((images, texts), both, strict=True))
        scale = float(source.towers().model.logit_scale.detach().exp())
        log_scale = torch.nn.Parameter(torch.tensor(np.log(scale), dtype=torch.float32))

        def loss_of(which: np.ndarray) -> torch.Tensor:
            image, text = (normalize(x[which] @ by, dim=-1) for x, by in sides)
            return contrastive(image, text, log_scale.exp(), torch.from_numpy(which))

        def keep() -> dict[str, np.ndarray]:
            image, text = (by.detach().numpy().copy() for by in both)
            return {"image": image, "text": text}

        def score() -> float:
            maps = keep()
            return map_at_20(turned(dev[1], maps["text"]), turned(dev[0], maps["image"]), truth)

        kept, curve = train([*both, log_scale], loss_of, score, keep, len(images), recipe)
        return {**kept, "curve": np.array([list(look.values()) for look in curve])}

    return cache.cached("clip-tuned", key, compute).arrays


def whole(
    fit: Split, dev: Split, base: Path, recipe: TuningRecipe = WHOLE, before: float | None = None
) -> cache.Training:
    """Fine-tune all but the word table of the embedded model, once for each content.

    base: weights that it starts from; the result holds what differs from them. before: their
    development score, where it is known.
    """
    key = {"version": files.version("methods/clip/finetune.py"),
           "base": files.hash_of(base), "recipe": asdict(recipe),
           "images": [embed.hashes(s.images) for s in (fit, dev)],
           "texts": [fit.sentences, dev.sentences],
           "truth": [cache.hash_of(s.truth) for s in (fit, dev)]}  # fmt: skip

    def tune(target: Path) -> None:
        import torch
        from torch.nn.functional import normalize

        from lib.base.kit import weights
        from lib.base.kit.training import autocast, contrastive
        from lib.features.clip import model as clip

        began = time.perf_counter()
        torch.manual_seed(recipe.seed)
        towers = clip.around(clip.load(base), has_bfloat16())
        model, device = towers.model, towers.device
        model.token_embedding.weight.requires_grad_(False)
        pixels, gallery = (embed.pixels(s.images, towers) for s in (fit, dev))
        own = np.argsort(fit.truth)  # image → its description
        queries = [clip.tokens(text) for text in dev.texts]
        rng = np.random.default_rng([recipe.seed, 8])

        def loss_of(which: np.ndarray) -> torch.Tensor:
            model.train()
            orders = [rng.permutation(np.array(fit.sentences[own[i]], dtype=object)) for i in which]
            texts = [" ".join(order[: recipe.sentences]) for order in orders]
            x = torch.from_numpy(pixels[which]).to(device).permute(0, 3, 1, 2)
            with autocast(device):
                image = normalize(model.encode_image(x.float().div_(127.5).sub_(1)).float(), dim=-1)
                batch = clip.padded([clip.tokens(text) for text in texts]).to(device)
                start = int(rng.integers(clip.CONTEXT - batch.shape[1] + 1))
                text = clip.encode_text(model, batch, start).float()
            ids = torch.from_numpy(which).to(device)
            return contrastive(image, text, model.logit_scale.exp(), ids)

        def score() -> float:
            model.eval()
            return map_at_20(towers.embed_tokens(queries), towers.embed_pixels(gallery), dev.truth)

        def keep() -> dict[str, torch.Tensor]:
            state = model.state_dict().items()
            return {name: t.cpu().clone().contiguous() for name, t in state if name != FROZEN}

        trained = [p for p in model.parameters() if p.requires_grad]
        state, curve = train(trained, loss_of, score, keep, len(fit), recipe, before)
        weights.write(target, state)
        cache.describe(target, {"curve": curve, "seconds": time.perf_counter() - began})

    return cache.trained("clip-tuned", key, tune)


def rate_at(recipe: TuningRecipe, step: int, steps: int) -> float:
    """Learning rate: a short rise, then a cosine down to nothing."""
    rising = min(1.0, (step + 1) / recipe.warm_up)
    return recipe.rate * rising * (1 + np.cos(np.pi * step / steps)) / 2


def train(
    parameters: Sequence["torch.nn.Parameter"],
    loss_of: Callable[[np.ndarray], "torch.Tensor"],  # positions of a batch → loss
    score: Callable[[], float],  # `map_at_20` on development
    keep: Callable[[], dict],
    n: int,
    recipe: TuningRecipe,
    before: float | None = None,  # the score before any step, where it is known
) -> tuple[dict, list[dict]]:
    """Minimise a loss over batches of n pairs; what `keep` gave at the best look, and all looks."""
    import torch

    from lib.base.kit import training

    optimizer = torch.optim.AdamW(parameters, recipe.rate, weight_decay=recipe.decay)
    rng, per_epoch = np.random.default_rng([recipe.seed, 7]), max(1, n // recipe.batch)
    orders = [rng.permutation(n)[: per_epoch * recipe.batch] for _ in range(recipe.epochs)]
    batches = [batch for order in orders for batch in np.array_split(order, per_epoch)]
    every, steps, best = max(1, per_epoch // recipe.looks), len(batches), keep()

    def one_round(number: int) -> float:
        losses = []
        for at in range(number * every, min((number + 1) * every, steps)):
            rate = rate_at(recipe, at, steps)
            losses.append(training.step(optimizer, loss_of(batches[at]), rate))
            bar.update()
        return float(np.mean(losses))

    ends = {"rounds": -(-steps // every), "patience": recipe.patience}
    before, better = score() if before is None else before, lambda: best.update(keep())
    with tqdm(total=steps, desc="fine-tuning", unit="batch", disable=None) as bar:
        about = training.train(None, None, one_round, score, better, None, before=before, **ends)
    looks = [(min(look["epoch"] * every, steps), look["score"]) for look in about["curve"]]
    return best, [{"epoch": at / per_epoch, "map_at_20": score} for at, score in looks]
