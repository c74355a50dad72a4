"""What `make` prints: the help, and what a report measured and cost."""

import time

from lib.base import files, paths, settings
from lib.commands import execute
from lib.record import records
from lib.show import tables
from lib.show.site import build

HELP = {
    "report": "execute every notebook that is out of date, then render the site",
    "site": "render the executed notebooks as a site (done by report)",
    "serve": "show the site on this machine's own address; PORT=8000",
    "search": 'find your own photos by words: PHOTOS=~/Pictures QUERY="a dog on the beach"',
    "search-clean": "delete what search remembers of your photos",
    "data": "draw the drawn world (done by report when it is needed)",
    "data-coco": "fetch the paper's kind of data, 12,000 photographs (2 GB; LIMIT=60 for a try)",
    "xgboost-reference": "chapter 03's slow XGBoost, for its chart (20 minutes)",
    "caption-long": "train a larger captioner for longer than chapter 05 waits (45 minutes)",
    "clip-long": "fine-tune the embedded CLIP for longer than chapter 06 waits (30 minutes)",
    "baby-long": "train the baby CLIPs for longer, and one alteration at a time (75 minutes)",
    "pretrain": "train the embedded CLIP again (an hour; MINUTES=3 shows that it works)",
    "weights": "download the models that photographs and translation want; says sizes first",
    "benchmark": "how fast CLIP embeds, beside a plain open_clip loop (a minute)",
    "faults": "200 random combinations of variables, 60 damaged files (20 minutes)",
    "test": "run all tests, offline (minutes)",
    "check": "lint and notebook shape (seconds)",
    "verify": "fail if a committed record is missing, stale or different",
    "publish": "put the outputs of a finished full run into the committed notebooks",
    "readme": "render README's tables and chart from the committed records",
    "lab": "open JupyterLab on the notebooks",
    "lock": "resolve requirements.in anew into requirements.txt",
    "clean": "remove build/: caches, executed notebooks and sites; records stay",
}


def helptext() -> str:
    """The targets, their variables, and what each took when it was last recorded."""
    took = {name: seconds_of(name) for name in records.names()}
    lines = [
        "make report   the whole report, on the data that the project draws itself",
        "",
        *(f"  {target:<17} {text}" for target, text in HELP.items()),
        "",
        "One notebook at a time:",
        *(f"  {notebook}" for notebook in execute.notebooks()),
        "",
        "Variables of a report:",
        *(f"  {name:<13} {settings.VARIABLES[name]}" for name in settings.RUN),
        "",
        "Variables of a search:",
        *(f"  {name:<13} {settings.VARIABLES[name]}" for name in settings.SEARCH),
    ]
    if took:
        lines += ["", "Measured, installation not counted:"]
        lines += [
            f"  report NAME={name}: {tables.minutes(seconds)}" for name, seconds in took.items()
        ]
    return "\n".join(lines)


def seconds_of(name: str) -> float:
    """What the default records of a name took together; damaged ones are passed over."""
    own = [p for p in paths.results_dir(name).glob("*.json") if not p.name.endswith(records.LONG)]
    return sum(record["seconds"] for record in map(records.readable, own) if record)


def print_report(run: settings.Settings, started: float) -> None:
    """What a finished report measured and cost; `started` in seconds since the epoch."""
    found = records.read_all(run.name, run.size)
    data = found[0]["data"]
    print(
        f"\n{data['name']}: {data['n_train']:,} train, {data['n_test']:,} test images, "
        f"{data['fingerprint'][:19]}…"
    )
    for record in found:
        for row in tables.comparison(record["rows"], record["claims"], data):
            print(f"  {row['system']:<38} {row['split']:<5} {row['ours']:<26} {row['verdict']}")
    peak = 0
    for record in found:
        executed = paths.executed_path(run.name, record["notebook"], run.size)
        stamp = files.read_kept(execute.stamp_path(executed))
        peak = max(peak, stamp["peak_memory_mb"])
        now = executed.stat().st_mtime >= started
        took = f"{stamp['seconds']:.0f} s" if now else "unchanged"
        print(f"  {paths.shown(executed):<60} {took:>10} {stamp['peak_memory_mb']:>6,} MB")
    print(f"  {paths.shown(build.folder(run))}/index.html, or make serve")
    print(f"Time {time.time() - started:.1f} s, peak memory {peak:,} MB")
