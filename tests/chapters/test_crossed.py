"""The tutorial's cells as the long run records them, and the sentences that they choose."""

import json
from dataclasses import replace

import numpy as np
import pytest

from lib.chapters.baby import chapter, long
from lib.methods.baby import recipe as recipes
from lib.methods.baby import tutorial

CHANCE, N = 0.002, 1799  # images


def record(gain) -> dict:
    """What a long run keeps where a cell's score is 0.002 and what `gain` adds for its levels."""
    rng = np.random.default_rng(0)
    noise = rng.normal(scale=1e-4, size=(3, 50))
    precision = {name: CHANCE + gain(name) + noise * rng.random() for name in recipes.CELLS}
    cells = [{"cell": list(c), "map_at_20": float(x.mean())} for c, x in precision.items()]
    return {"cells": cells, "effects": long.effects(precision)}


def test_effects_are_differences_over_all_other_levels():
    found = record(lambda cell: 0.1 * ("unit length" in cell) - 0.05 * ("ours" in cell))
    by_level = {(one["level"], one["towers"]): one for one in found["effects"]}
    unit, ours = by_level["unit length", "pretrained"], by_level["ours", "random"]
    assert unit["difference"] == pytest.approx(0.1, abs=1e-3) and unit["ci95"][0] > 0.09
    assert (unit["pairs"], unit["higher"]) == (8, 8) and (ours["pairs"], ours["higher"]) == (8, 0)
    assert by_level["same image", "pretrained"]["pairs"] == 4
    assert by_level["random", "random"]["pairs"] == 16
    assert len(found["effects"]) == 2 * 3 + 2 + 2 + 1


def test_the_story_is_chosen_by_the_numbers():
    """One where only pretrained towers learn, and one where targets decide."""
    told = chapter.story(record(lambda cell: 0.2 * ("pretrained" in cell)), N)
    assert "the recipe works where its towers know something" in told[0]
    assert told[2].startswith("Random towers: lowers it (-0.200 [-0.20"), "the largest comes first"
    assert "higher in 0 of 16 pairs" in told[2] and "with random towers" not in told[2]
    assert told[-1].endswith("both stay near chance, so the targets are not what makes it fail.")
    told = chapter.story(record(lambda cell: 0.2 * ("own pair" in cell)), N)
    assert "So the recipe fails all the same." in told[0] and "own pair" in told[1]
    assert told[2].startswith("A row's own pair as the only right answer: raises the score (+0.2")
    assert told[-1].endswith("here the targets decide.")


def test_cells_are_measured_once_and_written_as_json(data, own_cache, monkeypatch, capsys):
    few = replace(data.subset(40, 12), is_drawn=True)
    small = {"epochs": 1, "batch": 8, "images": 8, "towers": "frozen"}
    cells = {name: replace(one, **small) for name, one in list(recipes.CELLS.items())[:2]}
    monkeypatch.setattr(recipes, "CELLS", cells)
    monkeypatch.setattr(recipes, "CROSSED", {})
    facts, rows = long.crossed(few)
    assert not rows and json.loads(json.dumps(facts))["cells"][0]["cell"] == list(next(iter(cells)))
    assert len(facts["cells"][0]["by_seed"]) == 3 and facts["seconds"] > 0
    monkeypatch.setattr(tutorial, "fresh", None)
    assert long.crossed(few)[0] == facts, "from the cache"
