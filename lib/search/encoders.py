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


@dataclass(frozen=True)
class MeanWordsTrees:
    """Mean word vector, turned by `turn` [p, q] around `centre` [p], then XGBoost's trees.

    trees: the booster in XGBoost's binary JSON, uint8; bias [d].
    """

    words: WordVectors
    turn: np.ndarray
    centre: np.ndarray
    trees: np.ndarray
    bias: np.ndarray
    kind = "mean_words_trees"

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, d]; a text without a known word is a zero vector to the trees."""
        import xgboost

        inputs = (self.words.mean(texts).astype(np.float64) - self.centre) @ self.turn
        model = xgboost.Booster()
        model.load_model(bytearray(self.trees.tobytes()))
        predicted = model.predict(xgboost.DMatrix(inputs.astype(np.float32)))
        return (predicted + self.bias).astype(np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """The words, their vectors, the turn and the trees."""
        words = {"words": cache.pack_words(self.words.words), "vectors": self.words.vectors}
        about = {"turn": self.turn, "centre": self.centre, "bias": self.bias}
        return words | about | {"trees": self.trees}

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> "MeanWordsTrees":
        """The encoder whose `arrays` these are."""
        words = stored_words(arrays)
        parts = (arrays[name] for name in ("turn", "centre", "trees", "bias"))
        return cls(words, *parts)


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
class Kernel:
    """A linear text encoder, then kernel ridge: a Gaussian around each fitted description.

    rows [n, p] in the text encoder's space; weights [n, d]; bias [d].
    """

    plain: MeanWordsLinear | TfidfLinear
    rows: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    gamma: float
    kind = "kernel"

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, d]; a text like no fitted one lands on the bias."""
        from sklearn.metrics.pairwise import rbf_kernel

        near = rbf_kernel(self.plain.embed_queries(texts), self.rows, self.gamma)
        return (near @ self.weights + self.bias).astype(np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """Those of the text encoder, and the kernel's."""
        plain = {f"plain_{name}": array for name, array in self.plain.arrays().items()}
        about = {"plain": cache.pack_words([self.plain.kind]), "gamma": np.array(self.gamma)}
        return {"rows": self.rows, "weights": self.weights, "bias": self.bias, **about, **plain}

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> "Kernel":
        """The encoder whose `arrays` these are."""
        inner = {k.removeprefix("plain_"): v for k, v in arrays.items() if k.startswith("plain_")}
        plain = KINDS[cache.unpack_words(arrays["plain"])[0]].from_arrays(inner)
        gamma = float(arrays["gamma"])
        return cls(plain, arrays["rows"], arrays["weights"], arrays["bias"], gamma)


def of_kind(kind: str) -> type[QueryEncoder]:
    """The class of an encoder."""
    return KINDS[kind]


ALL = (MeanWordsLinear, MeanWordsTrees, TfidfLinear, Kernel)
KINDS = {encoder.kind: encoder for encoder in ALL}
