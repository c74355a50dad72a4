"""Reductions of CNN features to fewer dimensions."""

from collections.abc import Callable

import numpy as np

Reduce = Callable[[np.ndarray], np.ndarray]


def random_subset(n_features: int, n_kept: int, rng: np.random.Generator) -> Reduce:
    """Keep n_kept randomly chosen columns: [n, n_features] → [n, n_kept]."""
    columns = np.sort(rng.choice(n_features, n_kept, replace=False))
    return lambda features: features[:, columns]


def random_projection(n_features: int, n_kept: int, rng: np.random.Generator) -> Reduce:
    """Multiply by a random Gaussian matrix that keeps lengths on average.

    [n, n_features] → [n, n_kept], float32.
    """
    matrix = rng.normal(scale=n_kept**-0.5, size=(n_features, n_kept)).astype(np.float32)
    return lambda features: features @ matrix


REDUCTIONS = {"subset": random_subset, "projection": random_projection}
