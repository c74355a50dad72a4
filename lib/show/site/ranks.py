"""Ranks of every system for every query, as tables to download."""

from pathlib import Path

import numpy as np
import pandas as pd

from lib.base import files, paths
from lib.base.settings import Settings
from lib.data import source as sources


def write(folder: Path, run: Settings, found: list[dict]) -> list[str]:
    """Write one CSV for each split that was measured; returns the files' names.

    A row is a query, a column a system: the rank of the query's own image, ties at the
    middle rank. A system with several seeds has a column for each.
    """
    rows = [row for record in found for row in record["rows"] if row["status"] == "measured"]
    systems = {
        split: sorted({r["system"] for r in rows if r["split"] == split} & stored(run))
        for split in ("dev", "test")
    }
    if not any(systems.values()):
        return []
    data = sources.load(run, found[0]["data"]["fingerprint"])
    written = []
    for split in filter(systems.get, systems):
        split_of = getattr(data, split)
        images = [split_of.images[i].name for i in split_of.truth]
        columns = {"query": split_of.query_ids, "image": images}
        for system in systems[split]:
            columns |= columns_of(run, system, split)
        text = pd.DataFrame(columns).to_csv(index=False, float_format="%g")
        files.write_bytes(folder / f"ranks-{split}.csv", text.encode())
        written.append(f"ranks-{split}.csv")
    return written


def stored(run: Settings) -> set[str]:
    """The systems that left their ranks."""
    return {path.stem for path in paths.runs_dir(run.name, run.size).glob("*.npz")}


def columns_of(run: Settings, system: str, split: str) -> dict[str, np.ndarray]:
    """Column name → ranks [n_query], one a seed.

    Read without `runs.load`, which would read a gigabyte of vectors along with the ranks.
    """
    with np.load(paths.runs_dir(run.name, run.size) / f"{system}.npz", allow_pickle=False) as file:
        by_seed = file[f"ranks.{split}"]  # [n_seed, n_query]
    if len(by_seed) == 1:
        return {system: by_seed[0]}
    return {f"{system}, seed {number}": ranks for number, ranks in enumerate(by_seed)}
