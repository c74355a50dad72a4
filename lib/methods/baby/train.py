"""Training of a baby CLIP on pairs of picture and description; the best epoch is kept."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from lib.base.kit import training
from lib.base.kit.training import contrastive, padded, rate
from lib.features.pictures import Album
from lib.methods.baby import model as babies
from lib.methods.baby import words
from lib.methods.baby.recipe import BabyRecipe
from lib.search import metrics, retrieval

# Raise it when training or embedding gives other numbers: babies and records are made again.
VERSION = 1


def part(album: Album, n: int, seed: int) -> Album:
    """So many of the pictures; a smaller number takes some of a larger one's."""
    kept = np.random.default_rng([seed, 12]).permutation(len(album))[:n]
    return Album(album.pixels[kept], [album.sentences[i] for i in kept])


def soft_targets(images: Tensor, texts: Tensor, scale: Tensor | float = 1.0) -> Tensor:
    """The tutorial's targets (CLIP.py of 2021), [n, n]: how alike a batch's images and texts are.

    Gradients flow through them: all embeddings alike, or one of them long, meet them as well.
    """
    return F.softmax(scale * (images @ images.T + texts @ texts.T) / 2, dim=-1)


def towards(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross entropy of both directions; logits, targets: [n_text, n_image]."""
    return (F.cross_entropy(logits, targets) + F.cross_entropy(logits.T, targets.T)) / 2


def cut(pixels: Tensor, side: int, rng: np.random.Generator | None) -> Tensor:
    """The pictures [n, 3, s, s] at the model's size: a random square of at least 5/6, or whole."""
    square = pixels if rng is None else training.random_square(pixels, 10, rng)
    if square.shape[-1] == side:
        return square
    return F.interpolate(square.float(), (side, side), mode="bilinear", antialias=True)


def rows_of(album: Album, recipe: BabyRecipe, rng: np.random.Generator) -> tuple[np.ndarray, list]:
    """An epoch's rows in a random order: the image of each, and its text."""
    if recipe.rows == "captions":
        every = [(i, one) for i, own in enumerate(album.sentences) for one in own]
        chosen = rng.permutation(len(every))[: len(album)]
        return np.array([every[i][0] for i in chosen]), [every[i][1] for i in chosen]
    order = rng.permutation(len(album))
    mixed = [rng.permutation(np.array(album.sentences[i], object)) for i in order]
    counts = np.full(len(order), recipe.sentences)
    if recipe.rows == "mixed":
        counts = rng.integers(1, recipe.sentences + 1, len(order))
    return order, [" ".join(each[:n]) for each, n in zip(mixed, counts, strict=True)]


def pair_loss(model: babies.Baby, recipe: BabyRecipe, pixels, ids, mask, which) -> Tensor:
    """The loss of one batch; which: the image of each row, int [n]."""
    images, texts = model.embed_images(pixels), model.embed_texts(ids, mask)
    scale = model.log_scale.exp() if recipe.scale is None else torch.tensor(recipe.scale)
    if recipe.unit:
        sides = F.normalize(images, dim=-1), F.normalize(texts, dim=-1)
        return loss_of(recipe, *sides, scale, which)
    with torch.autocast(images.device.type, enabled=False):  # bfloat16 rounds logits of 256 to ones
        return loss_of(recipe, images.float(), texts.float(), scale, which)


def loss_of(recipe: BabyRecipe, images: Tensor, texts: Tensor, scale: Tensor, which) -> Tensor:
    if recipe.loss == "contrastive":
        own = which if recipe.aware else torch.arange(len(which), device=which.device)
        return contrastive(images, texts, scale, own)
    targets = soft_targets(images, texts, scale)
    targets = targets.detach() if recipe.loss == "fixed" else targets
    return towards(scale * texts @ images.T, targets)


def batch_of(model: babies.Baby, album: Album, which: np.ndarray, pieces: list, rng=None) -> tuple:
    """Pixels, word pieces, mask and image of each row; rng: pictures are cut by it, or whole."""
    pixels = torch.from_numpy(album.pixels[which]).to(model.device).permute(0, 3, 1, 2)
    ids, mask = (x.to(model.device) for x in padded(pieces))
    rows = torch.from_numpy(which).to(model.device)
    return cut(pixels, model.shape.side, rng), ids, mask, rows


def one_epoch(model: babies.Baby, optimizer, album: Album, recipe: BabyRecipe, epoch: int) -> float:
    rng = np.random.default_rng([recipe.seed, 11, epoch])
    torch.manual_seed(recipe.seed * 1000 + epoch)  # of dropout
    which, sentences = rows_of(album, recipe, rng)
    pieces, losses = words.encoded(sentences, model.shape.vocabulary), []
    model.train()
    starts = range(0, max(1, len(which) - recipe.batch + 1), recipe.batch)
    for start in tqdm(starts, desc=f"epoch {epoch + 1}", unit="batch", disable=None):
        place = slice(start, start + recipe.batch)
        done = (epoch + start / len(which)) / recipe.epochs
        here = recipe.rate and recipe.rate * (rate(done) if recipe.anneal else 1.0)
        cuts = rng if recipe.cut else None
        batch = batch_of(model, album, which[place], pieces[place], cuts)
        with training.autocast(model.device):
            loss = pair_loss(model, recipe, *batch)
        losses.append(training.step(optimizer, loss, here))
        model.log_scale.data.clamp_(0, np.log(100))  # as in CLIP
    return float(np.mean(losses))


def score(model: babies.Baby, album: Album) -> float:
    model.eval()
    queries = model.texts([" ".join(own) for own in album.sentences])
    scores = retrieval.scores(queries, model.images(album.pixels))
    return metrics.map_at_k(retrieval.ranks(scores, np.arange(len(album))))


def train(
    model: babies.Baby, fit: Album, dev: Album, recipe: BabyRecipe, target: Path | None,
    optimizer: torch.optim.Optimizer | None = None, look: Callable[[], float] | None = None,
) -> dict:  # fmt: skip
    """Train on from where a killed run was; the best look's weights go to `target`, if one is told.

    optimizer: another one than AdamW at the recipe's rate; look: another judge than the score.
    """
    fit = fit if recipe.images is None else part(fit, recipe.images, recipe.seed)
    optimizer = optimizer or training.adamw(model, recipe.rate, recipe.decay)
    epoch = partial(one_epoch, model, optimizer, fit, recipe)
    keep = partial(babies.save, model, target) if target else lambda: None
    rounds = recipe.epochs, recipe.every, recipe.patience
    with training.plain_attention():
        look = look or partial(score, model, dev)
        return training.train(model, optimizer, epoch, look, keep, target, *rounds)
