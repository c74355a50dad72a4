"""What a captioner is built from, and how its parts are trained: settings alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """Both parts, as transformers' ViTConfig and GPT2Config name their fields.

    pieces: word pieces that GPT-2's tokenizer learns, where none is downloaded.
    """

    vit: dict
    gpt2: dict
    pieces: int = 1500

    @property
    def side(self) -> int:
        """Pixels that the ViT sees."""
        return self.vit["image_size"]


@dataclass(frozen=True)
class Recipe:
    """How one part is trained; rate and decay are AdamW's.

    An epoch is one pass over the images, or over all sentences for the language alone. sentences:
    so many of a picture's, drawn anew, are written for it. frozen: only what joins the parts
    learns, the ViT and GPT-2 stay as they were. images: train on those of so many; None on all.
    """

    epochs: int
    batch: int = 128
    rate: float = 1e-3
    decay: float = 0.05
    sentences: int = 3
    frozen: bool = False
    images: int | None = None
    seed: int = 0


@dataclass(frozen=True)
class Plan:
    """A captioner and the training of its parts: the ViT on tags, GPT-2 on sentences, the join."""

    shape: Shape
    eyes: Recipe
    tongue: Recipe
    join: Recipe
