"""What a notebook shows between its cells: sentences and tables made from measured values."""

import pandas as pd
from IPython.display import Markdown, display

from lib.show import tables


def say(text: str) -> None:
    """Show a sentence made from measured values."""
    display(Markdown(text))


def show_comparison(rows: list[dict], claims: list[dict], data: dict) -> None:
    """Show our rows beside the paper's numbers, with verdicts."""
    show_table(pd.DataFrame(tables.comparison(rows, claims, data)))


def show_times(rows: list[dict]) -> None:
    """Show what each system cost to fit and to score, its word vectors included."""
    cost: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["status"] == "measured":
            cost.setdefault(row["system"], {})[row["split"]] = row["seconds"]
    table = [
        {"system": name, **{f"seconds, {split}": f"{s:.1f}" for split, s in found.items()}}
        for name, found in cost.items()
    ]
    show_table(pd.DataFrame(table).fillna("—"))


def show_table(table: pd.DataFrame | list[dict]) -> None:
    """Show a table, or rows as dicts, without its row numbers, text to the left."""
    left = {"selector": "th, td", "props": "text-align: left; white-space: normal"}
    display(pd.DataFrame(table).style.hide(axis="index").set_table_styles([left]))
