"""Query encoders: a text → a vector in a system's stored gallery space.

Each is plain arrays and can be written beside the gallery it belongs to, so that later
chapters and the live search type new text into a system without fitting it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lib import cache
from lib.text import WordVectors


class QueryEncoder(Protocol):
    """What a system that ranks from text leaves behind."""

    kind: str

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, d] in the gallery's space; a text is a whole description."""

    def arrays(self) -> dict[str, np.ndarray]:
        """All that `from_arrays` needs to build the same encoder."""


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
        names = cache.unpack_words(arrays["words"])
        words = WordVectors(names, arrays["vectors"], "stored with the system", 0.0)
        return cls(words, arrays["weights"], arrays["bias"])


KINDS = {encoder.kind: encoder for encoder in (MeanWordsLinear,)}
