"""`make compare` on doctored records: what moved, how its interval was made, what is missing."""

import subprocess
from dataclasses import replace

import numpy as np
import pytest

from lib.__main__ import main as command
from lib.base import files, paths
from lib.base.settings import Settings, refuse
from lib.commands import compare
from lib.record import records, results
from lib.search import evaluation
from lib.search.evaluation import Evaluation
from lib.search.system import System

NAME = "01_baseline"
CLAIM = {"claim": "baseline_works", "split": "test", "difference": 0.1, "ci95": [0.05, 0.15],
         "verdict": "holds"}  # fmt: skip


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch, own_cache):
    """A project of the test's own, without records."""
    for name, place in {"ROOT": "", "RESULTS": "figures/results", "BUILD": "build"}.items():
        monkeypatch.setattr(paths, name, tmp_path / place)
    return tmp_path


def ranked(ranks: np.ndarray, name: str = "baseline.x") -> Evaluation:
    """A system of which nothing is known but the ranks, the same for both splits."""
    system, both = System(), ("dev", "test")
    system.id = name
    return Evaluation(system, {}, {}, dict.fromkeys(both, ranks[None]), dict.fromkeys(both, 9),
                      dict.fromkeys(both, 1.0), {})  # fmt: skip


def write(run: str, rows: list[dict], file: str = NAME, **claim: object) -> None:
    """A record of a run; a long one judges no claim."""
    claims = [{**CLAIM, **claim}] if file == NAME else []
    record = {"notebook": NAME, "rows": rows, "claims": claims}
    path = paths.RESULTS / run / f"{file}.json"
    files.write_json(path, record | {"digest": records.digest(record)})


def rows(one: Evaluation) -> list[dict]:
    return [results.row(one, split, 60) for split in ("dev", "test")]


def measure(run: str, ranks: np.ndarray, data) -> None:
    """A run of one system, its ranks kept."""
    one = ranked(ranks)
    write(run, rows(one))
    evaluation.save(paths.runs_dir(run), one, data)


def printed(capsys, run: str = "mine", other: str = "theirs") -> str:
    compare.main(Settings(name=run), other)
    return capsys.readouterr().out


@pytest.fixture
def ranks(data) -> np.ndarray:
    """Of each test query, as far apart as queries are; some near the top can become first."""
    assert len(data.test.query_ids) == 60
    return np.random.default_rng(0).integers(1, 12, 60).astype(float)


def better(ranks: np.ndarray) -> np.ndarray:
    """A small step up for every third query: plain in pairs, lost in the spread of all."""
    return np.where(np.arange(len(ranks)) % 3 == 0, np.maximum(1, ranks - 1), ranks)


def test_kept_ranks_make_a_paired_interval(data, ranks, capsys):
    measure("theirs", ranks, data)
    measure("mine", better(ranks), data)
    gap = results.row(ranked(better(ranks)), "test", 60)["map_at_20"]
    gap -= results.row(ranked(ranks), "test", 60)["map_at_20"]
    text = printed(capsys)
    line = next(line for line in text.split("\n") if "baseline.x  test" in line)
    assert f" {gap:+.4f} [+" in line and line.endswith("paired") and "unpaired" not in text
    assert f"\n{NAME}\n" in text and "rows moved beyond the interval: 2" in text
    assert "claims judged otherwise: 0" in text


@pytest.mark.parametrize("fault", ["no ranks", "other queries", "another run's", "not named"])
def test_without_both_sides_ranks_the_interval_is_unpaired(data, ranks, capsys, fault):
    """The same step as above is then within its interval; a larger one is not."""
    measure("theirs", ranks, data)
    measure("mine", better(ranks), data)
    folder = paths.runs_dir("theirs")
    if fault == "no ranks":
        (folder / "baseline.x.npz").unlink()
    elif fault == "other queries":
        turned = [replace(s, truth=s.truth[::-1].copy()) for s in (data.train, data.test)]
        evaluation.save(folder, ranked(ranks), replace(data, train=turned[0], test=turned[1]))
    elif fault == "another run's":
        evaluation.save(folder, ranked(ranks[::-1] + 1), data)
    else:
        evaluation.save(folder, ranked(ranks))
    assert "rows moved within the interval: 2" in printed(capsys)
    measure("mine", np.ones(60), data)
    text = printed(capsys)
    assert "rows moved beyond the interval: 2" in text and text.count(" unpaired\n") == 2


def test_unpaired_ends_by_hand():
    before = {"map_at_20": 0.5, "map_at_20_ci95": [0.47, 0.54], "split": "test"}
    after = {"map_at_20": 0.6, "map_at_20_ci95": [0.57, 0.64], "split": "test"}
    both = [row | {"file": paths.BUILD / "none.npz"} for row in (before, after)]
    gap, (low, high), how = compare.difference(*both)
    assert how == "unpaired" and gap == pytest.approx(0.1)
    # 0.1 less √(0.03² + 0.04²), and more by √(0.04² + 0.03²)
    assert (low, high) == pytest.approx((0.05, 0.15))


def test_what_is_missing_and_what_is_judged_otherwise(data, ranks, capsys):
    old, new = rows(ranked(ranks)), rows(ranked(better(ranks), "clip.full"))
    away = [results.not_run("clip.full", "no weights", split) for split in ("dev", "test")]
    never = [results.not_run("clip.none", "no weights", split) for split in ("dev", "test")]
    write("theirs", old + away + never)
    write("mine", old + new[1:] + never, verdict="does not hold")
    write("mine", new[:1], file=f"{NAME}.long")
    text = printed(capsys)
    assert "rows unchanged: 2" in text
    score = f"{new[1]['map_at_20']:.4f} ["
    assert f"clip.full test: not run: no weights → {score}" in text
    assert "clip.full, long run dev: no row → " in text
    assert "rows measured on one side alone: 2" in text
    assert "rows measured on neither side: 3" in text, "never twice, and clip.full on dev"
    assert "claims judged otherwise: 1\n  baseline_works: holds +0.1000 [" in text
    assert "] → does not hold +0.1000 [" in text


def test_claims_of_all_chapters_are_judged_together(ranks, capsys):
    """Each alone is decided by its chapter as one of seventeen; old ones have no p."""
    write("theirs", rows(ranked(ranks)), verdict="cannot be told apart")
    write("mine", rows(ranked(ranks)), verdict="undecided", p=0.0001, p_beyond=1.0)
    text = printed(capsys)
    assert "  baseline_works: cannot be told apart +0.1000 [" in text
    assert "] → holds +0.1000 [" in text


def test_records_of_a_revision_come_from_git(own, ranks, capsys):
    write("mine", rows(ranked(ranks)))
    who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "before"]):
        subprocess.run(["git", *words], cwd=own, check=True)
    assert "rows unchanged: 2" in printed(capsys, other="mine@HEAD")
    write("mine", rows(ranked(np.ones(60))))
    text = printed(capsys, other="mine@HEAD")
    assert "rows moved beyond the interval: 2" in text and "from mine@HEAD to mine" in text
    with pytest.raises(ValueError, match=r"mine@nowhere: no records in .* of git's nowhere"):
        compare.main(Settings(name="mine"), "mine@nowhere")
    with pytest.raises(ValueError, match=r"theirs: no records in figures/results/theirs\. Run"):
        compare.main(Settings(name="mine"), "theirs")


def test_it_is_called_as_make_calls_it(ranks, capsys):
    for run in ("mine", "theirs"):
        write(run, rows(ranked(ranks)))
    assert command(["compare", "NAME=mine", "WITH=theirs"]) == 0
    assert "rows unchanged: 2" in capsys.readouterr().out
    with pytest.raises(ValueError, match=r"WITH is missing: .* Example: make compare NAME=mine"):
        refuse(["compare"], {"NAME": "mine"})
    with pytest.raises(ValueError, match="WITH=-x cannot be"):
        refuse(["compare"], {"WITH": "-x"})
