"""Tables in words: our rows beside the paper's numbers, and what `make` prints."""

import time

from lib import execute, files, paper, paths, records, settings

HELP = {
    "report": "execute every notebook that is out of date",
    "test": "run all tests, offline (at most 3 minutes)",
    "check": "lint and notebook shape (seconds)",
    "verify": "fail if a committed record is missing, stale or different",
    "readme": "render README's tables and chart from the committed records",
    "lab": "open JupyterLab on the notebooks",
    "lock": "resolve requirements.in anew into requirements.txt",
    "clean": "remove build/: caches and executed notebooks; records stay",
}


def comparison(rows: list[dict], claims: list[dict], data: dict) -> list[dict[str, str]]:
    """Our rows beside the paper's numbers, with verdicts.

    The level is compared on the competition's own data alone; elsewhere the verdict is on
    the claim in which the paper puts the system above another.
    """
    verdicts = {claim["claim"]: claim for claim in claims}
    table = []
    for row in rows:
        said = paper.system(row["system"])
        table.append(
            {
                "system": row["system"],
                "split": row["split"],
                "paper": said.get("printed", "—"),
                "ours": score_text(row),
                "difference": difference_text(row, said, data),
                "verdict": verdict_text(row, verdicts, data),
            }
        )
    return table


def score_text(row: dict) -> str:
    """A row's score with its interval, or why there is none."""
    if row["status"] != "measured":
        return f"not run: {row['reason']}"
    low, high = row["map_at_20_ci95"]
    return f"{row['map_at_20']:.4f} [{low:.4f}, {high:.4f}]"


def difference_text(row: dict, said: dict, data: dict) -> str:
    """Ours minus the paper's, where the two may be compared."""
    if paper.level_verdict(row, data) in ("", paper.INCOMPARABLE):
        return "—"
    return f"{row['map_at_20'] - said['value']:+.{said['digits']}f}"


def verdict_text(row: dict, verdicts: dict[str, dict], data: dict) -> str:
    """The level's verdict, and that of each claim which puts the system above another."""
    parts = [paper.level_verdict(row, data)]
    for claim in paper.published()["claims"]:
        found = verdicts.get(claim["id"])
        if found and claim["better"] == row["system"] and found["split"] == row["split"]:
            low, high = found["ci95"]
            parts.append(
                f"above {claim['worse']}: {found['verdict']} "
                f"({found['difference']:+.4f} [{low:+.4f}, {high:+.4f}])"
            )
    return "; ".join(filter(None, parts))


def minutes(seconds: float) -> str:
    """A duration for people."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def helptext() -> str:
    """The targets, their variables, and what each took when it was last recorded."""
    took = {
        name: sum(record["seconds"] for record in records.read_all(name))
        for name in records.names()
    }
    lines = [
        "make report DATA=course DATA_DIR=<folder> [NAME=…]   the whole report",
        "",
        *(f"  {target:<10} {text}" for target, text in HELP.items()),
        "",
        "One notebook at a time:",
        *(f"  {notebook}" for notebook in execute.notebooks()),
        "",
        "Variables of a report:",
        *(f"  {name:<13} {settings.VARIABLES[name]}" for name in settings.RUN),
    ]
    if took:
        lines += ["", "Measured, installation not counted:"]
        lines += [f"  report NAME={name}: {minutes(seconds)}" for name, seconds in took.items()]
    return "\n".join(lines)


def print_report(run: settings.Settings, started: float) -> None:
    """What a finished report measured and cost; `started` in seconds since the epoch."""
    found = records.read_all(run.name, run.size)
    data = found[0]["data"]
    print(
        f"\n{data['name']}: {data['n_train']:,} train, {data['n_test']:,} test images, "
        f"{data['fingerprint'][:19]}…"
    )
    for record in found:
        for row in comparison(record["rows"], record["claims"], data):
            print(f"  {row['system']:<38} {row['split']:<5} {row['ours']:<26} {row['verdict']}")
    peak = 0
    for record in found:
        executed = paths.executed_path(run.name, record["notebook"], run.size)
        peak = max(peak, files.read_json(execute.stamp_path(executed))["peak_memory_mb"])
        print(f"  {executed.relative_to(paths.ROOT)}")
    print(f"Time {time.time() - started:.1f} s, peak memory {peak:,} MB")
