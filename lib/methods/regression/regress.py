"""Regressions from a description's vector to its image's features."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge, RidgeCV

from lib.data.dataset import Dataset, Split
from lib.features import features
from lib.features.text import WordVectors
from lib.search import retrieval
from lib.search.encoders import MeanWordsLinear, QueryEncoder
from lib.search.metrics import precision_at_k
from lib.search.runs import SystemRun

ALPHAS = 10.0 ** np.arange(-4, 4)  # the course's 0.01 … 10 and two decades on either side
N_TARGETS = 100
SYSTEMS = {"subset": "baseline.ridge_random100", "projection": "baseline.ridge_projection100"}


@dataclass(frozen=True)
class Stage:
    """Predicted targets of a split's descriptions beside the true ones of its images.

    queries [n_query, d], gallery [n_image, d] and centres [d] (the mean target of the
    fitted images) have one entry a seed.
    """

    queries: list[np.ndarray]
    gallery: list[np.ndarray]
    centres: list[np.ndarray]
    truth: np.ndarray | None
    n_train: int
    seconds: float


@dataclass(frozen=True)
class Problem:
    """What a regression from text to image features is fitted on, and what it is asked.

    inputs [n, p] and queries [n_query, p] are mean word vectors; targets [n, m] and gallery
    [n_image, m] are reduced image features, one entry a seed. seconds: cost so far.
    """

    inputs: np.ndarray
    queries: np.ndarray
    targets: list[np.ndarray]
    gallery: list[np.ndarray]
    truth: np.ndarray | None
    seconds: float

    def solved(self, predicted: list[np.ndarray], seconds: float) -> Stage:
        """The stage once each seed's targets of the queries are predicted, at this cost."""
        centres = [target.mean(axis=0) for target in self.targets]
        cost = self.seconds + seconds
        return Stage(predicted, self.gallery, centres, self.truth, len(self.inputs), cost)


def problems(
    data: Dataset,
    words: dict[str, WordVectors],
    reduction: str,
    n_seeds: int,
    n_kept: int = N_TARGETS,
) -> dict[str, Problem]:
    """The regression problem of each split to score; everything in it is fitted on train alone.

    words: split to score → vectors made without it. reduction: one of `features.REDUCTIONS`;
    each seed draws its own, the same one for both splits.
    """
    found = {}
    for split, fitted, searched in data.stages():
        start = time.perf_counter()
        image_features, gallery = fitted.features("fc1000"), searched.features("fc1000")
        rngs = [np.random.default_rng([data.seed, i]) for i in range(n_seeds)]
        reduces = [features.REDUCTIONS[reduction](image_features, n_kept, rng) for rng in rngs]
        found[split] = Problem(
            inputs=means(words[split], fitted),
            queries=means(words[split], searched),
            targets=[reduce(image_features) for reduce in reduces],
            gallery=[reduce(gallery) for reduce in reduces],
            truth=searched.truth,
            seconds=words[split].seconds + time.perf_counter() - start,
        )
    return found


def baseline(
    data: Dataset,
    words: dict[str, WordVectors],
    reduction: str,
    n_seeds: int = 5,
    shuffled: bool = False,
) -> list[SystemRun]:
    """The paper's baseline: mean word vector → ridge → 100 random features.

    reduction: "subset" or "projection". shuffled: break the pairs of description and image
    on purpose, anew for each seed; a mean above chance then is a leak.
    Alpha is chosen on the fit images and kept when all of train is fitted.
    Returns the system ranked by Euclidean distance, and by cosine from the training mean.
    """
    stages, models = {}, None
    for split, problem in problems(data, words, reduction, n_seeds).items():
        start = time.perf_counter()
        targets = problem.targets
        if shuffled:
            rngs = [np.random.default_rng([data.seed, 3, i]) for i in range(n_seeds)]
            targets = [rng.permutation(target) for rng, target in zip(rngs, targets, strict=True)]
        models = (
            refit(models, problem.inputs, targets) if models else choose(problem.inputs, targets)
        )
        predicted = [model.predict(problem.queries) for model in models]
        stages[split] = problem.solved(predicted, time.perf_counter() - start)
    name = SYSTEMS[reduction] + (".shuffled" if shuffled else "")
    encoder = MeanWordsLinear(words["test"], models[0].coef_.T, models[0].intercept_)
    params = {"alpha": [float(model.alpha) for model in models], "words": words["test"].source}
    return both_metrics(name, stages, encoder, params)


def means(words: WordVectors, split: Split) -> np.ndarray:
    """Mean word vector of each description, float64 [n_query, d].

    Word vectors of a small vocabulary are nearly collinear; in float32 a small alpha would
    leave the normal equations without a trustworthy solution.
    """
    return words.mean(split.texts).astype(np.float64)


def choose(inputs: np.ndarray, targets: Sequence[np.ndarray]) -> list[RidgeCV]:
    """A ridge for each set of targets, alpha by leave-one-out.

    The course used ten folds. Leave-one-out has a closed form for ridge and costs one
    decomposition where ten folds cost eighty fits.
    """
    return [RidgeCV(ALPHAS).fit(inputs, target) for target in targets]


def refit(
    models: Sequence[RidgeCV], inputs: np.ndarray, targets: Sequence[np.ndarray]
) -> list[Ridge]:
    """The same ridges with their alpha fixed, fitted on other images."""
    pairs = zip(models, targets, strict=True)
    return [Ridge(model.alpha_).fit(inputs, target) for model, target in pairs]


def both_metrics(
    name: str, stages: dict[str, Stage], encoder: QueryEncoder | None, params: dict
) -> list[SystemRun]:
    """A system ranked by Euclidean distance, and by cosine from the training mean."""
    return [
        ranked(name, "euclidean", stages, encoder, params),
        ranked(f"{name}.cosine", "cosine", stages, encoder, params),
    ]


def ranked(
    name: str, metric: str, stages: dict[str, Stage], encoder: QueryEncoder | None, params: dict
) -> SystemRun:
    """The vectors of all seeds as one system, ranked by one metric.

    encoder: of the first seed, fitted on all of train, with a `bias` to add at the end.
    Cosine is centred: it compares directions from the mean training target, since raw
    features all point the same way.
    """
    shift = {
        split: stage.centres if metric == "cosine" else [0.0] * len(stage.centres)
        for split, stage in stages.items()
    }
    ranks = {}
    for split, stage in stages.items():
        if stage.truth is not None:
            seeds = zip(stage.queries, stage.gallery, shift[split], strict=True)
            scores = (retrieval.scores(q - s, g - s, metric) for q, g, s in seeds)
            ranks[split] = np.array([retrieval.ranks(matrix, stage.truth) for matrix in scores])
    if encoder is not None:
        encoder = replace(encoder, bias=encoder.bias - shift["test"][0])
    return SystemRun(
        id=name,
        metric=metric,
        queries={k: as_float32(stage.queries[0] - shift[k][0]) for k, stage in stages.items()},
        gallery={k: as_float32(stage.gallery[0] - shift[k][0]) for k, stage in stages.items()},
        ranks=ranks,
        n_train={split: stage.n_train for split, stage in stages.items()},
        seconds={split: stage.seconds for split, stage in stages.items()},
        params=params,
        model_bytes=sum(array.nbytes for array in encoder.arrays().values()) if encoder else 0,
        encoder=encoder,
    )


def seed_table(systems: Sequence[SystemRun], split: str) -> pd.DataFrame:
    """Each system's score over its seeds: mean, standard deviation, range, alphas chosen."""
    table = []
    for system in systems:
        scores = precision_at_k(system.ranks[split]).mean(axis=1)
        table.append(
            {
                "system": system.id,
                "mean": f"{scores.mean():.4f}",
                "std": f"{scores.std(ddof=1):.4f}",
                "range": f"{scores.min():.4f} – {scores.max():.4f}",
                "alpha": ", ".join(f"{alpha:g}" for alpha in sorted(set(system.params["alpha"]))),
            }
        )
    return pd.DataFrame(table)


def as_float32(array: np.ndarray) -> np.ndarray:
    """The array as it is stored."""
    return np.ascontiguousarray(array, dtype=np.float32)
