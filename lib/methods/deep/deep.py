"""Deep regression as the paper tried it: three set-ups, rebuilt with care.

A network reads the mean word vector of a description and predicts all image features, a
hundred of their principal components, or the code of an autoencoder. It is fitted on fit,
chosen and stopped on dev, and not refitted.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

import numpy as np
import pandas as pd
import torch

from lib.base import cache
from lib.methods.deep import nets
from lib.methods.deep.nets import Network, Trained
from lib.methods.deep.pairs import Arrays, Pairs, Texts, as_float32, centred, components, mean_words
from lib.search import encoders, metrics, retrieval
from lib.search.runs import SystemRun

SEEDS = (0, 1, 2)
N_CODE = 100  # dimensions that the features are reduced to
SETUPS = {"direct": "all features", "pca100": "principal components", "autoencoder100": "code"}
REGRESSION = Network(learning_rate=3e-3, anneal=True, epochs=12, stop_on="loss")
NETWORKS = {  # what the paper varied: size, dropout, weight decay
    "small": replace(REGRESSION, hidden=(64,)),
    "medium": replace(REGRESSION, hidden=(192,)),
    "large": replace(REGRESSION, hidden=(512,)),
    "deeper": replace(REGRESSION, hidden=(192, 192)),
    "medium, dropout": replace(REGRESSION, hidden=(192,), dropout=0.5),
    "medium, weight decay": replace(REGRESSION, hidden=(192,), weight_decay=1.0),
}
CODER = Network(hidden=(256, N_CODE, 256), bottleneck=1, epochs=12, anneal=True, stop_on="loss")
FEWEST_UPDATES, SMALLEST_BATCH = 240, 32


@dataclass(frozen=True)
class Targets:
    """What a set-up predicts: arrays of mean square 1 over fit, and `raw` before scaling.

    r2: share of the variance of all features that can be read back from them on dev.
    device: where the networks that predict them are trained.
    """

    arrays: Arrays = field(repr=False)
    raw: Arrays = field(repr=False)
    r2: float
    seconds: float
    device: str = "cpu"


@dataclass(frozen=True)
class Rebuilt:
    """A set-up with the network that dev chose.

    tried: dev score of each network, one seed. trained: the chosen one, three seeds.
    """

    setup: str
    texts: Texts = field(repr=False)
    targets: Targets = field(repr=False)
    tried: dict[str, float]
    chosen: str
    trained: Trained
    systems: list[SystemRun] = field(repr=False)


def rebuild(pairs: Pairs, setup: str, device: str = "cpu") -> Rebuilt:
    """One of the three SETUPS: try all NETWORKS on dev, then train the best with three seeds.

    Its first system ranks by Euclidean distance, as chapters 01 to 03 do, the second by
    cosine from the mean of fit.
    """
    texts, targets = mean_words(pairs), targets_of(pairs, setup, device)
    tried, seconds = {}, targets.seconds + pairs.words.seconds
    for name, network in NETWORKS.items():
        trained = train(texts.arrays, targets.arrays, network, SEEDS[:1], device)
        queries = trained.predict_one(texts.arrays["dev"])
        tried[name] = score(queries, targets.arrays["dev"], pairs.truth["dev"])
        seconds += trained.seconds
    chosen = max(tried, key=tried.get)
    network = replace(NETWORKS[chosen], curves=True)
    trained = train(texts.arrays, targets.arrays, network, SEEDS, device)
    seconds += trained.seconds
    params = {"chosen": chosen, **described(network, trained), "words": pairs.words.source}
    encoder = texts.encoder([trained.layers_of(0)])
    systems = [
        system(pairs, f"deep.mlp_{setup}{ending}", metric, outputs_of(texts, trained),
               targets.arrays, seconds, params, encoder)
        for ending, metric in (("", "euclidean"), (".cosine", "cosine"))
    ]  # fmt: skip
    return Rebuilt(setup, texts, targets, tried, chosen, trained, systems)


def targets_of(pairs: Pairs, setup: str, device: str = "cpu") -> Targets:
    """The targets of one of the three set-ups."""
    features = pairs.features["fc1000"]
    if setup == "direct":
        return Targets(centred(features), features, 1.0, 0.0, device)
    if setup == "pca100":
        raw = components(features, N_CODE, seed=pairs.seed)
        return Targets(centred(raw), raw, read_back(features, raw), 0.0, device)
    raw, r2, seconds = coded(features, device)
    return Targets(centred(raw), raw, r2, seconds, device)


def read_back(features: Arrays, reduced: Arrays) -> float:
    """R² on dev of the features predicted from principal components of them.

    Components are orthogonal, so what they hold of the variance is their own variance.
    """
    centre = features["fit"].mean(axis=0, dtype=np.float64)
    left = ((features["dev"] - centre) ** 2).sum() - (reduced["dev"].astype(np.float64) ** 2).sum()
    return float(1 - left / ((features["dev"] - centre) ** 2).sum())


def coded(features: Arrays, device: str, seed: int = 0) -> tuple[Arrays, float, float]:
    """The code of an autoencoder trained on fit, its R² on dev, and the seconds it took."""
    scaled = centred(features)
    trained = train(scaled, scaled, CODER, [seed], device)
    layers = trained.layers_of(0)
    encode, decode = layers[: CODER.bottleneck + 1], layers[CODER.bottleneck + 1 :]
    code = {
        split: encoders.feed_forward(encode, x).astype(np.float32) for split, x in scaled.items()
    }
    back = encoders.feed_forward(decode, code["dev"])
    return code, r_squared(back, scaled["dev"]), trained.seconds


def r_squared(predicted: np.ndarray, true: np.ndarray) -> float:
    """1 for a perfect prediction, 0 for predicting the mean of fit, which is 0 here."""
    return float(1 - ((predicted - true) ** 2).sum() / (true.astype(np.float64) ** 2).sum())


def train(
    texts: Arrays, targets: Arrays, network: Network, seeds: Sequence[int], device: str = "cpu"
) -> Trained:
    """`nets.train` on fit with dev watched, computed once for each content."""
    network = sized(network, len(texts["fit"]))
    arrays = [as_float32(split[part]) for part in ("fit", "dev") for split in (texts, targets)]
    key = {
        "arrays": [[a.shape, hashlib.sha256(a).hexdigest()] for a in arrays],
        "network": asdict(network),
        "seeds": list(seeds),
        "device": device,
        "torch": torch.__version__,
        "version": nets.VERSION,
    }

    def compute() -> dict[str, np.ndarray]:
        done = nets.train(tuple(arrays[:2]), tuple(arrays[2:]), network, seeds, device)
        layers = {f"{k}{i}": a for i, pair in enumerate(done.layers)
                  for k, a in zip("wb", pair, strict=True)}  # fmt: skip
        return {**layers, **done.history, "best": done.best}

    entry = cache.cached("nets", key, compute)
    found = dict(entry.arrays)
    n_layers = len(network.hidden) + 1
    layers = [(found.pop(f"w{i}"), found.pop(f"b{i}")) for i in range(n_layers)]
    return Trained(layers, found, found.pop("best"), entry.seconds)


def sized(network: Network, n_fit: int) -> Network:
    """The same network with batches and epochs that suit fewer pairs.

    Few pairs want small batches, and up to twice the epochs for FEWEST_UPDATES of the weights.
    """
    batch = min(network.batch, max(SMALLEST_BATCH, n_fit // 16))
    steps = max(1, n_fit // batch)
    wanted = min(2 * network.epochs, -(-FEWEST_UPDATES // steps))
    return replace(network, batch=batch, epochs=max(network.epochs, wanted))


def score(
    queries: np.ndarray, gallery: np.ndarray, truth: np.ndarray, metric: str = "euclidean"
) -> float:
    """`map_at_20` of one seed; arrays [n_query, d], [n_image, d], truth [n_query]."""
    return metrics.map_at_k(retrieval.ranks(retrieval.scores(queries, gallery, metric), truth))


def outputs_of(texts: Texts, trained: Trained) -> Arrays:
    """Predictions of every seed, split → [n_seed, n_query, d]."""
    return {split: trained.predict(texts.arrays[split]) for split in ("dev", "test")}


def described(network: Network, trained: Trained) -> dict:
    """What a reader must know to repeat a training, and how long each seed trained."""
    plain = {name: value for name, value in asdict(network).items() if name != "curves"}
    return {"network": plain, "epochs_kept": [int(epoch) + 1 for epoch in trained.best]}


def system(
    pairs: Pairs,
    name: str,
    metric: str,
    outputs: Arrays,
    gallery: Arrays,
    seconds: float,
    params: dict,
    encoder: encoders.QueryEncoder | None = None,
    n_train: int | None = None,
) -> SystemRun:
    """Predictions as a system: ranks of all seeds, vectors of the first.

    outputs: split → [n_seed, n_query, d]. gallery: split → what is searched, [n_image, d].
    n_train: images fitted, where they are not all of fit.
    """
    ranks = {
        split: np.array([
            retrieval.ranks(retrieval.scores(seed, gallery[split], metric), pairs.truth[split])
            for seed in outputs[split]
        ])
        for split in ("dev", "test")
        if pairs.truth[split] is not None
    }  # fmt: skip
    n_train = len(pairs.texts["fit"]) if n_train is None else n_train
    return SystemRun(
        id=name,
        metric=metric,
        queries={split: outputs[split][0] for split in ("dev", "test")},
        gallery={split: gallery[split] for split in ("dev", "test")},
        ranks=ranks,
        n_train={"dev": n_train, "test": n_train},
        seconds={"dev": seconds, "test": seconds},
        params=params,
        model_bytes=sum(a.nbytes for a in encoder.arrays().values()) if encoder else 0,
        encoder=encoder,
    )


def tried_table(rebuilt: Sequence[Rebuilt]) -> pd.DataFrame:
    """Dev score of every network in every set-up; the chosen one of each is marked."""
    table = []
    for name, network in NETWORKS.items():
        scores = {
            SETUPS[r.setup]: f"{r.tried[name]:.4f}{' ←' if name == r.chosen else ''}"
            for r in rebuilt
        }
        table.append({"network": name, "hidden": " + ".join(map(str, network.hidden)), **scores})
    return pd.DataFrame(table)


def lowest_text(rows: Sequence[dict], chance: float) -> str:
    """How far the weakest of these rows stands from chance, as a sentence."""
    lowest = min(rows, key=lambda row: row["map_at_20"])
    times = lowest["map_at_20"] / chance
    verdict = "Nothing here is nearly 0." if times > 3 else "That is nearly 0, as in the paper."
    return (
        f"The weakest of them, `{lowest['system']}`, scores {lowest['map_at_20']:.4f}, which is "
        f"{times:.1f} times chance. {verdict}"
    )


def reduction_table(rebuilt: Sequence[Rebuilt], split: str) -> pd.DataFrame:
    """Components and code beside each other: what can be read back, and the network's score."""
    rows = []
    for part in rebuilt:
        scores = [metrics.map_at_k(run.ranks[split]) for run in part.systems]
        rows.append(
            {
                "reduced to": f"{part.targets.arrays['fit'].shape[1]} numbers, "
                + SETUPS[part.setup],
                "read back, R² on dev": f"{part.targets.r2:.3f}",
                f"map_at_20 on {split}, Euclid": f"{scores[0]:.4f}",
                "cosine": f"{scores[1]:.4f}",
            }
        )
    return pd.DataFrame(rows)


def seconds_table(systems: Sequence[SystemRun]) -> pd.DataFrame:
    """What fitting each system cost, with all networks that were tried for it."""
    shown = [run for run in systems if run.id.startswith("deep.") and "cosine" not in run.id]
    return pd.DataFrame(
        {
            "system": [run.id for run in shown],
            "seconds": [f"{run.seconds[min(run.seconds)]:.1f}" for run in shown],
            "size": [f"{run.model_bytes / 1e6:.1f} MB" for run in shown],
        }
    )
