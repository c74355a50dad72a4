"""Long runs go on with the piece where they were, and their records stay readable."""

import json

import pytest

from lib.base import settings
from lib.chapters import long
from lib.data import source
from lib.record import inputs, records, results

NOTEBOOK = "07_baby_clip"
GIVEN = settings.Settings(size="tiny")


class Run:
    """A long run of pieces a, b and c without data; `done` are those that were done, `records`
    what was written."""

    def __init__(self, monkeypatch):
        self.done, self.records = [], []
        monkeypatch.setattr(inputs, "prepare", lambda _: None)
        monkeypatch.setattr(source, "load", lambda *_: None)
        monkeypatch.setattr(results, "record", self.record)
        monkeypatch.setattr(records, "save", lambda path, record, _: self.records.append(record))
        monkeypatch.setattr(records, "read_long", lambda *_: (self.records or [None])[-1])

    def record(self, *arguments, rows, facts, **more):
        """What the fields of a record are that a long run decides."""
        now = arguments[4]
        return json.loads(json.dumps({"inputs": now, "rows": rows, "facts": facts, **more}))

    def pieces(self, *_):
        """Each names itself and has a row."""
        return {name: (name, lambda n=name: self.work(n)) for name in "abc"}

    def work(self, name):
        """Ctrl-C in the second piece's first try."""
        if name == "b" and "b" not in self.done:
            self.done.append("b")
            raise KeyboardInterrupt
        self.done.append(name)
        return {"of": name}, [{"system": name, "split": "dev"}]


@pytest.fixture
def run(monkeypatch) -> Run:
    """A run of its own."""
    return Run(monkeypatch)


def test_a_stopped_run_goes_on_with_the_piece_where_it_was(run, capsys):
    with pytest.raises(KeyboardInterrupt):
        long.run(NOTEBOOK, GIVEN, run.pieces)
    assert list(run.records[-1]["facts"]["pieces"]) == ["a"]
    long.run(NOTEBOOK, GIVEN, run.pieces)
    assert run.done == ["a", "b", "b", "c"] and "a: as recorded" in capsys.readouterr().out
    record = run.records[-1]
    assert [row["system"] for row in record["rows"]] == ["a", "b", "c"]
    assert record["facts"]["pieces"]["c"].items() >= {"of": "c", "systems": ["c"]}.items()
    assert list(record["inputs"]["pieces"]) == ["a", "b", "c"], "the keys are no facts"
    long.run(NOTEBOOK, GIVEN, run.pieces)
    assert len(run.done) == 4, "nothing was left to do"
    record["inputs"]["pieces"]["a"] = "of another recipe"
    long.run(NOTEBOOK, GIVEN, run.pieces)
    assert run.done[4:] == ["a"]
    assert sorted(row["system"] for row in run.records[-1]["rows"]) == ["a", "b", "c"]


def test_what_is_left_out_is_recorded_and_tried_again(run, capsys):
    def pieces(*_):
        lacking = {"left_out": "needs a tool"}, [results.not_run("d", "needs a tool")]
        return run.pieces() | {"d": ("d", lambda: lacking)}

    run.done.append("b")
    long.run(NOTEBOOK, GIVEN, pieces)
    record = run.records[-1]
    assert record["rows"][-1]["reason"] == "needs a tool" and "d" not in record["inputs"]["pieces"]
    assert "d: left out, needs a tool" in capsys.readouterr().out
    long.run(NOTEBOOK, GIVEN, pieces)
    assert len(run.records[-1]["rows"]) == 4, "the row of before is replaced"
    long.run(NOTEBOOK, GIVEN, lambda *_: run.pieces() | {"d": ("d", lambda: run.work("d"))})
    assert run.done == ["b", "a", "b", "c", "d"], "nothing else was done again"
    assert [row["system"] for row in run.records[-1]["rows"]] == ["a", "b", "c", "d"]
    assert "status" not in run.records[-1]["rows"][-1]


def test_a_record_without_pieces_is_measured_anew(run):
    row = {"system": "a", "split": "dev"}
    run.records.append({"inputs": {}, "rows": [row], "facts": {"curves": {}}})
    assert long.recorded(run.records[0], {"a": "key"}) == ({}, [])


def test_photographs_are_refused_unless_they_may_be(run, tmp_path):
    given = settings.Settings("course", str(tmp_path), "mine")
    run.done.append("b")
    with pytest.raises(ValueError, match="they take DATA=scenes alone"):
        long.run("03_pca_boosting", given, run.pieces)
    (tmp_path / "a.txt").touch()
    long.run("03_pca_boosting", given, run.pieces, photographs=True)
    assert run.done == ["b", "a", "b", "c"]
