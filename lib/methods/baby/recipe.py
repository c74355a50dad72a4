"""What a baby CLIP is built from, and how it is trained: settings alone, nothing heavy."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

from lib.data import wanted

IDS = {"resnet50": "baby.resnet50_distilbert", "deit": "baby.deit_distilbert"}
TUTORIAL = "baby.tutorial_loss"
RESNET = "resnet10t"  # timm's, small: of the drawings' CNN and of the embedded CLIP
SIDE = 64  # pixels; photographs with downloaded towers have 224
TEXT = {  # DistilBERT's own has 6 layers, 12 heads and a width of 768
    "dim": 192, "n_layers": 2, "n_heads": 3, "hidden_dim": 768,
    "max_position_embeddings": 96, "dropout": 0.1, "attention_dropout": 0.1,
}  # fmt: skip
NARROW = {"img_size": SIDE, "patch_size": 16, "embed_dim": 192, "depth": 6, "num_heads": 3}
TOWERS = {  # timm's models; the ResNet is the paper's in full, the DeiT a narrow one
    "resnet50": ("resnet50", {}),
    "deit": ("deit_tiny_distilled_patch16_224", NARROW),
}
PAPERS = {"resnet50": "resnet50", "deit": "deit_small_distilled_patch16_224"}  # downloaded, whole
GREY = (0.5, 0.5, 0.5)


@dataclass(frozen=True)
class BabyShape:
    """What a baby is built from.

    image: timm's model, with options; side: its pictures in pixels, and the mean and deviation
    that they are brought to. text: of DistilBERT's config; vocabulary: its word pieces. pooled:
    "mean" of the text tower's outputs, or "first", the one of the opening mark.
    """

    image: str
    options: dict
    side: int
    text: dict
    vocabulary: tuple[str, ...] = field(repr=False)
    dim: int = 256
    dropout: float = 0.1
    pooled: str = "mean"
    mean: tuple[float, ...] = GREY
    std: tuple[float, ...] = GREY


@dataclass(frozen=True)
class BabyRecipe:
    """How a baby is trained; rate and decay are AdamW's.

    An epoch is as many rows as there are images. rows: "images", each once, with so many of its
    sentences in any order as its text; "mixed", one to so many; or "captions", each sentence a row
    of its own. loss: "contrastive"; "tutorial", whose targets are soft; or "fixed", these without
    gradient. scale: what cosines are multiplied by; None learns it. aware: all rows of an image in
    a batch are right, not only the own one. unit: embeddings are brought to length one. anneal:
    the rate rises, then falls to nothing. cut: a batch is a random cut of its pictures. images:
    train on so many of the images; None on all. every: epochs from look to look at development;
    patience: looks without a better score before it ends.
    """

    epochs: int = 3
    batch: int = 128
    rate: float = 1e-3
    decay: float = 0.1
    rows: str = "images"
    sentences: int = 3
    loss: str = "contrastive"
    scale: float | None = None
    aware: bool = True
    unit: bool = True
    anneal: bool = True
    cut: bool = True
    images: int | None = None
    every: int = 1
    patience: int = 5
    seed: int = 0


@dataclass(frozen=True)
class TutorialRecipe(BabyRecipe):
    """rate: None where each part has its own, lowered where development's loss stalls. towers:
    "pretrained", of which the image's last stage learns; "whole"; "random"; "frozen", random too.
    """

    towers: str = "pretrained"


# The notebook of moein-shariatnia/OpenAI-CLIP as of 2021; of fewer images, and captions an epoch.
NOTEBOOK = TutorialRecipe(
    epochs=4, batch=32, rate=None, decay=1e-3, rows="captions", loss="tutorial", scale=1.0,
    aware=False, unit=False, anneal=False, cut=False, images=5000,
)  # fmt: skip
SCRIPTS = replace(NOTEBOOK, rate=1e-3, towers="frozen")  # its config.py and main.py, which differ
MENDED = replace(NOTEBOOK, loss="contrastive", aware=True, unit=True)  # its CLIP.py as of today
FACTORS: dict[str, dict[str, dict]] = {  # the first level of each is the notebook's
    "targets": {"own": {}, "own, no gradient": {"loss": "fixed"},
                "own pair": {"loss": "contrastive"},
                "same image": {"loss": "contrastive", "aware": True}},
    "vectors": {"as they are": {}, "unit length": {"unit": True, "scale": None}},
    "rates": {"its own": {}, "ours": {"rate": 1e-3, "anneal": True}},
    "towers": {"pretrained": {}, "random": {"towers": "random"}},
}  # fmt: skip


def cell(*levels: str) -> TutorialRecipe:
    """The recipe that has this level of each factor."""
    changes = [known[level] for known, level in zip(FACTORS.values(), levels, strict=True)]
    return replace(NOTEBOOK, **{name: value for each in changes for name, value in each.items()})


CROSSED = {levels: cell(*levels) for levels in product(*FACTORS.values())}
CELLS = CROSSED | {
    ("as mended since", "pretrained"): MENDED,
    ("as mended since", "random"): replace(MENDED, towers="random"),
    ("its scripts", "frozen"): SCRIPTS,
}

QUICK = {"resnet50": BabyRecipe(epochs=1), "deit": BabyRecipe(epochs=3)}  # a report waits for them
# Towers that know pictures and words already want small steps; a report waits for one pass.
DOWNLOADED = BabyRecipe(epochs=1, batch=32, rate=5e-5)


def small(tower: str, sentences: Sequence[str]) -> BabyShape:
    """A baby that starts from random weights and learns its words from these sentences."""
    from lib.methods.baby import words

    name, options = TOWERS[tower]
    return BabyShape(name, options, SIDE, TEXT, words.learned(sentences))


def tower_files(tower: str) -> dict[str, Path]:
    """The files that a baby with this image tower, timm's name, starts from; all must be here."""
    (image,), text = wanted.IMAGE_TOWERS[tower].files().values(), wanted.DISTILBERT.files()
    names = {"weights": "model.safetensors", "config": "config.json", "vocabulary": "vocab.txt"}
    return {"image": image, **{part: text[file] for part, file in names.items()}}
