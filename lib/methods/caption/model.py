"""A captioner: transformers' VisionEncoderDecoderModel of a ViT and a GPT-2, with its words."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
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
        self.state, self.tokenizer = state, Tokenizer.from_str(state)
        self.mark = self.tokenizer.token_to_id(END)

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

    def losses(self, encoded: torch.Tensor, sentences: Sequence[Sequence[int]]) -> torch.Tensor:
        """Cross-entropy of each sentence's pieces given what was seen, float [n_sentence].

        encoded: [n_image, …]; sentences: as many for each image, one image's after another's.
        """
        order = np.argsort([len(sentence) for sentence in sentences], kind="stable")
        each, losses = len(sentences) // len(encoded), []
        for rows in np.array_split(order, min(PARTS, len(order))):
            ids, mask = (x.to(encoded.device) for x in padded([sentences[i] for i in rows]))
            seen = encoded[torch.from_numpy(rows // each).to(encoded.device)]
            about = {"attention_mask": mask, "encoder_hidden_states": seen}
            logits = self.model.decoder(input_ids=ids, **about).logits
            losses.append(sentence_losses(logits, ids, mask))
        return torch.cat(losses)[torch.from_numpy(np.argsort(order)).to(encoded.device)]

    @torch.inference_mode()
    def captions(self, pixels: np.ndarray, beams: int = 1, seed: int | None = None) -> list[str]:
        """A caption of each picture: the greedy one, of a beam search, or drawn with a seed."""
        if seed is not None:
            torch.manual_seed(seed)
        marks = ("decoder_start_token_id", "eos_token_id", "pad_token_id")
        how = dict.fromkeys(marks, self.words.mark) | {"max_new_tokens": MOST, "num_beams": beams}
        how |= {"do_sample": seed is not None, "top_k": None if seed is None else 0}
        captions = []
        for start in range(0, len(pixels), BATCH):
            x = inputs(pixels[start : start + BATCH], self.side, self.model.device)
            captions += self.words.decode(self.model.generate(x, **how).tolist())
        return captions


def inputs(pixels: np.ndarray, side: int, place: torch.device) -> torch.Tensor:
    """Pixels uint8 [n, s, s, 3] as [n, 3, side, side] in -1 … 1, as ViTs are pretrained."""
    x = torch.from_numpy(pixels).to(place).permute(0, 3, 1, 2).float()
    if x.shape[-1] != side:
        x = F.interpolate(x, (side, side), mode="bilinear", antialias=True)
    return x / 127.5 - 1


def sentence_losses(logits: torch.Tensor, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy of each sentence's pieces after the first, float [n]."""
    predicted, wanted = logits[:, :-1].flatten(0, 1).float(), ids[:, 1:].flatten()
    losses = F.cross_entropy(predicted, wanted, reduction="none").view(len(ids), -1)
    counted = mask[:, 1:].float()
    return (losses * counted).sum(dim=1) / counted.sum(dim=1)


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
