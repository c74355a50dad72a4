"""The loop around a training: epochs, looks at development, and going on after a kill.

After each epoch all is written down beside the target, so that a killed run loses one epoch at
most. The weights of the best look are kept.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from lib.base import cache
from lib.base.kit import checkpoint


@dataclass
class Run:
    """A training as far as it has come; best: the score of the best look."""

    epoch: int = 0
    best: float = -np.inf
    seconds: float = 0.0
    curve: list[dict] = field(default_factory=list)


def train(
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    one_epoch: Callable[[int], float],
    score: Callable[[], float],
    keep: Callable[[], None],
    target: Path,
    epochs: int,
    every: int = 1,
    patience: int | None = None,
) -> dict:
    """Train for so many epochs; returns the curve of its looks and the seconds.

    one_epoch: number of the epoch → its mean loss. score: of development, higher is better.
    keep: writes the model's weights to `target`. every: epochs from look to look; patience: looks
    without a better score before it ends. Goes on from the checkpoint beside `target` if there is
    one; when all is done, the curve lies there as `<target>.json`.
    """
    stored = target.with_suffix(".checkpoint")
    run = Run(**(checkpoint.load(stored, model, optimizer) or {}))
    while run.epoch < epochs and (patience is None or since_best(run.curve) < patience):
        began = time.perf_counter()
        loss = one_epoch(run.epoch)
        run.epoch += 1
        if run.epoch % every == 0 or run.epoch == epochs:
            found = score()
            run.curve.append({"epoch": run.epoch, "loss": loss, "score": found})
            if found > run.best:
                run.best = found
                keep()
        run.seconds += time.perf_counter() - began
        checkpoint.save(stored, model, optimizer, vars(run))
    about = {"curve": run.curve, "seconds": run.seconds}
    cache.tell(target, about)
    stored.unlink(missing_ok=True)
    return about


def since_best(curve: list[dict]) -> int:
    """Looks since the best one."""
    scores = [look["score"] for look in curve]
    return len(scores) - 1 - int(np.argmax(scores)) if scores else 0


def adamw(model: torch.nn.Module, rate: float, decay: float) -> torch.optim.Optimizer:
    """AdamW that lets gains and biases be."""
    trained = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim > 1], "weight_decay": decay},
        {"params": [p for p in trained if p.ndim < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, rate, fused=True)


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """The learning rate of all parameters."""
    for group in optimizer.param_groups:
        group["lr"] = rate
