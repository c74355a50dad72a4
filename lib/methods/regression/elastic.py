"""Elastic net from word vectors to image features, solved where it has a closed form.

Word vectors of a small vocabulary are nearly collinear, and coordinate descent, which the
library's elastic net uses, then stops at its limit of sweeps long before its optimum
(`stopped_early` measures it). Turned into their principal directions the inputs are
orthogonal: ridge is the same ridge as before, and the elastic net is a soft threshold.
"""

import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet

from lib.data.dataset import Dataset
from lib.features.text import WordVectors
from lib.methods.regression import regress
from lib.methods.regression.regress import Problem
from lib.search import metrics, retrieval
from lib.search.encoders import MeanWordsLinear
from lib.search.runs import SystemRun

# On scikit-learn's scale, where a ridge of alpha a is an alpha of a/n with l1_ratio 0.
ALPHAS = 10.0 ** np.arange(-10, -2)
RATIOS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)


@dataclass(frozen=True)
class Grid:
    """Development scores of a grid, means over the seeds, and the point chosen by them.

    scores and kept (share of coefficients that are not zero): [n_alpha, n_ratio].
    """

    scores: np.ndarray
    kept: np.ndarray
    seconds: float

    @property
    def chosen(self) -> tuple[int, int]:
        """Row and column of the best score; of equals, the first."""
        row, column = np.unravel_index(self.scores.argmax(), self.scores.shape)
        return int(row), int(column)

    @property
    def setting(self) -> tuple[float, float]:
        """alpha and l1_ratio of the chosen point."""
        row, column = self.chosen
        return float(ALPHAS[row]), RATIOS[column]

    @property
    def best_ridge(self) -> float:
        """The best score without an L1 part: what tuning ridge by the score itself gives."""
        return float(self.scores[:, 0].max())


@dataclass(frozen=True)
class Turned:
    """Inputs in their principal directions, and what a fit needs of them.

    directions [p, p]; centre [p]; variances [p]; products [p, m], covariance of each
    direction with each target; mean [m] of the targets.
    """

    directions: np.ndarray
    centre: np.ndarray
    variances: np.ndarray
    products: np.ndarray
    mean: np.ndarray

    def weights(self, alpha: float, l1_ratio: float) -> np.ndarray:
        """The elastic net's coefficients in these directions, [p, m].

        The minimum of scikit-learn's objective when the inputs are orthogonal: Zou and
        Hastie, Regularization and variable selection via the elastic net, 2005, section 3.2.
        """
        shrunk = np.abs(self.products) - alpha * l1_ratio
        size = np.maximum(shrunk, 0) / (self.variances[:, None] + alpha * (1 - l1_ratio))
        return np.sign(self.products) * size

    def map_back(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same map from the inputs as they were: weights [p, m] and bias [m]."""
        weights = self.directions.T @ weights
        return weights, self.mean - self.centre @ weights


def turned(inputs: np.ndarray, targets: np.ndarray) -> Turned:
    """Turn inputs [n, p] so that their columns are uncorrelated; targets [n, m]."""
    pca = PCA(svd_solver="full").fit(inputs)
    mean = targets.mean(axis=0)
    directions = pca.transform(inputs)
    products = directions.T @ (targets - mean) / len(inputs)
    variances = (directions**2).mean(axis=0)
    return Turned(pca.components_, pca.mean_, variances, products, mean)


def elastic_net(
    data: Dataset, words: dict[str, WordVectors], reduction: str, name: str, n_seeds: int = 5
) -> tuple[list[SystemRun], Grid]:
    """Elastic net → reduced image features, alpha and l1_ratio chosen on development.

    Returns the system ranked by Euclidean distance and by centred cosine, and the grid.
    The choice is made for Euclidean distance and kept for both.
    """
    problems = regress.problems(data, words, reduction, n_seeds)
    grid = search(problems["dev"])
    stages, fits = {}, []
    for split, problem in problems.items():
        start = time.perf_counter()
        turns = [turned(problem.inputs, target) for target in problem.targets]
        weights = [turn.weights(*grid.setting) for turn in turns]
        fits = [turn.map_back(w) for turn, w in zip(turns, weights, strict=True)]
        predicted = [problem.queries @ w + bias for w, bias in fits]
        seconds = time.perf_counter() - start + (grid.seconds if split == "dev" else 0)
        stages[split] = problem.solved(predicted, seconds)
    alpha, l1_ratio = grid.setting
    kept = float(np.mean([w != 0 for w in weights]))
    params = {"alpha": alpha, "l1_ratio": l1_ratio, "kept": kept, "words": words["test"].source}
    encoder = MeanWordsLinear(words["test"], *fits[0])
    return regress.both_metrics(name, stages, encoder, params), grid


def search(problem: Problem) -> Grid:
    """Score every point of the grid on the development images."""
    start = time.perf_counter()
    turns = [turned(problem.inputs, target) for target in problem.targets]
    scores = np.zeros((len(ALPHAS), len(RATIOS)))
    kept = np.zeros_like(scores)
    for row, alpha in enumerate(ALPHAS):
        for column, l1_ratio in enumerate(RATIOS):
            found = [turn.weights(alpha, l1_ratio) for turn in turns]
            fits = [turn.map_back(w) for turn, w in zip(turns, found, strict=True)]
            scores[row, column] = score(problem, fits)
            kept[row, column] = np.mean([w != 0 for w in found])
    return Grid(scores, kept, time.perf_counter() - start)


def score(problem: Problem, fits: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    """`map_at_20` by Euclidean distance, mean over the seeds' (weights, bias)."""
    found = []
    for (weights, bias), gallery in zip(fits, problem.gallery, strict=True):
        scores = retrieval.scores(problem.queries @ weights + bias, gallery, "euclidean")
        found.append(metrics.map_at_k(retrieval.ranks(scores, problem.truth)))
    return float(np.mean(found))


def stopped_early(problem: Problem, setting: tuple[float, float]) -> dict[str, float]:
    """What scikit-learn's elastic net makes of the inputs as they are, at the same setting.

    Coordinate descent with the default limit of 1,000 sweeps, on the first seed's targets.
    unfinished: share of the targets that hit the limit. score, closed_form: `map_at_20` on
    development of that fit and of the exact one.
    """
    alpha, l1_ratio = setting
    inputs = problem.inputs - problem.inputs.mean(axis=0)
    model = ElasticNet(alpha=alpha, l1_ratio=l1_ratio, precompute=inputs.T @ inputs)
    start = time.perf_counter()
    with warnings.catch_warnings():  # one for each target; `unfinished` counts them
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(inputs, problem.targets[0])
    seconds = time.perf_counter() - start
    descent = model.coef_.T, model.intercept_ - problem.inputs.mean(axis=0) @ model.coef_.T
    turn = turned(problem.inputs, problem.targets[0])
    first = Problem(**{**vars(problem), "gallery": problem.gallery[:1]})
    return {
        "unfinished": float(np.mean(np.array(model.n_iter_) >= model.max_iter)),
        "score": score(first, [descent]),
        "closed_form": score(first, [turn.map_back(turn.weights(*setting))]),
        "seconds": seconds,
    }


def score_against_components(problem: Problem, counts: Sequence[int]) -> list[float]:
    """`map_at_20` on development with the first n of a problem's components, for each n.

    A least-squares fit treats each target alone, so one fit serves every n. The rank of
    the inputs is all that is regularised (the smallest alpha, no L1 part).
    """
    turn = turned(problem.inputs, problem.targets[0])
    weights, bias = turn.map_back(turn.weights(ALPHAS[0], 0.0))
    found = []
    for n in counts:
        gallery = [problem.gallery[0][:, :n]]
        first = Problem(**{**vars(problem), "gallery": gallery})
        found.append(score(first, [(weights[:, :n], bias[:n])]))
    return found
