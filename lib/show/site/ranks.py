"""Ranks of every system for every query, as tables to download."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from lib.base import files, paths
from lib.base.settings import Settings
from lib.data import source as sources


def write(folder: Path, run: Settings, records: Iterable[dict]) -> list[str]:
    """Write one CSV for each split that was measured; returns the files' names.

    A row is a query, a column a system: the rank of the query's own image, ties at the
    middle rank. A system with several seeds has a column for each.
    """
    records = list(records)
    stored = {path.stem: path for path in paths.runs_dir(run.name, run.size).glob("*.npz")}
    measured = {
        (row["split"], row["system"])
        for record in records
        for row in record["rows"]
        if row["status"] == "measured" and row["system"] in stored
    }
    data = sources.load(run, records[0]["data"]["fingerprint"]) if measured else None
    written = []
    for split in sorted({split for split, _ in measured}):
        searched = getattr(data, split)
        images = [searched.images[i].name for i in searched.truth]
        columns = {"query": searched.query_ids, "image": images}
        for system in sorted(system for of, system in measured if of == split):
            columns |= columns_of(stored[system], split)
        text = pd.DataFrame(columns).to_csv(index=False, float_format="%g")
        files.write_bytes(folder / f"ranks-{split}.csv", text.encode())
        written.append(f"ranks-{split}.csv")
    return written


def columns_of(path: Path, split: str) -> dict[str, np.ndarray]:
    """Column name → ranks [n_query], one a seed, of a stored evaluation.

    Its other arrays, a gigabyte of vectors, are not read.
    """
    with np.load(path, allow_pickle=False) as file:
        by_seed = file[f"ranks.{split}"]  # [n_seed, n_query]
    if len(by_seed) == 1:
        return {path.stem: by_seed[0]}
    return {f"{path.stem}, seed {number}": ranks for number, ranks in enumerate(by_seed)}
