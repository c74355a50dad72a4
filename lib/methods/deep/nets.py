"""Small networks and their training loop, several seeds at once.

A network is a list of matrices with a leading axis of seeds, so that three seeds cost one
pass of batched products. Every seed draws its own start, batches and dropout from its own
generator: it ends where it would have ended alone.
"""

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch.nn import functional

from lib.base.kit.training import rate
from lib.search.encoders import feed_forward

# Raise it when training gives other numbers: cached networks and records are then made again.
VERSION = 1

LOOKED_AT = 2000  # rows of fit in the curves: about as many as development has
CHUNK = 500  # queries scored at a time


@dataclass(frozen=True)
class Network:
    """Size and training of a network; the defaults are a plain regression."""

    hidden: tuple[int, ...] = (512,)  # width of each hidden layer
    dropout: float = 0.0  # share of the hidden units dropped
    input_dropout: float = 0.0  # share of the inputs dropped
    weight_decay: float = 0.0  # of AdamW
    learning_rate: float = 1e-3  # where it starts
    anneal: bool = False  # let it fall to zero over the epochs
    first_hidden: float = 1.0  # size of the hidden layers' start, as a multiple of He's
    first_output: float = 1.0  # the same of the output layer
    batch: int = 256
    epochs: int = 30
    stop_on: str = "score"  # keep each seed's best epoch by dev "score" or "loss"; "": the last
    patience: int = 4  # epochs without a better one before a seed stops
    loss: str = "mse"  # or "contrastive": softmax over the images of the batch
    temperature: float = 0.1  # of the contrastive loss
    metric: str = "euclidean"  # of the score that is watched, or "cosine"
    curves: bool = False  # score the first seed after each epoch even if the loss decides
    bottleneck: int = -1  # this hidden layer is linear: the code of an autoencoder


@dataclass(frozen=True)
class Trained:
    """Weights and biases of each layer, [n_seed, n_in, n_out] and [n_seed, 1, n_out].

    history: "fit_loss", "dev_loss", "fit_score", "dev_score" → float [n_seed, n_epoch], NaN
    after a seed stopped and where nobody asked. best: the epoch kept, int [n_seed].
    """

    layers: list[tuple[np.ndarray, np.ndarray]] = field(repr=False)
    history: dict[str, np.ndarray] = field(repr=False)
    best: np.ndarray
    seconds: float

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Outputs of every seed, float32 [n_seed, n, n_out]; inputs: [n, n_in]."""
        return np.stack([self.predict_one(inputs, seed) for seed in range(len(self.best))])

    def predict_one(self, inputs: np.ndarray, seed: int = 0) -> np.ndarray:
        """Outputs of one seed, float32 [n, n_out]."""
        return feed_forward(self.layers_of(seed), inputs).astype(np.float32)

    def layers_of(self, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Weights [n_in, n_out] and bias [n_out] of each layer of one seed."""
        return [(weights[seed], bias[seed, 0]) for weights, bias in self.layers]


def train(
    fit: tuple[np.ndarray, np.ndarray],
    dev: tuple[np.ndarray, np.ndarray],
    network: Network,
    seeds: Sequence[int],
    device: str = "cpu",
) -> Trained:
    """Train one network for each seed, all in one pass.

    fit, dev: (inputs [n, n_in], targets [n, n_out]), row by row a pair; fit trains, dev is
    watched and decides when to stop. Raises ValueError if the rows do not pair up.
    """
    start = time.perf_counter()
    fit, dev = (tuple(tensor(a, device) for a in paired(*pair)) for pair in (fit, dev))
    draws = [torch.Generator(device).manual_seed(int(seed)) for seed in seeds]
    sizes = (fit[0].shape[1], *network.hidden, fit[1].shape[1])
    layers = [first_weights(i, o, draws, device) for i, o in itertools.pairwise(sizes)]
    with torch.no_grad():
        for weights, _ in layers[:-1]:
            weights.mul_(network.first_hidden)
        layers[-1][0].mul_(network.first_output)
    flat = [parameter for layer in layers for parameter in layer]
    optimiser = torch.optim.AdamW(flat, network.learning_rate, weight_decay=network.weight_decay)
    watch = Watch(network, len(seeds))
    look = looked_at(len(fit[0]))
    for epoch in range(network.epochs):
        one_epoch(layers, flat, fit, network, draws, optimiser, epoch)
        seen = tuple(a[look] for a in fit)
        if watch.is_done(evaluated(layers, seen, dev, network), flat):
            break
    kept = [parameter.cpu().numpy() for parameter in watch.kept]
    pairs = list(zip(kept[::2], kept[1::2], strict=True))
    return Trained(pairs, watch.curves(), watch.best, time.perf_counter() - start)


def paired(inputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same arrays; ValueError unless they are matrices of as many rows."""
    if np.ndim(inputs) != 2 or np.ndim(targets) != 2 or len(inputs) != len(targets):
        raise ValueError(
            "inputs must be [n, n_in] and targets [n, n_out] with a row for each pair; got "
            f"{np.shape(inputs)} and {np.shape(targets)}"
        )
    return inputs, targets


def tensor(array: np.ndarray, device: str) -> torch.Tensor:
    """The array in float32 on the device."""
    return torch.as_tensor(np.ascontiguousarray(array, np.float32), device=device)


def looked_at(n: int) -> slice:
    """About LOOKED_AT rows spread over all n."""
    return slice(None, None, max(1, round(n / LOOKED_AT)))


def first_weights(
    n_in: int, n_out: int, draws: Sequence[torch.Generator], device: str
) -> tuple[torch.Tensor, torch.Tensor]:
    """A layer's start by He et al. (2015), [n_seed, n_in, n_out], and zero biases."""
    started = [torch.randn(n_in, n_out, generator=g, device=device) for g in draws]
    weights = torch.stack(started) * (2 / n_in) ** 0.5
    bias = torch.zeros(len(draws), 1, n_out, device=device)
    return weights.requires_grad_(), bias.requires_grad_()


def one_epoch(layers, flat, fit, network: Network, draws, optimiser, epoch: int) -> None:
    """One pass over the pairs in each seed's own order; leaves no incomplete batch but one."""
    n = len(fit[0])
    orders = torch.stack([torch.randperm(n, generator=g, device=fit[0].device) for g in draws])
    starts = range(0, max(1, n - network.batch + 1), network.batch)
    for step, start in enumerate(starts):
        if network.anneal:
            done = (epoch + step / len(starts)) / network.epochs
            for group in optimiser.param_groups:
                group["lr"] = network.learning_rate * rate(done)
        rows = orders[:, start : start + network.batch]  # [n_seed, batch]
        outputs = forward(layers, fit[0][rows], network, draws)
        loss = losses(outputs, fit[1][rows], network).sum()  # a seed's gradient is its own
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()


def forward(layers, x: torch.Tensor, network: Network, draws=()) -> torch.Tensor:
    """Outputs [n_seed, n, n_out] for inputs [n_seed, n, n_in]; draws given: with dropout."""
    x = dropped(x, network.input_dropout, draws)
    for i, (weights, bias) in enumerate(layers):
        x = torch.baddbmm(bias, x, weights)
        if i < len(layers) - 1:
            x = x if i == network.bottleneck else dropped(torch.relu(x), network.dropout, draws)
    return x


def dropped(x: torch.Tensor, share: float, draws) -> torch.Tensor:
    """x with this share of its values set to zero and the others made larger in turn."""
    if not share or not draws:
        return x
    kept = [torch.rand(x.shape[1:], generator=g, device=x.device) >= share for g in draws]
    return x * torch.stack(kept) / (1 - share)


def losses(outputs: torch.Tensor, targets: torch.Tensor, network: Network) -> torch.Tensor:
    """The loss of each seed, [n_seed]; outputs, targets: [n_seed, n, n_out].

    mse: mean over rows and targets. contrastive: how much less likely a description makes
    its own image than it should, among the images of the batch (InfoNCE).
    """
    if network.loss == "mse":
        return ((outputs - targets) ** 2).mean(dim=(1, 2))
    outputs, targets = (functional.normalize(a, dim=2) for a in (outputs, targets))
    logits = torch.bmm(outputs, targets.transpose(1, 2)) / network.temperature
    own = torch.arange(logits.shape[1], device=logits.device)
    return torch.stack([functional.cross_entropy(matrix, own) for matrix in logits])


@torch.no_grad()
def evaluated(layers, fit, dev, network: Network) -> dict[str, torch.Tensor]:
    """Loss and score on some rows of fit and on dev without dropout, each [n_seed]."""
    n_seed, found = len(layers[0][0]), {}
    for name, (inputs, targets) in (("fit", fit), ("dev", dev)):
        outputs = forward(layers, inputs.expand(n_seed, -1, -1), network)
        each = targets.expand(n_seed, -1, -1)
        blocks = range(0, len(inputs), network.batch) if network.loss != "mse" else [0]
        size = network.batch if network.loss != "mse" else len(inputs)
        parts = [losses(outputs[:, i : i + size], each[:, i : i + size], network) for i in blocks]
        found[f"{name}_loss"] = torch.stack(parts).mean(dim=0)
        scored = outputs if network.stop_on == "score" else outputs[: int(network.curves)]
        scores = [quick_score(output, targets, network) for output in scored]
        unknown = torch.full((n_seed - len(scores),), torch.nan, device=targets.device)
        found[f"{name}_score"] = torch.cat([*(score[None] for score in scores), unknown])
    return found


def quick_score(queries: torch.Tensor, gallery: torch.Tensor, network: Network) -> torch.Tensor:
    """`map_at_20` where row i of the gallery is the image of query i; float32, for curves."""
    if network.metric == "cosine":
        queries, gallery = (functional.normalize(a, dim=1) for a in (queries, gallery))
    lengths, earned = (gallery**2).sum(dim=1) / 2, 0.0
    for start in range(0, len(queries), CHUNK):
        scores = queries[start : start + CHUNK] @ gallery.T
        if network.metric == "euclidean":
            scores -= lengths
        own = torch.diagonal(scores, start)[:, None]
        ranks = 1 + (scores > own).sum(dim=1) + ((scores == own).sum(dim=1) - 1) / 2
        earned += torch.where(ranks <= 20, 1 / ranks, 0).sum()
    return torch.as_tensor(earned / len(queries))


class Watch:
    """Keeps the curves, each seed's best weights, and says when all seeds have stopped."""

    def __init__(self, network: Network, n_seed: int):
        self.network, self.epochs, self.kept = network, [], []
        self.best = np.full(n_seed, -1)
        self.record = np.full(n_seed, -np.inf)
        self.stopped = np.zeros(n_seed, bool)

    def is_done(self, found: dict[str, torch.Tensor], flat: list[torch.Tensor]) -> bool:
        """Take in one epoch; whether no seed is left that may still improve."""
        epoch = len(self.epochs)
        values = {name: value.cpu().numpy().astype(float) for name, value in found.items()}
        for value in values.values():
            value[self.stopped] = np.nan
        self.epochs.append(values)
        on = self.network.stop_on
        now = np.full(len(self.best), float(epoch)) if not on else values[f"dev_{on}"]
        now = -now if on == "loss" else now
        better = ~self.stopped & ((now > self.record) | (self.best < 0))
        self.record = np.where(better, now, self.record)
        self.best[better] = epoch
        self.keep(better, flat)
        self.stopped |= epoch - self.best >= self.network.patience
        return bool(self.stopped.all())

    def keep(self, better: np.ndarray, flat: list[torch.Tensor]) -> None:
        """Copy the weights of the seeds that are better than before."""
        if not self.kept:
            self.kept = [parameter.detach().clone() for parameter in flat]
        for kept, parameter in zip(self.kept, flat, strict=True):
            for seed in np.flatnonzero(better):
                kept[seed] = parameter.detach()[seed]

    def curves(self) -> dict[str, np.ndarray]:
        """The history of `Trained`."""
        return {name: np.stack([e[name] for e in self.epochs], axis=1) for name in self.epochs[0]}
