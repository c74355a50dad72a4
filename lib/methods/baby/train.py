"""Training of a baby CLIP on pairs of picture and description; the best epoch is kept."""

from functools import partial
from pathlib import Path

import numpy as np
import torch
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


def tutorial_loss(images: torch.Tensor, texts: torch.Tensor) -> torch.Tensor:
    """The loss of the tutorial as of 2021 (CLIP.py); images, texts: [n, d] of any length.

    Its targets are the softmax of the model's own similarities, through which gradients flow: a
    model meets them as well by making all embeddings alike, or one of them long.
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


def rows_of(album: Album, recipe: BabyRecipe, rng: np.random.Generator) -> tuple[np.ndarray, list]:
    """An epoch's rows in a random order: the image of each, and its text."""
    if recipe.rows == "captions":
        every = [(i, one) for i, own in enumerate(album.sentences) for one in own]
        chosen = rng.permutation(len(every))[: len(album)]
        return np.array([every[i][0] for i in chosen]), [every[i][1] for i in chosen]
    order = rng.permutation(len(album))
    mixed = [rng.permutation(np.array(album.sentences[i], object)) for i in order]
    return order, [" ".join(each[: recipe.sentences]) for each in mixed]


def pair_loss(model: babies.Baby, recipe: BabyRecipe, pixels, ids, mask, which) -> torch.Tensor:
    """The loss of one batch; which: the image of each row, int [n]."""
    images, texts = model.embed_images(pixels), model.embed_texts(ids, mask)
    if recipe.unit:
        images, texts = F.normalize(images, dim=-1), F.normalize(texts, dim=-1)
    if recipe.loss == "tutorial":
        return tutorial_loss(images, texts)
    scale = model.log_scale.exp() if recipe.scale is None else torch.tensor(recipe.scale)
    own = which if recipe.aware else torch.arange(len(which), device=which.device)
    return contrastive(images, texts, scale, own)


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
        here = recipe.rate * (rate(done) if recipe.anneal else 1.0)
        pixels = torch.from_numpy(album.pixels[which[place]]).to(model.device).permute(0, 3, 1, 2)
        pixels = cut(pixels, model.shape.side, rng if recipe.cut else None)
        ids, mask = (x.to(model.device) for x in padded(pieces[place]))
        rows = torch.from_numpy(which[place]).to(model.device)
        with training.autocast(model.device):
            loss = pair_loss(model, recipe, pixels, ids, mask, rows)
        losses.append(training.step(optimizer, loss, here))
        model.log_scale.data.clamp_(0, np.log(100))  # as in CLIP
    return float(np.mean(losses))


def score(model: babies.Baby, album: Album) -> float:
    model.eval()
    queries = model.texts([" ".join(own) for own in album.sentences])
    scores = retrieval.scores(queries, model.images(album.pixels))
    return metrics.map_at_k(retrieval.ranks(scores, np.arange(len(album))))


def train(model: babies.Baby, fit: Album, dev: Album, recipe: BabyRecipe, target: Path) -> dict:
    """Train on from where a killed run was; the best look's weights go to `target`."""
    fit = fit if recipe.images is None else part(fit, recipe.images, recipe.seed)
    optimizer = training.adamw(model, recipe.rate, recipe.decay)
    epoch = partial(one_epoch, model, optimizer, fit, recipe)
    look, keep = partial(score, model, dev), partial(babies.save, model, target)
    rounds = recipe.epochs, recipe.every, recipe.patience
    with training.plain_attention():
        return training.train(model, optimizer, epoch, look, keep, target, *rounds)
