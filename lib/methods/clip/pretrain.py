"""Pretraining of the embedded CLIP: `make pretrain`, or `python -m lib pretrain MINUTES=3`.

The recipe is CLIP's at a smaller size: symmetric contrastive loss with a learned temperature.
Three things are our own, each for the processor's sake or for the long query's:

- a batch holds captions of like lengths, no wider than the longest: a quarter of 77 wide rows;
- a batch's captions begin at a random position of the 77: captions are a dozen tokens and
  descriptions are sixty, and a position that was never trained is noise to whoever comes there;
- pictures are drawn at 96 pixels, and a batch is a random cut of 88 to 96 of them.

The schedule counts pairs and not minutes, so that a run may be stopped, killed and gone on with:
at most two minutes of work are lost. Given a seed, two runs differ by what bfloat16 rounds.
"""

import copy
import os
import platform
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from open_clip.loss import ClipLoss
from open_clip.model import CLIP
from torch.nn import functional as F
from tqdm import tqdm

from lib import scenes
from lib.base import files, paths
from lib.base.kit import checkpoint
from lib.base.kit.training import adamw, autocast, random_square
from lib.features.clip import WEIGHTS
from lib.features.clip import model as clip
from lib.methods.clip import heldout
from lib.search import metrics

# Raise it when pretraining gives other numbers: a run that was stopped then begins again.
VERSION = 1

CHECKPOINT = 120.0  # seconds between checkpoints
GROUP = 8  # batches among which captions are sorted by length
STATE = "checkpoint.safetensors"


@dataclass(frozen=True)
class PretrainRecipe:
    """All that decides the weights, but for what bfloat16 rounds."""

    scenes: int = 160_000  # distinct pairs
    pairs: int = 1_000_192  # how many are seen
    side: int = 96  # of the drawn pictures, in pixels
    batch: int = 256  # pairs a step
    # Threads, each with statistics of its own: two with an operation each beat two that share one.
    parts: int = 2
    rate: float = 1e-3  # of AdamW, as is `decay`
    decay: float = 0.1
    warm_up: int = 100  # steps of rising rate
    flat: float = 0.6  # share of the run at the full rate, before a cosine down to nothing
    seed: int = 0
    model: dict = field(default_factory=lambda: clip.CONFIG)


class Pairs:
    """A corpus ready for training: tokens by their places among those that occur."""

    def __init__(self, source: "scenes.Corpus", seed: int):
        sequences = [clip.tokens(text)[: clip.CONTEXT] for text in source.captions]
        self.ids = np.unique(np.concatenate([*sequences, [0]]))
        self.texts = [np.searchsorted(self.ids, s) for s in sequences]
        self.lengths = np.array([len(s) for s in sequences])
        self.shards, self.seed, self.fingerprint = source.pixels(), seed, source.fingerprint

    @lru_cache(maxsize=1)  # noqa: B019
    def batches(self, epoch: int, batch: int) -> np.ndarray:
        """The epoch's batches, int [n_batch, batch]: shuffled, like lengths together."""
        rng = np.random.default_rng([self.seed, epoch])
        order = rng.permutation(len(self.texts))[: len(self.texts) // batch * batch]
        for group in np.array_split(order, max(1, len(order) // (GROUP * batch))):
            group[:] = group[np.argsort(self.lengths[group], kind="stable")]
        return rng.permutation(order.reshape(-1, batch))

    def pixels(self, which: np.ndarray) -> torch.Tensor:
        """uint8 [n, 3, side, side], in memory as the tower wants it (channels last)."""
        each = len(self.shards[0])
        rows = [self.shards[i // each][i % each] for i in which]
        return torch.from_numpy(np.stack(rows)).permute(0, 3, 1, 2)


def cut(pixels: torch.Tensor, side: int, rng: np.random.Generator) -> torch.Tensor:
    """A random square of at least 11/12 of the pictures' sides, at the model's size."""
    square = random_square(pixels, 11, rng)
    return F.interpolate(square, (side, side), mode="bilinear", antialias=True)


class Pretraining:
    """A run as far as it has come; a replica shares the model's parameters, not its statistics."""

    def __init__(self, recipe: PretrainRecipe, ids: np.ndarray, device: torch.device):
        torch.manual_seed(recipe.seed)
        self.model = clip.shrink(CLIP(**recipe.model), ids).to(device)
        self.model.visual.to(memory_format=torch.channels_last)
        shared = {id(p): p for p in self.model.parameters()}
        copies = (copy.deepcopy(self.model, dict(shared)) for _ in range(recipe.parts - 1))
        self.replicas = [self.model, *copies]  # one for each part of a batch, and a thread
        self.optimizer = adamw(self.model, recipe.rate, recipe.decay, betas=(0.9, 0.98), eps=1e-6)
        cores = max(1, (os.cpu_count() or 1) // recipe.parts)  # of each part
        self.pool = ThreadPoolExecutor(recipe.parts, "part", torch.set_num_threads, (cores,))
        self.steps, self.cpu_seconds, self.seconds, self.curve = 0, 0.0, 0.0, []


def rate(recipe: PretrainRecipe, steps: int, share: float) -> float:
    """Learning rate after so many steps, when this share of the run is done."""
    rising = min((steps + 1) / recipe.warm_up, 1)
    down = np.clip((share - recipe.flat) / (1 - recipe.flat), 0, 1)
    return recipe.rate * rising * float(1 + np.cos(np.pi * down)) / 2


def step(run: Pretraining, recipe: PretrainRecipe, pairs: Pairs, share: float) -> float:
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


def backward(run: Pretraining, pixels: torch.Tensor, text: torch.Tensor, first: int) -> float:
    """Gradients of the loss over the whole batch, each part embedded by a thread of its own.

    The loss sees the embeddings alone; its gradients at them go back through each part.
    """
    n = len(run.replicas)

    def embed(part: tuple[CLIP, torch.Tensor, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        model, pixels, text = part
        with autocast(pixels.device):
            image = model.encode_image(pixels.float().sub_(127.5).div_(127.5))
            words = clip.encode_text(model, text, first)
        return F.normalize(image.float(), dim=-1), words.float()

    parts = zip(run.replicas, pixels.chunk(n), text.chunk(n), strict=True)
    embedded = list(run.pool.map(embed, parts))
    leaves = [[x.detach().requires_grad_() for x in part] for part in embedded]
    image, words = (torch.cat(x) for x in zip(*leaves, strict=True))
    loss = ClipLoss()(image, words, run.model.logit_scale.exp())
    loss.backward()
    gradients = [[x.grad for x in part] for part in leaves]
    list(run.pool.map(torch.autograd.backward, embedded, gradients))
    return float(loss.detach())


def train(
    recipe: PretrainRecipe,
    pairs: Pairs,
    folder: Path,
    minutes: float | None = None,  # of this call, the schedule squeezed to fit; None: all pairs
    judge: Callable[[CLIP], dict] | None = None,  # model → scores, at each doubling of the pairs
) -> Pretraining:
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    run, stored = Pretraining(recipe, pairs.ids, device), folder / STATE
    vars(run).update(checkpoint.load(stored, run.model, run.optimizer) or {})
    for replica in run.replicas:  # only the first one's statistics were kept: they hardly differ
        replica.load_state_dict(run.model.state_dict())
        replica.train()
    total = recipe.pairs // recipe.batch
    marks = [total, *(100 << i for i in range(32))]  # steps after which the curve has a point
    limit = np.inf if minutes is None else 60 * minutes
    began = saved = time.monotonic()
    bar = tqdm(total=total, initial=run.steps, desc="pretraining", unit="batch", disable=None)
    with bar:
        while run.steps < total and not (run.steps and time.monotonic() - began >= limit):
            wall, cpu = time.monotonic(), time.process_time()
            share = run.steps / total if minutes is None else (wall - began) / limit
            loss = step(run, recipe, pairs, share)
            run.seconds += time.monotonic() - wall
            run.cpu_seconds += time.process_time() - cpu
            bar.update()
            bar.set_postfix(loss=f"{loss:.2f}", refresh=False)
            if judge and run.steps in marks:
                run.curve.append({"pairs": run.steps * recipe.batch, **judge(run.model)})
            if time.monotonic() - saved > CHECKPOINT or run.steps == total:
                names = ("steps", "cpu_seconds", "seconds", "curve")
                progress = {k: getattr(run, k) for k in names}
                checkpoint.save(stored, run.model, run.optimizer, progress)
                saved = time.monotonic()
    return run


def main(minutes: float | None = None, seed: int = 0) -> None:
    """Draw what is missing of the corpus, train, judge, and write weights and card.

    The full recipe (minutes None) goes on where a killed run stopped, and with seed 0 replaces the
    project's weights; all else stays under build/pretrain. minutes: of the whole call, roughly; a
    third of them draws. Raises ValueError for the seed of the held-out scenes.
    """
    if seed == heldout.SEED:
        raise ValueError(f"SEED={seed} draws the held-out scenes: choose another")
    full, began, recipe = minutes is None, time.monotonic(), PretrainRecipe(seed=seed)
    until = None if full else began + 20 * minutes
    source = scenes.pairs(seed, recipe.scenes, recipe.side, until)
    recipe = replace(recipe, scenes=len(source))
    side = recipe.model["vision_cfg"]["image_size"]
    sets = {"held_out": heldout.pairs(2_000 if full else 200, side)}
    # What is changed of recipe or corpus is another run.
    key = files.digest([VERSION, asdict(recipe), source.fingerprint])[:16]
    folder = paths.BUILD / "pretrain" / (key if full else "short")
    if full:
        sets["development"] = heldout.development(side)
    else:
        (folder / STATE).unlink(missing_ok=True)
        minutes = max(minutes - (time.monotonic() - began) / 60, 1e-3)
    target = WEIGHTS if full and seed == 0 else folder / WEIGHTS.name
    pretrain(recipe, source, folder, target, sets, minutes)


def quarter(style: str = "", everything: bool = False) -> Path:
    """Weights of a quarter of the recipe, made if need be.

    style: of the captions, of `captions.STYLES`; everything: with what is else held out.
    """
    recipe = PretrainRecipe(scenes=40_000, pairs=250_112)
    source = scenes.pairs(recipe.seed, recipe.scenes, recipe.side, everything=everything)
    source = scenes.restyled(source, recipe.seed, style) if style else source
    key = files.digest([VERSION, asdict(recipe), source.fingerprint])[:16]
    folder = paths.BUILD / "pretrain" / key
    target = folder / WEIGHTS.name
    if not target.with_suffix(".json").is_file():
        side = recipe.model["vision_cfg"]["image_size"]
        pretrain(recipe, source, folder, target, {"held_out": heldout.pairs(2_000, side)})
    return target


def pretrain(
    recipe: PretrainRecipe,
    source: "scenes.Corpus",
    folder: Path,
    target: Path,
    sets: dict[str, heldout.Judged],  # by name, what scores them; the first draws the curve, too
    minutes: float | None = None,
) -> dict:
    """Train, write weights and card to `target`, and print what they score; returns the card."""
    pairs, judged = Pairs(source, recipe.seed), next(iter(sets.values()))

    def judge(model: CLIP) -> dict:
        scores = heldout.score(clip.whole(model, pairs.ids), *judged)
        return {name: scores[name] for name in ("map_at_20", "recall_at_1", "median_rank")}

    run = train(recipe, pairs, folder, minutes, judge)
    clip.save(run.model, pairs.ids, target)
    about = card(target, recipe, pairs, run, sets)
    files.write_json(target.with_suffix(".json"), about)
    for name, row in about["scores"].items():
        print(
            f"{name}: map_at_20 {row['map_at_20']:.3f} among {row['gallery']:,} pictures, "
            f"chance {row['chance_map_at_20']:.4f}, after {about['pairs_seen']:,} pairs"
        )
    print(f"{paths.shown(target)}: {about['weights']['bytes'] / 1e6:.1f} MB")
    return about


def card(weights: Path, recipe: PretrainRecipe, pairs: Pairs, run: Pretraining, sets: dict) -> dict:
    """What weights are, how they came about, what they score; `model.load` reads its config."""
    model, seen = clip.load(weights, recipe.model), run.steps * recipe.batch
    fields = asdict(replace(recipe, pairs=seen))  # fewer, if minutes ended the run
    scores = {name: heldout.score(model, *one) | {"gallery": len(one[1]),
              "chance_map_at_20": metrics.chance(len(one[1]))["map_at_20"]}
              for name, one in sets.items()}  # fmt: skip
    return {
        "about": "A small CLIP, pretrained on scenes and captions that lib.scenes.corpus draws. "
        "None of its scenes is in the report's train or test split. It knows that world of "
        "drawings alone.",
        "model": fields.pop("model"),
        "tokens": {
            "kept": len(pairs.ids),
            "about": "CLIP's own BPE tokenizer, context 77. Only the rows of tokens that occur in "
            "the corpus are kept; all other tokens share one row, the mean of those.",
        },
        "pictures": "RGB, bicubic to image_size, 0-255 to -1..1 (mean and standard deviation 0.5)",
        "recipe": fields,
        "corpus": {
            "fingerprint": pairs.fingerprint,
            "scenes": recipe.scenes,
            "unseen": scenes.left_out(),
        },
        "pairs_seen": seen,
        "hours": {
            "processor": round(run.cpu_seconds / 3600, 3),
            "elapsed": round(run.seconds / 3600, 3),
            "about": "processor: all threads together; elapsed: pauses and other programs' work "
            "included",
        },
        "machine": torch.cuda.get_device_name()
        if torch.cuda.is_available()
        else f"{os.cpu_count()} CPU cores, {platform.machine()}",
        "scores": scores,
        "curve": run.curve,
        "weights": {"sha256": files.hash_of(weights), "bytes": weights.stat().st_size},
        "packages": {name: version(name) for name in ("open_clip_torch", "timm", "torch")},
    }
