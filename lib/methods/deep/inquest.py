"""The inquest: one test for each suspect in the failure of deep regression.

Every test could acquit its suspect, and its verdict is computed: "acquitted", "in part"
(it costs something, but does not explain a score near nothing) or "guilty".
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lib.methods.deep import deep
from lib.methods.deep.deep import Rebuilt
from lib.methods.deep.faults import SCORE_NEAR_ZERO, Case, Injected, skew_of_occurrences
from lib.methods.deep.pairs import Pairs, centred
from lib.search import metrics, retrieval

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


def collapse(run: Injected) -> Finding:
    """Does every query get the same ranking?"""
    distinct, n = run.fingerprint["distinct"], run.system.ranks["dev"].shape[1]
    predicted, true = (side["dev"].std(axis=0).mean()
                       for side in (run.system.queries, run.system.gallery))  # fmt: skip
    spread = float(predicted / true)
    return Finding(
        "1 · one ranking for every query",
        "different images come first for at least 5 % of the queries",
        f"{distinct:.0f} different first images for {n:,} queries; predictions vary "
        f"{spread:.0%} as much as targets",
        ACQUITTED if distinct >= 0.05 * n else GUILTY,
        {"distinct": distinct, "spread": spread},
    )


def misaligned(run: Injected, shuffled: Injected) -> Finding:
    """Does it matter which target stands beside which description?"""
    ours, broken = (r.fingerprint["by_chance"] for r in (run, shuffled))
    return Finding(
        "2 · rows misaligned",
        "permuting the pairs takes the score to chance",
        f"{ours:.1f} times chance as paired, {broken:.1f} times when permuted",
        ACQUITTED if ours > SCORE_NEAR_ZERO >= broken else GUILTY,
        {"paired": ours, "permuted": broken},
    )


def unscaled(run: Injected, small: Injected) -> Finding:
    """Is a small loss just the small variance of the targets?"""
    r2 = run.fingerprint["r2"]
    loss, other = (r.fingerprint["fit_loss"] for r in (run, small))
    score, there = (r.fingerprint["score"] for r in (run, small))
    return Finding(
        "3 · targets not scaled",
        "the network beats predicting the mean on dev, R² at least 0.05",
        f"R² {r2:.2f}. Rows at length one print a loss of {other:.2g} instead of {loss:.2g} "
        f"and score {there:.4f} instead of {score:.4f}",
        ACQUITTED if r2 >= 0.05 else GUILTY,
        {"r2": r2, "loss": loss, "loss_small": other, "score": score, "score_small": there},
    )


def hubness(rebuilt: Rebuilt, pairs: Pairs) -> Finding:
    """Do a few images win everywhere, and is that what costs the score?"""
    run = rebuilt.systems[0]
    bank = rebuilt.trained.predict_one(rebuilt.texts.arrays["fit"][:BANK])
    scores = run.scores("dev")
    mended = without_hubs(scores, retrieval.scores(bank, run.gallery["dev"], run.metric))
    gain, (low, high) = gain_of(mended, scores, pairs.truth["dev"])
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


def distance(rebuilt: Rebuilt) -> Finding:
    """Are predictions and images compared in one space, by a fitting distance?"""
    euclidean, cosine = rebuilt.systems
    gain, (low, high) = metrics.paired_difference(
        cosine.precision("dev"), euclidean.precision("dev")
    )
    own = retrieval.ranks(
        retrieval.scores(euclidean.gallery["dev"], euclidean.gallery["dev"], "euclidean"),
        np.arange(len(euclidean.gallery["dev"])),
    )
    same = metrics.map_at_k(own)
    return Finding(
        "5 · wrong space or distance",
        "true targets as queries find their image, and cosine gains nothing on Euclid",
        f"true targets score {same:.3f}; cosine {gain:+.4f} [{low:+.4f}, {high:+.4f}]",
        GUILTY if same < 0.9 else IN_PART if low > 0 else ACQUITTED,
        {"own_targets": same, "gain": gain, "low": low, "high": high},
    )


def overfitting(run: Injected, overfitted: Injected) -> Finding:
    """Does a training loss of nothing come with a score of nothing?"""
    lost, (low, high) = metrics.paired_difference(
        run.system.precision("dev"), overfitted.system.precision("dev")
    )
    loss, times = (overfitted.fingerprint[key] for key in ("fit_loss", "by_chance"))
    verdict = GUILTY if times <= SCORE_NEAR_ZERO else IN_PART if low > 0 else ACQUITTED
    return Finding(
        "6 · over-fitting",
        "a network trained until its loss is near 0 still finds images",
        f"at a training loss of {loss:.2g} it scores {times:.1f} times chance, "
        f"{-lost:+.4f} [{-high:+.4f}, {-low:+.4f}] against the healthy one",
        verdict,
        {"fit_loss": loss, "by_chance": times, "lost": lost, "low": low, "high": high},
    )


def number_of_targets(pairs: Pairs, case: Case, counts: tuple[int, ...]) -> dict[int, np.ndarray]:
    """Average precision of dev queries when only the number of targets changes.

    Keeps the first so many of one random order of the features, one seed; a count beyond
    their number keeps all. Returns count → float [n_query].
    """
    features = pairs.features["fc1000"]
    order = np.random.default_rng([pairs.seed, 9]).permutation(features["fit"].shape[1])
    found = {}
    for count in dict.fromkeys(min(c, len(order)) for c in counts):
        targets = centred({split: x[:, order[:count]] for split, x in features.items()})
        network = replace(case.network, stop_on="loss")
        trained = deep.train(case.texts, targets, network, (0,), case.device)
        scores = retrieval.scores(
            trained.predict_one(case.texts["dev"]), targets["dev"], "euclidean"
        )
        found[count] = metrics.precision_at_k(retrieval.ranks(scores, pairs.truth["dev"]))
    return found


def too_many_targets(found: dict[int, np.ndarray], n_inputs: int) -> Finding:
    """The paper's own suspect: is a network lost when targets outnumber inputs three to one?"""
    few = min(found, key=lambda count: abs(count - n_inputs / 3))
    many = max(found)
    gain, (low, high) = metrics.paired_difference(found[many], found[few])
    times = found[many].mean() / metrics.chance(len(found[many]))["map_at_20"]
    lost = IN_PART if high < 0 else ACQUITTED
    return Finding(
        "7 · too many targets, the paper's own",
        f"{many} targets for {n_inputs} inputs score no worse than {few}",
        f"{many} against {few} targets: {gain:+.4f} [{low:+.4f}, {high:+.4f}], "
        f"{times:.1f} times chance",
        GUILTY if times <= SCORE_NEAR_ZERO else lost,
        {"few": few, "many": many, "gain": gain, "low": low, "high": high},
    )


def gain_of(better: np.ndarray, worse: np.ndarray, truth: np.ndarray) -> tuple[float, list[float]]:
    """Paired gain of one matrix of scores over another."""
    ranks = (retrieval.ranks(np.asarray(m, np.float32), truth) for m in (better, worse))
    return metrics.paired_difference(*map(metrics.precision_at_k, ranks))


def inquest_table(findings: list[Finding]) -> pd.DataFrame:
    """The findings in words."""
    columns = ("suspect", "test", "measured", "verdict")
    named = {"test": "what would acquit it"}
    rows = [{named.get(name, name): getattr(f, name) for name in columns} for f in findings]
    return pd.DataFrame(rows)


def chance_on_dev(pairs: Pairs) -> float:
    """`map_at_20` of a random ranking of the dev gallery."""
    return metrics.chance(len(pairs.features["fc1000"]["dev"]))["map_at_20"]
