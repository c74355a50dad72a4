"""Descriptions → vectors: words, their vectors, and the mean over a description."""

import os
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path

import numpy as np

from lib.base import cache, files, paths
from lib.base.errors import InputError
from lib.data.dataset import Dataset, Split

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
    """A vector for each known word. words: [n_word]; vectors: float32 [n_word, d]."""

    words: Sequence[str] = field(repr=False)
    vectors: np.ndarray = field(repr=False)
    source: str

    @cached_property
    def row(self) -> dict[str, int]:
        return {word: i for i, word in enumerate(self.words)}

    def mean(self, texts: Sequence[str]) -> np.ndarray:
        """Mean of the known words of each text, float32 [n_text, d]; zeros where none is known."""
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
        """Shares of running words and of distinct ones that are known, number of zero vectors."""
        tokens = [tokenize(text) for text in texts]
        running = [word in self.row for words in tokens for word in words]
        distinct = {word for words in tokens for word in words}
        return {
            "words_covered": float(np.mean(running)) if running else 0.0,
            "vocabulary_covered": sum(w in self.row for w in distinct) / max(1, len(distinct)),
            "zero_vectors": sum(not any(w in self.row for w in words) for words in tokens),
        }


means = lru_cache(maxsize=12)(WordVectors.mean)  # of what is fitted and searched, by each seed


class MeanWords:
    """Texts as the means of their word vectors, which are made of what it is fitted on.

    path: a file as the user gave it; empty trains on the descriptions of the split. Of a file the
    data's words are kept beside the frequent ones, and nothing else of the data plays a part.
    draw: which training, each with a seed of its own.
    """

    def __init__(self, data: Dataset, path: str = "", draw: int = 0):
        self.path, self.seed = path, data.seed + draw
        self.also = words_of([*data.train.texts, *data.test.texts]) if path else []
        self.known.clear()

    @classmethod
    def draws(cls, data: Dataset, path: str, n: int) -> list["MeanWords"]:
        """n of them, trained from a seed each, a core each, into the cache; of a file one alone."""
        if path:
            return [cls(data, path)]
        both = [[s for own in split.sentences for s in own] for split in (data.fit, data.train)]
        jobs = product(both, range(data.seed, data.seed + n))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda job: train(*job), jobs))
        return [cls(data, "", draw) for draw in range(n)]

    @property
    def is_random(self) -> bool:
        return not self.path

    @cached_property
    def known(self) -> dict[tuple, tuple]:
        """Sentences of a split → the vectors made of them, once for all copies of this object."""
        return {}

    @property
    def params(self) -> dict:
        return {"words": self.words.source}

    def fit(self, split: Split) -> "MeanWords":
        def make() -> WordVectors:
            sentences = [sentence for each in split.sentences for sentence in each]
            if self.path:
                return read(paths.resolve(self.path), [*sentences, *self.also])
            return train(sentences, self.seed)

        self.words = cache.remembered(self.known, split.sentences, make)
        return self

    def transform(self, texts: Sequence[str]) -> np.ndarray:
        """float64 [n_text, d]; a text without a known word is a zero vector.

        Word vectors of a small vocabulary are nearly collinear; in float32 a small penalty would
        leave a regression's normal equations without a trustworthy solution.
        """
        return means(self.words, tuple(texts)).astype(np.float64)


class Tfidf:
    """Bags of at most VOCABULARY words of two descriptions or more, by rarity, of length one."""

    def fit(self, split: Split) -> "Tfidf":
        self.bag = word_bag(VOCABULARY).fit(split.texts)
        return self

    def transform(self, texts: Sequence[str]) -> np.ndarray:
        """float64 [n_text, n_word], dense; a text without a known word is a zero vector."""
        return self.bag.transform(texts).toarray()


def word_bag(most: int | None = None, rarest: int = 2, **options: object) -> object:
    from sklearn.feature_extraction.text import TfidfVectorizer  # half a second

    return TfidfVectorizer(tokenizer=tokenize, token_pattern=None, lowercase=False, min_df=rarest,
                           max_features=most, sublinear_tf=True, **options)  # fmt: skip


def words_of(texts: Iterable[str]) -> list[str]:
    return sorted({word for text in texts for word in tokenize(text)})


def train(sentences: Sequence[str], seed: int) -> WordVectors:
    """gensim's word2vec of these sentences, one for each seed; one worker, since more race."""
    import gensim

    tokens = [tokenize(sentence) for sentence in sentences]

    def compute() -> dict[str, np.ndarray]:
        model = gensim.models.Word2Vec(tokens, seed=seed + 1, workers=1, **TRAINING)
        return {"words": cache.pack_words(model.wv.index_to_key), "vectors": model.wv.vectors}

    key = {"tokens": tokens, "seed": seed, **TRAINING, "gensim": gensim.__version__}
    arrays = cache.cached("words", key, compute).arrays
    return stored(arrays, "word2vec trained on the descriptions")


def read(path: Path, texts: Iterable[str]) -> WordVectors:
    """Vectors of a file in word2vec's text or binary format; InputError names its line, if any.

    Keeps the words of these texts, in lower case as tokens are, and the file's most frequent ones.
    """
    needed = words_of(texts)
    key = {"file": files.hash_of(path), "needed": needed, "keep": KEEP, "most": READ_AT_MOST}
    arrays = cache.cached("words", key, lambda: parse(path, set(needed))).arrays
    return stored(arrays, f"{path.name} ({int(arrays['in_file'])} words)")


def stored(arrays: dict[str, np.ndarray], source: str) -> WordVectors:
    return WordVectors(cache.unpack_words(arrays["words"]), arrays["vectors"], source)


def parse(path: Path, needed: set[str]) -> dict[str, np.ndarray]:
    from gensim.models import KeyedVectors

    binary = is_binary(path)
    try:
        known = KeyedVectors.load_word2vec_format(
            str(path), binary=binary, limit=READ_AT_MOST, unicode_errors="replace"
        )
    except (EOFError, ValueError, MemoryError) as error:
        fault = "" if binary else line_fault(path)
        raise format_error(path, fault or f"gensim cannot read it ({error})") from error
    words, vectors = known.index_to_key, known.vectors
    flat = vectors.min(axis=1) == vectors.max(axis=1)
    if flat.any() and not binary and (fault := line_fault(path)):
        raise format_error(path, fault)  # gensim spreads a lone number over the whole vector
    finite = np.isfinite(vectors).all(axis=1)
    if not finite.all():
        bad = words[int(finite.argmin())]
        raise format_error(path, f"the vector of {bad!r} holds NaN or infinity")
    rows = [i for i, word in enumerate(words) if i < KEEP or word in needed]
    return {
        "words": cache.pack_words(words[i] for i in rows),
        "vectors": np.asarray(vectors[rows], dtype=np.float32),
        "in_file": np.array(len(words)),
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
            try:
                n = len([float(value) for value in line.split()[1:]])
            except ValueError:
                n = -1
            if n != dimensions:
                return f"line {number} is not a word and {dimensions} numbers"
    short = number - 1 < words
    return f"line 1 promises {words} words, the file ends after {number - 1}" if short else ""


def format_error(path: Path, problem: str) -> InputError:
    return InputError(
        path,
        problem,
        "word2vec's text or binary format, a first line with the number of words and of "
        "dimensions, then a word and its vector each",
        "pass such a file as WORD_VECTORS (a GloVe file wants that first line added), or leave "
        "WORD_VECTORS out to train vectors on the descriptions",
    )
