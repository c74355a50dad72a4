"""Ways to say a description to CLIP: the paper's, its ambiguous ones both ways, and controls.

A variant turns the sentences of one description into the texts that are embedded. Where it makes
several, their embeddings are averaged at length one and brought to length one again.
"""

import re
from collections.abc import Callable, Sequence
from itertools import cycle

import numpy as np

PAPERS = ("this is", "a photo of")
# The paper's own, and those that it quotes from CLIP's authors.
BEGINNINGS = (*PAPERS, "an image of", "a bad photo of", "a corrupted jpg of")
_STOP = re.compile(r"[.!?,;:]+$")

Variant = Callable[[Sequence[str]], list[str]]


def full(sentences: Sequence[str]) -> list[str]:
    """The whole description as one text."""
    return [" ".join(sentences)]


def shuffled(sentences: Sequence[str]) -> list[str]:
    """One text of the sentences in another order, drawn from the sentences themselves."""
    seed = list(" ".join(sentences).encode())
    order = np.random.default_rng(seed).permutation(len(sentences))
    if len(order) > 1 and (order == np.arange(len(order))).all():
        order = np.roll(order, 1)
    return full([sentences[i] for i in order])


def without_punctuation(sentences: Sequence[str]) -> list[str]:
    """One text without punctuation; apostrophes and hyphens inside words stay.

    >>> without_punctuation(["A man's T-shirt, red.", "Sun!"])
    ["A man's T-shirt red Sun"]
    """
    return [" ".join(re.sub(r"(?<!\w)['’-]|['’-](?!\w)|[^\w\s'’-]", " ", s).strip()
                     for s in sentences).replace("  ", " ")]  # fmt: skip


def punctuated(mark: str) -> Variant:
    """One text with this mark between its sentences and a full stop behind the last.

    >>> punctuated(".")(["a dog", "Sand ."]), punctuated(",")(["A dog.", "Sand ."])
    (['a dog. Sand.'], ['A dog, Sand.'])
    """
    return lambda sentences: [
        f"{mark} ".join(_STOP.sub("", s.strip()).rstrip() for s in sentences) + "."
    ]


def begun(*several: str) -> Variant:
    """The sentences begin with these words in turn, and all are one text.

    >>> begun(*PAPERS)(["A dog.", "Sand."])
    ['this is A dog. a photo of Sand.']
    """
    return lambda sentences: full(map("{} {}".format, cycle(several), sentences))


def begun_once(*several: str) -> Variant:
    """The whole description after each of these beginnings."""
    return lambda sentences: [f"{words} {full(sentences)[0]}".strip() for words in several]


VARIANTS: dict[str, Variant] = {  # system → what is embedded
    "clip.description_mean": list,
    "clip.full": full,
    "clip.no_punctuation": without_punctuation,
    "clip.more_punctuation": punctuated("."),  # some annotators forgot it
    "clip.other_punctuation": punctuated(","),
    **{f"clip.{words.replace(' ', '_')}": begun(words) for words in BEGINNINGS},
    **{f"clip.{words.replace(' ', '_')}_once": begun_once(words) for words in PAPERS},
    "clip.mixed": begun(*PAPERS),
    "clip.shuffled": shuffled,
    "clip.prompt_ensemble": begun_once("", *PAPERS),
    # The whole as often as there are sentences, and the sentences: half and half.
    "clip.mean_and_full": lambda sentences: full(sentences) * len(sentences) + list(sentences),
}
