"""What people do in the drawn world, where, with what, and how many of them."""

from dataclasses import dataclass

_ALL = ("man", "woman", "boy", "girl")
_ADULT = ("man", "woman")
_CHILD = ("boy", "girl")
_STROLL = (
    "park", "beach", "city street", "suburban street", "forest", "country road", "plaza", "market",
    "snowy field", "garden", "lake", "river", "meadow", "train station", "harbor", "zoo",
    "playground", "skate park",
)  # fmt: skip
_GREEN = ("park", "beach", "meadow", "garden", "playground", "soccer field")
_BENCH = ("park", "beach", "garden", "lake", "river", "plaza", "train station", "playground",
          "city street", "harbor", "zoo", "snowy field")  # fmt: skip
_ROOMS = ("living room", "bedroom", "kitchen", "office", "hallway", "library", "classroom")


@dataclass(frozen=True)
class Action:
    """One thing that people do.

    weight: how often it is drawn, against the other actions.
    places: where it makes sense; one named twice is twice as likely.
    gear: categories of which one belongs to it; () if none does.
    relation: of gear to person: "held by", "walked by", "next to"; "riding" and "on" are the
        person's own relation to the gear. "at" stands for sitting behind a table.
    who: who does it; most: the largest group.
    phrase: the verb phrase, with {gear} for the noun of the gear.
    """

    weight: float
    places: tuple[str, ...]
    gear: tuple[str, ...]
    relation: str
    who: tuple[str, ...]
    most: int
    phrase: str


ACTIONS = {
    "walking": Action(1.6, _STROLL, (), "", _ALL, 4, "walking"),
    "running": Action(1.2, ("park", "beach", "city street", "suburban street", "forest",
                            "country road", "meadow", "soccer field", "soccer field", "lake"),
                      (), "", _ALL, 4,
                      "running"),
    "standing": Action(1.3, (*_STROLL, "airport", "desert", "parking lot"), (), "",
                       _ALL, 5, "standing"),
    "waving": Action(1.1, (*_STROLL, "airport", "hallway"), (), "", _ALL, 3,
                     "waving"),
    "jumping": Action(1.1, (*_GREEN, "snowy field", "lake"), (), "", _ALL, 4,
                      "jumping in the air"),
    "dancing": Action(0.8, ("plaza", "park", "beach", "living room", "garden"), (), "", _ALL, 4,
                      "dancing"),
    "sitting": Action(2.6, _BENCH, ("bench",), "on", _ALL, 3, "sitting on a {gear}"),
    "lounging": Action(2.2, ("living room", "library", "hallway", "office"), ("couch", "chair"),
                       "on", _ALL, 2, "sitting on a {gear}"),
    "sleeping": Action(1.8, ("bedroom", "living room", "park"), ("bed", "couch", "bench"), "on",
                       _ALL, 1, "sleeping on a {gear}"),
    "watching tv": Action(1.2, ("living room",), ("couch", "chair"), "on", _ALL, 2,
                          "watching tv on a {gear}"),
    "playing video games": Action(1.2, ("living room", "bedroom"), ("remote",), "held by", _ALL, 2,
                                  "playing a video game with a {gear}"),
    "reading": Action(2.0, (*_ROOMS, "park", "garden", "beach", "train station"), ("book",),
                      "held by", _ALL, 1, "reading a {gear}"),
    "talking on the phone": Action(1.8, ("city street", "plaza", "office", "train station",
                                         "hallway", "living room", "park", "parking lot",
                                         "kitchen", "harbor"),
                                   ("cell phone",), "held by", _ADULT, 1, "talking on a {gear}"),
    "taking a picture": Action(1.0, ("plaza", "beach", "zoo", "harbor", "lake", "savanna"),
                               ("cell phone",), "held by", _ALL, 1,
                               "taking a picture with a {gear}"),
    "eating": Action(3.0, ("restaurant", "dining room", "kitchen", "park", "market", "plaza"),
                     ("pizza", "sandwich", "hot dog", "donut", "banana", "apple", "cake"),
                     "held by", _ALL, 1, "eating a {gear}"),
    "drinking": Action(2.0, ("restaurant", "kitchen", "living room", "plaza", "office", "garden"),
                       ("cup", "bottle", "wine glass"), "held by", _ALL, 1,
                       "drinking from a {gear}"),
    "dining": Action(2.6, ("restaurant", "dining room", "kitchen", "garden"), ("dining table",),
                     "at", _ALL, 3, "sitting at a {gear}"),
    "cutting a cake": Action(1.2, ("dining room", "kitchen", "restaurant", "garden"),
                             ("cake",), "at", _ALL, 1, "cutting a {gear}"),
    "working on a laptop": Action(1.8, ("office", "library", "restaurant", "classroom",
                                        "bedroom"), ("laptop",), "at", _ALL, 1,
                                  "working on a {gear}"),
    "cutting paper": Action(0.9, ("classroom", "office"), ("scissors",), "at", _ALL, 1,
                            "cutting paper with {gear}"),
    "cooking": Action(1.8, ("kitchen",), ("oven",), "next to", (*_ADULT, "girl", "boy"), 1,
                      "cooking on an {gear}"),
    "brushing teeth": Action(1.6, ("bathroom",), ("toothbrush",), "held by", _ALL, 1,
                             "brushing teeth with a {gear}"),
    "drying hair": Action(1.4, ("bathroom", "bedroom", "hallway"), ("hair drier",), "held by",
                          ("woman", "girl", "man"), 1, "drying hair with a {gear}"),
    "hugging": Action(1.2, ("bedroom", "living room", "playground", "classroom"), ("teddy bear",),
                      "held by", (*_CHILD, "woman"), 1, "hugging a {gear}"),
    "walking a dog": Action(2.0, ("park", "beach", "city street", "suburban street", "forest",
                                  "snowy field", "country road", "river"), ("dog",), "walked by",
                            _ALL, 1, "walking a {gear}"),
    "petting": Action(1.8, ("farm", "park", "zoo", "meadow", "garden"),
                      ("dog", "horse", "cow", "sheep", "cat"), "next to", _ALL, 1,
                      "petting a {gear}"),
    "feeding": Action(1.6, ("zoo", "farm", "park", "lake"),
                      ("giraffe", "elephant", "bird", "sheep", "horse", "cow"), "next to", _ALL, 1,
                      "feeding a {gear}"),
    "cycling": Action(2.2, ("park", "city street", "suburban street", "country road", "river",
                            "beach", "forest", "plaza"), ("bicycle",), "riding", _ALL, 3,
                      "riding a {gear}"),
    "motorcycling": Action(1.8, ("city street", "country road", "desert", "suburban street",
                                 "parking lot"), ("motorcycle",), "riding", _ADULT, 2,
                           "riding a {gear}"),
    "horse riding": Action(1.9, ("beach", "farm", "meadow", "forest", "desert", "country road",
                                 "river"), ("horse",), "riding", _ALL, 3, "riding a {gear}"),
    "elephant riding": Action(0.7, ("zoo", "forest", "savanna"), ("elephant",), "riding", _ALL, 1,
                              "riding an {gear}"),
    "skateboarding": Action(3.8, ("park", "park", "park", "park", "skate park", "skate park",
        "city street",
                                  "suburban street", "parking lot", "plaza"),
                            ("skateboard",), "riding", _ALL, 3,
                            "skateboarding"),
    "surfing": Action(2.4, ("ocean",), ("surfboard",), "riding", _ALL, 3, "surfing"),
    "carrying a surfboard": Action(1.3, ("beach",), ("surfboard",), "held by", _ALL, 2,
                                   "carrying a {gear}"),
    "skiing": Action(2.2, ("ski slope", "snowy field"), ("skis",), "riding", _ALL, 3, "skiing"),
    "snowboarding": Action(2.0, ("ski slope",), ("snowboard",), "riding", _ALL, 3,
                           "snowboarding"),
    "playing tennis": Action(3.2, ("tennis court",), ("tennis racket",), "held by", _ALL, 2,
                             "playing tennis"),
    "batting": Action(2.4, ("baseball field",), ("baseball bat",), "held by", _ALL, 1,
                      "swinging a {gear}"),
    "catching": Action(1.8, ("baseball field", "park"), ("baseball glove",), "held by", _ALL, 1,
                       "catching a ball with a {gear}"),
    "kicking": Action(2.6, ("soccer field", "soccer field", "park", "beach", "playground",
                                  "garden"),
                      ("sports ball",), "next to", _ALL, 2, "kicking a {gear}"),
    "throwing": Action(2.0, ("park", "beach", "meadow", "garden"), ("frisbee",), "held by", _ALL,
                       1, "throwing a {gear}"),
    "flying a kite": Action(2.0, ("beach", "park", "meadow", "lake"), ("kite",), "held by", _ALL,
                            1, "flying a {gear}"),
    "holding an umbrella": Action(2.4, ("city street", "park", "plaza", "train station", "beach",
                                        "market", "suburban street", "harbor"), ("umbrella",),
                                  "held by", _ALL, 2, "holding an {gear}"),
    "pulling a suitcase": Action(1.6, ("airport", "train station", "city street", "plaza",
                                       "parking lot", "hallway"), ("suitcase",), "held by", _ADULT,
                                 2, "pulling a {gear}"),
    "rowing": Action(1.4, ("lake", "river"), ("boat",), "in", _ALL, 1, "rowing a {gear}"),
}  # fmt: skip
