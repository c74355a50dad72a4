"""What several chapters ask of their systems, judged by the facts of the drawn world."""

from collections.abc import Mapping

import pandas as pd

from lib import scenes
from lib.chapters.session import Session
from lib.data.dataset import Split
from lib.search import choices, metrics, relevance
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
    """System → kind of fact → share of right choices, and its interval."""
    questions, accuracy = scenes.questions(table), {}
    for name, one in systems.items():
        right = {kind: choices.accuracy(one, split, each) for kind, each in questions.items()}
        accuracy[name] = {kind: (float(v.mean()), metrics.interval(v)) for kind, v in right.items()}
    return accuracy


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
