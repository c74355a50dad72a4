"""Held-out worlds: what the embedded CLIP scores where its corpus showed nothing of the kind."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from lib.base import files, paths, processes
from lib.data.dataset import Split
from lib.scenes import built, draw, records, resnet, sampler, shifts, unseen
from lib.scenes.builder import QUALITY
from lib.search import metrics, retrieval
from lib.search.evaluation import Evaluation

RESAMPLES = 2000
LENGTHS, SIZES = 4, (1, 2, 4, 8, 16, 32)  # strata: quarters of lengths, bounds of class sizes


def kinds(table: pd.DataFrame) -> list[set[str]]:
    """Which kinds of unseen things each image of the facts' table shows, of `unseen.KINDS`."""
    every = [records.from_row(row) for _, row in table.iterrows()]
    return [unseen.shown(scene, [i for i, share in visible.items() if share > 0])
            for scene, visible in every]  # fmt: skip


def keys(table: pd.DataFrame) -> list[tuple]:
    """The coarse key of each image of the facts' table."""
    return [records.coarse_key(records.from_row(row)[0]) for _, row in table.iterrows()]


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
    of_image, classes = kinds(table), keys(table)
    shown = [of_image[i] for i in split.truth]
    stratum = strata(split.texts, [classes[i] for i in split.truth])
    nothing = np.array([not each for each in shown])
    gaps: dict[str, dict[str, dict]] = {name: {} for name in precisions}
    for kind in unseen.KINDS:
        has = np.array([kind in each for each in shown])
        some = has | nothing
        for name, precision in precisions.items():
            gaps[name][kind] = matched(precision[some], has[some], stratum[some])
    return gaps


def near_twins(table: pd.DataFrame, seed: int, n: int) -> np.ndarray:
    """Whether each image of the facts' table has its coarse key in the corpus, bool [n_image].

    The first n scenes of the corpus's stream are walked, a minute and a half for all of them.
    """
    known = {records.coarse_key(scene) for scene in islice(sampler.stream(seed, "corpus"), n)}
    return np.array([key in known for key in keys(table)])


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
    notes = [shifts.note(*records.from_row(table.iloc[i])) for i in split.truth]
    other = inked(split, table)
    moved = {}
    for name, one in systems.items():
        usual = one.precision(split.name).mean(axis=0)
        scores = {"words": one.scores_of(notes, split),
                  "drawings": one.system.scores(split.texts, other)}  # fmt: skip
        moved[name] = {}
        for shift, each in scores.items():
            precision = metrics.precision_at_k(retrieval.ranks(each, split.truth))
            difference, ci95 = metrics.paired_difference(precision, usual)
            score = {"map_at_20": float(precision.mean()), "difference": difference, "ci95": ci95}
            moved[name][shift] = score
    return moved


def inked(split: Split, table: pd.DataFrame) -> Split:
    """Inked drawings of the same facts, drawn once, and what the drawings' CNN sees in them."""
    key = [built.VERSION, shifts.VERSION, [path.name for path in split.images]]
    folder = paths.CACHE / "inked" / files.digest(key)[:16]
    targets = [folder / f"{path.stem}.jpg" for path in split.images]
    missing = [i for i, target in enumerate(targets) if not target.is_file()]
    scenes = [records.from_row(table.iloc[i])[0] for i in missing]
    with processes.pool() as pool:
        list(pool.map(draw_inked, scenes, [targets[i] for i in missing], chunksize=20))
    other = replace(split, name=f"{split.name}, inked", images=tuple(targets), feature_files={})
    net, pixels = resnet.load(resnet.WEIGHTS), resnet.pixels(targets)
    other.memory["pool5"] = resnet.outputs(net, pixels)[2]
    return other


def draw_inked(scene: records.Scene, target: Path) -> None:
    with files.writing(target) as temporary:
        picture = Image.fromarray(shifts.inked(draw.render(scene)))
        picture.save(temporary, "JPEG", quality=QUALITY)
