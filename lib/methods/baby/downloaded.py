"""Babies that start from downloaded towers, as the paper's did: DistilBERT's and timm's weights."""

import json
from pathlib import Path

import timm
import torch
from transformers import DistilBertConfig, DistilBertModel

from lib.base.errors import InputError
from lib.data import hub, wanted
from lib.methods.baby.model import Baby
from lib.methods.baby.recipe import Shape

TEXT_FIELDS = ("dim", "n_layers", "n_heads", "hidden_dim", "max_position_embeddings", "dropout",
               "attention_dropout")  # fmt: skip


def found(tower: str) -> dict[str, Path] | None:
    """The files that a baby with this image tower starts from; None where one is missing."""
    parts = {"image": wanted.IMAGE_TOWERS[tower], "text": wanted.DISTILBERT}
    there = {side: repository.files() for side, repository in parts.items()}
    if not all(there.values()):
        return None
    (image,), text = there["image"].values(), there["text"]
    names = {"weights": "model.safetensors", "config": "config.json", "vocabulary": "vocab.txt"}
    return {"image": image, **{name: text[file] for name, file in names.items()}}


def missing(tower: str) -> list[hub.Repository]:
    """What such a baby wants and this machine lacks."""
    parts = (wanted.DISTILBERT, wanted.IMAGE_TOWERS[tower])
    return [repository for repository in parts if repository.files() is None]


def shape(tower: str, files: dict[str, Path]) -> Shape:
    """The shape of a baby of downloaded towers; tower: timm's name of the model."""
    config = json.loads(files["config"].read_text(encoding="utf-8"))
    vocabulary = tuple(files["vocabulary"].read_text(encoding="utf-8").split("\n"))
    vocabulary = vocabulary[: config["vocab_size"]]  # the file ends with an empty line
    known = timm.get_pretrained_cfg(tower)
    return Shape(
        tower,
        {},
        known.input_size[-1],
        {name: config[name] for name in TEXT_FIELDS if name in config},
        vocabulary,
        pooled="first",
        mean=tuple(known.mean),
        std=tuple(known.std),
    )


def start(baby: Baby, files: dict[str, Path]) -> None:
    """Give a baby's towers the downloaded weights; its heads stay as they were drawn.

    Raises InputError for a file that is cut short or is another model's.
    """
    try:
        config = DistilBertConfig(vocab_size=len(baby.shape.vocabulary), **baby.shape.text)
        folder = files["weights"].parent
        text, told = DistilBertModel.from_pretrained(
            folder, config=config, local_files_only=True, output_loading_info=True
        )
        if told["missing_keys"]:  # the library would draw them and go on
            raise ValueError(f"it lacks {len(told['missing_keys'])} of its tensors")
        baby.text.load_state_dict(text.state_dict())
    except Exception as error:  # safetensors, pickle and transformers raise kinds of their own
        raise refused(files["weights"], "DistilBERT", error) from error
    try:
        overlay = {"file": str(files["image"])}
        image = timm.create_model(
            baby.shape.image, pretrained=True, pretrained_cfg_overlay=overlay, num_classes=0
        )
        baby.image.load_state_dict(image.state_dict())
    except Exception as error:
        raise refused(files["image"], baby.shape.image, error) from error
    baby.to(memory_format=torch.channels_last)


def refused(path: Path, model: str, error: Exception) -> InputError:
    """The error for a weights file that cannot be loaded."""
    reason = str(error).strip().split("\n")[0][:200]
    return InputError(
        path,
        f"cannot be loaded ({type(error).__name__}: {reason})",
        f"the weights of {model}",
        "remove it and run make weights again",
    )
