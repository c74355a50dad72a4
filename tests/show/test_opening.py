"""What chapters open with, rendered from records: drawn, photographs, and without a key."""

import re
from copy import deepcopy

import pytest

from lib.base import paths
from lib.record import names, paper, records
from lib.show import opening

CHAPTERS = [name for name in opening.templates() if name != "verdicts"]
WORLDS = list(names.known()["worlds"])
VERDICTS = {
    paper.HOLDS: "holds",
    paper.FAILS: "fails",
    paper.UNCLEAR: "undecided",
    paper.ALIKE.format(0.01): "alike",
}


def committed(world: str, chapter: str) -> dict:
    """A committed record; skips where there is none."""
    record = records.readable(paths.record_path(world, chapter))
    if not record:
        pytest.skip(f"no record of {chapter} on {world}")
    return record


def keyless(record: dict) -> dict:
    """The same as a run without a key would leave it: nothing of test is measured."""
    blind = deepcopy(record)
    for row in blind["rows"]:
        if row["split"] == "test" and row["system"] != "chance":
            row |= {"status": "not_run", "reason": "needs test_key.csv"}
    for claim in blind["claims"]:
        claim["split"] = "dev"
    return blind


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_three_lines_with_numbers_for_each_world(chapter, world):
    record = committed(world, chapter)
    lines = opening.lines(record)
    if {"not_run"} == {row["status"] for row in record["rows"]}:
        assert len(lines) <= 3 and lines[-1].startswith("Not run here: ")
        return  # a long run's numbers stand before it
    assert len(lines) == 3
    others = [line.get("lacking") for line in opening.templates()[chapter]["lines"]]
    for line in lines:
        if line in others or line.startswith("Not run here: needs "):
            continue  # of a long run that nobody made, of the other world alone, without weights
        assert numbers(line) and line[-1] in ".)" and opening.LACKING not in line, line
        assert not re.search(r"[{}]|\bif\b|\bwhether\b|\bwhere it\b|\bmay\b", line), line


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_both_worlds_stand_side_by_side(chapter):
    own = committed(WORLDS[0], chapter)
    text = opening.text(chapter, own)
    assert text.count("this run") == 1 and text.startswith("**The drawn world, this run**")
    assert len(re.findall(r"^- ", text, re.MULTILINE)) >= 4
    assert ("**Photographs**" in text) == (WORLDS[1] in opening.worlds(chapter, own))
    assert "this run" not in opening.text(chapter)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_without_a_key_development_is_reported(chapter):
    record = committed(WORLDS[0], chapter)
    blind = keyless(record)
    assert len(opening.lines(blind)) == 3 and "Not measured" not in " ".join(opening.lines(blind))
    for name, row in opening.rows_of(blind).items():
        assert row["split"] == "dev" or name == "chance"


@pytest.mark.parametrize("verdict", VERDICTS)
def test_each_verdict_has_a_sentence_of_its_own(verdict):
    for chapter in CHAPTERS:
        record = committed(WORLDS[0], chapter)
        for line in opening.templates()[chapter]["lines"]:
            if "claim" not in line:
                continue
            claims = [c | {"verdict": verdict} for c in record["claims"]]
            said = opening.lines(record | {"claims": claims})
            start = line[VERDICTS[verdict]].partition("{")[0]
            assert any(one.startswith(start) and numbers(one) for one in said), line
    claim = record["claims"][0] | {"verdict": verdict} if record["claims"] else None
    if claim:
        text = opening.verdict(claim)
        assert text.startswith("The paper says that ") and "**" in text and numbers(text)


def test_a_difference_decides_which_line_stands():
    record = committed(WORLDS[0], "01_baseline")
    by_gain = {(0.1, 0.05, 0.2): "adds", (-0.1, -0.2, -0.05): "loses", (0.0, -0.1, 0.1): "too lit"}
    for gain, word in by_gain.items():
        facts = record["facts"] | {"cosine_gain": list(gain)}
        assert word in opening.lines(record | {"facts": facts})[1]


def test_what_was_not_run_says_why_and_is_said_once():
    record = committed(WORLDS[0], "01_baseline")
    left = {"status": "not_run", "split": "test", "reason": "needs a model", "system": "x"}
    none = record | {"rows": [left], "claims": [], "facts": {}}
    assert opening.lines(none) == ["Not run here: needs a model."]
    assert opening.verdict({"claim": "clip_wins"}, "needs a model").endswith("needs a model.")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_chart_shows_the_rows_of_both_worlds(chapter):
    own = committed(WORLDS[0], chapter)
    figure = opening.chart(chapter, own)
    if "systems" not in opening.templates()[chapter]:
        assert figure is None
        return
    for row in opening.rows_of(own).values():
        if row["system"] in opening.templates()[chapter]["systems"]:
            assert f"the drawn world {row['map_at_20']:.3f}" in figure.get_label()
