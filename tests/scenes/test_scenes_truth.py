"""The truth checker: passes what the annotators write, catches what is altered."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from lib.scenes import truth
from lib.scenes.grammar import plural
from lib.scenes.lexicon import UNSAID
from lib.scenes.records import Object, Scene
from lib.scenes.rng import Rng
from lib.scenes.sampler import scenes
from lib.scenes.sentences import written
from lib.scenes.truth import contradictions
from lib.scenes.truth_dictionary import dictionary
from lib.scenes.world import COLOURS, THINGS

NUMBERS = ("two", "three", "four", "five")
PEOPLE = {"man": "woman", "woman": "man", "boy": "girl", "girl": "boy", "men": "women",
          "women": "men", "boys": "girls", "girls": "boys", "guy": "lady",
          "lady": "guy"}  # fmt: skip
PLACES = ("beach", "park", "kitchen", "bathroom", "forest", "desert", "zoo", "bedroom", "office",
          "restaurant", "library", "market", "hallway", "farm", "harbor", "airport",
          "classroom")  # fmt: skip
NEW = ("zebra", "giraffe", "toaster", "umbrella", "pizza", "laptop", "elephant", "boat", "car",
       "sandwich", "fire hydrant", "suitcase", "chair", "banana", "bottle", "horse", "bus",
       "teddy bear", "kite", "cat", "dog", "cup")  # fmt: skip


def altered(text: str, scene: Scene, kind: str, rng: Rng) -> str | None:
    """Return the sentence with one word of the kind made false; None if it has none."""
    return {"colour": _colour, "number": _number, "noun": _noun, "relation": _relation}[kind](
        text, scene, rng)  # fmt: skip


def _swap(text: str, word: str, new: str) -> str | None:
    pattern = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
    return pattern.sub(new, text, count=1) if pattern.search(text) else None


def _colour(text: str, scene: Scene, rng: Rng) -> str | None:
    """A colour that nothing of the kind has, if possible one that something else has."""
    tints = "|".join((*COLOURS, "grey"))
    said = re.findall(rf"\b({tints})\b((?: [a-z-]+){{1,3}})", text.lower())
    said = [(c, after) for c, after in said if not after.startswith((" is", " are", " sit", " in",
            " on", " and", " with", " to", " against", " near"))]  # fmt: skip
    if not said:
        return None
    colour, after = rng.choice(said)
    kind = [x for x in scene.objects if _called(x, after)] or scene.objects
    said_now = "gray" if colour == "grey" else colour
    free = [c for c in COLOURS if c != said_now and all(x.colour != c for x in kind)]
    other = [c for c in free if any(x.colour == c for x in scene.objects)]
    return _swap(text, colour + after, rng.choice(other or free) + after)


def _called(thing: Object, after: str) -> bool:
    """Tell whether the words after a colour may mean the thing (or what the person wears)."""
    if thing.category == "person":
        return bool(re.search("shirt|top|jacket|coat|dress|suit", after))
    words = (*THINGS[thing.category].words, THINGS[thing.category].hypernym)
    return any(w and w in after for w in words)


def _number(text: str, scene: Scene, rng: Rng) -> str | None:
    """A number that neither a kind of thing nor several kinds together have."""
    counts = [x.count for x in scene.objects]
    sums = set(counts) | {a + b for a, b in combinations(_alike(scene), 2)}
    free = [w for n, w in enumerate(NUMBERS, 2) if n not in sums]
    said = [w for w in (*NUMBERS, "a couple of") if re.search(rf"\b{w}\b", text, re.IGNORECASE)
            and f"{w} pairs" not in text.lower()]  # fmt: skip
    return _swap(text, rng.choice(said), rng.choice(free)) if said and free else None


def _alike(scene: Scene) -> list[int]:
    """Return the counts of persons and animals, which a sentence may add up."""
    return [x.count for x in scene.objects if THINGS[x.category].tag.split(":")[0]
            in ("person", "animal", "vehicle", "food")]  # fmt: skip


def _noun(text: str, scene: Scene, rng: Rng) -> str | None:
    """The other sex, another place, or a thing that is not there."""
    swaps = [(w, new) for w, new in PEOPLE.items() if re.search(rf"\b{w}\b", text, re.IGNORECASE)
             and not _somebody(scene, new)]  # fmt: skip
    if scene.place in text:
        swaps.append((scene.place, rng.choice([p for p in PLACES if p not in scene.place])))
    there = {x.category for x in scene.objects}
    shared = {w for name in there for w in (*THINGS[name].words, THINGS[name].hypernym)}
    free = [n for n in NEW if n not in there and n not in shared]
    for name in sorted(there - {"person"}):
        for word in sorted(THINGS[name].words, key=len, reverse=True):
            if re.search(rf"\b{word}\b", text, re.IGNORECASE) and f"teddy {word}" not in text:
                swaps.append((word, rng.choice(free)))
                break
    return _swap(text, *rng.choice(swaps)) if swaps else None


def _somebody(scene: Scene, noun: str) -> bool:
    """Tell whether somebody in the scene may be called so."""
    single = {"women": "woman", "men": "man", "boys": "boy", "girls": "girl", "lady": "woman",
              "guy": "man"}.get(noun, noun)  # fmt: skip
    return any(x.who == single for x in scene.objects)


def _relation(text: str, scene: Scene, rng: Rng) -> str | None:
    """A relation that nothing in the scene has, or the other side of the picture."""
    facts = {x.relation for x in scene.objects}
    sides = {x.position for x in scene.objects}
    shade = any(x.category == "umbrella" for x in scene.objects)
    swaps = []
    if "under" not in facts and not shade:
        swaps += [("on top of", "under"), ("next to", "under"), ("beside", "under"),
                  ("in front of", "under"), ("behind", "under")]  # fmt: skip
        swaps += [(f"on {x}", f"under {x}") for x in _hosts(text, scene)]
    if "behind" not in facts:
        swaps += [("next to", "behind"), ("beside", "behind"), ("under", "behind"),
                  ("in front of", "behind")]  # fmt: skip
    if not facts & {"on", "riding"}:
        swaps += [("next to", "on top of"), ("behind", "on top of"), ("in front of", "on top of")]
    swaps += [(f"the {a}", f"the {b}") for a, b in (("left", "right"), ("right", "left"))
              if b not in sides]  # fmt: skip
    swaps = [(a, b) for a, b in swaps if re.search(rf"\b{a}\b", text)
             and "in front of houses" not in text and f"{a} a clear" not in text
             and f"{a} a cloudy" not in text and "under the clouds" not in text]  # fmt: skip
    return _swap(text, *rng.choice(swaps)) if swaps else None


def _hosts(text: str, scene: Scene) -> list[str]:
    """Return the words after "on" that name what something is on: "a red couch"."""
    hosts = {scene.objects[x.target].category for x in scene.objects
             if x.relation in ("on", "riding")}  # fmt: skip
    words = {w for name in hosts for w in THINGS[name].words}
    found = re.findall(r"\bon ((?:a|an|the|some|two|three)(?: [\w-]+){1,3})", text)
    return [f for f in found if any(re.search(rf"\b{w}\b", f) for w in words)]


@pytest.fixture(scope="module")
def pairs() -> list[tuple[str, Scene]]:
    """Sentences of throw-away scenes that are free of listed typos."""
    return [(s.text, scene) for scene in scenes(930001, 500, "test") for s in written(scene)
            if s.typo is None]  # fmt: skip


def test_every_sentence_without_a_listed_typo_is_true(pairs):
    wrong = [(text, found) for text, scene in pairs if (found := contradictions(text, scene))]
    assert not wrong, wrong[:5]


@pytest.mark.parametrize("kind", ["colour", "number", "noun", "relation"])
def test_catches_99_percent_of_250_alterations_of_a_kind(pairs, kind):
    rng, missed, tried = Rng(930002, kind), [], 0
    for text, scene in pairs:
        lie = altered(text, scene, kind, rng)
        if lie is None:
            continue
        tried += 1
        if not contradictions(lie, scene):
            missed.append((text, lie))
        if tried == 250:
            break
    assert tried == 250
    assert len(missed) <= 2, missed


def _cat_on_couch() -> Scene:
    objects = (Object("cat", 2, "black", action="lying", relation="on", target=1),
               Object("couch", 1, "red"), Object("lamp", 1, "yellow", position="left"))  # fmt: skip
    return Scene("living room", "night", "", "medium", objects)


@pytest.mark.parametrize("text", [
    "Two black cats lying on a red couch.", "a couple of animals on a sofa",
    "There are two cats on a couch with a lamp on the left.", "Two cats in a living room at night.",
])  # fmt: skip
def test_accepts_what_is_so(text):
    assert contradictions(text, _cat_on_couch()) == []


@pytest.mark.parametrize("text", [
    "Two white cats lying on a red couch.", "A cat lying on a couch.", "Three cats on a couch.",
    "Two dogs lying on a couch.", "Two cats under a couch.", "Two cats next to a couch.",
    "Two cats lying on a couch with a lamp on the right.", "Two cats in a kitchen.",
    "Two cats standing on a couch.", "Two cats in a living room at sunset.",
    "Two blorks on a couch.", "Two cats lying on a couch with a woman nearby.",
])  # fmt: skip
def test_finds_what_is_not_so(text):
    assert contradictions(text, _cat_on_couch())


def _boy_on_bike() -> Scene:
    objects = (Object("person", 1, "green", who="boy", action="cycling", relation="riding",
                      target=1, feature="hat"), Object("bicycle", 1, "red"),
               Object("bus", 1, "blue", relation="behind", target=0),
               Object("tree", 1, feature="bare", position="left"))  # fmt: skip
    return Scene("city street", "night", "rainy", "wide", objects)


@pytest.mark.parametrize("text", [
    "A boy in a green shirt wearing a hat riding a red bike down a street.",
    "a kid rides a bicycle in front of a blue bus in the rain",
    "There is a child on a bike with a bus behind him and a bare tree nearby at night.",
])  # fmt: skip
def test_accepts_a_boy_on_his_bike(text):
    assert contradictions(text, _boy_on_bike()) == []


@pytest.mark.parametrize("text", [
    "A girl riding a bike.", "A man riding a bike.", "Two boys riding bikes.",
    "A boy in a red shirt riding a bike.", "A boy wearing glasses riding a bike.",
    "A boy pushing a bike.", "A boy walking down a street.", "A boy riding a green bike.",
    "A boy riding a bike in a park.", "A boy riding a bike on a sunny day.",
    "A boy riding a bike on a rainy day.", "A boy riding a bike at sunset.",
    "A boy riding a bike behind a bus.", "A boy riding a bike with a bus behind her.",
    "A boy riding a bike with a tree on the right.", "A boy riding a bus.",
    "A close up of a boy riding a bike.", "A boy in a green dress riding a bike.",
    "A boy riding a bike with a blossoming tree nearby.",
])  # fmt: skip
def test_finds_what_is_false_of_a_boy_on_his_bike(text):
    assert contradictions(text, _boy_on_bike())


def test_of_another_scene_hardly_a_sentence_is_true(pairs):
    rng, accepted = Rng(930003, "others"), 0
    for _ in range(1000):
        text, scene = rng.choice(pairs)[0], rng.choice(pairs)[1]
        accepted += not contradictions(text, scene)
    assert accepted < 15


def test_the_checker_shares_nothing_with_the_annotators_but_the_facts():
    for name in ("truth", "truth_rules", "truth_words", "truth_dictionary"):
        text = Path(truth.__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
        used = set(re.findall(r"from lib\.scenes\.(\w+) import", text))
        assert used <= {"records", "truth_rules", "truth_words", "truth_dictionary"}


def test_the_checker_knows_every_word_for_every_thing():
    known = {" ".join(words) for words in dictionary()}
    for thing in THINGS.values():
        words = {w for w in (*thing.words, thing.hypernym) if w and not w.startswith("pair of")}
        words -= UNSAID | {"sports ball"}
        assert words <= known, words - known
        assert {plural(w) for w in words} <= known, {plural(w) for w in words} - known


def test_what_cannot_be_seen_is_not_there():
    scene = _cat_on_couch()
    assert contradictions("A lamp in a living room.", scene, {0: 0.1, 1: 0.2, 2: 0.3}) == []
    assert contradictions("A lamp in a living room.", scene, {0: 0.1, 1: 0.2})
