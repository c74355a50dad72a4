"""Training of a baby CLIP on pairs of picture and description, stopped where development is best.

After each epoch all is written down, so that a run that was killed goes on at the cost of one
epoch at most.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F
from tqdm import tqdm

from lib import checkpoint, files, metrics, retrieval
from lib.baby import model as babies
from lib.baby import words
from lib.baby.recipe import Recipe
from lib.contrastive import contrastive
from lib.schedule import rate


@dataclass(frozen=True)
class Album:
    """Pictures, uint8 [n, side, side, 3], each with its sentences."""

    pixels: np.ndarray = field(repr=False)
    sentences: Sequence[Sequence[str]] = field(repr=False)

    def __len__(self) -> int:
        return len(self.pixels)

    def some(self, n: int, seed: int) -> "Album":
        """So many of the pictures; a smaller number takes some of a larger one's."""
        kept = np.random.default_rng([seed, 12]).permutation(len(self))[:n]
        return Album(self.pixels[kept], [self.sentences[i] for i in kept])


@dataclass
class Run:
    """A training as far as it has come; best: the score of the best look."""

    model: babies.Baby
    optimizer: torch.optim.Optimizer
    half: bool
    epoch: int = 0
    best: float = -1.0
    seconds: float = 0.0
    curve: list[dict] = field(default_factory=list)

    @property
    def told(self) -> dict:
        """What a checkpoint says beside its tensors."""
        return {k: getattr(self, k) for k in ("epoch", "best", "seconds", "curve")}


def tutorial_loss(images: torch.Tensor, texts: torch.Tensor) -> torch.Tensor:
    """The loss of the tutorial as of 2021; images, texts: [n, d] of any length.

    Its targets are the softmax of the model's own similarities, through which gradients flow, at
    a temperature of 1: a model meets them as well by making all embeddings alike or one of them
    long as by putting pairs together. Source: moein-shariatnia/OpenAI-CLIP, CLIP.py.
    """
    logits = texts @ images.T
    targets = F.softmax((images @ images.T + texts @ texts.T) / 2, dim=-1)
    by_text = -(targets * F.log_softmax(logits, dim=-1)).sum(dim=1)
    by_image = -(targets.T * F.log_softmax(logits.T, dim=-1)).sum(dim=1)
    return ((by_text + by_image) / 2).mean()


def cut(pixels: torch.Tensor, side: int, rng: np.random.Generator | None) -> torch.Tensor:
    """The pictures [n, 3, s, s] at the model's size: a random square of at least 5/6, or whole."""
    whole = pixels.shape[-1]
    part = whole if rng is None else int(rng.integers(whole * 5 // 6, whole + 1))
    y, x = (0, 0) if rng is None else rng.integers(whole - part + 1, size=2)
    square = pixels[:, :, y : y + part, x : x + part]
    if square.shape[-1] == side:
        return square
    return F.interpolate(square.float(), (side, side), mode="bilinear", antialias=True)


def rows_of(album: Album, recipe: Recipe, rng: np.random.Generator) -> tuple[np.ndarray, list]:
    """An epoch's rows in a random order: the image of each, and its text."""
    if recipe.rows == "captions":
        every = [(i, sentence) for i, said in enumerate(album.sentences) for sentence in said]
        chosen = rng.permutation(len(every))[: len(album)]
        return np.array([every[i][0] for i in chosen]), [every[i][1] for i in chosen]
    order = rng.permutation(len(album))
    said = [rng.permutation(np.array(album.sentences[i], object)) for i in order]
    return order, [" ".join(each[: recipe.sentences]) for each in said]


def pair_loss(
    model: babies.Baby, recipe: Recipe, pixels: torch.Tensor, ids, mask, which: torch.Tensor
) -> torch.Tensor:
    """The loss of one batch; which: the image of each row."""
    images, texts = model.embed_images(pixels), model.embed_texts(ids, mask)
    if recipe.unit:
        images, texts = F.normalize(images, dim=-1), F.normalize(texts, dim=-1)
    if recipe.loss == "tutorial":
        return tutorial_loss(images, texts)
    scale = model.log_scale.exp() if recipe.scale is None else torch.tensor(recipe.scale)
    own = which if recipe.aware else torch.arange(len(which), device=which.device)
    return contrastive(images, texts, scale, own)


def one_epoch(run: Run, album: Album, recipe: Recipe) -> float:
    """One pass over the rows; returns the mean loss."""
    rng = np.random.default_rng([recipe.seed, 11, run.epoch])
    torch.manual_seed(recipe.seed * 1000 + run.epoch)  # of dropout
    which, said = rows_of(album, recipe, rng)
    pieces = words.encoded(said, run.model.shape.vocabulary)
    device, side, losses = run.model.device, run.model.shape.side, []
    run.model.train()
    starts = range(0, max(1, len(which) - recipe.batch + 1), recipe.batch)
    for start in tqdm(starts, desc=f"epoch {run.epoch + 1}", unit="batch", disable=None):
        place = slice(start, start + recipe.batch)
        done = (run.epoch + start / len(which)) / recipe.epochs
        for group in run.optimizer.param_groups:
            group["lr"] = recipe.rate * (rate(done) if recipe.anneal else 1.0)
        pixels = torch.from_numpy(album.pixels[which[place]]).to(device).permute(0, 3, 1, 2)
        pixels = cut(pixels, side, rng if recipe.cut else None)
        ids, mask = (x.to(device) for x in babies.padded(pieces[place]))
        rows = torch.from_numpy(which[place]).to(device)
        with torch.autocast(device.type, torch.bfloat16, run.half):
            loss = pair_loss(run.model, recipe, pixels, ids, mask, rows)
        run.optimizer.zero_grad()
        loss.backward()
        run.optimizer.step()
        run.model.log_scale.data.clamp_(0, np.log(100))  # as in CLIP
        losses.append(float(loss.detach()))
    return float(np.mean(losses))


def optimizer_of(model: babies.Baby, recipe: Recipe) -> torch.optim.Optimizer:
    """AdamW that lets gains and biases be."""
    matrices = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim < 2]
    groups = [
        {"params": matrices, "weight_decay": recipe.decay},
        {"params": others, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, recipe.rate, fused=True)


def score(model: babies.Baby, album: Album, half: bool) -> float:
    """`map_at_20` of whole descriptions on an album."""
    model.eval()
    queries = babies.texts(model, [" ".join(said) for said in album.sentences], half)
    scores = retrieval.scores(queries, babies.images(model, album.pixels, half))
    return metrics.map_at_k(retrieval.ranks(scores, np.arange(len(album))))


def train(
    model: babies.Baby, fit: Album, dev: Album, recipe: Recipe, target: Path, half: bool = False
) -> dict:
    """Train, and write the weights of the best look to `target`; returns curve and seconds.

    Goes on from the checkpoint beside `target` if there is one. half: multiply in bfloat16.
    """
    fit = fit if recipe.images is None else fit.some(recipe.images, recipe.seed)
    run = Run(model, optimizer_of(model, recipe), half)
    stored = target.with_suffix(".checkpoint")
    if stored.is_file():
        vars(run).update(checkpoint.load(stored, model, run.optimizer))
    while run.epoch < recipe.epochs and since_best(run.curve) < recipe.patience:
        began = time.perf_counter()
        loss = one_epoch(run, fit, recipe)
        run.epoch += 1
        if run.epoch % recipe.every == 0 or run.epoch == recipe.epochs:
            look(run, dev, loss, target)
        run.seconds += time.perf_counter() - began
        checkpoint.save(stored, model, run.optimizer, run.told)
    about = {"curve": run.curve, "seconds": run.seconds}
    files.write_json(target.with_suffix(".json"), about)
    stored.unlink()
    return about


def look(run: Run, dev: Album, loss: float, target: Path) -> None:
    """Score development, and keep the weights if they are the best so far."""
    found = score(run.model, dev, run.half)
    run.curve.append({"epoch": run.epoch, "loss": loss, "map_at_20": found})
    if found > run.best:
        run.best = found
        babies.save(run.model.state_dict(), run.model.shape, target)


def since_best(curve: list[dict]) -> int:
    """Looks since the best one."""
    scores = [look["map_at_20"] for look in curve]
    return len(scores) - 1 - int(np.argmax(scores)) if scores else 0
