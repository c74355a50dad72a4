"""`make baby-long`: both babies for longer, the tutorial's loss, and one alteration at a time."""

from dataclasses import asdict, replace

import numpy as np

from lib import scenes
from lib.base import cache
from lib.base.settings import Settings
from lib.chapters import long
from lib.chapters.baby import speed
from lib.chapters.judged import QUERIES
from lib.data.dataset import Dataset
from lib.features import pictures
from lib.methods.baby import systems
from lib.methods.baby.recipe import Recipe, Shape
from lib.record import results
from lib.search import metrics, relevance, retrieval
from lib.search.runs import SystemRun

NOTEBOOK = "07_baby_clip"
LONG = {"resnet50": Recipe(epochs=8), "deit": Recipe(epochs=20)}
# All that the tutorial did otherwise, with the towers and the rate of the others.
TUTORIAL = Recipe(
    epochs=6, rows="captions", loss="tutorial", unit=False, scale=1.0, aware=False, anneal=False,
    cut=False,
)  # fmt: skip
ALTERED = "deit"  # the quicker of the two to train
BASE = systems.QUICK[ALTERED]
ALTERATIONS: dict[str, dict] = {  # label → what is changed of BASE; "pooled" is of the shape
    "the tutorial's loss": {"loss": "tutorial", "unit": False},
    "a temperature of 1": {"scale": 1.0},
    "embeddings of any length": {"unit": False, "scale": 1.0},
    "one sentence a text": {"sentences": 1},
    "all sentences a text": {"sentences": 5},
    "a row for each sentence": {"rows": "captions"},
    "… and only its own pair is right": {"rows": "captions", "aware": False},
    "a constant rate": {"anneal": False},
    "whole pictures, never cut": {"cut": False},
    "batches of 32": {"batch": 32},
    "the opening mark for the text": {"pooled": "first"},
}
SIZES = (1000, 2000, 4000, 8000)
PASSES = 6  # over 8,000 images; fewer images are passed over more often, for as many steps


def main(settings: Settings) -> None:
    """Do what is missing of the pieces; `long.run` says how they are kept.

    About an hour and a quarter on two cores. Raises ValueError for photographs.
    """
    long.run(NOTEBOOK, settings, pieces)


def pieces(loaded: Dataset, settings: Settings) -> long.Pieces:
    """Name → what decides the piece, and the piece; in the order of work."""
    found: long.Pieces = {}
    found["tutorial"] = whole(loaded, settings, systems.TUTORIAL, "resnet50", TUTORIAL)
    for tower, recipe in LONG.items():
        found[f"long {tower}"] = whole(loaded, settings, systems.IDS[tower], tower, recipe)
    for label, changed in ALTERATIONS.items():
        found[label] = altered(loaded, changed)
    for n in SIZES:
        epochs = PASSES * len(loaded.fit) // n
        recipe = Recipe(epochs=epochs, images=n, every=max(1, epochs // PASSES))
        found[f"{n:,} images"] = trained_on(loaded, recipe)
    for tower in systems.IDS:
        found[f"speed of the paper's {tower}"] = (tower, lambda t=tower: (speed.paper_size(t), []))
    return found


def shape(loaded: Dataset, tower: str) -> Shape:
    """The shape of a baby that learns its words from fit."""
    return systems.shape(tower, pictures.sentences(loaded.fit))


def whole(
    loaded: Dataset, settings: Settings, name: str, tower: str, recipe: Recipe
) -> tuple[object, long.Work]:
    """A baby that is scored on test, with the nine best images of the paper's query."""
    made = shape(loaded, tower)

    def work() -> tuple[dict, list[dict]]:
        trained = systems.trained(loaded, made, recipe)
        run = systems.system(loaded, name, trained, asdict(recipe))
        told = {"systems": [name], "curve": trained.curve, "seconds": run.seconds["test"]}
        told |= nine(loaded, settings, run)
        return told, results.rows(run, loaded)

    return [asdict(made), asdict(recipe)], work


def nine(loaded: Dataset, settings: Settings, run: SystemRun) -> dict:
    """The paper's query: the best nine, each fifth of the best 45, and of how many it is true."""
    query, split = QUERIES[0], loaded.test
    judge = relevance.Judge(relevance.in_order(scenes.facts("test", settings.size), split))
    scores = retrieval.scores(run.embed_queries([query]), run.gallery["test"])
    best = retrieval.top_k(scores, 45)[0]

    def share(images: np.ndarray) -> float:
        return float(np.mean([judge.holds(query, int(i)) for i in images]))

    return {
        "nine": [[split.images[i].name, float(scores[0, i])] for i in best[:9]],
        "true_of_nine": share(best[:9]),
        "true_of_each_fifth": share(best[::5]),
        "base_rate": relevance.base_rate(judge, query),
    }


def altered(loaded: Dataset, changed: dict) -> tuple[object, long.Work]:
    """What one alteration of the quick recipe changes on development."""
    made, rest = shape(loaded, ALTERED), dict(changed)
    other = replace(made, pooled=rest.pop("pooled", made.pooled))
    recipe = replace(BASE, **rest)

    def work() -> tuple[dict, list[dict]]:
        before = precision(loaded, systems.trained(loaded, made, BASE))
        after = precision(loaded, systems.trained(loaded, other, recipe))
        difference, ci95 = metrics.paired_difference(after, before)
        told = {"map_at_20": float(after.mean()), "difference": difference, "ci95": list(ci95)}
        return {"alteration": changed, **told}, []

    return [asdict(other), asdict(recipe), asdict(BASE)], work


def precision(loaded: Dataset, trained: cache.Training) -> np.ndarray:
    """Average precision of each query of development, float [n_query]."""
    return systems.system(loaded, "baby", trained, {}).precision("dev")


def trained_on(loaded: Dataset, recipe: Recipe) -> tuple[object, long.Work]:
    """Development score after training on some of the images."""
    made = shape(loaded, ALTERED)

    def work() -> tuple[dict, list[dict]]:
        trained = systems.trained(loaded, made, recipe)
        scores = precision(loaded, trained)
        told = {"images": recipe.images, "map_at_20": float(scores.mean())}
        return {**told, "ci95": list(metrics.interval(scores)), "curve": trained.curve}, []

    return [asdict(made), asdict(recipe)], work
