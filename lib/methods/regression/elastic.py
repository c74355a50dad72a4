"""Elastic net from word vectors to image features, solved where it has a closed form.

Word vectors of a small vocabulary are nearly collinear, and scikit-learn's coordinate descent
then stops long before its optimum (notebook 02 counts it). Turned into their principal directions
the inputs are orthogonal: ridge is as before, and the elastic net is a soft threshold.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA

from lib.base import cache
from lib.data.dataset import Dataset
from lib.methods.regression.regress import HeldOut, Regression

# On scikit-learn's scale, where a ridge of alpha a is an alpha of a/n with l1_ratio 0.
ALPHAS = 10.0 ** np.arange(-10, -2)
RATIOS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)


class Turned:
    """Inputs [n, p] turned into their principal directions, and what a fit needs of them.

    variances [p] of the directions; products [p, m], covariance of each with each target.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray):
        self.pca, self.mean = PCA(svd_solver="full").fit(x), y.mean(axis=0)
        rows = self.pca.transform(x)
        self.variances = (rows**2).mean(axis=0)
        self.products = rows.T @ (y - self.mean) / len(x)

    def solve(self, alpha: float, l1_ratio: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The coefficients [p, m], and the same map for the inputs as they were: [p, m] and [m].

        The minimum where inputs are orthogonal: Zou and Hastie, Elastic net, 2005, section 3.2.
        """
        shrunk = np.abs(self.products) - alpha * l1_ratio
        size = np.maximum(shrunk, 0) / (self.variances[:, None] + alpha * (1 - l1_ratio))
        coefficients = np.sign(self.products) * size
        weights = self.pca.components_.T @ coefficients
        return coefficients, weights, self.mean - self.pca.mean_ @ weights


class ExactElasticNet:
    def __init__(self, alpha: float = ALPHAS[0], l1_ratio: float = 0.0):
        self.params = {"alpha": alpha, "l1_ratio": l1_ratio}

    def fit(self, x, y):
        alpha, l1_ratio = self.params["alpha"], self.params["l1_ratio"]
        coefficients, self.weights, self.bias = Turned(x, y).solve(alpha, l1_ratio)
        self.params["kept"] = float(np.mean(coefficients != 0))

    def predict(self, x):
        return x @ self.weights + self.bias


@dataclass(frozen=True)
class Grid:
    """Development's means, and `kept`, the share of coefficients not 0: [n_alpha, n_ratio]."""

    scores: np.ndarray
    kept: np.ndarray
    seconds: float

    @property
    def chosen(self) -> tuple[int, int]:
        """Row and column of the best score, the first of equals."""
        row, column = np.unravel_index(self.scores.argmax(), self.scores.shape)
        return int(row), int(column)

    @property
    def setting(self) -> tuple[float, float]:
        """alpha and l1_ratio of the chosen point."""
        row, column = self.chosen
        return float(ALPHAS[row]), RATIOS[column]


def search(data: Dataset, *seeds: Regression) -> Grid:
    """Score every point of the grid on development; the models of all seeds get the best."""
    start = cache.now()
    sides = [(Turned(*one.fit_vectors(data.fit)), HeldOut(one, data.dev)) for one in seeds]
    points = np.zeros((len(ALPHAS), len(RATIOS), len(seeds), 2))  # score, share kept
    for row, column, seed in np.ndindex(points.shape[:3]):
        turned, held_out = sides[seed]
        coefficients, weights, bias = turned.solve(ALPHAS[row], RATIOS[column])
        score = held_out.score(held_out.x @ weights + bias)
        points[row, column, seed] = score, np.mean(coefficients != 0)
    grid = Grid(*np.moveaxis(points.mean(axis=2), -1, 0), cache.now() - start)
    for one in seeds:
        one.model = ExactElasticNet(*grid.setting)
    return grid
