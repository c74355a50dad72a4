"""`make compare`: which rows moved between two sets of records, and by how much."""

import json

import numpy as np
import pandas as pd

from lib.base import paths
from lib.base.settings import Settings, check
from lib.record import inputs, paper, records
from lib.record.results import DIGITS
from lib.search import evaluation, metrics
from lib.show import tables

BEYOND, ALONE = "moved beyond the interval", "measured on one side alone"


def main(settings: Settings, with_: str) -> None:
    """Print how the records of NAME differ from those of WITH, which count as the ones before."""
    run = check(settings)
    (before, old), (after, new) = read(with_, run.size), read(run.name, run.size)
    rows = pd.DataFrame([compared(*k, before.get(k), after.get(k)) for k in after | before])
    print(f"map_at_20 and its difference from {with_} to {run.name}, with 95 % intervals")
    for chapter, moved in rows[rows["kind"] == BEYOND].groupby("chapter"):
        print(f"\n{chapter}\n{moved.drop(columns=['chapter', 'kind']).to_string(index=False)}")
    print("", *(f"rows {kind}: {n}" for kind, n in rows["kind"].value_counts().items()), sep="\n")
    for row in rows[rows["kind"] == ALONE].itertuples():
        print(f"  {row.system} {row.split}: {row.before} → {row.after}")
    pairs = {name: [side.get(name, ("not judged",)) for side in (old, new)] for name in new | old}
    changed = {name: pair for name, pair in pairs.items() if pair[0][0] != pair[1][0]}
    print(f"claims judged otherwise: {len(changed)}")
    for name, pair in changed.items():
        print(f"  {name}: {' → '.join(map(' '.join, pair))}")


def read(text: str, size: str) -> tuple[dict[tuple, dict], dict[str, tuple[str, str]]]:
    """The records of a name, or of `name@revision`: rows by system and split, claims by id.

    A row has its "chapter", and the "file" that may hold its ranks; a claim is its verdict and its
    difference in words. Raises ValueError where there is no record.
    """
    name, _, revision = text.partition("@")
    folder, runs = paths.results_dir(name, size), paths.runs_dir(name, size)
    if revision:
        listed = inputs.git("ls-tree", "--name-only", revision, f"{paths.shown(folder)}/") or ""
        every = {file: json.loads(inputs.git_text(file, revision)) for file in listed.split()}
    else:
        every = {path.name: records.read(path) for path in sorted(folder.glob("*.json"))}
    if not every:
        place = paths.shown(folder) + (f" of git's {revision}" if revision else "")
        raise ValueError(f"{text}: no records in {place}. Run make report NAME={name} first.")
    rows = {
        (row["system"] + ", long run" * file.endswith(records.LONG), row["split"]): row
        | {"chapter": record["notebook"], "file": runs / f"{row['system']}.npz"}
        for file, record in every.items()
        for row in record["rows"]
    }
    claims = [claim for record in every.values() for claim in record["claims"]]
    judged = paper.judged([c for c in claims if "p" in c])  # old ones stand as they were judged
    judged += [c for c in claims if "p" not in c]
    return rows, {c["claim"]: (c["verdict"], tables.gap_text(c)) for c in judged}


def compared(system: str, split: str, before: dict | None, after: dict | None) -> dict[str, str]:
    """A row of both sides, in words; "kind" says how far it moved."""
    one, other = (tables.score_text(row) if row else "no row" for row in (before, after))
    line = {"chapter": (after or before)["chapter"], "system": system, "split": split}
    line |= {"before": one, "after": other}
    measured = sum(row is not None and row["status"] == "measured" for row in (before, after))
    if measured < 2:
        return line | {"kind": ALONE if measured else "measured on neither side"}
    if before["map_at_20"] == after["map_at_20"]:
        return line | {"kind": "unchanged"}
    gap, (low, high), how = difference(before, after)
    text = tables.gap_text({"difference": gap, "ci95": (low, high)})
    kind = "moved within the interval" if low <= 0 <= high else BEYOND
    return line | {"difference": text, "interval": how, "kind": kind}


def difference(before: dict, after: dict) -> tuple[float, list[float], str]:
    """After less before, its 95 % interval, and how that was made.

    Paired where both rows' own ranks are kept, and are of the same queries. Else the intervals of
    the rows are put together as those of independent samples (Zou and Donner 2008): that is wider.
    """
    (one, pairs), (other, others) = precision(before), precision(after)
    if pairs and pairs == others:
        return *metrics.paired_difference(other, one), "paired"
    (low, high), (bottom, top) = before["map_at_20_ci95"], after["map_at_20_ci95"]
    one, other = before["map_at_20"], after["map_at_20"]
    ends = -np.hypot(other - bottom, high - one), np.hypot(top - other, one - low)
    return other - one, [other - one + end for end in ends], "unpaired"


def precision(row: dict) -> tuple[np.ndarray, str]:
    """Average precision [n_seed, n_query] and the queries' hash, "" unless ranks are the row's."""
    ranks, pairs = evaluation.ranks_of(row["file"], row["split"])
    is_own = ranks is not None and round(metrics.map_at_k(ranks), DIGITS) == row["map_at_20"]
    return (metrics.precision_at_k(ranks), pairs) if is_own else (np.empty(0), "")
