"""`make caption-long`: a larger captioner for longer, only its join, and beams against greed."""

from dataclasses import asdict, replace

import numpy as np

from lib.base.settings import Settings
from lib.chapters import long
from lib.chapters.caption import speed, study
from lib.chapters.caption.chapter import by_image, examples, two_cats
from lib.data.dataset import Dataset
from lib.features import text
from lib.methods.caption import systems
from lib.methods.caption.recipe import Plan, Recipe, Shape
from lib.methods.regression import classic
from lib.search import metrics, retrieval

NOTEBOOK = "05_captioning"
LONG = Plan(
    Shape(
        vit={**systems.QUICK.shape.vit, "patch_size": 8, "num_hidden_layers": 6},
        gpt2={**systems.QUICK.shape.gpt2, "n_layer": 4, "resid_pdrop": 0.1},
    ),
    eyes=Recipe(epochs=8),
    tongue=Recipe(epochs=3, batch=256),
    join=Recipe(epochs=7),
)
FROZEN = replace(LONG, join=replace(LONG.join, epochs=4, frozen=True))
BEAMS = 4


def main(settings: Settings) -> None:
    """Do what is missing of the pieces; `long.run` says how they are kept.

    About forty minutes on two cores, no piece above twenty. Raises ValueError for photographs.
    """
    long.run(NOTEBOOK, settings, pieces)


def pieces(loaded: Dataset, settings: Settings) -> long.Pieces:
    """Name → what decides the piece, and the piece; in the order of work."""
    about = asdict(LONG)
    return {
        "speed at the paper's size": ("speed", lambda: (speed.paper_size(), [])),
        "eyes": (about, lambda: part(loaded, "eyes")),
        "tongue": (about, lambda: part(loaded, "tongue")),
        "untrained": (about, lambda: whole(loaded, settings, "untrained")),
        "long": (about, lambda: whole(loaded, settings, "joined")),
        "beams": ([about, BEAMS], lambda: beams(loaded)),
        "only the join": (asdict(FROZEN), lambda: frozen(loaded)),
    }


def part(loaded: Dataset, name: str) -> tuple[dict, list[dict]]:
    """One part, trained; its curve is the loss on development with its sign changed."""
    made = getattr(systems.Workshop(loaded, LONG), name)()
    return {"curve": made.curve, "seconds": made.seconds}, []


def whole(loaded: Dataset, settings: Settings, name: str) -> tuple[dict, list[dict]]:
    """A captioner that is scored on test by both searches, with some of its captions."""
    from lib.record import results

    made = getattr(systems.Workshop(loaded, LONG), name)()
    told = {s: systems.of_weights(getattr(loaded, s).images, made.weights) for s in systems.SPLITS}
    words = text.for_stages(loaded, settings.word_vectors)
    row = systems.ZERO_SHOT if name == "untrained" else systems.FINETUNED
    size = made.weights.stat().st_size
    runs = systems.systems(
        loaded, row, told, words, asdict(LONG), made.seconds, size, len(loaded.fit)
    )
    test = loaded.test
    shown = [two_cats(test), *examples(test)]
    found = {
        "systems": list(runs),
        "curve": made.curve,
        "seconds": made.seconds,
        "captions": [[test.images[i].name, told["test"].captions[i]] for i in shown],
        "quality": study.judged(told["test"].captions, by_image(test)),
    }
    return found, [row for run in runs.values() for row in results.rows(run, loaded)]


def beams(loaded: Dataset) -> tuple[dict, list[dict]]:
    """Beam search against the greedy captions on development: scores, CIDEr, seconds."""
    made, dev = systems.Workshop(loaded, LONG).joined(), loaded.dev
    texts = classic.Texts.of("tfidf", None, loaded.fit)
    found, precisions = {}, {}
    for width in (1, BEAMS):
        told = systems.of_weights(dev.images, made.weights, width)
        scores = retrieval.scores(texts.vectors(dev.texts), texts.vectors(told.captions))
        precisions[width] = metrics.precision_at_k(retrieval.ranks(scores, dev.truth))
        found[str(width)] = {
            "map_at_20": float(precisions[width].mean()),
            "seconds": told.seconds,
            **study.judged(told.captions, by_image(dev)),
        }
    difference, ci95 = metrics.paired_difference(precisions[BEAMS], precisions[1])
    return {"beams": found, "difference": difference, "ci95": list(ci95)}, []


def frozen(loaded: Dataset) -> tuple[dict, list[dict]]:
    """Only what joins the parts learns: development score of its looks."""
    made = systems.Workshop(loaded, FROZEN).joined()
    best = max(look["score"] for look in made.curve) if made.curve else float(np.nan)
    return {"curve": made.curve, "map_at_20": best}, []
