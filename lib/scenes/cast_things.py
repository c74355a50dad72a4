"""Casts without people in the lead: animals, vehicles, streets, rooms, tables."""

from lib.scenes.draft import HANGING, TALL, WIDE, Draft, dress_outdoors, dress_room
from lib.scenes.places import PLACES
from lib.scenes.rng import Rng
from lib.scenes.world import THINGS

_ROOMS = ("living room", "bedroom", "hallway", "office")
ANIMALS = {
    "dog": (
        2.4,
        ("park", "beach", "garden", "snowy field", "suburban street", "meadow", "lake", *_ROOMS),
    ),
    "cat": (3.8, ("garden", "suburban street", "kitchen", "bathroom", "library") + _ROOMS * 2),
    "horse": (2.2, ("farm", "meadow", "beach", "forest", "snowy field", "country road", "desert")),
    "sheep": (1.7, ("farm", "meadow", "country road", "snowy field")),
    "cow": (2.0, ("farm", "meadow", "country road", "beach", "river")),
    "elephant": (1.8, ("savanna", "zoo", "river", "forest")),
    "zebra": (2.0, ("savanna", "zoo")),
    "giraffe": (2.0, ("savanna", "zoo")),
    "bear": (1.9, ("forest", "river", "zoo", "meadow", "snowy field")),
    "bird": (2.0, ("park", "beach", "lake", "harbor", "garden", "forest", "plaza", "sky")),
}  # fmt: skip
VEHICLES = {
    "car": (1.6, ("city street", "suburban street", "country road", "parking lot", "desert",
                  "snowy field", "harbor"), 3),
    "motorcycle": (1.6, ("city street", "parking lot", "desert", "suburban street",
                         "country road"), 3),
    "bicycle": (1.4, ("park", "city street", "suburban street", "river", "plaza", "beach",
                      "hallway"), 3),
    "bus": (1.8, ("city street", "parking lot", "country road", "suburban street", "airport"), 2),
    "truck": (1.6, ("city street", "country road", "parking lot", "desert", "farm"), 2),
    "train": (2.2, ("train station", "meadow", "forest", "city street", "desert"), 1),
    "boat": (2.0, ("ocean", "lake", "river", "harbor"), 3),
    "airplane": (2.4, ("sky", "airport"), 3),
}  # fmt: skip
STREET = {
    "fire hydrant": ("city street", "suburban street", "parking lot", "park"),
    "stop sign": ("city street", "suburban street", "country road", "parking lot", "desert"),
    "traffic light": ("city street",),
    "parking meter": ("city street", "parking lot"),
    "bench": ("park", "beach", "garden", "lake", "river", "plaza", "train station", "forest",
              "snowy field", "meadow"),
    "umbrella": ("beach", "garden"),
    "kite": ("beach", "park", "meadow"),
    "surfboard": ("beach",),
    "skis": ("ski slope", "snowy field"),
    "snowboard": ("ski slope",),
    "suitcase": ("train station", "airport", "hallway"),
    "potted plant": ("garden", "plaza", "hallway"),
    "orange": ("market",), "apple": ("market",), "banana": ("market",), "carrot": ("market",),
    "broccoli": ("market",),
    "clock": ("plaza",),
    "backpack": ("forest", "desert", "classroom"),
    "teddy bear": ("playground", "bedroom", "classroom"),
}  # fmt: skip
ROOMS = {
    "living room": (("couch", 4), ("tv", 2), ("chair", 2)),
    "bedroom": (("bed", 5), ("chair", 1), ("teddy bear", 1)),
    "kitchen": (("oven", 2), ("refrigerator", 2), ("sink", 2), ("dining table", 2), ("cabinet", 3)),
    "bathroom": (("toilet", 4), ("sink", 3), ("bathtub", 2)),
    "office": (("desk", 4), ("chair", 1)),
    "library": (("chair", 2), ("dining table", 1)),
    "classroom": (("desk", 3), ("chair", 1)),
    "dining room": (("dining table", 5),),
    "restaurant": (("dining table", 4), ("chair", 1)),
    "hallway": (("chair", 1), ("umbrella", 1), ("potted plant", 1), ("clock", 1)),
}  # fmt: skip
_FOOD = ("pizza", "sandwich", "hot dog", "donut", "cake", "banana", "apple", "orange", "broccoli",
         "carrot")  # fmt: skip
_COVER = ("cup", "wine glass", "bottle", "bowl", "fork", "knife", "spoon", "vase", "candle")
_COUNTER = ("microwave", "toaster")
_DESK = ("laptop", "keyboard", "mouse", "cell phone", "book", "scissors", "remote", "cup", "tv",
         "teddy bear", "clock", "vase", "bottle")  # fmt: skip


def _person(draft: Draft, p: float) -> None:
    """With probability p, let somebody stand beside the main thing."""
    if draft.rng.chance(p):
        who = draft.rng.choice(("man", "woman", "boy", "girl"))
        draft.add(
            "person",
            who=who,
            action=draft.rng.choice(("standing", "waving")),
            relation="next to",
            target=0,
        )


def animals(rng: Rng) -> Draft:
    """Return a draft whose first object is an animal or a group of them."""
    name = rng.weighted(list(ANIMALS), [row[0] for row in ANIMALS.values()])
    draft = Draft(rng, rng.choice(ANIMALS[name][1]))
    room = PLACES[draft.place].kind == "room"
    thing = THINGS[name]
    if room:
        return _pet(draft, name)
    count = draft.count(5, (40, 24, 16, 11, 9))
    pose = "flying" if draft.place == "sky" else rng.choice(thing.poses)
    if draft.place in ("desert", "beach", "snowy field", "country road") and pose == "grazing":
        pose = "walking"
    if name == "bear":
        colour = "white" if draft.place == "snowy field" else rng.choice(("brown", "black"))
        draft.add(name, count=count, action=pose, colour=colour)
    else:
        draft.add(name, count=count, action=pose, feature=draft.feature(name, 0.35))
    if draft.objects[0].feature == "spotted":
        draft.put(0, colour="white")
    _young(draft, name, count)
    if count < 3:
        draft.put(0, position=rng.weighted(("middle", "left", "right"), (50, 25, 25)))
    dress_outdoors(draft, 2 if count < 3 else 1)
    return draft


def _young(draft: Draft, name: str, count: int) -> None:
    """Sometimes add one young animal beside the grown ones."""
    if name != "bird" and count < 3 and draft.rng.chance(0.2):
        main = draft.objects[0]
        draft.add(
            name,
            size="small",
            action="standing" if name != "bear" else "walking",
            relation="next to",
            target=0,
            colour=main.colour,
            feature=main.feature,
        )


def _pet(draft: Draft, name: str) -> Draft:
    """Return a cat or dog in a room: on, under, in or next to something, or alone on the floor."""
    rng = draft.rng
    count = draft.count(3, (56, 38, 6))
    options = {
        "living room": (("couch", "on"), ("chair", "on"), ("tv", "next to"), ("couch", "next to")),
        "bedroom": (("bed", "on"), ("chair", "on"), ("chair", "under"), ("suitcase", "in")),
        "kitchen": (("dining table", "under"), ("chair", "on"), ("dining table", "on"),
                    ("refrigerator", "next to")),
        "bathroom": (("sink", "in"), ("bathtub", "in"), ("toilet", "on"), ("toilet", "next to")),
        "office": (("desk", "on"), ("chair", "on"), ("desk", "under")),
        "library": (("chair", "on"), ("dining table", "under"), ("bookshelf", "next to")),
        "hallway": (("chair", "on"), ("suitcase", "in"), ("umbrella", "under")),
    }[draft.place]  # fmt: skip
    host, relation = rng.choice(options)
    if (name == "dog" and relation == "in") or (name == "dog" and host in ("desk", "dining table")):
        relation = "under" if host in ("desk", "dining table") else "next to"
    if relation in ("on", "in", "under"):
        count = min(count, 2 if host in WIDE else 1)
    pose = rng.choice(("sitting", "lying", "standing") if relation != "in" else ("sitting",))
    draft.add(name, count=count, action=pose)
    side = rng.choice(("left", "middle", "right"))
    index = draft.add(host, position=side, feature=draft.feature(host, 0.3))
    draft.put(0, relation=relation, target=index)
    hidden = side if host in TALL else ""
    dress_room(draft, _free_slots(host, side), rng.choice((1, 2)), rng.choice((1, 2)), hidden)
    return draft


def _free_slots(host: str, side: str) -> list[str]:
    """Return the places at the wall that `host` leaves free."""
    if host in WIDE and side == "middle":
        return []
    taken = {side, "middle"} if host in WIDE else {side}
    return [s for s in ("left", "middle", "right") if s not in taken]


def vehicles(rng: Rng) -> Draft:
    """Return a draft whose first object is a vehicle or a few of them."""
    name = rng.weighted(list(VEHICLES), [row[0] for row in VEHICLES.values()])
    _, places, most = VEHICLES[name]
    draft = Draft(rng, rng.choice(places))
    if draft.place == "hallway":
        return _room_thing(draft, name, "middle")
    count = draft.count(most, (66, 22, 12))
    pose = (
        ("flying" if draft.place == "sky" or rng.chance(0.4) else "parked")
        if name == "airplane"
        else ""
    )
    feature = rng.choice(THINGS[name].features) if name == "boat" else draft.feature(name, 0.35)
    draft.add(name, count=count, action=pose, feature=feature)
    if name not in ("train", "airplane") and count == 1:
        draft.put(0, position=rng.weighted(("middle", "left", "right"), (50, 25, 25)))
    if name in ("bicycle", "motorcycle") and rng.chance(0.25):
        pet = rng.choice(("dog", "cat"))
        draft.add(pet, action="sitting", relation="next to", target=0)
    elif name in ("car", "truck", "bus", "motorcycle", "train", "bicycle"):
        _person(draft, 0.25)
    dress_outdoors(draft, 1)
    return draft


def street(rng: Rng) -> Draft:
    """Return a draft about a thing that stands (or flies) outdoors."""
    name = rng.choice(list(STREET))
    draft = Draft(rng, rng.choice(STREET[name]))
    if PLACES[draft.place].kind == "room":
        return _room_thing(draft, name, rng.choice(("left", "middle", "right")))
    fruit = draft.place == "market"
    count = draft.count(
        5 if fruit or name == "kite" else 2, (70, 30, 20, 15, 15) if fruit else (75, 25, 10, 5, 5)
    )
    if name in ("clock", "traffic light", "stop sign"):
        count = 1
    draft.add(name, count=count, feature=draft.feature(name, 0.4))
    if fruit:
        stall = draft.add("stall")
        draft.put(0, relation="on", target=stall)
    if count == 1 and not fruit and name != "kite":
        draft.put(0, position=rng.weighted(("middle", "left", "right"), (40, 30, 30)))
    if name in ("bench", "fire hydrant", "umbrella", "suitcase", "parking meter"):
        _beside(draft, name)
    dress_outdoors(draft, 2)
    return draft


def _beside(draft: Draft, name: str) -> None:
    """Add an animal, a bag or a person on, under or next to a thing of the street."""
    rng = draft.rng
    if name == "bench" and rng.chance(0.6):
        other = rng.choice(("cat", "dog", "bird", "backpack", "teddy bear", "book", "handbag"))
        pose = rng.choice(THINGS[other].poses[:1]) if THINGS[other].poses else ""
        low = other in ("cat", "dog") and rng.chance(0.4)
        draft.add(
            other, relation="under" if low else "on", target=0, action="lying" if low else pose
        )
    elif name == "umbrella" and rng.chance(0.6):
        draft.add(
            rng.choice(("chair", "teddy bear", "suitcase", "backpack")), relation="under", target=0
        )
    elif rng.chance(0.3):
        draft.add(
            rng.choice(("dog", "cat", "bird")),
            action="standing" if name != "bench" else "sitting",
            relation="next to",
            target=0,
        )
    else:
        _person(draft, 0.35)


def rooms(rng: Rng) -> Draft:
    """Return a draft about a room and its main piece of furniture."""
    place = rng.choice(list(ROOMS))
    name = rng.weighted([n for n, _ in ROOMS[place]], [w for _, w in ROOMS[place]])
    side = rng.choice(("left", "middle", "right"))
    return _room_thing(Draft(rng, place), name, side)


def _room_thing(draft: Draft, name: str, side: str) -> Draft:
    """Return a room with `name` at `side`, furnished."""
    rng = draft.rng
    index = draft.add(name, position=side, feature=draft.feature(name))
    if name == "chair" and rng.chance(0.5):
        draft.put(index, count=2)
    tops = {
        "desk": ("laptop", "book", "cup", "vase", "keyboard", "cell phone", "cat"),
        "dining table": ("vase", "bowl", "cake", "wine glass", "bottle", "cup", "pizza", "book",
                         "banana", "orange"),
        "bed": ("teddy bear", "cat", "dog", "book", "suitcase", "laptop", "backpack"),
        "couch": ("cat", "dog", "teddy bear", "book", "remote", "laptop", "backpack"),
        "oven": ("pot",), "cabinet": ("microwave", "toaster", "bowl", "vase"),
        "sink": ("bottle", "toothbrush", "cat"), "chair": ("cat", "teddy bear"),
    }.get(name, ())  # fmt: skip
    for top in rng.sample(tops, rng.choice((0, 1, 1, 2) if name in WIDE else (0, 1, 1))):
        pose = rng.choice(("sitting", "lying")) if THINGS[top].poses else ""
        draft.add(top, relation="on", target=index, action=pose, feature=draft.feature(top))
    if name in ("desk", "dining table") and rng.chance(0.6):
        draft.add("chair", count=rng.choice((1, 2)), relation="next to", target=index)
    dress_room(draft, _free_slots(name, side), 2, 2, side if name in TALL + HANGING else "")
    return draft


def tables(rng: Rng) -> Draft:
    """Return a close look at a table top: food and dishes, or the things of a desk."""
    place = rng.choice(
        ("kitchen counter", "wooden table", "wooden table", "desk", "picnic blanket")
    )
    draft = Draft(rng, place)
    desk = place == "desk"
    more = _COUNTER if place == "kitchen counter" else ()
    main = rng.choice(_DESK[:10] if desk else _FOOD + _COVER[:4] + ("vase",) + more)
    counts = 3 if main in ("pizza", "laptop", "tv", "cake", "keyboard") else 5
    counts = 1 if main in _COUNTER else counts
    index = draft.add(
        main, count=draft.count(counts, (40, 22, 16, 12, 10)), feature=draft.feature(main, 0.5)
    )
    draft.put(index, position=rng.weighted(("middle", "left", "right"), (60, 20, 20)))
    if draft.objects[0].count < 4 and main in _FOOD and rng.chance(0.5):
        plate = draft.add("plate")
        draft.put(index, relation="on", target=plate)
    if place in ("wooden table", "picnic blanket") and (place != "wooden table" or rng.chance(0.5)):
        draft.add("tablecloth", feature=draft.feature("tablecloth", 0.4))
    if place != "picnic blanket":
        draft.add("wall", feature="tiled" if place == "kitchen counter" and rng.chance(0.5) else "")
    pool = [x for x in (_DESK if desk else _FOOD + _COVER * 2 + more) if x != main]
    sides = rng.sample([s for s in ("left", "right") if s != draft.objects[0].position], 2)
    for name in rng.sample(pool, rng.weighted((1, 2, 3), (35, 45, 20))):
        if not draft.has(name):
            side = min(sides, key=lambda s: sum(x.position == s for x in draft.objects[1:]))
            draft.add(name, position=side, feature=draft.feature(name))
    return draft
