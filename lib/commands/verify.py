"""`make verify`: are the records still what this code would measure?"""

import json
from pathlib import Path

from lib import scenes
from lib.base import paths
from lib.base.errors import InputError
from lib.base.settings import Settings
from lib.record import inputs, paper, records
from lib.show import readme

TOLERANCE = 0.002  # of map_at_20 between machines: other BLAS, other rounding, no other result


def main() -> None:
    """Check every record that README shows; raise RuntimeError listing all that is wrong."""
    wrong = scenes.damaged("full", whole=True) if paths.scenes_dir("full").is_dir() else []
    for name in dict.fromkeys((*readme.RUNS, *records.names())):
        for notebook in readme.expected(name):
            path = paths.record_path(name, notebook)
            faults = faults_of(notebook, path)
            wrong += [f"{path.relative_to(paths.ROOT)}: {fault}" for fault in faults]
            print(f"{name} {notebook}: {'; '.join(faults) or 'as recorded'}")
            print_long(name, notebook)
    if wrong:
        raise RuntimeError("Records that do not stand:\n" + "\n".join(wrong))


def faults_of(notebook: str, path: Path) -> list[str]:
    try:
        return problems(notebook, records.read(path)) if path.is_file() else ["missing"]
    except InputError as error:
        return [str(error)]


def problems(notebook: str, record: dict) -> list[str]:
    settings, name = Settings(**record["parameters"]), record["data"]["name"]
    try:
        now = inputs.current(notebook, settings)
    except (InputError, FileNotFoundError):
        print(f"  {name}: its data is not on this machine and is not compared")
        now = inputs.made_by(notebook, settings)
    changed = inputs.changes(record, now) + records.changed_uses(record)
    faults = [f"stale, {', '.join(changed)} changed: run make report again"] if changed else []
    if record["profile"] != "full":
        faults.append(f"of a {record['profile']} run: only full runs are committed")
    if record["environment"]["git_dirty"]:
        faults.append("made with uncommitted code: commit, then run make report again")
    committed = inputs.git_text(paths.shown(paths.record_path(name, notebook)))
    if committed:
        faults += differences(json.loads(committed), record)
    return faults + [
        f"{row['system']} differs from the paper"
        for row in record["rows"]
        if paper.level_verdict(row, record["data"]) == paper.DIFFERS
    ]


def differences(old: dict, new: dict) -> list[str]:
    known = {(row["system"], row["split"]): row.get("map_at_20") for row in old["rows"]}
    faults = []
    for row in new["rows"]:
        key = row["system"], row["split"]
        if key not in known and row["system"].endswith("_float32"):
            continue  # measured where the processor has bfloat16, and nowhere else
        before, now = known.get(key), row.get("map_at_20")
        if (before is None) != (now is None) or (now and abs(now - before) > TOLERANCE):
            faults.append(f"{row['system']} {row['split']}: {now} where {before} is committed")
    return faults


def print_long(name: str, notebook: str) -> None:
    """Say how a notebook's long run stands; a stale one warns and fails nothing."""
    try:
        record = records.read_long(name, notebook)
    except InputError as error:
        print(f"{name} {notebook}, long run: {error}")
        return
    if record:
        now = inputs.current_long(notebook, Settings(**record["parameters"]))
        changed, commit = inputs.changes(record, now), record["environment"]["git_commit"]
        stale = f"warning: stale since commit {commit[:10]}, {', '.join(changed)} changed"
        print(f"{name} {notebook}, long run: {stale if changed else 'as recorded'}")
