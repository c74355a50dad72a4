"""Records of measured numbers, written once and read by every table."""

from lib import files, paths

MEASURED = (
    "system",
    "status",
    "split",
    "map_at_20",
    "map_at_20_ci95",
    "linear_at_20",
    "recall_at_1",
    "recall_at_5",
    "recall_at_10",
    "median_rank",
    "n_train",
    "n_queries",
    "n_gallery",
)
LONG = ".long.json"  # ending of the record of a run that no report waits for


def measured(record: dict) -> list:
    """The fields of a record that make it differ from another: never times or memory."""
    seeds = [row.get("params", {}).get("by_seed") for row in record["rows"]]
    return [
        [[row.get(field) for field in MEASURED] for row in record["rows"]],
        seeds,
        record.get("claims", []),
        record.get("facts", {}),
    ]


def write(record: dict) -> tuple[dict, bool]:
    """Write a record and return it; or keep the one that it reproduces.

    Times vary from run to run. A record with the same measured fields from the same
    inputs is therefore left as it is, and so is everything made from it. Returns the
    record that stands, and whether it was there before.
    """
    path = paths.record_path(record["data"]["name"], record["notebook"], record["profile"])
    old = files.read_json(path) if path.is_file() else None
    same = old and all(old.get(key) == record[key] for key in ("inputs", "uses"))
    if same and measured(old) == measured(record):
        cleaner = old["environment"]["git_dirty"] and not record["environment"]["git_dirty"]
        if not cleaner:
            return old, True
    files.write_json(path, record)
    return record, False


def uses_of(record: dict) -> dict[str, str]:
    """Hash of the numbers of each earlier notebook whose systems a record builds on, as of now.

    An earlier notebook without a record gives an empty hash.
    """
    name, size = record["data"]["name"], record["profile"]
    found = {}
    for notebook in record.get("uses", {}):
        path = paths.record_path(name, notebook, size)
        found[notebook] = files.digest(measured(files.read_json(path))) if path.is_file() else ""
    return found


def changed_uses(record: dict) -> list[str]:
    """The earlier notebooks whose numbers are no longer those that a record was made from."""
    now = uses_of(record)
    return [f"numbers of {n}" for n, digest in record.get("uses", {}).items() if now[n] != digest]


def read_all(name: str, size: str = "full") -> list[dict]:
    """All records of a run, in the order of the notebooks; long runs have records of their own."""
    found = sorted(paths.results_dir(name, size).glob("*.json"))
    return [files.read_json(path) for path in found if not path.name.endswith(LONG)]


def read_long(name: str, notebook: str, size: str = "full") -> dict | None:
    """The record of a notebook's long run, or None where nobody has made it."""
    path = paths.record_path(name, notebook + LONG.removesuffix(".json"), size)
    return files.read_json(path) if path.is_file() else None


def names() -> list[str]:
    """Runs that have records of full size."""
    return sorted(folder.name for folder in paths.RESULTS.glob("*") if any(folder.glob("*.json")))
