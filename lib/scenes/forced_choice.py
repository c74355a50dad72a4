"""Questions of forced choice: short texts that differ in one fact, of which one is true of a scene.

Only what is plainly to be seen is asked: things of at least a hundredth of the picture.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np
import pandas as pd

from lib.scenes.actions import ACTIONS
from lib.scenes.grammar import MASSES, NUMBERS, PLURALS, article, head, plural
from lib.scenes.places import PLACES
from lib.scenes.world import RELATIONS, THINGS

KINDS = ("place", "category", "action", "count", "colour", "relation", "who")
SINGLE = ("man", "woman", "boy", "girl")
ONE_WAY = ("on", "under", "in", "behind", "in front of", "riding")  # relations
OPTIONS = 4  # texts a question, the true one among them
LEAST = 0.01  # share of the picture
MOST = 500  # questions a kind


@dataclass(frozen=True)
class Question:
    """texts: the true one first, then those that differ in the one fact; image: in the gallery."""

    image: int
    texts: tuple[str, ...]


Variants = list[tuple[str, list[str]]]  # (true text, all that would be false)
Ask = Callable[[pd.Series], Variants]


def questions(facts: pd.DataFrame, seed: int = 0) -> dict[str, list[Question]]:
    """Kind of fact → at most MOST questions, at most one an image and kind.

    facts: rows of the facts' table, in the gallery's order.
    """
    return asked(facts, ASK, OPTIONS, seed)


def exchanges(facts: pd.DataFrame, seed: int = 0) -> dict[str, list[Question]]:
    """Of "colours" and "roles": questions of two texts with the same words, two exchanged."""
    return asked(facts, EXCHANGES, 2, seed)


def asked(
    facts: pd.DataFrame, asks: dict[str, "Ask"], options: int, seed: int
) -> dict[str, list[Question]]:
    of_kind: dict[str, list[Question]] = {kind: [] for kind in asks}
    rng = np.random.default_rng([seed, 6])
    for image in rng.permutation(len(facts)):
        row = facts.iloc[int(image)]
        for kind, ask in asks.items():
            variants = ask(row) if len(of_kind[kind]) < MOST else []
            if variants:
                true, false = variants[int(rng.integers(len(variants)))]
                others = rng.permutation([text for text in dict.fromkeys(false) if text != true])
                texts = (true, *map(str, others[: options - 1]))
                if len(texts) == options:
                    of_kind[kind].append(Question(int(image), texts))
    return of_kind


def seen(row: pd.Series) -> list[dict]:
    """The objects that are large enough to be asked about."""
    pairs = zip(row["objects"], row["visible"], strict=True)
    return [thing for thing, share in pairs if share >= LEAST]


def main(row: pd.Series) -> dict | None:
    """What the picture is about, if it is large enough."""
    return row["objects"][0] if row["visible"][0] >= LEAST else None


def place(row: pd.Series) -> Variants:
    """Where it is, among places of the same kind."""
    kind = PLACES[row["place"]].kind
    others = [p.words[0] for n, p in PLACES.items() if p.kind == kind and n != row["place"]]
    return [(PLACES[row["place"]].words[0], others)]


def category(row: pd.Series) -> Variants:
    """What the main thing is, among things of the same family."""
    thing = main(row)
    tag = THINGS[thing["category"]].tag if thing else ""
    if not tag or thing["category"] == "person":
        return []
    there = {other["category"] for other in row["objects"]}
    family = [name for name, other in THINGS.items()
              if other.tag.split(":")[0] == tag.split(":")[0] and name not in there]  # fmt: skip
    return [(article(thing["category"]), [article(name) for name in family])]


def action(row: pd.Series) -> Variants:
    """What somebody does."""
    thing = main(row)
    if not thing or thing["action"] not in ACTIONS:
        return []
    others = [doing(name) for name in ACTIONS if name != thing["action"]]
    return [(doing(thing["action"]), others)]


def doing(name: str) -> str:
    """A person who does it."""
    known = ACTIONS[name]
    return f"a person {known.phrase.format(gear=known.gear[0] if known.gear else '')}"


def count(row: pd.Series) -> Variants:
    """How many there are of the main thing."""
    thing = main(row)
    noun = thing["category"] if thing else ""
    if (
        not noun
        or head(noun) in MASSES | PLURALS
        or sum(other["category"] == noun for other in row["objects"]) > 1
    ):
        return []
    return [(number(thing["count"], noun), [number(n, noun) for n in range(1, 6)])]


def number(n: int, noun: str) -> str:
    """One dog, two dogs."""
    return f"one {noun}" if n == 1 else f"{NUMBERS[n]} {plural(noun)}"


def colour(row: pd.Series) -> Variants:
    """The colour of a thing that is alone of its kind."""
    variants = []
    for thing in seen(row):
        known = THINGS[thing["category"]]
        alone = sum(other["category"] == thing["category"] for other in row["objects"]) == 1
        if thing["colour"] and alone and thing["category"] != "person":
            noun = thing["category"]
            texts = [f"{c} {noun}" for c in (thing["colour"], *known.colours)]
            joined = texts if head(noun) in MASSES | PLURALS else [article(text) for text in texts]
            variants.append((joined[0], joined[1:]))
    return variants


def relation(row: pd.Series) -> Variants:
    """How one thing stands to another."""
    variants = []
    for thing in seen(row):
        if thing["relation"] not in ("on", "under", "in", "next to", "behind", "in front of"):
            continue
        target = row["objects"][thing["target"]]
        if target["category"] == thing["category"]:
            continue
        texts = [
            f"{article(thing['category'])} {word} {article(target['category'])}"
            for word in (thing["relation"], *(r for r in RELATIONS[:6] if r != thing["relation"]))
        ]
        variants.append((texts[0], texts[1:]))
    return variants


def who(row: pd.Series) -> Variants:
    """Man, woman, boy or girl, where there is one person alone."""
    people = [thing for thing in row["objects"] if thing["category"] == "person"]
    if len(people) != 1 or people[0]["who"] not in SINGLE or not seen(row):
        return []
    if people[0]["count"] != 1 or people[0] not in seen(row):
        return []
    return [(article(people[0]["who"]), [article(name) for name in SINGLE])]


def colours(row: pd.Series) -> Variants:
    """Two things, each alone of its kind, and each in its own colour or in the other's."""
    names = [thing["category"] for thing in row["objects"]]
    alone = [thing for thing in seen(row) if thing["colour"] and thing["count"] == 1
             and names.count(thing["category"]) == 1 and thing["category"] != "person"
             and head(thing["category"]) not in MASSES | PLURALS]  # fmt: skip
    variants = []
    for one, other in combinations(alone, 2):
        if one["colour"] != other["colour"]:
            nouns = one["category"], other["category"]
            texts = [
                " and ".join(article(f"{c} {noun}") for c, noun in zip(each, nouns, strict=True))
                for each in permutations((one["colour"], other["colour"]))
            ]
            variants.append((texts[0], texts[1:]))
    return variants


def roles(row: pd.Series) -> Variants:
    """How one thing stands to another, and the other to it."""
    variants = []
    for thing in seen(row):
        target = row["objects"][thing["target"]]
        names = [article(each["category"]) for each in (thing, target)]
        if thing["relation"] in ONE_WAY and names[0] != names[1]:
            texts = [f"{one} {thing['relation']} {other}" for one, other in permutations(names)]
            variants.append((texts[0], texts[1:]))
    return variants


ASK: dict[str, Ask] = {
    "place": place,
    "category": category,
    "action": action,
    "count": count,
    "colour": colour,
    "relation": relation,
    "who": who,
}
EXCHANGES: dict[str, Ask] = {"colours": colours, "roles": roles}
