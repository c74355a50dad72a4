"""`make baby-long`: both babies for longer, the tutorial and its choices, alterations of ours.

Of photographs it is the tutorial, and the pretrained baby whose eyes learn, too.
"""

from dataclasses import asdict, replace
from functools import partial
from itertools import product

import numpy as np

from lib import scenes
from lib.base import paths
from lib.base.settings import Settings
from lib.chapters import long
from lib.chapters.baby import chapter
from lib.chapters.judged import QUERIES, typed_queries
from lib.data import flickr8k
from lib.data.dataset import Dataset
from lib.features import pictures
from lib.methods.baby import recipe as recipes
from lib.methods.baby import tutorial
from lib.methods.baby.paired import ENSEMBLE, PretrainedBaby
from lib.methods.baby.recipe import IDS, PAPERS, QUICK, BabyRecipe, BabyShape, small
from lib.methods.baby.system import BabyClip
from lib.methods.baby.tuned import TunedBaby
from lib.methods.regression.levers import STRONG
from lib.record import results
from lib.search import evaluation, fusion, metrics, relevance, retrieval, yardsticks
from lib.search.evaluation import Evaluation

LONG = {  # some 40 minutes each on two cores; five sentences gain 0.015 in a short training
    "resnet50": BabyRecipe(epochs=14, sentences=5),
    "deit": BabyRecipe(epochs=60, sentences=5, patience=10),
}
SEEDS = (0, 1, 2)
WITH_TUNED = "fusion.with_tuned"
BESIDE = (ENSEMBLE, "deep.fixed.ensemble", STRONG.id)  # of chapter 09's fusion of photographs
ALTERED = "deit"  # the quicker of the two to train
BASE = QUICK[ALTERED]
ALTERATIONS: dict[str, dict] = {  # label → what is changed of BASE; "pooled" is of the shape
    "a temperature of 1": {"scale": 1.0},
    "one sentence a text": {"sentences": 1},
    "all sentences a text": {"sentences": 5},
    "one to all sentences a text": {"rows": "mixed", "sentences": 5},
    "a row for each sentence": {"rows": "captions"},
    "… and only its own pair is right": {"rows": "captions", "aware": False},
    "a constant rate": {"anneal": False},
    "whole pictures, never cut": {"cut": False},
    "batches of 32": {"batch": 32},
    "the opening mark for the text": {"pooled": "first"},
}
SIZES = (1000, 2000, 4000, 8000)
PASSES = 6  # over 8,000 images; fewer images are passed over more often, for as many steps
BATCH, STEPS = 32, 4  # of the paper's size: the tutorial's batch; the first step is not timed
WORD_PIECES, LENGTH = 30_522, 40  # DistilBERT's vocabulary; three sentences
NIGHT = 8 * 3600


def main(settings: Settings) -> None:
    """About three hours on two cores; of photographs two."""
    long.run("07_baby_clip", settings, pieces, photographs=True)


def pieces(data: Dataset, settings: Settings) -> long.Pieces:
    one = tutorial.Tutorial(
        data, replace(recipes.NOTEBOOK, towers="whole", images=None, seed=settings.seed)
    )
    decides = [tutorial.VERSION, *about(one)]
    cells = [tutorial.VERSION, SEEDS, [asdict(recipe) for recipe in recipes.CELLS.values()]]
    work = {"tutorial": (decides, partial(on_test, data, settings, one)),
            "crossed": (cells, partial(crossed, data))}  # fmt: skip
    if not data.is_drawn:
        tuned = TunedBaby(PretrainedBaby(seed=settings.seed))
        decides = [asdict(tuned.recipe), asdict(tuned.frozen.recipe)]
        return work | {
            "tuned": (decides, partial(on_test, data, settings, tuned)),
            "tuned, fused": ([decides, BESIDE], partial(fused, data, settings, tuned)),
        }
    shapes = {tower: small(tower, pictures.sentences(data.fit)) for tower in IDS}
    base = BabyClip("baby", shapes[ALTERED], BASE)
    for tower, recipe in LONG.items():
        baby = BabyClip(IDS[tower], shapes[tower], recipe)
        work[f"long {tower}"] = (about(baby), partial(on_test, data, settings, baby))
    for label, changed in ALTERATIONS.items():
        other = altered(base, changed)
        decides = [*about(other), asdict(BASE)]
        work[label] = (decides, partial(compared, data, base, other, changed))
    for n in SIZES:
        epochs = PASSES * len(data.fit) // n
        recipe = BabyRecipe(epochs=epochs, images=n, every=max(1, epochs // PASSES))
        some = BabyClip("baby", shapes[ALTERED], recipe)
        work[f"{n:,} images"] = (about(some), partial(on_some, data, some))
    for tower in IDS:
        work[f"speed of the paper's {tower}"] = (tower, partial(speed, tower))
    return work


def about(baby: BabyClip) -> list[dict]:
    return [asdict(baby.shape), asdict(baby.recipe)]


def on_test(
    data: Dataset, settings: Settings, baby: BabyClip | TunedBaby
) -> tuple[dict, list[dict]]:
    one = evaluation.evaluate(data, baby)
    facts = {"systems": [one.id], "curve": baby.curve, "seconds": one.seconds["test"]}
    facts |= {} if data.is_drawn else recalls(data, one)
    return facts | nine(data, settings, one), results.rows(one, data)


def nine(data: Dataset, settings: Settings, one: Evaluation) -> dict:
    """The paper's query: the best nine, each fifth of the best 45, and of how many it is true.

    Of photographs it counts as true where an image's own sentences name a skateboard.
    """
    query, split, typed = QUERIES[0], data.test, []
    if data.is_drawn:
        table = relevance.in_order(scenes.facts("test", settings.size), split)
        judge, typed = relevance.Judge(table), typed_queries({one.id: one}, split, table)
        true = np.array([judge.holds(query, i) for i in range(len(split))])
    else:
        own = [" ".join(sentences) for sentences in pictures.sentences_by_image(split)]
        true = chapter.mentions(own, chapter.GUESSES["skateboards"])
    scores = one.scores_of([query], split)
    best = retrieval.top_k(scores, 45)[0]
    holds = true[best]
    return {
        "nine": [[split.images[i].name, float(scores[0, i])] for i in best[:9]],
        "true_of_nine": float(holds[:9].mean()),
        "true_of_each_fifth": float(holds[::5].mean()),
        "base_rate": float(true.mean()),
        "typed": typed,
    }


def fused(data: Dataset, settings: Settings, baby: TunedBaby) -> tuple[dict, list[dict]]:
    """The tuned baby beside what the report fuses; needs the report's runs on this machine."""
    runs = paths.runs_dir(settings.name, settings.size)
    parts = {name: evaluation.load(runs, name) for name in BESIDE}
    parts |= {baby.id: evaluation.evaluate(data, baby)}
    weights, steps = fusion.chosen(parts, data.dev.truth)
    one = fusion.fused(data, WITH_TUNED, parts, weights)
    return {"steps": steps} | recalls(data, one), results.rows(one, data)


def recalls(data: Dataset, one: Evaluation) -> dict:
    """What the field measures of a system, where the data is Flickr8k."""
    some = flickr8k.official(data.test)
    return {} if some is None else {"recalls": yardsticks.recalls(one, data.test, some)}


def crossed(data: Dataset) -> tuple[dict, list]:
    """Each cell's score on development with its seeds, and what each factor does to it."""
    every, cells, start = {}, [], {}
    for name, recipe in recipes.CELLS.items():
        each = [tutorial.measured(data, replace(recipe, seed=seed)) for seed in SEEDS]
        every[name], alike, losses, sharp = (
            np.stack([one.arrays[key] for one in each])
            for key in ("precision", "alike", "losses", "start")
        )
        start.setdefault(name[-1], sharp.mean(axis=0).tolist())
        cells.append({"cell": name, "map_at_20": float(every[name].mean()),
                      "ci95": metrics.interval(every[name]),
                      "by_seed": every[name].mean(axis=1).tolist(),
                      "alike": alike.mean(axis=0).tolist(), "loss": losses.mean(axis=0).tolist(),
                      "seconds": sum(one.seconds for one in each)})  # fmt: skip
        print(f"  {', '.join(name)}: {every[name].mean():.4f}", flush=True)
    seconds = sum(one["seconds"] for one in cells)
    return {"cells": cells, "effects": effects(every), "start": start, "seconds": seconds}, []


def effects(precision: dict[tuple, np.ndarray]) -> list[dict]:
    """What a level does in place of the tutorial's own, over all levels of the other factors.

    precision: of each cell, [n_seed, n_query]. higher: in how many pairs of cells it scores more.
    """
    rows = []
    for place, (factor, (first, *levels)) in enumerate(recipes.FACTORS.items()):
        for level, towers in product(levels, recipes.FACTORS["towers"]):
            after = [c for c in recipes.CROSSED if (c[place], c[-1]) == (level, towers)]
            both = [(precision[c], precision[(*c[:place], first, *c[place + 1 :])]) for c in after]
            if both:
                difference, ci95 = metrics.paired_difference(*np.mean(both, axis=0))
                rows.append({"factor": factor, "level": level, "towers": towers, "ci95": ci95,
                             "difference": difference, "pairs": len(both),
                             "higher": int(sum(a.mean() > b.mean() for a, b in both))})  # fmt: skip
    return rows


def altered(base: BabyClip, changed: dict) -> BabyClip:
    rest = dict(changed)
    shape = replace(base.shape, pooled=rest.pop("pooled", base.shape.pooled))
    return BabyClip(base.id, shape, replace(base.recipe, **rest))


def compared(data: Dataset, base: BabyClip, other: BabyClip, changed: dict) -> tuple[dict, list]:
    before, after = precision(data, base), precision(data, other)
    difference, ci95 = metrics.paired_difference(after, before)
    score = {"map_at_20": float(after.mean()), "difference": difference, "ci95": ci95}
    return {"alteration": changed, **score}, []


def on_some(data: Dataset, baby: BabyClip) -> tuple[dict, list[dict]]:
    scores = precision(data, baby)
    score = {"map_at_20": float(scores.mean()), "ci95": list(metrics.interval(scores))}
    return {"images": baby.recipe.images, **score, "curve": baby.curve}, []


def precision(data: Dataset, baby: BabyClip) -> np.ndarray:
    """Train a baby; average precision of each query of development, float [n_query]."""
    baby.fit(data.fit, data.dev)
    sides = baby.embed_queries(data.dev), baby.embed_images(data.dev)
    return metrics.precision_at_k(evaluation.ranked(*sides, data.dev.truth))


def speed(tower: str) -> tuple[dict, list[dict]]:
    """How fast a baby of the paper's size trains here; "images_a_night": eight hours of it."""
    import torch

    from lib.base.kit import training
    from lib.methods.baby import model, train

    vocabulary, recipe = tuple(map(str, range(WORD_PIECES))), BabyRecipe(batch=BATCH)
    shape = BabyShape(PAPERS[tower], {}, 224, {}, vocabulary, pooled="first")
    baby, rng = model.new(shape, 0).train(), np.random.default_rng(0)
    pixels = rng.integers(0, 256, (BATCH, 3, 224, 224)).astype(np.uint8)
    ids = torch.from_numpy(rng.integers(1, WORD_PIECES, (BATCH, LENGTH)))
    batch = [torch.from_numpy(pixels), ids, torch.ones_like(ids), torch.arange(BATCH)]
    batch = [x.to(baby.device) for x in batch]
    optimizer = training.adamw(baby, recipe.rate, recipe.decay)
    loss = partial(train.pair_loss, baby, recipe, *batch)
    measured = training.speed(baby, optimizer, loss, BATCH, STEPS)
    return {**measured, "images_a_night": measured["images_a_second"] * NIGHT}, []
