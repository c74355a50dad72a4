"""Stored answers for the page on which two families answer the same query side by side."""

import json
from pathlib import Path

import numpy as np

from lib.base import files
from lib.data.dataset import Split
from lib.record import paper
from lib.record.names import known, readable
from lib.search import retrieval

QUERIES, BEST, SIDE = 12, 9, 160  # how many are asked, how many images answer, their pixels


def write(folder: Path, split: Split | None, stored: dict[str, tuple[Path, dict]]) -> int:
    """Write answers and small images into a folder; returns the number of queries.

    stored: system → file, row. Of each family the best of the systems that the start page lists,
    none that reads human tags.
    """
    best: dict[str, str] = {}
    for system, (_, row) in sorted(stored.items(), key=lambda one: one[1][1]["map_at_20"]):
        is_listed = paper.system(system) or system in known()["beyond the paper"]
        if is_listed and "." in system and not row.get("reads_tags"):
            best[system.partition(".")[0]] = system
    if not best:
        return 0
    chosen = np.unique(np.linspace(0, len(split.truth) - 1, QUERIES).astype(int))
    scores = [answers(*stored[system], split.name, chosen) for system in best.values()]
    queries, shown = [], set()
    for number, query in enumerate(chosen):
        truth, each = int(split.truth[query]), [of[number] for of in scores]
        tops = [[(int(i), float(of[i])) for i in retrieval.top_k(of[None], BEST)[0]] for of in each]
        images = {truth} | {image for top in tops for image, _ in top}
        ranks = {i: [int(1 + (of > of[i]).sum()) for of in each] for i in images}
        queries.append({"texts": split.sentences[query], "truth": truth, "best": tops,
                        "ranks": ranks, "place": ranks[truth]})  # fmt: skip
        shown |= images
    texts = {int(i): split.sentences[q] for q, i in enumerate(split.truth) if i in shown}
    about = {"systems": list(map(readable, best.values())), "queries": queries, "texts": texts}
    files.write_bytes(folder / "data.js", f"const BESIDE = {json.dumps(about)};\n".encode())
    for image in shown:
        small = split.picture(image).convert("RGB")
        small.thumbnail((SIDE, SIDE))
        small.save(folder / f"{image}.webp", quality=75)
    return len(chosen)


def answers(path: Path, row: dict, split: str, chosen: np.ndarray) -> np.ndarray:
    """Scores of some queries against the whole gallery, from a system's file."""
    with np.load(path, allow_pickle=False) as file:  # the system itself is not read
        if f"matrices.{split}" in file:
            return file[f"matrices.{split}"][chosen]
        queries, gallery = file[f"queries.{split}"][chosen], file[f"gallery.{split}"]
    return retrieval.scores(queries, gallery, row["params"]["metric"])
