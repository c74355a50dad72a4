"""The paper's captioner from downloads, ViT and GPT-2 that never met, and one that was trained."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from transformers import GPT2Config, GPT2LMHeadModel, VisionEncoderDecoderModel, ViTModel

from lib.base.errors import InputError
from lib.data import hub, wanted
from lib.methods.caption import words
from lib.methods.caption.model import Captioner, placed
from lib.methods.caption.recipe import Shape

OFFLINE = {"local_files_only": True, "output_loading_info": True}
PATTERNS = ("vocab.json", "merges.txt")
VIT_FIELDS = ("image_size", "patch_size", "hidden_size", "num_hidden_layers", "intermediate_size",
              "num_attention_heads", "hidden_act", "layer_norm_eps")  # fmt: skip
GPT2_FIELDS = ("n_embd", "n_layer", "n_head", "n_positions", "activation_function")


@dataclass(frozen=True)
class Download:
    """Repositories that make a captioner: one that is whole, or a ViT and a GPT-2."""

    repositories: tuple[hub.Repository, ...]

    def missing(self) -> list[hub.Repository]:
        """Those that are not on this machine."""
        return [one for one in self.repositories if one.files() is None]

    def key(self) -> dict:
        """What captions depend on, for the cache."""
        return {one.name: one.fingerprint() for one in self.repositories}

    @property
    def model_bytes(self) -> int:
        """Size of the weights."""
        found = [one.files()["model.safetensors"] for one in self.repositories]
        return sum(path.stat().st_size for path in found)

    def load(self) -> Captioner:
        """The captioner, in evaluation; InputError for weights that cannot be loaded."""
        return read(self)


SIDE = 224  # pixels of both ViTs
JOINED = Download((wanted.VIT, wanted.GPT2))
TRAINED = Download((wanted.CAPTIONER,))


@lru_cache(maxsize=1)
def read(download: Download) -> Captioner:
    """As `Download.load`, once."""
    folders = [one.folder for one in download.repositories]
    try:
        model = whole(folders[0]) if len(folders) == 1 else together(*folders)
    except Exception as error:  # safetensors, pickle and transformers raise kinds of their own
        reason = str(error).strip().split("\n")[0][:200]
        raise InputError(
            folders[-1],
            f"cannot be loaded ({type(error).__name__}: {reason})",
            " and ".join(one.use for one in download.repositories),
            "remove the folder and run make weights again",
        ) from error
    found = download.repositories[-1].files()
    return placed(Captioner(model, words.downloaded(*(found[name] for name in PATTERNS))))


def whole(folder: Path) -> VisionEncoderDecoderModel:
    """A captioner that somebody trained; what it lacks must be what nobody asks."""
    model, told = VisionEncoderDecoderModel.from_pretrained(folder, **OFFLINE)
    refuse_lacking(told, "lm_head", "pooler")  # the table of words again, and unused
    return model


def together(vit: Path, gpt2: Path) -> VisionEncoderDecoderModel:
    """A ViT and a GPT-2 that never met; what joins them is drawn."""
    torch.manual_seed(0)
    looks, told = ViTModel.from_pretrained(vit, add_pooling_layer=False, **OFFLINE)
    refuse_lacking(told, "pooler")
    config = GPT2Config.from_pretrained(gpt2, is_decoder=True, add_cross_attention=True)
    writes, told = GPT2LMHeadModel.from_pretrained(gpt2, config=config, **OFFLINE)
    refuse_lacking(told, "lm_head", "cross")
    return VisionEncoderDecoderModel(encoder=looks, decoder=writes)


def refuse_lacking(told: dict, *parts: str) -> None:
    """Raise ValueError where the library would draw missing tensors and go on.

    parts: of the names of those that may be missing.
    """
    missing = [n for n in told["missing_keys"] if not any(part in n for part in parts)]
    if missing:
        raise ValueError(f"it lacks {len(missing)} of its tensors, {missing[0]} among them")


def shape(captioner: Captioner) -> Shape:
    """The shape of a downloaded captioner, to write it down after fine-tuning."""
    config = captioner.model.config
    return Shape(
        {name: getattr(config.encoder, name) for name in VIT_FIELDS},
        {name: getattr(config.decoder, name) for name in GPT2_FIELDS},
    )
