"""Training of a captioner's parts: the ViT on tags, GPT-2 on sentences, and the join of both."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional as F
from tqdm import tqdm

from lib.base import files
from lib.base.kit import training
from lib.base.kit.training import padded, rate
from lib.features.pictures import Album
from lib.methods.caption import model as captioners
from lib.methods.caption import words
from lib.methods.caption.model import Captioner
from lib.methods.caption.recipe import Recipe, Shape

# Raise it when training or telling gives other numbers: captioners and records are made again.
VERSION = 1

GROUP = 8  # batches among which sentences are sorted by length


def batches(
    recipe: Recipe, epoch: int, n: int, optimizer, what: str, lengths: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """The rows of each batch of an epoch, in a random order; sets the rate before each.

    lengths: of the rows; those of like lengths then share a batch, so that little is padded.
    """
    rng = np.random.default_rng([recipe.seed, 13, epoch])
    torch.manual_seed(recipe.seed * 1000 + epoch)  # of dropout
    order = rng.permutation(n)
    groups = np.array_split(order, max(1, n // (GROUP * recipe.batch)))
    for group in groups if lengths is not None else ():
        group[:] = group[np.argsort(lengths[group], kind="stable")]
    starts = np.arange(0, max(1, n - recipe.batch + 1), recipe.batch)
    bar = tqdm(
        rng.permutation(starts), desc=f"{what}, epoch {epoch + 1}", unit="batch", disable=None
    )
    for done, start in enumerate(bar):
        share = (epoch + done / len(starts)) / recipe.epochs
        for each in optimizer.param_groups:
            each["lr"] = recipe.rate * rate(share)
        yield order[start : start + recipe.batch]


def eyes(fit: Album, dev: Album, shape: Shape, recipe: Recipe, target: Path, half: bool) -> dict:
    """Train a ViT to name the training tags; its state without the head goes to `target`."""
    torch.manual_seed(recipe.seed)
    names = sorted({tag for tags in fit.tags for tag in tags})
    head = torch.nn.Linear(shape.vit["hidden_size"], max(1, len(names)))
    both = torch.nn.ModuleDict({"vit": captioners.vit(shape), "head": head})
    both.to("cuda" if torch.cuda.is_available() else "cpu")
    device = next(both.parameters()).device
    optimizer = training.adamw(both, recipe.rate, recipe.decay)
    albums = {"fit": fit, "dev": dev}
    wanted = {name: tag_targets(one.tags, names).to(device) for name, one in albums.items()}

    def loss_of(split: str, rows: np.ndarray) -> torch.Tensor:
        album = albums[split]
        x = torch.from_numpy(album.pixels[rows]).to(device).permute(0, 3, 1, 2).float()
        x = F.interpolate(x, (shape.side, shape.side), mode="bilinear", antialias=True)
        with torch.autocast(device.type, torch.bfloat16, half):
            seen = both["vit"](pixel_values=x / 127.5 - 1).last_hidden_state[:, 0]
            scores = both["head"](seen).float()
        return F.binary_cross_entropy_with_logits(scores, wanted[split][rows])

    def one_epoch(epoch: int) -> float:
        both.train()
        rows = batches(recipe, epoch, len(fit), optimizer, "tags")
        return float(np.mean([training.step(optimizer, loss_of("fit", some)) for some in rows]))

    @torch.no_grad()
    def score() -> float:
        both.eval()
        parts = np.array_split(np.arange(len(dev)), max(1, len(dev) // 256))
        return -float(np.mean([float(loss_of("dev", rows)) for rows in parts]))

    def keep() -> None:
        with files.writing(target) as temporary:
            save_file({k: t.cpu().clone() for k, t in both["vit"].state_dict().items()}, temporary)

    return training.train(both, optimizer, one_epoch, score, keep, target, recipe.epochs)


def tag_targets(tags: Sequence[Sequence[str]], names: list[str]) -> torch.Tensor:
    """1 where an image has a tag, float [n, n_tag]; a tag without a name is left out."""
    place = {name: i for i, name in enumerate(names)}
    target = torch.zeros(len(tags), max(1, len(names)))
    for row, own in zip(target, tags, strict=True):
        row[[place[tag] for tag in own if tag in place]] = 1
    return target


def tongue(
    fit: Sequence[str], dev: Sequence[str], shape: Shape, told: str, recipe: Recipe,
    target: Path, half: bool,
) -> dict:  # fmt: skip
    """Train a GPT-2 on sentences alone, without a picture; its state goes to `target`."""
    torch.manual_seed(recipe.seed)
    network = captioners.gpt2(shape, told, joined=False)
    network.to("cuda" if torch.cuda.is_available() else "cpu")
    optimizer = training.adamw(network, recipe.rate, recipe.decay)
    pieces = {"fit": words.encoded(fit, told), "dev": words.encoded(dev, told)}
    lengths = {split: np.array([len(row) for row in rows]) for split, rows in pieces.items()}

    def loss_of(split: str, rows: np.ndarray) -> torch.Tensor:
        ids, mask = padded([pieces[split][i] for i in rows])
        ids, mask = ids.to(network.device), mask.to(network.device)
        with torch.autocast(network.device.type, torch.bfloat16, half):
            logits = network(input_ids=ids, attention_mask=mask).logits
        return captioners.per_sentence(logits, ids, mask).mean()

    def one_epoch(epoch: int) -> float:
        network.train()
        rows = batches(recipe, epoch, len(fit), optimizer, "language", lengths["fit"])
        return float(np.mean([training.step(optimizer, loss_of("fit", some)) for some in rows]))

    @torch.no_grad()
    def score() -> float:
        network.eval()
        parts = np.array_split(np.argsort(lengths["dev"]), max(1, len(dev) // 512))
        return -float(np.mean([float(loss_of("dev", rows)) for rows in parts]))

    def keep() -> None:
        with files.writing(target) as temporary:
            save_file({k: t.cpu().clone() for k, t in network.state_dict().items()}, temporary)

    return training.train(network, optimizer, one_epoch, score, keep, target, recipe.epochs)


def joined(
    captioner: Captioner, fit: Album, recipe: Recipe, score: Callable[[Captioner], float],
    keep: Callable[[], None], target: Path, half: bool,
) -> dict:  # fmt: skip
    """Train the join of a ViT and a GPT-2 on pictures and their sentences.

    A picture is looked at once a step and several of its sentences are written for it, since
    looking costs more than writing. score: a look at development; keep: writes the weights.
    """
    network = captioner.model
    if recipe.frozen:
        for name, parameter in network.named_parameters():
            parameter.requires_grad_("cross" in name or "enc_to_dec" in name)
    optimizer = training.adamw(network, recipe.rate, recipe.decay)
    n = len(fit) if recipe.images is None else min(recipe.images, len(fit))

    def one_epoch(epoch: int) -> float:
        network.train()
        rng, losses = np.random.default_rng([recipe.seed, 14, epoch]), []
        for rows in batches(recipe, epoch, n, optimizer, "captions"):
            said = [fit.sentences[i][j] for i in rows for j in drawn(fit, int(i), recipe, rng)]
            with torch.autocast(captioner.device.type, torch.bfloat16, half):
                looked = captioner.looked_at(fit.pixels[rows])
                loss = captioner.written(looked, words.encoded(said, captioner.told)).mean()
            losses.append(training.step(optimizer, loss))
        return float(np.mean(losses))

    def looked_at() -> float:
        network.eval()
        return score(captioner)

    return training.train(network, optimizer, one_epoch, looked_at, keep, target, recipe.epochs)


def drawn(album: Album, image: int, recipe: Recipe, rng: np.random.Generator) -> np.ndarray:
    """Which of a picture's sentences are written this time; again, where it has too few."""
    n = len(album.sentences[image])
    return rng.choice(n, recipe.sentences, replace=n < recipe.sentences)


def state_of(path: Path) -> dict[str, torch.Tensor]:
    """The state of a part that `eyes` or `tongue` wrote."""
    return load_file(path)
