"""How fast a captioner of the paper's size is fine-tuned: ViT-B/16 at 224 pixels and GPT-2."""

import numpy as np

BATCH, STEPS, LENGTH = 8, 3, 14  # pictures a step; the first step is not timed; pieces a sentence
PIECES = 50_257  # of GPT-2


def paper_size() -> dict:
    """Images a second of fine-tuning on this machine, and the hours for one pass over 10,000."""
    import torch
    from transformers import (
        GPT2Config,
        GPT2LMHeadModel,
        VisionEncoderDecoderModel,
        ViTConfig,
        ViTModel,
    )

    from lib.base.kit import training
    from lib.methods.caption.model import Captioner

    looks = ViTModel(ViTConfig(), add_pooling_layer=False)
    writes = GPT2LMHeadModel(GPT2Config(add_cross_attention=True, is_decoder=True))
    captioner = Captioner(VisionEncoderDecoderModel(encoder=looks, decoder=writes), "")
    captioner.model.to("cuda" if torch.cuda.is_available() else "cpu")
    optimizer = training.adamw(captioner.model, 5e-5, 0.0)
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (BATCH, 224, 224, 3)).astype(np.uint8)
    sentences = rng.integers(0, PIECES, (BATCH, LENGTH)).tolist()

    def loss_of() -> torch.Tensor:
        return captioner.written(captioner.looked_at(pixels), sentences).mean()

    about = training.speed(captioner.model, optimizer, loss_of, BATCH, STEPS)
    return {**about, "hours_a_pass": 10_000 / about["images_a_second"] / 3600}
