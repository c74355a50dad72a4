"""A baby CLIP: DistilBERT and an image tower of timm, each with a projection head.

Source of the plan: the tutorial that the paper followed (moein-shariatnia/OpenAI-CLIP), whose
towers and heads these are. The towers are small or downloaded; the class is the same.
"""

import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import numpy as np
import timm
import torch
from torch import nn
from torch.nn import functional as F
from transformers import DistilBertConfig, DistilBertModel

from lib.base import device, errors
from lib.base.kit import weights
from lib.base.kit.training import autocast, padded
from lib.methods.baby import words
from lib.methods.baby.recipe import BabyShape, tower_files

TEXT_FIELDS = ("dim", "n_layers", "n_heads", "hidden_dim", "max_position_embeddings", "dropout",
               "attention_dropout")  # fmt: skip


class Head(nn.Module):
    """Projection head of the tutorial: a linear map, and a small correction of it."""

    def __init__(self, width: int, dim: int, dropout: float):
        super().__init__()
        self.projection, self.correction = nn.Linear(width, dim), nn.Linear(dim, dim)
        self.dropout, self.norm = nn.Dropout(dropout), nn.LayerNorm(dim)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[n, width] → [n, dim]."""
        projected = self.projection(x)
        return self.norm(projected + self.dropout(self.correction(F.gelu(projected))))


class Baby(nn.Module):
    """Two towers, two heads, and the logarithm of what cosines are multiplied by."""

    def __init__(self, shape: BabyShape):
        super().__init__()
        self.shape = shape
        config = DistilBertConfig(vocab_size=len(shape.vocabulary), **shape.text)
        self.text = DistilBertModel(config)
        self.image = timm.create_model(shape.image, num_classes=0, **shape.options)
        self.text_head = Head(config.dim, shape.dim, shape.dropout)
        self.image_head = Head(self.image.num_features, shape.dim, shape.dropout)
        self.log_scale = nn.Parameter(torch.tensor(np.log(1 / 0.07), dtype=torch.float32))

    @property
    def device(self) -> torch.device:
        return self.log_scale.device

    def normalised(self, pixels: torch.Tensor) -> torch.Tensor:
        """Pixels 0 to 255, [n, 3, side, side], as the tower wants them; so are other channels."""
        if pixels.shape[1] != 3:
            return pixels.float()
        colours = torch.tensor([self.shape.mean, self.shape.std], device=pixels.device)
        mean, std = colours[..., None, None] * 255
        return ((pixels.float() - mean) / std).contiguous(memory_format=torch.channels_last)

    def embed_images(self, pixels: torch.Tensor) -> torch.Tensor:
        """[n, dim], not of length one, of pixels 0 to 255, [n, 3, side, side]."""
        return self.image_head(self.image(self.normalised(pixels)).float())

    def embed_texts(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """[n, dim], not of length one, of word pieces int [n, length]; mask: 1 where one is."""
        outputs = self.text(input_ids=ids, attention_mask=mask).last_hidden_state
        if self.shape.pooled == "first":
            return self.text_head(outputs[:, 0].float())
        share = mask / mask.sum(dim=1, keepdim=True)
        return self.text_head((outputs.float() * share[..., None]).sum(dim=1))

    @torch.inference_mode()
    def texts(self, some: list[str], batch: int = 256) -> np.ndarray:
        """Embeddings of length one, float32 [n, dim]; like lengths share a batch."""
        sequences = words.encoded(some, self.shape.vocabulary)
        order = np.argsort([len(s) for s in sequences], kind="stable")
        vectors = np.empty((len(some), self.shape.dim), np.float32)
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            ids, mask = (x.to(self.device) for x in padded([sequences[i] for i in rows]))
            with autocast(self.device):
                embedded = F.normalize(self.embed_texts(ids, mask), dim=-1)
            vectors[rows] = embedded.float().cpu().numpy()
        return vectors

    @torch.inference_mode()
    def images(self, pixels: np.ndarray, batch: int = 256) -> np.ndarray:
        """Embeddings of length one, float32 [n, dim], of pixels uint8 [n, s, s, 3] of any side."""
        parts = []
        for some in torch.from_numpy(pixels).split(batch):
            x = some.to(self.device).permute(0, 3, 1, 2)
            if x.shape[-1] != self.shape.side:
                x = F.interpolate(x.float(), [self.shape.side] * 2, mode="bilinear", antialias=True)
            with autocast(self.device):
                parts.append(F.normalize(self.embed_images(x), dim=-1).float().cpu().numpy())
        return np.concatenate(parts)


def save(baby: Baby, target: Path) -> None:
    weights.write(target, baby.state_dict(), {"shape": json.dumps(asdict(baby.shape))})


@lru_cache(maxsize=2)
def load(source: Path) -> Baby:
    tensors, about = weights.read(source)
    shape = json.loads(about["shape"])
    baby = Baby(BabyShape(**{**shape, "vocabulary": tuple(shape["vocabulary"])}))
    baby.load_state_dict(tensors)
    return placed(baby).eval()


def placed(baby: Baby) -> Baby:
    """The model on the graphics card, if there is one, with its pictures' colours innermost."""
    return baby.to(device.find(), memory_format=torch.channels_last)


def new(shape: BabyShape, seed: int, start: dict[str, Path] | None = None) -> Baby:
    """A baby before its first step.

    start: files of downloaded weights for its towers, as `tower_files` lists them; its heads stay
    as they were drawn. Raises InputError for a file that is cut short or is another model's.
    """
    torch.manual_seed(seed)
    baby = placed(Baby(shape))
    if not start:
        return baby
    with errors.loading(start["weights"], "the weights of DistilBERT"):
        config = DistilBertConfig(vocab_size=len(shape.vocabulary), **shape.text)
        text = weights.pretrained(DistilBertModel, start["weights"].parent, config=config)
        baby.text.load_state_dict(text.state_dict())
    with errors.loading(start["image"], f"the weights of {shape.image}"):
        served = {"pretrained": True, "pretrained_cfg_overlay": {"file": str(start["image"])}}
        image = timm.create_model(shape.image, num_classes=0, **served)
        baby.image.load_state_dict(image.state_dict())
    return baby


def downloaded_shape(tower: str) -> BabyShape:
    text, known = tower_files(tower), timm.get_pretrained_cfg(tower)
    config = json.loads(text["config"].read_text(encoding="utf-8"))
    own = {name: config[name] for name in TEXT_FIELDS if name in config}
    pieces = text["vocabulary"].read_text(encoding="utf-8").split("\n")
    pieces = tuple(pieces[: config["vocab_size"]])  # the file ends with an empty line
    colours = {"mean": tuple(known.mean), "std": tuple(known.std)}
    return BabyShape(tower, {}, known.input_size[-1], own, pieces, pooled="first", **colours)
