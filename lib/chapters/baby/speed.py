"""How fast babies of the paper's size train: DistilBERT as it is, 224 pixels."""

import numpy as np

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
    baby, settings = systems.born(made, 0).train(), recipe.Recipe(batch=BATCH)
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (BATCH, 3, 224, 224)).astype(np.uint8)
    ids = torch.from_numpy(rng.integers(1, WORD_PIECES, (BATCH, LENGTH)))
    batch = [torch.from_numpy(pixels), ids, torch.ones_like(ids), torch.arange(BATCH)]
    batch = [x.to(baby.device) for x in batch]
    about = training.speed(
        baby,
        training.adamw(baby, settings.rate, settings.decay),
        lambda: train.pair_loss(baby, settings, *batch),
        BATCH,
        STEPS,
    )
    return {**about, "images_a_night": about["images_a_second"] * NIGHT}
