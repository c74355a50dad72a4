"""The drawn world: illustrated scenes made from records of facts."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from lib.scenes.corpus import Corpus
    from lib.scenes.forced_choice import Question
    from lib.scenes.resnet import TagNet


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


def styles() -> dict[str, dict]:
    """Name → habits of the captions of `restyled`; the first is the corpus's own."""
    from lib.scenes import captions

    return captions.STYLES


def corpus_features(source: "Corpus", side: int) -> "dict[str, np.ndarray]":
    """Of each picture "pool5", as the drawings' CNN has it, and "pixels" [n, 1, side, side, 3]."""
    from lib.scenes import gallery

    return gallery.corpus_features(source, side)


def network() -> "TagNet":
    """The CNN whose features the drawings have, a resnet10t as `trunk`, ready to embed."""
    from lib.scenes import resnet

    return resnet.load(resnet.WEIGHTS)


def question(image: int, texts: tuple[str, ...]) -> "Question":
    """A question of forced choice; texts: the true one first; image: in the gallery."""
    from lib.scenes import forced_choice

    return forced_choice.Question(image, texts)


def unseen_kinds(table: "pd.DataFrame") -> list[set[str]]:
    """Which kinds of `left_out` each image of the facts' table shows."""
    from lib.scenes import gallery

    return gallery.kinds(table)


def coarse_keys(table: "pd.DataFrame") -> list[tuple]:
    """Of each image of the facts' table what its look-alikes share."""
    from lib.scenes import gallery

    return gallery.keys(table)


def near_twins(table: "pd.DataFrame", seed: int, n: int) -> "np.ndarray":
    """Whether each image has its coarse key among the first n scenes of `pairs`, bool [n_image].

    They are walked, a minute and a half for all of the corpus.
    """
    from lib.scenes import gallery

    return gallery.near_twins(table, seed, n)


def notes(table: "pd.DataFrame") -> list[str]:
    """A note on each image by an annotator whom nobody learned from."""
    from lib.scenes import gallery

    return gallery.notes(table)


def inked(table: "pd.DataFrame", names: list[str]) -> "tuple[list[Path], np.ndarray]":
    """The same facts in pale washes and ink: files, drawn once, and their "pool5" [n, 512]."""
    from lib.scenes import gallery

    return gallery.inked(table, names)
