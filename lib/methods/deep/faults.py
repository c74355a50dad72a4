"""Faults put into a healthy network on purpose, and the fingerprint that each leaves.

A reader whose network shows the same symptom can look up what leaves it. Whether the
paper's author made any of these mistakes cannot be known.
"""

import re
from dataclasses import replace

import numpy as np
from scipy import stats

from lib.data.dataset import Split
from lib.methods.deep.deep import DeepRegression, Design
from lib.methods.deep.parts import Network, Pairs, Scaling, learned, r_squared
from lib.search import metrics, retrieval
from lib.search.evaluation import Evaluation

LOSS_NEAR_ZERO = 0.05  # training MSE that a person watching it calls near zero
SCORE_NEAR_ZERO = 3  # times chance, below which a person calls a score nearly nothing


class Healthy(DeepRegression):
    """Nothing is broken."""

    slip = "healthy"

    def __init_subclass__(cls) -> None:
        cls.slip = re.sub("(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, design: Design, seed: int, most: int | None = None, **settings: object):
        """seed: of what is drawn. most: fitted on this many pairs only."""
        design = replace(design, network=replace(design.network, stop_on=""))  # to its last epoch
        super().__init__(f"deep.fault_{self.slip}", {"": design}, **settings)
        self.seed, self.most = seed, most

    def fit(self, split: Split, dev: Split | None = None) -> None:
        self.n_dev = len(dev)
        super().fit(split, dev)

    def pairs(self, inputs: np.ndarray, targets: np.ndarray) -> Pairs:
        return inputs[: self.most], targets[: self.most]


class Collapse(Healthy):
    """All weights start at zero: no hidden unit ever moves, and every query gets the mean."""

    def settings(self, network: Network, n_fit: int) -> Network:
        return replace(network, first_hidden=0.0, first_output=0.0)


class Exploding(Healthy):
    """A learning rate a hundred times too high."""

    def settings(self, network: Network, n_fit: int) -> Network:
        return replace(network, learning_rate=100 * network.learning_rate)


class MisalignedRows(Healthy):
    """The targets of fit stand in another order than its descriptions."""

    def pairs(self, inputs: np.ndarray, targets: np.ndarray) -> Pairs:
        inputs, targets = super().pairs(inputs, targets)
        return inputs, targets[np.random.default_rng([self.seed, 7]).permutation(len(targets))]


class GalleryOrder(Healthy):
    """Training is right; the gallery's rows stand in another order than the names of its images."""

    def embed_images(self, images: Split) -> np.ndarray:
        rng = np.random.default_rng([self.seed, 8])
        if images.name != "dev":
            rng.permutation(self.n_dev)  # development's order is drawn first
        return rng.permutation(super().embed_images(images))


class SmallTargets(Healthy):
    """Each image's targets are brought to length one, so that they hardly vary in numbers."""

    def wanted(self, targets: np.ndarray) -> np.ndarray:
        return retrieval.unit(targets).astype(np.float32)


class OverRegularised(Healthy):
    """Weight decay so strong that every prediction stays close to the mean."""

    def settings(self, network: Network, n_fit: int) -> Network:
        return replace(network, weight_decay=0.1 / network.learning_rate)


class OtherSpace(Healthy):
    """The network predicts scaled targets; the search compares them with unscaled ones."""

    def __init__(self, design: Design, *given: object, **settings: object):
        unscaled = design.targets.before
        scaled = replace(unscaled, steps=(*unscaled.steps, Scaling(by_column=True)))
        super().__init__(replace(design, targets=scaled), *given, **settings)

    def embed_images(self, images: Split) -> np.ndarray:
        return self.targets.before.rows(images)


class RefittedReduction(Healthy):
    """The reduction is fitted anew on each gallery instead of being kept from fit."""

    def embed_images(self, images: Split) -> np.ndarray:
        _, anew = learned(self.design.targets, images, images)
        missing = self.outcome.layers[-1][0].shape[-1] - anew.shape[1]
        return np.pad(anew, ((0, 0), (0, missing)))  # fewer images than components


class Overfitted(Healthy):
    """An eighth of the pairs, a large network, no restraint: trained until nothing is left."""

    def pairs(self, inputs: np.ndarray, targets: np.ndarray) -> Pairs:
        return tuple(side[::8] for side in super().pairs(inputs, targets))

    def settings(self, network: Network, n_fit: int) -> Network:
        batch = min(64, max(8, n_fit // 8))
        epochs = min(300, -(-1200 // max(1, n_fit // batch)))
        hidden = tuple(2 * width for width in network.hidden)
        return replace(network, hidden=hidden, batch=batch, epochs=epochs, anneal=True)


class SmallTargetsOtherOrder(SmallTargets, GalleryOrder):
    """Two ordinary slips at once: targets of length one, and the gallery in another order."""


class SmallTargetsCollapse(SmallTargets, Collapse):
    """Two at once: targets of length one, and a network that never moves."""


FAULTS = {fault.slip: fault for fault in (
    Collapse, Exploding, MisalignedRows, GalleryOrder, SmallTargets, OverRegularised, OtherSpace,
    RefittedReduction, Overfitted, SmallTargetsOtherOrder, SmallTargetsCollapse,
)}  # fmt: skip


def fingerprint(one: Evaluation) -> dict[str, float]:
    """What a person would see of a network on dev.

    "fit_loss" (as the faulty run prints it), "r2" against predicting the mean of fit, "score",
    "by_chance" (times chance), "distinct" top images, "skew" of the 20-occurrences, "mean_rank".
    """
    scores, system, score = one.scores("dev"), one.system, one.map_at_20("dev")
    sides = (side["dev"] - system.centre for side in (one.queries, one.gallery))
    history = system.outcome.history["fit_loss"]  # [n_seed, n_epoch], NaN after a seed's end
    return {
        "fit_loss": float(np.mean([seed[np.isfinite(seed)][-1] for seed in history])),
        "r2": r_squared(*sides),
        "score": score,
        "by_chance": score / metrics.chance(scores.shape[1])["map_at_20"],
        "distinct": retrieval.distinct_top1(scores),
        "skew": skew_of_occurrences(scores),
        "mean_rank": float(one.ranks["dev"].mean()),
    }


def symptoms(seen: dict[str, float]) -> tuple[bool, bool]:
    """Whether a fingerprint's training loss, and its score, look as the paper describes them."""
    return seen["fit_loss"] <= LOSS_NEAR_ZERO, seen["by_chance"] <= SCORE_NEAR_ZERO


def skew_of_occurrences(scores: np.ndarray, k: int = metrics.CUTOFF) -> float:
    """Skewness of how often an image is among the k best, large where hubs rule.

    scores: [n_query, n_gallery]. Radovanović et al. (2010) measure hubness so.
    """
    counts = np.bincount(retrieval.top_k(scores, k).ravel(), minlength=scores.shape[1])
    return float(stats.skew(counts)) if counts.std() else 0.0
