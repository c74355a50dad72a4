"""What an annotator can see in a scene, and the noun phrases for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.scenes.grammar import MASSES, NUMBERS, PLURALS, article, head, plural
from lib.scenes.lexicon import (
    ADJECTIVES,
    BALLS,
    BENCH_PARKS,
    FEATURED,
    RARE,
    ROLES,
    UNSAID,
    WHO,
    YOUNG,
    words,
)  # fmt: skip
from lib.scenes.records import Object, Scene
from lib.scenes.rng import Rng
from lib.scenes.world import THINGS

# Shares of the picture that part the levels of visibility, 40 pixels of a 224-pixel picture at
# the low end. Sentences depend on levels and not on shares, so that a few pixels that another
# renderer sets otherwise change nothing.
LEVELS = (0.0008, 0.002, 0.005, 0.012, 0.03, 0.08, 0.2)
NAMED, COLOURED, FIGURE, DETAIL = 1, 2, 3, 5


@dataclass(frozen=True)
class Habit:
    """How an annotator speaks of things: chances between 0 and 1.

    colour: names the colour of the main thing; extra_colour: of other things; exact: counts
    rather than "some"; vague: says "animal" for "dog"; role: says "surfer"; feature: "checkered".
    """

    colour: float = 0.3
    extra_colour: float = 0.2
    exact: float = 0.6
    vague: float = 0.05
    role: float = 0.08
    feature: float = 0.5


class View:
    """A scene with the level of visibility (0-7) of each of its objects."""

    def __init__(self, scene: Scene, visible: Mapping[int, float] | None):
        """visible: object index -> share of the picture; None: everything is well visible."""
        self.scene, self.objects = scene, scene.objects
        if visible is None:
            visible = {i: _nominal(x) for i, x in enumerate(scene.objects)}
        self.levels = [_level(visible.get(i, 0.0)) for i in range(len(scene.objects))]
        each = [visible.get(i, 0.0) / max(1, x.count) for i, x in enumerate(scene.objects)]
        self.figure = [_level(share) for share in each]  # of one member of a group

    def named(self, i: int) -> bool:
        """Tell whether object i is there and large enough to be named."""
        return 0 <= i < len(self.objects) and self.levels[i] >= NAMED

    def coloured(self, i: int) -> bool:
        """Tell whether object i has a colour that shows; a shirt needs a larger figure."""
        least = FIGURE if self.objects[i].category == "person" else COLOURED
        return self.objects[i].colour != "" and self.figure[i] >= least

    def where(self, **facts) -> list[int]:
        """Return the indices of the nameable objects that have all these facts."""
        return [i for i, x in enumerate(self.objects) if self.named(i)
                and all(getattr(x, name) == value for name, value in facts.items())]  # fmt: skip


def _nominal(thing: Object) -> float:
    """Guess a share from the usual size in centimetres, for callers without a picture."""
    size = THINGS[thing.category]
    return min(0.3, max(0.004, size.width * size.height / 200_000 or 0.1)) * thing.count


def _level(share: float) -> int:
    return sum(share >= least for least in LEVELS)


def number(count: int, nouns: str, rng: Rng, habit: Habit) -> str:
    """Return "two dogs", "a couple of dogs", "some dogs" for a plural noun."""
    if rng.chance(habit.exact):
        return f"{NUMBERS[count]} {nouns}"
    few = {2: ("a couple of", "a couple of", "two", "a pair of"),
           3: ("three", "a few", "a group of", "some"),
           4: ("several", "a group of", "some", "several"),
           5: ("several", "a group of", "some", "a bunch of")}[count]  # fmt: skip
    choice = rng.choice(few)
    if choice == "a pair of" and "pair" in nouns:
        choice = "two"
    return f"{choice} {nouns}"


def counted(count: int, noun: str, rng: Rng, habit: Habit, det: str = "a") -> str:
    """Return the noun with its article or number; det "bare" drops the number of a plural."""
    last = head(noun)
    if last in MASSES:
        return f"some {noun}" if det == "a" and rng.chance(0.7) else noun
    if last in ("skis", "scissors"):
        return noun
    if last in PLURALS:
        return f"some {noun}" if det == "a" and rng.chance(0.5) else noun
    if count == 1:
        return {"the": f"the {noun}", "no": noun}.get(det) or article(noun)
    if det in ("bare", "no"):
        return plural(noun)
    return number(count, plural(noun), rng, habit)


def _heads(category: str) -> tuple[str, ...]:
    """Return the nouns for a category, the usual one twice as often as all others together."""
    first, *others = THINGS[category].words
    others = [w for w in others if w not in UNSAID]
    return (first,) * max(1, 2 * len(others)) + tuple(others)


def noun(view: View, i: int, rng: Rng, habit: Habit) -> str:
    """Return a noun for object i, with a feature perhaps: "sailboat", "bird", "animal"."""
    thing = view.objects[i]
    vague = THINGS[thing.category].hypernym
    if vague and vague not in UNSAID and rng.chance(habit.vague):
        return vague
    if thing.size == "small" and thing.relation == "next to":
        young = YOUNG.get(thing.category)
        usual = rng.choice(("baby *", "young *", "small *")).replace("*", thing.category)
        return rng.choice(words(young)) if young and rng.chance(0.5) else usual
    word = rng.choice(_heads(thing.category))
    if word in RARE and rng.chance(0.65):
        word = thing.category
    if word == "park bench" and view.scene.place not in BENCH_PARKS:
        word = "bench"
    if word == "sports ball":
        word = rng.choice(words(BALLS.get(view.objects[0].action, "ball")))
    featured = FEATURED.get((thing.category, thing.feature))
    if featured and (view.figure[i] >= COLOURED) and rng.chance(habit.feature):
        return rng.choice(words(featured)).replace("*", word)
    return word


def thing(view: View, i: int, rng: Rng, habit: Habit, det: str = "a", main: bool = False) -> str:
    """Return the noun phrase for object i: "a red umbrella", "two open books"."""
    record = view.objects[i]
    word = noun(view, i, rng, habit)
    colour = record.colour if view.coloured(i) else ""
    spoken = colour and rng.chance(habit.colour if main else habit.extra_colour)
    adjective = ADJECTIVES.get((record.category, record.feature), "")
    if adjective == "spotted":
        spoken = False  # such a cow is white and spotted; "white" alone would mislead
    if spoken and word not in ("fruit", "food", "spectators"):
        pair = "pair of " if word.startswith("pair of ") else ""
        word = f"{pair}{_said(colour, rng)} {word.removeprefix(pair)}"
    if adjective and view.figure[i] >= FIGURE and rng.chance(habit.feature):
        word = f"{adjective} {word}"
    return counted(record.count, word, rng, habit, det)


def _said(colour: str, rng: Rng) -> str:
    """Spell gray the British way now and then."""
    return "grey" if colour == "gray" and rng.chance(0.3) else colour


def person_noun(view: View, i: int, rng: Rng, habit: Habit) -> str:
    """Return a noun for the person i (of one of the group): "man", "surfer", "person"."""
    record = view.objects[i]
    if view.figure[i] < FIGURE:
        return "person"
    if record.action in ROLES and rng.chance(habit.role):
        return rng.choice(words(ROLES[record.action]))
    if record.who in ("man", "woman") and rng.chance(habit.vague):
        return "person"
    nouns, weights = zip(*WHO[record.who], strict=True)
    return rng.weighted(nouns, weights)


def person(view: View, i: int, rng: Rng, habit: Habit) -> str:
    """Return the noun phrase for the person or persons i, without clothes."""
    record = view.objects[i]
    word = person_noun(view, i, rng, habit)
    if record.feature == "beard" and view.figure[i] >= DETAIL and word in ("man", "guy"):
        word = f"bearded {word}" if rng.chance(habit.feature * 0.5) else word
    return counted(record.count, word, rng, habit)


def outfit(view: View, i: int, rng: Rng, colour: bool) -> str:
    """Return what person i wears: "a red shirt", "striped shirts", "a hat"; "" if nothing shows."""
    record = view.objects[i]
    tint = f"{_said(record.colour, rng)} " if colour and view.coloured(i) else ""
    pattern = "striped " if record.feature == "striped" and view.figure[i] >= FIGURE + 1 else ""
    garment = record.feature if record.feature in ("dress", "suit") else ""
    if not (tint or pattern or garment) or view.figure[i] < FIGURE:
        return ""
    usual = rng.choice(("shirt", "shirt", "shirt", "top"))
    if view.scene.place in ("ski slope", "snowy field") or view.scene.weather == "snowy":
        usual = rng.choice(("jacket", "jacket", "coat", "shirt"))
    piece = f"{tint}{pattern}{garment or usual}"
    return article(piece) if record.count == 1 else plural(piece)


def feature(view: View, i: int) -> str:
    """Return one more thing to be seen of person i: "a hat", "glasses"; "" if nothing shows."""
    record = view.objects[i]
    least = {"hat": FIGURE, "glasses": DETAIL, "beard": DETAIL}.get(record.feature)
    if least is None or view.figure[i] < least:
        return ""
    if record.feature == "glasses":
        return "glasses"
    return article(record.feature) if record.count == 1 else plural(record.feature)
