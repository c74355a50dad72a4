"""XGBoost from word vectors to image features: the obvious way, and one that is quick.

The obvious way is a booster for each target. The quick way keeps the inputs' first principal
directions, and grows shallow trees for all targets in one booster; development's score chooses how
many rounds are kept. What it costs to leave directions out is a row of the long run.
"""

from collections.abc import Sequence

import numpy as np
import xgboost
from sklearn.multioutput import MultiOutputRegressor
from tqdm import tqdm

from lib.base import cache
from lib.features.features import ReducedFeatures, components
from lib.features.text import MeanWords
from lib.methods.regression.regress import Regression

# Raise it when boosting gives other numbers: cached predictions and records are made again.
VERSION = 4

REDUCED = {"boosting.xgboost_random100": "subset", "boosting.xgboost_pca100": "pca"}
OBVIOUS = "boosting.xgboost_pca100.obvious"
ALL_INPUTS = "boosting.xgboost_pca100.all_inputs"
DIRECTIONS = 100  # principal directions of the word vectors that the trees may split on
ROUNDS = (1, 2, 5, 10, 25, 50, 100, 150, 200, 250, 300)  # of which the score chooses
TREES = {
    "tree_method": "hist",
    "max_depth": 3,
    "max_bin": 32,
    "learning_rate": 0.3,
    "colsample_bytree": 0.3,
}


class Progress(xgboost.callback.TrainingCallback):
    """A progress bar over rounds, silent where output is saved."""

    def __init__(self, total: int):
        self.bar = tqdm(total=total, desc="XGBoost", unit="round", disable=None)

    def after_iteration(self, model, epoch, evals_log):
        self.bar.update()

    def after_training(self, model):
        self.bar.close()
        return model


class QuickTrees:
    """The quick way: keeps as many rounds as score best held out, and its learning `curve`.

    seed: of the columns that each tree may see. directions: how many of the inputs' principal ones
    it reads, 0: all. curve: "fit_loss" and "dev_loss" (root mean squared
    error) by round, "dev_score" (`map_at_20`) after `ROUNDS`, "kept", how many it keeps, and
    "least_loss", how many have the least held-out loss.
    """

    is_random = True

    def __init__(self, seed: int = 0, directions: int = DIRECTIONS):
        self.seed, self.directions = seed, directions

    def tune(self, x, y, held_out):
        model = self.grow(x, y, ROUNDS[-1], (held_out.x, held_out.other[held_out.truth]))
        fitted, watched = (part["rmse"] for part in model.evals_result().values())
        scores = {rounds: held_out.score(self.predict(held_out.x, rounds)) for rounds in ROUNDS}
        self.rounds = max(scores, key=scores.get)
        self.curve = {"fit_loss": fitted, "dev_loss": watched, "dev_score": scores,
                      "kept": self.rounds, "least_loss": int(np.argmin(watched)) + 1}  # fmt: skip

    def fit(self, x, y):
        self.grow(x, y, self.rounds)

    def grow(self, x, y, rounds: int, held_out: tuple | None = None) -> xgboost.XGBRegressor:
        """One booster for all targets; with held-out pairs it watches their loss."""
        self.turn = components(x, self.directions or x.shape[1])
        pairs = self.turn.transform(x), y
        about = {"n_estimators": rounds, "random_state": self.seed, "callbacks": [Progress(rounds)]}
        model = xgboost.XGBRegressor(**TREES, **about)
        watched = [pairs, (self.turn.transform(held_out[0]), held_out[1])] if held_out else None
        model.fit(*pairs, eval_set=watched, verbose=False)
        self.booster = model.get_booster()
        return model

    def predict(self, x, rounds: int = 0):
        """By the first rounds; 0: as many as were chosen."""
        some = (0, rounds or self.rounds)
        return self.booster.predict(xgboost.DMatrix(self.turn.transform(x)), iteration_range=some)

    @property
    def params(self) -> dict:
        chosen = {"rounds": self.rounds, "least_loss": self.curve["least_loss"]}
        return {**TREES, "directions": self.turn.n_components_, **chosen, "seed": self.seed}


class ObviousTrees:
    """What one writes first: 100 trees of depth 6 for each target, a quarter of an hour."""

    params = {"strategy": "one booster a target", "trees": 100, "max_depth": 6}  # noqa: RUF012

    def fit(self, x, y):
        self.x, self.y = x, y

    def predict(self, x):
        key = {"version": VERSION, "inputs": cache.hash_of(self.x),
               "targets": cache.hash_of(self.y), "queries": cache.hash_of(x),
               "way": "MultiOutputRegressor"}  # fmt: skip

        def compute() -> dict[str, np.ndarray]:
            model = MultiOutputRegressor(xgboost.XGBRegressor()).fit(self.x, self.y)
            return {"predicted": model.predict(x)}

        return cache.cached("obvious", key, compute).arrays["predicted"]


def quick(name: str, words: Sequence[MeanWords], seed: int, *replicas: int) -> list[Regression]:
    """The system of a name of `REDUCED`, once for each replica: of words, drawn features, trees."""
    return [
        Regression(
            name,
            words[i % len(words)],
            ReducedFeatures(REDUCED[name], (seed, i)),
            QuickTrees(seed + i),
        )
        for i in replicas
    ]
