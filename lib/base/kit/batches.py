"""Sequences of unlike lengths as one batch."""

from collections.abc import Sequence

import torch


def padded(sequences: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Sequences as one int64 [n, longest] with zeros behind their ends, and the mask of them."""
    ids = torch.zeros(len(sequences), max(map(len, sequences)), dtype=torch.int64)
    mask = torch.zeros_like(ids)
    for row, ones, sequence in zip(ids, mask, sequences, strict=True):
        row[: len(sequence)] = torch.as_tensor(sequence)
        ones[: len(sequence)] = 1
    return ids, mask
