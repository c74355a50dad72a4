"""Runs that no report waits for, in pieces: each writes a record, `<notebook>.long.json`."""

import time
from collections.abc import Callable

from lib.base import files, paths
from lib.base.settings import Settings, check
from lib.data import source as data
from lib.data.dataset import Dataset
from lib.record import inputs, records, results

Work = Callable[[], tuple[dict, list[dict]]]  # → facts of a piece, and its rows
Pieces = dict[str, tuple[object, Work]]  # name → what decides a piece, and its work; in order


def run(
    notebook: str, settings: Settings, pieces: Callable[[Dataset, Settings], Pieces],
    photographs: bool = False,
) -> None:  # fmt: skip
    """Do what is missing of a long run's pieces, in order.

    Each is recorded when it is done, in the committed record, so that a run that was stopped goes
    on with the next one, on another machine too. A piece is done again when what decides it or
    the code that trains has changed, and tried again if it was "left_out": that fact says why.
    Raises ValueError for photographs, unless they may be.
    """
    settings = check(settings)
    if settings.data != "scenes" and not photographs:
        raise ValueError("the long runs train on drawings: they take DATA=scenes alone")
    inputs.prepare(settings)
    records.refuse_other(inputs.identity(settings), settings.name, settings.size)
    now = inputs.current_long(notebook, settings)
    loaded = data.load(settings, now["data"])
    wanted = pieces(loaded, settings)
    keys = keys_of(wanted, now)
    path = records.long_path(settings.name, notebook, settings.size)
    kept, rows = recorded(records.read_long(settings.name, notebook, settings.size), keys)
    for name, (_, work) in wanted.items():
        if name in kept:
            print(f"{name}: as recorded", flush=True)
            continue
        print(f"{name} …", flush=True)
        start = time.perf_counter()
        facts, measured = work()  # "seconds" of its own count runs before this one
        spent = round(time.perf_counter() - start, 1)
        systems = list(dict.fromkeys(row["system"] for row in measured))
        kept[name] = {"seconds": spent} | ({"systems": systems} if systems else {}) | facts
        rows += measured
        if "left_out" in kept[name]:
            print(f"{name}: left out, {kept[name]['left_out']}", flush=True)
        seconds = sum(piece.get("seconds", 0.0) for piece in kept.values())
        sources = now | {"pieces": {n: keys[n] for n in kept if "left_out" not in kept[n]}}
        record = results.record(notebook, settings, loaded, "long", sources, seconds,
                                rows=rows, facts={"pieces": kept})  # fmt: skip
        records.save(path, record, settings.size)
        print(f"{paths.shown(path)}: {seconds:,.0f} s")


def keys_of(pieces: Pieces, now: dict) -> dict[str, str]:
    """Hash of what decides each piece of a long run, by its name."""
    of_all = now["versions"], now["data"]
    return {name: files.digest([about, *of_all]) for name, (about, _) in pieces.items()}


def recorded(record: dict | None, keys: dict[str, str]) -> tuple[dict[str, dict], list[dict]]:
    """The pieces of an earlier record that are still what they would be, and their rows."""
    if not record:
        return {}, []
    known = record["inputs"].get("pieces", {})
    pieces = record["facts"].get("pieces", {}).items()
    kept = {name: piece for name, piece in pieces if known.get(name, "") == keys.get(name)}
    systems = {system for piece in kept.values() for system in piece.get("systems", [])}
    return kept, [row for row in record["rows"] if row["system"] in systems]
