"""A second relevance, from the facts: how many of the best images satisfy all that was said?

One image is the true one, but others may fit the words as well. The truth checker, which shares
nothing with the annotators but the facts, reads every sentence against every found scene.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from lib.data.dataset import Split
from lib.scenes import truth
from lib.scenes.records import Object, Scene
from lib.search import retrieval
from lib.search.evaluation import Evaluation

FIELDS = ("place", "time", "weather", "framing", "look")


def in_order(facts: pd.DataFrame, split: Split) -> pd.DataFrame:
    """The rows of the facts in the order of a split's gallery; images are named by number."""
    numbers = [int(path.stem) for path in split.images]
    return facts.set_index("image").loc[numbers].reset_index()


class Judge:
    """Says which scenes satisfy which sentences; remembers nothing but the scenes."""

    def __init__(self, facts: pd.DataFrame):
        """facts: a row an image, in the gallery's order."""
        self.facts = facts

    @cached_property
    def scenes(self) -> list[tuple[Scene, dict[int, float]]]:
        """Each image's scene, and the visible share of each of its objects."""
        return [
            (
                Scene(**{f: row[f] for f in FIELDS}, objects=tuple(map(to_object, row["objects"]))),
                dict(enumerate(row["visible"])),
            )
            for row in self.facts.to_dict("records")
        ]

    def holds(self, sentence: str, image: int) -> bool:
        """Whether a sentence says nothing against the visible facts of an image."""
        return not truth.contradictions(sentence, *self.scenes[image])

    def said(self, sentences: Sequence[str], own: int) -> list[str]:
        """The sentences that are true of their own image: misspelt ones nobody can judge."""
        return [sentence for sentence in sentences if self.holds(sentence, own)]


def to_object(record: dict) -> Object:
    """An object from its row, with plain numbers."""
    numbers = {name: int(record[name]) for name in ("count", "target")}
    return Object(**{**record, **numbers})


def satisfied(
    one: Evaluation, split: Split, judge: Judge, queries: Sequence[int], k: int = 9
) -> dict[str, np.ndarray]:
    """Of the k best images of some queries: how many satisfy what was said.

    Returns "all" and "each", float [n_query]: the share of the k images of which every sentence
    is true, and the share of sentences true of an image, averaged over the k.
    """
    queries = np.asarray(queries)
    scores = retrieval.scores(one.queries[split.name][queries], one.gallery[split.name], one.metric)
    best = retrieval.top_k(scores, k)
    every, each = [], []
    for query, images in zip(queries, best, strict=True):
        said = judge.said(split.sentences[query], int(split.truth[query]))
        held = np.array([[judge.holds(s, int(i)) for s in said] for i in images]).reshape(
            len(images), len(said)
        )
        every.append(held.all(axis=1).mean() if said else np.nan)
        each.append(held.mean() if said else np.nan)
    return {"all": np.array(every), "each": np.array(each)}


def typed(one: Evaluation, split: Split, judge: Judge, sentence: str, k: int = 9) -> float:
    """The share of the k best images for a typed sentence of which it is true."""
    scores = retrieval.scores(
        one.system.embed_texts([sentence]), one.gallery[split.name], one.metric
    )
    return float(np.mean([judge.holds(sentence, int(i)) for i in retrieval.top_k(scores, k)[0]]))


def base_rate(judge: Judge, sentence: str) -> float:
    """The share of all images of which a sentence is true."""
    return float(np.mean([judge.holds(sentence, i) for i in range(len(judge.facts))]))
