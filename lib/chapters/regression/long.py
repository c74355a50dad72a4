"""`make xgboost-reference`: XGBoost the obvious way, on all inputs, and quickly with each seed."""

from functools import partial

from lib.base.settings import Settings
from lib.chapters import long
from lib.data.dataset import Dataset
from lib.features.features import ReducedFeatures
from lib.features.text import MeanWords
from lib.methods.regression import boosting
from lib.methods.regression.regress import Regression
from lib.record import results
from lib.search.evaluation import evaluate, evaluate_variants

NOTEBOOK = "03_pca_boosting"
SEEDS = (0, 1, 2)
NOT_TESTED = "compared on development alone, where settings are chosen"


def main(settings: Settings) -> None:
    """Do what is missing of the pieces; the obvious way takes a quarter of an hour."""
    long.run(NOTEBOOK, settings, pieces, photographs=True)


def pieces(data: Dataset, settings: Settings) -> long.Pieces:
    words = settings.word_vectors
    quick = {name: ([name, SEEDS], partial(several_seeds, data, words, name))
             for name in boosting.REDUCED}  # fmt: skip
    return {boosting.OBVIOUS: (boosting.OBVIOUS, partial(obvious_way, data, words)),
            boosting.ALL_INPUTS: (boosting.ALL_INPUTS, partial(all_inputs, data, words)),
            **quick}  # fmt: skip


def obvious_way(data: Dataset, words: str) -> tuple[dict, list[dict]]:
    """The obvious way on development, its quarter of an hour spent once for each content."""
    images = ReducedFeatures("pca", (data.seed, 0))
    system = Regression(boosting.OBVIOUS, MeanWords(data, words), images, boosting.ObviousTrees())
    one = evaluate(data, system, splits=("dev",))
    return {}, [results.row(one, "dev", len(data.dev)), results.not_run(one.id, NOT_TESTED)]


def all_inputs(data: Dataset, words: str) -> tuple[dict, list[dict]]:
    """The quick way on every direction of the word vectors, as many as the elastic net reads."""
    name = "boosting.xgboost_pca100"
    (system,) = boosting.quick(name, [MeanWords(data, words)], data.seed, 0)
    system.id, system.model.directions = boosting.ALL_INPUTS, 0
    return {}, [row for one in evaluate_variants(data, system) for row in results.rows(one, data)]


def several_seeds(data: Dataset, words: str, name: str) -> tuple[dict, list[dict]]:
    each = boosting.quick(name, MeanWords.draws(data, words, len(SEEDS)), data.seed, *SEEDS)
    systems = evaluate_variants(data, *each)
    return {}, [row for system in systems for row in results.rows(system, data)]
