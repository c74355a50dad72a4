"""The paper's numbers and claims, as data (paper.json), and the verdicts on them.

Published scores were measured on Kaggle's hidden test set. They can be compared with ours
on the competition's own data alone; elsewhere only the claims can be: which is better.
"""

from functools import cache

from lib.base import files, paths

COMPETITION = "competition"  # the NAME of a run on the competition's own 10,000 + 2,000 images
HOLDS, FAILS, UNCLEAR = "holds", "does not hold", "cannot be told apart"
MATCHES, DIFFERS, INCOMPARABLE = "matches", "differs", "not comparable"


@cache
def published() -> dict:
    return files.read_json(paths.LIBRARY / "record/paper.json")


def system(name: str) -> dict:
    """What the paper says of a system; an empty dict for one of our own."""
    return next((entry for entry in published()["systems"] if entry["id"] == name), {})


def claim(name: str) -> dict:
    """One of the paper's claims; KeyError for an unknown one."""
    return {entry["id"]: entry for entry in published()["claims"]}[name]


def values() -> dict[str, float]:
    """The published score of each system that has one."""
    return {entry["id"]: entry["value"] for entry in published()["systems"] if "value" in entry}


def level_verdict(row: dict, data: dict) -> str:
    """Whether a measured row's score matches the published one; empty if none was published."""
    known = system(row["system"])
    if row["status"] != "measured" or "value" not in known:
        return ""
    own = data["name"], data["n_train"], data["n_test"]
    if own != (COMPETITION, 10_000, 2_000) or row["split"] != "test":
        return INCOMPARABLE
    near = abs(row["map_at_20"] - known["value"]) <= known["tolerance"]
    return MATCHES if near else DIFFERS
