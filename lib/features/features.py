"""Reductions of CNN features to fewer dimensions."""

from collections.abc import Callable

import numpy as np
from sklearn.decomposition import PCA

# Raise it when a reduction gives other numbers: records are then made again.
VERSION = 1

Reduce = Callable[[np.ndarray], np.ndarray]


def random_subset(features: np.ndarray, n_kept: int, rng: np.random.Generator) -> Reduce:
    """Keep n_kept randomly chosen columns: [n, n_features] → [n, n_kept]."""
    columns = np.sort(rng.choice(features.shape[1], n_kept, replace=False))
    return lambda features: features[:, columns]


def random_projection(features: np.ndarray, n_kept: int, rng: np.random.Generator) -> Reduce:
    """Multiply by a random Gaussian matrix that keeps lengths on average.

    [n, n_features] → [n, n_kept], float32.
    """
    shape = features.shape[1], n_kept
    matrix = rng.normal(scale=n_kept**-0.5, size=shape).astype(np.float32)
    return lambda features: features @ matrix


def components(features: np.ndarray, n_kept: int, rng: np.random.Generator) -> Reduce:
    """Project on the first principal components of these features; nothing is left to chance.

    [n, n_features] → [n, n_kept], float32, in order of variance. Fewer images than n_kept
    give as many components as there are images.
    """
    n_kept = min(n_kept, *features.shape)
    pca = PCA(n_kept, svd_solver="covariance_eigh").fit(features)
    return lambda features: pca.transform(features).astype(np.float32)


def variance_kept(features: np.ndarray) -> np.ndarray:
    """Share of the variance in the first 1, 2, … principal components, [n_feature].

    features: [n, n_features]. Read off the covariance, which is far smaller than the data.
    """
    variances = np.linalg.eigvalsh(np.cov(features, rowvar=False))[::-1].clip(0)
    return np.cumsum(variances) / variances.sum()


# Each looks at the fitted images' features at most, and returns what reduces any features.
REDUCTIONS = {"subset": random_subset, "projection": random_projection, "pca": components}
