"""The network that works, and what each repair of it is worth.

It still reads a description and predicts given image features; what changed is the text,
the scaling, the features, the loss and the distance.
"""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache as remember

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge, RidgeCV

from lib.base.settings import Settings
from lib.methods.deep import deep
from lib.methods.deep.nets import Network, Trained
from lib.methods.deep.pairs import (
    Arrays,
    Pairs,
    Texts,
    as_float32,
    both_layers,
    centred,
    components,
    mean_words,
    weighted_bag,
    whitened,
)
from lib.methods.regression.regress import ALPHAS
from lib.record import records
from lib.search import metrics, retrieval
from lib.search.encoders import MeanWordsLinear
from lib.search.runs import SystemRun


@dataclass(frozen=True)
class Recipe:
    """All choices of a text → image network; the defaults are the plain regression.

    bag: components of the bag of words, 0 for mean word vectors. scaled: inputs and targets.
    layers: "fc1000" or "both". whitening: as in `pairs.whitened`.
    """

    scaled: bool = False
    metric: str = "euclidean"
    loss: str = "mse"
    bag: int = 0
    layers: str = "fc1000"
    n_components: int = 100
    whitening: float = 0.0
    dropout: float = 0.0
    temperature: float = 0.1

    def network(self) -> Network:
        """The network of this recipe."""
        shared = {
            name: getattr(self, name) for name in ("metric", "loss", "dropout", "temperature")
        }
        return Network(
            hidden=(512,), learning_rate=3e-3, anneal=True, first_output=0.3, epochs=8,
            patience=8, **shared,
        )  # fmt: skip


GOOD = Recipe(True, "cosine", "contrastive", 400, "both", 200, 0.5, 0.3, 0.05)
CANDIDATES = {  # dev decides between them; few pairs want less of everything
    "sharp": GOOD,
    "middle": replace(GOOD, bag=200, n_components=100, temperature=0.1),
}
MOST_COMPONENTS = max(recipe.n_components for recipe in CANDIDATES.values())
STEPS = {  # repair → the choices it changes, in the order in which they are made
    "inputs and targets scaled": ("scaled",),
    "cosine": ("metric",),
    "a loss that ranks": ("loss", "temperature"),
    "bag of words": ("bag",),
    "both feature layers": ("layers",),
    "more components, whitened": ("n_components", "whitening"),
    "dropout": ("dropout",),
}
AVERAGED = "three networks averaged"


@dataclass(frozen=True)
class Built:
    """A recipe carried out: its texts, gallery, training and dev precision.

    precision: average precision of each dev query, mean over seeds, [n_query].
    """

    recipe: Recipe
    texts: Texts = field(repr=False)
    gallery: Arrays = field(repr=False)
    trained: Trained = field(repr=False)
    precision: np.ndarray = field(repr=False)


class Workbench:
    """Carries out recipes; parts that several share are made once."""

    def __init__(self, pairs: Pairs, device: str = "cpu"):
        self.pairs, self.device = pairs, device
        self.texts, self.gallery = remember(self._texts), remember(self._gallery)
        self.components = remember(self._components)

    def _texts(self, bag: int, scaled: bool) -> Texts:
        """What the network reads."""
        return weighted_bag(self.pairs, bag) if bag else mean_words(self.pairs, scaled)

    def _gallery(self, layers: str, n: int, whitening: float, scaled: bool) -> Arrays:
        """What it predicts."""
        reduced = whitened(self.components(layers), n, whitening)
        return centred(reduced) if scaled else reduced

    def _components(self, layers: str) -> Arrays:
        """As many components of the image features as any recipe asks for."""
        features = both_layers(self.pairs) if layers == "both" else self.pairs.features[layers]
        return components(features, MOST_COMPONENTS, self.pairs.seed)

    def build(self, recipe: Recipe, seeds: Sequence[int] = (0,)) -> Built:
        """Train one recipe and score it on dev."""
        texts = self.texts(recipe.bag, recipe.scaled)
        gallery = self.gallery(recipe.layers, recipe.n_components, recipe.whitening, recipe.scaled)
        trained = deep.train(texts.arrays, gallery, recipe.network(), seeds, self.device)
        outputs = trained.predict(texts.arrays["dev"])
        return Built(recipe, texts, gallery, trained, self.precision(outputs, gallery, recipe))

    def precision(self, outputs: np.ndarray, gallery: Arrays, recipe: Recipe) -> np.ndarray:
        """Average precision of each dev query, mean over seeds; outputs [n_seed, n_query, d]."""
        matrices = [retrieval.scores(o, gallery["dev"], recipe.metric) for o in outputs]
        ranks = [retrieval.ranks(matrix, self.pairs.truth["dev"]) for matrix in matrices]
        return metrics.precision_at_k(np.array(ranks)).mean(axis=0)


def choose(bench: Workbench) -> tuple[str, dict[str, Built]]:
    """The best of the CANDIDATES on dev, one seed each."""
    tried = {name: bench.build(recipe) for name, recipe in CANDIDATES.items()}
    return max(tried, key=lambda name: tried[name].precision.mean()), tried


def fixed(bench: Workbench, chosen: str, tried: dict[str, Built]) -> list[SystemRun]:
    """`deep.fixed` with three seeds, and `.ensemble`, the mean of their unit predictions."""
    pairs, recipe = bench.pairs, CANDIDATES[chosen]
    built = bench.build(recipe, deep.SEEDS)
    texts, trained = built.texts, built.trained
    seconds = trained.seconds + sum(one.trained.seconds for one in tried.values())
    outputs = deep.outputs_of(texts, trained)
    params = {"chosen": chosen, **asdict(recipe), **deep.described(recipe.network(), trained)}
    networks = [trained.layers_of(seed) for seed in range(len(deep.SEEDS))]
    averaged = {split: mean_direction(seeds)[None] for split, seeds in outputs.items()}
    common = (built.gallery, seconds, params)
    return [
        deep.system(pairs, "deep.fixed", "cosine", outputs, *common, texts.encoder(networks[:1])),
        deep.system(pairs, "deep.fixed.ensemble", "cosine", averaged, *common,
                    texts.encoder(networks)),
    ]  # fmt: skip


def mean_direction(outputs: np.ndarray) -> np.ndarray:
    """Mean over seeds of predictions at length one, [n_query, d]; outputs [n_seed, n_query, d]."""
    return np.mean([retrieval.unit(seed) for seed in outputs], axis=0).astype(np.float32)


def ladder(bench: Workbench, best: Recipe) -> dict[str, np.ndarray]:
    """Dev precision of the plain regression and after each further repair, one seed.

    The last rung averages three networks. Returns step → float [n_query].
    """
    recipe = Recipe()
    found = {"plain regression": bench.build(recipe).precision}
    for step, names in STEPS.items():
        recipe = replace(recipe, **{name: getattr(best, name) for name in names})
        found[step] = bench.build(recipe).precision
    built = bench.build(best, deep.SEEDS)
    outputs = mean_direction(built.trained.predict(built.texts.arrays["dev"]))[None]
    found[AVERAGED] = bench.precision(outputs, built.gallery, best)
    return found


def left_out(bench: Workbench, best: Recipe) -> dict[str, np.ndarray]:
    """Dev precision of the best recipe without each repair, one seed; step → float [n_query]."""
    plain = Recipe()
    return {
        step: bench.build(replace(best, **{name: getattr(plain, name) for name in names})).precision
        for step, names in STEPS.items()
    }


def shares(rungs: dict[str, np.ndarray], without: dict[str, np.ndarray]) -> pd.DataFrame:
    """Each repair: dev score once it is made, its gain then, and the loss if it alone is missing.

    rungs, without: as `ladder` and `left_out` return them. Columns: step, score, gain, low,
    high, missing, missing_low, missing_high (NaN where nothing was left out).
    """
    names, rows = list(rungs), []
    best = rungs[names[-2]]
    for before, name in zip([None, *names], names, strict=False):
        gain, ci = difference(rungs[name], rungs[before] if before else None)
        lost, lost_ci = difference(best, without.get(name))
        rows.append([name, rungs[name].mean(), gain, *ci, lost, *lost_ci])
    columns = ["step", "score", "gain", "low", "high", "missing", "missing_low", "missing_high"]
    return pd.DataFrame(rows, columns=columns)


def difference(better: np.ndarray, worse: np.ndarray | None) -> tuple[float, list[float]]:
    """Paired difference with its interval; NaN where there is nothing to compare with."""
    if worse is None:
        return float("nan"), [float("nan")] * 2
    return metrics.paired_difference(better, worse)


def shares_table(found: pd.DataFrame) -> pd.DataFrame:
    """`shares` in words."""

    def text(value: float, low: float, high: float) -> str:
        return "—" if np.isnan(value) else f"{value:+.4f} [{low:+.4f}, {high:+.4f}]"

    return pd.DataFrame(
        {
            "repair": found["step"],
            "map_at_20 on dev": found["score"].map("{:.4f}".format),
            "gain over the row above": [
                text(*row) for row in found[["gain", "low", "high"]].to_numpy()
            ],
            "worth where all others are made": [
                text(*row) for row in found[["missing", "missing_low", "missing_high"]].to_numpy()
            ],
        }
    )


def ridge_reference(pairs: Pairs) -> SystemRun:
    """Ridge from mean word vectors to 100 components, by cosine: what a network must beat.

    Alpha by leave-one-out on fit; refitted on fit and dev for test, as regressions are.
    """
    start = time.perf_counter()
    gallery = centred(components(pairs.features["fc1000"], deep.N_CODE, seed=pairs.seed))
    inputs = {split: x.astype(np.float64) for split, x in pairs.means.items()}
    model = RidgeCV(ALPHAS).fit(inputs["fit"], gallery["fit"])
    outputs = {"dev": model.predict(inputs["dev"])}
    rows = [np.vstack([arrays["fit"], arrays["dev"]]) for arrays in (inputs, gallery)]
    model = Ridge(model.alpha_).fit(*rows)
    outputs["test"] = model.predict(inputs["test"])
    outputs = {split: as_float32(array)[None] for split, array in outputs.items()}
    name = "classic.ridge.text_to_image.word2vec.pca100.cosine"
    run = deep.system(pairs, name, "cosine", outputs, gallery, time.perf_counter() - start,
                      {"alpha": float(model.alpha), "words": pairs.words.source})  # fmt: skip
    encoder = MeanWordsLinear(pairs.words, model.coef_.T, model.intercept_)
    n_train = run.n_train | {"test": len(rows[0])}
    return replace(run, encoder=encoder, n_train=n_train)


def best_rival(settings: Settings, fingerprint: str) -> str:
    """The text → image system without a network that did best on dev in earlier notebooks.

    fingerprint: of the data. Systems that map images to text, read human tags or learned
    from shuffled pairs are no rivals.
    """
    apart = ("image_to_text", "tags", "shuffled", "chance")
    known = {
        row["system"]: row["map_at_20"]
        for record in records.read_all(settings.name, settings.size)
        if record["data"]["fingerprint"] == fingerprint
        for row in record["rows"]
        if row["split"] == "dev"
        and row["status"] == "measured"
        and row["system"].split(".")[0] in ("baseline", "tuning", "boosting", "classic")
        and not any(word in row["system"] for word in apart)
    }
    return max(known, key=known.get)


def compared(run: SystemRun, others: Sequence[SystemRun], split: str) -> pd.DataFrame:
    """Paired differences of one system to others: difference, low, high for each."""
    rows = []
    for other in others:
        gain, (low, high) = metrics.paired_difference(run.precision(split), other.precision(split))
        rows.append({"system": other.id, "map_at_20": other.precision(split).mean(),
                     "difference": gain, "low": low, "high": high})  # fmt: skip
    return pd.DataFrame(rows)


def compared_table(found: pd.DataFrame) -> pd.DataFrame:
    """`compared` in words."""
    differences = found[["difference", "low", "high"]].to_numpy()
    return pd.DataFrame(
        {
            "against": found["system"],
            "its map_at_20": found["map_at_20"].map("{:.4f}".format),
            "deep.fixed is better by": [
                f"{value:+.4f} [{low:+.4f}, {high:+.4f}]" for value, low, high in differences
            ],
        }
    )
