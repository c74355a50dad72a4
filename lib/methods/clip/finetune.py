"""Fine-tuning of a CLIP on the training split: the whole model, or only its projections.

Both are trained on fit, watched on development and stopped where it is best. The loss takes
every text of an image as its own, whoever stands in the batch twice.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from lib.base import cache, files
from lib.data.dataset import Dataset, Split
from lib.features.clip import embed
from lib.features.clip.source import Source
from lib.methods.clip import prompts
from lib.search import metrics, retrieval

if TYPE_CHECKING:  # a report whose results are cached needs no torch
    import torch

# Raise it when tuning gives other numbers: cached weights and records are then made again.
VERSION = 1

FROZEN = "token_embedding.weight"  # a few thousand descriptions cannot teach words anew
MIXES = (0.0, 0.5, 1.0)  # share of the fine-tuned weights


@dataclass(frozen=True)
class Recipe:
    """Settings of a fine-tuning; rate and decay are AdamW's.

    sentences: how many of a description, drawn anew each time and in any order, are its text.
    looks: how often an epoch is stopped for a look at development. patience: looks without a
    better score before it ends.
    """

    epochs: int = 1
    batch: int = 256
    rate: float = 4e-4
    decay: float = 0.1
    warm_up: int = 10  # steps
    sentences: int = 3
    looks: int = 1
    patience: int = 3
    seed: int = 0


WHOLE = Recipe()
PROJECTIONS = Recipe(epochs=30, batch=512, rate=1e-3, decay=0.01, looks=1, patience=4)


def rate_at(recipe: Recipe, step: int, steps: int) -> float:
    """Learning rate: a short rise, then a cosine down to nothing."""
    rising = min(1.0, (step + 1) / recipe.warm_up)
    return recipe.rate * rising * (1 + np.cos(np.pi * step / steps)) / 2


def train(
    parameters: Sequence["torch.nn.Parameter"],
    loss_of: Callable[[np.ndarray], "torch.Tensor"],
    score: Callable[[], float],
    keep: Callable[[], dict],
    n: int,
    recipe: Recipe,
    before: float | None = None,
) -> tuple[dict, list[dict]]:
    """Minimise a loss over batches of n pairs; returns what `keep` gave at the best look.

    loss_of: positions of a batch → loss. score: `map_at_20` on development. before: the same
    before any step, where it is known. The second value is the curve: "epoch" and "map_at_20"
    of each look.
    """
    import torch

    optimizer = torch.optim.AdamW(parameters, recipe.rate, weight_decay=recipe.decay)
    rng = np.random.default_rng([recipe.seed, 7])
    per_epoch = max(1, n // recipe.batch)
    steps, every = recipe.epochs * per_epoch, max(1, per_epoch // recipe.looks)
    best, kept, curve = score() if before is None else before, keep(), []
    curve.append({"epoch": 0.0, "map_at_20": best})
    since = 0
    for step in tqdm(range(steps), desc="fine-tuning", unit="batch", disable=None):
        if step % per_epoch == 0:
            order = rng.permutation(n)
        place = step % per_epoch * recipe.batch
        for group in optimizer.param_groups:
            group["lr"] = rate_at(recipe, step, steps)
        optimizer.zero_grad()
        loss_of(order[place : place + recipe.batch]).backward()
        optimizer.step()
        if (step + 1) % every and step + 1 < steps:
            continue
        found = score()
        curve.append({"epoch": (step + 1) / per_epoch, "map_at_20": found})
        since = 0 if found > best else since + 1
        if found > best:
            best, kept = found, keep()
        if since >= recipe.patience:
            break
    return kept, curve


@dataclass(frozen=True)
class Maps:
    """New projections: linear maps behind the embeddings of either side, float32 [d, d]."""

    image: np.ndarray
    text: np.ndarray
    curve: list[dict]
    seconds: float

    def images(self, embedded: np.ndarray) -> np.ndarray:
        """Image embeddings in the new space."""
        return retrieval.unit(embedded @ self.image).astype(np.float32)

    def texts(self, embedded: np.ndarray) -> np.ndarray:
        """Text embeddings in the new space."""
        return retrieval.unit(embedded @ self.text).astype(np.float32)


def projections(
    fit: tuple[np.ndarray, np.ndarray],
    dev: tuple[np.ndarray, np.ndarray, np.ndarray],
    source: Source,
    recipe: Recipe = PROJECTIONS,
) -> Maps:
    """Learn only the projections, on embeddings that are computed once.

    fit: image and text embeddings [n, d], row by row a pair. dev: gallery, queries, and truth.
    source: the model that they are of; its temperature learns on. A map behind a projection is
    as good as another projection, since matrices multiply.
    """
    key = {
        **source.key(),
        "version": files.version("methods/clip/finetune.py"),
        "recipe": asdict(recipe),
        "pairs": [cache.hash_of(x) for x in (*fit, *dev)],
    }

    def compute() -> dict[str, np.ndarray]:
        kept, curve = learned(fit, dev, source.scale(), recipe)
        return {**kept, "curve": np.array([list(look.values()) for look in curve])}

    entry = cache.cached("clip-tuned", key, compute)
    curve = [{"epoch": e, "map_at_20": s} for e, s in entry.arrays["curve"].tolist()]
    return Maps(entry.arrays["image"], entry.arrays["text"], curve, entry.seconds)


def learned(
    fit: tuple[np.ndarray, np.ndarray],
    dev: tuple[np.ndarray, np.ndarray, np.ndarray],
    scale: float,
    recipe: Recipe,
) -> tuple[dict, list[dict]]:
    """The maps "image" and "text" of the best look, and the curve; arguments as `projections`."""
    import torch
    from torch.nn.functional import normalize

    from lib.base.kit.training import contrastive

    images, texts = (torch.from_numpy(np.asarray(x, np.float32)) for x in fit)
    both = [torch.nn.Parameter(torch.eye(images.shape[1])) for _ in range(2)]
    log_scale = torch.nn.Parameter(torch.tensor(np.log(scale), dtype=torch.float32))

    def loss_of(which: np.ndarray) -> torch.Tensor:
        sides = zip((images, texts), both, strict=True)
        image, text = (normalize(x[which] @ turn, dim=-1) for x, turn in sides)
        return contrastive(image, text, log_scale.exp(), torch.from_numpy(which))

    def keep() -> dict:
        turns = [turn.detach().numpy().copy() for turn in both]
        return dict(zip(("image", "text"), turns, strict=True))

    def score() -> float:
        maps = Maps(**keep(), curve=[], seconds=0)
        scores = retrieval.scores(maps.texts(dev[1]), maps.images(dev[0]))
        return metrics.map_at_k(retrieval.ranks(scores, dev[2]))

    return train([*both, log_scale], loss_of, score, keep, len(images), recipe)


def whole(
    data: Dataset, base: Path, recipe: Recipe = WHOLE, before: float | None = None
) -> cache.Training:
    """Fine-tune all but the word table of the embedded model, once for each content.

    base: weights that it starts from; the result holds what differs from them. before: their
    development score, where it is known.
    """
    fit, dev = data.fit, data.dev
    key = {"version": files.version("methods/clip/finetune.py"),
           "base": files.hash_of(base), "recipe": asdict(recipe),
           "images": [embed.hashes(s.images) for s in (fit, dev)],
           "texts": [fit.sentences, dev.sentences],
           "truth": [cache.hash_of(s.truth) for s in (fit, dev)]}  # fmt: skip

    def tune(target: Path) -> None:
        from safetensors.torch import save_file

        state, curve, seconds = tuned(fit, dev, base, recipe, before)
        with files.writing(target) as temporary:
            save_file(state, temporary)
        cache.describe(target, {"curve": curve, "seconds": seconds})

    return cache.trained("clip-tuned", key, tune)


def tuned(
    fit: Split, dev: Split, base: Path, recipe: Recipe, before: float | None
) -> tuple[dict, list[dict], float]:
    """The best state of a fine-tuning, its curve, and the seconds."""
    import torch
    from torch.nn.functional import normalize

    from lib.base.device import has_bfloat16
    from lib.base.kit.training import contrastive
    from lib.features.clip import model as clip
    from lib.features.clip import towers

    start = time.perf_counter()
    torch.manual_seed(recipe.seed)
    both = towers.around(towers.placed(clip.load(base)), has_bfloat16())
    model = both.model
    model.token_embedding.weight.requires_grad_(False)
    pixels, gallery = (embed.pixels(s.images, both) for s in (fit, dev))
    own = np.empty(len(fit), dtype=int)
    own[fit.truth] = np.arange(len(fit))  # image → its description
    queries = [clip.fitted(clip.tokens(text)) for text in dev.texts]
    rng = np.random.default_rng([recipe.seed, 8])

    def loss_of(which: np.ndarray) -> torch.Tensor:
        model.train()
        said = [rng.permutation(np.array(fit.sentences[own[i]], dtype=object)) for i in which]
        said = [sentences[: recipe.sentences] for sentences in said]
        tokens = [clip.fitted(clip.tokens(prompts.full(list(s))[0])) for s in said]
        device = both.device
        x = torch.from_numpy(pixels[which]).to(device).permute(0, 3, 1, 2)
        with torch.autocast(device.type, torch.bfloat16):
            image = normalize(model.encode_image(x.float().div_(127.5).sub_(1)).float(), dim=-1)
            batch = clip.padded(tokens).to(device)
            start = int(rng.integers(clip.CONTEXT - batch.shape[1] + 1))
            text = clip.encode_text(model, batch, start).float()
        ids = torch.from_numpy(which).to(device)
        return contrastive(image, text, model.logit_scale.exp(), ids)

    def score() -> float:
        model.eval()
        scores = retrieval.scores(both.embed_tokens(queries), both.embed_pixels(gallery))
        return metrics.map_at_k(retrieval.ranks(scores, dev.truth))

    def keep() -> dict:
        return {
            k: v.cpu().clone().contiguous() for k, v in model.state_dict().items() if k != FROZEN
        }

    trained = [p for p in model.parameters() if p.requires_grad]
    kept, curve = train(trained, loss_of, score, keep, len(fit), recipe, before)
    return kept, curve, time.perf_counter() - start
