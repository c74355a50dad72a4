"""CLIP: models that open_clip builds, and the embedded one that is pretrained here."""

from lib.base import paths

WEIGHTS = paths.LIBRARY / "features" / "clip" / "embedded.safetensors"
CARD = WEIGHTS.with_suffix(".json")
