"""What the long runs' numbers come to: each outcome has a verdict, and a sentence of its own."""

import re
from itertools import pairwise
from types import SimpleNamespace

import hearts
import pytest

from lib.chapters import judged
from lib.chapters.why import objectives
from lib.record import records
from lib.scenes.forced_choice import Question
from lib.show import opening

SIZES = (500, 2000, 8000, 32000, 160000)
OTHERS = {"ridge": (0.10, 0.20, 0.30, 0.35, 0.40), "network": (0.05, 0.15, 0.25, 0.30, 0.35)}
CONTRASTIVE = {
    "above": (0.2, 0.3, 0.4, 0.5, 0.6),
    "overtakes": (0.02, 0.1, 0.4, 0.5, 0.6),
    "falls back": (0.2, 0.3, 0.31, 0.3, 0.3),
    "never": (0.02, 0.1, 0.2, 0.3, 0.39),
}


def points(**lines) -> dict[str, dict[int, tuple[float, list[float]]]]:
    """Lines as the long run keeps them, each point with an interval of 0.02."""
    each = {name: zip(SIZES, by, strict=True) for name, by in lines.items()}
    return {name: {n: (score, [score - 0.01, score + 0.01]) for n, score in by}
            for name, by in each.items()}  # fmt: skip


def is_told(text: str) -> bool:
    return bool(re.search(r"\d\.\d", text)) and not re.search(r"[{}]|\bNone\b", text)


@pytest.mark.parametrize("kind", CONTRASTIVE)
@pytest.mark.parametrize("pixels", [None, *CONTRASTIVE])
def test_every_course_of_the_lines_has_its_sentences(kind, pixels):
    own = CONTRASTIVE[kind]
    eyes = {"above": 0.05, "overtakes": None, "falls back": None, "never": -0.05}
    lines = {**OTHERS, "contrastive": own}
    if pixels:
        step = eyes[pixels]
        way = {"overtakes": (-1, -1, 0, 1, 1), "falls back": (1, 1, 0, 0, -1)}
        lines["pixels"] = [c + (step if step else 0.05 * sign)
                           for c, sign in zip(own, way.get(pixels, own), strict=True)]  # fmt: skip
    found = objectives.reading(points(**lines))
    assert found["against"]["kind"] == kind and found["pixels"]["kind"] == (pixels or "none")
    if kind == "overtakes":
        assert found["against"]["from"] == 8000
    text = opening.section("08_why_clip_wins", "objectives", {"objectives": found})
    assert is_told(text) and ("pixels" in text) == bool(pixels), text
    record = {"notebook": "08_why_clip_wins", "facts": {"objectives": found}, "claims": [],
              "rows": [], "data": {"n_test": 9, "n_dev": 9, "n_train": 9}}  # fmt: skip
    first, second, _ = opening.lines(record)
    assert is_told(first) and is_told(second)


@pytest.mark.parametrize("gain, kind", [(0.01, "objective"), (0.10, "alike"), (0.30, "data")])
def test_pairs_against_the_objective(gain, kind):
    """At 8,000 pairs the objective is worth 0.1, and each interval is 0.01 wide to either side."""
    own = (0.2, 0.3, 0.4, 0.4, 0.4 + gain)
    found = objectives.reading(points(**OTHERS, contrastive=own))
    assert found["data"] == kind and found["worth"] == pytest.approx(0.1)
    assert found["rival"] == "ridge" and found["steps"]["contrastive"] == pytest.approx(gain)


def test_three_lines_of_photographs_and_a_run_that_was_stopped():
    lines = points(**OTHERS, contrastive=CONTRASTIVE["above"])
    del lines["ridge"][160000], lines["network"][32000]
    assert objectives.reading(lines)["many"] == 8000, "what all have"
    text = opening.section("08_why_clip_wins", "objectives", {})
    assert text == "This run has not been made on this data; `make why-long` makes it."


def gained(difference: float) -> dict:
    return {"difference": difference, "ci95": [difference - 0.01, difference + 0.01], "n": 2000,
            "verdict": ""}  # fmt: skip


def beginnings(*gains: float, paper: float = 0.0058) -> tuple[dict, str]:
    """What chapter 06 makes of gains at 0 %, 7 %, 50 %, and of meaning: facts and sentences."""
    names = ("never", "", "half", "means something")
    styles = {f"captions: {style}": {"style": style, "map_at_20": 0.5, "gains": dict.fromkeys(
        ("clip.a_photo_of", "clip.this_is", "clip.mixed"), gained(gain))}
        for style, gain in zip(names, gains, strict=False)}  # fmt: skip
    session = SimpleNamespace(facts={}, figure=lambda *_, **__: None)
    published = {"clip.full": 0.684, "clip.a_photo_of": 0.684 + paper}
    given = {"session": session, "pieces": styles, "published": published, "step": paper}
    cells = hearts.run("06_clip_prompts", "if styles", **given)
    return session.facts.get("beginnings", {}), cells["about_styles"]


SHARES = {"rises": (-0.03, 0.05), "falls": (0.05, -0.03), "level": (0.0, 0.005)}


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("means", [-0.03, 0.0, 0.03])
def test_every_outcome_of_the_beginnings_has_its_sentences(share, means):
    never, half = SHARES[share]
    found, text = beginnings(never, 0.0, half, means)
    helps = ["often"] * (half > 0.01) + ["meaning"] * (means > 0.01)
    assert (found["share"], found["predicts"]) == (share, " and ".join(helps) or "neither")
    assert is_told(text) and "that read the web" in text and "+0.0058" in text


def test_the_paper_s_step_lies_within_above_or_below():
    for paper, place in ((0.0058, "within"), (0.2, "above"), (-0.2, "below")):
        found, text = beginnings(-0.03, 0.0, 0.05, 0.01, paper=paper)
        assert found["paper"]["place"] == place and f"{paper:+.4f}" in text


@pytest.mark.parametrize("n", [0, 2])
def test_a_run_that_was_not_made_or_was_stopped_has_no_verdict(n):
    found, text = beginnings(*[0.0] * n)
    assert len(found) == n and text.endswith("`make clip-long` makes it, on drawings.")


SHARE = {"low": (0.52, [0.47, 0.57]), "some": (0.6, [0.56, 0.64]), "much": (0.8, [0.7, 0.9])}


@pytest.mark.parametrize("own, other, verdict", [
    ("low", "low", "cannot"), ("some", "some", "guesses"), ("much", "some", "sees"),
])  # fmt: skip
def test_what_is_seen_and_what_is_guessed(own, other, verdict, monkeypatch):
    kinds = ("colours", "roles")
    both = iter([{"clip.full": dict.fromkeys(kinds, SHARE[name])} for name in (own, other)])
    monkeypatch.setattr(judged, "choices", lambda *_: next(both))
    session = SimpleNamespace(facts={}, figure=lambda *_, **__: None)
    given = {"session": session, "rivals": {"clip.full": None}, "split": "test", "seed": 0}
    questions = [Question(0, ("a dog", "a cat")), Question(1, ("a cat", "a dog"))]
    given |= {"exchanges": dict.fromkeys(kinds, questions)}
    hearts.run("08_why_clip_wins", "verdicts = ", **given)
    assert session.facts["exchange"]["verdicts"] == dict.fromkeys(kinds, verdict)
    texts = [opening.section("08_why_clip_wins", kind, session.facts) for kind in kinds]
    assert all(f"{SHARE[own][0]:.1%}" in text for text in texts)
    texts = [opening.section("08_why_clip_wins", kind, {}) for kind in (*kinds, "shifts")]
    assert texts == ["", "", ""]


@pytest.mark.parametrize("gap", [-0.1, 0.0, 0.1])
def test_the_unseen_the_twins_and_the_shifts(gap):
    kernel = "classic.kernel_ridge.image_to_text.tfidf.pool5.cosine"
    both = {"difference": gap, "ci95": [gap - 0.01, gap + 0.01], "map_at_20": 0.5}
    kinds = ("colours", "actions", "places", "things", "nothing of them")
    each = {kind: both | {"unseen": 0.5, "seen": 0.5 - gap} for kind in kinds}
    names = ("clip.full", kernel, "CLIP less ridge")
    shifts = {name: {"words": both, "drawings": both} for name in names}
    unseen = dict.fromkeys(names, each)
    facts = {"unseen": unseen, "held_out_or_not": {"gains": each}, "shifts": shifts}
    for name in ("unseen", "twins", "shifts"):
        text = opening.section("08_why_clip_wins", name, facts)
        assert is_told(text) and opening.LACKING not in text, text
        assert all(a != b for a, b in pairwise(text.split(". "))), "each sentence is its own"


def test_the_committed_long_run_can_be_read():
    """A record from before this chapter has no such pieces."""
    record = records.read_long("scenes", "08_why_clip_wins") or {"facts": {}}
    lines: dict[str, dict] = {}
    for piece in record["facts"].get("pieces", {}).values():
        if "objective" in piece:
            point = piece["score"], piece["ci95"]
            lines.setdefault(piece["objective"], {})[piece["pairs"]] = point
    if len(lines) < 4:
        pytest.skip("the long run has not been made")
    facts = {"objectives": objectives.reading(lines)}
    assert is_told(opening.section("08_why_clip_wins", "objectives", facts))


LONG = {"map_at_20": 0.3, "map_at_20_ci95": [0.2, 0.4], "status": "measured"}


def failures(pieces: dict, long: dict, looks: dict, *names: str) -> list[dict]:
    """The table of the paper's failures from such records: chapter 09's own cells."""
    session = SimpleNamespace(facts={}, chance=lambda: 0.002)
    score = {name: LONG | {"system": name} for name in names}
    record = {"facts": {"pieces": pieces}} if pieces else None
    earlier = [{"notebook": "05_captioning", "facts": {"looks": looks}}]
    given = {"session": session, "score": score, "long": long, "record": record}
    hearts.run("09_conclusion", "failure(", earlier=earlier, **given)
    return session.facts["failures"]


def test_the_paper_s_failures_are_read_from_whatever_was_measured():
    """With chapter 07's crossed choices and 05's captioner that sees, and without them."""
    cells = [{"cell": ["own pair", "random"], "map_at_20": 0.01},
             {"cell": ["own pair", "pretrained"], "map_at_20": 0.4}]  # fmt: skip
    effect = {"level": "own pair", "towers": "random", **gained(0.05)}
    crossed = {"crossed": {"cells": cells, "effects": [effect, effect | {"difference": 0.01}]}}
    blind = {"caption.zero_shot": {"losses": gained(0.002)}}
    names = ("deep.fixed", "deep.mlp_direct", "deep.fault_collapse", "caption.seeing_likelihood",
             "baby.pretrained_frozen.ensemble")  # fmt: skip
    deep, captions, babies = failures(crossed, {}, blind, *names)
    assert "0.0100 (own pair, random) to 0.400 (own pair, pretrained)" in babies["what was found"]
    assert "+0.0500" in babies["what was found"] and "frozen" in babies["what works"]
    assert "seeing_likelihood" in captions["what works"] and "+0.0020" in captions["what was found"]
    assert "150 times chance" in deep["what was found"] and "none" in deep["what was found"]
    (babies,) = failures({"x": {}}, {"baby.tutorial_loss": LONG}, {})
    assert "0.3000" in babies["what was found"] and "no cause" in babies["what was found"]
    (babies,) = failures({}, {}, {})
    assert "make baby-long" in babies["what was found"] and babies["what works"] == "not run"
