"""What the pretraining corpus never shows, so that a search for it is a search for the unseen.

Combinations, whose halves the corpus knows apart: a thing in a colour, somebody at an action. And
whole places and things, whose very words it never says: a floor, since nobody can know them.
"""

from collections.abc import Iterable

from lib.scenes.actions import ACTIONS
from lib.scenes.records import Scene
from lib.scenes.rng import Rng
from lib.scenes.world import THINGS

SEED = 20261128
KINDS = ("colours", "actions", "places", "things")
# Named once or never elsewhere, so that no caption of another scene says their words.
PLACES = ("library", "savanna")
OBJECTS = ("kite", "toothbrush", "windmill", "zebra")
_N_COLOURS, _N_ACTIONS, _FEWEST = 48, 16, 4


def _coloured() -> frozenset[tuple[str, str]]:
    """One colour of each of so many things that have four or more; whole walls are too many."""
    rng = Rng(SEED, "unseen colours")
    things = sorted(name for name, thing in THINGS.items() if len(thing.colours) >= _FEWEST
                    and name not in ("person", "wall", "fence", *OBJECTS))  # fmt: skip
    return frozenset((name, rng.choice(THINGS[name].colours))
                     for name in rng.sample(things, _N_COLOURS))  # fmt: skip


def _acting() -> frozenset[tuple[str, str]]:
    """One of those who do it, of each of so many actions that three or more do."""
    rng = Rng(SEED, "unseen actions")
    several = sorted(name for name, action in ACTIONS.items() if len(action.who) > 2
                     and not {*action.gear} & {*OBJECTS})  # fmt: skip
    return frozenset((rng.choice(ACTIONS[name].who), name)
                     for name in rng.sample(several, _N_ACTIONS))  # fmt: skip


COLOURED, ACTING = _coloured(), _acting()


def shown(scene: Scene, objects: Iterable[int] | None = None) -> set[str]:
    """Which of `KINDS` a scene shows; objects: those that count, of all by default."""
    some = [scene.objects[i] for i in (range(len(scene.objects)) if objects is None else objects)]
    kinds = {
        "colours": any((x.category, x.colour) in COLOURED for x in some),
        "actions": any((x.who, x.action) in ACTING for x in some),
        "places": scene.place in PLACES,
        "things": any(x.category in OBJECTS for x in some),
    }
    return {kind for kind in KINDS if kinds[kind]}


def listed() -> dict[str, list[str]]:
    """The whole list in words, for a card."""
    return {
        "colours": sorted(f"{colour} {thing}" for thing, colour in COLOURED),
        "actions": sorted(f"{who}: {action}" for who, action in ACTING),
        "places": list(PLACES),
        "things": list(OBJECTS),
    }
