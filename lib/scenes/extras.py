"""How a sentence takes in what else there is: on, under, behind, on the wall, far away."""

from collections.abc import Callable

from lib.scenes.compose import Parts, among
from lib.scenes.grammar import article
from lib.scenes.lexicon import FAR, ON_WALL, SCENERY
from lib.scenes.mentions import Habit, View, person, thing
from lib.scenes.places import PLACES
from lib.scenes.rng import Rng


def extra(view: View, j: int, parts: Parts, rng: Rng, habit: Habit) -> None:
    """Say that object j is there too, in the way that its relation asks for."""
    record = view.objects[j]
    parts.mentions.add(j)
    special = _SPECIAL.get(record.category)
    if special is not None:
        special(view, j, parts, rng, habit)
    elif record.relation in ("worn by", "held by", "walked by"):
        _carried(view, j, parts, rng, habit)
    elif record.relation and view.named(record.target):
        _related(view, j, parts, rng, habit)
    else:
        _around(view, j, parts, rng, habit)


def _carried(view: View, j: int, parts: Parts, rng: Rng, habit: Habit) -> None:
    """Put a bag or a tie to the clothes; what only one of two persons has stays unsaid."""
    record = view.objects[j]
    alone = record.target == parts.focus and " and " not in parts.subject
    people = view.objects[parts.focus].category == "person"
    if not (alone and people and (record.count > 1) == parts.many):
        return
    plain = "bare" if parts.many else "a"
    verb = {"handbag": ("carrying", "with", "holding"), "backpack": ("wearing", "with", "with"),
            "tie": ("wearing",)}.get(record.category, ("with",))  # fmt: skip
    phrase = f"{rng.choice(verb)} {thing(view, j, rng, habit, plain)}"
    (parts.dress if record.relation == "worn by" else parts.beside).append(phrase)


def _related(view: View, j: int, parts: Parts, rng: Rng, habit: Habit) -> None:
    """Say a thing with what it stands next to, behind, on, in, under or above."""
    record, t = view.objects[j], view.objects[j].target
    if record.category == "person":
        return _somebody(view, j, parts, rng, habit)
    phrase = thing(view, j, rng, habit)
    if record.relation == "next to" and t == parts.focus:
        usual = view.objects[t].category in ("dining table", "desk")
        if usual:
            parts.withs.append((phrase, rng.choice(("", "next to it"))))
        elif parts.beside:
            parts.withs.append((phrase, f"next to {parts.them}"))
        else:
            parts.beside.append(f"{rng.choice(('next to', 'next to', 'beside'))} {phrase}")
    elif record.relation == "behind" and t == parts.focus:
        if rng.chance(0.5) and not parts.beside and not _aloft(view, parts):
            parts.beside.append(f"in front of {phrase}")
        else:
            parts.withs.append((phrase, rng.choice((f"behind {parts.them}", "in the background"))))
    elif record.relation == "above":
        parts.withs.append((phrase, "in the air"))
    elif record.relation in ("on", "in", "under") and t == parts.focus:
        under = {"on": "on", "in": "in", "under": "under"}[record.relation]
        them = "one of them" if among(view, j) else parts.them
        parts.withs.append((phrase, f"{under} {them}"))
    elif t in parts.mentions and record.relation == "on":
        parts.served.append(phrase) if _ends_with_host(view, parts, t) else None
    elif t not in parts.mentions:
        parts.mentions.add(t)
        parts.withs.append((f"{phrase} {record.relation} {thing(view, t, rng, habit)}", ""))
    return None


def _ends_with_host(view: View, parts: Parts, t: int) -> bool:
    """Tell whether the words so far end with the table t, so that "with a cake" belongs to it."""
    text = parts.beside[0] if parts.beside and t == parts.host else parts.doing
    return view.objects[t].category.split(" ")[-1] == text.split(" ")[-1]


def _somebody(view: View, j: int, parts: Parts, rng: Rng, habit: Habit) -> None:
    """Say another person: one who does the same, one who stands by, or a catcher behind."""
    record = view.objects[j]
    who = person(view, j, rng, habit)
    if record.action == "catching":
        who = rng.choice(("a catcher", "another player", "a catcher"))
        parts.withs.append((who, f"behind {parts.them}"))
    elif view.objects[parts.focus].category == "person":
        if record.relation == "next to" and record.target in (parts.focus, -1):
            parts.beside.append(f"{rng.choice(('next to', 'with', 'beside'))} {who}")
        elif record.action == view.objects[parts.focus].action:
            parts.beside.append(f"with {who}")
    elif record.target == parts.focus:
        verb = rng.choice({"waving": ("waving", "waving")}.get(record.action, ("standing",)))
        parts.withs.append((f"{who} {verb}", f"{rng.choice(('next to', 'beside'))} {parts.them}"))


def _around(view: View, j: int, parts: Parts, rng: Rng, habit: Habit) -> None:
    """Say a thing that only stands, hangs or flies around somewhere."""
    record, kind = view.objects[j], PLACES[view.scene.place].kind
    phrase = thing(view, j, rng, habit)
    if record.category in ON_WALL and kind == "room":
        parts.withs.append((phrase, "on the wall"))
    elif (kind == "outdoor" and rng.chance(0.3) and record.action != "flying"
          and not parts.beside and record.category not in FAR
          and not _aloft(view, parts)):  # fmt: skip
        parts.beside.append(f"{rng.choice(('near', 'near', 'by'))} {phrase}")
    elif record.category in FAR or (record.category in SCENERY and rng.chance(0.6)):
        back = ("in the background", "in the background", "in the distance")
        parts.withs.append((phrase, rng.choice(back)))
    elif record.position in ("left", "right") and rng.chance(0.3):
        side = rng.choice(("on the *", "on the * side", "to the *"))
        parts.withs.append((phrase, side.replace("*", record.position)))
    else:
        near = "nearby" if kind == "outdoor" else ""
        flying = record.action == "flying" and rng.chance(0.5)
        parts.withs.append((phrase, "flying" if flying else near))


def _aloft(view: View, parts: Parts) -> bool:
    """Tell whether the sentence is about something in the air, which is near nothing."""
    record = view.objects[parts.focus]
    return record.category == "kite" or record.action == "flying"


def _wall(view: View, j: int, parts: Parts, rng: Rng, habit: Habit) -> None:
    """Say what the walls are like."""
    record, table = view.objects[j], PLACES[view.scene.place].kind == "table"
    colour = record.colour if view.coloured(j) else ""
    if table:
        pattern = "tiled " if record.feature == "tiled" and rng.chance(0.6) else ""
        wall = article(f"{colour} {pattern}wall".strip())
        return parts.beside.append(f"{rng.choice(('in front of', 'against'))} {wall}")
    if record.feature == "papered" and rng.chance(0.5):
        return parts.withs.append((f"{colour} wallpaper", ""))
    tiled = record.feature == "tiled" and rng.chance(0.7)
    return parts.withs.append((f"{colour} tiled walls" if tiled else f"{colour} walls", ""))


def _cloth(view: View, j: int, parts: Parts, rng: Rng, habit: Habit) -> None:
    """Let the place be the cloth: "on a red picnic blanket"."""
    record = view.objects[j]
    colour = f"{record.colour} " if view.coloured(j) else ""
    checks = "checkered " if record.feature == "checkered" and rng.chance(0.7) else ""
    if view.scene.place == "picnic blanket":
        noun = rng.choice(("picnic blanket", "blanket"))
    else:
        noun = rng.choice(("tablecloth", "table cloth"))
    cloth = article(f"{colour}{checks}{noun}")
    usual = f"on {cloth}"
    parts.place = rng.choice((usual, f"on a table with {cloth}")) if "cloth" in noun else usual


def _court(view: View, j: int, parts: Parts, rng: Rng, habit: Habit) -> None:
    """Let the place be the court with its colour."""
    colour = view.objects[j].colour
    parts.place = f"on a {colour} {rng.choice(('tennis court', 'tennis court', 'court'))}"


def _curtains(view: View, j: int, parts: Parts, rng: Rng, habit: Habit) -> None:
    """Say curtains with their window."""
    window = view.objects[j].target
    curtains = thing(view, j, rng, habit, "no")
    if view.named(window) and window not in parts.mentions:
        parts.mentions.add(window)
        parts.withs.append((curtains, "on the window"))
    else:
        parts.withs.append((curtains, ""))


def _rug(view: View, j: int, parts: Parts, rng: Rng, habit: Habit) -> None:
    """Say the rug on the floor."""
    parts.withs.append((thing(view, j, rng, habit), "on the floor"))


Special = Callable[[View, int, Parts, Rng, Habit], None]
_SPECIAL: dict[str, Special] = {"wall": _wall, "tablecloth": _cloth, "court": _court,
                                "curtains": _curtains, "rug": _rug}  # fmt: skip
