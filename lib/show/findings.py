"""What the report found: five questions, answered for each world from its records."""

import tomllib
from collections.abc import Mapping, Sequence

from lib.base import paths
from lib.record import names, records
from lib.show import opening

STRIP = "09_strip.jpg"  # the paper's query under all families
FILE = paths.LIBRARY / "record/findings.toml"
QUESTIONS = tomllib.loads(FILE.read_text(encoding="utf-8"))["questions"]


def text(by_world: Mapping[str, Sequence[dict]]) -> str:
    """The questions and their answers in Markdown; by_world: name → its records."""
    parts = []
    for number, question in enumerate(QUESTIONS, 1):
        parts.append(f"{number}. **{question['ask']}**")
        for name, of_world in by_world.items():
            label = opening.label(name).removeprefix("the ")
            parts.append(f"   - *{label.capitalize()}:* {answer(question, of_world)}")
    return "\n".join(parts)


def answer(question: dict, of_world: Sequence[dict]) -> str:
    """The first answer that a world's records fill."""
    by_chapter = {record["notebook"]: record for record in of_world}
    for one in question["answers"]:
        record = by_chapter.get(one["chapter"])
        if record and one.get("world", record["data"]["name"]) == record["data"]["name"]:
            try:
                return filled(one, record)
            except (KeyError, IndexError):  # what it speaks of was not measured
                continue
    return opening.LACKING


def filled(one: dict, record: dict) -> str:
    """An answer with a record's numbers; KeyError for what was not measured."""
    known = opening.values(record)
    long = records.read_long(record["data"]["name"], record["notebook"], record["profile"])
    for name, row in (opening.rows_of(long) if long else {}).items():
        known["score"][f"{name}, long run"] = f"{row['map_at_20']:.3f}"
    return opening.worded(one, known, {claim["claim"]: claim for claim in record["claims"]})


def alt(of_run: Sequence[dict]) -> str:
    """What the strip shows, in words, as the chapter that drew it says."""
    figures = {name: alt for record in of_run for name, alt in record.get("figures", {}).items()}
    return figures.get(STRIP, "The paper's query: the three best images of each family")


def worlds(own: Sequence[dict]) -> dict[str, Sequence[dict]]:
    """A run's records, and the committed ones of the worlds that it is none of."""
    name = own[0]["data"]["name"]
    others = (world for world in names.known()["worlds"] if world != name)
    return {name: own} | {other: kept for other in others if (kept := records.read_all(other))}
