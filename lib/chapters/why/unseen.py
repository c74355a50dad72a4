"""Held-out worlds: what the embedded CLIP scores where its corpus showed nothing of the kind."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from lib import scenes
from lib.data.dataset import Split
from lib.search import metrics, retrieval
from lib.search.evaluation import Evaluation

RESAMPLES = 2000
LENGTHS, SIZES = 4, (1, 2, 4, 8, 16, 32)  # strata: quarters of lengths, bounds of class sizes


def strata(texts: list[str], classes: list[tuple]) -> np.ndarray:
    """A number for each query: how long it is, and how many images share its coarse key."""
    lengths = np.array([len(text.split()) for text in texts])
    bounds = np.quantile(lengths, np.linspace(0, 1, LENGTHS + 1)[1:-1])
    sizes = Counter(classes)
    of_size = np.digitize([sizes[one] for one in classes], SIZES)
    return np.digitize(lengths, bounds) * (len(SIZES) + 1) + of_size


def matched(precision: np.ndarray, is_unseen: np.ndarray, stratum: np.ndarray) -> dict:
    """Unseen less seen, the seen weighted so that they are as difficult: means and an interval.

    precision: of each query, float [n]; is_unseen: bool [n]; stratum: int [n]. Strata without one
    of either kind are left out. The interval is a bootstrap over the queries of each stratum.
    """
    groups = [(precision[is_unseen & (stratum == s)], precision[~is_unseen & (stratum == s)])
              for s in np.unique(stratum)]  # fmt: skip
    groups = [(new, old) for new, old in groups if len(new) and len(old)]
    weights = np.array([len(new) for new, _ in groups]) / sum(len(new) for new, _ in groups)

    def means(draw) -> tuple[float, float]:
        sides = np.array([[draw(new).mean(), draw(old).mean()] for new, old in groups])
        return tuple(weights @ sides)

    rng = np.random.default_rng(0)
    new, old = means(lambda x: x)
    drawn = [np.subtract(*means(lambda x: rng.choice(x, len(x)))) for _ in range(RESAMPLES)]
    ci95 = np.quantile(drawn, (0.025, 0.975)).tolist()
    return {"unseen": new, "seen": old, "difference": new - old, "ci95": ci95,
            "n": int(sum(len(each) for each, _ in groups))}  # fmt: skip


def compared(
    precisions: Mapping[str, np.ndarray], table: pd.DataFrame, split: Split
) -> dict[str, dict[str, dict]]:
    """Name → kind of unseen thing → `matched`, against queries that show nothing unseen.

    precisions: of each query of the split, float [n_query]; of a system, or of one less another.
    """
    of_image, classes = scenes.unseen_kinds(table), scenes.coarse_keys(table)
    shown = [of_image[i] for i in split.truth]
    stratum = strata(split.texts, [classes[i] for i in split.truth])
    nothing = np.array([not each for each in shown])
    gaps: dict[str, dict[str, dict]] = {name: {} for name in precisions}
    for kind in scenes.left_out():
        has = np.array([kind in each for each in shown])
        some = has | nothing
        for name, precision in precisions.items():
            gaps[name][kind] = matched(precision[some], has[some], stratum[some])
    return gaps


def by_twin(one: Evaluation, split: str, has_twin: np.ndarray) -> dict[str, dict]:
    """The score of the queries whose image has a near-twin, and of the others."""
    precision = one.precision(split).mean(axis=0)
    return {
        name: {"map_at_20": float(v.mean()), "ci95": metrics.interval(v), "n": len(v)}
        for name, v in (("with", precision[has_twin]), ("without", precision[~has_twin]))
        if len(v) > 1
    }


def shifted(
    systems: Mapping[str, Evaluation], split: Split, table: pd.DataFrame
) -> dict[str, dict[str, dict]]:
    """System → shift → its score, and the paired difference to the usual words and drawings.

    The shifts: "words", the notes of an annotator whom nobody learned from, on the usual drawings;
    "drawings", the usual descriptions of inked drawings of the same facts.
    """
    notes = scenes.notes(table)
    drawn, pooled = scenes.inked(table, [path.name for path in split.images])
    other = replace(split, name=f"{split.name}, inked", images=tuple(drawn), feature_files={})
    other.memory["pool5"] = pooled
    moved = {}
    for name, one in systems.items():
        usual = one.precision(split.name).mean(axis=0)
        scores = {"words": one.scores_of([notes[i] for i in split.truth], split),
                  "drawings": one.system.scores(split.texts, other)}  # fmt: skip
        moved[name] = {}
        for shift, each in scores.items():
            precision = metrics.precision_at_k(retrieval.ranks(each, split.truth))
            difference, ci95 = metrics.paired_difference(precision, usual)
            score = {"map_at_20": float(precision.mean()), "difference": difference, "ci95": ci95}
            moved[name][shift] = score
    return moved
