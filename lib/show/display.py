"""What a notebook shows between its cells: sentences and tables made from measured values."""

from collections.abc import Mapping, Sequence

import pandas as pd
from IPython.display import Markdown, display

from lib.show import tables


def say(text: str) -> None:
    display(Markdown(text))


def ask(questions: Mapping[str, str]) -> None:
    """Show questions; a click on one unfolds its answer, in Markdown."""
    folded = (f"<details><summary>{question}</summary>\n\n{answer}\n\n</details>"
              for question, answer in questions.items())  # fmt: skip
    say("**Three questions.** Think of an answer, then unfold ours.\n\n" + "\n".join(folded))


def show_table(rows: pd.DataFrame | Sequence[Mapping]) -> None:
    """Show rows as a table without numbers; a value that a row lacks is a dash."""
    left = {"selector": "th, td", "props": "text-align: left; white-space: normal"}
    table = pd.DataFrame(rows)
    table = table.astype(object).where(table.notna(), "—")
    display(table.style.hide(axis="index").format(precision=4).set_table_styles([left]))


def show_comparison(rows: list[dict], claims: list[dict], data: dict) -> None:
    show_table(tables.comparison(rows, claims, data))
    if any(map(tables.mark, rows)):
        say(tables.TAGS)


def show_times(rows: list[dict]) -> None:
    """Show what each system cost to fit and to score, its word vectors included."""
    cost: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["status"] == "measured":
            of = cost.setdefault(row["system"], {"system": row["system"]})
            of[f"seconds, {row['split']}"] = f"{row['seconds']:.1f}"
    show_table(list(cost.values()))
