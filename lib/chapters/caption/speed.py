"""How fast a captioner of the paper's size is fine-tuned: ViT-B/16 at 224 pixels and GPT-2."""

import time

import numpy as np

from lib.features.clip.source import has_bfloat16

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
    rng, times = np.random.default_rng(0), []
    pixels = rng.integers(0, 256, (BATCH, 224, 224, 3)).astype(np.uint8)
    sentences = rng.integers(0, PIECES, (BATCH, LENGTH)).tolist()
    for _ in range(STEPS):
        start = time.perf_counter()
        with torch.autocast(captioner.device.type, torch.bfloat16, has_bfloat16()):
            loss = captioner.written(captioner.looked_at(pixels), sentences).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        float(loss.detach())  # waits for a graphics card
        times.append(time.perf_counter() - start)
    rate = BATCH / float(np.mean(times[1:]))
    parameters = sum(p.numel() for p in captioner.model.parameters())
    return {"images_a_second": rate, "hours_a_pass": 10_000 / rate / 3600,
            "parameters": parameters, "device": captioner.device.type}  # fmt: skip
