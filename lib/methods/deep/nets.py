"""Small networks and their training loop, several seeds at once.

A network is a list of matrices with a leading axis of seeds. Every seed draws its start, batches
and dropout from its own generator: it ends where it would have ended alone.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import torch
from torch.nn import functional

from lib.base import cache
from lib.base.kit.training import rate
from lib.methods.deep.parts import Network, Outcome, Pairs

# Raise it when training gives other numbers: cached networks and records are then made again.
VERSION = 1

LOOKED_AT = 2000  # rows of fit in the curves: about as many as development has
CHUNK = 500  # queries scored at a time
FEWEST_UPDATES, SMALLEST_BATCH = 240, 32


def train_once(
    fit: Pairs, dev: Pairs, network: Network, seeds: Sequence[int], device: str = "cpu"
) -> Outcome:
    """`train` with batches that suit the number of pairs, computed once for each content."""
    network = sized(network, len(fit[0]))
    arrays = [np.ascontiguousarray(a, np.float32) for a in (*fit, *dev)]
    key = {
        "arrays": [[a.shape, hashlib.sha256(a).hexdigest()] for a in arrays],
        "network": asdict(network),
        "seeds": list(seeds),
        "device": device,
        "torch": torch.__version__,
        "version": VERSION,
    }

    def compute() -> dict[str, np.ndarray]:
        outcome = train(tuple(arrays[:2]), tuple(arrays[2:]), network, seeds, device)
        layers = {f"{k}{i}": a for i, pair in enumerate(outcome.layers)
                  for k, a in zip("wb", pair, strict=True)}  # fmt: skip
        return {**layers, **outcome.history, "best": outcome.best}

    history = dict(cache.cached("nets", key, compute).arrays)
    n_layers = len(network.hidden) + 1
    layers = [(history.pop(f"w{i}"), history.pop(f"b{i}")) for i in range(n_layers)]
    return Outcome(layers, history, history.pop("best"))


def sized(network: Network, n_fit: int) -> Network:
    """The same with small batches for few pairs, and up to twice the epochs for FEWEST_UPDATES."""
    batch = min(network.batch, max(SMALLEST_BATCH, n_fit // 16))
    steps = max(1, n_fit // batch)
    epochs = min(2 * network.epochs, -(-FEWEST_UPDATES // steps))
    return replace(network, batch=batch, epochs=max(network.epochs, epochs))


def train(
    fit: Pairs, dev: Pairs, network: Network, seeds: Sequence[int], device: str = "cpu"
) -> Outcome:
    """Train one network for each seed, all in one pass.

    fit, dev: (inputs [n, n_in], targets [n, n_out]), row by row a pair; fit trains, dev is
    watched and decides when to stop. Raises ValueError if the rows do not pair up.
    """
    fit, dev = (tensors(*pair, device) for pair in (fit, dev))
    draws = [torch.Generator(device).manual_seed(int(seed)) for seed in seeds]
    sizes = (fit[0].shape[1], *network.hidden, fit[1].shape[1])
    starts = [network.first_hidden] * len(network.hidden) + [network.first_output]
    layers = [
        first_weights(*each, draws) for each in zip(sizes[:-1], sizes[1:], starts, strict=True)
    ]
    flat = [parameter for layer in layers for parameter in layer]
    optimiser = torch.optim.AdamW(flat, network.learning_rate, weight_decay=network.weight_decay)
    seen = tuple(side[:: max(1, round(len(side) / LOOKED_AT))] for side in fit)
    kept, epochs = [parameter.detach().clone() for parameter in flat], []
    best, record = np.full(len(seeds), -1), np.full(len(seeds), -np.inf)
    stopped = np.zeros(len(seeds), bool)
    for epoch in range(network.epochs):
        one_epoch(layers, fit, network, draws, optimiser, epoch)
        measures = evaluated(layers, seen, dev, network)
        epochs.append({k: np.where(stopped, np.nan, v.double().cpu()) for k, v in measures.items()})
        on = network.stop_on
        now = epochs[-1][f"dev_{on}"] if on else np.full(len(seeds), float(epoch))
        now = -now if on == "loss" else now
        better = ~stopped & ((now > record) | (best < 0))
        record[better], best[better] = now[better], epoch
        for own, parameter in zip(kept, flat, strict=True):
            own[better] = parameter.detach()[better]
        stopped |= epoch - best >= network.patience
        if stopped.all():
            break
    arrays = [parameter.cpu().numpy() for parameter in kept]
    history = {name: np.stack([each[name] for each in epochs], axis=1) for name in epochs[0]}
    return Outcome(list(zip(arrays[::2], arrays[1::2], strict=True)), history, best)


def tensors(inputs: np.ndarray, targets: np.ndarray, device: str) -> tuple[torch.Tensor, ...]:
    """Both in float32 on the device; ValueError unless they are matrices of as many rows."""
    if np.ndim(inputs) != 2 or np.ndim(targets) != 2 or len(inputs) != len(targets):
        raise ValueError(
            "inputs must be [n, n_in] and targets [n, n_out] with a row for each pair; got "
            f"{np.shape(inputs)} and {np.shape(targets)}"
        )
    sides = (np.ascontiguousarray(side, np.float32) for side in (inputs, targets))
    return tuple(torch.as_tensor(side, device=device) for side in sides)


def first_weights(n_in: int, n_out: int, size: float, draws) -> tuple[torch.Tensor, torch.Tensor]:
    """A layer's start by He et al. (2015) times a size, [n_seed, n_in, n_out], and zero biases."""
    started = [torch.randn(n_in, n_out, generator=g, device=g.device) for g in draws]
    weights = torch.stack(started) * (2 / n_in) ** 0.5 * size
    bias = torch.zeros(len(draws), 1, n_out, device=weights.device)
    return weights.requires_grad_(), bias.requires_grad_()


def one_epoch(layers, fit, network: Network, draws, optimiser, epoch: int) -> None:
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

    mse: mean over rows and targets. all pairs: over every output with every target of the batch,
    as [n, 1] broadcasts against [n]. contrastive: how much less likely a description makes its own
    image than it should, among the images of the batch (InfoNCE).
    """
    if network.loss == "mse":
        return ((outputs - targets) ** 2).mean(dim=(1, 2))
    if network.loss == "all pairs":
        mean = targets.mean(dim=1, keepdim=True)
        return ((outputs - mean) ** 2 + (targets - mean) ** 2).mean(dim=(1, 2))
    outputs, targets = (functional.normalize(a, dim=2) for a in (outputs, targets))
    logits = torch.bmm(outputs, targets.transpose(1, 2)) / network.temperature
    own = torch.arange(logits.shape[1], device=logits.device)
    return torch.stack([functional.cross_entropy(matrix, own) for matrix in logits])


@torch.no_grad()
def evaluated(layers, fit, dev, network: Network) -> dict[str, torch.Tensor]:
    """Loss and score on some rows of fit and on dev without dropout, each [n_seed]."""
    n_seed, measures = len(layers[0][0]), {}
    for name, (inputs, targets) in (("fit", fit), ("dev", dev)):
        outputs = forward(layers, inputs.expand(n_seed, -1, -1), network)
        each = targets.expand(n_seed, -1, -1)
        size = network.batch if network.loss != "mse" else len(inputs)
        parts = [losses(outputs[:, i : i + size], each[:, i : i + size], network)
                 for i in range(0, len(inputs), size)]  # fmt: skip
        measures[f"{name}_loss"] = torch.stack(parts).mean(dim=0)
        scored = outputs if network.stop_on == "score" else outputs[: int(network.curves)]
        scores = [quick_score(output, targets, network) for output in scored]
        unknown = torch.full((n_seed - len(scores),), torch.nan, device=targets.device)
        measures[f"{name}_score"] = torch.cat([*(score[None] for score in scores), unknown])
    return measures


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
