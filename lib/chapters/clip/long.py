"""`make clip-long`: fine-tuning for longer than chapter 06 waits."""

from dataclasses import asdict, replace
from functools import partial

from lib.base.settings import Settings
from lib.chapters import long
from lib.data.dataset import Dataset
from lib.features.clip.embed import EMBEDDED
from lib.methods.clip import finetune
from lib.methods.clip.finetune import TuningRecipe
from lib.record import results
from lib.search.evaluation import evaluate

RATES = (1e-4, 3e-4, 1e-3)
EPOCHS = 6


def main(settings: Settings) -> None:
    """Fine-tune with each rate, choose one on development, and score test with it once.

    About ten minutes a rate on two cores. Raises ValueError for photographs.
    """
    long.run("06_clip_prompts", settings, pieces, summary)


def pieces(data: Dataset, settings: Settings) -> long.Pieces:
    recipes = [replace(finetune.WHOLE, rate=rate, epochs=EPOCHS, seed=settings.seed)
               for rate in RATES]  # fmt: skip
    each = {f"{one.rate:g}": (asdict(one), partial(look, data, one)) for one in recipes}
    return {**each, "best": ([asdict(one) for one in recipes], partial(best, data, recipes))}


def look(data: Dataset, recipe: TuningRecipe) -> tuple[dict, list[dict]]:
    training = finetune.whole(data.fit, data.dev, EMBEDDED.weights, recipe)
    return {"curve": training.curve, "seconds": training.seconds}, []


def best(data: Dataset, recipes: list[TuningRecipe]) -> tuple[dict, list[dict]]:
    """The rows of the rate that development prefers."""
    each = {r: finetune.whole(data.fit, data.dev, EMBEDDED.weights, r) for r in recipes}
    recipe = max(recipes, key=lambda r: max(look["map_at_20"] for look in each[r].curve))
    training, tuning = each[recipe], finetune.FineTuned(recipe=recipe)
    tuning.weights, tuning.n_train = training.weights, len(data.fit)
    one = evaluate(data, tuning.at(1.0, "clip.finetuned_long"))
    seconds = {split: spent + training.seconds for split, spent in one.seconds.items()}
    return {"rate": recipe.rate}, results.rows(replace(one, seconds=seconds), data)


def summary(pieces: dict[str, dict]) -> dict:
    """What the chapter reads: each rate's curve, and the rate that was chosen."""
    curves = {name: piece["curve"] for name, piece in pieces.items() if "curve" in piece}
    return {"curves": curves, "rate": pieces["best"]["rate"]}
