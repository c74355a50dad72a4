"""The places of the drawn world: their light and weather, and what stands around in them."""

from dataclasses import dataclass

_OPEN = ("clear", "cloudy", "rainy", "foggy")


@dataclass(frozen=True)
class Place:
    """One place.

    kind: "outdoor", "room" (wall and floor) or "table" (a close look at a table top).
    words: names of it, the usual one first, with the preposition that fits.
    weathers: what the sky can do there; () indoors.
    scenery: things outside COCO's vocabulary that may be seen there, each a fact.
    extras: COCO categories that may stand around there.
    """

    kind: str
    words: tuple[str, ...]
    weathers: tuple[str, ...] = ()
    scenery: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()


def _place(kind: str, words: str, scenery: str = "", extras: str = "", weathers=None) -> Place:
    lists = [tuple(x for x in text.split("|") if x) for text in (words, scenery, extras)]
    if weathers is None:
        weathers = _OPEN if kind == "outdoor" else ()
    return Place(kind, lists[0], weathers, lists[1], lists[2])


PLACES = {
    # By the water
    "beach": _place(
        "outdoor", "on the beach|on a sandy beach|by the sea",
        "palm tree|sandcastle|lighthouse|rock", "umbrella|surfboard|boat|dog|bird|chair|kite",
    ),
    "ocean": _place(
        "outdoor", "in the ocean|on the sea|in the water", "lighthouse|rock",
        "boat|bird", ("clear", "cloudy", "foggy"),
    ),
    "lake": _place(
        "outdoor", "by a lake|at the lake|near the water", "mountain|pine tree|tent|campfire|rock",
        "boat|bird|bench|dog",
    ),
    "river": _place(
        "outdoor", "by a river|along the river|on the bank of a river",
        "bridge|rock|tree|windmill|house", "boat|bird|bench|bicycle",
    ),
    "harbor": _place(
        "outdoor", "in a harbor|at the harbor|by the docks", "lighthouse|house|lamp post",
        "boat|bird|bench|car|bicycle",
    ),
    # Green
    "park": _place(
        "outdoor", "in a park|at the park|on the grass of a park",
        "fountain|lamp post|flowers|tree|rock", "bench|dog|bird|bicycle|sports ball|kite",
    ),
    "garden": _place(
        "outdoor", "in a garden|in a back yard", "flowers|tree|fence|house|fountain",
        "bench|potted plant|bird|cat|chair|umbrella|dining table", ("clear", "cloudy", "rainy"),
    ),
    "playground": _place(
        "outdoor", "at a playground|on a playground", "slide|swing|tree|fence",
        "bench|bicycle|sports ball|dog|bird|teddy bear", ("clear", "cloudy", "foggy"),
    ),
    "forest": _place(
        "outdoor", "in a forest|in the woods|among trees", "tent|campfire|rock|flowers",
        "backpack|bird|dog|bench",
    ),
    "farm": _place(
        "outdoor", "on a farm|in a pasture|in a fenced field",
        "barn|haystack|windmill|fence|tree", "truck|dog|bird|sheep|cow|horse",
    ),
    "meadow": _place(
        "outdoor", "in a meadow|in a grassy field|on a green hill",
        "flowers|tree|mountain|windmill|rock|tent", "bird|dog|bench|kite",
    ),
    "savanna": _place(
        "outdoor", "in the savanna|on a dry plain|in the wild", "tree|rock|mountain",
        "bird|zebra|giraffe|elephant", ("clear", "cloudy", "foggy"),
    ),
    "zoo": _place(
        "outdoor", "in a zoo|at the zoo", "rock|tree|palm tree|fence", "bench|bird|balloons",
        ("clear", "cloudy", "rainy"),
    ),
    "desert": _place(
        "outdoor", "in the desert|on desert sand", "cactus|rock|mountain|tent",
        "car|truck|motorcycle|bird|backpack", ("clear", "cloudy"),
    ),
    # Snow
    "ski slope": _place(
        "outdoor", "on a ski slope|on a snowy mountain|down a snowy hill",
        "pine tree|mountain|fence|house", "backpack|bench", ("clear", "cloudy", "snowy"),
    ),
    "snowy field": _place(
        "outdoor", "in the snow|in a snowy field|in a snow covered park",
        "snowman|pine tree|house|fence", "bench|dog|bird|car",
        ("clear", "cloudy", "snowy", "foggy"),
    ),
    # Sport
    "skate park": _place(
        "outdoor", "at a skate park|in a skateboard park", "ramp|tree|lamp post|fence",
        "bench|backpack|bicycle|bottle", ("clear", "cloudy"),
    ),
    "tennis court": _place(
        "outdoor", "on a tennis court|at a tennis match",
        "crowd|umpire chair|scoreboard|tree|fence", "bench|bottle|chair|backpack",
        ("clear", "cloudy"),
    ),
    "baseball field": _place(
        "outdoor", "on a baseball field|at a baseball game", "crowd|scoreboard|tree|fence",
        "bench|backpack|bottle", ("clear", "cloudy"),
    ),
    "soccer field": _place(
        "outdoor", "on a soccer field|on a grassy sports field", "goal|crowd|scoreboard|tree|fence",
        "bench|backpack|bottle|dog", ("clear", "cloudy", "rainy", "foggy"),
    ),
    # Roads and towns
    "city street": _place(
        "outdoor", "on a city street|in the city|on a street with tall buildings",
        "lamp post|tree", "car|bus|truck|traffic light|fire hydrant|stop sign|parking meter|"
        "bench|bicycle|motorcycle|potted plant",
        ("clear", "cloudy", "rainy", "snowy", "foggy"),
    ),
    "suburban street": _place(
        "outdoor", "on a quiet street|in front of houses|in a neighborhood",
        "tree|lamp post|flowers|fence", "car|fire hydrant|stop sign|bicycle|dog|cat|motorcycle",
        ("clear", "cloudy", "rainy", "foggy"),
    ),
    "country road": _place(
        "outdoor", "on a country road|on a road through fields|on a rural road",
        "mountain|tree|barn|haystack|fence|windmill", "car|truck|stop sign|cow|sheep|bicycle|bird",
    ),
    "plaza": _place(
        "outdoor", "on a town square|in a plaza", "fountain|lamp post|stall|balloons|flowers",
        "bench|bird|potted plant|bicycle|clock|umbrella|dog",
        ("clear", "cloudy", "rainy", "snowy"),
    ),
    "market": _place(
        "outdoor", "at a market|at an outdoor market|among market stalls", "stall|balloons|flowers",
        "orange|apple|banana|broccoli|carrot|bicycle|umbrella|dog|handbag",
        ("clear", "cloudy", "rainy"),
    ),
    "parking lot": _place(
        "outdoor", "in a parking lot|in a car park", "lamp post|tree|fence",
        "car|truck|motorcycle|parking meter|stop sign|bicycle|fire hydrant",
    ),
    "train station": _place(
        "outdoor", "at a train station|on a station platform", "lamp post|flowers",
        "bench|suitcase|clock|backpack|bird|potted plant", ("clear", "cloudy", "rainy", "foggy"),
    ),
    "airport": _place(
        "outdoor", "at an airport|on a runway", "control tower", "truck|bus|airplane|suitcase|bird",
    ),
    "sky": _place(
        "outdoor", "in the sky|in the air|up in the sky", "mountain|tree|balloons", "bird|airplane",
        ("clear", "cloudy"),
    ),
    # Rooms
    "living room": _place(
        "room", "in a living room|in a lounge",
        "window|curtains|rug|painting|lamp|bookshelf|fireplace|mirror",
        "tv|potted plant|clock|chair|cat|dog|teddy bear|vase",
    ),
    "bedroom": _place(
        "room", "in a bedroom", "window|curtains|rug|painting|lamp|mirror|bookshelf|cabinet",
        "teddy bear|cat|dog|chair|clock|potted plant|suitcase|backpack|tv",
    ),
    "kitchen": _place(
        "room", "in a kitchen", "window|curtains|rug|painting|cabinet|pot",
        "refrigerator|oven|sink|microwave|toaster|bowl|bottle|clock|potted plant|chair|vase|cat",
    ),
    "bathroom": _place(
        "room", "in a bathroom|in a restroom",
        "window|mirror|rug|bathtub|shower curtain|towel|cabinet|painting",
        "toilet|sink|potted plant|cat|bottle|hair drier|toothbrush|vase|clock",
    ),
    "office": _place(
        "room", "in an office", "window|painting|lamp|bookshelf|rug|curtains|cabinet",
        "clock|potted plant|backpack|cat|suitcase|umbrella|chair",
    ),
    "library": _place(
        "room", "in a library|among shelves of books", "bookshelf|lamp|rug|window|painting",
        "clock|potted plant|backpack|cat|chair",
    ),
    "classroom": _place(
        "room", "in a classroom|in a school room", "blackboard|window|bookshelf|painting|rug",
        "clock|backpack|potted plant|umbrella|teddy bear|chair",
    ),
    "dining room": _place(
        "room", "in a dining room", "window|curtains|painting|rug|lamp|mirror|cabinet|fireplace",
        "vase|potted plant|clock|cat|dog|wine glass|bowl|cake",
    ),
    "restaurant": _place(
        "room", "in a restaurant|in a cafe", "window|painting|lamp|curtains|blackboard|mirror",
        "potted plant|clock|vase|wine glass|bottle|handbag|umbrella",
    ),
    "hallway": _place(
        "room", "in a hallway|by the door of a house", "painting|rug|mirror|lamp|window|cabinet",
        "umbrella|suitcase|backpack|chair|clock|potted plant|cat|dog|vase|bicycle",
    ),
    # A close look at a table
    "kitchen counter": _place("table", "on a kitchen counter", "", ""),
    "wooden table": _place("table", "on a wooden table|on a table", "", ""),
    "desk": _place("table", "on a desk|on a work desk", "", ""),
    "picnic blanket": _place("table", "on a picnic blanket", "", ""),
}  # fmt: skip
