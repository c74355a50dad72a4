"""The drawn world: illustrated scenes made from records of facts."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from lib.scenes.corpus import Corpus
    from lib.scenes.forced_choice import Question


def build(size: str) -> Path:
    """Draw the data of a size, or what of it is missing or damaged; returns its folder."""
    from lib.scenes import builder

    return builder.build(size)


def damaged(size: str, whole: bool = False) -> list[str]:
    """What is wrong with the data of a size, a line for each file; whole: every byte is read."""
    from lib.scenes import built

    return built.damaged(size, whole)


def fingerprint(size: str) -> str:
    """The hash of facts, sentences and tags that the data of a size has on every machine."""
    from lib.scenes import built

    return built.pinned(size)


def facts(split: str, size: str) -> "pd.DataFrame":
    """The facts of a split's scenes, one row an image."""
    from lib.scenes import built

    return built.facts(split, size)


def judge(sentence: str, scene: Mapping) -> bool:
    """Whether a sentence says nothing against what is to be seen; scene: a row of `facts`."""
    from lib.scenes import records, truth

    return not truth.contradictions(sentence, *records.from_row(scene))


def questions(table: "pd.DataFrame", seed: int = 0) -> "dict[str, list[Question]]":
    """Kind of fact → questions of forced choice; table: `facts` in the gallery's order."""
    from lib.scenes import forced_choice

    return forced_choice.questions(table, seed)


def exchanges(table: "pd.DataFrame", seed: int = 0) -> "dict[str, list[Question]]":
    """ "colours" and "roles" → a text that is true of an image, and the same with two exchanged."""
    from lib.scenes import forced_choice

    return forced_choice.exchanges(table, seed)


def left_out() -> dict[str, list[str]]:
    """What the stream of `pairs` never shows, kind by kind."""
    from lib.scenes import unseen

    return unseen.listed()


def pairs(
    seed: int, n: int, side: int, until: float | None = None, everything: bool = False
) -> "Corpus":
    """The first n pairs of picture and caption of the stream `seed`, for pretraining.

    everything: with what is else held out.
    """
    from lib.scenes import corpus, sampler

    split = sampler.EVERYTHING if everything else "corpus"
    return corpus.drawn(seed, n, side, until=until, split=split)


def restyled(source: "Corpus", seed: int, style: str) -> "Corpus":
    """The same pictures with captions that begin otherwise: a name of `captions.STYLES`."""
    from lib.scenes import corpus

    return corpus.restyled(source, seed, style)


def described(seed: int, n: int, prepare: Callable) -> list[tuple]:
    """Of the first n scenes of the same stream the description, and `prepare(picture)`."""
    from lib.scenes import corpus

    return corpus.described(seed, n, prepare)
