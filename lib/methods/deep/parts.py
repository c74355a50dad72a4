"""A network's size, and what it reads of a text and predicts of an image, all learned from fit.

`Network` and `Outcome` are a network in words and as arithmetic; `nets` trains it. A part is a
plain description of what is to be learned. `learned` learns it from a split, once for all networks
that share it; development's images are only watched, by the autoencoder.
"""

import copy
from dataclasses import dataclass, field, replace

import numpy as np
from sklearn.decomposition import PCA, TruncatedSVD

from lib.base import cache
from lib.data.dataset import Split
from lib.features.text import MeanWords, word_bag

Pairs = tuple[np.ndarray, np.ndarray]  # inputs [n, n_in] and targets [n, n_out], row by row
Layers = list[tuple[np.ndarray, np.ndarray]]  # weights [n_in, n_out] and bias [n_out] of each


@dataclass(frozen=True)
class Network:
    """Size and training of a network; the defaults are a plain regression."""

    hidden: tuple[int, ...] = (512,)  # width of each hidden layer
    dropout: float = 0.0  # share of the hidden units dropped
    input_dropout: float = 0.0  # share of the inputs dropped
    weight_decay: float = 0.0  # of AdamW
    learning_rate: float = 1e-3  # where it starts
    anneal: bool = False  # let it fall to zero over the epochs
    first_hidden: float = 1.0  # size of the hidden layers' start, as a multiple of He's
    first_output: float = 1.0  # the same of the output layer
    batch: int = 256
    epochs: int = 30
    stop_on: str = "score"  # keep each seed's best epoch by dev "score" or "loss"; "": the last
    patience: int = 4  # epochs without a better one before a seed stops
    loss: str = "mse"  # "contrastive": softmax over the batch's images; "all pairs": a fault
    temperature: float = 0.1  # of the contrastive loss
    metric: str = "euclidean"  # of the score that is watched, or "cosine"
    curves: bool = False  # score the first seed after each epoch even if the loss decides
    bottleneck: int = -1  # this hidden layer is linear: the code of an autoencoder


@dataclass(frozen=True)
class Outcome:
    """Weights and biases of each layer, [n_seed, n_in, n_out] and [n_seed, 1, n_out].

    history: "fit_loss", "dev_loss", "fit_score", "dev_score" → float [n_seed, n_epoch], NaN
    after a seed stopped and where nobody asked. best: the epoch kept, int [n_seed].
    """

    layers: Layers = field(repr=False)
    history: dict[str, np.ndarray] = field(repr=False)
    best: np.ndarray

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Outputs of every seed, float32 [n_seed, n, n_out]; inputs: [n, n_in]."""
        return np.stack([self.predict_one(inputs, seed) for seed in range(len(self.layers[0][0]))])

    def predict_one(self, inputs: np.ndarray, seed: int = 0) -> np.ndarray:
        return feed_forward(self.layers_of(seed), inputs).astype(np.float32)

    def layers_of(self, seed: int) -> Layers:
        return [(weights[seed], bias[seed, 0]) for weights, bias in self.layers]

    def alone(self, seed: int) -> "Outcome":
        """The network of one seed, beside the history of all."""
        one = slice(seed, seed + 1)
        return replace(self, layers=[(weights[one], bias[one]) for weights, bias in self.layers])


def feed_forward(layers: Layers, x: np.ndarray) -> np.ndarray:
    """Linear maps with max(0, ·) between them, [n, n_in] → [n, n_out]."""
    for number, (weights, bias) in enumerate(layers):
        x = (np.maximum(x, 0) if number else x) @ weights + bias
    return x


def learned(part: "WordInputs | BagInputs | Targets", split: Split, dev: Split) -> tuple:
    """A part as learned from a split, with `rows` of any other, and the split's own rows."""
    return cache.remembered(split.memory, ("learned", part), lambda: part.learn(split, dev))


@dataclass(frozen=True, eq=False)
class Inputs:
    """Vectors [n_text, n_raw] of texts, turned by `axes` [n_raw, n_in], times scale plus shift."""

    vectoriser: object
    axes: np.ndarray | None
    scale: np.ndarray | float
    shift: np.ndarray

    def transform(self, texts: list[str]) -> np.ndarray:
        """What a network reads of these texts, float32 [n_text, n_in]."""
        return self.scaled(self.vectoriser.transform(texts))

    def scaled(self, vectors: np.ndarray) -> np.ndarray:
        """The same of their vectors, which may be sparse."""
        turned = vectors if self.axes is None else vectors @ self.axes
        return (turned * self.scale + self.shift).astype(np.float32)

    def rows(self, split: Split) -> np.ndarray:
        return cache.remembered(split.memory, self, lambda: self.transform(split.texts))


@dataclass(frozen=True)
class WordInputs:
    """Mean word vectors, each number at mean 0 and deviation 1 over fit unless told otherwise."""

    words: MeanWords = field(repr=False)
    scaled: bool = True

    def learn(self, split: Split, _: Split) -> tuple[Inputs, np.ndarray]:
        words = copy.copy(self.words).fit(split)
        vectors = words.transform(split.texts)
        centre, spread = moments(vectors) if self.scaled else (np.zeros(vectors.shape[1]), 1.0)
        inputs = Inputs(words, None, 1 / spread, -centre / spread)
        return inputs, inputs.scaled(vectors)


@dataclass(frozen=True)
class BagInputs:
    """tf-idf on the words of fit, reduced to its strongest components (LSA), at unit size."""

    n: int
    seed: int = 0

    def learn(self, split: Split, _: Split) -> tuple[Inputs, np.ndarray]:
        vectoriser = word_bag()
        bags = vectoriser.fit_transform(split.texts)
        n = max(1, min(self.n, min(bags.shape) - 1))
        axes = TruncatedSVD(n, random_state=self.seed).fit(bags).components_.T
        turned = bags @ axes
        centre = turned.mean(axis=0)
        size = (turned - centre).std() or 1.0
        inputs = Inputs(vectoriser, axes / size, 1.0, -centre / size)
        return inputs, inputs.scaled(bags)


@dataclass(frozen=True)
class Targets:
    """Layers of CNN features side by side, and the steps through which they go.

    A step has `fit(x, watched)`, on what the step before it gives of fit and of development, and
    returns what has `transform(x)`, as scikit-learn's do. Learned targets hold such steps.
    """

    layers: tuple[str, ...] = ("fc1000",)
    steps: tuple = ()

    @property
    def before(self) -> "Targets":
        return replace(self, steps=self.steps[:-1])

    def learn(self, split: Split, dev: Split) -> tuple["Targets", np.ndarray]:
        if not self.steps:
            return self, self.rows(split)
        before, x = learned(self.before, split, dev)
        step = self.steps[-1].fit(x, before.rows(dev))
        targets = replace(before, steps=(*before.steps, step))
        return targets, targets.rows(split)

    def rows(self, split: Split) -> np.ndarray:
        """The targets of a gallery, float32 [n_image, d]; of learned ones."""

        def compute() -> np.ndarray:
            if not self.steps:
                return np.hstack([split.features(layer) for layer in self.layers])
            return self.steps[-1].transform(self.before.rows(split))

        return cache.remembered(split.memory, self, compute)


@dataclass(frozen=True)
class Scaling:
    """Less the mean of fit, then divided by one number that makes the mean square 1 over fit.

    by_column: each is divided by its own deviation instead, which changes distances.
    """

    by_column: bool = False

    def fit(self, x: np.ndarray, _: np.ndarray) -> "Scaled":
        if self.by_column:
            return Scaled(*moments(x.astype(np.float64)))
        centre = x.mean(axis=0, dtype=np.float64)
        return Scaled(centre, float(np.sqrt(np.mean((x - centre) ** 2))) or 1.0)


@dataclass(frozen=True, eq=False)
class Scaled:
    """Less a centre, divided by a size."""

    centre: np.ndarray
    size: np.ndarray | float

    def transform(self, x: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray((x - self.centre) / self.size, dtype=np.float32)


@dataclass(frozen=True)
class Components:
    """The first n principal components of fit, in the features' own unit."""

    n: int
    seed: int = 0

    def fit(self, x: np.ndarray, _: np.ndarray) -> PCA:
        n = min(self.n, *x.shape)
        return PCA(n, svd_solver="randomized", iterated_power=4, random_state=self.seed).fit(x)


@dataclass(frozen=True)
class Whitening:
    """The first n columns; strength: 0 leaves the strong components strong, 1 makes all equal."""

    n: int
    strength: float

    def fit(self, x: np.ndarray, _: np.ndarray) -> "Whitened":
        return Whitened(moments(x[:, : self.n])[1] ** -self.strength)


@dataclass(frozen=True, eq=False)
class Whitened:
    """The first columns, each times its own `scale` [n]."""

    scale: np.ndarray

    def transform(self, x: np.ndarray) -> np.ndarray:
        return x[:, : len(self.scale)] * self.scale


@dataclass(frozen=True)
class Autoencoder:
    """The code of a network that gives back what it is given; stopped where development is best."""

    network: Network
    device: str = "cpu"

    def fit(self, x: np.ndarray, watched: np.ndarray) -> "Code":
        from lib.methods.deep import nets  # torch: two seconds

        outcome = nets.train_once((x, x), (watched, watched), self.network, (0,), self.device)
        layers, half = outcome.layers_of(0), self.network.bottleneck + 1
        return Code(layers[:half], layers[half:])


@dataclass(frozen=True, eq=False)
class Code:
    encode: Layers
    decode: Layers

    def transform(self, x: np.ndarray) -> np.ndarray:
        return feed_forward(self.encode, x).astype(np.float32)

    def inverse_transform(self, code: np.ndarray) -> np.ndarray:
        return feed_forward(self.decode, code)


def moments(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each column; a constant column has deviation 1."""
    spread = x.std(axis=0)
    return x.mean(axis=0), np.where(spread > 1e-9, spread, 1.0)


def r_squared(predicted: np.ndarray, true: np.ndarray) -> float:
    """1 for a perfect prediction, 0 for predicting the mean of fit, which is 0 here."""
    return float(1 - ((predicted - true) ** 2).sum() / (true.astype(np.float64) ** 2).sum())
