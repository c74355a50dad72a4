"""A baby CLIP: DistilBERT and an image tower of timm, each with a projection head.

Source of the plan: the tutorial that the paper followed (moein-shariatnia/OpenAI-CLIP), whose
towers and heads these are. The towers are small or downloaded; the class is the same.
"""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import timm
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F
from transformers import DistilBertConfig, DistilBertModel

from lib.base import device, files
from lib.base.kit.training import autocast, padded
from lib.methods.baby import downloaded, words
from lib.methods.baby.recipe import BabyShape


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
        """Where the model is."""
        return self.log_scale.device

    def normalised(self, pixels: torch.Tensor) -> torch.Tensor:
        """Pixels 0 to 255, [n, 3, side, side], as the tower wants them."""
        mean, std = (
            torch.tensor(values, device=pixels.device)[:, None, None] * 255
            for values in (self.shape.mean, self.shape.std)
        )
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


def save(state: dict[str, torch.Tensor], shape: BabyShape, target: Path) -> None:
    """Write a model's state with all that building it needs."""
    tensors = {name: t.cpu().contiguous() for name, t in state.items()}
    with files.writing(target) as temporary:
        save_file(tensors, temporary, {"shape": json.dumps(asdict(shape))})


def load(weights: Path) -> Baby:
    """The model of a weights file, in evaluation, on the graphics card if there is one."""
    with safe_open(weights, "pt") as stored:
        shape = json.loads(stored.metadata()["shape"])
        state = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    tuples = {name: tuple(shape[name]) for name in ("vocabulary", "mean", "std")}
    baby = Baby(BabyShape(**{**shape, **tuples}))
    baby.load_state_dict(state)
    return placed(baby).eval()


def new(shape: BabyShape, seed: int, start: dict[str, Path] | None = None) -> Baby:
    """A baby before its first step; start: the files of downloaded towers, if it has such."""
    torch.manual_seed(seed)
    baby = placed(Baby(shape))
    return downloaded.start(baby, start) if start else baby


def placed(baby: Baby) -> Baby:
    """The model on the graphics card, if there is one, with its pictures' colours innermost."""
    return baby.to(device.find(), memory_format=torch.channels_last)


@torch.inference_mode()
def texts(baby: Baby, some: list[str], batch: int = 256) -> np.ndarray:
    """Embeddings of length one, float32 [n, dim]; like lengths share a batch."""
    sequences = words.encoded(some, baby.shape.vocabulary)
    order = np.argsort([len(s) for s in sequences], kind="stable")
    vectors = np.empty((len(some), baby.shape.dim), np.float32)
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        ids, mask = (x.to(baby.device) for x in padded([sequences[i] for i in rows]))
        with autocast(baby.device):
            embedded = F.normalize(baby.embed_texts(ids, mask), dim=-1)
        vectors[rows] = embedded.float().cpu().numpy()
    return vectors


@torch.inference_mode()
def images(baby: Baby, pixels: np.ndarray, batch: int = 256) -> np.ndarray:
    """Embeddings of length one, float32 [n, dim], of pixels uint8 [n, s, s, 3] of any side."""
    parts = []
    for start in range(0, len(pixels), batch):
        x = torch.from_numpy(pixels[start : start + batch]).to(baby.device).permute(0, 3, 1, 2)
        side = (baby.shape.side, baby.shape.side)
        if x.shape[2:] != side:
            x = F.interpolate(x.float(), side, mode="bilinear", antialias=True)
        with autocast(baby.device):
            parts.append(F.normalize(baby.embed_images(x), dim=-1).float().cpu().numpy())
    return np.concatenate(parts)
