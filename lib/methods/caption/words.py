"""Sentences → pieces of words, as GPT-2 reads them: byte pairs learned here, or downloaded."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from tokenizers import ByteLevelBPETokenizer, Tokenizer

from lib.base import cache

END = "<|endoftext|>"  # opens and closes every text, as in GPT-2
LONGEST = 40  # pieces of a sentence, both marks included


def learned(sentences: Sequence[str], size: int) -> str:
    """A tokenizer of these sentences as JSON, learned once for each content."""

    def compute() -> dict[str, np.ndarray]:
        made = ByteLevelBPETokenizer()
        made.train_from_iterator(sentences, size, special_tokens=[END], show_progress=False)
        return {"tokenizer": cache.pack_words([made.to_str()])}

    entry = cache.cached("pieces", {"sentences": list(sentences), "bytes": size}, compute)
    return "\n".join(cache.unpack_words(entry.arrays["tokenizer"]))


def downloaded(vocabulary: Path, merges: Path) -> str:
    """GPT-2's own tokenizer as JSON, from its two files."""
    made = ByteLevelBPETokenizer.from_file(str(vocabulary), str(merges))
    made.add_special_tokens([END])
    return made.to_str()


@lru_cache(maxsize=4)
def tokenizer(told: str) -> Tokenizer:
    """The tokenizer of a JSON text."""
    return Tokenizer.from_str(told)


def end(told: str) -> int:
    """The number of the mark that opens and closes a text."""
    return tokenizer(told).token_to_id(END)


def encoded(sentences: Sequence[str], told: str) -> list[list[int]]:
    """Numbers of each sentence's pieces between two marks; what is longer loses its end."""
    mark = end(told)
    found = tokenizer(told).encode_batch(list(sentences))
    return [[mark, *one.ids[: LONGEST - 2], mark] for one in found]


def decoded(rows: Sequence[Sequence[int]], told: str) -> list[str]:
    """The texts of rows of numbers; a row ends at the first mark after its opening."""
    mark, texts = end(told), []
    for row in rows:
        inside = list(row)[1:]
        inside = inside[: inside.index(mark)] if mark in inside else inside
        text = tokenizer(told).decode(inside)  # bytes that nobody writes may come of random weights
        texts.append(" ".join("".join(c if c.isprintable() else " " for c in text).split()))
    return texts
