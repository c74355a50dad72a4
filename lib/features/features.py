"""CNN features of images as vectors: reduced to fewer dimensions, or standardised side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from lib.data.dataset import Split

# Raise it when a reduction gives other numbers: records are then made again.
VERSION = 1

LAYERS = {"fc1000": ("fc1000",), "pool5": ("pool5",), "both": ("fc1000", "pool5")}


class RandomSubset:
    """Keeps n_kept randomly chosen columns: [n, n_features] → [n, n_kept]."""

    def __init__(self, features: np.ndarray, n_kept: int, rng: np.random.Generator):
        self.columns = np.sort(rng.choice(features.shape[1], n_kept, replace=False))

    def __call__(self, features: np.ndarray) -> np.ndarray:
        return features[:, self.columns]


class RandomProjection:
    """Multiplies by a random Gaussian matrix that keeps lengths on average.

    [n, n_features] → [n, n_kept], float32.
    """

    def __init__(self, features: np.ndarray, n_kept: int, rng: np.random.Generator):
        shape = features.shape[1], n_kept
        self.matrix = rng.normal(scale=n_kept**-0.5, size=shape).astype(np.float32)

    def __call__(self, features: np.ndarray) -> np.ndarray:
        return features @ self.matrix


class Components:
    """Projects on the first principal components of these features; nothing is left to chance.

    [n, n_features] → [n, n_kept], float32, in order of variance. Fewer images than n_kept
    give as many components as there are images.
    """

    def __init__(self, features: np.ndarray, n_kept: int, rng: np.random.Generator):
        n_kept = min(n_kept, *features.shape)
        self.pca = PCA(n_kept, svd_solver="covariance_eigh").fit(features)

    def __call__(self, features: np.ndarray) -> np.ndarray:
        return self.pca.transform(features).astype(np.float32)


# Each looks at the fitted images' features at most, and reduces any features.
REDUCTIONS = {"subset": RandomSubset, "projection": RandomProjection, "pca": Components}


class ReducedFeatures:
    """The class scores of images, reduced by one of `REDUCTIONS`.

    seed: of the random draw, the same one for whatever is fitted.
    """

    def __init__(self, reduction: str, seed: Sequence[int], n_kept: int = 100):
        self.reduction, self.seed, self.n_kept = reduction, seed, n_kept

    def fit(self, split: Split) -> ReducedFeatures:
        """Reduce to what these images have."""
        rng = np.random.default_rng(self.seed)
        self.reduce = REDUCTIONS[self.reduction](split.features("fc1000"), self.n_kept, rng)
        return self

    def transform(self, split: Split) -> np.ndarray:
        """float32 [n_image, n_kept]."""
        return self.reduce(split.features("fc1000"))


class StandardFeatures:
    """Layers side by side, each column standardised on the fitted images.

    kind: one of `LAYERS`, with "_tags" the human labels as further columns.
    """

    def __init__(self, kind: str):
        self.kind = kind

    @property
    def params(self) -> dict:
        """Whether human labels are read, which no search engine has."""
        return {"human_tags": self.kind.endswith("_tags")}

    def fit(self, split: Split) -> StandardFeatures:
        """Learn means and spreads; a tag that nobody fitted says nothing and gets no column."""
        has_tags = self.params["human_tags"]
        self.tags = sorted({tag for own in split.tags for tag in own}) if has_tags else []
        self.scaler = StandardScaler().fit(self.columns(split))
        return self

    def transform(self, split: Split) -> np.ndarray:
        """float32 [n_image, n_column]."""
        return self.scaler.transform(self.columns(split))

    def columns(self, split: Split) -> np.ndarray:
        """The same before scaling."""
        layers = [split.features(layer) for layer in LAYERS[self.kind.removesuffix("_tags")]]
        labels = np.array([[tag in own for tag in self.tags] for own in split.tags], np.float32)
        return np.hstack([*layers, labels])


def variance_kept(features: np.ndarray) -> np.ndarray:
    """Share of the variance in the first 1, 2, … principal components, [n_feature].

    features: [n, n_features]. Read off the covariance, which is far smaller than the data.
    """
    variances = np.linalg.eigvalsh(np.cov(features, rowvar=False))[::-1].clip(0)
    return np.cumsum(variances) / variances.sum()
