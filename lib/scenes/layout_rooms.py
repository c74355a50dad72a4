"""Where things go in rooms and on tables."""

from lib.scenes.art import draw_thing
from lib.scenes.cluster import Cluster, thing_cluster
from lib.scenes.draft import HANGING, STANDING
from lib.scenes.layout import SPREAD, Placed, centred, family, group, root_of
from lib.scenes.records import Scene
from lib.scenes.rng import Rng

_SLOT = {"left": 40.0, "middle": 112.0, "right": 184.0, "": 112.0}
_FLOOR = {"wide": 136.0, "medium": 143.0, "close": 150.0}
_SIZE = {"wide": 0.55, "medium": 0.66, "close": 0.8}
_FRONT = ("cat", "dog", "teddy bear", "suitcase", "backpack", "umbrella", "handbag")


def arrange_room(scene: Scene, rng: Rng) -> tuple[list[Placed], float]:
    """Furnish a room: what hangs, what stands at the wall, the main thing, what lies in front."""
    floor, size = _FLOOR[scene.framing], _SIZE[scene.framing]
    drawn: set[int] = set()
    root = root_of(scene, 0)
    mirror = _mirrored(scene, root, rng)
    main = family(scene, rng, drawn, mirror)
    placed = []
    for i, thing in enumerate(scene.objects):
        if i in drawn or thing.category in SPREAD or root_of(scene, i) != i:
            continue
        if thing.category in HANGING or thing.category == "curtains":
            placed.append(_hung(scene, i, size))
        elif thing.category == "rug":
            placed.append(
                Placed(
                    thing_cluster(scene, i), 112, floor + 50, size * 0.95, False, 0.4, 0.0, False
                )
            )
        elif thing.category in _FRONT and thing.relation == "":
            one = centred(group(scene, i, rng))
            x = 36.0 if thing.position == "left" else 188.0
            placed.append(
                Placed(one, x, 210, min(size * 1.3, 66 / -one.top, 72 / one.width), x > 112, 0.5)
            )
        else:
            one = centred(group(scene, i, rng))
            scale = min(size, 84 / one.width, 126 / -one.top)
            placed.append(Placed(one, _SLOT[thing.position], floor + 9, scale, False, 0.4))
    placed.append(_lead(scene, root, main, floor, size, rng, mirror))
    return placed, floor


def _lead(
    scene: Scene, root: int, main: Cluster, floor: float, size: float, rng: Rng, mirror: bool
) -> Placed:
    """Place the main cluster of a room."""
    name = scene.objects[root].category
    tall, wide = -main.top + main.lift, main.width
    if name in HANGING:
        scale = (
            min(1.0, 66 / tall, 90 / wide)
            * {"wide": 0.75, "medium": 0.95, "close": 1.2}[scene.framing]
        )
        return Placed(main, _SLOT[scene.objects[root].position], 92, scale, False, 0.5, 0.0, False)
    people = scene.objects[0].category == "person"
    side = scene.objects[root].position or scene.objects[0].position or _free_side(scene, root)
    broad = 148 if side in ("left", "right") else 204
    scale = min(size * (1.12 if people else 1.22), 168 / tall, broad / wide)
    if name in _FRONT or tall < 60:
        scale = min(
            {"wide": 1.0, "medium": 1.5, "close": 2.0}[scene.framing], 120 / tall, 150 / wide
        )
    x = {"left": 58.0, "right": 166.0}.get(side, 112.0) + rng.uniform(-4, 4)
    half = wide * scale / 2
    x = min(max(x, half + 5), 219 - half) if half < 107 else 112.0
    foot = {"wide": 178.0, "medium": 190.0, "close": 204.0}[scene.framing]
    fixed = {
        "bookshelf",
        "fireplace",
        "bathtub",
        "sink",
        "oven",
        "refrigerator",
        "toilet",
        "cabinet",
    }
    if name in fixed:
        foot = floor + 24
    return Placed(main, x, foot, scale, mirror, 0.5)


def _mirrored(scene: Scene, root: int, rng: Rng) -> bool:
    """Tell whether the main cluster is shown mirrored; who stands at the right looks left."""
    name = scene.objects[root].category
    if name == "person":
        return rng.chance(0.8 if scene.objects[root].position == "right" else 0.25)
    return name in ("chair", "couch", "bed", "cat", "dog") and rng.chance(0.45)


def _free_side(scene: Scene, root: int) -> str:
    """Return the side that the things at the wall leave free, if the main thing names none."""
    taken = {
        x.position for i, x in enumerate(scene.objects) if i != root and x.category in STANDING
    }
    free = [s for s in ("left", "right") if s not in taken]
    return free[0] if len(free) == 1 else "middle"


def _hung(scene: Scene, i: int, size: float) -> Placed:
    """Place a thing on the wall; curtains go where their window is."""
    thing = scene.objects[i]
    slot = scene.objects[thing.target].position if thing.category == "curtains" else thing.position
    one = thing_cluster(scene, i)
    window = thing.category in ("window", "curtains")
    scale = (
        min(size * 1.08, 66 / 104) if window else min(size * 1.12, 68 / -one.top, 86 / one.width)
    )
    if thing.category == "blackboard":
        scale = min(size, 0.6)
    x = _SLOT[slot]
    if thing.category == "blackboard":
        x = min(max(x, 62), 162)
    return Placed(one, x, 90 if window else 84, scale, False, 0.4, 0.0, False)


_EDGE = {"wide": 84.0, "medium": 92.0, "close": 98.0}
_CLOSE = {"wide": 2.3, "medium": 3.0, "close": 3.9}


def arrange_table(scene: Scene, rng: Rng) -> tuple[list[Placed], float]:
    """Lay a table: the main things in the middle, others left and right, behind and before them."""
    edge = _EDGE[scene.framing] + rng.uniform(-5, 5)
    main, drawn = _heap(scene, rng)
    extras = [i for i, x in enumerate(scene.objects) if i not in drawn and x.category not in SPREAD]
    sides = [scene.objects[i].position for i in extras]
    both = {"left", "right"} <= set(sides)
    broad = 122 if both else (140 if sides else 190)
    scale = min(_CLOSE[scene.framing], broad / main.width, 128 / -main.top)
    x = {"left": 78.0, "right": 146.0}.get(scene.objects[0].position, 112.0)
    if not both and sides and scene.objects[0].position == "middle":
        x += 14 if "left" in sides else -14
    placed = [
        Placed(
            main, x, {"wide": 172, "medium": 178, "close": 184}[scene.framing], scale, False, 0.5
        )
    ]
    seen = {"left": 0, "right": 0}
    for i in extras:
        side = scene.objects[i].position or "left"
        placed.append(_dish(scene, i, side, seen[side], sides.count(side) < 2, edge, rng))
        seen[side] += 1
    return placed, edge


def _heap(scene: Scene, rng: Rng) -> tuple[Cluster, set[int]]:
    """Draw the main things side by side, in two rows if they are many, on their plate if any."""
    count = scene.objects[0].count
    copies = [thing_cluster(scene, 0, c) for c in range(count)]
    whole, width, tall = Cluster(), copies[0].width, -copies[0].top
    rows = 2 if width > 0.75 * tall and (count > 3 or (count == 3 and width > 20)) else 1
    columns = -(-count // rows)
    spots = []
    for k in range(count):
        row, column = (1, k) if k < columns else (0, k - columns)
        shift = 0.5 if rows == 2 and row == 0 and count % 2 else 0.12 * (row == 0)
        spots.append((row, width * 1.04 * (column + shift), copies[k]))
    plate = next((i for i, x in enumerate(scene.objects) if x.category == "plate"), -1)
    for row, x, copy in sorted(spots, key=lambda s: s[0]):
        back = rows == 2 and row == 0
        whole.merge(
            copy, x, -0.52 * tall - 3 if back else rng.uniform(-0.8, 0.8), 0.92 if back else 1.0
        )
    whole = centred(whole)
    if plate < 0:
        return whole, {0}
    dish = Cluster()
    size = max(1.0, whole.width * 1.16 / 42)
    base = Cluster()
    base.add(plate, draw_thing(scene, plate))  # alone: a cluster would hold the food, too
    dish.merge(base, 0, 2.5 * size, size)
    dish.merge(whole, 0, 0)
    dish.shadows = dish.shadows[:1]
    return dish, {0, plate}


def _dish(scene: Scene, i: int, side: str, nth: int, alone: bool, edge: float, rng: Rng) -> Placed:
    """Place a smaller thing at one side of a table, behind (first) or before (second)."""
    one = centred(group(scene, i, rng))
    flat = -one.top < 15
    scale = min(
        {"wide": 2.1, "medium": 2.5, "close": 2.8}.get(scene.framing, 2.5),
        80 / one.width,
        74 / -one.top,
    )
    if scene.objects[i].category in ("clock", "cell phone"):
        scale *= 0.72
    front = nth == 1 or (flat and alone and rng.chance(0.6))
    x = (38.0 if side == "left" else 186.0) + rng.uniform(-5, 5)
    y = rng.uniform(208, 214) if front else edge + rng.uniform(18, 26)
    if nth == 2:
        y, x = (edge + 8, x + (24 if side == "left" else -24))
    half = one.width * scale / 2
    return Placed(one, min(max(x, half + 3), 221 - half), y, scale, False, 0.5)
