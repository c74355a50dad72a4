"""The truth checker: reads a sentence, knows the facts, and says where the two contradict.

It has a dictionary (`truth_words`) and a small parser of its own and shares nothing with the
annotators but the facts. It reads from left to right: a noun phrase is matched with the objects
that it may mean, a verb with what they do, a relation with how they stand to each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lib.scenes.records import Object, Scene
from lib.scenes.truth_dictionary import dictionary, verb_forms
from lib.scenes.truth_rules import LIVING, claims, does, groups, holds, is_at, is_so, tied
from lib.scenes.truth_words import NO_NUMBER, NUMBERS

_LONGEST = 6  # words of the longest phrase in the dictionary
_LEAST = 0.0004  # share of the picture below which nothing can be said of a thing
_GENDER = {"his": ("man", "boy"), "her": ("woman", "girl")}
_NOT_PLACES = ("under", "behind", "next to")  # nobody is under a park


@dataclass
class Phrase:
    """A noun phrase that was read: its words and the groups of objects that it may mean."""

    text: str
    readings: list[tuple[int, ...]]
    place: bool = False


@dataclass
class Reading:
    """What is known in the middle of a sentence."""

    scene: Scene
    there: list[int]
    phrases: list[Phrase] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    number: tuple[int, int] | None = None
    article: str = ""
    words: list[str] = field(default_factory=list)
    colours: list[str] = field(default_factory=list)
    adjectives: list[tuple[str, str]] = field(default_factory=list)
    relation: str = ""
    verb: str = ""
    last: str = ""


def contradictions(
    sentence: str, scene: Scene, visible: Mapping[int, float] | None = None
) -> list[str]:
    """Return what the sentence says against the visible facts; [] if nothing.

    visible: object index -> share of the picture; None: all is visible. A word that the checker
    does not know is a contradiction too: nothing may be said that it cannot judge.
    """
    there = [i for i in range(len(scene.objects))
             if visible is None or visible.get(i, 0.0) >= _LEAST]  # fmt: skip
    state = Reading(scene, there)
    for words, kind, value in _tokens(sentence):
        _READERS[kind](state, words, value)
        if kind not in ("number", "article", "colour", "adjective", "fill"):
            state.last = kind
    if state.colours or state.adjectives or state.number:
        state.wrong.append(f"nothing follows {' '.join(state.words)!r}")
    return state.wrong


@lru_cache(4096)  # a sentence is held against many scenes
def _tokens(sentence: str) -> list[tuple[str, str, object]]:
    """Part a sentence into the longest phrases of the dictionary: (words, kind, value)."""
    words = sentence.lower().strip().removesuffix(".").replace(",", " , ").split()
    table, tokens, at = dictionary(), [], 0
    while at < len(words):
        for size in range(min(_LONGEST, len(words) - at), 0, -1):
            entry = table.get(tuple(words[at : at + size]))
            if entry:
                break
        kind, value = entry or ("unknown", None)
        text = " ".join(words[at : at + size])
        after_noun = tokens and tokens[-1][1] in ("noun", "post", "worn", "garment")
        if text in verb_forms() and after_noun:  # "a boy skis", but "a boy on skis"
            kind, value = "verb", None
        tokens.append((text, kind, value))
        at += size
    return _oranges(tokens)


def _oranges(tokens: list) -> list:
    """Tell the fruit from the colour: a colour has a noun to follow."""
    for i, (text, kind, _) in enumerate(tokens):
        after = tokens[i + 1][1] if i + 1 < len(tokens) else ""
        alone = after not in ("noun", "adjective", "garment", "colour")
        if text == "orange" and kind == "colour" and alone:
            tokens[i] = ("orange", "noun", {
                "cats": frozenset(["orange"]), "need": (), "who": (), "actions": (),
                "places": (), "plural": frozenset([False])})  # fmt: skip
    return tokens


def _number(state: Reading, text: str, value) -> None:
    state.number = value
    state.words.append(text)


def _article(state: Reading, text: str, value) -> None:
    state.article = text
    state.words.append(text)


def _colour(state: Reading, text: str, value) -> None:
    state.colours.append(value)
    state.words.append(text)


def _adjective(state: Reading, text: str, value) -> None:
    state.adjectives.append(value)
    state.words.append(text)


def _clear(state: Reading) -> None:
    """Forget the modifiers of a phrase that is complete."""
    state.number, state.article, state.verb, state.relation = None, "", "", ""
    state.words, state.colours, state.adjectives = [], [], []


def _noun(state: Reading, text: str, value: dict) -> None:
    """Close a noun phrase: find what it may mean, then judge its relation and its verb."""
    if not (state.adjectives or state.colours or state.number):
        place = state.scene.place in value["places"]
    else:
        place = False
    phrase_text = " ".join([*state.words, text])
    low, high = _count(state, text, value)
    able = [i for i in state.there if _fits(state, state.scene.objects[i], value)]
    readings = groups(state.scene, able, low, high)
    if not readings and not place and "flowers" in value["cats"] and _flowered(state):
        return _clear(state)
    if not readings and not place:
        state.wrong.append(f"there is no {phrase_text!r}")
        return _clear(state)
    phrase = Phrase(phrase_text, readings, place)
    _relate(state, phrase)
    if state.verb and readings and state.last == "verb":
        _tie(state, phrase)
    state.phrases.append(phrase)
    return _clear(state)


def _flowered(state: Reading) -> bool:
    """Tell whether "with flowers" was said of a vase or a plant that has some."""
    last = state.phrases[-1].readings if state.phrases and state.last == "loose" else []
    features = {state.scene.objects[i].feature for reading in last for i in reading}
    return bool(features & {"flowers", "flowering"}) and not state.colours


def _count(state: Reading, text: str, value: dict) -> tuple[int, int]:
    """Return the least and the largest number that the phrase may mean."""
    head = text.split(" ")[-1]
    if state.number:
        pair = state.number == NUMBERS["a pair of"] and "a pair of" in state.words
        return (1, 1) if pair and head in ("skis", "scissors") else state.number
    if head in NO_NUMBER:
        return 1, 9
    if value["plural"] == {True, False}:
        return (1, 1) if state.article in ("a", "an") else (1, 9)
    return (2, 9) if True in value["plural"] else (1, 1)


def _fits(state: Reading, thing: Object, value: dict) -> bool:
    """Tell whether an object may be meant by the noun and its adjectives."""
    if thing.category not in value["cats"]:
        return False
    if thing.category == "person" and (
        (value["who"] and thing.who not in value["who"])
        or (value["actions"] and thing.action not in value["actions"])
    ):
        return False
    facts = (thing.feature, thing.size)
    if any(need not in facts for need in value["need"]):
        return False
    if any(colour != thing.colour for colour in state.colours):
        return False
    return all(is_so(thing, name, wanted) for name, wanted in state.adjectives)


def _relate(state: Reading, phrase: Phrase) -> None:
    """Judge "on a couch": something named before must be on it."""
    if not state.relation:
        return
    if phrase.place:
        if state.relation in _NOT_PLACES and not phrase.readings:
            state.wrong.append(f"{state.relation!r} does not go with {phrase.text!r}")
        if state.relation not in _NOT_PLACES:
            return
    pairs = [(x, y) for before in state.phrases for r in before.readings for x in r
             for reading in phrase.readings for y in reading]  # fmt: skip
    if not any(holds(state.relation, x, y, state.scene) for x, y in pairs):
        state.wrong.append(f"nothing named is {state.relation} {phrase.text!r}")


def _tie(state: Reading, phrase: Phrase) -> None:
    """Judge "riding a bike": the thing must belong to who rides it."""
    doers = [x for before in state.phrases for r in before.readings for x in r]
    pairs = [(x, y) for reading in phrase.readings for y in reading for x in doers]
    if any(tied(state.verb, x, y, state.scene) for x, y in pairs):
        return
    state.wrong.append(f"{phrase.text!r} does not belong to who is named")


def _verb(state: Reading, text: str, value) -> None:
    """Judge what somebody does, or a thing that only stands there."""
    state.relation, state.verb = "", text
    wanted = value if value is not None else claims(text)
    subjects = [p for p in reversed(state.phrases) if p.readings][:1]
    subjects += [p for p in reversed(state.phrases) if _living(state, p)][:1]
    gender = next((w for w in ("his", "her") if w in text.split()), "")
    for phrase in subjects:
        kept = [r for r in phrase.readings
                if all(does(state.scene.objects[i], wanted, text) for i in r)]  # fmt: skip
        if gender:
            kept = [r for r in kept if all(state.scene.objects[i].who in _GENDER[gender]
                                           for i in r)]  # fmt: skip
        if kept:
            phrase.readings = kept
            return
    if not (subjects or state.phrases):
        return
    who = subjects[-1].text if subjects else state.phrases[-1].text
    state.wrong.append(f"{who!r} is not {text!r}")


def _living(state: Reading, phrase: Phrase) -> bool:
    things = {state.scene.objects[i].category for r in phrase.readings for i in r}
    return bool(things & set(LIVING))


def _spot(state: Reading, text: str, value: str) -> None:
    """Judge "on the left" or "in the background": of the thing named last."""
    phrase = next((p for p in reversed(state.phrases) if p.readings), None)
    if phrase is None or not value:
        return
    kept = [r for r in phrase.readings if all(is_at(state.scene, i, value) for i in r)]
    if kept:
        phrase.readings = kept
    else:
        state.wrong.append(f"{phrase.text!r} is not {text!r}")


def _back_to(state: Reading, text: str, value: str) -> None:
    """Judge "a cat next to it": the thing named last against what was named before."""
    *before, last = [p for p in state.phrases if p.readings] or [None]
    pairs = [(x, y) for r in (last.readings if last else ()) for x in r
             for p in before for reading in p.readings for y in reading]  # fmt: skip
    sex = {"him": ("man", "boy"), "her": ("woman", "girl")}.get(text.split()[-1])
    if sex:
        pairs = [(x, y) for x, y in pairs if state.scene.objects[y].who in sex]
    if not any(holds(value, x, y, state.scene) for x, y in pairs):
        state.wrong.append(f"{last.text if last else 'nothing'!r} is not {text!r}")


def _sky(state: Reading, text: str, value: dict) -> None:
    """Judge hour and weather."""
    state.relation = ""
    for name, wanted in value.items():
        if getattr(state.scene, name) != wanted:
            state.wrong.append(f"{name} is {getattr(state.scene, name)!r}, not {text!r}")
    if text.endswith(" day") and state.scene.time == "night":
        state.wrong.append(f"time is 'night', not {text!r}")


def _post(state: Reading, text: str, feature: str) -> None:
    """Judge what follows a noun: "with candles"."""
    phrase = state.phrases[-1] if state.phrases else Phrase("nothing", [])
    phrase.readings = [r for r in phrase.readings
                       if all(state.scene.objects[i].feature == feature for i in r)]  # fmt: skip
    if not phrase.readings:
        state.wrong.append(f"{phrase.text!r} is not {text!r}")


def _garment(state: Reading, text: str, feature: str) -> None:
    """Judge "a red striped shirt" against the person named last."""

    def worn(i: int) -> bool:
        thing = state.scene.objects[i]
        striped = all(thing.feature == wanted for _, wanted in state.adjectives)
        return (striped and all(c == thing.colour for c in state.colours)
                and (thing.feature == feature if feature else
                     thing.feature not in ("dress", "suit")))  # fmt: skip

    _wear(state, text, worn)


def _worn(state: Reading, text: str, feature: str) -> None:
    """Judge "a hat" against the person named last."""
    _wear(state, text, lambda i: state.scene.objects[i].feature == feature)


def _wear(state: Reading, text: str, worn) -> None:
    people = [p for p in state.phrases if _living(state, p)]
    phrase = people[-1] if people else Phrase("nobody", [])
    phrase.readings = [r for r in phrase.readings if all(worn(i) for i in r)]
    if not phrase.readings:
        state.wrong.append(f"{phrase.text!r} does not wear {' '.join([*state.words, text])!r}")
    _clear(state)


def _strict(state: Reading, text: str, value: str) -> None:
    state.relation, state.verb = value, ""


def _loose(state: Reading, text: str, value: str) -> None:
    state.relation, state.verb = "", ""


def _close(state: Reading, text: str, value: str) -> None:
    if state.scene.framing != "close":
        state.wrong.append("not a close up")


def _unknown(state: Reading, text: str, value) -> None:
    state.wrong.append(f"unknown word {text!r}")


_READERS = {
    "number": _number, "article": _article, "colour": _colour, "adjective": _adjective,
    "noun": _noun, "verb": _verb, "spot": _spot, "back to": _back_to, "sky": _sky, "post": _post,
    "garment": _garment, "worn": _worn, "strict": _strict, "loose": _loose, "close": _close,
    "fill": lambda state, text, value: None, "unknown": _unknown,
}  # fmt: skip
