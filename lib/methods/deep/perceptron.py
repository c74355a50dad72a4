"""A small network as arithmetic: its size and training in words, its weights, what it predicts."""

from dataclasses import dataclass, field, replace

import numpy as np

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
    loss: str = "mse"  # or "contrastive": softmax over the images of the batch
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
