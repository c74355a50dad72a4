"""A CLIP ready to embed: the model, and how it wants its pictures and its texts.

One code path for the embedded model and for downloaded ones: open_clip builds both.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import torch
from open_clip.model import CLIP
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F
from torchvision.transforms import Normalize, ToTensor

from lib.base.errors import InputError
from lib.features.clip import model as clip


@dataclass(frozen=True)
class Towers:
    """A model in evaluation, and open_clip's own settings for its pictures.

    half: multiply matrices in bfloat16.
    """

    model: nn.Module = field(repr=False)
    pictures: PreprocessCfg
    half: bool = False

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return next(self.model.parameters()).device

    @cached_property
    def steps(self) -> list:
        """open_clip's steps up to a picture of the model's size; what follows, a batch does."""
        every = image_transform_v2(self.pictures, is_train=False).transforms
        return [step for step in every if not isinstance(step, (ToTensor, Normalize))]

    def pixels(self, image: Image.Image) -> np.ndarray:
        """A picture at the model's size, uint8 [side, side, 3]."""
        for step in self.steps:
            image = step(image)
        return np.asarray(image)

    @torch.inference_mode()
    def embed_pixels(self, pixels: np.ndarray, batch: int = 256) -> np.ndarray:
        """float32 [n, d] of length one, of pixels uint8 [n, side, side, 3]."""
        colours = (self.pictures.mean, self.pictures.std)
        mean, std = (torch.tensor(v, device=self.device)[:, None, None] for v in colours)
        parts = []
        for start in range(0, len(pixels), batch):
            x = torch.from_numpy(pixels[start : start + batch]).to(self.device)
            x = (x.permute(0, 3, 1, 2).float().div_(255) - mean) / std  # [n, 3, side, side]
            with self.precision():
                embedded = self.model.encode_image(x)
            parts.append(F.normalize(embedded.float(), dim=-1).cpu())
        return torch.cat(parts).numpy()

    def precision(self) -> torch.autocast:
        """Where matrices are multiplied in bfloat16, if they are."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.half)

    @torch.inference_mode()
    def embed_tokens(self, sequences: Sequence[Sequence[int]], batch: int = 128) -> np.ndarray:
        """float32 [n, d] of length one, of token sequences at most 77 long; like lengths together.

        No text is padded further than to the longest of its batch.
        """
        order = np.argsort([len(s) for s in sequences], kind="stable")
        parts = []
        for start in range(0, len(order), batch):
            text = clip.padded([sequences[i] for i in order[start : start + batch]])
            with self.precision():
                embedded = self.encode(text.to(self.device))
            parts.append(F.normalize(embedded.float(), dim=-1).cpu())
        return torch.cat(parts).numpy()[np.argsort(order)]

    def encode(self, text: torch.Tensor) -> torch.Tensor:
        """Embeddings of length one of a padded batch; models of another build get all 77 places."""
        if isinstance(self.model, CLIP):
            return clip.encode_text(self.model, text)
        full = F.pad(text, (0, clip.CONTEXT - text.shape[1]))
        return self.model.encode_text(full, normalize=True)


@cache
def embedded(weights: Path, half: bool = False) -> Towers:
    """The embedded model of a weights file."""
    return around(placed(clip.load(weights)), half)


def around(model: CLIP, half: bool = False) -> Towers:
    """A model that was pretrained here, in evaluation or out of it."""
    side, grey = model.visual.image_size[0], (0.5, 0.5, 0.5)
    model.visual.to(memory_format=torch.channels_last)
    return Towers(model, PreprocessCfg(side, mean=grey, std=grey, resize_mode="squash"), half)


def placed(model: nn.Module) -> nn.Module:
    """The model in evaluation on the graphics card, if there is one."""
    return model.eval().to("cuda" if torch.cuda.is_available() else "cpu")


@cache
def mixed(base: Path, weights: Path, share: float, half: bool = False) -> Towers:
    """The embedded model moved this share of the way to a fine-tuned one (WiSE-FT).

    weights: what differs of the fine-tuned model. Source: Wortsman et al. 2022 (2109.01903).
    """
    model = copy.deepcopy(embedded(base).model)
    state = model.state_dict()
    for name, tensor in load_file(weights).items():
        if tensor.is_floating_point():
            state[name] = torch.lerp(state[name], tensor, share)
    model.load_state_dict(state)
    return around(placed(model), half)


@cache
def downloaded(name: str, weights: Path) -> Towers:
    """A model of open_clip, "model/tag", from its weights' file.

    Raises InputError for a file that is cut short, is no weights' file, or is another model's.
    """
    import open_clip

    shape, _, tag = name.partition("/")
    about = open_clip.get_pretrained_cfg(shape, tag)
    expected = f"the weights {tag} of {shape}"
    remedy = "remove it and run make weights again"
    try:
        model = open_clip.create_model(shape, pretrained=str(weights), precision="fp32")
    except Exception as error:  # safetensors, pickle and torch raise kinds of their own
        reason = str(error).strip().split("\n")[0][:200]
        found = f"cannot be loaded ({type(error).__name__}: {reason})"
        raise InputError(weights, found, expected, remedy) from error
    names = ("mean", "std", "interpolation", "resize_mode")
    recipe = {key: about[key] for key in names if key in about}
    return Towers(placed(model), PreprocessCfg(model.visual.image_size, **recipe))
