"""Training of a captioner's parts: the ViT on tags, GPT-2 on sentences, and the join of both."""

from collections.abc import Callable
from dataclasses import asdict
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F
from tqdm import tqdm

from lib.base import cache, device, files
from lib.base.kit import weights
from lib.base.kit.training import adamw, autocast, padded, plain_attention, rate, step, train
from lib.data.dataset import Dataset
from lib.features import pictures
from lib.features.pictures import Album
from lib.features.text import Tfidf
from lib.methods.caption import model
from lib.methods.caption.model import Captioner, WordPieces
from lib.methods.caption.recipe import CaptionPlan, CaptionRecipe, SeeingRecipe
from lib.methods.caption.systems import CaptionerSource
from lib.search import metrics, retrieval

# Raise it when training or captions give other numbers: captioners and records are made again.
VERSION = 1

GROUP = 8  # batches among which sentences are sorted by length


def descend(
    network: torch.nn.Module, recipe: CaptionRecipe | SeeingRecipe, n: int,
    loss_of: Callable[[np.ndarray, np.random.Generator], torch.Tensor],
    score: Callable[[], float], keep: Callable[[], None], target: Path, what: str,
    lengths: np.ndarray | None = None, rounds: int | None = None,
) -> dict:  # fmt: skip
    """Train a network on n rows by the loss of some of them; see `kit.training.train`.

    lengths: of the rows; those of like lengths then share a batch, so that little is padded.
    rounds: end after so many of the recipe's epochs.
    """
    optimizer = adamw(network, recipe.rate, recipe.decay)

    def one_epoch(epoch: int) -> float:
        network.train()
        torch.manual_seed(recipe.seed * 1000 + epoch)  # of dropout
        rng, drawn = (np.random.default_rng([recipe.seed, i, epoch]) for i in (13, 14))
        order, losses = rng.permutation(n), []
        groups = np.array_split(order, max(1, n // (GROUP * recipe.batch)))
        for group in groups if lengths is not None else ():
            group[:] = group[np.argsort(lengths[group], kind="stable")]
        starts = rng.permutation(np.arange(0, max(1, n - recipe.batch + 1), recipe.batch))
        bar = tqdm(starts, desc=f"{what}, epoch {epoch + 1}", unit="batch", disable=None)
        for done, start in enumerate(bar):
            now = recipe.rate * rate((epoch + done / len(starts)) / recipe.epochs)
            losses.append(step(optimizer, loss_of(order[start : start + recipe.batch], drawn), now))
        return float(np.mean(losses))

    @torch.no_grad()
    def look() -> float:
        network.eval()
        return score()

    with plain_attention():
        most, patience = rounds or recipe.epochs, getattr(recipe, "patience", None)
        return train(network, optimizer, one_epoch, look, keep, target, most, patience=patience)


def mean_loss(loss_of: Callable[[np.ndarray], torch.Tensor], rows: np.ndarray, batch: int) -> float:
    """Mean loss over batches of rows, its sign changed: a score, higher is better."""
    parts = np.array_split(rows, max(1, len(rows) // batch))
    return -float(np.mean([float(loss_of(some)) for some in parts]))


def join(
    captioner: Captioner, fit: Album, dev: Album, texts: Tfidf, recipe: CaptionRecipe,
    keep: Callable[[], None], target: Path,
) -> dict:  # fmt: skip
    """Train the join of a ViT and a GPT-2 on pictures and their sentences.

    A picture is looked at once a step and several of its sentences are written for it, since
    looking costs more than writing. A look at development captions it and searches by `texts`.
    """
    network, words = captioner.model, captioner.words
    if recipe.frozen:
        for name, parameter in network.named_parameters():
            parameter.requires_grad_("cross" in name or "enc_to_dec" in name)

    def loss_of(rows: np.ndarray, rng: np.random.Generator) -> torch.Tensor:
        sentences = []
        for own in (fit.sentences[i] for i in rows):  # again, where it has too few
            chosen = rng.choice(len(own), recipe.sentences, replace=len(own) < recipe.sentences)
            sentences += [own[i] for i in chosen]
        with autocast(network.device):
            encoded = captioner.encode(fit.pixels[rows])
            of = np.repeat(np.arange(len(rows)), recipe.sentences)
            return captioner.losses(encoded, words.encode(sentences), of).mean()

    def score() -> float:
        queries = texts.transform([" ".join(sentences) for sentences in dev.sentences])
        scores = retrieval.scores(queries, texts.transform(captioner.captions(dev.pixels)))
        return metrics.map_at_k(retrieval.ranks(scores, np.arange(len(dev))))

    n = len(fit) if recipe.images is None else min(recipe.images, len(fit))
    return descend(network, recipe, n, loss_of, score, keep, target, "captions")


class CaptionTraining:
    """Trains a captioner's parts on the images of fit, each once for its content."""

    def __init__(self, data: Dataset, plan: CaptionPlan):
        self.fit, self.dev, self.plan = data.fit, data.dev, plan

    @cached_property
    def albums(self) -> list[Album]:
        return [pictures.album(split, self.plan.shape.side) for split in (self.fit, self.dev)]

    @cached_property
    def words(self) -> WordPieces:
        return WordPieces.learn(pictures.sentences(self.fit), self.plan.shape.pieces)

    def once(self, part: str, about: dict, learn: Callable[[Path], object]) -> cache.Training:
        content = [pictures.content(split) for split in (self.fit, self.dev)]
        shape = asdict(self.plan.shape)
        key = {"part": part, "version": VERSION, "data": content, "shape": shape, **about}
        return cache.trained("caption", key, learn)

    @cached_property
    def encoder(self) -> cache.Training:
        about = {"recipe": asdict(self.plan.encoder), "tags": [self.fit.tags, self.dev.tags]}
        return self.once("eyes", about, self.train_encoder)

    @cached_property
    def decoder(self) -> cache.Training:
        return self.once("tongue", {"recipe": asdict(self.plan.decoder)}, self.train_decoder)

    def train_encoder(self, target: Path) -> None:
        """Train a ViT to name the training tags; its state without the head goes to `target`."""
        (fit, dev), shape, recipe = self.albums, self.plan.shape, self.plan.encoder
        torch.manual_seed(recipe.seed)
        names = sorted({tag for tags in fit.tags for tag in tags}) or [""]
        head = torch.nn.Linear(shape.vit["hidden_size"], len(names))
        both = torch.nn.ModuleDict({"vit": model.vit(shape), "head": head}).to(device.find())
        place = head.weight.device

        def loss_of(album: Album, truth: torch.Tensor, rows: np.ndarray, _=None) -> torch.Tensor:
            with autocast(place):
                x = model.inputs(album.pixels[rows], shape.side, place)
                scores = both["head"](both["vit"](pixel_values=x).last_hidden_state[:, 0]).float()
            return F.binary_cross_entropy_with_logits(scores, truth[rows])

        fit_truth, dev_truth = (
            torch.tensor([[name in tags for name in names] for tags in some.tags]).float().to(place)
            for some in (fit, dev)
        )  # [n, n_tag]; a tag of development that training does not have is left out
        score = partial(mean_loss, partial(loss_of, dev, dev_truth), np.arange(len(dev)), 256)
        descend(
            both, recipe, len(fit), partial(loss_of, fit, fit_truth), score,
            lambda: weights.write(target, both["vit"].state_dict()), target, "tags",
        )  # fmt: skip

    def train_decoder(self, target: Path) -> None:
        """Train a GPT-2 on sentences alone, without a picture; its state goes to `target`."""
        words, recipe = self.words, self.plan.decoder
        torch.manual_seed(recipe.seed)
        network = model.gpt2(self.plan.shape, words, joined=False).to(device.find())
        fit = self.fit.take(range(len(self.fit))[: recipe.images])
        pieces, dev_pieces = (words.encode(pictures.sentences(some)) for some in (fit, self.dev))

        def loss_of(pieces: list[list[int]], rows: np.ndarray, _=None) -> torch.Tensor:
            ids, mask = (x.to(network.device) for x in padded([pieces[i] for i in rows]))
            with autocast(network.device):
                logits = network(input_ids=ids, attention_mask=mask).logits
            return model.row_losses(logits, ids, mask).mean()

        lengths, dev_lengths = (np.array(list(map(len, each))) for each in (pieces, dev_pieces))
        score = partial(mean_loss, partial(loss_of, dev_pieces), np.argsort(dev_lengths), 512)
        descend(
            network, recipe, len(pieces), partial(loss_of, pieces), score,
            lambda: weights.write(target, network.state_dict()), target, "language", lengths,
        )  # fmt: skip

    def captioner(self, is_trained: bool = True) -> CaptionerSource:
        """Both parts as one, with a random join, as in the paper; or with that join trained."""
        parts, shape = (self.encoder, self.decoder), self.plan.shape
        recipe = self.plan.join or CaptionRecipe(epochs=0)
        start = [part.weights for part in parts]
        about = dict(zip(("eyes", "tongue"), map(files.hash_of, start), strict=True))
        about |= {"recipe": asdict(recipe)} if is_trained else {"seed": recipe.seed}
        cost = sum(part.seconds for part in parts)

        def learn(target: Path) -> None:
            captioner = model.join(shape, self.words, *start, recipe.seed)
            keep = partial(model.save, captioner, shape, target)
            if is_trained:
                join(captioner, *self.albums, Tfidf().fit(self.fit), recipe, keep, target)
            else:
                keep()
                cache.describe(target, {"curve": [], "seconds": cost})

        whole = self.once("joined" if is_trained else "untrained", about, learn)
        return CaptionerSource(
            weights=(whole.weights,),
            key={"weights": files.hash_of(whole.weights)},
            side=shape.side,
            params={"starts_from": "tags and sentences of the training split", **asdict(self.plan)},
            n_train=len(self.fit),
            curve=whole.curve,
            seconds=whole.seconds + cost * is_trained,  # the other's seconds are those of its parts
        )
