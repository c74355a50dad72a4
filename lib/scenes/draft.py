"""A scene in the making: picks colours, features and dressing so that facts agree."""

from dataclasses import replace

from lib.scenes.places import PLACES
from lib.scenes.records import Object
from lib.scenes.rng import Rng
from lib.scenes.world import THINGS

# What a room's things may do there: stand at the wall, hang on it, lie in front, stand on others.
TALL = ("bookshelf", "refrigerator", "shower curtain", "lamp", "fireplace")
STANDING = (
    *TALL, "cabinet", "potted plant", "oven", "sink", "toilet", "bathtub", "tv", "chair", "couch",
    "bed", "dining table",
)  # fmt: skip
HANGING = ("window", "painting", "mirror", "clock", "towel", "blackboard")
FRONT = ("cat", "dog", "teddy bear", "suitcase", "backpack", "umbrella", "handbag")
WIDE = ("bed", "couch", "bathtub", "dining table", "desk", "blackboard")
HOSTS = {
    "cabinet": ("vase", "bowl", "bottle", "microwave", "toaster", "book", "clock", "cake"),
    "oven": ("pot",),
    "sink": ("bottle", "toothbrush", "hair drier"),
    "dining table": ("vase", "bowl", "cake", "wine glass", "bottle", "cup", "book", "laptop"),
    "desk": ("laptop", "book", "cup", "vase", "keyboard", "cell phone"),
    "refrigerator": (),
}
_FRUIT = ("orange", "apple", "banana", "broccoli", "carrot")
_NO_PLACEMENT = ("wall", "rug", "fence", "bridge", "mountain", "crowd", "court")


class Draft:
    """The objects of one scene while they are chosen, with the stream that chooses them."""

    def __init__(self, rng: Rng, place: str):
        """Start an empty scene at `place`."""
        self.rng, self.place, self.objects = rng, place, []

    def add(self, category: str, **facts) -> int:
        """Add an object, with a colour of its own if it has one and none is given; its index."""
        if "colour" not in facts and THINGS[category].colours:
            facts["colour"] = self.colour(category)
        self.objects.append(Object(category, **facts))
        return len(self.objects) - 1

    def put(self, index: int, **facts) -> None:
        """Change facts of an object that was added before."""
        self.objects[index] = replace(self.objects[index], **facts)

    def colour(self, category: str) -> str:
        """Pick a colour for `category` that nothing else in the scene has, if there is one."""
        used = {x.colour for x in self.objects}
        free = [c for c in THINGS[category].colours if c not in used]
        return self.rng.choice(free or list(THINGS[category].colours))

    def has(self, category: str) -> bool:
        """Tell whether the scene holds `category` already."""
        return any(x.category == category for x in self.objects)

    def feature(self, category: str, p: float = 0.4) -> str:
        """Pick one of the category's features with probability p, else none."""
        features = THINGS[category].features
        return self.rng.choice(features) if features and self.rng.chance(p) else ""

    def count(self, most: int, weights=(60, 20, 10, 6, 4)) -> int:
        """Pick how many there are, at most `most`."""
        most = min(most, 5)
        return self.rng.weighted(range(1, most + 1), weights[:most])


def person_feature(draft: Draft, who: str) -> str:
    """Pick one thing that can be seen of a person: mostly none."""
    options = {
        "man": ("hat", "beard", "glasses", "striped"), "woman": ("hat", "dress", "dress", "glasses",
                                                                 "striped"),
        "boy": ("hat", "striped"), "girl": ("hat", "dress", "striped"),
    }.get(who, ())  # fmt: skip
    return draft.rng.choice(options) if options and draft.rng.chance(0.45) else ""


def dress_outdoors(draft: Draft, most: int) -> None:
    """Add scenery and things that stand around, left and right of what is there."""
    rng, place = draft.rng, PLACES[draft.place]
    sides = rng.sample(("left", "right"), 2)
    taken = {x.position for x in draft.objects}
    sides = [s for s in sides if s not in taken]
    main = draft.objects[0]
    afloat = main.category == "boat" or main.action in ("rowing", "surfing")
    banks = rng.sample(("left", "right"), 2)
    for name in rng.sample(place.scenery, rng.weighted((0, 1, 2), (30, 48, 22))):
        if draft.has(name) or (name == "stall" and draft.has("stall")):
            continue
        spread = name in _NO_PLACEMENT
        side = "" if spread else banks.pop()
        feature = draft.feature(name, 0.35) if name != "court" else ""
        if draft.place == "savanna" or (name == "tree" and draft.place in ("zoo",)):
            feature = ""
        draft.add(name, position=side, feature=feature)
    extras = [x for x in place.extras if not draft.has(x)]
    if afloat:  # nothing else can be on the water
        extras = [x for x in extras if x in ("boat", "bird")]
    for name in rng.sample(extras, min(most, rng.weighted((0, 1, 2), (30, 48, 22)))):
        if not sides:
            break
        _extra(draft, name, sides.pop())


def _extra(draft: Draft, name: str, side: str) -> None:
    """Add one thing beside or behind what the picture is about."""
    thing, facts = THINGS[name], {"position": side}
    if draft.place == "market" and name in _FRUIT:
        stall = next((i for i, x in enumerate(draft.objects) if x.category == "stall"), -1)
        stall = draft.add("stall", position=side) if stall < 0 else stall
        draft.add(name, count=draft.count(4), relation="on", target=stall)
        return
    if thing.poses:
        facts["action"] = draft.rng.choice(thing.poses[:3])
    if name == "airplane":
        facts["action"] = "parked" if draft.place == "airport" else "flying"
    if name == "umbrella" and draft.place in ("beach", "garden", "plaza", "market"):
        facts["feature"] = ""
    main = draft.objects[0]
    if name == "bird" and (
        draft.place in ("ocean", "sky") or main.category == "boat" or main.action == "rowing"
    ):
        facts["action"] = "flying"
    if name == "boat":
        facts["feature"] = draft.rng.choice(THINGS["boat"].features)
    small = thing.width < 200 and name not in ("boat", "kite") and not thing.poses
    small = small and main.action != "flying" and main.category != "kite"
    if small and draft.rng.chance(0.35):
        facts = {k: v for k, v in facts.items() if k != "position"}
        facts |= {"relation": "next to", "target": 0}
    elif name in ("car", "bus", "truck", "bench") and draft.rng.chance(0.4):
        facts = {"relation": "behind", "target": 0}
    if name in ("bird", "sheep", "cow", "zebra", "bicycle"):
        facts["count"] = draft.count(3)
    draft.add(name, **facts)


def dress_room(draft: Draft, slots: list[str], most: int, hang: int = 2, hidden: str = "") -> None:
    """Furnish a room: a wall colour, things in the free `slots` at the wall and above them.

    hidden: where nothing may hang, because a person or a tall thing stands before that wall.
    """
    rng, place = draft.rng, PLACES[draft.place]
    tiled = draft.place == "bathroom" and rng.chance(0.5)
    draft.add("wall", feature="tiled" if tiled else ("papered" if rng.chance(0.25) else ""))
    pool = rng.sample(place.scenery + place.extras, 99)
    blocked, standing = {hidden}, 0
    for name in [x for x in pool if x in STANDING and not draft.has(x)]:
        if standing >= most or not slots:
            break
        if name in WIDE:
            continue
        side = slots.pop(rng.below(len(slots)))
        blocked |= {side} if name in TALL else set()
        _stand(draft, name, side, pool)
        standing += 1
    if rng.chance(0.5):  # nearly every room could have a clock: keep it from being everywhere
        pool = [x for x in pool if x != "clock"]
    walls = [s for s in rng.sample(("left", "middle", "right"), 3) if s not in blocked]
    for name in [x for x in pool if x in HANGING and not draft.has(x)][:hang]:
        if walls:
            _hang(draft, name, walls.pop())
            walls = [] if name == "blackboard" else walls  # it is as wide as the others together
    if "rug" in pool and rng.chance(0.35):
        draft.add("rug", feature=draft.feature("rug", 0.4))
    fronts = [x for x in pool if x in FRONT and not draft.has(x)]
    if fronts and rng.chance(0.28):
        _front(draft, fronts[0])


def _stand(draft: Draft, name: str, side: str, pool: list[str]) -> None:
    """Add a standing thing at the wall, sometimes with something on it."""
    host = draft.add(name, position=side, feature=draft.feature(name))
    tops = [x for x in HOSTS.get(name, ()) if x in pool and not draft.has(x)]
    if tops and draft.rng.chance(0.65):
        top = draft.rng.choice(tops)
        draft.add(top, relation="on", target=host, feature=draft.feature(top))


def _hang(draft: Draft, name: str, side: str) -> None:
    """Add a thing on the wall; a window may have curtains."""
    feature = "" if name == "clock" else draft.feature(name, 0.3)
    index = draft.add(name, position=side, feature=feature)
    if name == "window" and "curtains" in PLACES[draft.place].scenery and draft.rng.chance(0.5):
        draft.add("curtains", relation="next to", target=index)


def _front(draft: Draft, name: str) -> None:
    """Add a thing in the foreground of a room, left or right."""
    action = draft.rng.choice(THINGS[name].poses[:3]) if THINGS[name].poses else ""
    draft.add(name, position=draft.rng.choice(("left", "right")), action=action)
