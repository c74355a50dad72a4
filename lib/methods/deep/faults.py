"""Slips put into a healthy network on purpose, and the symptoms that each leaves.

Every slip is put into one network, trained until it knows its pairs by heart, as the paper's loss
says. Whether the paper's author made any of them cannot be known.
"""

import re
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from lib.data.dataset import Split
from lib.methods.deep.deep import DeepRegression, Design
from lib.methods.deep.parts import Network, Pairs, Scaling, learned, r_squared
from lib.search import evaluation, metrics, retrieval
from lib.search.evaluation import Evaluation

LOSS_NEAR_ZERO = 1e-3  # training MSE, as the run prints it
SCORE_NEAR_ZERO = 3  # times chance
ONE_ANSWER = 0.05  # fewer different first images than this share of the queries
REPRODUCES, IN_PART, DOES_NOT = "reproduces", "reproduces in part", "does not"
N_PAIRS, N_STEPS, WIDTH = 250, 630, 512  # so wide a network knows so many pairs after these steps


class Healthy(DeepRegression):
    """Nothing is wrong: ``"""

    slip = "healthy"
    shared = False  # the regressions before it take this step, too, and would have failed with it
    undone = False  # rows in a wrong order stand in the right one again
    watch = N_PAIRS

    def __init_subclass__(cls) -> None:
        cls.slip = re.sub("(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, design: Design, seed: int, **more: object):
        """seed: of what is drawn."""
        super().__init__(f"deep.fault_{self.slip}", {"": design}, **{"seeds": (0,), **more})
        self.seed = seed

    def pairs(self, inputs: np.ndarray, targets: np.ndarray) -> Pairs:
        return inputs[:N_PAIRS], targets[:N_PAIRS]

    def settings(self, network: Network, n_fit: int) -> Network:
        epochs = -(-N_STEPS // max(1, n_fit // 32))
        return replace(network, hidden=(WIDTH,), first_output=0.3, batch=32, epochs=epochs,
                       stop_on="", curves=False)  # fmt: skip

    def shuffled(self, rows: np.ndarray, split: Split, number: int) -> np.ndarray:
        rng = np.random.default_rng([self.seed, number, split.name != "dev"])
        return rows if self.undone else rng.permutation(rows)


class Stopped(Healthy):
    """The healthy network with fewer steps, kept where dev's score is highest: ``"""

    def settings(self, network: Network, n_fit: int) -> Network:
        network = super().settings(network, n_fit)
        return replace(network, epochs=network.epochs // 8, stop_on="score", patience=99)


class Collapse(Healthy):
    """All weights start at zero: `nn.init.zeros_(layer.weight)`"""

    def settings(self, network: Network, n_fit: int) -> Network:
        return replace(super().settings(network, n_fit), first_hidden=0.0, first_output=0.0)


class Exploding(Healthy):
    """A learning rate a hundred times too high: `Adam(model.parameters(), lr=1.0)`"""

    def settings(self, network: Network, n_fit: int) -> Network:
        network = super().settings(network, n_fit)
        return replace(network, learning_rate=100 * network.learning_rate)


class OverRegularised(Healthy):
    """Weight decay so strong that predictions stay near the mean: `AdamW(…, weight_decay=10)`"""

    def settings(self, network: Network, n_fit: int) -> Network:
        return replace(super().settings(network, n_fit), weight_decay=0.1 / network.learning_rate)


class AllPairs(Healthy):
    """A loss over all pairs of a batch: `((model(x) - y[:, None]) ** 2).mean()`"""

    def settings(self, network: Network, n_fit: int) -> Network:
        return replace(super().settings(network, n_fit), loss="all pairs")


class ForgottenEval(Healthy):
    """Dropout of one half goes on at prediction: `model(x)` without model.eval()"""

    def settings(self, network: Network, n_fit: int) -> Network:
        return replace(super().settings(network, n_fit), dropout=0.5)

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        rng, (*hidden, last) = np.random.default_rng([self.seed, 11]), self.outcome.layers_of(0)
        for weights, bias in hidden:
            inputs = np.maximum(inputs @ weights + bias, 0)
            inputs = inputs * 2 * (rng.random(inputs.shape) < 0.5)
        return (inputs @ last[0] + last[1]).astype(np.float32)


class UnscaledQueries(Healthy):
    """Inputs are standardised for training and not for the search: `model(embed(queries))`"""

    def embed_texts(self, texts: list[str]) -> np.ndarray:
        return self.predict(self.texts.vectoriser.transform(texts).astype(np.float32))

    def embed_queries(self, split: Split) -> np.ndarray:
        return self.embed_texts(split.texts)


class ShuffledLoader(Healthy):
    """Predictions come back in another order: `DataLoader(queries, 64, shuffle=True)`"""

    def embed_queries(self, split: Split) -> np.ndarray:
        return self.shuffled(super().embed_queries(split), split, 10)


class MisalignedRows(Healthy):
    """Training's targets in the feature file's order: `read_csv("features_train.csv").values`"""

    shared = True

    def pairs(self, inputs: np.ndarray, targets: np.ndarray) -> Pairs:
        inputs, targets = super().pairs(inputs, targets)
        return inputs, targets[np.random.default_rng([self.seed, 7]).permutation(len(targets))]


class GalleryOrder(Healthy):
    """The gallery has 10.jpg before 2.jpg, its features not: `sorted(listdir("images_test"))`"""

    shared = True

    def embed_images(self, images: Split) -> np.ndarray:
        return self.shuffled(super().embed_images(images), images, 8)


class WorstFirst(Healthy):
    """Similarities are sorted upwards, as distances are: `top = similarity.argsort()[:, :20]`"""

    shared = True

    def __init__(self, *given: object, **more: object):
        super().__init__(*given, metric="cosine", **more)

    def embed_images(self, images: Split) -> np.ndarray:
        return super().embed_images(images) * (1 if self.undone else -1)


class OtherSpace(Healthy):
    """Predictions are of scaled targets and never scaled back: `distances(model(x), features)`"""

    def __init__(self, design: Design, *given: object, **more: object):
        unscaled = design.targets.before
        scaled = replace(unscaled, steps=(*unscaled.steps, Scaling(by_column=True)))
        super().__init__(replace(design, targets=scaled), *given, **more)

    def embed_images(self, images: Split) -> np.ndarray:
        return self.targets.before.rows(images)


class RefittedReduction(Healthy):
    """The reduction is fitted anew on each gallery: `PCA(100).fit_transform(features_test)`"""

    shared = True

    def embed_images(self, images: Split) -> np.ndarray:
        _, anew = learned(self.design.targets, images, images)
        missing = self.outcome.layers[-1][0].shape[-1] - anew.shape[1]
        return np.pad(anew, ((0, 0), (0, missing)))  # fewer images than components


class SmallTargets(Healthy):
    """Each image's targets are brought to length one: `y = normalize(y)`"""

    def wanted(self, targets: np.ndarray) -> np.ndarray:
        return retrieval.unit(targets).astype(np.float32)


class SmallTargetsInTraining(SmallTargets):
    """Only training's targets are brought to length one: `y_train = normalize(y_train)`"""

    def embed_images(self, images: Split) -> np.ndarray:
        return self.targets.rows(images)


@dataclass(frozen=True)
class Softmax:
    """Class scores to probabilities, as the first step of targets."""

    def fit(self, x: np.ndarray, _: np.ndarray) -> "Softmax":
        return self

    def transform(self, x: np.ndarray) -> np.ndarray:
        return special.softmax(x, axis=1).astype(np.float32)


class SoftmaxTargets(Healthy):
    """Targets are class probabilities instead of class scores: `y = softmax(y)`"""

    def __init__(self, design: Design, *given: object, **more: object):
        steps = Softmax(), *design.targets.before.steps
        targets = replace(design.targets, steps=steps)
        super().__init__(replace(design, targets=targets), *given, **more)


class SoftmaxInTraining(SoftmaxTargets):
    """Only training's targets are class probabilities: `y_train = softmax(y_train)`"""

    def embed_images(self, images: Split) -> np.ndarray:
        rows = replace(self.targets, steps=()).rows(images)
        for step in self.targets.steps[1:]:
            rows = step.transform(rows)
        return rows


class SmallTargetsGalleryOrder(SmallTargets, GalleryOrder):
    """Two: `y = normalize(y)`, and the gallery in another order"""


class SmallTargetsCollapse(SmallTargets, Collapse):
    """Two: `y = normalize(y)`, and all weights start at zero"""


class SmallTargetsAllPairs(SmallTargets, AllPairs):
    """Two: `y = normalize(y)`, and the loss is over all pairs"""


PAIRS = (SmallTargetsGalleryOrder, SmallTargetsCollapse, SmallTargetsAllPairs)
FAULTS = {fault.slip: fault for fault in (
    ShuffledLoader, UnscaledQueries, ForgottenEval, AllPairs, SmallTargets, SmallTargetsInTraining,
    SoftmaxTargets, SoftmaxInTraining, OtherSpace, Collapse, Exploding, OverRegularised,
    MisalignedRows, GalleryOrder, WorstFirst, RefittedReduction, *PAIRS,
)}  # fmt: skip


def symptoms(one: Evaluation, dev: Split) -> dict[str, float | str]:
    """What a person would see of a network on dev, and the verdict.

    "fit_loss" (as the faulty run prints it), "score", "by_chance" (times chance), "distinct" first
    images, "one_answer" (hardly any are), "righted" (the score of the same predictions where an
    order is undone), "r2" against predicting the mean of fit, "mean_rank"; "verdict": how many of
    the paper's two symptoms, a loss and a score near zero, there are.
    """
    system, score, n = one.system, one.map_at_20("dev"), one.ranks["dev"].shape[1]
    losses = system.outcome.history["fit_loss"][0]  # NaN after its end
    loss, distinct = losses[np.isfinite(losses)][-1], retrieval.distinct_top1(one.scores("dev"))
    by_chance = score / metrics.chance(len(dev))["map_at_20"]
    near_zero = [loss <= LOSS_NEAR_ZERO, by_chance <= SCORE_NEAR_ZERO]
    return {
        "fit_loss": float(loss),
        "score": score,
        "by_chance": by_chance,
        "distinct": distinct,
        "one_answer": distinct < ONE_ANSWER * n,
        "righted": metrics.map_at_k(evaluation.search([system.like(undone=True)], dev)["ranks"]),
        "r2": r_squared(*(side["dev"] - system.centre for side in (one.queries, one.gallery))),
        "mean_rank": float(one.ranks["dev"].mean()),
        "verdict": (DOES_NOT, IN_PART, REPRODUCES)[sum(map(bool, near_zero))],
    }
