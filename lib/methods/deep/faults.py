"""Faults put into a healthy network on purpose, and the fingerprint that each leaves.

A reader whose network shows the same symptom can look up what leaves it. Whether the
paper's author made any of these mistakes cannot be known.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import stats

from lib.methods.deep import deep
from lib.methods.deep.nets import Network, Trained
from lib.methods.deep.pairs import Arrays, Pairs, Texts, centred, components, standardised
from lib.search import metrics, retrieval
from lib.search.runs import SystemRun

HEALTHY = replace(deep.REGRESSION, hidden=(192,), stop_on="")  # keeps its last epoch
LOSS_NEAR_ZERO = 0.05  # training MSE that a person watching it calls near zero
TRIED_EVERYWHERE = ("small", "medium, dropout", "medium, weight decay")  # of deep.NETWORKS
SCORE_NEAR_ZERO = 3  # times chance, below which a person calls a score nearly nothing


@dataclass(frozen=True)
class Case:
    """One network's whole path, open to faults.

    texts, targets: split → rows. gallery: split → what is searched. network: its training.
    setup: one of the set-ups; raw: the targets before scaling; features: all features.
    """

    setup: str
    texts: Arrays = field(repr=False)
    targets: Arrays = field(repr=False)
    gallery: Arrays = field(repr=False)
    raw: Arrays = field(repr=False)
    features: Arrays = field(repr=False)
    network: Network
    seed: int = 0
    device: str = "cpu"


def healthy(case: Case) -> Case:
    """Nothing is broken."""
    return case


def collapse(case: Case) -> Case:
    """All weights start at zero: no hidden unit ever moves, and every query gets the mean."""
    return replace(case, network=replace(case.network, first_hidden=0.0, first_output=0.0))


def exploding(case: Case) -> Case:
    """A learning rate a hundred times too high."""
    rate = 100 * case.network.learning_rate
    return replace(case, network=replace(case.network, learning_rate=rate))


def misaligned_rows(case: Case) -> Case:
    """The targets of fit stand in another order than its descriptions."""
    order = np.random.default_rng([case.seed, 7]).permutation(len(case.targets["fit"]))
    return replace(case, targets=case.targets | {"fit": case.targets["fit"][order]})


def gallery_order(case: Case) -> Case:
    """Training is right; the gallery's rows stand in another order than the names of its images."""
    return replace(case, gallery=in_other_order(case.gallery, case.seed))


def small_targets(case: Case) -> Case:
    """Each image's targets are brought to length one, so that they hardly vary in numbers."""
    return replace(case, targets=unit_rows(case.targets), gallery=unit_rows(case.gallery))


def small_targets_other_order(case: Case) -> Case:
    """Two ordinary slips at once: targets of length one, and the gallery in another order."""
    return gallery_order(small_targets(case))


def small_targets_collapse(case: Case) -> Case:
    """Two at once: targets of length one, and a network that never moves."""
    return collapse(small_targets(case))


def over_regularised(case: Case) -> Case:
    """Weight decay so strong that every prediction stays close to the mean."""
    decay = 0.1 / case.network.learning_rate
    return replace(case, network=replace(case.network, weight_decay=decay))


def other_space(case: Case) -> Case:
    """The network predicts scaled targets; the search compares them with unscaled ones."""
    return replace(case, targets=standardised(case.raw), gallery=case.raw)


def refitted_reduction(case: Case) -> Case:
    """The reduction is fitted anew on each gallery instead of being kept from fit."""
    return replace(case, gallery={s: reduced_anew(case, s) for s in ("dev", "test")})


def overfitted(case: Case) -> Case:
    """An eighth of the pairs, a large network, no restraint: trained until nothing is left."""
    few = slice(None, None, 8)
    short = {name: getattr(case, name) for name in ("texts", "targets")}
    short = {name: arrays | {"fit": arrays["fit"][few]} for name, arrays in short.items()}
    n = len(short["texts"]["fit"])
    batch = min(64, max(8, n // 8))
    epochs = min(300, -(-1200 // max(1, n // batch)))
    hidden = tuple(2 * width for width in case.network.hidden)
    network = replace(case.network, hidden=hidden, batch=batch, epochs=epochs, anneal=True)
    return replace(case, **short, network=network)


FAULTS: dict[str, Callable[[Case], Case]] = {
    fault.__name__: fault
    for fault in (
        collapse,
        exploding,
        misaligned_rows,
        gallery_order,
        small_targets,
        over_regularised,
        other_space,
        refitted_reduction,
        overfitted,
        small_targets_other_order,
        small_targets_collapse,
    )
}


def in_other_order(arrays: Arrays, seed: int) -> Arrays:
    """The galleries' rows permuted."""
    rng = np.random.default_rng([seed, 8])
    return arrays | {split: rng.permutation(arrays[split]) for split in ("dev", "test")}


def unit_rows(arrays: Arrays) -> Arrays:
    """Every row at length one."""
    return {split: retrieval.unit(x).astype(np.float32) for split, x in arrays.items()}


def reduced_anew(case: Case, split: str) -> np.ndarray:
    """A gallery by a reduction that was fitted on it; where nothing is reduced, its scaling."""
    own = dict.fromkeys(("fit", "dev", "test"), case.features[split])
    if case.setup == "pca100":
        own = components(own, deep.N_CODE, seed=case.seed)
    elif case.setup == "autoencoder100":
        own = deep.coded(own, case.device, seed=case.seed + 1)[0]
    reduced = centred(own)["fit"]
    missing = case.gallery[split].shape[1] - reduced.shape[1]  # fewer images than components
    return np.pad(reduced, ((0, 0), (0, missing)))


def case_of(
    pairs: Pairs, texts: Texts, targets: deep.Targets, setup: str, network: Network = HEALTHY,
    most: int | None = None,
) -> Case:  # fmt: skip
    """A healthy case of a set-up; most: fit on this many pairs only."""
    some = {"fit": slice(None, most), "dev": slice(None), "test": slice(None)}

    def cut(arrays: Arrays) -> Arrays:
        return {split: rows[some[split]] for split, rows in arrays.items()}

    scaled = cut(targets.arrays)
    return Case(setup, cut(texts.arrays), scaled, scaled, cut(targets.raw),
                pairs.features["fc1000"], network, pairs.seed, targets.device)  # fmt: skip


@dataclass(frozen=True)
class Injected:
    """A fault in one run: its system, training, and what a person would see on dev.

    fingerprint: "fit_loss" (as the faulty run prints it), "r2" on dev against predicting
    the mean of fit, "score" and "by_chance" (`map_at_20` and how many times chance),
    "distinct" top images, "skew" of the 20-occurrences, "mean_rank".
    """

    name: str
    says: str
    system: SystemRun = field(repr=False)
    trained: Trained = field(repr=False)
    fingerprint: dict[str, float]

    @property
    def loss_near_zero(self) -> bool:
        """Whether the training loss looks as the paper describes it."""
        return self.fingerprint["fit_loss"] <= LOSS_NEAR_ZERO

    @property
    def score_near_zero(self) -> bool:
        """Whether the dev score looks as the paper describes it."""
        return self.fingerprint["by_chance"] <= SCORE_NEAR_ZERO


def inject(
    pairs: Pairs, case: Case, name: str, seeds: tuple[int, ...] = deep.SEEDS, metric="euclidean"
) -> Injected:
    """Run a case with one of the FAULTS, or "healthy"."""
    fault = FAULTS.get(name, healthy)
    broken = fault(case)
    texts, gallery = broken.texts, broken.gallery
    trained = deep.train(texts, broken.targets, broken.network, seeds, case.device)
    outputs = {split: trained.predict(texts[split]) for split in ("dev", "test")}
    params = deep.described(broken.network, trained) | {"setup": case.setup}
    run = deep.system(pairs, f"deep.fault_{name}", metric, outputs, gallery, trained.seconds,
                      params, n_train=len(texts["fit"]))  # fmt: skip
    return Injected(name, fault.__doc__, run, trained, fingerprint(run, trained, broken))


def fingerprint(run: SystemRun, trained: Trained, case: Case) -> dict[str, float]:
    """What a person would see of a run on dev; see `Injected`."""
    scores, ranks = run.scores("dev"), run.ranks["dev"]
    chance = metrics.chance(scores.shape[1])["map_at_20"]
    score = metrics.map_at_k(ranks)
    mean = case.targets["fit"].mean(axis=0)
    r2 = deep.r_squared(run.queries["dev"] - mean, run.gallery["dev"] - mean)
    return {
        "fit_loss": last(trained.history["fit_loss"]),
        "r2": r2,
        "score": score,
        "by_chance": score / chance,
        "distinct": retrieval.distinct_top1(scores),
        "skew": skew_of_occurrences(scores),
        "mean_rank": float(ranks.mean()),
    }


def last(history: np.ndarray) -> float:
    """Mean over seeds of each seed's last value; history: [n_seed, n_epoch], NaN after the end."""
    return float(np.mean([seed[np.isfinite(seed)][-1] for seed in history]))


def skew_of_occurrences(scores: np.ndarray, k: int = metrics.CUTOFF) -> float:
    """Skewness over images of how often each is among the k best: large where hubs rule.

    scores: [n_query, n_gallery]. Radovanović et al. (2010) measure hubness so.
    """
    k = min(k, scores.shape[1])
    counts = np.bincount(retrieval.top_k(scores, k).ravel(), minlength=scores.shape[1])
    return float(stats.skew(counts)) if counts.std() else 0.0


def everywhere(pairs: Pairs, rebuilt: list[deep.Rebuilt], name: str, most: int) -> pd.DataFrame:
    """A fault in all set-ups and several networks, one seed, on at most `most` pairs.

    The paper saw the same failure whatever it changed. Returns a row for each combination:
    setup, network, fit_loss, by_chance, and whether both look as the paper says.
    """
    pairs, rows = replace(pairs, truth=pairs.truth | {"test": None}), []
    for part in rebuilt:
        for label in TRIED_EVERYWHERE:
            network = replace(deep.NETWORKS[label], stop_on="", epochs=HEALTHY.epochs)
            case = case_of(pairs, part.texts, part.targets, part.setup, network, most)
            found = inject(pairs, case, name, seeds=(0,))
            seen = {key: found.fingerprint[key] for key in ("fit_loss", "by_chance")}
            alike = found.loss_near_zero and found.score_near_zero
            rows.append({"setup": part.setup, "network": label, **seen, "alike": alike})
    return pd.DataFrame(rows)


def fingerprint_table(injected: list[Injected]) -> pd.DataFrame:
    """One row a fault: what a person would see, and which of the paper's symptoms it shows."""
    table = []
    for one in injected:
        seen = one.fingerprint
        table.append(
            {
                "fault": one.name.replace("_", " "),
                "training loss": f"{seen['fit_loss']:.3g}",
                "R² on dev": f"{seen['r2']:.2f}" if seen["r2"] > -10 else "below −10",
                "map_at_20": f"{seen['score']:.4f}",
                "times chance": f"{seen['by_chance']:.1f}",
                "different first images": f"{seen['distinct']:.0f}",
                "skew": f"{seen['skew']:.1f}",
                "mean rank": f"{seen['mean_rank']:.0f}",
                "loss near 0": "yes" if one.loss_near_zero else "no",
                "score near 0": "yes" if one.score_near_zero else "no",
            }
        )
    return pd.DataFrame(table)


def meaning_table(injected: Iterable[Injected]) -> pd.DataFrame:
    """What each fault is, in words."""
    return pd.DataFrame(
        [{"fault": one.name.replace("_", " "), "what is wrong": one.says} for one in injected]
    )


def everywhere_table(wide: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Each fault over all combinations that `everywhere` tried."""
    return pd.DataFrame(
        [
            {
                "fault": fault.replace("_", " "),
                "as the paper says": f"{cells['alike'].sum()} of {len(cells)} combinations",
                "training loss": f"{cells['fit_loss'].min():.2g} to {cells['fit_loss'].max():.2g}",
                "times chance": f"{cells['by_chance'].min():.1f} to {cells['by_chance'].max():.1f}",
            }
            for fault, cells in wide.items()
        ],
        columns=["fault", "as the paper says", "training loss", "times chance"],
    )


def listed(names: Iterable[str]) -> str:
    """Names of faults for a sentence."""
    return ", ".join(names).replace("_", " ") or "none"
