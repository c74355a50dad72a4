"""`make clip-long`: fine-tuning for longer than chapter 06 waits."""

import time
from dataclasses import replace

from lib.base.settings import Settings, check
from lib.chapters import long
from lib.commands import execute
from lib.data import source as data
from lib.methods.clip import finetune, fitted
from lib.record import results

NOTEBOOK = "06_clip_prompts"
RATES = (1e-4, 3e-4, 1e-3)
EPOCHS = 6
ID = "clip.finetuned_long"


def main(given: Settings) -> None:
    """Fine-tune with each rate, choose one on development, and score test with it once.

    About ten minutes a rate on two cores; a run that was stopped goes on with the rate where it
    was. Raises ValueError for photographs: the command trains the embedded model.
    """
    started = time.perf_counter()
    settings = check(given)
    if settings.data != "scenes":
        raise ValueError("make clip-long fine-tunes the embedded CLIP: it takes DATA=scenes alone")
    execute.prepare(settings)
    now = long.started_with(NOTEBOOK, settings)
    loaded = data.load(settings, now["data"])
    curves, found = {}, {}
    for rate in RATES:
        recipe = replace(finetune.WHOLE, rate=rate, epochs=EPOCHS, seed=settings.seed)
        print(f"{loaded.name}: rate {rate:g}, up to {EPOCHS} epochs …", flush=True)
        tuned = finetune.whole(loaded, fitted.EMBEDDED.weights, recipe)
        curves[f"{rate:g}"] = tuned.curve
        found[rate] = (recipe, tuned, max(look["map_at_20"] for look in tuned.curve))
        print(f"  best on development {found[rate][2]:.4f}, {tuned.seconds:,.0f} s", flush=True)
    recipe, tuned, _ = found[max(found, key=lambda rate: found[rate][2])]
    source = replace(fitted.EMBEDDED, tuned=tuned.weights)
    run = replace(fitted.of_mix(loaded, source, recipe, tuned), id=ID)
    rows = results.rows(run, loaded)
    facts = {"curves": curves, "rate": recipe.rate}
    long.write(NOTEBOOK, settings, loaded, now, rows, time.perf_counter() - started, facts)
