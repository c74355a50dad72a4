"""Text vectors as the caption family still takes them; goes when it reads `features.text`."""

from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from lib.data.dataset import Split
from lib.features.text import VOCABULARY, WordVectors, tokenize
from lib.search import encoders


@dataclass(frozen=True)
class Texts:
    """Text vectors fitted on some descriptions: mean word2vec, or tf-idf."""

    words: WordVectors | None
    bag: TfidfVectorizer | None

    @classmethod
    def of(cls, kind: str, words: WordVectors, fitted: Split) -> "Texts":
        """kind: "word2vec" or "tfidf"; words: vectors made without the split to score."""
        if kind == "word2vec":
            return cls(words, None)
        bag = TfidfVectorizer(tokenizer=tokenize, token_pattern=None, lowercase=False,
                              min_df=2, max_features=VOCABULARY, sublinear_tf=True)  # fmt: skip
        return cls(None, bag.fit(fitted.texts))

    def vectors(self, texts: list[str]) -> np.ndarray:
        """float64 [n_text, d], dense."""
        if self.words:
            return self.words.mean(texts).astype(np.float64)
        return self.bag.transform(texts).toarray()

    def encoder(self, weights: np.ndarray | None, bias: np.ndarray) -> encoders.QueryEncoder:
        """A query encoder that maps the vectors linearly; weights None keeps them."""
        if self.words:
            weights = np.eye(len(bias)) if weights is None else weights
            return encoders.MeanWordsLinear(self.words, weights, bias)
        names = self.bag.get_feature_names_out().tolist()
        return encoders.TfidfLinear(names, self.bag.idf_, weights, bias)
