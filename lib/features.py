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


def variance_kept(features: np.ndarray) -> np.ndarray:
    """Share of the variance in the first 1, 2, … principal components, [n_feature].

    features: [n, n_features]. Read off the covariance, which is far smaller than the data.
    """
    variances = np.linalg.eigvalsh(np.cov(features, rowvar=False))[::-1].clip(0)
    return np.cumsum(variances) / variances.sum()


REDUCTIONS = {"subset": random_subset, "projection": random_projection}
