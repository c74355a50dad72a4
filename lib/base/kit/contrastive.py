"""The loss of CLIP: every image finds its texts among those of a batch, every text its image."""

import torch
from torch.nn.functional import cross_entropy


def contrastive(
    images: torch.Tensor, texts: torch.Tensor, scale: torch.Tensor, ids: torch.Tensor
) -> torch.Tensor:
    """CLIP's symmetric loss with positives by image: all pairs of one id are right.

    images, texts: [n, d] of length one; scale: what cosines are multiplied by; ids: int [n].
    Source: Radford et al. 2021 (2103.00020), whose positives are the pairs alone.
    """
    logits = scale * images @ texts.T  # [n, n]
    right = (ids[:, None] == ids[None]).float()
    right = right / right.sum(dim=1, keepdim=True)
    return (cross_entropy(logits, right) + cross_entropy(logits.T, right)) / 2
