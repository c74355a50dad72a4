"""What a baby CLIP is built from, and how it is trained: settings alone, nothing heavy."""

from dataclasses import dataclass, field

GREY = (0.5, 0.5, 0.5)


@dataclass(frozen=True)
class Shape:
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
class Recipe:
    """How a baby is trained; rate and decay are AdamW's.

    An epoch is as many rows as there are images. rows: "images", each once, with so many of its
    sentences in any order as its text; or "captions", each sentence a row of its own. loss:
    "contrastive" or "tutorial". scale: what cosines are multiplied by; None learns it. aware: all
    rows of an image in a batch are right, not only the own one. unit: embeddings are brought to
    length one. anneal: the rate rises, then falls to nothing. cut: a batch is a random cut of its
    pictures. images: train on so many of the images; None on all. every: epochs from look to look
    at development; patience: looks without a better score before it ends.
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
