"""Pretraining of the embedded CLIP: `make pretrain`, or `python -m lib pretrain MINUTES=3`.

The recipe is CLIP's at a smaller size: symmetric contrastive loss with a learned temperature,
AdamW, a short warm-up, a flat stretch and a cosine down to nothing, bfloat16 where matrices are
multiplied.
Three things are our own, each for the processor's sake or for the long query's:

- captions are cut to their real length, and a batch holds captions of like lengths: a quarter of
  the tokens that 77 wide rows would have;
- a batch's captions begin at a random position of the 77: captions are a dozen tokens and
  descriptions are sixty, and a position that was never trained is noise to whoever comes there;
- pictures are drawn at 96 pixels, and a batch is a random cut of 88 to 96 of them.

The schedule counts pairs and not minutes, so that a run may be stopped, killed and gone on with:
at most two minutes of work are lost. Given a seed, two runs differ by what bfloat16 rounds.
"""

import copy
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from open_clip.loss import ClipLoss
from open_clip.model import CLIP
from torch.nn import functional as F
from tqdm import tqdm

from lib import scenes
from lib.base import files, paths
from lib.base.kit import checkpoint
from lib.features.clip import WEIGHTS
from lib.features.clip import model as clip
from lib.methods.clip import card, heldout
from lib.methods.clip.pairs import Pairs, cut

if TYPE_CHECKING:
    from lib.scenes import Corpus

# Raise it when pretraining gives other numbers: a run that was stopped then begins again.
VERSION = 1

CHECKPOINT = 120.0  # seconds between checkpoints
SHORT_GALLERY = 200
TOLD = ("steps", "cpu_seconds", "seconds", "curve")  # what a card says of a run
STATE = "checkpoint.safetensors"
FIRST_SCORE = 100  # steps; the next scores at twice as many, four times …


@dataclass(frozen=True)
class Recipe:
    """All that decides the weights, but for what bfloat16 rounds.

    scenes: distinct pairs; pairs: how many are seen; side: of the drawn pictures in pixels.
    batch, parts: pairs a step, and in how many threads, each with statistics of its own. Two
    threads with an operation each do more than two that share one.
    rate, decay: of AdamW; warm_up: steps of rising rate; flat: share of the run at the full rate
    before it goes down to nothing.
    """

    scenes: int = 160_000
    pairs: int = 1_000_192
    side: int = 96
    batch: int = 256
    parts: int = 2
    rate: float = 1e-3
    decay: float = 0.1
    warm_up: int = 100
    flat: float = 0.6
    seed: int = 0
    model: dict = field(default_factory=lambda: clip.CONFIG)


@dataclass
class Run:
    """A training as far as it has come."""

    model: CLIP
    replicas: list[CLIP]
    optimizer: torch.optim.Optimizer
    pool: ThreadPoolExecutor
    steps: int = 0
    cpu_seconds: float = 0.0
    seconds: float = 0.0
    curve: list[dict] = field(default_factory=list)


def threads(parts: int) -> ThreadPoolExecutor:
    """A thread for each part of a batch; the processor's cores are shared out among them."""
    each = max(1, (os.cpu_count() or 1) // parts)
    return ThreadPoolExecutor(parts, initializer=torch.set_num_threads, initargs=(each,))


def start(recipe: Recipe, ids: np.ndarray, device: torch.device) -> Run:
    """A model and its optimizer before the first step."""
    torch.manual_seed(recipe.seed)
    model = clip.shrink(clip.create(recipe.model), ids).to(device)
    model.visual.to(memory_format=torch.channels_last)
    matrices = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim < 2]  # gains, biases, the temperature
    groups = [
        {"params": matrices, "weight_decay": recipe.decay},
        {"params": others, "weight_decay": 0.0},
    ]
    # A replica shares the parameters; its running statistics of the pixels are its own.
    shared = {id(p): p for p in model.parameters()}
    replicas = [model, *(copy.deepcopy(model, dict(shared)) for _ in range(recipe.parts - 1))]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6, fused=True)
    return Run(model, replicas, optimizer, threads(recipe.parts))


def rate(recipe: Recipe, steps: int, share: float) -> float:
    """Learning rate after so many steps, when this share of the run is done."""
    rising = min((steps + 1) / recipe.warm_up, 1)
    down = np.clip((share - recipe.flat) / (1 - recipe.flat), 0, 1)
    return recipe.rate * rising * float(1 + np.cos(np.pi * down)) / 2


def step(run: Run, recipe: Recipe, pairs: Pairs, share: float) -> float:
    """Train on one batch; returns its loss."""
    per_epoch = len(pairs.texts) // recipe.batch
    epoch, place = divmod(run.steps, per_epoch)
    which = pairs.batches(epoch, recipe.batch)[place]
    rng = np.random.default_rng([recipe.seed, 1, run.steps])
    device = run.model.logit_scale.device
    text = clip.padded([pairs.texts[i] for i in which]).to(device)
    first = int(rng.integers(clip.CONTEXT - text.shape[1] + 1))
    pixels = cut(pairs.pixels(which), run.model.visual.image_size[0], rng).to(device)
    for group in run.optimizer.param_groups:
        group["lr"] = rate(recipe, run.steps, share)
    run.optimizer.zero_grad()
    loss = backward(run, pixels, text, first)
    run.optimizer.step()
    run.model.logit_scale.data.clamp_(0, np.log(100))  # as in CLIP
    run.steps += 1
    return loss


def backward(run: Run, pixels: torch.Tensor, text: torch.Tensor, first: int) -> float:
    """Gradients of the loss over the whole batch, each part embedded by a thread of its own.

    The loss sees the embeddings alone; its gradients at them go back through each part.
    """
    n = len(run.replicas)
    parts = zip(run.replicas, pixels.chunk(n), text.chunk(n), strict=True)
    embedded = list(run.pool.map(lambda part: embed(*part, first), parts))
    leaves = [[x.detach().requires_grad_() for x in part] for part in embedded]
    image, words = (torch.cat(x) for x in zip(*leaves, strict=True))
    loss = ClipLoss()(image, words, run.model.logit_scale.exp())
    loss.backward()
    gradients = [[x.grad for x in part] for part in leaves]
    list(run.pool.map(torch.autograd.backward, embedded, gradients))
    return float(loss.detach())


def embed(
    model: CLIP, pixels: torch.Tensor, text: torch.Tensor, first: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Embeddings of pictures and texts, float32 [n, d] each, of length one."""
    with torch.autocast(pixels.device.type, torch.bfloat16):
        image = model.encode_image(heldout.normalised(pixels))
        words = clip.encode_text(model, text, first)
    return F.normalize(image.float(), dim=-1), words.float()


def save(run: Run, target: Path) -> None:
    """Write all that going on needs, whole or not at all.

    Of the replicas' running statistics only the first one's are kept: they hardly differ.
    """
    told = {k: v for k, v in vars(run).items() if k in TOLD}
    checkpoint.save(target, run.model, run.optimizer, told)


def resume(run: Run, source: Path) -> None:
    """Bring a run to where its last checkpoint was."""
    vars(run).update(checkpoint.load(source, run.model, run.optimizer) or {})
    for replica in run.replicas[1:]:
        replica.load_state_dict(run.model.state_dict())


def past(began: float, minutes: float | None) -> bool:
    """Whether so many minutes have passed; never if there is no limit."""
    return minutes is not None and time.monotonic() - began >= 60 * minutes


def train(
    recipe: Recipe, pairs: Pairs, folder: Path, minutes: float | None = None, judge=None
) -> Run:
    """Train as the recipe says, from the folder's checkpoint if it holds one.

    judge: model → scores, asked at each doubling of the pairs. minutes: stop after so many of
    this call, the schedule squeezed to fit; None: after the recipe's pairs.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    run, stored = start(recipe, pairs.ids, device), folder / STATE
    if stored.is_file():
        resume(run, stored)
    for replica in run.replicas:
        replica.train()
    total = recipe.pairs // recipe.batch
    marks = [total, *(FIRST_SCORE << i for i in range(32))]
    began = saved = time.monotonic()
    bar = tqdm(total=total, initial=run.steps, desc="pretraining", unit="batch", disable=None)
    with bar:
        while run.steps < total and not (run.steps and past(began, minutes)):
            wall, cpu = time.monotonic(), time.process_time()
            share = run.steps / total if minutes is None else (wall - began) / (60 * minutes)
            loss = step(run, recipe, pairs, share)
            run.seconds += time.monotonic() - wall
            run.cpu_seconds += time.process_time() - cpu
            bar.update()
            bar.set_postfix(loss=f"{loss:.2f}", refresh=False)
            if judge and run.steps in marks:
                run.curve.append({"pairs": run.steps * recipe.batch, **judge(run.model)})
            if time.monotonic() - saved > CHECKPOINT or run.steps == total:
                save(run, stored)
                saved = time.monotonic()
    return run


def main(minutes: float | None = None, seed: int = 0) -> None:
    """Draw what is missing of the corpus, train, judge, and write weights and card.

    The full recipe (minutes None) goes on where a killed run stopped, and with seed 0 replaces
    the project's weights; whatever else is made stays under build/pretrain.
    minutes: of the whole call, roughly; a third of them draws.
    Raises ValueError for the seed of the held-out scenes.
    """
    if seed == heldout.SEED:
        raise ValueError(f"SEED={seed} draws the held-out scenes: choose another")
    full, began = minutes is None, time.monotonic()
    recipe = Recipe(seed=seed)
    until = None if full else began + 20 * minutes
    source = scenes.pairs(seed, recipe.scenes, recipe.side, until)
    recipe = replace(recipe, scenes=len(source))
    side = recipe.model["vision_cfg"]["image_size"]
    sets = {"held_out": heldout.pairs(heldout.GALLERY if full else SHORT_GALLERY, side)}
    folder = paths.BUILD / "pretrain" / (key(recipe, source) if full else "short")
    if full:
        sets["development"] = heldout.development(side)
    else:
        (folder / STATE).unlink(missing_ok=True)
        minutes = max(minutes - (time.monotonic() - began) / 60, 1e-3)
    target = WEIGHTS if full and seed == 0 else folder / WEIGHTS.name
    pretrain(recipe, source, folder, target, sets, minutes)


def key(recipe: Recipe, source: "Corpus") -> str:
    """Name of a full run's folder: what is changed of recipe or corpus is another run."""
    return files.digest([VERSION, asdict(recipe), source.fingerprint])[:16]


def pretrain(
    recipe: Recipe,
    source: "Corpus",
    folder: Path,
    target: Path,
    sets: dict[str, tuple],
    minutes: float | None = None,
) -> dict:
    """Train, write weights and card to `target`, and print what they score; returns the card.

    sets: what to score on, as `heldout.score` takes it; the first one draws the curve, too.
    """
    pairs, judged = Pairs(source, recipe.seed), next(iter(sets.values()))

    def judge(model: CLIP) -> dict:
        scores = heldout.score(clip.whole(model, pairs.ids), *judged)
        return {name: scores[name] for name in ("map_at_20", "recall_at_1", "median_rank")}

    run = train(recipe, pairs, folder, minutes, judge)
    clip.save(run.model, pairs.ids, target)
    told = {name: getattr(run, name) for name in TOLD}
    told |= {"fingerprint": source.fingerprint, "tokens": len(pairs.ids)}
    model = clip.load(target, recipe.model)
    scores = {
        name: card.with_chance(heldout.score(model, *one), len(one[1]))
        for name, one in sets.items()
    }
    seen = replace(recipe, pairs=run.steps * recipe.batch)  # fewer, if minutes ended the run
    value = card.card(target, asdict(seen), told, scores)
    card.write(target, value)
    for name, row in scores.items():
        print(
            f"{name}: map_at_20 {row['map_at_20']:.3f} among {row['gallery']:,} pictures, "
            f"chance {row['chance_map_at_20']:.4f}, after {value['pairs_seen']:,} pairs"
        )
    print(f"{paths.shown(target)}: {value['weights']['bytes'] / 1e6:.1f} MB")
    return value
