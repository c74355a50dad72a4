"""Deep regression: networks that read a description and predict the features of its image.

A network is fitted on fit, chosen and stopped on dev, and not fitted again. The paper's three
set-ups predict all features, a hundred of their principal components, or an autoencoder's code.
"""

import copy
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from lib.data.dataset import Split
from lib.features.text import MeanWords
from lib.methods.deep import parts
from lib.methods.deep.parts import BagInputs, Network, Pairs, Scaling, Targets, WordInputs, learned
from lib.search import evaluation, metrics, retrieval
from lib.search.system import System

SEEDS = (0, 1, 2)
N_CODE = 100  # dimensions that the features are reduced to
SETUPS = {"direct": "all features", "pca100": "principal components", "autoencoder100": "code"}
REGRESSION = Network(
    hidden=(192,), learning_rate=1e-2, anneal=True, batch=128, epochs=12, stop_on="loss"
)
SHAPES = ((64,), (192,), (512,), (1024,), (192,) * 2, (384,) * 2, (512,) * 2, (384,) * 3)
NETWORKS = {" + ".join(map(str, shape)): replace(REGRESSION, hidden=shape) for shape in SHAPES}
NETWORKS |= {f"{name}, {epochs} epochs": replace(NETWORKS[name], epochs=epochs)
             for name in ("192", "384 + 384") for epochs in (6, 24)}  # fmt: skip
NETWORKS |= {  # what else the paper varied
    "192, dropout": replace(REGRESSION, dropout=0.5),
    "192, weight decay": replace(REGRESSION, weight_decay=0.3),
}
CODER = Network(hidden=(256, N_CODE, 256), bottleneck=1, epochs=12, anneal=True, stop_on="loss")


@dataclass(frozen=True)
class Design:
    texts: WordInputs | BagInputs
    targets: Targets
    network: Network


class DeepRegression(System):
    """The best on dev of one design or several, trained with all its seeds in one pass.

    designs: name → one that is tried, with the first seed alone where there are several; what a
    network is stopped by, dev's loss or score, decides. others: ending of the id → attributes in
    which a variant differs, such as its metric; one that is `averaged` answers by the mean of its
    seeds' predictions at length one.
    """

    refits = False
    is_random = True
    averaged = False
    watch: int | None = None  # so many pairs of dev are watched in training; None: all

    def __init__(self, name, designs, metric="euclidean", seeds=SEEDS, device="cpu", others=None):
        self.id, self.designs, self.metric = name, dict(designs), metric
        self.seeds, self.device, self.others = tuple(seeds), device, others or {}
        self.tried: dict[str, float] = {}  # name → dev score
        self.losses: dict[str, float] = {}  # the same of the lowest dev loss
        self.chosen = next(iter(designs))

    def fit(self, split: Split, dev: Split | None = None) -> None:
        each_once = {part: learned(part, split, dev) for design in self.designs.values()
                     for part in (design.texts, design.targets)}  # fmt: skip
        for name, each in self.designs.items() if len(self.designs) > 1 else ():
            self.train(each, each_once, split, dev, self.seeds[:1])
            self.tried[name] = metrics.map_at_k(evaluation.search([self], dev)["ranks"])
            self.losses[name] = float(np.nanmin(self.outcome.history["dev_loss"]))
        by_score = self.designs[self.chosen].network.stop_on == "score"
        goodness = self.tried if by_score else {name: -loss for name, loss in self.losses.items()}
        self.chosen = max(goodness, key=goodness.get, default=self.chosen)
        best = self if by_score or not self.tried else self.choosing(self.chosen)
        self.train(best.designs[self.chosen], each_once, split, dev, self.seeds)

    def choosing(self, name: str) -> "DeepRegression":
        """The same with this one of its designs, whose score is watched as well."""
        one = self.designs[name]
        one = replace(one, network=replace(one.network, curves=True))
        return self.like(designs={name: one}, chosen=name, tried={}, losses={})

    def train(self, design: Design, parts: dict, split: Split, dev: Split, seeds) -> None:
        """Train one design and set `outcome`; parts: those of the design → what `learned` gives."""
        from lib.methods.deep import nets  # torch: two seconds

        (self.texts, inputs), (self.targets, targets) = parts[design.texts], parts[design.targets]
        fit = self.pairs(inputs, self.wanted(targets)[split.truth])
        watched = self.texts.rows(dev), self.wanted(self.targets.rows(dev))[dev.truth]
        watched = tuple(side[: self.watch] for side in watched)
        network = self.settings(design.network, len(fit[0]))
        self.outcome = nets.train_once(fit, watched, network, seeds, self.device)
        self.n_train, self.centre = len(fit[0]), fit[1].mean(axis=0)
        self.design = replace(design, network=network)

    def pairs(self, inputs: np.ndarray, targets: np.ndarray) -> Pairs:
        """The pairs to fit, of all that there are; faults change this and the next two."""
        return inputs, targets

    def wanted(self, targets: np.ndarray) -> np.ndarray:
        return targets

    def settings(self, network: Network, n_fit: int) -> Network:
        return network

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        return self.predict(self.texts.transform(texts))

    def embed_queries(self, split: Split) -> np.ndarray:
        return self.predict(self.texts.rows(split))

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Outputs of the first seed, or the mean direction of all, float32 [n, d]."""
        if not self.averaged:
            return self.outcome.predict_one(inputs)
        units = [retrieval.unit(outputs) for outputs in self.outcome.predict(inputs)]
        return np.mean(units, axis=0).astype(np.float32)

    def embed_images(self, images: Split) -> np.ndarray:
        return self.wanted(self.targets.rows(images))

    @property
    def params(self) -> dict:
        network = {**asdict(self.design.network), "hidden": list(self.design.network.hidden)}
        network.pop("curves")
        about = {"texts": str(self.design.texts), "targets": str(self.design.targets),
                 "network": network, "epochs_kept": (self.outcome.best + 1).tolist()}  # fmt: skip
        return about | ({"chosen": self.chosen} if self.tried else {})

    def variants(self) -> list[System]:
        return [self, *(self.like(id=self.id + ending, **changes)
                        for ending, changes in self.others.items())]  # fmt: skip

    def replicas(self) -> list[System]:
        """A system for each seed, or one for all where they are averaged."""
        if self.averaged:
            return [self.like(designs={})]
        seeds = range(len(self.outcome.best))
        return [self.like(designs={}, outcome=self.outcome.alone(seed)) for seed in seeds]

    def like(self, **changes: object) -> "DeepRegression":
        other = copy.copy(self)
        vars(other).update(changes)
        return other


def set_ups(words: MeanWords, device: str = "cpu") -> dict[str, DeepRegression]:
    """The three SETUPS, each ranked by Euclidean distance and by cosine from the mean of fit."""
    steps = {
        "direct": (Scaling(),),
        "pca100": (parts.Components(N_CODE, words.seed), Scaling()),
        "autoencoder100": (Scaling(), parts.Autoencoder(CODER, device), Scaling()),
    }
    cosine, systems = {".cosine": {"metric": "cosine"}}, {}
    for name, each in steps.items():
        sides = WordInputs(words), Targets(steps=each)
        designs = {size: Design(*sides, network) for size, network in NETWORKS.items()}
        systems[name] = DeepRegression(f"deep.mlp_{name}", designs, device=device, others=cosine)
    return systems
