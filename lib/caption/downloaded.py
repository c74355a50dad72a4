"""The paper's captioner from downloads, ViT and GPT-2 that never met, and one that was trained."""

from dataclasses import dataclass
from functools import lru_cache

from transformers import VisionEncoderDecoderModel

from lib import hub, wanted
from lib.caption import words
from lib.caption.model import Captioner, placed
from lib.caption.recipe import Shape
from lib.errors import InputError

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
        return [one for one in self.repositories if one.found() is None]

    def key(self) -> dict:
        """What captions depend on, for the cache."""
        return {one.name: one.fingerprint() for one in self.repositories}

    @property
    def model_bytes(self) -> int:
        """Size of the weights."""
        found = [one.found()["model.safetensors"] for one in self.repositories]
        return sum(path.stat().st_size for path in found)

    def load(self) -> Captioner:
        """The captioner, in evaluation; InputError for weights that cannot be loaded."""
        return read(self)


JOINED = Download((wanted.VIT, wanted.GPT2))
TRAINED = Download((wanted.CAPTIONER,))


@lru_cache(maxsize=1)
def read(download: Download) -> Captioner:
    """As `Download.load`, once."""
    folders = [one.folder for one in download.repositories]
    try:
        if len(folders) == 1:
            model, told = VisionEncoderDecoderModel.from_pretrained(
                folders[0], local_files_only=True, output_loading_info=True
            )
            lacking(told)
        else:
            model = VisionEncoderDecoderModel.from_encoder_decoder_pretrained(
                *map(str, folders), encoder_add_pooling_layer=False, encoder_local_files_only=True,
                decoder_local_files_only=True,
            )  # fmt: skip
    except Exception as error:  # safetensors, pickle and transformers raise kinds of their own
        reason = str(error).strip().split("\n")[0][:200]
        raise InputError(
            folders[-1],
            f"cannot be loaded ({type(error).__name__}: {reason})",
            " and ".join(one.use for one in download.repositories),
            "remove the folder and run make weights again",
        ) from error
    found = download.repositories[-1].found()
    return placed(Captioner(model, words.downloaded(*(found[name] for name in PATTERNS))))


def lacking(told: dict) -> None:
    """Raise ValueError where the library would draw missing tensors and go on."""
    missing = [name for name in told["missing_keys"] if "lm_head" not in name]  # it is tied
    if missing:
        raise ValueError(f"it lacks {len(missing)} of its tensors, {missing[0]} among them")


def shape(captioner: Captioner) -> Shape:
    """The shape of a downloaded captioner, to write it down after fine-tuning."""
    config = captioner.model.config
    return Shape(
        {name: getattr(config.encoder, name) for name in VIT_FIELDS},
        {name: getattr(config.decoder, name) for name in GPT2_FIELDS},
    )
