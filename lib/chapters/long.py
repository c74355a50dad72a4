"""Runs that no report waits for: each writes a record of its own, `<notebook>.long.json`."""

import time
from collections.abc import Callable

from lib.base import cache, device, files, paths
from lib.base.settings import Settings, check
from lib.commands import execute
from lib.data import source as data
from lib.data.dataset import Dataset
from lib.features import text
from lib.methods.regression import boosting, levers
from lib.record import inputs, records, results
from lib.search.runs import SystemRun

NOTEBOOK = "03_pca_boosting"
SEEDS = (0, 1, 2)
NOT_TESTED = "compared on development alone, where settings are chosen"


def xgboost_reference(given: Settings) -> None:
    """Run XGBoost the obvious way once, and the quick way with further seeds.

    About twenty minutes at full size on two cores; a run that was stopped goes on at the
    part where it was. Writes the long record of chapter 03.
    """
    started = time.perf_counter()
    settings = check(given)
    now = started_with(NOTEBOOK, settings)
    loaded = data.load(settings, now["data"])
    words = text.for_stages(loaded, settings.word_vectors)
    print(f"{loaded.name}: the obvious way, about a quarter of an hour at full size …", flush=True)
    obvious = obvious_way(loaded, words)
    rows = [
        results.row(obvious, "dev", len(loaded.dev)),
        results.not_run(obvious.id, NOT_TESTED),
    ]
    for reduction in ("subset", "pca"):
        name = f"boosting.xgboost_{'random100' if reduction == 'subset' else 'pca100'}"
        print(f"{loaded.name}: {name}, seeds {SEEDS} …", flush=True)
        runs = [boosting.boosted(loaded, words, reduction, name, seed)[0] for seed in SEEDS]
        rows += [row for run in boosting.over_seeds(runs) for row in results.rows(run, loaded)]
    write(NOTEBOOK, settings, loaded, now, rows, time.perf_counter() - started)


def started_with(notebook: str, settings: Settings) -> dict:
    """All that a long record made now depends on; ValueError if its NAME is another run's."""
    records.refuse_other(inputs.identity(settings), settings.name, settings.size)
    return inputs.current_long(notebook, settings)


def obvious_way(loaded: Dataset, words: dict[str, text.WordVectors]) -> SystemRun:
    """The obvious way, its quarter of an hour spent once for each content."""
    problem = boosting.components_of(loaded, words)
    key = {"version": boosting.VERSION,
           "inputs": cache.hash_of(problem.inputs), "targets": cache.hash_of(problem.targets[0]),
           "queries": cache.hash_of(problem.queries), "way": "MultiOutputRegressor"}  # fmt: skip
    entry = cache.cached("obvious", key, lambda: {"predicted": boosting.obvious_way(problem)})
    return boosting.obvious_system(
        levers.OBVIOUS, problem, entry.arrays["predicted"], entry.seconds
    )


Work = Callable[[], tuple[dict, list[dict]]]  # → what the record tells, and its rows
Pieces = Callable[[Dataset, Settings], dict[str, tuple[object, Work]]]


def in_pieces(notebook: str, given: Settings, pieces: Pieces) -> None:
    """Do what is missing of a long run's pieces, in order.

    Each is recorded when it is done, in the committed record, so that a run that was stopped goes
    on with the next one, on another machine too. A piece is done again when what decides it or
    the code that trains has changed. Raises ValueError for photographs.
    """
    settings = check(given)
    if settings.data != "scenes":
        raise ValueError("the long runs train on drawings: they take DATA=scenes alone")
    execute.prepare(settings)
    now = started_with(notebook, settings)
    loaded = data.load(settings, now["data"])
    old = records.read_long(settings.name, notebook, settings.size)
    old = old or {"rows": [], "facts": {"pieces": {}}, "inputs": {}}
    wanted = pieces(loaded, settings)
    keys = keys_of(wanted, now)
    known = old["inputs"].get("pieces", {})
    kept = {n: p for n, p in old["facts"]["pieces"].items() if known.get(n) == keys.get(n)}
    systems = {system for piece in kept.values() for system in piece.get("systems", [])}
    rows = [row for row in old["rows"] if row["system"] in systems]
    for name, (_, work) in wanted.items():
        if name in kept:
            print(f"{name}: as recorded", flush=True)
            continue
        print(f"{name} …", flush=True)
        start = time.perf_counter()
        told, measured = work()  # its own "seconds" count what a run before this one spent
        spent = round(time.perf_counter() - start, 1)
        kept[name] = {"seconds": spent, **told}
        rows += measured
        seconds = sum(piece["seconds"] for piece in kept.values())
        of_pieces = {"pieces": {n: keys[n] for n in kept}}
        write(notebook, settings, loaded, now | of_pieces, rows, seconds, {"pieces": kept})


def keys_of(pieces: dict[str, tuple[object, Work]], now: dict) -> dict[str, str]:
    """Hash of what decides each piece of a long run, by its name."""
    return {
        name: files.digest([about, now["versions"], now["data"]])
        for name, (about, _) in pieces.items()
    }


def write(
    notebook: str,
    settings: Settings,
    loaded: Dataset,
    now: dict,
    rows: list[dict],
    seconds: float,
    facts: dict | None = None,
) -> None:
    """Write the long record of a notebook."""
    record = {
        "notebook": notebook,
        "data": loaded.summary(),
        "profile": "long",
        "seed": settings.seed,
        "parameters": vars(settings),
        "rows": rows,
        "claims": [],
        "facts": results.rounded(facts or {}),
        "figures": {},
        "inputs": now,
        "environment": results.environment(notebook, settings, device.find()),
        "seconds": round(seconds, 1),
        "peak_memory_mb": round(results.peak_memory_mb()),
    }
    path = records.long_path(settings.name, notebook, settings.size)
    records.save(path, record, settings.size)
    print(f"{path.relative_to(paths.ROOT)}: {seconds:,.0f} s")


def changes(record: dict) -> list[str]:
    """What changed since a long record was made, in words; empty if it is not stale."""
    given = Settings(**record["parameters"])
    now = inputs.current_long(record["notebook"], given)
    return inputs.changes(record, now)
