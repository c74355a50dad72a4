"""A second relevance, from the facts: how many of the best images satisfy all that was said?

One image is the true one, but others may fit the words as well. The truth checker, which shares
nothing with the annotators but the facts, reads every sentence against every image's scene.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib import scenes
from lib.data.dataset import Split
from lib.search import retrieval
from lib.search.evaluation import Evaluation


class Judge:
    """Says which images satisfy which sentences; remembers nothing but their facts."""

    def __init__(self, facts: pd.DataFrame):
        """facts: a row an image, in the gallery's order."""
        self.rows = facts.to_dict("records")

    def holds(self, sentence: str, image: int) -> bool:
        """Whether a sentence says nothing against the visible facts of an image."""
        return scenes.judge(sentence, self.rows[image])

    def held(self, sentences: Sequence[str], images: Sequence[int]) -> np.ndarray:
        """The same of each image and sentence, bool [n_image, n_sentence]."""
        return np.array([[self.holds(s, int(i)) for s in sentences] for i in images], bool)


def in_order(facts: pd.DataFrame, split: Split) -> pd.DataFrame:
    """The rows of the facts in the order of a split's gallery; images are named by number."""
    numbers = [int(path.stem) for path in split.images]
    return facts.set_index("image").loc[numbers].reset_index()


def satisfied(
    one: Evaluation, split: Split, judge: Judge, queries: Sequence[int], k: int = 9
) -> dict[str, np.ndarray]:
    """Of the k best images of some queries: how many satisfy what was said.

    Returns "all" and "each", float [n_query]: the share of the k images of which every sentence
    is true, and the share of sentences true of an image, averaged over the k. Misspelt sentences,
    which nobody can judge, are left out: those that are not true of their own image.
    """
    queries = np.asarray(queries)
    scores = retrieval.scores(one.queries[split.name][queries], one.gallery[split.name], one.metric)
    every, each = [], []
    for query, images in zip(queries, retrieval.top_k(scores, k), strict=True):
        own = int(split.truth[query])
        sentences = [s for s in split.sentences[query] if judge.holds(s, own)]
        held = judge.held(sentences, images)
        every.append(held.all(axis=1).mean() if sentences else np.nan)
        each.append(held.mean() if sentences else np.nan)
    return {"all": np.array(every), "each": np.array(each)}


def typed(one: Evaluation, split: Split, judge: Judge, sentence: str, k: int = 9) -> float:
    """The share of the k best images for a typed sentence of which it is true."""
    best = retrieval.top_k(one.scores_of([sentence], split), k)[0]
    return float(judge.held([sentence], best).mean())


def base_rate(judge: Judge, sentence: str) -> float:
    return float(judge.held([sentence], range(len(judge.rows))).mean())
