"""A baby in the live search: it reads pictures as it read its gallery."""

from pathlib import Path

import numpy as np

from lib.features import pictures
from lib.features.clip.source import has_bfloat16
from lib.methods.baby import model
from lib.search.live import Method
from lib.search.runs import SystemRun


def method(run: SystemRun, split: str) -> Method:
    """A system as a method."""

    def text(said: str) -> np.ndarray:
        return run.embed_queries([said])[0]

    def image(path: Path) -> np.ndarray:
        baby = run.encoder.baby()
        (pixels,) = pictures.stacks([path], pictures.larger(baby.shape.side))
        return model.images(baby, pixels, has_bfloat16())[0]

    return Method(run.gallery[split], text, image, run.metric)
