"""A text → word pieces, as BERT reads them: a vocabulary learned here, or a downloaded one."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from tokenizers import BertWordPieceTokenizer

from lib.base import cache

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
SIZE = 2_000  # word pieces learned from a few thousand descriptions
LONGEST = 96  # word pieces of a text that a tower reads, its two marks included


def learned(sentences: Sequence[str], size: int = SIZE) -> tuple[str, ...]:
    """A vocabulary of word pieces of these sentences, learned once for each content.

    The trainer numbers the letters within words in the order of a hash table, another one each
    time, and settles ties by these numbers. Told the letters beforehand, it always learns the same.
    """

    def compute() -> dict[str, np.ndarray]:
        tokenizer = BertWordPieceTokenizer()
        seen = {letter for text in sentences for letter in tokenizer.normalize(text)}
        known = [*SPECIAL, *(f"##{letter}" for letter in sorted(seen) if not letter.isspace())]
        tokenizer.train_from_iterator(sentences, size, special_tokens=known, show_progress=False)
        place = tokenizer.get_vocab()
        return {"pieces": cache.pack_words(sorted(place, key=place.get))}

    entry = cache.cached("pieces", {"sentences": list(sentences), "size": size}, compute)
    return tuple(cache.unpack_words(entry.arrays["pieces"]))


@lru_cache(maxsize=4)
def tokenizer(vocabulary: tuple[str, ...]) -> BertWordPieceTokenizer:
    reads = BertWordPieceTokenizer({piece: i for i, piece in enumerate(vocabulary)})
    reads.enable_truncation(LONGEST)
    return reads


def encoded(texts: Sequence[str], vocabulary: tuple[str, ...]) -> list[list[int]]:
    """The places in the vocabulary of each text's word pieces, its two marks included."""
    return [encoded.ids for encoded in tokenizer(vocabulary).encode_batch(list(texts))]
