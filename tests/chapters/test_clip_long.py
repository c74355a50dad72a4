"""The long run of chapter 06: what goes through Spanish, and what of it stays as recorded."""

import pytest
from conftest import RULES

from lib.base import files
from lib.base.settings import Settings
from lib.chapters import long
from lib.chapters.clip import long as clip
from lib.chapters.clip.study import SPANISH
from lib.record import records

CAPTIONS = {
    "captions: as they are",
    "captions: never",
    "captions: half",
    "captions: means something",
}


def spanish(data) -> dict[str, tuple[dict, list[dict]]]:
    """Facts and rows of the pieces that go through Spanish."""
    pieces = clip.pieces(data, Settings())
    assert set(pieces) == CAPTIONS | set(SPANISH)
    return {name: pieces[name][1]() for name in SPANISH}


def test_through_spanish_each_system_stands_beside_its_original(apertium, data):
    apertium.write_text(RULES.replace("dog", "red"))  # what drawn sentences say
    done = spanish(data.subset(80, 24))
    originals = ("clip.full", "clip.full", clip.STRONG.id)
    for (name, (facts, rows)), original in zip(done.items(), originals, strict=True):
        assert facts["against"] == original and set(facts["gains"]) == {"dev", "test"}
        assert [(row["system"], row["split"]) for row in rows] == [(name, "dev"), (name, "test")]
        assert all(row["params"]["by"][0].startswith("eng-spa Apertium 0.1") for row in rows)
        low, high = facts["gains"]["test"]["ci95"]
        assert low <= facts["gains"]["test"]["difference"] <= high
    facts = done[SPANISH[0]][0]
    assert 0 < facts["unchanged"] < 1 and facts["unknown_words"] == 0
    assert len(facts["examples"]) == 6
    assert all(after == before.replace("red", "hound") for before, after in facts["examples"])


def test_without_apertium_the_pieces_are_left_out(apertium, data):
    apertium.write_text("#!/bin/sh\n")
    for name, (facts, rows) in spanish(data).items():
        assert "apt install apertium-eng-spa" in facts["left_out"]
        assert [(row["system"], row["status"]) for row in rows] == [(name, "not_run")] * 2


def test_the_committed_pieces_are_not_done_again():
    """What the record of the drawings holds is what this code would do."""
    record = records.read_long("scenes", "06_clip_prompts")
    if "pieces" not in record["inputs"]:
        pytest.skip("the committed record is from before pieces had keys: make clip-long")
    versions = {file: files.version(file) for file in record["inputs"]["versions"]}
    now = {"versions": versions, "data": record["inputs"]["data"]}
    keys = long.keys_of(clip.pieces(None, Settings()), now)
    kept, rows = long.recorded(record, keys)
    assert set(kept) >= CAPTIONS, "pieces would be done again"
    assert [row["split"] for row in rows if row["system"] == SPANISH[0]] == ["dev", "test"]
