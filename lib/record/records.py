"""Records of measured numbers, written once and read by every table."""

import json
from pathlib import Path

from lib.base import files, paths
from lib.base.errors import InputError
from lib.record import inputs

MEASURED = (
    "system", "status", "split", "map_at_20", "map_at_20_ci95", "linear_at_20", "recall_at_1",
    "recall_at_5", "recall_at_10", "median_rank", "n_train", "n_queries", "n_gallery",
)  # fmt: skip
LONG = ".long.json"  # ending of the record of a run that no report waits for


def measured(record: dict) -> list:
    """The fields of a record that make it differ from another: never times or memory."""
    seeds = [row.get("params", {}).get("by_seed") for row in record["rows"]]
    rows = [[row.get(field) for field in MEASURED] for row in record["rows"]]
    return [rows, seeds, record.get("claims", []), record.get("facts", {})]


def digest(record: dict) -> str:
    """Hash of the measured fields, by which a changed digit is seen."""
    return files.digest(measured(record))


def read(path: Path) -> dict:
    """A record; InputError that names file, line and remedy where it is damaged."""
    return parsed(path.read_bytes(), path)


def readable(path: Path) -> dict | None:
    """A record; None where there is none or it is damaged."""
    try:
        return read(path) if path.is_file() else None
    except InputError:
        return None


def parsed(content: bytes, path: Path) -> dict:
    """The record in a file's content; raises as `read` does."""
    line = 0
    try:
        record = json.loads(content)
        if record["digest"] == digest(record):
            return record
        problem, line = "its numbers are not those that were measured", changed_line(content, path)
    except json.JSONDecodeError as error:
        problem, line = f"it is not JSON ({error.msg})", error.lineno
    except UnicodeDecodeError as error:
        problem, line = "it is not UTF-8", content[: error.start].count(b"\n") + 1
    except (KeyError, TypeError, AttributeError):
        problem = "it is no record"
    remedy = f"git checkout -- {paths.shown(path)}, or remove the file and run make report again"
    raise InputError(path, problem, "a record as a notebook wrote it", remedy, line)


def changed_line(content: bytes, path: Path) -> int:
    """The first line in which a record differs from the committed one; 0 where there is none."""
    committed = inputs.git_text(paths.shown(path)) or ""
    pairs = zip(content.split(b"\n"), committed.encode().split(b"\n"), strict=False)
    return next((i for i, (now, then) in enumerate(pairs, 1) if now != then), 0) if committed else 0


def read_all(name: str, size: str = "full") -> list[dict]:
    """All records of a run, in the order of the notebooks; long runs have records of their own."""
    return [read(path) for path in places(name, size)]


def places(name: str, size: str = "full") -> list[Path]:
    every = sorted(paths.results_dir(name, size).glob("*.json"))
    return [path for path in every if not path.name.endswith(LONG)]


def read_long(name: str, notebook: str, size: str = "full") -> dict | None:
    """The record of a notebook's long run, or None where nobody has made it."""
    path = long_path(name, notebook, size)
    return read(path) if path.is_file() else None


def long_path(name: str, notebook: str, size: str = "full") -> Path:
    return paths.record_path(name, notebook + LONG.removesuffix(".json"), size)


def names() -> list[str]:
    return sorted(folder.name for folder in paths.RESULTS.glob("*") if any(folder.glob("*.json")))


def changed_uses(record: dict) -> list[str]:
    """The earlier notebooks whose numbers are no longer those that a record was made from."""
    changed = []
    for notebook, known in record.get("uses", {}).items():
        path = paths.record_path(record["data"]["name"], notebook, record["profile"])
        if not path.is_file() or read(path)["digest"] != known:
            changed.append(f"numbers of {notebook}")
    return changed


def write(record: dict) -> tuple[dict, bool]:
    """Write a record, or keep its equal, since times vary; returns it, and whether it was there."""
    path = paths.record_path(record["data"]["name"], record["notebook"], record["profile"])
    old = readable(path)
    same = old and all(old.get(key) == record[key] for key in ("inputs", "uses"))
    cleaner = same and old["environment"]["git_dirty"] and not record["environment"]["git_dirty"]
    if same and measured(old) == measured(record) and not cleaner:
        return old, True
    return save(path, record, record["profile"]), False


def save(path: Path, record: dict, size: str = "full") -> dict:
    """Write a record with its digest and return it; ValueError as `refuse_other` says."""
    refuse_other(inputs.identity_of(record), record["data"]["name"], size)
    is_tracked = inputs.git("ls-files", "--", paths.shown(path))
    if path.is_file() and not readable(path) and not is_tracked:
        files.set_aside(path, "it is no whole record")
    whole = {**record, "digest": digest(record)}
    files.write_json(path, whole)
    return whole


def refuse_other(identity: dict, name: str, size: str = "full") -> None:
    """Raise ValueError if a run of this identity may not write under a name.

    A committed record is replaced only by a run of the same data, settings and seed. Others may be
    of other data, since a person's folder grows; but one name holds one setting.
    """
    for path, (record, is_committed) in kept(name, size).items():
        known = inputs.identity_of(record)
        other = {k: v for k, v in identity.items() if known.get(k) != v}
        if not other or (not is_committed and other.keys() == {"data"}):
            continue
        words = [f"{k.upper()} {brief(known.get(k))}, not {brief(v)}" for k, v in other.items()]
        raise ValueError(
            f"NAME={name} holds the record of another run, {paths.shown(path)}: it has "
            f"{'; '.join(words)}. Choose another NAME for this run, such as NAME={name}-2."
        )


def kept(name: str, size: str = "full") -> dict[Path, tuple[dict, bool]]:
    """The records of a name, and whether each is committed; where git cannot tell, all are.

    A committed one counts as committed, whatever became of its file. Damaged ones are left out.
    """
    folder = paths.results_dir(name, size)
    listed = inputs.git("ls-files", "-z", "--", paths.shown(folder))
    tracked = {paths.ROOT / file for file in (listed or "").split("\0") if file}
    every = {}
    for path in sorted({*folder.glob("*.json"), *tracked}):
        head = inputs.git_text(paths.shown(path)) if path in tracked else None
        try:
            record = parsed(head.encode(), path) if head else readable(path)
        except InputError:
            record = None
        if record:
            every[path] = record, listed is None or path in tracked
    return every


def brief(value: object) -> str:
    """A setting for people; the start of a hash will do."""
    if isinstance(value, str) and len(value) > 60:
        return f"{value[:15]}…"
    return "none" if value in (None, "") else str(value)
