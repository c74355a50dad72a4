"""What the truth checker holds to be so: when a relation, a verb or a spot agrees with facts."""

from itertools import combinations

from lib.scenes.records import Object, Scene

YOUNG = ("boy", "girl", "children")
LIVING = ("person", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra",
          "giraffe")  # fmt: skip
ROLLING = ("bicycle", "car", "motorcycle", "bus", "train", "truck", "airplane")


def is_so(thing: Object, name: str, wanted: str) -> bool:
    """Tell whether an adjective holds: a fact of the thing has one of the wanted values."""
    if name == "size" and thing.category == "person":
        return thing.who in YOUNG
    return getattr(thing, name) in wanted.split()


def groups(scene: Scene, able: list[int], low: int, high: int) -> list[tuple[int, ...]]:
    """Return the sets of objects whose number lies between low and high, single ones first."""
    groups = [(i,) for i in able if low <= scene.objects[i].count <= high]
    if high > 1:
        for size in (2, 3):
            for group in combinations(able, size):
                if low <= sum(scene.objects[i].count for i in group) <= high:
                    groups.append(group)
    return groups


def holds(relation: str, x: int, y: int, scene: Scene) -> bool:
    """Tell whether object x stands in the relation to object y."""
    a, b = scene.objects[x], scene.objects[y]
    of_a = a.relation if a.target == y else ""
    of_b = b.relation if b.target == x else ""
    if relation == "on":
        used = (of_b == "held by" and b.category == "cell phone") or b.category in ("oven",)
        cloth = b.category in ("tablecloth", "court")
        typing = b.category == "laptop" and a.action == "working on a laptop"
        return of_a in ("on", "riding") or (used and a.category == "person") or cloth or typing
    if relation == "in":
        return of_a == "in" or (of_a == "on" and b.category in ("chair", "bed"))
    if relation == "under":
        return of_a == "under" or (of_b == "held by" and b.category == "umbrella")
    if relation == "next to":
        both = a.category == b.category == "person" and a.action == b.action and x != y
        return "next to" in (of_a, of_b) or both
    if relation == "behind":
        return of_a == "behind"
    if relation == "in front of":
        table = b.category == "wall" and not scene.time and not scene.weather
        return of_b == "behind" or table
    if relation == "at":
        return of_a == "behind" or (of_b == "next to" and a.action == "cooking")
    return False


def tied(verb: str, x: int, y: int, scene: Scene) -> bool:
    """Tell whether thing y is what person x rides, holds, eats, feeds ... as the verb says."""
    a, b = scene.objects[x], scene.objects[y]
    if verb.startswith(("riding", "rides", "ride")):
        return a.relation == "riding" and a.target == y
    if verb.split()[0] in ("holding", "holds", "hold", "carrying", "carries", "carry"):
        return b.relation in ("held by", "worn by") and b.target == x
    together = a.relation == "behind" and b.relation == "on" and a.target == b.target
    return (b.target == x and b.relation != "behind") or a.target == y or together


def claims(text: str) -> frozenset[str]:
    """Return what a one-word verb claims that is a noun too."""
    stem = text.removesuffix("s")
    return {"ski": frozenset(["skiing"]), "snowboard": frozenset(["snowboarding"]),
            "skateboard": frozenset(["skateboarding"]), "bike": frozenset(["cycling"]),
            "bat": frozenset(["batting"]), "cook": frozenset(["cooking"]),
            "drink": frozenset(["drinking"]), "swing": frozenset(["playing tennis", "batting"]),
            "surf": frozenset(["surfing"])}[stem]  # fmt: skip


def does(thing: Object, claims: frozenset[str], text: str) -> bool:
    """Tell whether one object does what the verb says."""
    if thing.action in claims:
        return True
    if "thing" not in claims or thing.category in LIVING:
        return False
    if text == "parked":
        return thing.category in ROLLING and thing.action != "flying"
    if text in ("flying", "flies", "fly"):
        return thing.action == "flying" or thing.category == "kite"
    return text not in ("floating", "floats", "float") or thing.category == "boat"


def is_at(scene: Scene, i: int, spot: str) -> bool:
    """Tell whether object i is on that side, in the background, in the air, on the wall ..."""
    thing = scene.objects[i]
    if spot in ("left", "right"):
        return thing.position == spot
    if spot == "back":
        return i != 0 and thing.relation not in ("held by", "worn by", "on", "in")
    if spot == "air":
        high = ("kite", "balloons")
        return ("flying" in thing.action or thing.action == "jumping" or thing.relation == "above"
                or thing.category in high or scene.place == "sky")  # fmt: skip
    if spot == "wall":
        return thing.category in ("painting", "clock", "mirror", "blackboard") and not scene.weather
    return {"floor": "rug", "window": "curtains"}[spot] == thing.category
