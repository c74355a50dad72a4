"""XGBoost from word vectors to image features: the obvious way, and one that is quick.

The obvious way, a booster of its own for each target, reads the inputs a hundred times over
and grows deep trees on directions that say little. The quick way turns the inputs into their
principal directions, keeps the first ones, and grows shallow trees for all targets in one
booster that stops when held-out images no longer gain.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xgboost
from sklearn.decomposition import PCA
from sklearn.multioutput import MultiOutputRegressor
from tqdm import tqdm

from lib.data.dataset import Dataset
from lib.features.text import WordVectors
from lib.methods.regression import regress
from lib.methods.regression.regress import Problem
from lib.search import metrics, retrieval
from lib.search.encoders import MeanWordsTrees
from lib.search.runs import SystemRun

# Raise it when boosting gives other numbers: cached predictions and records are made again.
VERSION = 1

DIRECTIONS = 100  # principal directions of the word vectors that the trees may split on
MOST_ROUNDS = 500
SCORED_ROUNDS = (1, 2, 5, 10, 25, 50, 100, 200, 300, 400)  # of the learning curve
PATIENCE = 5  # rounds without a better held-out loss
TREES = {
    "tree_method": "hist",
    "max_depth": 4,
    "max_bin": 32,
    "learning_rate": 0.2,
    "colsample_bytree": 0.3,
}


@dataclass(frozen=True)
class Curve:
    """How the quick way learns: root mean squared error by round, score at some of them.

    fit, dev: [n_round]; scores: round → `map_at_20` on development, Euclidean.
    """

    fit: list[float]
    dev: list[float]
    scores: dict[int, float]

    @property
    def rounds(self) -> int:
        """The number of rounds with the least held-out error."""
        return int(np.argmin(self.dev)) + 1


class Progress(xgboost.callback.TrainingCallback):
    """A progress bar over rounds, silent where output is saved."""

    def __init__(self, total: int, name: str):
        self.bar = tqdm(total=total, desc=name, unit="round", disable=None)

    def after_iteration(self, model, epoch: int, evals_log: dict) -> bool:
        """One round more; never asks to stop."""
        self.bar.update()
        return False

    def after_training(self, model):
        """The end of the bar."""
        self.bar.close()
        return model


def boosted(
    data: Dataset, words: dict[str, WordVectors], reduction: str, name: str, seed: int = 0
) -> tuple[list[SystemRun], Curve]:
    """XGBoost → reduced image features; rounds chosen by the loss on development.

    seed: of the columns that each tree may see. Returns the system ranked by Euclidean
    distance and by centred cosine, and the learning curve.
    """
    stages, curve = {}, None
    for split, problem in regress.problems(data, words, reduction, 1).items():
        start = time.perf_counter()
        turn = principal_directions(problem.inputs)
        inputs, queries = (turn.transform(x).astype(np.float32)
                           for x in (problem.inputs, problem.queries))  # fmt: skip
        if curve is None:
            model, curve = learn(inputs, queries, problem, seed, name)
        else:
            model = grow(inputs, problem.targets[0], curve.rounds, seed, name)
        predicted = predict(model, queries, curve.rounds)
        stages[split] = problem.solved([predicted], time.perf_counter() - start)
    params = {**TREES, "rounds": curve.rounds, "directions": turn.n_components_, "seed": seed}
    tree_bytes = np.frombuffer(model.save_raw("ubj"), dtype=np.uint8)
    bias = np.zeros(stages["test"].queries[0].shape[1])
    encoder = MeanWordsTrees(words["test"], turn.components_.T, turn.mean_, tree_bytes, bias)
    return regress.both_metrics(name, stages, encoder, params), curve


def principal_directions(inputs: np.ndarray) -> PCA:
    """The first principal directions of the inputs [n, p].

    The solver is named: for few rows the library would choose one that draws at random.
    """
    return PCA(min(DIRECTIONS, *inputs.shape), svd_solver="covariance_eigh").fit(inputs)


def learn(
    inputs: np.ndarray, queries: np.ndarray, problem: Problem, seed: int, name: str
) -> tuple[xgboost.Booster, Curve]:
    """Grow trees until the held-out loss no longer falls; note the score on the way."""
    held_out = problem.gallery[0][problem.truth]
    losses: dict = {}
    model = grow(inputs, problem.targets[0], MOST_ROUNDS, seed, name, (queries, held_out), losses)
    by_round = [losses[part]["rmse"] for part in ("fit", "dev")]
    at = [r for r in SCORED_ROUNDS if r < len(by_round[1])] + [int(np.argmin(by_round[1])) + 1]
    scores = {}
    for rounds in sorted(set(at)):
        matrix = retrieval.scores(predict(model, queries, rounds), problem.gallery[0], "euclidean")
        scores[rounds] = metrics.map_at_k(retrieval.ranks(matrix, problem.truth))
    return model, Curve(*by_round, scores)


def grow(
    inputs: np.ndarray,
    targets: np.ndarray,
    rounds: int,
    seed: int,
    name: str,
    held_out: tuple[np.ndarray, np.ndarray] | None = None,
    losses: dict | None = None,
) -> xgboost.Booster:
    """One booster for all targets, [n, p] → [n, m]; with held-out pairs it stops early."""
    table = xgboost.QuantileDMatrix(inputs, targets, max_bin=TREES["max_bin"])
    tables = [(table, "fit")]
    if held_out:
        other = xgboost.QuantileDMatrix(*held_out, ref=table, max_bin=TREES["max_bin"])
        tables.append((other, "dev"))
    return xgboost.train(
        {**TREES, "seed": seed},
        table,
        rounds,
        evals=tables if held_out else [],
        evals_result=losses,
        early_stopping_rounds=PATIENCE if held_out else None,
        callbacks=[Progress(rounds, name)],
        verbose_eval=False,
    )


def predict(model: xgboost.Booster, inputs: np.ndarray, rounds: int) -> np.ndarray:
    """Targets [n, m] predicted by the first rounds of a booster."""
    return model.predict(xgboost.DMatrix(inputs), iteration_range=(0, rounds))


def components_of(data: Dataset, words: dict[str, WordVectors]) -> Problem:
    """The problem that the obvious way is timed on: 100 components, on development."""
    return regress.problems(data, words, "pca", 1)["dev"]


def obvious_way(problem: Problem) -> np.ndarray:
    """Targets predicted by a default booster for each of them: a quarter of an hour.

    What one writes first: scikit-learn's MultiOutputRegressor around XGBRegressor, 100 trees
    of depth 6 for each target, on the inputs as they are. Returns [n_query, m].
    """
    model = MultiOutputRegressor(xgboost.XGBRegressor()).fit(problem.inputs, problem.targets[0])
    return model.predict(problem.queries)


def obvious_system(name: str, problem: Problem, predicted: np.ndarray, seconds: float) -> SystemRun:
    """The obvious way as a system, on development alone."""
    stage = problem.solved([predicted], seconds)
    params = {"strategy": "one booster a target", "trees": 100, "max_depth": 6}
    return regress.ranked(name, "euclidean", {"dev": stage}, None, params)


def over_seeds(one_by_one: Sequence[Sequence[SystemRun]]) -> list[SystemRun]:
    """The systems of several seeds as one each: ranks of all, vectors of the first.

    one_by_one: for each seed the same systems, as `boosted` returns them.
    """
    merged = []
    for same in zip(*one_by_one, strict=True):
        ranks = {s: np.concatenate([run.ranks[s] for run in same]) for s in same[0].ranks}
        seconds = {s: sum(run.seconds[s] for run in same) for s in same[0].seconds}
        merged.append(replace(same[0], ranks=ranks, seconds=seconds))
    return merged
