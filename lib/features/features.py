"""CNN features of images as vectors: reduced to fewer dimensions, or standardised side by side."""

from collections.abc import Sequence

import numpy as np
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from lib.data.dataset import Split

# Raise it when a reduction gives other numbers: records are then made again.
VERSION = 1

LAYERS = {"fc1000": ("fc1000",), "pool5": ("pool5",), "both": ("fc1000", "pool5")}


class ReducedFeatures:
    """The class scores of images, reduced to n_kept numbers.

    reduction: "subset", that many columns drawn at random; "projection", times a random Gaussian
    matrix that keeps lengths on average; "pca", the first principal components. Only the last looks
    at the fitted images. seed: of the random draw, the same one for whatever is fitted.
    """

    def __init__(self, reduction: str, seed: Sequence[int], n_kept: int = 100):
        self.reduction, self.seed, self.n_kept = reduction, seed, n_kept

    @property
    def is_random(self) -> bool:
        return self.reduction != "pca"

    def fit(self, split: Split) -> "ReducedFeatures":
        features, n = split.features("fc1000"), self.n_kept
        rng, n_columns = np.random.default_rng(self.seed), features.shape[1]
        if self.reduction == "pca":
            self.pca = components(features, n)
        elif self.reduction == "projection":
            self.matrix = rng.normal(scale=n**-0.5, size=(n_columns, n)).astype(np.float32)
        else:
            self.columns = np.sort(rng.choice(n_columns, n, replace=False))
        return self

    def transform(self, split: Split) -> np.ndarray:
        """float32 [n_image, n_kept]; fewer components where fewer images were fitted."""
        features = split.features("fc1000")
        if self.reduction == "pca":
            return self.pca.transform(features).astype(np.float32)
        if self.reduction == "projection":
            return features @ self.matrix
        return features[:, self.columns]


def components(x: np.ndarray, n: int) -> PCA:
    """The first n principal components of rows [n_row, p], or as many as there are.

    The solver is named: for few rows the library would choose one that draws at random.
    """
    return PCA(min(n, *x.shape), svd_solver="covariance_eigh").fit(x)


class StandardFeatures:
    """Layers side by side, each column standardised on the fitted images."""

    def __init__(self, kind: str):
        self.kind = kind  # one of `LAYERS`, with "_tags" the human labels as further columns
        self.reads_tags = kind.endswith("_tags")

    def fit(self, split: Split) -> "StandardFeatures":
        """Learn means and spreads; a tag that nobody fitted says nothing and gets no column."""
        self.tags = sorted({t for own in split.tags for t in own}) if self.reads_tags else []
        self.scaler = StandardScaler().fit(self.columns(split))
        return self

    def transform(self, split: Split) -> np.ndarray:
        """float32 [n_image, n_column]."""
        return self.scaler.transform(self.columns(split))

    def columns(self, split: Split) -> np.ndarray:
        layers = [split.features(layer) for layer in LAYERS[self.kind.removesuffix("_tags")]]
        labels = np.array([[tag in own for tag in self.tags] for own in split.tags], np.float32)
        return np.hstack([*layers, labels])


def variance_kept(features: np.ndarray) -> np.ndarray:
    """Share of the variance of rows [n, p] in their first 1, 2, … principal components, [p]."""
    # Read off the covariance, which is far smaller than the data.
    variances = np.linalg.eigvalsh(np.cov(features, rowvar=False))[::-1].clip(0)
    return np.cumsum(variances) / variances.sum()
