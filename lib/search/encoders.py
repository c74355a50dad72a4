"""Query encoders: a text → a vector in a system's stored gallery space.

Each is plain arrays and can be written beside the gallery it belongs to, so that later
chapters and the live search type new text into a system without fitting it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lib.base import cache
from lib.features.text import WordVectors, tokenize
from lib.search.retrieval import unit


class QueryEncoder(Protocol):
    """What a system that ranks from text leaves behind."""

    kind: str

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, d] in the gallery's space; a text is a whole description."""

    def arrays(self) -> dict[str, np.ndarray]:
        """All that `from_arrays` needs to build the same encoder."""


def stored_words(arrays: dict[str, np.ndarray]) -> WordVectors:
    """The word vectors among an encoder's arrays."""
    names = cache.unpack_words(arrays["words"])
    return WordVectors(names, arrays["vectors"], "stored with the system", 0.0)


@dataclass(frozen=True)
class MeanWordsLinear:
    """Mean word vector, then a linear map: every regression on word vectors ends as this.

    words [n_word, p]; weights float64 [p, d]; bias float64 [d]. Word vectors of a small
    vocabulary are nearly collinear, so weights are large and cancel: float32 would not do.
    """

    words: WordVectors
    weights: np.ndarray
    bias: np.ndarray
    kind = "mean_words_linear"

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, d]; a text without a known word lands on the bias."""
        inputs = self.words.mean(texts).astype(np.float64)
        return (inputs @ self.weights + self.bias).astype(np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """The words, their vectors, the weights and the bias."""
        return {
            "words": cache.pack_words(self.words.words),
            "vectors": self.words.vectors,
            "weights": self.weights,
            "bias": self.bias,
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> "MeanWordsLinear":
        """The encoder whose `arrays` these are."""
        words = stored_words(arrays)
        return cls(words, arrays["weights"], arrays["bias"])


Layers = Sequence[tuple[np.ndarray, np.ndarray]]  # weights [n_in, n_out] and bias [n_out] of each


def feed_forward(layers: Layers, x: np.ndarray) -> np.ndarray:
    """A network as arithmetic: linear maps with max(0, ·) between them, [n, n_in] → [n, n_out]."""
    for number, (weights, bias) in enumerate(layers):
        x = (np.maximum(x, 0) if number else x) @ weights + bias
    return x


def layer_arrays(layers: Layers) -> dict[str, np.ndarray]:
    """The layers under names; `layers_of` reads them back."""
    return {
        f"{kind}{number}": array
        for number, layer in enumerate(layers)
        for kind, array in zip(("weights", "bias"), layer, strict=True)
    }


def layers_of(arrays: dict[str, np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    """The layers that `layer_arrays` named."""
    count = sum(name.startswith("weights") for name in arrays)
    return [(arrays[f"weights{number}"], arrays[f"bias{number}"]) for number in range(count)]


@dataclass(frozen=True)
class MeanWordsLayers:
    """Mean word vector, then a network; scaling of the inputs is part of its first layer."""

    words: WordVectors
    layers: Layers
    kind = "mean_words_layers"

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, d]; a text without a known word is a zero vector to the network."""
        inputs = self.words.mean(texts).astype(np.float64)
        return feed_forward(self.layers, inputs).astype(np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """The words, their vectors and the layers."""
        words = {"words": cache.pack_words(self.words.words), "vectors": self.words.vectors}
        return words | layer_arrays(self.layers)

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> "MeanWordsLayers":
        """The encoder whose `arrays` these are."""
        words = stored_words(arrays)
        return cls(words, layers_of(arrays))


def tfidf(texts: Sequence[str], words: Sequence[str], idf: np.ndarray) -> np.ndarray:
    """Weighted bags of words at length one, float64 [n_text, n_word]; without a known word 0.

    A word that occurs n times counts 1 + log n, as scikit-learn's
    TfidfVectorizer(sublinear_tf=True) does.
    """
    from sklearn.feature_extraction.text import CountVectorizer  # half a second

    bag = CountVectorizer(tokenizer=tokenize, token_pattern=None, lowercase=False,
                          vocabulary=list(words), dtype=np.float64)  # fmt: skip
    counts = bag.transform(texts).toarray()
    weights = np.log(counts, out=np.full_like(counts, -1.0), where=counts > 0) + 1
    return unit(weights * idf)


@dataclass(frozen=True)
class TfidfLinear:
    """Weighted bag of words, then a linear map; without weights only the bias is added.

    words [n_word] with their idf [n_word]; weights [n_word, d] or None; bias [d].
    """

    words: Sequence[str]
    idf: np.ndarray
    weights: np.ndarray | None
    bias: np.ndarray
    kind = "tfidf_linear"

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, d]; a text without a known word lands on the bias."""
        inputs = tfidf(texts, self.words, self.idf)
        mapped = inputs if self.weights is None else inputs @ self.weights
        return (mapped + self.bias).astype(np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """The words, their idf, the weights if there are any, and the bias."""
        weights = {} if self.weights is None else {"weights": self.weights}
        return {"words": cache.pack_words(self.words), "idf": self.idf, "bias": self.bias} | weights

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> "TfidfLinear":
        """The encoder whose `arrays` these are."""
        words = cache.unpack_words(arrays["words"])
        return cls(words, arrays["idf"], arrays.get("weights"), arrays["bias"])


@dataclass(frozen=True)
class TfidfLayers:
    """Weighted bag of words, then networks whose unit outputs are averaged.

    words [n_word] with their idf [n_word]; networks: one for each seed.
    """

    words: Sequence[str]
    idf: np.ndarray
    networks: Sequence[Layers]
    kind = "tfidf_layers"

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, d]; a text without a known word is a zero vector to the networks."""
        inputs = tfidf(texts, self.words, self.idf)
        outputs = [feed_forward(layers, inputs) for layers in self.networks]
        mean = outputs[0] if len(outputs) == 1 else np.mean([unit(o) for o in outputs], axis=0)
        return mean.astype(np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """The words, their idf, and the layers of all networks in a row."""
        every = [layer for layers in self.networks for layer in layers]
        about = {"idf": self.idf, "n_networks": np.array(len(self.networks))}
        return {"words": cache.pack_words(self.words), **about, **layer_arrays(every)}

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> "TfidfLayers":
        """The encoder whose `arrays` these are."""
        every = layers_of(arrays)
        each = len(every) // int(arrays["n_networks"])
        networks = [every[start : start + each] for start in range(0, len(every), each)]
        return cls(cache.unpack_words(arrays["words"]), arrays["idf"], networks)


def of_kind(kind: str) -> type[QueryEncoder]:
    """The class of an encoder."""
    from lib.methods.baby.encoder import BabyTexts  # these three build on this module
    from lib.methods.clip.encoder import ClipTexts
    from lib.search.fusion import FusedTexts

    return (KINDS | {one.kind: one for one in (BabyTexts, ClipTexts, FusedTexts)})[kind]


ALL = (MeanWordsLinear, MeanWordsLayers, TfidfLinear, TfidfLayers)
KINDS = {encoder.kind: encoder for encoder in ALL}
