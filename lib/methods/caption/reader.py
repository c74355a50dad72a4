"""A captioner that reads what a trained network saw: places in, words out.

The network was looked through once, at every place of every image, and stays as it is. What learns
is a small GPT-2 whose every layer may look at the places (cross-attention). Beside captions it
gives the likelihood of a text that somebody else wrote.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from transformers import GPT2Config, GPT2LMHeadModel

from lib.base.kit.training import autocast
from lib.methods.caption import model
from lib.methods.caption.model import LONGEST, WordPieces
from lib.methods.caption.recipe import SeeingRecipe

ROWS = 1000  # pairs of a sentence and an image that are read together


class Reader(nn.Module):
    """wide: numbers that are seen at a place."""

    def __init__(self, wide: int, words: WordPieces, recipe: SeeingRecipe):
        super().__init__()
        torch.manual_seed(recipe.seed)
        self.words = words
        self.bridge = nn.Sequential(nn.LayerNorm(wide), nn.Linear(wide, recipe.width))
        drop = dict.fromkeys(("attn_pdrop", "embd_pdrop", "resid_pdrop"), recipe.dropout)
        marks = dict.fromkeys(("bos_token_id", "eos_token_id"), words.mark)
        self.decoder = GPT2LMHeadModel(
            GPT2Config(
                vocab_size=words.tokenizer.get_vocab_size(), n_positions=LONGEST,
                n_embd=recipe.width, n_layer=recipe.layers, n_head=recipe.heads,
                activation_function="gelu_pytorch_tanh", add_cross_attention=True,
                is_decoder=True, **drop, **marks,
            )
        )  # fmt: skip

    @property
    def device(self) -> torch.device:
        return self.decoder.device

    def encode(self, places: np.ndarray) -> torch.Tensor:
        """[n, n_place, width] of places, float [n, n_place, wide]."""
        return self.bridge(torch.from_numpy(places).to(self.device).float())

    def losses(
        self, seen: torch.Tensor, sentences: Sequence[Sequence[int]], of: np.ndarray
    ) -> torch.Tensor:
        """As `Captioner.losses`; seen: of `encode`."""
        return model.sentence_losses(self.decoder, seen, sentences, of)

    def captions(self, places: np.ndarray, beams: int = 1, seed: int | None = None) -> list[str]:
        """A caption of each image's places, as `Captioner.captions`."""
        how = model.written(self.words, beams, seed)

        def write(some: np.ndarray) -> torch.Tensor:
            with autocast(self.device):
                first = torch.full((len(some), 1), self.words.mark, device=self.device)
                seen = self.encode(some)
                return self.decoder.generate(first, encoder_hidden_states=seen, **how)

        return model.texts(self.words, places, write)

    @torch.inference_mode()
    def likelihoods(
        self, places: np.ndarray, sentences: Sequence[Sequence[str]], candidates: np.ndarray
    ) -> np.ndarray:
        """log p(description | image) of some images of each query, float32 [n_query, k].

        places: of the gallery; sentences: of each query; candidates: int [n_query, k]. Sentences
        of one length are read together, so that nothing is padded.
        """
        pieces = [self.words.encode(own) for own in sentences]
        query = np.repeat(np.arange(len(pieces)), [len(own) for own in pieces])
        every = [piece for own in pieces for piece in own]
        lengths = np.array([len(piece) for piece in every])
        found, k = np.zeros(candidates.shape), candidates.shape[1]
        with autocast(self.device):
            seen = torch.cat([self.encode(part) for part in np.array_split(places, 8)])
            for length in np.unique(lengths):
                same = np.flatnonzero(lengths == length)
                for some in np.array_split(same, -(-len(same) * k // ROWS)):
                    images = torch.from_numpy(candidates[query[some]].ravel())
                    ids = torch.tensor([every[i] for i in some]).repeat_interleave(k, dim=0)
                    ids = ids.to(self.device)
                    logits = self.decoder(input_ids=ids, encoder_hidden_states=seen[images]).logits
                    losses = model.row_losses(logits, ids, torch.ones_like(ids)) * (length - 1)
                    np.add.at(found, query[some], -losses.view(-1, k).cpu().numpy())
        return found.astype(np.float32)
