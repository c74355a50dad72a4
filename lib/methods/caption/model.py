"""A captioner: transformers' VisionEncoderDecoderModel of a ViT and a GPT-2, with its words."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import torch
import transformers
from tokenizers import ByteLevelBPETokenizer, Tokenizer
from torch.nn import functional as F
from transformers import GPT2Config, GPT2LMHeadModel, VisionEncoderDecoderModel, ViTConfig, ViTModel

from lib.base import cache, device, errors
from lib.base.kit import weights
from lib.base.kit.training import padded
from lib.methods.caption.recipe import CaptionShape

END = "<|endoftext|>"  # opens and closes every text, as in GPT-2
LONGEST = 40  # pieces of a sentence, both marks included
MOST = 24  # pieces of a caption
BATCH = 250  # pictures that are captioned at once
PARTS = 4  # that a batch of sentences is cut into by length: most of the padding goes

# Its warnings are of settings that are meant, and its bars would stand in saved outputs.
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


class WordPieces:
    """Sentences ↔ numbers of word pieces, as GPT-2 reads them; state: a tokenizer as JSON."""

    def __init__(self, state: str):
        self.state = state

    @cached_property
    def tokenizer(self) -> Tokenizer:
        return Tokenizer.from_str(self.state)

    @cached_property
    def mark(self) -> int:
        return self.tokenizer.token_to_id(END)

    @classmethod
    def learn(cls, sentences: Sequence[str], size: int) -> "WordPieces":
        """Byte pairs of these sentences, learned once for each content."""

        def compute() -> dict[str, np.ndarray]:
            pairs = ByteLevelBPETokenizer()
            pairs.train_from_iterator(sentences, size, special_tokens=[END], show_progress=False)
            return {"tokenizer": cache.pack_words([pairs.to_str()])}

        entry = cache.cached("pieces", {"sentences": list(sentences), "bytes": size}, compute)
        return cls("\n".join(cache.unpack_words(entry.arrays["tokenizer"])))

    def encode(self, sentences: Sequence[str]) -> list[list[int]]:
        """Numbers of each sentence's pieces between two marks; what is longer loses its end."""
        rows = self.tokenizer.encode_batch(list(sentences))
        return [[self.mark, *row.ids[: LONGEST - 2], self.mark] for row in rows]

    def decode(self, rows: Sequence[Sequence[int]]) -> list[str]:
        """The texts of rows of numbers; a row ends at the first mark after its opening."""
        texts = []
        for row in rows:
            inside = list(row)[1:]
            inside = inside[: inside.index(self.mark)] if self.mark in inside else inside
            text = self.tokenizer.decode(inside)  # random weights may write bytes that are no text
            texts.append(" ".join("".join(c if c.isprintable() else " " for c in text).split()))
        return texts


@dataclass(frozen=True)
class Captioner:
    """A model, in evaluation on the graphics card if there is one, and its GPT-2's word pieces."""

    model: VisionEncoderDecoderModel
    words: WordPieces

    def __post_init__(self):
        self.model.eval().to(device.find())

    @property
    def side(self) -> int:
        return self.model.config.encoder.image_size

    def encode(self, pixels: np.ndarray) -> torch.Tensor:
        """What the ViT sees in pixels uint8 [n, s, s, 3]: [n, n_patch + 1, width]."""
        x = inputs(pixels, self.side, self.model.device)
        return self.model.encoder(pixel_values=x).last_hidden_state

    def losses(
        self, encoded: torch.Tensor, sentences: Sequence[Sequence[int]], of: np.ndarray
    ) -> torch.Tensor:
        """Cross-entropy of each sentence's pieces given what was seen, float [n_sentence].

        encoded: [n_image, …]; of: int [n_sentence], the row of `encoded` each is read with.
        """
        return sentence_losses(self.model.decoder, encoded, sentences, of)

    def captions(self, pixels: np.ndarray, beams: int = 1, seed: int | None = None) -> list[str]:
        """A caption of each picture: the greedy one, of a beam search, or drawn with a seed."""
        model, how = self.model, written(self.words, beams, seed)

        def write(some: np.ndarray) -> torch.Tensor:
            return model.generate(
                inputs(some, self.side, model.device), decoder_start_token_id=self.words.mark, **how
            )

        return texts(self.words, pixels, write)


def inputs(pixels: np.ndarray, side: int, place: torch.device) -> torch.Tensor:
    """Pixels uint8 [n, s, s, 3] as [n, 3, side, side] in -1 … 1, as ViTs are pretrained."""
    x = torch.from_numpy(pixels).to(place).permute(0, 3, 1, 2).float()
    if x.shape[-1] != side:
        x = F.interpolate(x, (side, side), mode="bilinear", antialias=True)
    return x / 127.5 - 1


def sentence_losses(
    decoder: GPT2LMHeadModel, seen: torch.Tensor, sentences: Sequence[Sequence[int]], of: np.ndarray
) -> torch.Tensor:
    """Mean cross-entropy of each sentence's pieces after the first, beside seen[of], float [n]."""
    order = np.argsort([len(sentence) for sentence in sentences], kind="stable")
    losses = []
    for rows in np.array_split(order, min(PARTS, len(order))):
        ids, mask = (x.to(seen.device) for x in padded([sentences[i] for i in rows]))
        beside = seen[torch.from_numpy(of[rows]).to(seen.device)]
        logits = decoder(input_ids=ids, attention_mask=mask, encoder_hidden_states=beside).logits
        losses.append(row_losses(logits, ids, mask))
    return torch.cat(losses)[torch.from_numpy(np.argsort(order)).to(seen.device)]


def row_losses(logits: torch.Tensor, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy of each row's pieces after the first, float [n]."""
    predicted, wanted = logits[:, :-1].flatten(0, 1).float(), ids[:, 1:].flatten()
    losses = F.cross_entropy(predicted, wanted, reduction="none").view(len(ids), -1)
    counted = mask[:, 1:].float()
    return (losses * counted).sum(dim=1) / counted.sum(dim=1)


def written(words: WordPieces, beams: int, seed: int | None) -> dict:
    """How transformers' `generate` shall write: greedily, with beams, or drawing from a seed."""
    if seed is not None:
        torch.manual_seed(seed)
    return {
        "eos_token_id": words.mark, "pad_token_id": words.mark, "max_new_tokens": MOST,
        "num_beams": beams, "do_sample": seed is not None, "top_k": None if seed is None else 0,
    }  # fmt: skip


@torch.inference_mode()
def texts(
    words: WordPieces, images: np.ndarray, write: Callable[[np.ndarray], torch.Tensor]
) -> list[str]:
    """What `write` makes of images, some hundreds at a time, as texts."""
    starts = range(0, len(images), BATCH)
    return [text for s in starts for text in words.decode(write(images[s : s + BATCH]).tolist())]


def vit(shape: CaptionShape) -> ViTModel:
    return ViTModel(ViTConfig(**shape.vit), add_pooling_layer=False)


def gpt2(shape: CaptionShape, words: WordPieces, joined: bool) -> GPT2LMHeadModel:
    """An untrained GPT-2; joined: with the layers that look at an image."""
    sizes = {"n_positions": LONGEST, **shape.gpt2}
    config = GPT2Config(
        vocab_size=words.tokenizer.get_vocab_size(), bos_token_id=words.mark,
        eos_token_id=words.mark, add_cross_attention=joined, is_decoder=joined, **sizes,
    )  # fmt: skip
    return GPT2LMHeadModel(config)


def join(shape: CaptionShape, words: WordPieces, encoder=None, decoder=None, seed=0) -> Captioner:
    """A captioner of files of ViT and GPT-2 (None: untrained); what joins them is random."""
    torch.manual_seed(seed)
    image, language = vit(shape), gpt2(shape, words, joined=True)
    if encoder:
        image.load_state_dict(weights.read(encoder)[0])
    if decoder:
        missing, unknown = language.load_state_dict(weights.read(decoder)[0], strict=False)
        assert not unknown and all("cross" in name for name in missing)
    return Captioner(VisionEncoderDecoderModel(encoder=image, decoder=language), words)


def save(captioner: Captioner, shape: CaptionShape, target: Path) -> None:
    about = {"shape": json.dumps(asdict(shape)), "tokenizer": captioner.words.state}
    weights.write(target, captioner.model.state_dict(), about)


@lru_cache(maxsize=2)
def load(source: Path) -> Captioner:
    tensors, about = weights.read(source)
    captioner = join(CaptionShape(**json.loads(about["shape"])), WordPieces(about["tokenizer"]))
    captioner.model.load_state_dict(tensors)
    return captioner


@lru_cache(maxsize=1)
def read(*folders: Path) -> Captioner:
    """A downloaded captioner, whole or a ViT and a GPT-2; InputError if one cannot be loaded."""
    with errors.loading(folders[-1], "the weights of a ViT and a GPT-2"):
        if len(folders) == 1:
            both = weights.pretrained(VisionEncoderDecoderModel, *folders, "lm_head", "pooler")
        else:
            torch.manual_seed(0)  # what joins them is drawn
            image = weights.pretrained(ViTModel, folders[0], "pooler", add_pooling_layer=False)
            joined = {"is_decoder": True, "add_cross_attention": True}
            config = GPT2Config.from_pretrained(folders[1], **joined)
            unmet = "lm_head", "cross"
            language = weights.pretrained(GPT2LMHeadModel, folders[1], *unmet, config=config)
            both = VisionEncoderDecoderModel(encoder=image, decoder=language)
    files = (f"{folders[-1]}/{name}" for name in ("vocab.json", "merges.txt"))
    pairs = ByteLevelBPETokenizer.from_file(*files)
    pairs.add_special_tokens([END])
    return Captioner(both, WordPieces(pairs.to_str()))
