"""What several chapters ask of their systems, judged by the facts of the drawn world."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lib import scenes
from lib.chapters.session import Session
from lib.data.dataset import Split
from lib.search import metrics, relevance, retrieval
from lib.search.evaluation import Evaluation

# Queries that were fixed before any result was seen; the first one is the paper's.
QUERIES = (
    "A man skateboarding in a park",
    "two dogs on a beach at sunset",
    "a woman holding a red umbrella in the rain",
    "a pizza on a dining table",
)


def facts(session: Session) -> pd.DataFrame | None:
    """The facts of the scored split's drawings, in the gallery's order; None of photographs."""
    if not session.data.is_drawn:
        return None
    table = scenes.facts("test" if session.scored == "test" else "train", session.settings.size)
    return relevance.in_order(table, session.split)


def forced_choice(
    systems: Mapping[str, Evaluation], split: str, table: pd.DataFrame
) -> dict[str, dict[str, tuple[float, list[float]]]]:
    """System → kind of fact → share of right choices of four texts, and its interval."""
    return choices(systems, split, scenes.questions(table))


def choices(
    systems: Mapping[str, Evaluation], split: str, questions: Mapping[str, Sequence]
) -> dict[str, dict[str, tuple[float, list[float]]]]:
    """The same of given questions, kind → those of `accuracy`."""
    shares = {}
    for name, one in systems.items():
        right = {kind: accuracy(one, split, each) for kind, each in questions.items()}
        shares[name] = {kind: (float(v.mean()), metrics.interval(v)) for kind, v in right.items()}
    return shares


def accuracy(one: Evaluation, split: str, questions: Sequence) -> np.ndarray:
    """Per question 1 where the system scores the true text highest, float [n]; ties are shared.

    questions: each has texts, the true one first, and image, a place in the gallery.
    """
    texts = list(dict.fromkeys(text for question in questions for text in question.texts))
    embedded = dict(zip(texts, one.system.embed_texts(texts), strict=True))
    right = []
    for question in questions:
        queries = np.stack([embedded[text] for text in question.texts])
        image = one.gallery[split][question.image, None]
        scores = retrieval.scores(queries, image, one.metric)[:, 0]
        best = np.isclose(scores, scores.max(), rtol=1e-5, atol=1e-6)  # but for rounding
        right.append(best[0] / best.sum())
    return np.array(right)


def typed_queries(
    systems: Mapping[str, Evaluation], split: Split, table: pd.DataFrame
) -> list[dict[str, str]]:
    """The fixed queries: how many of the nine they are true of, and of how many images at all."""
    judge = relevance.Judge(table)
    return [
        {
            "query": query,
            **{name: f"{9 * relevance.typed(one, split, judge, query):.0f} of 9"
               for name, one in systems.items()},
            "true of": f"{relevance.base_rate(judge, query):.1%} of all images",
        }
        for query in QUERIES
    ]  # fmt: skip
