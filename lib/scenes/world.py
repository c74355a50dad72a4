"""What exists in the drawn world: colours, times, weathers, categories, places.

`THINGS` is the one table that gives each category its COCO tag, its drawing and its words.
Places are in `PLACES`, actions of people in `actions.py`.
"""

from dataclasses import dataclass

COLOURS = (
    "black", "white", "gray", "red", "orange", "yellow",
    "green", "blue", "purple", "pink", "brown",
)  # fmt: skip
TIMES = ("morning", "day", "sunset", "night")
WEATHERS = ("clear", "cloudy", "rainy", "snowy", "foggy")
FRAMINGS = ("wide", "medium", "close")
WHO = ("man", "woman", "boy", "girl", "people", "children")
RELATIONS = (
    "on", "under", "in", "next to", "behind", "in front of",
    "held by", "walked by", "worn by", "riding", "above",
)  # fmt: skip

_BRIGHT = ("red", "orange", "yellow", "green", "blue", "purple", "pink")
_ANY = COLOURS
_PAINT = ("black", "white", "gray", "red", "orange", "yellow", "green", "blue")
_WOOD = ("brown", "white", "black", "blue", "green", "red", "yellow")
_SOFT = ("red", "blue", "green", "gray", "brown", "purple", "yellow", "orange", "pink", "white")
_METAL = ("white", "gray", "black", "red", "blue", "green")


@dataclass(frozen=True)
class Thing:
    """One category: what it is called, how it is drawn, what can be said of it.

    tag: COCO's `supercategory:category`, or "" for things outside COCO's vocabulary.
    draw: name of the function in `art` that draws it.
    colours: colours that are facts; () if its colour says nothing (a zebra, broccoli).
    words: nouns for one of it, the usual one first; hypernym: a vaguer noun, or "".
    width, height: its usual size in centimetres as drawn (small things are drawn enlarged).
    poses: what it can be seen doing; features: what can be seen of it besides colour.
    """

    tag: str
    draw: str
    colours: tuple[str, ...]
    words: tuple[str, ...]
    hypernym: str
    width: float
    height: float
    poses: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


THINGS: dict[str, Thing] = {}


def _add(group: str, name: str, colours, words: str, hypernym: str, size, poses="", features=""):
    """Enter one row; `words`, `poses` and `features` are lists parted by '|'."""
    split = [tuple(x for x in text.split("|") if x) for text in (words, poses, features)]
    THINGS[name] = Thing(
        tag=f"{group}:{name}" if group else "",
        draw=name.replace(" ", "_"),
        colours=tuple(colours),
        words=(name, *split[0]),
        hypernym=hypernym,
        width=size[0],
        height=size[1],
        poses=split[1],
        features=split[2],
    )


def _rows(group: str, rows) -> None:
    for row in rows:
        _add(group, *row)


_rows("person", [
    ("person", _ANY, "", "person", (50, 172), "", "hat|beard|glasses|dress|striped|suit"),
])  # fmt: skip
_rows("vehicle", [
    ("bicycle", _ANY, "bike", "vehicle", (170, 105)),
    ("car", _ANY, "automobile|sedan", "vehicle", (400, 150)),
    ("motorcycle", _PAINT, "motorbike", "vehicle", (200, 115)),
    ("airplane", _PAINT, "plane|jet|passenger jet", "aircraft", (1500, 520), "flying|parked"),
    ("bus", (*_PAINT, "purple"), "passenger bus", "vehicle", (900, 300), "", "double-decker"),
    ("train", _PAINT, "passenger train", "vehicle", (1500, 330)),
    ("truck", _PAINT, "lorry", "vehicle", (720, 300), "", "pickup"),
    ("boat", (*_PAINT, "brown"), "", "vessel", (420, 160), "", "sailboat|motorboat|rowboat"),
])  # fmt: skip
_rows("outdoor", [
    ("traffic light", ("red", "yellow", "green"), "stoplight|traffic signal", "signal", (45, 330)),
    ("fire hydrant", ("red", "yellow", "blue", "green", "orange"), "hydrant", "", (55, 85)),
    ("stop sign", (), "", "sign", (75, 240)),
    ("parking meter", ("gray", "black", "blue", "red", "yellow", "green"), "meter", "", (34, 150)),
    ("bench", _WOOD, "park bench", "seat", (170, 90)),
])  # fmt: skip
_rows("animal", [
    ("bird", _ANY, "", "animal", (42, 38), "standing|flying"),
    ("cat", ("black", "white", "gray", "orange", "brown"), "kitty", "animal", (62, 48),
     "sitting|standing|lying|walking"),
    ("dog", ("black", "white", "gray", "brown", "orange"), "pup", "animal", (85, 66),
     "sitting|standing|lying|walking|running"),
    ("horse", ("brown", "black", "white", "gray"), "", "animal", (220, 205),
     "standing|walking|grazing|running"),
    ("sheep", ("white", "black", "gray", "brown"), "", "animal", (125, 95),
     "standing|walking|grazing|lying"),
    ("cow", ("brown", "black", "white"), "", "animal", (235, 150),
     "standing|walking|grazing|lying", "spotted"),
    ("elephant", (), "", "animal", (380, 290), "standing|walking"),
    ("bear", ("brown", "black", "white"), "", "animal", (190, 120), "standing|walking|sitting"),
    ("zebra", (), "", "animal", (210, 185), "standing|walking|grazing|running"),
    ("giraffe", (), "", "animal", (240, 460), "standing|walking"),
])  # fmt: skip
_rows("accessory", [
    ("backpack", (*_BRIGHT, "black", "brown"), "knapsack", "bag", (38, 50)),
    ("umbrella", _ANY, "parasol", "", (130, 110)),
    ("handbag", (*_BRIGHT, "black", "brown", "white"), "purse", "bag", (38, 46)),
    ("tie", ("red", "blue", "yellow", "green", "purple", "pink"), "necktie", "", (10, 45)),
    ("suitcase", _ANY, "luggage|travel bag", "bag", (50, 75)),
])  # fmt: skip
_rows("sports", [
    ("frisbee", (*_BRIGHT, "white"), "disc", "toy", (40, 14)),
    ("skis", (*_BRIGHT, "black"), "pair of skis", "", (175, 12)),
    ("snowboard", (*_BRIGHT, "black"), "", "board", (155, 10)),
    ("sports ball", ("white", "red", "orange", "yellow", "blue"), "ball", "", (28, 28)),
    ("kite", _BRIGHT, "", "toy", (120, 150)),
    ("baseball bat", ("brown", "black", "red", "blue"), "bat", "", (90, 9)),
    ("baseball glove", ("brown", "black"), "mitt|baseball mitt", "glove", (34, 34)),
    ("skateboard", (*_BRIGHT, "black"), "", "board", (88, 16)),
    ("surfboard", (*_BRIGHT, "white"), "", "board", (210, 46)),
    ("tennis racket", (*_BRIGHT, "black"), "racket|tennis racquet", "", (75, 30)),
])  # fmt: skip
_rows("kitchen", [
    ("bottle", ("green", "brown", "blue", "red", "white", "yellow"), "", "container", (9, 30)),
    ("wine glass", (), "glass of wine", "glass", (11, 24)),
    ("cup", _ANY, "mug|coffee cup", "drink", (14, 12)),
    ("fork", (), "", "utensil", (3, 24)),
    ("knife", (), "", "utensil", (3, 25)),
    ("spoon", (), "", "utensil", (4, 24)),
    ("bowl", _ANY, "dish", "dish", (28, 13)),
])  # fmt: skip
_rows("food", [
    ("banana", (), "", "fruit", (24, 12)),
    ("apple", ("red", "green", "yellow"), "", "fruit", (13, 13)),
    ("sandwich", (), "", "food", (26, 16)),
    ("orange", (), "", "fruit", (13, 13)),
    ("broccoli", (), "", "vegetable", (16, 17)),
    ("carrot", (), "", "vegetable", (26, 9)),
    ("hot dog", (), "hotdog", "food", (28, 12)),
    ("pizza", (), "", "food", (40, 14), "", "pepperoni|vegetable|cheese"),
    ("donut", ("pink", "brown", "white", "blue", "yellow"), "doughnut", "dessert", (18, 9)),
    ("cake", ("brown", "white", "pink", "yellow", "blue", "green", "purple"), "", "dessert",
     (34, 26), "", "candles|strawberries"),
])  # fmt: skip
_rows("furniture", [
    ("chair", _ANY, "", "seat", (52, 95)),
    ("couch", (*_SOFT, "black"), "sofa", "furniture", (210, 92)),
    ("potted plant", (), "plant|house plant", "plant", (60, 105), "", "flowering"),
    ("bed", _SOFT, "", "furniture", (215, 100), "", "striped"),
    ("dining table", _WOOD, "table", "furniture", (160, 76)),
    ("toilet", ("white", "pink", "blue", "green", "black"), "", "", (55, 80), "", "open"),
])  # fmt: skip
_rows("electronic", [
    ("tv", (), "television|flat screen tv", "screen", (125, 78), "", "on"),
    ("laptop", ("gray", "black", "white", "pink", "blue"), "laptop computer", "computer", (40, 30)),
    ("mouse", ("black", "white", "red", "blue"), "computer mouse", "", (13, 7)),
    ("remote", ("black", "white", "gray"), "remote control", "controller", (7, 22)),
    ("keyboard", ("black", "white", "gray"), "computer keyboard", "", (46, 10)),
    ("cell phone", ("black", "white", "red", "blue", "pink"), "phone|mobile phone", "phone",
     (10, 19)),
])  # fmt: skip
_rows("appliance", [
    ("microwave", _METAL, "microwave oven", "appliance", (52, 32)),
    ("oven", _METAL, "stove", "appliance", (66, 92)),
    ("toaster", (*_METAL, "yellow", "pink"), "", "appliance", (34, 24)),
    ("sink", ("white", "gray", "black", "blue"), "", "", (64, 86)),
    ("refrigerator", (*_METAL, "yellow", "pink"), "fridge", "appliance", (78, 178)),
])  # fmt: skip
_rows("indoor", [
    ("book", (*_BRIGHT, "brown", "black"), "", "", (26, 6), "", "open"),
    ("clock", ("white", "black", "red", "blue", "yellow", "green"), "", "", (42, 42)),
    ("vase", _ANY, "", "", (20, 36), "", "flowers"),
    ("scissors", ("red", "blue", "green", "yellow", "orange", "black"), "pair of scissors", "tool",
     (20, 10)),
    ("teddy bear", ("brown", "white", "pink", "yellow", "blue"), "stuffed bear|teddy", "toy",
     (40, 48)),
    ("hair drier", ("pink", "black", "red", "blue", "white", "purple"), "hair dryer|blow dryer",
     "appliance", (26, 26)),
    ("toothbrush", ("blue", "red", "green", "pink", "yellow", "purple"), "", "", (3, 22)),
])  # fmt: skip
# Outside COCO's vocabulary: they carry no tag, but a sentence may name them.
_rows("", [
    ("wall", ("white", "gray", "yellow", "green", "blue", "pink", "purple", "orange", "brown"),
     "", "", (0, 0), "", "tiled|papered"),
    ("window", (), "", "", (95, 105)),
    ("curtains", _SOFT, "drapes", "", (130, 125)),
    ("rug", _SOFT, "carpet", "", (230, 70), "", "round"),
    ("painting", _BRIGHT, "picture|framed picture", "artwork", (75, 58)),
    ("mirror", (), "", "", (60, 78), "", "round"),
    ("lamp", ("yellow", "red", "blue", "green", "white"), "floor lamp", "light", (46, 150)),
    ("bookshelf", ("brown", "white", "black"), "bookcase|shelf full of books", "furniture",
     (105, 185)),
    ("cabinet", _WOOD, "cupboard", "furniture", (100, 88)),
    ("bathtub", ("white", "pink", "blue", "black"), "tub|bath", "", (165, 62)),
    ("shower curtain", _SOFT, "", "", (95, 195)),
    ("towel", (*_BRIGHT, "white"), "", "", (40, 62)),
    ("fireplace", ("brown", "white", "gray"), "", "", (130, 120)),
    ("desk", _WOOD, "", "table", (140, 76)),
    ("tablecloth", (*_BRIGHT, "white"), "", "", (0, 0), "", "checkered"),
    ("plate", ("white", "blue", "red", "green", "yellow", "black"), "dish", "", (34, 6)),
    ("pot", ("red", "gray", "black", "blue"), "saucepan", "", (34, 24)),
    ("blackboard", (), "chalkboard", "board", (190, 95)),
    ("candle", (*_BRIGHT, "white"), "", "light", (8, 26)),
    ("court", ("green", "blue", "red"), "", "", (0, 0)),
    ("crowd", (), "spectators|fans", "people", (0, 0)),
    ("scoreboard", (), "", "", (260, 190)),
    ("umpire chair", (), "umpire's chair", "chair", (70, 210)),
    ("tree", (), "", "plant", (260, 430), "", "bare|autumn|blossoming"),
    ("palm tree", (), "palm", "tree", (230, 520)),
    ("pine tree", (), "pine|evergreen", "tree", (210, 500)),
    ("cactus", (), "", "plant", (110, 230)),
    ("flowers", ("red", "orange", "yellow", "blue", "purple", "pink", "white"), "blossoms",
        "plants", (180, 55)),
    ("rock", (), "boulder", "stone", (170, 105)),
    ("fence", ("white", "brown"), "", "", (0, 0)),
    ("house", ("white", "red", "blue", "yellow", "pink", "green"), "", "building", (620, 480)),
    ("barn", ("red", "white", "brown"), "", "building", (720, 520)),
    ("haystack", (), "bale of hay|hay bale", "", (170, 140)),
    ("windmill", (), "", "building", (420, 760)),
    ("lighthouse", ("red", "blue", "black"), "", "tower", (260, 900)),
    ("bridge", ("red", "gray", "brown"), "", "", (0, 0)),
    ("fountain", (), "", "", (300, 200)),
    ("slide", _BRIGHT, "playground slide", "", (300, 210)),
    ("swing", _BRIGHT, "swing set|swings", "", (300, 235)),
    ("tent", _BRIGHT, "", "", (290, 165)),
    ("snowman", (), "", "", (95, 165)),
    ("campfire", (), "fire|bonfire", "", (90, 80)),
    ("sandcastle", (), "castle of sand", "", (110, 80)),
    ("stall", _BRIGHT, "market stall|stand", "", (330, 260)),
    ("mountain", (), "mountains", "", (0, 0)),
    ("ramp", (), "skate ramp", "", (300, 120)),
    ("goal", (), "soccer goal", "", (340, 200)),
    ("control tower", (), "airport tower", "tower", (260, 760)),
    ("lamp post", (), "street lamp|street light", "light", (60, 420)),
    ("balloons", _BRIGHT, "balloon", "", (80, 200)),
])  # fmt: skip

COCO = tuple(t.tag for t in THINGS.values() if t.tag)
# Shirts of a group whose shirts differ: neighbours in this order are easy to tell apart.
NAMED_SHIRTS = ("red", "blue", "yellow", "green", "white", "purple", "orange", "gray", "pink")
