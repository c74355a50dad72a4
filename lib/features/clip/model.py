"""The embedded CLIP: built by open_clip from a config of its own, kept in one safetensors file.

It has CLIP's two towers, CLIP's tokenizer and CLIP's context of 77, all small. Of the table of
49,408 token embeddings only the rows whose tokens occur in the corpus are trained and kept; every
other token shares one row, their mean: a word that the model never read says nothing of its own.
"""

import copy
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import torch
from open_clip.model import CLIP, text_global_pool
from open_clip.tokenizer import SimpleTokenizer
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional as F

from lib.base import files
from lib.features.clip import WEIGHTS

VOCABULARY = 49_408
CONTEXT = 77
CONFIG = {
    "embed_dim": 256,
    "vision_cfg": {"timm_model_name": "resnet10t", "image_size": 64, "timm_pool": "avg"},
    "text_cfg": {
        "context_length": CONTEXT,
        "vocab_size": VOCABULARY,
        "width": 192,
        "heads": 3,
        "layers": 4,
    },
}
_ROWS, _IDS = "token_embedding.rows", "token_embedding.ids"


def create(config: dict = CONFIG) -> CLIP:
    """An untrained model; config: as open_clip's own JSON files."""
    return CLIP(**config)


def load(weights: Path = WEIGHTS, config: dict | None = None) -> CLIP:
    """The model of a weights file in float32, ready to embed.

    config: as `create`; by default that of the card beside the weights.
    """
    model = create(config or files.read_json(weights.with_suffix(".json"))["model"])
    tensors = load_file(weights)
    tensors = {name: t.float() if t.is_floating_point() else t for name, t in tensors.items()}
    ids, rows = tensors.pop(_IDS), tensors.pop(_ROWS)
    table = _table(ids, rows[:-1], rows[-1])
    model.load_state_dict({**tensors, "token_embedding.weight": table})
    return model.eval()


def save(model: CLIP, ids: np.ndarray, target: Path) -> None:
    """Write a model that holds only the token rows `ids` (see `shrink`), in float16."""
    tensors = {
        name: (t.half() if t.is_floating_point() else t).contiguous()
        for name, t in model.state_dict().items()
    }
    rows = model.token_embedding.weight.detach()
    tensors[_ROWS] = torch.cat([rows, rows.mean(0, keepdim=True)]).half()
    tensors[_IDS] = torch.from_numpy(ids.astype(np.int32))
    del tensors["token_embedding.weight"]
    with files.writing(target) as temporary:
        save_file(tensors, temporary)


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
    """The rows at their places among all tokens, the common row everywhere else."""
    table = common.repeat(VOCABULARY, 1)
    table[ids.long().to(table.device)] = rows
    return table


@cache
def _tokenizer() -> SimpleTokenizer:
    return SimpleTokenizer()


def tokens(text: str) -> list[int]:
    """CLIP's tokens of a text with start and end marks, uncut."""
    tokenizer = _tokenizer()
    if text.isascii() and "&" not in text:  # nothing to repair, so that words stand for themselves
        inside = [token for word in text.split() for token in _word_tokens(word)]
    else:
        inside = tokenizer.encode(text)
    return [tokenizer.sot_token_id, *inside, tokenizer.eot_token_id]


@lru_cache(maxsize=100_000)
def _word_tokens(word: str) -> tuple[int, ...]:
    """Tokens of what stands between two spaces; looked up, since repairing each text is slow."""
    return tuple(_tokenizer().encode(word))


def fitted(sequence: list[int]) -> list[int]:
    """The sequence as CLIP reads it: past 77 tokens it ends early, with its end mark."""
    return sequence if len(sequence) <= CONTEXT else [*sequence[: CONTEXT - 1], sequence[-1]]


def padded(sequences: Sequence[Sequence[int]]) -> torch.Tensor:
    """Token sequences as one int64 [n, longest], zeros behind their ends, not 77 wide."""
    result = torch.zeros(len(sequences), max(map(len, sequences)), dtype=torch.int64)
    for row, sequence in zip(result, sequences, strict=True):
        row[: len(sequence)] = torch.as_tensor(sequence)
    return result


def encode_text(model: CLIP, text: torch.Tensor, start: int = 0) -> torch.Tensor:
    """Embeddings of length one, [n, d], of tokens int [n, length], length at most 77.

    The same as open_clip's for start 0, which wants all texts 77 wide. start: position of the
    first token; pretraining varies it, since captions are short and whole descriptions are not.
    """
    length = text.shape[1]
    x = model.token_embedding(text) + model.positional_embedding[start : start + length]
    x = model.transformer(x, attn_mask=model.attn_mask[:length, :length])
    x = text_global_pool(model.ln_final(x), text, model.text_pool_type)
    return F.normalize(x @ model.text_projection, dim=-1)
