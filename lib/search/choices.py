"""Forced choice: of a few short texts that differ in one fact, which does a system give an image?

Chance is one in as many texts; `scenes.questions` makes them.
"""

from collections.abc import Sequence

import numpy as np

from lib.search import retrieval
from lib.search.evaluation import Evaluation


def accuracy(one: Evaluation, split: str, questions: Sequence) -> np.ndarray:
    """Per question 1 where the system scores the true text highest, float [n]; ties are shared.

    questions: each has texts, the true one first, and image, a place in the gallery.
    """
    texts = list(dict.fromkeys(text for question in questions for text in question.texts))
    place = {text: i for i, text in enumerate(texts)}
    embedded = one.system.embed_texts(texts)
    right = []
    for question in questions:
        queries = embedded[[place[text] for text in question.texts]]
        image = one.gallery[split][question.image, None]
        scores = retrieval.scores(queries, image, one.metric)[:, 0]
        best = scores == scores.max()
        right.append(best[0] / best.sum())
    return np.array(right)
