"""`make why-long`: what a score is made of, and fine-tuning for longer than chapter 08 waits.

Four ways to learn from the same pairs, and five numbers of pairs. Of drawings the pairs are the
pretraining corpus's pictures and captions, so that no point has another style; of photographs
they are train's. All read the same features, but for the one that learns from pixels, and the
same bag of words. Development chooses, test is searched.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import lru_cache, partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from sklearn.linear_model import Ridge

from lib import scenes
from lib.base.settings import Settings
from lib.chapters import long
from lib.chapters.clip import study
from lib.data.dataset import Dataset, Split
from lib.features import pictures
from lib.features.clip.embed import EMBEDDED, Source
from lib.features.features import StandardFeatures
from lib.features.text import Tfidf
from lib.methods.baby.paired import PairedRecipe, PretrainedBaby
from lib.methods.baby.pixels import WIDER, PixelBaby
from lib.methods.baby.tuned import EyesRecipe
from lib.methods.clip import finetune
from lib.methods.clip.finetune import TuningRecipe
from lib.methods.clip.pretrain import PretrainRecipe, quarter
from lib.methods.clip.systems import Clip
from lib.methods.deep import repair
from lib.methods.deep.deep import DeepRegression
from lib.methods.regression.regress import Regression
from lib.record import results
from lib.search import evaluation, metrics, relevance
from lib.search.evaluation import evaluate
from lib.search.system import System

EPOCHS = {500: 60, 2000: 40, 8000: 24, 32000: 12, 160000: 4}  # of what is trained, by pairs
SIZES = {True: tuple(EPOCHS), False: (375, 750, 1500, 3000, 5400)}  # of drawings or photographs
SEEDS, MANY = 3, 8000  # this many pairs or more have one seed
RATES, PASSES = (1e-4, 3e-4, 1e-3), 6  # of fine-tuning
ALPHAS = 10.0 ** np.arange(0, 6)


class ScoredRidge:
    """Ridge regression in float32 whose alpha development chooses by the score."""

    def tune(self, x, y, held_out):
        def score(alpha: float) -> float:
            self.params = {"alpha": alpha}
            self.fit(x, y)
            return held_out.score(self.predict(held_out.x), y.mean(axis=0))

        self.params = {"alpha": max(ALPHAS, key=score)}
        self.fit(x, y)

    def fit(self, x, y):
        self.model = Ridge(**self.params).fit(x.astype(np.float32), y.astype(np.float32))

    def predict(self, x):
        return self.model.predict(x.astype(np.float32))


def objectives(n: int, seed: int) -> dict[str, System]:
    """Name → a system that learns from n pairs."""
    epochs = EPOCHS.get(n) or max(24, 24 * 3000 // n)
    frozen = PairedRecipe(epochs=epochs, batch=min(1000, n // 4), every=epochs)
    baby = PretrainedBaby("objective.contrastive", seed, frozen)
    pixels = EyesRecipe(epochs=epochs, batch=min(256, n // 4), rate=1e-3)
    net = replace(repair.GOOD, loss="mse", both_layers=False).design(SimpleNamespace(seed=seed))
    passes = replace(net.network, epochs=epochs, patience=epochs, batch=min(256, n // 4))
    network = replace(net, targets=replace(net.targets, layers=("pool5",)), network=passes)
    ridge = Tfidf(), StandardFeatures("pool5"), ScoredRidge(), "image_to_text", "cosine"
    return {
        "ridge": Regression("objective.ridge", *ridge),
        "network": DeepRegression("objective.network", {"": network}, "cosine", (seed,)),
        "contrastive": baby,
        "pixels": PixelBaby(PretrainedBaby(seed=seed, recipe=frozen), "objective.pixels", pixels),
    }


def main(settings: Settings) -> None:
    """Some three hours on two cores, a piece for each point; of photographs a quarter of one."""
    long.run("08_why_clip_wins", settings, pieces, photographs=True)


def pieces(data: Dataset, settings: Settings) -> long.Pieces:
    every = lru_cache(partial(pairs, data))  # drawn and looked at when the first point asks
    names = [name for name in objectives(500, 0) if data.is_drawn or name != "pixels"]
    points = [(name, n) for n in SIZES[data.is_drawn] for name in names]
    work = {f"{name}, {n:,} pairs": ([name, n, EPOCHS, SEEDS],
                                     partial(measured, data, every, name, n))
            for name, n in points}  # fmt: skip
    if not data.is_drawn:
        return work
    corpus = asdict(PretrainRecipe())
    work["near-twins"] = (corpus, partial(near_twins, data))
    work["held out or not"] = (corpus, partial(held_out, data))
    recipes = [replace(finetune.WHOLE, rate=rate, epochs=PASSES, seed=settings.seed)
               for rate in RATES]  # fmt: skip
    work |= {f"rate {one.rate:g}": (asdict(one), partial(look, data, one)) for one in recipes}
    work["best rate"] = ([asdict(one) for one in recipes], partial(best, data, recipes))
    return work


def measured(
    data: Dataset, every: Callable[[], Split], name: str, n: int
) -> tuple[dict, list[dict]]:
    """One point: the score on test of each seed, which draws other pairs as well."""
    source, rows = every(), []
    seeds = range(SEEDS if n < MANY else 1)
    for seed in seeds:
        which = np.random.default_rng([seed, 31]).permutation(len(source))[:n]
        system = objectives(n, seed)[name]
        part = source.take(sorted(which.tolist()), "pairs")
        part.memory.update({k: v[np.sort(which)] for k, v in source.memory.items()
                            if isinstance(k, str)})  # fmt: skip
        system.fit(part, data.dev)
        rows.append(evaluation.search([system], data.test)["ranks"][0])
    precision = metrics.precision_at_k(np.array(rows))
    score, ci95 = float(precision.mean()), metrics.interval(precision)
    by_seed = precision.mean(axis=1).tolist()
    return {"objective": name, "pairs": n, "score": score, "ci95": ci95, "by_seed": by_seed}, []


def pairs(data: Dataset) -> Split:
    """All pairs there are to learn from, with what is read of their images in `memory`."""
    if not data.is_drawn:
        return data.fit
    recipe = PretrainRecipe()
    source = scenes.pairs(recipe.seed, max(EPOCHS), recipe.side)
    arrays = scenes.corpus_features(source, WIDER)
    for split in (data.dev, data.test):
        split.memory["pixels"] = pictures.pixels(split, WIDER)[:, None]
    n, none = len(source), ()
    images = tuple(Path(f"{i:06d}") for i in range(n))
    captions = tuple((text,) for text in source.captions)
    ids = tuple(map(str, range(n)))
    split = Split("corpus", images, (none,) * n, ids, captions, np.arange(n), {"pool5": Path()})
    split.memory.update(arrays)
    return split


def near_twins(data: Dataset) -> tuple[dict, list[dict]]:
    """The names of the images of development and test without a near-twin in the corpus."""
    recipe, alone = PretrainRecipe(), {}
    for split in (data.dev, data.test):
        table = relevance.in_order(scenes.facts(split.name, "full"), split)
        has = scenes.near_twins(table, recipe.seed, recipe.scenes)
        alone[split.name] = [split.images[i].name for i in np.flatnonzero(~has)]
    return {"without": alone}, []


def held_out(data: Dataset) -> tuple[dict, list[dict]]:
    """Two CLIPs of a quarter of the recipe, one of whose corpus held nothing out, side by side."""
    weights = {"held out": quarter(), "everything": quarter(everything=True)}
    two = {name: evaluate(data, Clip(Source(EMBEDDED.name, at))) for name, at in weights.items()}
    table = relevance.in_order(scenes.facts("test", "full"), data.test)
    shown = [scenes.unseen_kinds(table)[i] for i in data.test.truth]
    queries = {kind: np.array([kind in each for each in shown]) for kind in scenes.left_out()}
    queries["nothing of them"] = np.array([not each for each in shown])
    return {
        "scores": {name: one.map_at_20("test") for name, one in two.items()},
        "gains": {kind: study.gain(two["everything"], two["held out"], "test", which)
                  for kind, which in queries.items()},
    }, []  # fmt: skip


def look(data: Dataset, recipe: TuningRecipe) -> tuple[dict, list[dict]]:
    training = finetune.whole(data.fit, data.dev, EMBEDDED.weights, recipe)
    return {"curve": training.curve, "seconds": training.seconds}, []


def best(data: Dataset, recipes: list[TuningRecipe]) -> tuple[dict, list[dict]]:
    each = {r: finetune.whole(data.fit, data.dev, EMBEDDED.weights, r) for r in recipes}
    recipe = max(recipes, key=lambda r: max(look["map_at_20"] for look in each[r].curve))
    training, tuning = each[recipe], finetune.FineTuned(recipe=recipe)
    tuning.weights, tuning.n_train = training.weights, len(data.fit)
    one = evaluate(data, tuning.at(1.0, "clip.finetuned_long"))
    seconds = {split: spent + training.seconds for split, spent in one.seconds.items()}
    return {"rate": recipe.rate}, results.rows(replace(one, seconds=seconds), data)
