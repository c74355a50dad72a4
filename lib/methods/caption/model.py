"""A captioner: transformers' VisionEncoderDecoderModel of a ViT and a GPT-2, with its words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import transformers
from safetensors import safe_open
from safetensors.torch import save_file
from torch.nn import functional as F
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    VisionEncoderDecoderModel,
    ViTConfig,
    ViTModel,
)

from lib.base import files
from lib.base.kit.training import padded
from lib.methods.caption import words
from lib.methods.caption.recipe import Shape

MOST = 24  # pieces of a caption
PARTS = 4  # that a batch of sentences is cut into by length: most of the padding goes

# Its warnings are of settings that are meant, and its bars would stand in saved outputs.
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


@dataclass(frozen=True)
class Captioner:
    """A model and the tokenizer of its GPT-2, as JSON."""

    model: VisionEncoderDecoderModel
    told: str

    @property
    def side(self) -> int:
        """Pixels that the ViT sees."""
        return self.model.config.encoder.image_size

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return self.model.device

    def looked_at(self, pixels: np.ndarray) -> torch.Tensor:
        """What the ViT sees in pixels uint8 [n, s, s, 3]: [n, n_patch + 1, width]."""
        return self.model.encoder(pixel_values=self.seen(pixels)).last_hidden_state

    def seen(self, pixels: np.ndarray) -> torch.Tensor:
        """Pixels as the ViT wants them, [n, 3, side, side] in -1 … 1, as it was pretrained."""
        x = torch.from_numpy(pixels).to(self.device).permute(0, 3, 1, 2).float()
        if x.shape[-1] != self.side:
            x = F.interpolate(x, (self.side, self.side), mode="bilinear", antialias=True)
        return x / 127.5 - 1

    def written(self, looked: torch.Tensor, sentences: Sequence[Sequence[int]]) -> torch.Tensor:
        """Cross-entropy of each sentence's pieces given what was seen, float [n_sentence].

        looked: [n_image, …]; sentences: as many for each image, one image's after another's.
        """
        order = np.argsort([len(sentence) for sentence in sentences], kind="stable")
        each, losses = len(sentences) // len(looked), []
        for rows in np.array_split(order, min(PARTS, len(order))):
            ids, mask = (x.to(self.device) for x in padded([sentences[i] for i in rows]))
            seen = looked[torch.from_numpy(rows // each).to(looked.device)]
            logits = self.model.decoder(
                input_ids=ids, attention_mask=mask, encoder_hidden_states=seen
            ).logits
            losses.append(per_sentence(logits, ids, mask))
        return torch.cat(losses)[torch.from_numpy(np.argsort(order)).to(looked.device)]

    @torch.inference_mode()
    def captions(self, pixels: np.ndarray, beams: int = 1, sampled: int | None = None) -> list[str]:
        """A caption of each picture: the greedy one, of a beam search, or drawn with a seed."""
        mark, drawn = words.end(self.told), sampled is not None
        if drawn:
            torch.manual_seed(sampled)
        rows = self.model.generate(
            self.seen(pixels),
            decoder_start_token_id=mark,
            eos_token_id=mark,
            pad_token_id=mark,
            max_new_tokens=MOST,
            num_beams=beams,
            do_sample=drawn,
            top_k=0 if drawn else None,
        )
        return words.decoded(rows.tolist(), self.told)


def per_sentence(logits: torch.Tensor, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy of each sentence's pieces after the first, float [n]."""
    told, wanted = logits[:, :-1].flatten(0, 1).float(), ids[:, 1:].flatten()
    losses = F.cross_entropy(told, wanted, reduction="none").view(len(ids), -1)
    weights = mask[:, 1:].float()
    return (losses * weights).sum(dim=1) / weights.sum(dim=1)


def vit(shape: Shape) -> ViTModel:
    """An untrained ViT."""
    return ViTModel(ViTConfig(**shape.vit), add_pooling_layer=False)


def gpt2(shape: Shape, told: str, joined: bool) -> GPT2LMHeadModel:
    """An untrained GPT-2; joined: with the layers that look at an image."""
    mark = words.end(told)
    sizes = {"n_positions": words.LONGEST, **shape.gpt2}
    config = GPT2Config(
        vocab_size=words.tokenizer(told).get_vocab_size(), bos_token_id=mark, eos_token_id=mark,
        add_cross_attention=joined, is_decoder=joined, **sizes,
    )  # fmt: skip
    network = GPT2LMHeadModel(config)
    network.register_state_dict_post_hook(apart)
    return network


def apart(_, state: dict, prefix: str, __) -> None:
    """The words' table and the last layer share their numbers, which safetensors cannot write."""
    state[f"{prefix}lm_head.weight"] = state[f"{prefix}lm_head.weight"].clone()


def join(
    shape: Shape, told: str, eyes: dict | None = None, tongue: dict | None = None
) -> Captioner:
    """A captioner whose parts were trained apart; what joins them is random.

    eyes, tongue: states of the ViT and of the GPT-2; None leaves a part untrained.
    """
    looks, writes = vit(shape), gpt2(shape, told, joined=True)
    if eyes is not None:
        looks.load_state_dict(eyes)
    if tongue is not None:
        missing, unknown = writes.load_state_dict(tongue, strict=False)
        assert not unknown and all("cross" in name for name in missing)
    return Captioner(VisionEncoderDecoderModel(encoder=looks, decoder=writes), told)


def save(captioner: Captioner, shape: Shape, target: Path) -> None:
    """Write a captioner with all that building it needs."""
    state = captioner.model.state_dict()
    tensors = {name: t.detach().cpu().clone() for name, t in state.items()}
    about = {"vit": shape.vit, "gpt2": shape.gpt2, "pieces": shape.pieces}
    with files.writing(target) as temporary:
        save_file(tensors, temporary, {"shape": json.dumps(about), "tokenizer": captioner.told})


def load(weights: Path) -> Captioner:
    """The captioner of a file, in evaluation, on the graphics card if there is one."""
    with safe_open(weights, "pt") as stored:
        about = stored.metadata()
        state = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    captioner = join(Shape(**json.loads(about["shape"])), about["tokenizer"])
    captioner.model.load_state_dict(state)
    return placed(captioner)


def placed(captioner: Captioner) -> Captioner:
    """In evaluation, on the graphics card if there is one."""
    captioner.model.eval().to("cuda" if torch.cuda.is_available() else "cpu")
    return captioner
