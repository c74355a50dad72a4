"""How a sentence grows: a core of who does what, then more facts until it is long enough."""

from dataclasses import dataclass, field, replace

from lib.scenes.actions import ACTIONS
from lib.scenes.grammar import article, is_plural, length, listed
from lib.scenes.lexicon import (
    ANIMALS,
    DOINGS,
    IDLE,
    MOVING,
    PLACE,
    POSES,
    STILL,
    TALL,
    TRAIN_PLACES,
    VEHICLES,
    words,
)  # fmt: skip
from lib.scenes.mentions import Habit, View, person, thing
from lib.scenes.places import PLACES
from lib.scenes.rng import Rng

_OWN = {"man": ("his", "him"), "boy": ("his", "him"), "woman": ("her", "her"),
        "girl": ("her", "her")}  # fmt: skip
_CHILDREN = ("boy", "girl", "children")


@dataclass
class Parts:
    """A sentence in the making; `focus` is the index of what it is about, -1 parts are unsaid."""

    focus: int
    subject: str = ""
    many: bool = False
    own: str = "its"
    them: str = "it"
    dress: list[str] = field(default_factory=list)
    doing: str = ""
    served: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    place: str = ""
    time: str = ""
    withs: list[tuple[str, str]] = field(default_factory=list)
    host: int = -1
    mentions: set[int] = field(default_factory=set)

    def body(self) -> str:
        """Return what follows the subject and its verb."""
        served = f"with {listed(self.served)}" if self.served else ""
        tails = [self.tail()] if self.withs else []
        return " ".join(x for x in [served, *self.beside, self.place, *tails, self.time] if x)

    def tail(self) -> str:
        """Return "with a tree and a bench in the background"."""
        parts, last = [], self.withs[-1][1]
        for i, (phrase, where) in enumerate(self.withs):
            final = i == len(self.withs) - 1
            same = not final and where == last
            parts.append(phrase if same or not where else f"{phrase} {where}")
        return f"with {listed(parts)}"

    def count(self) -> int:
        """Return how many words there are so far."""
        return sum(map(length, [self.subject, *self.dress, self.doing, self.body()]))


def focus(view: View, rng: Rng) -> int:
    """Pick what a sentence is about: the scene's main object, or what is on or beside it."""
    if not view.named(0):
        return max(range(len(view.objects)), key=lambda i: view.levels[i])
    if view.objects[0].category == "person" or not rng.chance(0.3):
        return 0
    near = [i for i in view.where(target=0) if view.objects[i].category == "person" or (
            view.objects[i].relation in ("on", "under") and not among(view, i))]  # fmt: skip
    return rng.choice(near) if near else 0


def among(view: View, i: int) -> bool:
    """Tell whether object i is on or under only one of several like things."""
    record = view.objects[i]
    return record.relation in ("on", "in", "under") and (
        record.count < view.objects[record.target].count
    )


def core(view: View, i: int, rng: Rng, habit: Habit) -> Parts:
    """Return the parts that say what object i is and does, and with what."""
    parts = Parts(i, mentions={i})
    if view.objects[i].category == "person":
        _people(view, parts, rng, habit)
    else:
        _something(view, parts, rng, habit)
    return parts


def partner(view: View, i: int) -> int:
    """Return the index of somebody who does the same as person i, or -1."""
    same = [j for j in view.where(category="person", action=view.objects[i].action) if j != i]
    return same[0] if same and view.objects[i].category == "person" else -1


def _people(view: View, parts: Parts, rng: Rng, habit: Habit) -> None:
    """Fill in persons: subject and doing."""
    i, record = parts.focus, view.objects[parts.focus]
    parts.subject, parts.many = person(view, i, rng, habit), record.count > 1
    parts.own, parts.them = _OWN.get(record.who, ("their", "them"))
    other = partner(view, i)
    if other >= 0 and record.count == 1 and rng.chance(0.62):
        _pair(view, parts, other, rng, habit)
    if parts.many:
        parts.own, parts.them = "their", "them"
    parts.doing = _doing(view, parts, rng, habit)
    bystander = record.relation == "next to" and i != 0 and view.named(record.target)
    if bystander and other < 0 and view.objects[record.target].category != "person":
        parts.mentions.add(record.target)
        host = thing(view, record.target, rng, habit)
        parts.beside.append(f"{rng.choice(('next to', 'beside'))} {host}")


def _pair(view: View, parts: Parts, other: int, rng: Rng, habit: Habit) -> None:
    """Make the subject two persons of different kinds: "a man and a woman", "two people"."""
    kinds = (view.objects[parts.focus].who, view.objects[other].who)
    parts.many = True
    parts.mentions.add(other)
    if rng.chance(0.7):
        parts.subject = f"{parts.subject} and {person(view, other, rng, habit)}"
    else:
        young = all(kind in _CHILDREN for kind in kinds)
        nouns = rng.choice(("children", "kids") if young else ("people",))
        parts.subject = f"{rng.choice(('two', 'two', 'a couple of', 'a pair of'))} {nouns}"


def gear(view: View, i: int) -> int:
    """Return the index of what person i does it with, -1 if there is nothing to be seen of it."""
    record = view.objects[i]
    action = ACTIONS.get(record.action)
    if action is None or not action.gear:
        return -1
    if record.target >= 0 and view.objects[record.target].category in action.gear:
        return record.target if view.named(record.target) else -1
    for j, other in enumerate(view.objects):
        if other.category in action.gear and view.named(j) and j != i:
            return j if other.target in (i, record.target) else -1
    return -1


def _doing(view: View, parts: Parts, rng: Rng, habit: Habit) -> str:
    """Return what the persons do as a phrase: "riding a red bike", "" if it cannot be said."""
    record = view.objects[parts.focus]
    j = gear(view, parts.focus)
    taken = {w[:3] for w in parts.subject.split() if len(w) > 5}
    pool = [d for d in words(DOINGS[record.action]) if (j >= 0 or "{g}" not in d)
            and ("on the tv" not in d or view.where(category="tv"))]  # fmt: skip
    pool = [d for d in pool if not taken & {w[:3] for w in d.split()}] or pool
    if not pool:
        return ""
    doing = rng.choice(pool)
    if "{g}" in doing:
        parts.mentions.add(j)
        doing = doing.replace("{g}", _gear_phrase(view, parts, j, rng, habit))
    seat = view.objects[j].category if j >= 0 else ""
    inside = {"chair": 0.5, "bed": 0.4}.get(seat, 0.0)
    return doing.format(on="in" if rng.chance(inside) else "on", own=parts.own)


def _gear_phrase(view: View, parts: Parts, j: int, rng: Rng, habit: Habit) -> str:
    """Return the gear with its article: several bikes for several riders."""
    other, record = partner(view, parts.focus), view.objects[j]
    if other in parts.mentions and record.category == "bicycle":
        return rng.choice(("bikes", "bicycles"))
    if view.objects[parts.focus].action == "drinking" or record.category in ("chair", "bench"):
        habit = replace(habit, vague=0)  # not "drinking from a drink", "seated on a seat"
    plain = "bare" if parts.many and record.count > 1 and rng.chance(0.75) else "a"
    return thing(view, j, rng, habit, plain, main=rng.chance(0.5))


def _something(view: View, parts: Parts, rng: Rng, habit: Habit) -> None:
    """Fill in an animal or a thing: subject, pose, and what it is on or in."""
    i, record = parts.focus, view.objects[parts.focus]
    parts.subject = thing(view, i, rng, habit, main=True)
    parts.many = is_plural(parts.subject, record.count)
    parts.own, parts.them = ("their", "them") if parts.many else ("its", "it")
    parts.doing = _pose(view, parts, rng)
    t = record.target
    tied = record.relation in ("on", "in", "under", "next to") and view.named(t)
    if tied and not among(view, i) and rng.chance(0.92):
        parts.mentions.add(t)
        parts.host = t
        phrases = {"on": ("on", "on", "on top of"), "next to": ("next to", "beside"),
                "under": ("under", "under", "underneath")}  # fmt: skip
        how = rng.choice(phrases.get(record.relation, (record.relation,)))
        if how == "on top of" and view.objects[t].category in ("chair", "bench", "plate", "stall"):
            how = "on"
        parts.beside.append(f"{how} {thing(view, t, rng, habit)}")


def _pose(view: View, parts: Parts, rng: Rng) -> str:
    """Return the pose of an animal or the idle verb of a thing."""
    record, place = view.objects[parts.focus], view.scene.place
    if record.category in ANIMALS and record.action:
        return rng.choice(words(POSES[record.action]))
    if record.action in ("flying", "parked"):
        return rng.choice((record.action, record.action, ""))
    if record.category == "kite":
        return "flying"
    if record.category == "boat":
        kind = "water"
    elif record.category in VEHICLES and record.category not in ("train", "airplane"):
        kind = "vehicle" if PLACES[place].kind == "outdoor" else ""
    else:
        kind = "tall" if record.category in TALL else ""
    return rng.choice(IDLE[kind].split("|"))


def place_phrase(view: View, parts: Parts, rng: Rng) -> str:
    """Return the place with the preposition that fits who is there and what they do."""
    record, place = view.objects[parts.focus], view.scene.place
    _, still, along, water = PLACE[place]
    if record.category == "airplane" and place == "airport" and record.action == "flying":
        return rng.choice(("over an airport", "above an airport", "over a runway"))
    if record.category == "kite" and place != "sky":
        return rng.choice(("in the sky", "in the air", rng.choice(still)))
    afloat = record.category in ("boat", "airplane") or record.action == "rowing"
    if record.category == "train" and place in TRAIN_PLACES:
        return rng.choice(words(TRAIN_PLACES[place]))
    if record.action == "flying" and record.category == "bird" and place != "sky":
        return rng.choice((f"over {article(PLACE[place][0][0])}", "in the air", "in the sky"))
    if water and (afloat or (record.category in VEHICLES and place == "airport")):
        return rng.choice(water)
    first = parts.doing.split(" ")[0]
    moving = record.action in MOVING and first not in STILL and parts.doing
    roaming = record.action in ("walking", "running", "flying") and record.category in ANIMALS
    if along and ((moving and rng.chance(0.6)) or (roaming and rng.chance(0.35))):
        return rng.choice(along)
    text = f"{parts.subject} {parts.doing} {parts.body()}"
    fresh = [p for p in still if not _repeats(p, text)]
    return rng.choice(fresh or still)


def _repeats(phrase: str, text: str) -> bool:
    """Tell whether a longer word of the phrase, but for an s, occurs in the text already."""
    return any(w.rstrip("s") in text for w in phrase.split() if len(w) > 3)
