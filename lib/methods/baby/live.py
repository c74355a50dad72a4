"""A baby in the live search: it reads pictures as it read its gallery."""

from pathlib import Path

import numpy as np

from lib.base.device import has_bfloat16
from lib.features import pictures
from lib.methods.baby import model


def picture(encoder, path: Path) -> np.ndarray:
    """float32 [d] of length one, of an image file."""
    baby = encoder.baby()
    (pixels,) = pictures.stacks([path], pictures.larger(baby.shape.side))
    return model.images(baby, pixels, has_bfloat16())[0]
