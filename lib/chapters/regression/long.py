"""`make xgboost-reference`: XGBoost the obvious way once, and the quick way with further seeds."""

from functools import partial

from lib.base import cache
from lib.base.settings import Settings
from lib.chapters import long
from lib.data.dataset import Dataset
from lib.features import text
from lib.features.text import WordVectors
from lib.methods.regression import boosting, levers
from lib.record import results

NOTEBOOK = "03_pca_boosting"
SEEDS = (0, 1, 2)
QUICK = {"subset": "boosting.xgboost_random100", "pca": "boosting.xgboost_pca100"}
NOT_TESTED = "compared on development alone, where settings are chosen"


def main(settings: Settings) -> None:
    """Do what is missing of the pieces; the obvious way takes a quarter of an hour."""
    long.run(NOTEBOOK, settings, pieces, summary=lambda _: {}, photographs=True)


def pieces(data: Dataset, settings: Settings) -> long.Pieces:
    """Name → what decides the piece, and the piece; in the order of work."""
    words = text.for_stages(data, settings.word_vectors)
    quick = {name: ([name, SEEDS], partial(several_seeds, data, words, reduction, name))
             for reduction, name in QUICK.items()}  # fmt: skip
    return {levers.OBVIOUS: (levers.OBVIOUS, partial(obvious_way, data, words)), **quick}


def obvious_way(data: Dataset, words: dict[str, WordVectors]) -> tuple[dict, list[dict]]:
    """The obvious way on development, its quarter of an hour spent once for each content."""
    problem = boosting.components_of(data, words)
    key = {"version": boosting.VERSION,
           "inputs": cache.hash_of(problem.inputs), "targets": cache.hash_of(problem.targets[0]),
           "queries": cache.hash_of(problem.queries), "way": "MultiOutputRegressor"}  # fmt: skip
    entry = cache.cached("obvious", key, lambda: {"predicted": boosting.obvious_way(problem)})
    predicted = entry.arrays["predicted"]
    system = boosting.obvious_system(levers.OBVIOUS, problem, predicted, entry.seconds)
    rows = [results.row(system, "dev", len(data.dev)), results.not_run(system.id, NOT_TESTED)]
    return {}, rows


def several_seeds(
    data: Dataset, words: dict[str, WordVectors], reduction: str, name: str
) -> tuple[dict, list[dict]]:
    """The quick way with each seed, as one system."""
    seeds = [boosting.boosted(data, words, reduction, name, seed)[0] for seed in SEEDS]
    systems = boosting.over_seeds(seeds)
    return {}, [row for system in systems for row in results.rows(system, data)]
