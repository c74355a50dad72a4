"""The inquest: one test for each suspect in the failure of deep regression.

Every test could acquit its suspect, and its verdict is computed: "acquitted", "in part"
(it costs something, but does not explain a score near nothing) or "guilty".
"""

from dataclasses import dataclass, replace

import numpy as np

from lib.data.dataset import Dataset
from lib.methods.deep.deep import DeepRegression, Design
from lib.methods.deep.faults import SCORE_NEAR_ZERO, fingerprint, skew_of_occurrences
from lib.methods.deep.parts import Centring, SomeColumns, Targets
from lib.search import evaluation, metrics, retrieval
from lib.search.evaluation import Evaluation

ACQUITTED, IN_PART, GUILTY = "acquitted", "in part", "guilty"
BANK = 2000  # descriptions of fit that show which images are hubs
NEIGHBOURS = 10  # of an image among them


@dataclass(frozen=True)
class Finding:
    """A suspect, the test that could acquit it, what was measured, and the verdict."""

    suspect: str
    test: str
    measured: str
    verdict: str
    values: dict[str, float]


def collapse(one: Evaluation) -> Finding:
    """Does every query get the same ranking?"""
    distinct, n = retrieval.distinct_top1(one.scores("dev")), one.ranks["dev"].shape[1]
    predicted, true = (side["dev"].std(axis=0).mean() for side in (one.queries, one.gallery))
    spread = float(predicted / true)
    return Finding(
        "1 · one ranking for every query",
        "different images come first for at least 5 % of the queries",
        f"{distinct:.0f} different first images for {n:,} queries; predictions vary "
        f"{spread:.0%} as much as targets",
        ACQUITTED if distinct >= 0.05 * n else GUILTY,
        {"distinct": distinct, "spread": spread},
    )


def misaligned(one: Evaluation, shuffled: Evaluation) -> Finding:
    """Does it matter which target stands beside which description?"""
    ours, broken = (fingerprint(each)["by_chance"] for each in (one, shuffled))
    return Finding(
        "2 · rows misaligned",
        "permuting the pairs takes the score to chance",
        f"{ours:.1f} times chance as paired, {broken:.1f} times when permuted",
        ACQUITTED if ours > SCORE_NEAR_ZERO >= broken else GUILTY,
        {"paired": ours, "permuted": broken},
    )


def unscaled(one: Evaluation, small: Evaluation) -> Finding:
    """Is a small loss just the small variance of the targets?"""
    seen, other = fingerprint(one), fingerprint(small)
    values = {"r2": seen["r2"], "loss": seen["fit_loss"], "loss_small": other["fit_loss"],
              "score": seen["score"], "score_small": other["score"]}  # fmt: skip
    return Finding(
        "3 · targets not scaled",
        "the network beats predicting the mean on dev, R² at least 0.05",
        "R² {r2:.2f}. Rows at length one print a loss of {loss_small:.2g} instead of {loss:.2g} "
        "and score {score_small:.4f} instead of {score:.4f}".format(**values),
        ACQUITTED if seen["r2"] >= 0.05 else GUILTY,
        values,
    )


def hubness(one: Evaluation, data: Dataset) -> Finding:
    """Do a few images win everywhere, and is that what costs the score?"""
    bank, scores = one.system.embed_texts(data.fit.texts[:BANK]), one.scores("dev")
    mended = without_hubs(scores, retrieval.scores(bank, one.gallery["dev"], one.metric))
    ranks = (retrieval.ranks(matrix, data.dev.truth) for matrix in (mended, scores))
    gain, (low, high) = metrics.paired_difference(*map(metrics.precision_at_k, ranks))
    before, after = skew_of_occurrences(scores), skew_of_occurrences(mended)
    return Finding(
        "4 · hubs",
        "a correction that takes the hubs away gains nothing",
        f"skew {before:.1f} → {after:.1f}; score {gain:+.4f} [{low:+.4f}, {high:+.4f}]",
        IN_PART if low > 0 else ACQUITTED,
        {"skew": before, "skew_after": after, "gain": gain, "low": low, "high": high},
    )


def without_hubs(scores: np.ndarray, bank: np.ndarray) -> np.ndarray:
    """Scores less how well each image fits descriptions that are not its own.

    scores: [n_query, n_gallery]. bank: scores of fit descriptions, [n_bank, n_gallery]. What
    is taken off is an image's mean over its nearest of them, the image's half of CSLS
    (Conneau et al. 2018).
    """
    k = min(NEIGHBOURS, len(bank))
    near = -np.sort(-bank, axis=0)[:k].mean(axis=0)
    return scores - near


def distance(euclidean: Evaluation, cosine: Evaluation) -> Finding:
    """Are predictions and images compared in one space, by a fitting distance?"""
    precisions = (each.precision("dev") for each in (cosine, euclidean))
    gain, (low, high) = metrics.paired_difference(*precisions)
    true = euclidean.gallery["dev"]
    own = retrieval.ranks(retrieval.scores(true, true, "euclidean"), np.arange(len(true)))
    same = metrics.map_at_k(own)
    return Finding(
        "5 · wrong space or distance",
        "true targets as queries find their image, and cosine gains nothing on Euclid",
        f"true targets score {same:.3f}; cosine {gain:+.4f} [{low:+.4f}, {high:+.4f}]",
        GUILTY if same < 0.9 else IN_PART if low > 0 else ACQUITTED,
        {"own_targets": same, "gain": gain, "low": low, "high": high},
    )


def overfitting(one: Evaluation, overfitted: Evaluation) -> Finding:
    """Does a training loss of nothing come with a score of nothing?"""
    precisions = (each.precision("dev") for each in (one, overfitted))
    lost, (low, high) = metrics.paired_difference(*precisions)
    seen = fingerprint(overfitted)
    loss, times = seen["fit_loss"], seen["by_chance"]
    return Finding(
        "6 · over-fitting",
        "a network trained until its loss is near 0 still finds images",
        f"at a training loss of {loss:.2g} it scores {times:.1f} times chance, "
        f"{-lost:+.4f} [{-high:+.4f}, {-low:+.4f}] against the healthy one",
        GUILTY if times <= SCORE_NEAR_ZERO else IN_PART if low > 0 else ACQUITTED,
        {"fit_loss": loss, "by_chance": times, "lost": lost, "low": low, "high": high},
    )


def number_of_targets(
    data: Dataset, design: Design, counts: tuple[int, ...], device: str = "cpu"
) -> dict[int, np.ndarray]:
    """Average precision of dev queries when only the number of targets changes.

    Keeps the first so many of one random order of the features, one seed; a count beyond
    their number keeps all. Returns count → float [n_query].
    """
    most = data.fit.features("fc1000").shape[1]
    precisions = {}
    for count in dict.fromkeys(min(count, most) for count in counts):
        targets = Targets(steps=(SomeColumns(count, data.seed), Centring()))
        designs = {"": replace(design, targets=targets)}
        system = DeepRegression("deep.targets", designs, seeds=(0,), device=device)
        precisions[count] = evaluation.evaluate(data, system, splits=("dev",)).precision("dev")
    return precisions


def too_many_targets(counts: dict[int, np.ndarray], n_inputs: int) -> Finding:
    """The paper's own suspect: is a network lost when targets outnumber inputs three to one?"""
    few = min(counts, key=lambda count: abs(count - n_inputs / 3))
    many = max(counts)
    gain, (low, high) = metrics.paired_difference(counts[many], counts[few])
    times = counts[many].mean() / metrics.chance(len(counts[many]))["map_at_20"]
    lost = IN_PART if high < 0 else ACQUITTED
    return Finding(
        "7 · too many targets, the paper's own",
        f"{many} targets for {n_inputs} inputs score no worse than {few}",
        f"{many} against {few} targets: {gain:+.4f} [{low:+.4f}, {high:+.4f}], "
        f"{times:.1f} times chance",
        GUILTY if times <= SCORE_NEAR_ZERO else lost,
        {"few": few, "many": many, "gain": gain, "low": low, "high": high},
    )
