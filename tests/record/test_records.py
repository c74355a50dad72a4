"""Nobody's records are lost: what may replace them, and what becomes of damaged ones."""

import json
import shutil
import subprocess
import time

import pytest

from lib.base import files, paths
from lib.base.errors import InputError
from lib.base.settings import Settings
from lib.commands import verify
from lib.record import inputs, records

NOTEBOOK = "00_data"


@pytest.fixture
def committed(project):
    """A project whose records are committed, with this checkout's own."""
    project.keep("00_data", "01_baseline")
    shutil.copytree(paths.RESULTS, project.root / "figures" / "results")
    project.commit()
    return project


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A project's root in a folder of the test's own, in git."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "RESULTS", tmp_path / "figures" / "results")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def record(**identity) -> dict:
    """A record of few words, of an identity."""
    row = {"system": "a", "status": "measured", "split": "test", "map_at_20": 0.25}
    return {"notebook": NOTEBOOK, "data": {"name": "mine", "fingerprint": "sha256:1"},
            "profile": "full", "rows": [row], "uses": {}, "environment": {"git_dirty": False},
            "inputs": {"code": {}, "data": "sha256:1", "seed": 0, **identity}}  # fmt: skip


def commit(root) -> None:
    """Commit all."""
    who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    for command in (["add", "-A"], [*who, "commit", "-qm", "state"]):
        subprocess.run(["git", *command], cwd=root, check=True)


@pytest.mark.parametrize(
    "other", [{"data": "sha256:2"}, {"seed": 1}, {"word_vectors": "abc"}, {"clip": "a/b"},
              {"anything": "new"}],
)  # fmt: skip
def test_a_committed_record_is_replaced_by_its_own_run_alone(root, other):
    records.write(record())
    commit(root)
    path = paths.record_path("mine", NOTEBOOK)
    before = path.read_bytes()
    with pytest.raises(
        ValueError, match=r"NAME=mine holds the record of another run.*another NAME"
    ):
        records.write(record(**other))
    assert path.read_bytes() == before
    path.unlink()  # a file that is gone is as committed as before
    with pytest.raises(ValueError, match="NAME=mine holds the record of another run"):
        records.write(record(**other))
    again, kept = records.write(record())
    assert not kept and again["digest"] == json.loads(before)["digest"]
    assert path.read_bytes() == before


def test_a_persons_own_folder_may_grow(root):
    """Records that are not committed may be of other data, but one name holds one setting."""
    records.write(record())
    written, kept = records.write(record(data="sha256:2"))
    assert not kept and written["inputs"]["data"] == "sha256:2"
    with pytest.raises(ValueError, match=r"SEED 0, not 3\. Choose another NAME"):
        records.write(record(data="sha256:2", seed=3))


def test_without_git_every_record_counts_as_committed(root, monkeypatch):
    records.write(record())
    monkeypatch.setattr(inputs, "git", lambda *_: None)
    with pytest.raises(ValueError, match="another NAME"):
        records.write(record(data="sha256:2"))


def test_make_refuses_to_replace_committed_records(committed, own_course):
    """The folder, the default data's name, and a copy in which one sentence differs."""
    start = time.perf_counter()
    given = ("00_data", "DATA=course", f"DATA_DIR={own_course}")
    done = committed.make(*given, "NAME=scenes")
    assert done.returncode != 0 and "NAME=scenes is that of DATA=scenes" in done.stderr
    done = committed.make(*given, "NAME=flickr8k")
    assert time.perf_counter() - start < 60, "no kernel was started"
    assert done.returncode != 0 and "NAME=flickr8k holds the record of another run" in done.stderr
    assert "Choose another NAME" in done.stderr and "Traceback" not in done.stderr
    state = subprocess.run(
        ["git", "status", "--porcelain"], cwd=committed.root, capture_output=True
    )
    assert state.stdout == b""


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text.replace("0.25", "0.75"), r"line 13: its numbers are not those"),
        (lambda text: text[:60], "line 5: it is not JSON"),
        (lambda text: "", "line 1: it is not JSON"),
        (lambda text: "[]", "it is no record"),
        (lambda text: "{}", "it is no record"),
        (lambda text: text.replace('"rows"', '<<<<<<< HEAD\n"rows"'), r"line \d+: it is not JSON"),
    ],
)
def test_a_damaged_record_is_named_with_line_and_remedy(root, damage, said):
    records.write(record())
    commit(root)
    path = paths.record_path("mine", NOTEBOOK)
    path.write_text(damage(path.read_text()))
    with pytest.raises(InputError, match=rf"00_data\.json, {said}|00_data\.json: {said}") as told:
        records.read(path)
    assert "git checkout -- figures/results/mine/00_data.json" in str(told.value)
    assert "it is" in verify.faults_of(NOTEBOOK, path)[0] or "not those" in str(told.value)
    again, _ = records.write(record())
    assert records.read(path) == again, "its own run makes it again"


def test_a_damaged_record_stops_only_what_needs_it(committed):
    path = committed.root / "figures/results/scenes/01_baseline.json"
    path.write_text('{"rows": [')
    for target in ("help", "clean"):  # before anything is installed, too
        done = committed.make(target)
        assert done.returncode == 0, done.stderr
    done = committed.make("verify")
    named = "figures/results/scenes/01_baseline.json, line 1: it is not JSON"
    assert done.returncode != 0 and named in done.stderr and "Traceback" not in done.stderr
    done = committed.make("readme")
    assert done.returncode != 0 and "01_baseline.json, line 1" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_uncommitted_damaged_record_is_set_aside_and_not_lost(root, capsys):
    records.write(record())
    path = paths.record_path("mine", NOTEBOOK)
    path.write_text("{")
    records.write(record())
    assert path.with_name("00_data.json.damaged").read_text() == "{"
    assert "00_data.json is damaged" in capsys.readouterr().err


def test_one_setting_is_one_rule(root):
    """Every field of the settings takes part, also one that does not exist yet."""
    given = Settings("course", str(root), "mine")
    (root / "a.txt").write_text("a")
    identity = inputs.identity(given)
    records.write(record(**identity))
    commit(root)
    records.refuse_other(identity, "mine")
    for field in identity:
        with pytest.raises(ValueError, match=f"it has {field.upper()} .*, not other"):
            records.refuse_other({**identity, field: "other"}, "mine")


def test_a_version_is_read_without_importing(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "LIBRARY", tmp_path)
    (tmp_path / "x.py").write_text("import nothing_of_the_kind\n\nVERSION = 12  # raise it\n")
    assert files.version("x.py") == 12
    (tmp_path / "y.py").write_text("")
    with pytest.raises(ValueError, match=r"y\.py has no line VERSION = "):
        files.version("y.py")
