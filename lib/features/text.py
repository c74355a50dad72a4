"""Descriptions → vectors: words, their vectors, and the mean over a description."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lib.base import cache, files, paths
from lib.base.errors import InputError
from lib.data.dataset import Dataset, Split

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

# Raise it when tokens, vectors or means come out otherwise: vectors and records are made again.
VERSION = 1

# gensim's defaults for the rest. A few thousand descriptions are a small corpus: skip-gram,
# rarer words and more passes than usual make the most of it.
TRAINING = {"vector_size": 300, "window": 5, "min_count": 2, "sg": 1, "epochs": 20}
READ_AT_MOST = 1_000_000  # words of a given file; files are sorted by frequency
KEEP = 100_000  # of these, beyond the words of the data: for queries typed later
VOCABULARY = 3000  # words of a bag


def tokenize(text: str) -> list[str]:
    """Lower-case words of a text, punctuation left out.

    >>> tokenize("A man's dog, resting.")
    ['a', "man's", 'dog', 'resting']
    """
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.lower().replace("’", "'"))


@dataclass(frozen=True, eq=False)
class WordVectors:
    """A vector for each known word.

    words: [n_word]; vectors: float32 [n_word, d]. seconds: what making them cost.
    """

    words: Sequence[str] = field(repr=False)
    vectors: np.ndarray = field(repr=False)
    source: str
    seconds: float

    @cached_property
    def row(self) -> dict[str, int]:
        """Row of each word."""
        return {word: i for i, word in enumerate(self.words)}

    def mean(self, texts: Sequence[str]) -> np.ndarray:
        """Mean vector over the known words of each text, float32 [n_text, d].

        Every occurrence counts. A text without a known word gets a zero vector: count
        them with `coverage` and say so.
        """
        result = np.zeros((len(texts), self.vectors.shape[1]), dtype=np.float32)
        for i, text in enumerate(texts):
            rows = [self.row[word] for word in tokenize(text) if word in self.row]
            if rows:
                result[i] = self.vectors[rows].mean(axis=0)
        return result

    def nearest(self, word: str, k: int = 5) -> list[str]:
        """The k words whose vectors point most alike; empty for an unknown word."""
        if word not in self.row:
            return []
        unit = self.vectors / np.linalg.norm(self.vectors, axis=1, keepdims=True).clip(1e-12)
        best = np.argsort(-(unit @ unit[self.row[word]]), kind="stable")
        return [self.words[i] for i in best[: k + 1] if i != self.row[word]][:k]

    def coverage(self, texts: Sequence[str]) -> dict[str, float]:
        """How much of these texts the vectors know.

        words_covered: share of the running words; vocabulary_covered: share of the
        distinct words; zero_vectors: number of texts without a known word.
        """
        tokens = [tokenize(text) for text in texts]
        running = [word in self.row for words in tokens for word in words]
        distinct = {word for words in tokens for word in words}
        return {
            "words_covered": float(np.mean(running)) if running else 0.0,
            "vocabulary_covered": sum(w in self.row for w in distinct) / max(1, len(distinct)),
            "zero_vectors": sum(not any(w in self.row for w in words) for words in tokens),
        }


class MeanWords:
    """Texts as the means of their word vectors; the vectors are made of what it is fitted on.

    path: a file as the user gave it; empty trains on the descriptions of the split. Of a file the
    data's words are kept beside the frequent ones, and nothing else of the data plays a part.
    """

    def __init__(self, data: Dataset, path: str = ""):
        self.path, self.seed = path, data.seed
        self.also = words_of([*data.train.texts, *data.test.texts]) if path else []
        self.known.clear()

    @cached_property
    def known(self) -> dict[tuple, WordVectors]:
        """Sentences of a split → the vectors made of them, once for all copies of this object."""
        return {}

    @property
    def params(self) -> dict:
        """Where the vectors come from."""
        return {"words": self.words.source}

    def fit(self, split: Split) -> MeanWords:
        """Make `words`, the vectors of this split's descriptions."""
        if split.sentences not in self.known:
            file = paths.resolve(self.path) if self.path else None
            self.known[split.sentences] = word_vectors(file, split.sentences, self.seed, self.also)
        self.words = self.known[split.sentences]
        return self

    def transform(self, texts: Sequence[str]) -> np.ndarray:
        """float64 [n_text, d]; a text without a known word is a zero vector.

        Word vectors of a small vocabulary are nearly collinear; in float32 a small penalty would
        leave a regression's normal equations without a trustworthy solution.
        """
        return means(self.words, tuple(texts)).astype(np.float64)


@lru_cache(maxsize=2)  # what is fitted and what is searched, for all seeds
def means(words: WordVectors, texts: tuple[str, ...]) -> np.ndarray:
    """`WordVectors.mean`, computed once for the seeds of a system."""
    return words.mean(texts)


class Tfidf:
    """Texts as bags of words, weighted by rarity (tf-idf), of length one.

    most: the largest number of words; those count that occur in two descriptions or more.
    """

    def __init__(self, most: int | None = VOCABULARY):
        self.most = most

    def fit(self, split: Split) -> Tfidf:
        """Learn the words of this split's descriptions, and how rare they are."""
        self.bag = word_bag(self.most).fit(split.texts)
        return self

    def transform(self, texts: Sequence[str]) -> np.ndarray:
        """float64 [n_text, n_word], dense; a text without a known word is a zero vector."""
        return self.bag.transform(texts).toarray()


def word_bag(most: int | None = None) -> TfidfVectorizer:
    """The vectoriser of `Tfidf`, not fitted."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # half a second

    return TfidfVectorizer(tokenizer=tokenize, token_pattern=None, lowercase=False, min_df=2,
                           max_features=most, sublinear_tf=True)  # fmt: skip


def vectoriser(kind: str, data: Dataset, path: str = "") -> MeanWords | Tfidf:
    """A new one, by the name that it has in the ids of systems: "word2vec" or "tfidf"."""
    return {"word2vec": lambda: MeanWords(data, path), "tfidf": Tfidf}[kind]()


def words_of(texts: Iterable[str]) -> list[str]:
    """The distinct words of these texts, sorted."""
    return sorted({word for text in texts for word in tokenize(text)})


def word_vectors(
    path: Path | None, sentences: Iterable[Sequence[str]], seed: int, also: Iterable[str] = ()
) -> WordVectors:
    """Vectors from a file if one is given, else trained on these descriptions alone.

    sentences: the sentences of each training description. also: further texts whose words
    are kept from a file; they train nothing. Both ways are computed once for each content.
    """
    sentences = [sentence for description in sentences for sentence in description]
    if path is not None:
        return read(path, [*sentences, *also])
    return train(sentences, seed)


def train(sentences: Sequence[str], seed: int) -> WordVectors:
    """word2vec trained on these sentences (gensim), the same for the same seed.

    One worker, since more would race; gensim's own hash of words is not used for the
    start values, so PYTHONHASHSEED plays no part.
    """
    import gensim

    tokens = [tokenize(sentence) for sentence in sentences]

    def compute() -> dict[str, np.ndarray]:
        model = gensim.models.Word2Vec(tokens, seed=seed + 1, workers=1, **TRAINING)
        return {"words": cache.pack_words(model.wv.index_to_key), "vectors": model.wv.vectors}

    key = {"tokens": tokens, "seed": seed, **TRAINING, "gensim": gensim.__version__}
    return stored(cache.cached("words", key, compute), "word2vec trained on the descriptions")


def read(path: Path, texts: Iterable[str]) -> WordVectors:
    """Vectors of a file in word2vec's text or binary format.

    Keeps the words of these texts and the file's most frequent ones. Words of a file are
    looked up as the tokens are, in lower case. Raises InputError naming the file, and the
    line where there is one.
    """
    needed = words_of(texts)
    key = {"file": files.hash_of(path), "needed": needed, "keep": KEEP, "most": READ_AT_MOST}
    entry = cache.cached("words", key, lambda: parse(path, set(needed)))
    return stored(entry, f"{path.name} ({int(entry.arrays['in_file'])} words)")


def stored(entry: cache.Entry, source: str) -> WordVectors:
    """Word vectors from a cache entry."""
    words = cache.unpack_words(entry.arrays["words"])
    return WordVectors(words, entry.arrays["vectors"], source, entry.seconds)


def parse(path: Path, needed: set[str]) -> dict[str, np.ndarray]:
    """The wanted part of a word-vector file, as arrays for the cache."""
    from gensim.models import KeyedVectors

    binary = is_binary(path)
    try:
        vectors = KeyedVectors.load_word2vec_format(
            str(path), binary=binary, limit=READ_AT_MOST, unicode_errors="replace"
        )
    except (EOFError, ValueError, MemoryError) as error:
        fault = "" if binary else line_fault(path)
        raise format_error(path, fault or f"gensim cannot read it ({error})") from error
    flat = vectors.vectors.min(axis=1) == vectors.vectors.max(axis=1)
    if flat.any() and not binary and (fault := line_fault(path)):
        raise format_error(path, fault)  # gensim spreads a lone number over the whole vector
    if not np.isfinite(vectors.vectors).all():
        bad = vectors.index_to_key[int(np.flatnonzero(~np.isfinite(vectors.vectors).all(1))[0])]
        raise format_error(path, f"the vector of {bad!r} holds NaN or infinity")
    kept = [w for i, w in enumerate(vectors.index_to_key) if i < KEEP or w in needed]
    rows = [vectors.key_to_index[word] for word in kept]
    return {
        "words": cache.pack_words(kept),
        "vectors": np.asarray(vectors.vectors[rows], dtype=np.float32),
        "in_file": np.array(len(vectors)),
    }


def is_binary(path: Path) -> bool:
    """Whether a word-vector file is of the binary kind; InputError if it has no header."""
    with path.open("rb") as stream:
        header, first = stream.readline(200), stream.readline(100_000)
    if not re.fullmatch(rb"\s*\d+\s+\d+\s*", header):
        raise format_error(path, "line 1 is no header")
    try:
        return not first.decode().rstrip("\r\n").replace("\t", " ").isprintable()
    except UnicodeDecodeError:
        return True


def line_fault(path: Path) -> str:
    """The first line of a text file that is not a word and its numbers; empty if none is."""
    with path.open(encoding="utf-8", errors="replace") as stream:
        words, dimensions = map(int, next(stream).split())
        number = 1
        for number, line in enumerate(stream, 2):
            values = line.split()[1:]
            if len(values) != dimensions or not all(map(is_number, values)):
                return f"line {number} is not a word and {dimensions} numbers"
    short = number - 1 < words
    return f"line 1 promises {words} words, the file ends after {number - 1}" if short else ""


def is_number(text: str) -> bool:
    """Whether Python reads the text as a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def format_error(path: Path, problem: str) -> InputError:
    """The error for a file that holds no word vectors."""
    return InputError(
        path,
        problem,
        "word2vec's text or binary format, a first line with the number of words and of "
        "dimensions, then a word and its vector each",
        "pass such a file as WORD_VECTORS (a GloVe file wants that first line added), or leave "
        "WORD_VECTORS out to train vectors on the descriptions",
    )
