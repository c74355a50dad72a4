"""Which of two texts of the same words does a system give a picture? A bag of words cannot tell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from lib import scenes
from lib.chapters.judged import facts
from lib.chapters.session import Session
from lib.data.dataset import Split

COLOURS = ("black", "white", "gray", "grey", "red", "orange", "yellow", "green", "blue", "purple",
           "pink", "brown")  # fmt: skip
BEINGS = ("man", "woman", "boy", "girl", "child", "baby", "dog", "person", "lady", "horse")
_COLOUR = re.compile(rf"\b({'|'.join(COLOURS)}) (?=\w)")


def questions(session: Session) -> dict[str, "list[scenes.Question]"]:
    """ "colours" and "roles" → questions, each a true text and the same with two words exchanged.

    Of drawings they are made from the facts. Of photographs they are people's sentences: with two
    colours, each before another word and neither beside "and"; or with two different beings, where
    something is done between them. In both an exchange is a sentence again, mostly a false one.
    """
    table = facts(session)
    return of_sentences(session.split) if table is None else scenes.exchanges(table)


def of_others(questions: "Sequence[scenes.Question]", seed: int) -> "list[scenes.Question]":
    """The same texts, each with the image of another question: what is right now needs no eyes."""
    order = np.random.default_rng([seed, 41]).permutation(len(questions))
    images = {int(a): questions[b].image for a, b in zip(order, np.roll(order, 1), strict=True)}
    return [replace(one, image=images[i]) for i, one in enumerate(questions)]


def of_sentences(split: Split) -> dict[str, "list[scenes.Question]"]:
    every: dict[str, list[scenes.Question]] = {"colours": [], "roles": []}
    for image, own in zip(split.truth, split.sentences, strict=True):
        for kind, exchange in (("colours", colours_of), ("roles", roles_of)):
            both = ((text.lower(), other) for text in own for other in exchange(text.lower()))
            every[kind] += [scenes.question(int(image), texts) for texts in islice(both, 1)]
    return every


def colours_of(text: str) -> Iterator[str]:
    """The text with its two colours exchanged, if it has just two, and unlike ones."""
    places = list(_COLOUR.finditer(text))
    if len(places) != 2 or places[0][1] == places[1][1]:
        return
    if text[places[0].end() : places[1].start()].strip(" ,") not in ("and", "or", ""):
        yield exchanged(text, *(place.span(1) for place in places))


def roles_of(text: str) -> Iterator[str]:
    """The text with its two beings exchanged, if it has just two, and something between them."""
    words = list(re.finditer(rf"\b({'|'.join(BEINGS)})\b", text))
    if len(words) == 2 and words[0][1] != words[1][1]:
        between = text[words[0].end() : words[1].start()]
        if re.search(r"\b\w+(?:s|ing)\b", between) and " and " not in between:
            yield exchanged(text, *(word.span() for word in words))


def exchanged(text: str, one: tuple[int, int], other: tuple[int, int]) -> str:
    """A text with two of its parts in each other's place.

    >>> exchanged("a dog chases a man", (2, 5), (15, 18))
    'a man chases a dog'
    """
    (a, b), (c, d) = one, other
    return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]
