"""From a thing to the function that draws it: held or standing, here or there."""

from collections.abc import Callable

from lib.scenes import (
    art_desk,
    art_food,
    art_furniture,
    art_gear,
    art_pets,
    art_scenery,
    art_vehicles,
    art_walls,
)
from lib.scenes.art_people import person
from lib.scenes.places import PLACES
from lib.scenes.records import Object, Scene
from lib.scenes.rng import Rng
from lib.scenes.style import Art, Style
from lib.scenes.world import THINGS

_MODULES = (
    art_pets,
    art_vehicles,
    art_gear,
    art_food,
    art_desk,
    art_furniture,
    art_walls,
    art_scenery,
)
_HELD = {
    "pizza": art_food.slice_of_pizza, "knife": art_food.held_fork, "book": art_desk.held_book,
    "cell phone": art_gear.cell_phone, "remote": art_gear.remote, "toothbrush": art_gear.toothbrush,
    "hair drier": art_gear.hair_drier, "umbrella": art_gear.umbrella,
}  # fmt: skip
_LYING = {
    "cell phone": art_desk.cell_phone, "remote": art_desk.remote, "toothbrush": art_desk.toothbrush,
    "hair drier": art_desk.hair_drier,
}  # fmt: skip
_STANDING = {
    "surfboard": art_gear.upright_board, "skis": art_gear.upright_skis,
    "snowboard": art_gear.upright_snowboard,
}  # fmt: skip


def _default(name: str) -> Callable[[Style], Art]:
    if name == "person":
        return person
    for module in _MODULES:
        draw = getattr(module, THINGS[name].draw, None)
        if draw:
            return draw
    raise LookupError(
        f"no drawing for {name!r}: add a function {THINGS[name].draw} to an art module"
    )


def drawing(scene: Scene, thing: Object, ridden: bool = False) -> Callable[[Style], Art]:
    """Return the function that draws `thing` as it is used in this scene."""
    name = thing.category
    if thing.relation == "held by":
        return _HELD.get(name) or _default(name)
    if name in _LYING:
        return _LYING[name]
    if name in _STANDING and not ridden:
        return _STANDING[name]
    if name == "umbrella":
        return art_gear.closed_umbrella if PLACES[scene.place].kind == "room" else art_gear.parasol
    if name == "clock":
        return _clock(scene, thing)
    if name == "tv" and (thing.relation == "on" or scene.place == "desk"):
        return art_desk.monitor
    if name == "suitcase" and any(
        x.relation == "in" and scene.objects[x.target] is thing for x in scene.objects
    ):
        return art_gear.open_suitcase
    return _default(name)


def _clock(scene: Scene, thing: Object) -> Callable[[Style], Art]:
    if scene.place in ("plaza", "train station"):
        return art_walls.clock_tower
    if thing.relation == "on" or scene.place == "desk":
        return art_desk.desk_clock
    return art_desk.clock


def draw_thing(scene: Scene, index: int, copy: int = 0, pose: str = "", **more) -> Art:
    """Draw one copy of objects[index]; pose and `more` override fields of its style."""
    thing = scene.objects[index]
    ridden = any(x.relation == "riding" and x.target == index for x in scene.objects)
    ridden = ridden or thing.relation == "held by"
    rng = Rng(scene.look, f"thing {index}", copy)
    place = scene.place
    if thing.category == "sports ball" and scene.objects[0].action in ("batting", "catching"):
        place = "baseball field"  # the ball of that game, wherever it is played
    if thing.category == "giraffe" and scene.objects[0].action == "feeding":
        pose = "reaching"
    fields = {"colour": thing.colour, "pose": pose or thing.action, "who": thing.who,
              "feature": thing.feature, "size": thing.size, "place": place,
              "time": scene.time or "day"}  # fmt: skip
    return drawing(scene, thing, ridden)(Style(rng, **{**fields, **more}))
