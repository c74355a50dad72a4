"""`make` as a user meets it: one report, run, repeated, killed, broken."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import nbformat
import numpy as np
import pytest
from conftest import outside_make
from jupyter_client.manager import start_new_kernel

from lib.base import files, paths

FAULTS = {
    "1 / 0": "ZeroDivisionError: division by zero",
    "import os\nos.kill(os.getpid(), 9)": "most likely for want of memory",
}
SLOW_CELL = "import time, pathlib\npathlib.Path('../build/reached').touch()\ntime.sleep(600)"


def report_of(course: Path, *more: str) -> tuple[str, ...]:
    """Arguments of a report on the drawn data."""
    return ("report", "DATA=course", f"DATA_DIR={course}", "NAME=drawn", *more)


def state(root: Path) -> dict[str, tuple[int, int]]:
    """Every file of figures/ and build/ with its time stamp and size."""
    found = [p for name in ("figures", "build") for p in (root / name).rglob("*") if p.is_file()]
    return {str(p.relative_to(root)): (p.stat().st_mtime_ns, p.stat().st_size) for p in found}


def keep_cells(path: Path, n: int, *more: str) -> None:
    """Cut a notebook after n cells and append code cells."""
    notebook = nbformat.read(path, 4)
    notebook.cells = notebook.cells[:n] + [nbformat.v4.new_code_cell(code) for code in more]
    nbformat.write(notebook, path)


@pytest.fixture
def hostile(tmp_path) -> dict[str, str]:
    """A user's account whose own `python3` kernel and start-up files must play no part."""
    spec = {"argv": ["/bin/false"], "display_name": "Mine", "language": "python"}
    home = tmp_path / "home"
    for folder in ("extra/kernels/python3", ".local/share/jupyter/kernels/python3"):
        (home / folder).mkdir(parents=True)
        (home / folder / "kernel.json").write_text(json.dumps(spec))
    startup = home / ".ipython/profile_default/startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("raise SystemExit('start-up file of the user')")
    return {"HOME": str(home), "JUPYTER_PATH": str(home / "extra"), "DATA": "nonsense"}


def test_report_then_nothing_then_only_what_changed(course, project, hostile):
    """One project through its life, since each step needs the one before."""
    project.keep("00_data", "01_baseline")
    project.commit()
    done = project.make(*report_of(course), **hostile)
    assert done.returncode == 0, done.stdout + done.stderr
    check_products(project.root)

    before = state(project.root)
    again = project.make(*report_of(course))
    assert again.stdout.count("up to date") == 2 and state(project.root) == before

    path = project.root / "figures/results/drawn/01_baseline.json"
    record = json.loads(path.read_text())
    assert record["environment"]["git_dirty"] is False
    slower = {**record, "seconds": 999.0, "peak_memory_mb": 1.0}
    slower["rows"] = [{**row, "seconds": 99.0} for row in record["rows"]]
    path.write_text(json.dumps(slower))
    assert project.make(*report_of(course)).stdout.count("up to date") == 2

    notebook = project.root / "notebooks/01_baseline.ipynb"
    notebook.write_text(notebook.read_text().replace("Words become vectors", "Words as vectors"))
    prose = project.make(*report_of(course))
    assert "00_data: up to date" in prose.stdout
    assert "01_baseline: running (the notebook's text)" in prose.stdout
    kept = json.loads(path.read_text())
    assert kept["seconds"] == 999.0, "a run that repeats a record's numbers leaves it alone"
    executed = nbformat.read(project.root / "build/drawn/notebooks/01_baseline.ipynb", 4)
    shown = "".join(str(cell.get("outputs")) for cell in executed.cells)
    assert "the same numbers as at commit" in shown and "Words as vectors" in str(executed.cells)

    (project.root / "lib/methods/regression/regress.py").open("a").write("\nEXTRA = 1\n")
    (project.root / "figures/drawn/00_score.png").unlink()
    changed = project.make(*report_of(course), "SIZE=full")
    assert "00_data: running (no 00_score.png)" in changed.stdout
    assert "01_baseline: running (lib/methods/regression/regress.py)" in changed.stdout
    dirty = json.loads(path.read_text())
    assert dirty["environment"]["git_dirty"] is True and dirty["seconds"] != 999.0
    entries = (project.root / "build/cache/words").glob("*.npz")
    trained = min(float(np.load(entry)["seconds"]) for entry in entries)
    warm = [row["seconds"] for row in dirty["rows"]]
    assert min(warm) > trained > 0, "a warm run adds what its cached word vectors cost"


def check_products(root: Path) -> None:
    """What a report leaves: records, figures, executed notebooks, runs; and nothing else."""
    results = root / "figures/results/drawn"
    for name in ("00_data", "01_baseline"):
        record = json.loads((results / f"{name}.json").read_text())
        assert record["parameters"]["name"] == "drawn" and record["profile"] == "full"
        assert record["data"]["n_train"] == 200 and record["data"]["n_dev"] == 50
        assert re.fullmatch("sha256:[0-9a-f]{64}", record["data"]["fingerprint"])
        assert {"torch", "gensim"} <= record["environment"]["packages"].keys()
        for figure, alt in record["figures"].items():
            assert (root / "figures/drawn" / figure).stat().st_size > 5000 and len(alt) > 30
    chance = json.loads((results / "00_data.json").read_text())["rows"][0]
    assert chance["system"] == "chance" and chance["map_at_20"] == pytest.approx(0.05996, abs=1e-4)
    executed = nbformat.read(root / "build/drawn/notebooks/01_baseline.ipynb", 4)
    outputs = [out for cell in executed.cells for out in cell.get("outputs", [])]
    assert sum(any("image/" in k for k in out.get("data", {})) for out in outputs) == 6
    assert not [out for out in outputs if out.output_type in ("error", "stream")], "noise"
    runs = {path.stem for path in (root / "build/drawn/runs").glob("*.npz")}
    assert {"baseline.ridge_random100", "baseline.ridge_projection100.cosine"} <= runs
    assert not list(root.rglob(".*.tmp*"))
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=root, capture_output=True, text=True
    )
    assert status.stdout.strip() == "?? figures/", "sources are never written to"
    ignored = subprocess.run(["git", "check-ignore", "figures/drawn/00_score.png"], cwd=root)
    assert ignored.returncode == 0, "pictures of a run are not for committing"


def test_drawn_data_is_checked_once_for_each_make(project):
    done = project.make("-n", "00_data", "01_baseline", "04_deep_regression")
    commands = re.findall(r"python -m lib (data|run \w+)", done.stdout)
    assert commands.count("data") == 1 and commands[0] == "data" and len(commands) == 6


def test_killed_in_the_middle(course, project):
    """kill -9 leaves nothing half-written, and the next make finishes the job."""
    notebook = project.root / "notebooks/00_data.ipynb"
    keep_cells(notebook, 12, "session.finish()")
    whole = notebook.read_bytes()
    keep_cells(notebook, 12, SLOW_CELL)
    project.keep("00_data")
    log, reached = project.root / "log", project.root / "build/reached"
    with log.open("w") as stream:
        process = subprocess.Popen(
            ["make", *report_of(course)], cwd=project.root, start_new_session=True,
            stdout=stream, stderr=stream, env=outside_make(),
        )  # fmt: skip
    deadline = time.monotonic() + 240
    while not reached.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.2)
    assert reached.exists(), log.read_text()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (project.root / "figures/results").exists(), "no record of half a run"
    assert not (project.root / "build/drawn/notebooks/00_data.ipynb").exists()
    for path in (project.root / "figures").rglob("*.png"):
        assert path.read_bytes().endswith(b"IEND\xaeB`\x82"), f"{path} is half a figure"
    notebook.write_bytes(whole)
    for path in project.root.rglob(".*.tmp*"):
        os.utime(path, (0, 0))  # an hour later, the next writer in that folder sweeps
    done = project.make(*report_of(course))
    assert done.returncode == 0, done.stderr
    assert "00_data: running (no record" in done.stdout
    assert not list(project.root.rglob(".*.tmp*"))


def test_a_failing_notebook_fails_make(course, project):
    """The error is quoted, what was there stays, and make -k goes on to the others."""
    project.keep("00_data", "01_baseline")
    failing = project.root / "notebooks/00_data.ipynb"
    keep_cells(failing, 3, "1 / 0")
    keep_cells(project.root / "notebooks/01_baseline.ipynb", 3, "session.finish()")
    done = project.make("-k", *report_of(course))
    assert done.returncode != 0 and "01_baseline: running" in done.stdout
    assert "00_data: cell 4 failed.\nZeroDivisionError: division by zero" in done.stderr
    assert "00_data.failed.ipynb" in done.stderr and "Traceback" not in done.stderr
    assert (project.root / "figures/results/drawn/01_baseline.json").exists()
    assert (project.root / "build/drawn/notebooks/00_data.failed.ipynb").exists()


def test_a_failing_notebook_leaves_the_earlier_copy(course, project):
    """The site keeps the chapter until its successor is finished."""
    notebook = project.root / "notebooks/00_data.ipynb"
    keep_cells(notebook, 3, "session.finish()")
    make = partial(project.make, "00_data", *report_of(course)[1:])
    assert make().returncode == 0
    before = state(project.root)
    for code, told in FAULTS.items():
        keep_cells(notebook, 3, code)
        failed = make()
        assert failed.returncode and told in failed.stderr and "Traceback" not in failed.stderr
        assert not list(project.root.rglob(".*.tmp*")), "a working copy was left"
    after = state(project.root)
    assert after.keys() - before.keys() == {"build/drawn/notebooks/00_data.failed.ipynb"}
    kept = [f"build/drawn/notebooks/00_data.{ending}" for ending in ("ipynb", "json")]
    assert [after[name] for name in kept] == [before[name] for name in kept]
    keep_cells(notebook, 3, "session.finish()")
    assert "up to date" in make().stdout, "the earlier copy still stands"


def test_a_notebook_may_end_before_its_last_cell(course, project):
    """A chapter without its model says so; make, the record and the stamp are as of any other."""
    ended = "session.stop_without(['chance'], 'wants a model')"
    keep_cells(project.root / "notebooks/00_data.ipynb", 3, ended, "1 / 0")
    done = project.make("00_data", *report_of(course)[1:])
    assert done.returncode == 0 and not done.stderr, done.stderr
    executed = nbformat.read(project.root / "build/drawn/notebooks/00_data.ipynb", 4)
    *_, last, left_out = executed.cells
    shown = [output["data"]["text/markdown"] for output in last.outputs]
    assert shown[0] == "**Not run.** This chapter wants a model." and "Record:" in shown[1]
    assert {output.output_type for output in last.outputs} == {"display_data"}
    assert not left_out.outputs and left_out.execution_count is None
    assert "exception was encountered" not in str(executed).lower()
    record = json.loads((project.root / "figures/results/drawn/00_data.json").read_text())
    assert [row["status"] for row in record["rows"]] == ["not_run", "not_run"]
    assert "up to date" in project.make("00_data", *report_of(course)[1:]).stdout


def test_jupyterlab_ends_there_as_quietly():
    """ "Run all" queues the cells; the kernel drops those that wait, and shows one sentence."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(paths.ROOT))
    try:
        first = client.execute("from lib.chapters.session import End\nraise End")
        second = client.execute("print('reached')")
        statuses = {}
        while second not in statuses:
            reply = client.get_shell_msg(timeout=60)
            statuses[reply["parent_header"]["msg_id"]] = reply["content"]["status"]
        assert (statuses[first], statuses[second]) == ("error", "aborted")
        shown = []
        while client.iopub_channel.msg_ready():
            shown.append(client.get_iopub_msg(timeout=10))
        said = [m["content"] for m in shown if m["msg_type"] in ("error", "stream")]
        assert [content.get("traceback") for content in said] == [["The cells below are not run."]]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_bad_data_fails_and_loses_nothing(own_course, project):
    before = (
        b'{"data": {"name": "drawn"}, "profile": "full",'
        b' "parameters": {"seed": 0, "word_vectors": ""}, "inputs": {}}'
    )
    path = project.root / "figures/results/drawn/00_data.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(before)
    (own_course / "tags_train/7.txt").write_text("cat\n")
    done = project.make("00_data", *report_of(own_course)[1:])
    assert done.returncode != 0 and "7.txt, line 1: the tag is 'cat'" in done.stderr
    assert path.read_bytes() == before


def test_small_runs_write_under_build(course, project):
    """SIZE arrives in the notebook, and leaves committed records alone."""
    keep_cells(project.root / "notebooks/00_data.ipynb", 3, "session.finish()")
    project.keep("00_data")
    done = project.make(*report_of(course, "SIZE=tiny", "SEED=5"))
    assert done.returncode == 0, done.stderr
    record = json.loads((project.root / "build/drawn/tiny/results/00_data.json").read_text())
    assert (record["profile"], record["seed"]) == ("tiny", 5)
    assert not (project.root / "figures").exists()


def test_a_notebook_without_parameters_is_refused(course, project):
    """papermill only warns of it, and then runs on the defaults."""
    path = project.root / "notebooks/00_data.ipynb"
    path.write_text(path.read_text().replace('"parameters"', '"other"'))
    done = project.make("00_data", *report_of(course)[1:])
    assert done.returncode != 0 and "its cell tagged `parameters` has no data" in done.stderr


def test_refused_before_anything_is_installed(project):
    """A mistake in the arguments costs a second, not an installation."""
    (project.root / ".venv/installed").unlink()
    done = project.make("report", "DATA=course", "NMAE=x")
    assert done.returncode != 0 and "Did you mean NAME?" in done.stderr
    done = project.make("report", "DATA=course", 'DATA_DIR=it\'s a "folder" $$HOME', "SIZE=big")
    assert "SIZE=big cannot be" in done.stderr
    assert not (project.root / ".venv/installed").exists()


def test_nothing_to_do_is_quick():
    """What decides that a notebook is up to date loads none of the heavy libraries."""
    program = "import sys, lib.commands.execute, lib.commands.console; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=paths.ROOT, capture_output=True, text=True, check=True
    )
    heavy = {"numpy", "pandas", "torch", "papermill", "matplotlib", "IPython", "sklearn"}
    assert not heavy & set(done.stdout.split())


def test_what_needs_no_record_works_beside_a_damaged_one(project):
    path = project.root / "figures/results/scenes/00_data.json"
    for content in ('{"rows": [', "[]", "{}", ""):
        files.write_bytes(path, content.encode())
        (project.root / "build").mkdir()
        for goal in ((), ("help",), ("clean",)):
            done = project.make(*goal)
            assert done.returncode == 0 and not done.stderr, done.stderr
            assert "clean" in goal or "make report" in done.stdout
        assert not (project.root / "build").exists()


def test_help_is_the_default_and_needs_nothing(project):
    (project.root / ".venv/installed").unlink()
    done = project.make(f"PYTHON={sys.executable}")
    assert done.returncode == 0, done.stderr
    for word in ("report", "test", "check", "verify", "lab", "clean", "00_data", "WORD_VECTORS"):
        assert word in done.stdout
    assert project.make("help").stdout == done.stdout
