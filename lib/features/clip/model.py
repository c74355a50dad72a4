"""CLIP's two towers: the embedded model, downloaded ones, and how they read pictures and texts.

open_clip builds all of them. The embedded one has a config and a safetensors file of its own. Of
the table of 49,408 token embeddings only the rows whose tokens occur in the corpus are trained and
kept; every other token shares one row, their mean: a word never read says nothing of its own.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path

import numpy as np
import torch
from open_clip.model import CLIP, text_global_pool
from open_clip.tokenizer import SimpleTokenizer
from open_clip.transform import PreprocessCfg, image_transform_v2, merge_preprocess_dict
from PIL import Image
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence
from torchvision.transforms import Compose, Normalize, ToTensor

from lib.base import device, files
from lib.base.errors import loading
from lib.base.kit.weights import write
from lib.features.clip import WEIGHTS

CONFIG = {
    "embed_dim": 256,
    "vision_cfg": {"timm_model_name": "resnet10t", "image_size": 64, "timm_pool": "avg"},
    "text_cfg": {"context_length": 77, "vocab_size": 49_408, "width": 192, "heads": 3, "layers": 4},
}
CONTEXT, VOCABULARY = CONFIG["text_cfg"]["context_length"], CONFIG["text_cfg"]["vocab_size"]
_ROWS, _IDS = "token_embedding.rows", "token_embedding.ids"


def load(weights: Path = WEIGHTS, config: dict | None = None) -> CLIP:
    """The model of a weights file in float32; config: open_clip's, by default the card's."""
    model = CLIP(**(config or files.read_json(weights.with_suffix(".json"))["model"]))
    tensors = {k: t.float() if t.is_floating_point() else t for k, t in load_file(weights).items()}
    ids, rows = tensors.pop(_IDS), tensors.pop(_ROWS)
    table = _table(ids, rows[:-1], rows[-1])
    model.load_state_dict({**tensors, "token_embedding.weight": table})
    return model.eval()


def save(model: CLIP, ids: np.ndarray, target: Path) -> None:
    """Write a model that holds only the token rows `ids` (see `shrink`), in float16."""
    tensors = dict(model.state_dict())
    rows = tensors.pop("token_embedding.weight")
    tensors[_ROWS] = torch.cat([rows, rows.mean(0, keepdim=True)])
    tensors = {k: t.half() if t.is_floating_point() else t for k, t in tensors.items()}
    tensors[_IDS] = torch.from_numpy(ids.astype(np.int32))
    write(target, tensors)


def shrink(model: CLIP, ids: np.ndarray) -> CLIP:
    """The same model with only the token rows `ids`, sorted; tokens are then places in `ids`.

    The end mark has the highest number of all tokens and keeps it, so that open_clip finds it.
    """
    rows = model.token_embedding.weight.detach()[torch.from_numpy(ids)].clone()
    model.token_embedding = nn.Embedding.from_pretrained(rows, freeze=False)
    return model


def whole(model: CLIP, ids: np.ndarray) -> CLIP:
    """A copy of a model that `shrink` made, with a row for every token again."""
    copied, rows = copy.deepcopy(model), model.token_embedding.weight.detach()
    table = _table(torch.from_numpy(ids), rows, rows.mean(0))
    copied.token_embedding = nn.Embedding.from_pretrained(table)
    return copied.eval()


def _table(ids: torch.Tensor, rows: torch.Tensor, common: torch.Tensor) -> torch.Tensor:
    table = common.repeat(VOCABULARY, 1)
    table[ids.long().to(table.device)] = rows
    return table


_tokenizer = cache(SimpleTokenizer)


def tokens(text: str) -> list[int]:
    """CLIP's tokens of a text with start and end marks, uncut."""
    tokenizer = _tokenizer()
    if text.isascii() and "&" not in text:  # nothing to repair, so that words stand for themselves
        inside = [token for word in text.split() for token in _word_tokens(word)]
    else:
        inside = tokenizer.encode(text)
    return [tokenizer.sot_token_id, *inside, tokenizer.eot_token_id]


@lru_cache(maxsize=100_000)
def _word_tokens(word: str) -> tuple[int, ...]:  # looked up, since repairing each text is slow
    return tuple(_tokenizer().encode(word))


def padded(sequences: Sequence[Sequence[int]]) -> torch.Tensor:
    """Token sequences as int64 [n, longest], zeros behind; past 77 they end early, with a mark."""
    fitted = [s if len(s) <= CONTEXT else [*s[: CONTEXT - 1], s[-1]] for s in sequences]
    return pad_sequence([torch.tensor(each) for each in fitted], batch_first=True)


def encode_text(model: CLIP, text: torch.Tensor, start: int = 0) -> torch.Tensor:
    """Embeddings of length one, [n, d], of tokens int [n, length], length at most 77.

    open_clip's own wants all texts 77 wide. start: position of the first token; pretraining varies
    it, since captions are short and whole descriptions are not.
    """
    length = text.shape[1]
    x = model.token_embedding(text) + model.positional_embedding[start : start + length]
    x = model.transformer(x, attn_mask=model.attn_mask[:length, :length])
    x = text_global_pool(model.ln_final(x), text, model.text_pool_type)
    return F.normalize(x @ model.text_projection, dim=-1)


@dataclass(frozen=True)
class Towers:
    """A model, and open_clip's own settings for its pictures. half: multiply in bfloat16."""

    model: nn.Module = field(repr=False)
    pictures: PreprocessCfg
    half: bool = False

    @property
    def device(self) -> torch.device:
        return next(self.model.parameters()).device

    @cached_property
    def sized(self) -> Compose:
        """open_clip's steps up to a picture of the model's size; what follows, a batch does."""
        every = image_transform_v2(self.pictures, is_train=False).transforms
        return Compose([step for step in every if not isinstance(step, (ToTensor, Normalize))])

    def pixels(self, image: Image.Image) -> np.ndarray:
        """A picture at the model's size, uint8 [side, side, 3]."""
        return np.asarray(self.sized(image))

    @torch.inference_mode()
    def embed_pixels(self, pixels: np.ndarray, batch: int = 256) -> np.ndarray:
        """float32 [n, d] of length one, of pixels uint8 [n, side, side, 3]."""
        batches = torch.from_numpy(pixels).split(batch)
        parts = [self.embed(self.model.encode_image, self.normalised(some)) for some in batches]
        return torch.cat(parts).numpy()

    def normalised(self, pixels: torch.Tensor) -> torch.Tensor:
        """Pixels uint8 [n, side, side, 3] as the model wants them, [n, 3, side, side]."""
        colours = (self.pictures.mean, self.pictures.std)
        mean, std = (torch.tensor(v, device=self.device)[:, None, None] for v in colours)
        x = pixels.to(self.device).permute(0, 3, 1, 2)
        return (x.float().div_(255) - mean) / std

    @torch.inference_mode()
    def places(self, pixels: np.ndarray, batch: int = 256) -> np.ndarray:
        """What the last two stages of a timm tower see, float16 [n, n_place, wide].

        The places are those of the stage before the last; of the last, each gets what lies there.
        """
        parts = []
        for some in torch.from_numpy(pixels).split(batch):
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.half):
                *_, finer, last = self.model.visual.trunk.forward_intermediates(
                    self.normalised(some), intermediates_only=True
                )
            last = F.interpolate(last.float(), finer.shape[-2:])
            both = torch.cat([finer.float(), last], dim=1).flatten(2).transpose(1, 2)
            parts.append(both.half().cpu())
        return torch.cat(parts).numpy()

    def embed(self, encode: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor):
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.half):
            embedded = encode(x)
        return F.normalize(embedded.float(), dim=-1).cpu()

    @torch.inference_mode()
    def embed_tokens(self, sequences: Sequence[Sequence[int]], batch: int = 128) -> np.ndarray:
        """float32 [n, d] of length one, of token sequences; past 77 tokens they end early.

        Like lengths go together: no text is padded further than to the longest of its batch.
        """
        order = np.argsort([min(len(s), CONTEXT) for s in sequences], kind="stable")
        batches = torch.from_numpy(order).split(batch)
        texts = (padded([sequences[i] for i in rows]).to(self.device) for rows in batches)
        parts = [self.embed(self.encode, text) for text in texts]
        return torch.cat(parts).numpy()[np.argsort(order)]

    def encode(self, text: torch.Tensor) -> torch.Tensor:
        """Of a padded batch; models of another build get all 77 places."""
        if isinstance(self.model, CLIP):
            return encode_text(self.model, text)
        full = F.pad(text, (0, CONTEXT - text.shape[1]))
        return self.model.encode_text(full, normalize=True)


@cache
def embedded(weights: Path, half: bool = False) -> Towers:
    return around(load(weights), half)


def around(model: CLIP, half: bool = False) -> Towers:
    """A model that was pretrained here, moved to the graphics card, if there is one."""
    side, grey = model.visual.image_size[0], (0.5, 0.5, 0.5)
    model.visual.to(memory_format=torch.channels_last)
    pictures = PreprocessCfg(side, mean=grey, std=grey, resize_mode="squash")
    return Towers(model.to(device.find()), pictures, half)


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
    return around(model, half)


@cache
def downloaded(name: str, weights: Path) -> Towers:
    """open_clip's "model/tag" from a file; InputError if that is damaged or another model's."""
    import open_clip

    shape, _, tag = name.partition("/")
    with loading(weights, f"the weights {tag} of {shape}"):
        model = open_clip.create_model(shape, pretrained=str(weights), precision="fp32")
    about = open_clip.get_pretrained_cfg(shape, tag)
    pictures = merge_preprocess_dict({"size": model.visual.image_size}, about)
    return Towers(model.eval().to(device.find()), PreprocessCfg(**pictures))
