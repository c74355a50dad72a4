"""What trainings share: batches, rates, the contrastive loss, and the loop around all of it."""

import contextlib
import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence
from torch.optim import Optimizer

from lib.base import cache
from lib.base.device import has_bfloat16
from lib.base.kit import checkpoint


def train(
    model: torch.nn.Module | None, optimizer: Optimizer | None,
    one_round: Callable[[int], float], score: Callable[[], float], keep: Callable[[], None],
    target: Path | None, rounds: int, every: int = 1, patience: int | None = None,
    before: float | None = None,
) -> dict:  # fmt: skip
    """Train for so many rounds, mostly epochs; returns "curve", its looks, "seconds" and "epoch".

    one_round: number of the round → its mean loss. score: of development, higher is better; a
    look is {"epoch": rounds done, "loss", "score"}. keep: puts away the weights, of the best look
    as yet; it writes them to `target`. every: rounds from look to look; patience: looks without a
    better score before it ends. before: the score before any step, where it shall count as a look.

    Goes on from the checkpoint beside `target`, written after each round, if there is one; when
    all is done, the curve lies there as `<target>.json`. Without a target a kill loses all.
    """
    stored = target and target.with_suffix(".checkpoint")
    looks = [] if before is None else [{"epoch": 0, "loss": None, "score": before}]
    about = checkpoint.load(stored, model, optimizer) if stored else None
    about = about or {"epoch": 0, "seconds": 0.0, "curve": looks}
    curve = about["curve"]
    while about["epoch"] < rounds and (patience is None or since_best(curve) < patience):
        start = time.perf_counter()
        loss = one_round(about["epoch"])
        about["epoch"] += 1
        if about["epoch"] % every == 0 or about["epoch"] == rounds:
            curve.append({"epoch": about["epoch"], "loss": loss, "score": score()})
            if since_best(curve) == 0:
                keep()
        about["seconds"] += time.perf_counter() - start
        if stored:
            checkpoint.save(stored, model, optimizer, about)
    if target:
        cache.describe(target, {"curve": curve, "seconds": about["seconds"]})
        stored.unlink(missing_ok=True)
    return about


def since_best(curve: list[dict]) -> int:
    """Looks since the best one, the first of equals."""
    scores = [look["score"] for look in curve]
    return len(scores) - 1 - scores.index(max(scores)) if scores else 0


def adamw(model: torch.nn.Module, rate: float, decay: float, **more: object) -> Optimizer:
    """AdamW that lets gains and biases be. more: of PyTorch's own arguments."""
    trained = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim > 1], "weight_decay": decay},
        {"params": [p for p in trained if p.ndim < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, rate, fused=True, **more)


def rate(done: float, warm: float = 0.1) -> float:
    """Share of the learning rate after this share of the training: up, then a cosine down."""
    if done < warm:
        return (done + 0.01) / (warm + 0.01)
    return 0.5 * (1 + math.cos(math.pi * (done - warm) / (1 - warm)))


def step(optimizer: Optimizer, loss: Tensor, rate: float | None = None) -> float:
    """One step down, at this learning rate or the one that stands; returns the loss."""
    for group in optimizer.param_groups if rate is not None else ():
        group["lr"] = rate
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def autocast(device: torch.device) -> torch.autocast:
    """Matrices are multiplied in bfloat16 within the block, where this machine does it faster."""
    return torch.autocast(device.type, torch.bfloat16, has_bfloat16())


def plain_attention() -> contextlib.AbstractContextManager:
    """Attention as two matrix products, within the block, unless there is a graphics card.

    On a processor PyTorch's fused operation is slow backwards over a few dozen places: without it
    a small ViT trains 1.7 times as fast, a small GPT-2 1.6 times. What is computed is the same.
    """
    if torch.cuda.is_available():
        return contextlib.nullcontext()
    return sdpa_kernel(SDPBackend.MATH)


def padded(sequences: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Sequences as one int64 [n, longest] with zeros behind their ends, and the mask of them."""
    rows = [torch.as_tensor(sequence, dtype=torch.int64) for sequence in sequences]
    ones = [torch.ones_like(row) for row in rows]
    return pad_sequence(rows, batch_first=True), pad_sequence(ones, batch_first=True)


def random_square(pixels: Tensor, twelfths: int, rng: np.random.Generator) -> Tensor:
    """One random square of all pictures [n, c, s, s], of at least so many twelfths of the side."""
    whole = pixels.shape[-1]
    part = int(rng.integers(whole * twelfths // 12, whole + 1))
    y, x = rng.integers(whole - part + 1, size=2)
    return pixels[:, :, y : y + part, x : x + part]


def contrastive(images: Tensor, texts: Tensor, scale: Tensor, ids: Tensor) -> Tensor:
    """CLIP's symmetric loss with positives by image: all pairs of one id are right.

    images, texts: [n, d] of length one; scale: what cosines are multiplied by; ids: int [n].
    Source: Radford et al. 2021 (2103.00020), whose positives are the pairs alone.
    """
    logits = scale * images @ texts.T  # [n, n]
    right = (ids[:, None] == ids[None]).float()
    right = right / right.sum(dim=1, keepdim=True)
    return (cross_entropy(logits, right) + cross_entropy(logits.T, right)) / 2


def speed(
    model: torch.nn.Module, optimizer: Optimizer, loss_of: Callable[[], Tensor], batch: int,
    steps: int,
) -> dict:  # fmt: skip
    """How fast it trains: "images_a_second", "parameters", "device". The first step is untimed."""
    device, times = next(model.parameters()).device, []
    for _ in range(steps):
        start = time.perf_counter()
        with autocast(device):
            loss = loss_of()
        step(optimizer, loss)  # its float waits for a graphics card
        times.append(time.perf_counter() - start)
    return {
        "images_a_second": batch / float(np.mean(times[1:])),
        "parameters": sum(p.numel() for p in model.parameters()),
        "device": device.type,
    }
