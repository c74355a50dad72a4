"""Staleness: what makes a record out of date, and what does not."""

import ast
import json
from pathlib import Path

import pytest

from lib.base import files, paths
from lib.base.settings import Settings
from lib.record import inputs, records

SCENES = Settings(name="scenes")


@pytest.fixture(scope="module")
def edited():
    """Chapters whose records are stale after an edit: path, what stands there, what then stands."""
    now = {name: inputs.made_by(name, SCENES) for name in paths.notebooks()}

    def stale(path: str, old: str, new: str) -> list[str]:
        text = (paths.ROOT / path).read_text(encoding="utf-8")
        assert old in text, f"{path} lacks {old!r}"
        other = {path: text.replace(old, new, 1)}

        def read(file: str) -> str | None:
            return other.get(file) or inputs.from_disk(file)

        after = {
            name: {"code": inputs.code_of(name, read), "versions": now[name]["versions"],
                   "packages": inputs.packages_of(name, inputs.ground(SCENES), read)}
            for name in now
        }  # fmt: skip
        return [n[:2] for n in now if inputs.changes({"inputs": now[n]}, after[n])]

    return stale


def test_a_methods_code_makes_its_chapters_stale_and_nothing_else(edited):
    assert edited("lib/methods/regression/regress.py", "\nclass ", "\nEXTRA = 1\n\n\nclass ") == [
        "01",
        "02",
        "03",
    ]
    assert edited("lib/methods/deep/nets.py", "\ndef ", "\nEXTRA = 1\n\n\ndef ") == ["04"]
    assert edited("lib/methods/baby/model.py", "\ndef ", "\nEXTRA = 1\n\n\ndef ") == ["07"]
    assert edited(
        "lib/chapters/conclusion.py", "\ndef families", "\nEXTRA = 1\n\n\ndef families"
    ) == ["09"]
    assert edited("notebooks/02_tuning.ipynb", "session.finish()", "session.finish(1)") == ["02"]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("lib/base/files.py", "\ndef ", "\nEXTRA = 1\n\n\ndef "),
        ("lib/show/charts.py", "\ndef ", "\nEXTRA = 1\n\n\ndef "),
        ("lib/show/readme.py", "\ndef ", "\nEXTRA = 1\n\n\ndef "),
        ("lib/chapters/session.py", "\ndef ", "\nEXTRA = 1\n\n\ndef "),
        ("lib/scenes/art_pets.py", "\ndef ", "\nEXTRA = 1\n\n\ndef "),
        ("lib/chapters/baby/long.py", "\ndef ", "\nEXTRA = 1\n\n\ndef "),
        ("lib/methods/regression/regress.py", "\nclass ", "\n# a reason\n\n\nclass "),
        ("lib/methods/regression/regress.py", '"""', '"""Another sentence. '),
        ("notebooks/02_tuning.ipynb", "tun", "Tun"),
        ("requirements.txt", "gensim==", "anything==1.0\ngensim=="),
    ],
)
def test_helpers_charts_comments_and_prose_make_nothing_stale(edited, path, old, new):
    assert edited(path, old, new) == []


def test_a_package_makes_stale_what_imports_it(edited):
    assert edited("requirements.txt", "xgboost==", "xgboost==0.1.") == ["01", "02", "03"]
    assert len(edited("requirements.txt", "gensim==", "gensim==0.1.")) == 11
    assert edited("requirements.txt", "papermill==", "papermill==0.1.") == []


def test_a_version_makes_stale_what_stands_on_it(monkeypatch):
    now = {name: inputs.made_by(name, SCENES) for name in paths.notebooks()}
    long = {name: inputs.current_long(name, SCENES) for name in inputs.LONG}
    version = files.version

    def raised(by: str) -> list[str]:
        monkeypatch.setattr(files, "version", lambda m: version(m) + (m == by))
        default = [n[:2] for n in now
                   if inputs.changes({"inputs": now[n]}, inputs.made_by(n, SCENES))]  # fmt: skip
        return default + [f"{n[:2]} long" for n in long if inputs.changes(
            {"inputs": long[n]}, inputs.current_long(n, SCENES))]  # fmt: skip

    assert len(raised("search/retrieval.py")) == len(now) + len(long)
    assert len(raised("scenes/built.py")) == len(now) + len(long)
    for features in ("features/features.py", "scenes/resnet.py"):
        assert raised(features)[len(now) :] == ["03 long"], "the others read pixels and texts"
    assert raised("methods/baby/train.py") == ["07 long"]
    assert inputs.changes({"inputs": long["07_baby_clip"]}, long["07_baby_clip"]) == []


def test_photographs_do_not_hang_on_how_drawings_are_made(tmp_path):
    given = Settings("course", str(tmp_path), "mine")
    assert not set(inputs.DRAWN) & set(inputs.made_by("01_baseline", given)["versions"])


def test_every_chapter_names_files_that_are_there():
    assert list(inputs.CHAPTERS) == paths.notebooks()
    for name, listed in inputs.CHAPTERS.items():
        assert all((paths.LIBRARY / file).exists() for file in listed), name
        assert inputs.files_of(name) or not listed
    assert all((paths.LIBRARY / file).is_file() for file in (*inputs.GROUND, *inputs.DRAWN))


def test_what_makes_long_records_alone_makes_no_default_one_stale():
    assert "lib/methods/deep/parts.py" in inputs.files_of("04_deep_regression")
    of_clip = inputs.files_of("06_clip_prompts")
    assert not {f"lib/methods/clip/{name}.py" for name in ("pretrain", "heldout")} & {*of_clip}
    assert "lib/methods/clip/finetune.py" in of_clip


def test_what_a_notebook_imports_is_named_or_known_to_decide_nothing():
    """A new module of methods that no chapter names would be noticed by nobody."""
    plumbing = {
        "chapters/session.py",
        "search/evaluation.py",
        "search/system.py",
        "search/live.py",
        "data/dataset.py",
        "features/clip.py",
        "scenes.py",  # the drawn world's face, of which DRAWN has the versions
    }
    for name in paths.notebooks():
        cells = inputs.notebook_code(inputs.from_disk(f"notebooks/{name}.ipynb"))
        seen = set()
        for node in ast.walk(ast.parse(cells)):
            if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "lib":
                folder = node.module.split(".")[1:]
                for alias in node.names:
                    place = Path(*folder, alias.name)
                    module = place.with_suffix(".py")
                    is_module = (paths.LIBRARY / module).is_file()
                    seen.add(
                        str(module if is_module or not folder else Path(*folder).with_suffix(".py"))
                    )
        named = {file.removeprefix("lib/") for file in inputs.files_of(name)}
        free = plumbing | set(inputs.GROUND)
        helpers = ("base/", "record/", "show/")
        assert all(f in named | free or f.startswith(helpers) for f in seen), (name, seen - named)


def test_docstrings_and_comments_leave_no_trace():
    plain = 'def f(a):\n    return "é" + a\n\n\nclass C:\n    x = "# no comment"\n'
    documented = (
        '"""Module."""\n\n\ndef f(a):\n    """Of f,\n\n    at length."""\n'
        '    return "é" + a  # é\n\n\nclass C:\n    "Of C."\n    x = "# no comment"\n    # end\n'
    )
    assert inputs.code_only(documented) == inputs.code_only(plain)
    assert inputs.code_only("x = 1") != inputs.code_only('x = "1"')


def test_changes_are_told_in_words():
    now = {"code": {"lib/a.py": "1", "lib/b.py": "2"}, "versions": {"text.py": 2},
           "packages": {"numpy": "2"}, "data": "d", "seed": 0, "size": "full"}  # fmt: skip
    assert inputs.changes({"inputs": now}, now) == []
    old = {**now, "code": {"lib/a.py": "0", "lib/c.py": "3"}, "versions": {"text.py": 1}}
    old |= {"packages": {"numpy": "1"}, "data": "e"}
    words = ["lib/a.py", "lib/b.py", "lib/c.py", "VERSION of text.py", "numpy", "data"]
    assert inputs.changes({"inputs": old}, now) == words
    assert inputs.changes({}, now) != []


def test_an_identity_knows_files_by_their_content(own_course, tmp_path):
    """Every setting that there is takes part; where data lies does not."""
    one = Settings("course", str(own_course), "mine")
    known = inputs.identity(one)
    assert known.keys() == vars(one).keys() - {"name", "data_dir"}
    moved = own_course.rename(tmp_path / "moved")
    assert inputs.identity(Settings("course", str(moved), "other")) == known
    (moved / "descriptions_train/0.txt").write_text("Another sentence.\n")
    assert inputs.identity(Settings("course", str(moved), "mine"))["data"] != known["data"]
    assert inputs.identity_of({"inputs": {"data": "d"}})["clip"] == ""


def test_measured_fields_are_scores_ranks_and_counts():
    row = {"system": "a", "status": "measured", "split": "test", "map_at_20": 0.5, "n_train": 9}
    row |= {"seconds": 1.0, "model_bytes": 5, "params": {"by_seed": [0.4, 0.6]}}
    record = {"rows": [row], "claims": [], "facts": {}, "seconds": 1.0, "peak_memory_mb": 9}
    slow = {**record, "rows": [{**row, "seconds": 99.0}], "seconds": 99.0, "peak_memory_mb": 1}
    assert records.measured(slow) == records.measured(record)
    for field, value in (("map_at_20", 0.6), ("n_train", 8), ("params", {"by_seed": [0.5, 0.5]})):
        other = {**record, "rows": [{**row, field: value}]}
        assert records.measured(other) != records.measured(record), field


def test_notebook_prose_and_outputs_are_no_code():
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["Why."]},
        {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": ["seed = 0"]},
        {"cell_type": "code", "metadata": {}, "source": ["x = 1"], "outputs": [{"data": 1}]},
    ]
    assert inputs.notebook_code(json.dumps({"cells": cells})) == "x = 1"
