"""The card of pretrained weights: what they are, how they came about, what they score.

`write` puts it beside the weights, under the same name; `model.load` reads the config from it.
"""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import torch

from lib.base import files
from lib.search import metrics

PACKAGES = ("open_clip_torch", "timm", "torch")
ABOUT = (
    "A small CLIP, pretrained on scenes and captions that lib.scenes.corpus draws. None of its "
    "scenes is in the report's train or test split. It knows that world of drawings alone."
)
TOKENS = (
    "CLIP's own BPE tokenizer, context 77. Only the rows of tokens that occur in the corpus are "
    "kept; all other tokens share one row, the mean of those."
)
PICTURES = "RGB, bicubic to image_size, 0-255 to -1..1 (mean and standard deviation 0.5)"
HOURS = "processor: all threads together; elapsed: pauses and other programs' work included"


def card(weights: Path, recipe: dict, told: dict, scores: dict) -> dict:
    """The card as a JSON value.

    recipe: fields of `pretrain.Recipe`. told: "fingerprint" of the corpus, "tokens" kept,
    "steps", "seconds", "cpu_seconds" and "curve" of the run. scores: set → `metrics.summary`.
    """
    recipe = dict(recipe)
    return {
        "about": ABOUT,
        "model": recipe.pop("model"),
        "tokens": {"kept": told["tokens"], "about": TOKENS},
        "pictures": PICTURES,
        "recipe": recipe,
        "corpus": {"fingerprint": told["fingerprint"], "scenes": recipe["scenes"]},
        "pairs_seen": told["steps"] * recipe["batch"],
        "hours": {
            "processor": round(told["cpu_seconds"] / 3600, 3),
            "elapsed": round(told["seconds"] / 3600, 3),
            "about": HOURS,
        },
        "machine": machine(),
        "scores": scores,
        "curve": told["curve"],
        "weights": {"sha256": files.hash_of(weights), "bytes": weights.stat().st_size},
        "packages": {name: version(name) for name in PACKAGES},
    }


def machine() -> str:
    """What the training ran on, in words that name no machine."""
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"{os.cpu_count()} CPU cores, {platform.machine()}"


def with_chance(scores: dict, n_gallery: int) -> dict:
    """The scores, with what a random ranking of the gallery would get."""
    chance = metrics.chance(n_gallery)["map_at_20"]
    return scores | {"gallery": n_gallery, "chance_map_at_20": chance}


def write(weights: Path, value: dict) -> None:
    """Put the card beside the weights."""
    files.write_json(weights.with_suffix(".json"), value)
