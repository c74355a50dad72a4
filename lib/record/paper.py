"""The paper's numbers and claims, as data (paper.json), and the verdicts on them.

Published scores were measured on Kaggle's hidden test set. They can be compared with ours
on the competition's own data alone; elsewhere only the claims can be: which is better.
"""

from collections.abc import Sequence
from functools import cache

from lib.base import files, paths

COMPETITION = "competition"  # the NAME of a run on the competition's own 10,000 + 2,000 images
HOLDS, FAILS, UNCLEAR = "holds", "does not hold", "undecided"
ALIKE = "no difference larger than {:g}"
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


def judged(measured: Sequence[dict]) -> list[dict]:
    """Claims as `results.claim_measured` measured them, each with its verdict.

    Holm's correction is for all claims of the paper; those that are not here count as undecided, so
    that a chapter alone decides no more than all together. A claim that is not decided may still
    have no difference larger than its margin: these tests are corrected in the same way.
    """
    if not measured:
        return []
    from lib.search.metrics import holm  # scipy: a list of what is up to date needs none

    n = len(published()["claims"])
    apart, alike = (holm([one.get(p, 1.0) for one in measured], n) for p in ("p", "p_beyond"))
    every = []
    for one, is_apart, is_alike in zip(measured, apart, alike, strict=True):
        verdict = ALIKE.format(claim(one["claim"])["margin"]) if is_alike else UNCLEAR
        if is_apart:
            verdict = HOLDS if one["difference"] > 0 else FAILS
        every.append({**one, "verdict": verdict})
    return every


def values() -> dict[str, float]:
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
