"""The records: what a scene is, as plain frozen data."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True)
class Object:
    """One kind of thing in a scene, or a group of like things. "" and -1 mean: not a fact.

    category: a key of `world.THINGS`; count: 1-5, how many are drawn.
    colour: one of `world.COLOURS`: of the shirt or dress for persons, else of the thing itself.
    size: "small" for a young animal beside a grown one; "large" or "small" for some things.
    action: what persons do (a key of `actions.ACTIONS`), or an animal's pose, or how a boat or
        airplane moves; who: "man", ... "children" for persons.
    feature: one thing more that can be seen: "hat", "striped", "candles", ...
    relation, target: how it stands to objects[target], one of `world.RELATIONS`.
    position: "left", "middle" or "right" in the picture.
    """

    category: str
    count: int = 1
    colour: str = ""
    size: str = ""
    action: str = ""
    who: str = ""
    feature: str = ""
    relation: str = ""
    target: int = -1
    position: str = ""


@dataclass(frozen=True)
class Scene:
    """One scene: its facts, and `look`, the seed of everything that is no fact.

    place: a key of `places.PLACES`; time: one of `world.TIMES`, "" in rooms without a window;
    weather: one of `world.WEATHERS`, "" indoors; framing: one of `world.FRAMINGS`.
    objects: the first one is what the picture is about.
    """

    place: str
    time: str
    weather: str
    framing: str
    objects: tuple[Object, ...]
    look: int = 0


def to_dict(scene: Scene) -> dict:
    """Return the scene as JSON-ready lists, strings and integers; `from_dict` reads it back."""
    record = asdict(scene)
    record["objects"] = list(record["objects"])
    return record


def from_dict(record: dict) -> Scene:
    """Return the scene that `to_dict` wrote; raises ValueError if a field is unknown."""
    unknown = set(record) - {f.name for f in fields(Scene)}
    if unknown:
        raise ValueError(f"a scene has no field {sorted(unknown)}: was it written by to_dict?")
    objects = tuple(Object(**thing) for thing in record["objects"])
    return Scene(**{**record, "objects": objects})


def from_row(row: Mapping) -> tuple[Scene, dict[int, float]]:
    """Return the scene of a row of the facts' table, and each object's share of the picture."""
    things = (
        Object(**{**thing, "count": int(thing["count"]), "target": int(thing["target"])})
        for thing in row["objects"]
    )
    facts = {field.name: row[field.name] for field in fields(Scene)}
    return Scene(**{**facts, "objects": tuple(things)}), dict(enumerate(row["visible"]))


def fact_key(scene: Scene) -> str:
    """Return the full tuple of facts as canonical JSON: equal keys are twins. `look` is left out.

    Objects keep their order, because relations point into it.
    """
    record = to_dict(scene)
    del record["look"]
    return json.dumps(record, sort_keys=True, separators=(",", ":"))


def coarse_key(scene: Scene) -> tuple[str, str, str, int, str]:
    """Return (place, category, action, count, person) of what the picture is about."""
    main = scene.objects[0]
    who = next((x.who for x in scene.objects if x.who), "")
    return scene.place, main.category, main.action, main.count, who
