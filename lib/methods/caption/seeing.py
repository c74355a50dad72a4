"""A captioner whose eyes can see: a small GPT-2 reads what a trained network saw.

The network is looked through once, at every place of every image, and stays as it is. What learns
is what reads it: a GPT-2 whose every layer may look at the places (cross-attention), on all five
sentences of an image. Beside captions it gives the likelihood of a text that somebody else wrote.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from transformers import GPT2Config, GPT2LMHeadModel

from lib.base.kit.training import autocast, padded
from lib.methods.caption.model import LONGEST, MOST, WordPieces

ALIKE = 4  # parts of a batch that is cut by length
AT_ONCE = 500  # images that are captioned together
ROWS = 1000  # pairs of a sentence and an image that are read together


@dataclass(frozen=True)
class SeeingRecipe:
    """What reads, and how it learns; rate and decay are AdamW's."""

    width: int = 256
    layers: int = 2
    heads: int = 4
    pieces: int = 2000
    dropout: float = 0.1
    epochs: int = 3
    batch: int = 64  # images a step, each with all its sentences
    rate: float = 1e-3
    decay: float = 0.05
    seed: int = 0


class Reader(nn.Module):
    """Places → words. wide: numbers that the eyes give for a place."""

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
    def place(self) -> torch.device:
        return self.bridge[1].weight.device

    def look(self, places: np.ndarray) -> torch.Tensor:
        """[n, n_place, width] of places, float [n, n_place, wide]."""
        return self.bridge(torch.from_numpy(places).to(self.place).float())

    def losses(
        self, seen: torch.Tensor, sentences: Sequence[Sequence[int]], of: np.ndarray
    ) -> torch.Tensor:
        """Cross-entropy of each sentence, summed over its pieces, float [n_sentence].

        seen: what `look` gives; of: int [n_sentence], the row of seen that a sentence is read with.
        """
        order = np.argsort([len(sentence) for sentence in sentences], kind="stable")
        losses = []
        for rows in np.array_split(order, min(ALIKE, len(order))):
            ids, mask = (x.to(self.place) for x in padded([sentences[i] for i in rows]))
            own = seen[torch.from_numpy(of[rows]).to(self.place)]
            losses.append(self.read(own, ids, mask))
        return torch.cat(losses)[torch.from_numpy(np.argsort(order)).to(self.place)]

    @torch.inference_mode()
    def captions(
        self, places: np.ndarray, seed: int | None = None, warmth: float = 1.0
    ) -> list[str]:
        """A caption of each image: greedy, or drawn with a seed at a temperature."""
        self.eval()
        rng = None if seed is None else torch.Generator(self.place).manual_seed(seed)
        texts = []
        for start in range(0, len(places), AT_ONCE):
            with autocast(self.place):
                seen = self.look(places[start : start + AT_ONCE])
                texts += self.words.decode(self.written(seen, rng, warmth).tolist())
        return texts

    def written(self, seen: torch.Tensor, rng: torch.Generator | None, warmth: float):
        """Word pieces of each row of seen, int [n, …]: one decoding step after the other."""
        ids = torch.full((len(seen), 1), self.words.mark, device=self.place)
        now, past = ids, None
        for _ in range(MOST):
            out = self.decoder(input_ids=now, past_key_values=past, use_cache=True,
                               encoder_hidden_states=seen)  # fmt: skip
            past, logits = out.past_key_values, out.logits[:, -1].float()
            if rng is None:
                now = logits.argmax(dim=1, keepdim=True)
            else:
                now = torch.multinomial(F.softmax(logits / warmth, dim=1), 1, generator=rng)
            ids = torch.cat([ids, now], dim=1)
            if (ids[:, 1:] == self.words.mark).any(dim=1).all():
                break
        return ids

    @torch.inference_mode()
    def likelihoods(
        self, places: np.ndarray, sentences: Sequence[Sequence[str]], candidates: np.ndarray
    ) -> np.ndarray:
        """log p(description | image) of some images of each query, float [n_query, k].

        places: of the gallery; sentences: of each query; candidates: int [n_query, k]. Sentences
        of one length are read together, so that nothing is padded.
        """
        self.eval()
        pieces = [self.words.encode(own) for own in sentences]
        query = np.repeat(np.arange(len(pieces)), [len(own) for own in pieces])
        every = [piece for own in pieces for piece in own]
        lengths = np.array([len(piece) for piece in every])
        found = np.zeros(candidates.shape)
        at_once = max(1, ROWS // candidates.shape[1])
        with autocast(self.place):
            seen = torch.cat([self.look(part) for part in np.array_split(places, 8)])
            for length in np.unique(lengths):
                same = np.flatnonzero(lengths == length)
                for some in np.array_split(same, -(-len(same) // at_once)):
                    images = candidates[query[some]]  # [n_sentence, k]
                    ids = torch.tensor([every[i] for i in some]).repeat_interleave(
                        images.shape[1], dim=0
                    )
                    losses = self.read(seen[torch.from_numpy(images.ravel())], ids.to(self.place))
                    np.add.at(found, query[some], -losses.view(images.shape).cpu().numpy())
        return found.astype(np.float32)

    def read(self, seen: torch.Tensor, ids: torch.Tensor, mask: torch.Tensor | None = None):
        """Cross-entropy of rows of pieces with what is seen beside them, summed, float [n]."""
        logits = self.decoder(input_ids=ids, attention_mask=mask, encoder_hidden_states=seen).logits
        predicted, wanted = logits[:, :-1].flatten(0, 1).float(), ids[:, 1:].flatten()
        each = F.cross_entropy(predicted, wanted, reduction="none").view(len(ids), -1)
        return (each if mask is None else each * mask[:, 1:]).sum(dim=1)
