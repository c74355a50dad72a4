"""The inquest: one test for each suspect in the failure of deep regression.

Each could acquit its suspect, and returns what was measured and the "verdict" that follows:
"acquitted", "in part" (it costs something, but does not explain a score near nothing) or "guilty".
"""

import numpy as np

from lib.data.dataset import Dataset
from lib.methods.deep.faults import SCORE_NEAR_ZERO, fingerprint, skew_of_occurrences
from lib.search import metrics, retrieval
from lib.search.evaluation import Evaluation

ACQUITTED, IN_PART, GUILTY = "acquitted", "in part", "guilty"
BANK = 2000  # descriptions of fit that show which images are hubs
NEIGHBOURS = 10  # of an image among them
Finding = dict[str, float | str]  # "verdict", and what was measured


def collapse(one: Evaluation) -> Finding:
    """Does every query get the same ranking? Five different first images in a hundred acquit."""
    distinct, n = retrieval.distinct_top1(one.scores("dev")), one.ranks["dev"].shape[1]
    predicted, true = (side["dev"].std(axis=0).mean() for side in (one.queries, one.gallery))
    verdict = ACQUITTED if distinct >= 0.05 * n else GUILTY
    return {"verdict": verdict, "distinct": distinct, "spread": float(predicted / true)}


def misaligned(one: Evaluation, shuffled: Evaluation) -> Finding:
    """Does it matter which target stands beside which description?"""
    paired, permuted = (fingerprint(each)["by_chance"] for each in (one, shuffled))
    verdict = ACQUITTED if paired > SCORE_NEAR_ZERO >= permuted else GUILTY
    return {"verdict": verdict, "paired": paired, "permuted": permuted}


def unscaled(one: Evaluation, small: Evaluation) -> Finding:
    """Is a small loss just the small variance of the targets?"""
    seen, other = fingerprint(one), fingerprint(small)
    return {"verdict": ACQUITTED if seen["r2"] >= 0.05 else GUILTY, "r2": seen["r2"],
            "loss": seen["fit_loss"], "loss_small": other["fit_loss"],
            "score": seen["score"], "score_small": other["score"]}  # fmt: skip


def hubness(one: Evaluation, data: Dataset) -> Finding:
    """Do a few images win everywhere, and is that what costs the score?"""
    bank, scores = one.system.embed_texts(data.fit.texts[:BANK]), one.scores("dev")
    mended = without_hubs(scores, retrieval.scores(bank, one.gallery["dev"], one.metric))
    ranks = (retrieval.ranks(matrix, data.dev.truth) for matrix in (mended, scores))
    gain, (low, high) = metrics.paired_difference(*map(metrics.precision_at_k, ranks))
    return {"verdict": IN_PART if low > 0 else ACQUITTED, "skew": skew_of_occurrences(scores),
            "skew_after": skew_of_occurrences(mended), "gain": gain, "low": low,
            "high": high}  # fmt: skip


def without_hubs(scores: np.ndarray, bank: np.ndarray) -> np.ndarray:
    """Scores [n_query, n_gallery] less an image's mean over the nearest texts of a bank.

    bank: scores of fit, [n_bank, n_gallery]. It is the image's half of CSLS (Conneau et al. 2018).
    """
    near = -np.sort(-bank, axis=0)[:NEIGHBOURS].mean(axis=0)
    return scores - near


def distance(euclidean: Evaluation, cosine: Evaluation) -> Finding:
    """Are predictions and images compared in one space, by a fitting distance?"""
    precisions = (each.precision("dev") for each in (cosine, euclidean))
    gain, (low, high) = metrics.paired_difference(*precisions)
    true = euclidean.gallery["dev"]
    own = retrieval.ranks(retrieval.scores(true, true, "euclidean"), np.arange(len(true)))
    same = metrics.map_at_k(own)
    verdict = GUILTY if same < 0.9 else IN_PART if low > 0 else ACQUITTED
    return {"verdict": verdict, "own_targets": same, "gain": gain, "low": low, "high": high}


def overfitting(one: Evaluation, overfitted: Evaluation) -> Finding:
    """Does a training loss of nothing come with a score of nothing?"""
    precisions = (each.precision("dev") for each in (one, overfitted))
    lost, (low, high) = metrics.paired_difference(*precisions)
    loss, times = (fingerprint(overfitted)[name] for name in ("fit_loss", "by_chance"))
    verdict = GUILTY if times <= SCORE_NEAR_ZERO else IN_PART if low > 0 else ACQUITTED
    return {"verdict": verdict, "fit_loss": loss, "by_chance": times, "lost": lost, "low": low,
            "high": high}  # fmt: skip


def too_many_targets(counts: dict[int, np.ndarray], n_inputs: int) -> Finding:
    """The paper's own suspect: is a network lost when targets outnumber inputs three to one?

    counts: number of targets → average precision of each dev query.
    """
    few = min(counts, key=lambda count: abs(count - n_inputs / 3))
    many = max(counts)
    gain, (low, high) = metrics.paired_difference(counts[many], counts[few])
    times = counts[many].mean() / metrics.chance(counts[many].shape[-1])["map_at_20"]
    verdict = GUILTY if times <= SCORE_NEAR_ZERO else IN_PART if high < 0 else ACQUITTED
    return {"verdict": verdict, "few": few, "many": many, "gain": gain, "low": low, "high": high}
