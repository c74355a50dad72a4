"""Babies that start from downloaded towers, as the paper's did: DistilBERT's and timm's weights."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import timm
import torch
from transformers import DistilBertConfig, DistilBertModel

from lib.base import errors
from lib.data import hub, wanted
from lib.methods.baby.recipe import BabyShape

if TYPE_CHECKING:
    from lib.methods.baby.model import Baby

TEXT_FIELDS = ("dim", "n_layers", "n_heads", "hidden_dim", "max_position_embeddings", "dropout",
               "attention_dropout")  # fmt: skip
TEXT_FILES = {"weights": "model.safetensors", "config": "config.json", "vocabulary": "vocab.txt"}


def missing(tower: str) -> list[hub.Repository]:
    """What a baby with this image tower wants and this machine lacks; tower: timm's name of it."""
    parts = (wanted.DISTILBERT, wanted.IMAGE_TOWERS[tower])
    return [repository for repository in parts if repository.files() is None]


def files(tower: str) -> dict[str, Path]:
    """The files that such a baby starts from, none of which may be missing."""
    (image,), text = wanted.IMAGE_TOWERS[tower].files().values(), wanted.DISTILBERT.files()
    return {"image": image, **{name: text[file] for name, file in TEXT_FILES.items()}}


def shape(tower: str) -> BabyShape:
    """The shape of such a baby."""
    text, known = files(tower), timm.get_pretrained_cfg(tower)
    config = json.loads(text["config"].read_text(encoding="utf-8"))
    vocabulary = tuple(text["vocabulary"].read_text(encoding="utf-8").split("\n"))
    return BabyShape(
        tower,
        {},
        known.input_size[-1],
        {name: config[name] for name in TEXT_FIELDS if name in config},
        vocabulary[: config["vocab_size"]],  # the file ends with an empty line
        pooled="first",
        mean=tuple(known.mean),
        std=tuple(known.std),
    )


def start(baby: "Baby", files: dict[str, Path]) -> "Baby":
    """Give a baby's towers the downloaded weights; its heads stay as they were drawn.

    Raises InputError for a file that is cut short or is another model's.
    """
    with errors.loading(files["weights"], "the weights of DistilBERT"):
        config = DistilBertConfig(vocab_size=len(baby.shape.vocabulary), **baby.shape.text)
        text, about = DistilBertModel.from_pretrained(
            files["weights"].parent, config=config, local_files_only=True, output_loading_info=True
        )
        if about["missing_keys"]:  # the library would draw them and go on
            raise ValueError(f"it lacks {len(about['missing_keys'])} of its tensors")
        baby.text.load_state_dict(text.state_dict())
    with errors.loading(files["image"], f"the weights of {baby.shape.image}"):
        overlay = {"file": str(files["image"])}
        image = timm.create_model(
            baby.shape.image, pretrained=True, pretrained_cfg_overlay=overlay, num_classes=0
        )
        baby.image.load_state_dict(image.state_dict())
    return baby.to(memory_format=torch.channels_last)
