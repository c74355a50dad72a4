"""Notebooks: their shape, and what happens when they are executed."""

import ast
import json
import os
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import drawn
import nbclient
import nbformat
import pytest
from conftest import Project
from docutils.utils.math.latex2mathml import tex2mathml

from lib.base import files, paths
from lib.base.device import has_bfloat16
from lib.base.settings import Settings
from lib.chapters.clip import study
from lib.methods.baby.paired import ENSEMBLE, FROZEN
from lib.methods.caption.seeing import SeeingCaptioner
from lib.record import paper, records
from lib.show import opening

NAMES = paths.notebooks()
LESSONS = {
    "00_data": 0,
    "01_baseline": 1,
    "02_tuning": 1,
    "03_pca_boosting": 3,
    "04_deep_regression": 1,
    "05_captioning": 1,
    "07_baby_clip": 1,
}  # → its hearts
WANT_WEIGHTS = (
    "05_captioning",
    "06_clip_prompts",
    "07_baby_clip",
    "08_why_clip_wins",
)  # on data that is not the project's own


def load(name: str) -> nbformat.NotebookNode:
    """A committed notebook."""
    return nbformat.read(paths.NOTEBOOKS / f"{name}.ipynb", 4)


def code_cells(name: str) -> list:
    """Its code cells."""
    return [cell for cell in load(name).cells if cell.cell_type == "code"]


def lines(cell) -> list[str]:
    """The lines of a code cell that hold code."""
    return [line for line in cell.source.splitlines() if line.strip()]


def test_shape_there_are_notebooks():
    assert NAMES == [
        "00_data",
        "01_baseline",
        "02_tuning",
        "03_pca_boosting",
        "04_deep_regression",
        "05_captioning",
        "06_clip_prompts",
        "07_baby_clip",
        "08_why_clip_wins",
        "09_conclusion",
        "10_search_your_photos",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_shape_order(name):
    """Title, parameters, one set-up call; what we learned at the end."""
    first, second, third = load(name).cells[:3]
    assert re.match(rf"# {name[:2]} · .+\n\n\*\*.+\?\*\*", first.source), "title and question"
    for word in ("*Needs:*", "*Takes:*", "section"):
        assert word in first.source, f"the first cell does not say {word}"
    assert re.search(r"\*(Before|Next):\* \[", first.source), "no link to a neighbour"
    assert second.metadata.get("tags") == ["parameters"]
    assert f'start(\n    "{name}"' in third.source
    last = [c for c in load(name).cells if c.cell_type == "markdown"][-1]
    assert last.source.startswith("## What we learned") and "**Try it.**" in last.source


@pytest.mark.parametrize("name", NAMES)
def test_shape_parameters(name):
    """Plain literals, one a line, each with a comment; all of a run's settings and no others."""
    cell = code_cells(name)[0]
    found = {}
    for line in lines(cell):
        assert "  # " in line, f"no comment: {line}"
        statement = ast.parse(line).body[0]
        found[statement.targets[0].id] = ast.literal_eval(statement.value)
    assert found == vars(Settings())


@pytest.mark.parametrize("name", NAMES)
def test_shape_sizes(name):
    """A notebook is prose and code in turn, at least three words for a line."""
    cells, code = load(name).cells, code_cells(name)
    words = sum(len(c.source.split()) for c in cells if c.cell_type == "markdown")
    n_lines = sum(len(lines(cell)) for cell in code)
    assert 20 <= len(cells) <= 70, f"{len(cells)} cells"
    assert words >= max(500, 3 * n_lines), f"{words} words for {n_lines} lines of code"
    for cell in code:
        assert len(lines(cell)) <= 40, f"over 40 lines:\n{cell.source}"


@pytest.mark.parametrize("name", NAMES)
def test_shape_code(name):
    """No magics in a cell; a heart is 5 to 40 lines; what is folded is no heart."""
    for cell in code_cells(name):
        ast.parse(cell.source)  # a magic is no Python
        tags = set(cell.metadata.get("tags", ()))
        assert tags <= {"parameters", "heart", "hide-input"} and len(tags) <= 1, tags
        assert "heart" not in tags or 5 <= len(lines(cell)) <= 40, cell.source


@pytest.mark.parametrize("name", NAMES)
def test_shape_equations(name):
    """The site draws them without MathJax, which knows a little less of LaTeX."""
    prose = "\n".join(c.source for c in load(name).cells if c.cell_type == "markdown")
    blocks = re.findall(r"\$\$(.+?)\$\$", prose, re.DOTALL)
    lines_of = re.findall(r"(?<![\$`])\$([^$\n`]+)\$(?![\$`])", prose)
    for equation in (*blocks, *lines_of):
        assert "<math" in tex2mathml(equation), equation


@pytest.mark.parametrize("name", LESSONS)
def test_shape_lesson(name):
    """An opening, a heart with its equation where there is one, three questions at the end."""
    assert len(opening.templates()[name]["lines"]) == 3
    hearts = [cell for cell in code_cells(name) if "heart" in cell.metadata.get("tags", ())]
    assert len(hearts) == LESSONS[name]
    assert not hearts or any("$$" in c.source for c in load(name).cells)
    last = load(name).cells[-1]
    call = ast.parse(last.source).body[-1].value
    assert ast.unparse(call.func) == "ask" and len(call.args[0].keys) == 3
    assert all(ast.literal_eval(question).endswith("?") for question in call.args[0].keys)


@pytest.mark.parametrize("name", NAMES)
def test_shape_clean(name):
    """Outputs are those of a published run, without a trace of who ran it when."""
    notebook = load(name)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "jupyter"}, cell.metadata
        is_folded = "hide-input" in cell.metadata.get("tags", ())
        assert cell.metadata.get("jupyter") == ({"source_hidden": True} if is_folded else None)
        if cell.cell_type == "code":
            assert cell.execution_count is None
            kinds = {output.output_type for output in cell.outputs}
            assert kinds <= {"display_data", "execute_result"}, "noise or an error"


@pytest.mark.parametrize("name", NAMES)
def test_shape_links(name):
    """Links to files of the project lead somewhere; a term is in the glossary, a work is listed."""
    text = "\n".join(c.source for c in load(name).cells if c.cell_type == "markdown")
    targets = [t for t in re.findall(r"\]\(([^)]+)\)", text) if not t.startswith("http")]
    for target, _, place in (target.partition("#") for target in targets):
        path = paths.NOTEBOOKS / target
        assert path.is_file(), target
        page = path.read_text("utf-8")
        marks = {"glossary.md": f"\n{unquote(place)}\n  ", "bibliography.md": f"({place})="}
        assert marks.get(path.name, "") in page, f"{target} has no {place}"


@pytest.mark.real
def test_baseline_on_real_photographs(real, project):
    """The first chapter on real input: the levels that were written down before."""
    variables = ("DATA=course", f"DATA_DIR={real / 'course'}", "NAME=real")
    done = project.make("01_baseline", *variables)
    assert done.returncode == 0, done.stderr
    record = json.loads((project.root / "figures/results/real/01_baseline.json").read_text())
    score = {r["system"]: r["map_at_20"] for r in record["rows"] if r["split"] == "test"}
    assert 0.04 <= score["baseline.ridge_random100"] <= 0.10
    assert 0.11 <= score["baseline.ridge_random100.cosine"] <= 0.19
    chance = 0.0090
    for system in ("ridge_random100", "ridge_projection100"):
        for metric in ("", ".cosine"):
            assert score[f"baseline.{system}.shuffled{metric}"] < 1.5 * chance
    assert score["zero_shot.word_vectors"] > 3 * chance


def test_jupyterlab_measures_what_make_does(course, project):
    """Opened in the notebooks' folder, parameters edited, run top to bottom."""
    variables = ("DATA=course", f"DATA_DIR={course}")
    done = project.make("01_baseline", *variables, "NAME=make")
    assert done.returncode == 0, done.stderr
    path = project.root / "notebooks" / "01_baseline.ipynb"
    notebook = nbformat.read(path, 4)
    for name, value in {"data": "course", "data_dir": str(course), "name": "lab"}.items():
        cell = notebook.cells[1]
        cell.source = re.sub(rf"^{name} = \S+", f'{name} = "{value}"', cell.source, flags=re.M)
    nbformat.write(notebook, path)
    client = nbclient.NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute(env={**os.environ, "PYTHONPATH": str(project.root)})
    results = project.root / "figures" / "results"
    by_make, by_lab = (
        files.read_json(results / name / "01_baseline.json") for name in ("make", "lab")
    )
    assert records.measured(by_lab) == records.measured(by_make)
    assert by_lab["inputs"] == by_make["inputs"], "edited parameters are no other code"
    shown = [output.data for output in notebook.cells[2].outputs]
    answer, chart = shown[-2:]
    assert answer["text/markdown"].startswith("**Lab, this run**"), "filled by the last cell"
    assert answer["text/markdown"].count("\n- ") >= 3 and "image/png" in chart


def test_every_notebook_runs_small(tmp_path, project):
    """The whole report on drawn images; each record proves that its parameters arrived."""
    data = drawn.write(tmp_path / "course", 80, 24)
    done = project.make("report", "DATA=course", f"DATA_DIR={data}", "NAME=drawn", "SEED=3")
    assert done.returncode == 0, done.stderr
    listed = {entry["id"]: entry["notebook"] for entry in paper.published()["systems"]}
    for name in NAMES:
        record = files.read_json(project.root / f"figures/results/drawn/{name}.json")
        assert (record["seed"], record["data"]["n_train"], record["data"]["n_test"]) == (3, 80, 24)
        rows = {row["system"] for row in record["rows"] if row["status"] == "measured"}
        due = {system for system, notebook in listed.items() if notebook == name}
        if name in WANT_WEIGHTS:
            left = {r["system"]: r["reason"] for r in record["rows"] if r["status"] == "not_run"}
            ours = {FROZEN, ENSEMBLE, *(one.id for one in SeeingCaptioner(False).variants())}
            assert due <= set(left) and rows <= ours, "measured without a model"
            reasons = {reason for reason in left.values() if "make baby-long" not in reason}
            assert reasons and all("run make weights" in reason for reason in reasons)
        else:
            assert due <= rows, f"{name} lacks {due - rows}"
        executed = nbformat.read(project.root / f"build/drawn/notebooks/{name}.ipynb", 4)
        outputs = [out for cell in executed.cells for out in cell.get("outputs", [])]
        assert not [out for out in outputs if out.output_type in ("error", "stream")], "noise"
    later = files.read_json(project.root / "figures/results/drawn/03_pca_boosting.json")
    assert "02_tuning" in later["uses"]
    again = project.make("report", "DATA=course", f"DATA_DIR={data}", "NAME=drawn", "SEED=3")
    assert again.stdout.count("up to date") == len(NAMES)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    """A project whose whole report was made on tiny drawings; its root."""
    made = Project(tmp_path_factory.mktemp("tiny") / "project")
    done = made.make("report", "SIZE=tiny")
    assert done.returncode == 0, done.stderr
    return made.root


def executed_quietly(root: Path, name: str) -> None:
    """No output of a notebook is an error or noise."""
    executed = nbformat.read(root / f"build/scenes/tiny/notebooks/{name}.ipynb", 4)
    outputs = [out for cell in executed.cells for out in cell.get("outputs", [])]
    assert not [out for out in outputs if out.output_type in ("error", "stream")], "noise"


def test_the_clip_chapter_on_tiny_drawings(tiny):
    """Chapter 06 with the model that is part of the project, every kind of system measured."""
    record = files.read_json(tiny / "build/scenes/tiny/results/06_clip_prompts.json")
    scores = {r["system"]: r["map_at_20"] for r in record["rows"]
              if r["split"] == "test" and r["status"] == "measured"}  # fmt: skip
    left = {r["system"]: r["reason"] for r in record["rows"] if r["status"] == "not_run"}
    assert {"clip.back_translation_french", "clip.vit_b_32_256.full"} <= set(left)
    assert all("make clip-long" in left[name] for name in study.SPANISH)
    listed = {e["id"] for e in paper.published()["systems"] if e["notebook"] == record["notebook"]}
    assert listed <= set(scores)
    assert scores["clip.full"] > 0.7, "eighty pictures are few"
    assert scores["clip.description_sum"] == scores["clip.description_mean"]
    claims = {claim["claim"]: claim["verdict"] for claim in record["claims"]}
    assert claims["clip_wins"] == paper.HOLDS and "mixed_helps" in claims
    steps, share = record["facts"]["steps"], record["facts"]["begins_with_a"]["share"]
    assert [len(steps), steps[0]["step"]] == [5, "description_mean → full"]
    assert 0 < share < 1
    assert ("clip.full_float32" in scores) == has_bfloat16(), "the other precision, where it is one"
    executed_quietly(tiny, "06_clip_prompts")


def test_why_clip_wins_on_tiny_drawings(tiny):
    """Chapter 08: what was held out, who tells two words apart, and what is learned on top."""
    record = files.read_json(tiny / "build/scenes/tiny/results/08_why_clip_wins.json")
    measured = {r["system"] for r in record["rows"] if r["status"] == "measured"}
    assert {"clip.finetuned", "clip.together", "clip.hubness_csls"} <= measured
    facts = record["facts"]
    assert set(facts["forced_choice"]["clip.full"]) >= {"place", "colour", "who"}
    assert set(facts["unseen"]["clip.full"]) == {"colours", "actions", "places", "things"}
    assert set(facts["shifts"]["clip.full"]) == {"words", "drawings"}
    bag = facts["exchange"]["told"]["classic.kernel_ridge.image_to_text.tfidf.pool5.cosine"]
    assert all(share == 0.5 for share, _ in bag.values()), "a bag of words cannot tell"
    assert set(facts["exchange"]["verdicts"].values()) <= {"sees", "guesses", "cannot"}
    full = facts["by_sentences"]["clip.full"]
    assert full["1"]["map_at_20"] < full["5"]["map_at_20"]
    executed_quietly(tiny, "08_why_clip_wins")


def test_captions_and_babies_on_tiny_drawings(tiny):
    """Chapters 05 and 07: every system of theirs is measured or says why not."""
    for name in ("05_captioning", "07_baby_clip"):
        record = files.read_json(tiny / f"build/scenes/tiny/results/{name}.json")
        measured = {r["system"] for r in record["rows"] if r["status"] == "measured"}
        listed = {e["id"] for e in paper.published()["systems"] if e["notebook"] == name}
        assert listed <= measured
        executed_quietly(tiny, name)
        if name == "05_captioning":
            assert {one.id for one in SeeingCaptioner(True).variants()} <= measured
            looks = record["facts"]["looks"]["caption.zero_shot"]["losses"]
            assert abs(looks["difference"]) < 0.05, "an untrained join does not look"
            left = {r["system"] for r in record["rows"] if r["status"] == "not_run"}
            assert "caption.pretrained" in left
        else:
            reasons = {r["system"]: r.get("reason", "") for r in record["rows"]}
            assert "make baby-long" in reasons["baby.tutorial_loss"]
            assert set(record["facts"]["forced_choice"]) >= listed


def test_without_a_key_dev_is_scored_and_test_submitted(tmp_path, project):
    data = drawn.write(tmp_path / "course", 80, 24, key=False)
    variables = ("DATA=course", f"DATA_DIR={data}", "NAME=blind")
    done = project.make("01_baseline", *variables)
    assert done.returncode == 0, done.stderr
    record = json.loads((project.root / "figures/results/blind/01_baseline.json").read_text())
    status = {(row["split"], row["status"]) for row in record["rows"]}
    assert status == {("dev", "measured"), ("test", "not_run")}
    assert all("test_key.csv" in r["reason"] for r in record["rows"] if r["split"] == "test")
    submissions = project.root / "build/blind/submissions"
    lines = (submissions / "baseline.ridge_random100.csv").read_text().splitlines()
    assert lines[0] == "Descritpion_ID,Top_20_Image_IDs" and len(lines) == 25
    shutil.rmtree(project.root / "build")
