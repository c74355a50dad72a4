"""Notebooks executed by papermill, each only when it must be, and published."""

import os
import resource
import time
from pathlib import Path

from lib.base import device, errors, files, paths, processes
from lib.base.errors import InputError
from lib.base.settings import Settings, check
from lib.record import inputs, records
from lib.record.names import known

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


def run(notebook: str, settings: Settings) -> None:
    """Bring one notebook's results up to date; RuntimeError if a cell fails.

    settings: as given, since a name that was not chosen may not replace a record of other data.
    """
    reasons = why_run(notebook, settings)
    if not reasons:
        print(f"{notebook}: up to date")
        return
    checked = check(settings)
    records.refuse_other(inputs.identity(checked), checked.name, checked.size)
    print(f"{notebook}: running ({', '.join(reasons[:3])}{', …' if reasons[3:] else ''})")
    executed = paths.executed_path(checked.name, notebook, checked.size)
    start = time.perf_counter()
    execute(notebook, vars(settings), executed)
    seconds = time.perf_counter() - start
    peak = device.peak_memory_mb(resource.RUSAGE_CHILDREN)
    path = paths.record_path(checked.name, notebook, checked.size)
    if not path.is_file():
        raise RuntimeError(f"{notebook} ran but wrote no record: its last call is session.finish()")
    record = records.read(path)
    measured = [row for row in record["rows"] if row["status"] == "measured"]
    systems = sorted({row["system"] for row in measured if row["split"] == "dev"})
    cost = {"seconds": round(seconds, 1), "peak_memory_mb": round(peak)}
    stamp = made_from(notebook, record) | {"systems": systems} | cost
    files.write_kept(executed.with_suffix(".json"), stamp)
    print(f"{notebook}: {seconds:.1f} s, {peak:,.0f} MB → {executed.relative_to(paths.ROOT)}")


def why_run(notebook: str, settings: Settings) -> list[str]:
    """What makes a notebook's results out of date, in words; empty if nothing does."""
    settings = check(settings)
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
    stamp = files.read_kept(executed.with_suffix(".json"))
    if not executed.is_file() or stamp is None:
        return [*reasons, "no executed notebook"]
    words = {
        "source": "the notebook's text",
        "measured": "the record's numbers",
        "shown": "charts and tables, to draw again",
        "beside": "the other world's record",
    }
    now = made_from(notebook, record)
    reasons += [words[key] for key in now if stamp.get(key) != now[key]]
    place = settings.name, settings.size
    products = [paths.figures_dir(*place) / name for name in record["figures"]]
    products += [paths.runs_dir(*place) / f"{name}.npz" for name in stamp["systems"]]
    return reasons + [f"no {path.name}" for path in products if not path.is_file()]


def made_from(notebook: str, record: dict) -> dict[str, str]:
    """Hashes of what an executed copy shows, prose too, besides what its record depends on."""
    cells = files.read_json(paths.NOTEBOOKS / f"{notebook}.ipynb")["cells"]
    source = files.digest([[c["cell_type"], "".join(c["source"])] for c in cells])
    others = [name for name in known()["worlds"] if name != record["data"]["name"]]
    beside = [records.readable(paths.record_path(name, notebook)) for name in others]
    own = {"source": source, "measured": record["digest"], "shown": inputs.shown()}
    return own | {"beside": files.digest([other["digest"] for other in beside if other])}


def execute(notebook: str, parameters: dict, target: Path) -> None:
    """Execute a notebook into `target`, which is replaced only when every cell has run.

    Runs in the notebooks' folder, as JupyterLab does. On failure the copy up to the failing
    cell is kept beside as `<notebook>.failed.ipynb` and RuntimeError quotes the error.
    """
    os.environ.update(SURROUNDINGS)
    import nbclient
    import nbformat
    import papermill

    source = paths.NOTEBOOKS / f"{notebook}.ipynb"
    taken = papermill.inspect_notebook(source)
    if missing := [name for name in parameters if name not in taken]:  # papermill only warns
        raise RuntimeError(
            f"{notebook}: its cell tagged `parameters` has no {', '.join(missing)}; tag the cell "
            "of the parameters and give each a plain default there"
        )
    failed = target.with_suffix(".failed.ipynb")
    with files.writing(target, ".tmp.ipynb") as working:
        try:
            executed = processes.interruptible(
                papermill.execute_notebook, source, working, parameters=parameters,
                kernel_name=KERNEL, cwd=paths.NOTEBOOKS, progress_bar=os.isatty(2),
                log_output=False,
                extra_arguments=["--log-level=40"],  # not one warning a kernel about its transport
            )  # fmt: skip
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


def publish() -> None:
    """Put a full run's outputs into the committed notebooks; RuntimeError if one is out of date."""
    import nbformat

    from lib.show.site.chapter import cleaned

    settings = check(Settings())
    for name in paths.notebooks():
        reasons = why_run(name, settings)
        if reasons:
            raise RuntimeError(f"{name} is out of date ({', '.join(reasons)}): run make report")
        executed = nbformat.read(paths.executed_path(settings.name, name), 4)
        text = nbformat.writes(cleaned(executed), indent=1)
        files.write_bytes(paths.NOTEBOOKS / f"{name}.ipynb", (text.rstrip() + "\n").encode())
