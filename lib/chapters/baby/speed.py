"""How fast babies of the paper's size train: DistilBERT as it is, 224 pixels."""

import time

import numpy as np

from lib.features.clip.source import has_bfloat16
from lib.methods.baby import recipe, systems

TIMM = {"resnet50": "resnet50", "deit": "deit_small_distilled_patch16_224"}
BATCH, STEPS = 32, 4  # the tutorial's batch; the first step is not timed
WORD_PIECES, LENGTH = 30_522, 40  # DistilBERT's vocabulary; three sentences
NIGHT = 8 * 3600


def paper_size(tower: str) -> dict:
    """Images a second of training on this machine, and how many a night of eight hours sees."""
    import torch

    from lib.base.kit import training
    from lib.methods.baby import train

    vocabulary = tuple(map(str, range(WORD_PIECES)))
    made = recipe.Shape(TIMM[tower], {}, 224, {}, vocabulary, pooled="first")
    baby = systems.born(made, 0)
    settings = recipe.Recipe(batch=BATCH)
    optimizer, half = training.adamw(baby, settings.rate, settings.decay), has_bfloat16()
    rng, times = np.random.default_rng(0), []
    pixels = rng.integers(0, 256, (BATCH, 3, 224, 224)).astype(np.uint8)
    ids = torch.from_numpy(rng.integers(1, WORD_PIECES, (BATCH, LENGTH)))
    batch = [torch.from_numpy(pixels), ids, torch.ones_like(ids), torch.arange(BATCH)]
    batch = [x.to(baby.device) for x in batch]
    baby.train()
    for _ in range(STEPS):
        start = time.perf_counter()
        with torch.autocast(baby.device.type, torch.bfloat16, half):
            loss = train.pair_loss(baby, settings, *batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        float(loss.detach())  # waits for a graphics card
        times.append(time.perf_counter() - start)
    rate = BATCH / float(np.mean(times[1:]))
    parameters = sum(p.numel() for p in baby.parameters())
    return {"images_a_second": rate, "images_a_night": rate * NIGHT, "parameters": parameters,
            "device": baby.device.type}  # fmt: skip
