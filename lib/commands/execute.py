"""Notebooks executed by papermill, each only when it must be."""

import os
import resource
import time
from pathlib import Path

from lib import scenes
from lib.base import errors, files, paths, processes
from lib.base.errors import InputError
from lib.base.settings import Settings, check
from lib.record import inputs, records

# Whatever kernels, start-up files and packages the user's account has, a notebook runs
# on the environment's own Python: `python3` of ipykernel, found before all others.
KERNEL = "python3"
SURROUNDINGS = {
    "JUPYTER_PATH": "",
    "JUPYTER_PREFER_ENV_PATH": "1",
    "JUPYTER_DATA_DIR": str(paths.BUILD / "jupyter"),
    "IPYTHONDIR": str(paths.BUILD / "ipython"),
    "PYTHONNOUSERSITE": "1",
    "PYTHONPATH": str(paths.ROOT),  # the library beside the notebook, wherever it was moved
    "HF_HUB_OFFLINE": "1",  # a report opens no connection
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",  # nor do saved outputs hold a bar for each loaded file
    "TRANSFORMERS_VERBOSITY": "error",
    "LIVE_SEARCH": "no",  # a saved copy holds no live widget
}


def notebooks() -> list[str]:
    """Names of the report's notebooks, in order."""
    return sorted(path.stem for path in paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def stamp_path(executed: Path) -> Path:
    """The small file beside an executed notebook that says what it was made from."""
    return executed.with_suffix(".json")


def why_run(notebook: str, given: Settings) -> list[str]:
    """What makes a notebook's results out of date, in words; empty if nothing does."""
    settings = check(given)
    path = paths.record_path(settings.name, notebook, settings.size)
    executed = paths.executed_path(settings.name, notebook, settings.size)
    if not path.is_file():
        return ["no record"]
    try:
        record = records.read(path)
    except InputError as error:
        return [str(error)]
    reasons = inputs.changes(record, inputs.current(notebook, settings))
    reasons += records.changed_uses(record)
    stamp = files.read_kept(stamp_path(executed))
    if not executed.is_file() or stamp is None:
        return [*reasons, "no executed notebook"]
    if stamp["source"] != inputs.notebook_source(source_of(notebook)):
        reasons.append("the notebook's text")
    if stamp["measured"] != record["digest"]:
        reasons.append("the record's numbers")
    if stamp["shown"] != inputs.shown():
        reasons.append("charts and tables, to draw again")
    made = [paths.figures_dir(settings.name, settings.size) / name for name in record["figures"]]
    runs = paths.runs_dir(settings.name, settings.size)
    made += [runs / f"{name}.npz" for name in stamp["systems"]]
    return reasons + [f"no {path.name}" for path in made if not path.is_file()]


def source_of(notebook: str) -> str:
    """The JSON text of a notebook."""
    return (paths.NOTEBOOKS / f"{notebook}.ipynb").read_text(encoding="utf-8")


def run(notebook: str, given: Settings) -> None:
    """Bring one notebook's results up to date; RuntimeError if a cell fails.

    given: the user's settings as they came, since a name that was not chosen may not
    replace a record of other data. The source is never written to.
    """
    reasons = why_run(notebook, given)
    if not reasons:
        print(f"{notebook}: up to date")
        return
    settings = check(given)
    records.refuse_other(inputs.identity(settings), settings.name, settings.size)
    print(f"{notebook}: running ({', '.join(reasons[:3])}{', …' if reasons[3:] else ''})")
    executed = paths.executed_path(settings.name, notebook, settings.size)
    start = time.perf_counter()
    execute(notebook, vars(given), executed)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
    write_stamp(notebook, settings, seconds, peak)
    print(f"{notebook}: {seconds:.1f} s, {peak:,.0f} MB → {executed.relative_to(paths.ROOT)}")


def prepare(settings: Settings) -> None:
    """Draw what is missing or damaged of the drawn data, if the settings ask for it."""
    if settings.data != "scenes":
        return
    if scenes.damaged(settings.size):
        scenes.build(settings.size)
    print(f"data: {paths.shown(paths.scenes_dir(settings.size))}")


def execute(notebook: str, parameters: dict, target: Path) -> None:
    """Execute a notebook into `target`, which is replaced only when every cell has run.

    Runs in the notebooks' folder, as JupyterLab does. On failure the copy up to the failing
    cell is kept beside as `<notebook>.failed.ipynb` and RuntimeError quotes the error.
    """
    os.environ.update(SURROUNDINGS)
    import nbclient
    import nbformat
    import papermill

    check_parameters(notebook, parameters)
    failed = target.with_suffix(".failed.ipynb")
    with files.writing(target, ".tmp.ipynb") as working:
        try:
            executed = processes.interruptible(
                papermill.execute_notebook,
                paths.NOTEBOOKS / f"{notebook}.ipynb",
                working,
                parameters=parameters,
                kernel_name=KERNEL,
                cwd=paths.NOTEBOOKS,
                progress_bar=os.isatty(2),
                log_output=False,
                extra_arguments=["--log-level=40"],  # not one warning a kernel about its transport
            )
        except papermill.PapermillExecutionError as error:
            working.replace(failed)
            raise RuntimeError(
                f"{notebook}: cell {error.exec_count} failed.\n"
                f"{errors.quoted(error.ename, error.evalue)}\n"
                f"The executed copy up to there: {failed.relative_to(paths.ROOT)}"
            ) from error
        except nbclient.exceptions.DeadKernelError as error:
            raise RuntimeError(
                f"{notebook}: the system ended its process, most likely for want of memory. "
                f"What to do: {errors.MEMORY}."
            ) from error
        for cell in executed.cells:  # `session.End` is no error to show
            if cell.cell_type == "code":
                cell.outputs = [out for out in cell.outputs if out.output_type != "error"]
        nbformat.write(executed, working)
    failed.unlink(missing_ok=True)


def check_parameters(notebook: str, parameters: dict) -> None:
    """Raise RuntimeError unless the notebook takes these parameters; papermill only warns."""
    import papermill

    taken = papermill.inspect_notebook(paths.NOTEBOOKS / f"{notebook}.ipynb")
    missing = [name for name in parameters if name not in taken]
    if missing:
        raise RuntimeError(
            f"{notebook}: its cell tagged `parameters` has no {', '.join(missing)}; tag the cell "
            "of the parameters and give each a plain default there"
        )


def write_stamp(notebook: str, settings: Settings, seconds: float, peak_mb: float) -> None:
    """Say beside the executed notebook what it was made from and what that cost."""
    path = paths.record_path(settings.name, notebook, settings.size)
    if not path.is_file():
        raise RuntimeError(f"{notebook} ran but wrote no record: its last call is run.finish()")
    record = records.read(path)
    measured_rows = [row for row in record["rows"] if row["status"] == "measured"]
    systems = {row["system"] for row in measured_rows if row["split"] == "dev"}
    stamp = {
        "source": inputs.notebook_source(source_of(notebook)),
        "measured": record["digest"],
        "shown": inputs.shown(),
        "systems": sorted(systems),
        "seconds": round(seconds, 1),
        "peak_memory_mb": round(peak_mb),
    }
    path = paths.executed_path(settings.name, notebook, settings.size)
    files.write_kept(stamp_path(path), stamp)
