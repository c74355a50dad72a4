"""What `make` prints: the help, and what a report measured and cost."""

import time

from lib.base import commands, files, paths
from lib.base.settings import Settings, check
from lib.record import records
from lib.show import tables
from lib.show.site import build


def print_help() -> None:
    print("make report   the whole report, on the data that the project draws itself\n")
    for name, command in commands.COMMANDS.items():
        print(f"  {name:<17} {command.help}{f': {command.example}' if command.example else ''}")
    print("\nOne notebook at a time:", *paths.notebooks(), sep="\n  ")
    print("\nVariables, and what takes them (report: its chapters and long runs, too):")
    for name, about in commands.VARIABLES.items():
        print(f"  {name:<13} {commands.takers(name)}: {about.in_words()}")
    if names := records.names():
        print("\nMeasured, installation not counted:")
    for name in names:
        every = map(records.readable, records.places(name))  # None where one is damaged
        seconds = sum(record["seconds"] for record in every if record)
        print(f"  report NAME={name}: {tables.minutes(seconds)}")


def print_report(settings: Settings, started: str) -> None:
    """What a finished report measured and cost; `started` in seconds since the epoch."""
    run, start = check(settings), float(started)
    every = records.read_all(run.name, run.size)
    data = every[0]["data"]
    print(
        f"\n{data['name']}: {data['n_train']:,} train, {data['n_test']:,} test images, "
        f"{data['fingerprint'][:19]}…"
    )
    for record in every:
        for row in tables.comparison(record["rows"], record["claims"], data):
            print(f"  {row['system']:<38} {row['split']:<5} {row['ours']:<26} {row['verdict']}")
    if any(tables.mark(row) for record in every for row in record["rows"]):
        print(f"  {tables.TAGS}")
    peak = 0
    for record in every:
        executed = paths.executed_path(run.name, record["notebook"], run.size)
        stamp = files.read_kept(executed.with_suffix(".json"))
        peak = max(peak, stamp["peak_memory_mb"])
        took = f"{stamp['seconds']:.0f} s" if executed.stat().st_mtime >= start else "unchanged"
        print(f"  {paths.shown(executed):<60} {took:>10} {stamp['peak_memory_mb']:>6,} MB")
    print(f"  {paths.shown(build.folder(run))}/index.html, or make serve")
    print(f"Time {time.time() - start:.1f} s, peak memory {peak:,} MB")
