"""What a captioner is built from, and how its parts are trained: settings alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CaptionShape:
    """Both parts, as transformers' configs name fields; pieces: of a tokenizer learned here."""

    vit: dict
    gpt2: dict
    pieces: int = 1500

    @property
    def side(self) -> int:
        return self.vit["image_size"]


@dataclass(frozen=True)
class CaptionRecipe:
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
class CaptionPlan:
    """A captioner and the training of its parts: the ViT on tags, GPT-2 on sentences, the join.

    join: None where the parts never meet in training, as the paper's.
    """

    shape: CaptionShape
    encoder: CaptionRecipe
    decoder: CaptionRecipe
    join: CaptionRecipe | None = None


# The same function as GPT-2's own, in one operation; and no dropout, for a few passes.
_GPT2 = {"activation_function": "gelu_pytorch_tanh", "attn_pdrop": 0.0, "embd_pdrop": 0.0,
         "resid_pdrop": 0.0}  # fmt: skip
_SIZES = {"hidden_size": 192, "num_attention_heads": 3, "intermediate_size": 768}
QUICK = CaptionPlan(  # what a report waits for
    CaptionShape(
        vit={"image_size": 64, "patch_size": 16, "num_hidden_layers": 4, **_SIZES},
        gpt2={"n_embd": 192, "n_layer": 3, "n_head": 3, **_GPT2},
    ),
    encoder=CaptionRecipe(epochs=1, batch=32),
    decoder=CaptionRecipe(epochs=1, batch=64, images=4000),
)


@dataclass(frozen=True)
class SeeingRecipe:
    """What reads, how it learns and how it is searched with; rate and decay are AdamW's.

    batch: images a step, each with all its sentences. patience: epochs without a better CIDEr on
    development before it ends. refits: then trained for as long on all of train. drawn: captions
    drawn of an image beside the greedy one; best: images whose likelihood is asked for.
    """

    width: int = 192
    layers: int = 2
    heads: int = 3
    pieces: int = 2000
    dropout: float = 0.1
    epochs: int = 2
    batch: int = 64
    rate: float = 1.5e-3
    decay: float = 0.05
    patience: int | None = None
    refits: bool = False
    drawn: int = 3
    best: int = 10
    seed: int = 0
