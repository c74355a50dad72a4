"""README's findings: each answer for each world, and what changes when a record does."""

import re
from copy import deepcopy

import pytest

from lib.base import paths
from lib.record import names, paper, records
from lib.show import findings, opening

WORLDS = tuple(names.known()["worlds"])
VERDICTS = {"holds": paper.HOLDS, "fails": paper.FAILS, "undecided": paper.UNCLEAR,
            "alike": paper.ALIKE.format(0.01)}  # fmt: skip
ANSWERS = [one for question in findings.QUESTIONS for one in question["answers"]]


def committed(world: str) -> list[dict]:
    every = records.read_all(world)
    return every or pytest.skip(f"no records of {world}")


def test_five_findings_with_numbers_for_both_worlds():
    text = findings.text({world: committed(world) for world in WORLDS})
    assert len(re.findall(r"^\d\. \*\*.+\?\*\*$", text, re.MULTILINE)) == 5
    answers = re.findall(r"^   - \*(Drawn world|Photographs):\* (.+)$", text, re.MULTILINE)
    assert len(answers) == 10
    for _, answer in answers:
        assert re.search(r"\d\.\d", answer) and answer[-1] == "." and opening.LACKING not in answer
        assert not re.search(r"[{}]|\bif\b|\bwhether\b|\bmay\b", answer, re.IGNORECASE), answer


@pytest.mark.parametrize("kind", VERDICTS)
def test_the_verdict_chooses_the_sentence(kind):
    by_chapter = {record["notebook"]: record for record in committed(WORLDS[0])}
    for one in (one for one in ANSWERS if kind in one and "claim" in one):
        record = deepcopy(by_chapter[one["chapter"]])
        (claim,) = (each for each in record["claims"] if each["claim"] == one["claim"])
        claim["verdict"] = VERDICTS[kind]
        assert findings.filled(one, record).startswith(one[kind].partition("{")[0])


def test_a_record_that_changes_changes_its_finding():
    own = deepcopy(committed(WORLDS[0]))
    before = findings.text({WORLDS[0]: own})
    for row in (row for record in own for row in record["rows"]):
        if row["system"] == "deep.mlp_pca100" and row["split"] == "test":
            row["map_at_20"] = 0.987
    changed = findings.text({WORLDS[0]: own})
    assert "0.987" in changed and "0.987" not in before


def test_what_was_not_measured_is_said():
    own = [r for r in committed(WORLDS[0]) if r["notebook"] == "00_data"]
    assert findings.text({WORLDS[0]: own}).count(opening.LACKING) == 5


def test_a_run_of_ones_own_stands_before_both_worlds(tmp_path, monkeypatch):
    own = deepcopy(committed(WORLDS[0]))
    for record in own:
        record["data"] = record["data"] | {"name": "mine"}
    assert list(findings.worlds(own)) == ["mine", *WORLDS]
    assert list(findings.worlds(committed(WORLDS[1]))) == [WORLDS[1], WORLDS[0]]
    monkeypatch.setattr(paths, "RESULTS", tmp_path)
    assert list(findings.worlds(own)) == ["mine"]
