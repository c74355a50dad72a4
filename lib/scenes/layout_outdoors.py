"""Where things go outdoors, in units of 1/224 of the picture's side: near, beside, far, aloft."""

from lib.scenes.art_ground import afloat
from lib.scenes.cluster import Cluster
from lib.scenes.layout import SPREAD, Placed, centred, family, group, root_of
from lib.scenes.places import PLACES
from lib.scenes.records import Scene
from lib.scenes.rng import Rng

_ANCHOR = {"left": 66.0, "middle": 112.0, "right": 158.0, "": 112.0}
_LANDMARKS = ("palm tree", "lighthouse", "windmill", "control tower", "tree", "pine tree")
# Letters, figures and the order of lamps must not be mirrored.
_UPRIGHT = ("stop sign", "clock", "traffic light", "scoreboard")
_HIGH = {"wide": 92.0, "medium": 122.0, "close": 158.0}
_BROAD = {"wide": (156.0, 132.0), "medium": (190.0, 156.0), "close": (214.0, 178.0)}
_ZOOM = {"wide": 0.8, "medium": 1.25, "close": 1.9}


def arrange_outdoors(scene: Scene, rng: Rng) -> tuple[list[Placed], float]:
    """Set the main cluster first, then extras beside and behind it, then scenery far away."""
    horizon = rng.uniform(92, 122) if scene.framing != "close" else rng.uniform(84, 108)
    drawn: set[int] = set()
    root = root_of(scene, 0)
    upright = any(
        x.category in _UPRIGHT and (i == root or x.relation == "next to")
        for i, x in enumerate(scene.objects)
    )
    mirror = rng.chance(0.4) and not upright
    main = family(scene, rng, drawn, mirror)
    extras = [
        i
        for i, x in enumerate(scene.objects)
        if i not in drawn and x.category not in SPREAD and root_of(scene, i) == i
    ]
    sides = {
        scene.objects[i].position
        for i in extras
        if PLACES[scene.place].extras and scene.objects[i].category in PLACES[scene.place].extras
    }
    placed = [_main(scene, root, main, horizon, sides, rng, mirror)]
    for i in extras:
        placed.append(_extra(scene, i, placed[0], horizon, rng))
    return placed, horizon


def _main(
    scene: Scene, root: int, main: Cluster, horizon: float, sides: set, rng: Rng, mirror: bool
) -> Placed:
    """Scale and place the main cluster."""
    name, framing = scene.objects[root].category, scene.framing
    if name == "train":
        return _train(scene, main, horizon, rng, mirror)
    tall, wide = -main.top + main.lift, max(main.width, 1.0)
    broad = _BROAD[framing][1 if sides & {"left", "right"} else 0]
    high = _HIGH[framing]
    if scene.objects[root].action == "flying a kite":  # or the one who flies it would be tiny
        high = min(186.0, high * 1.5)
    if scene.objects[0].position in ("left", "right"):
        broad = min(broad, 138.0)
    scale = min(high / tall, broad / wide, _ZOOM[framing])
    foot = {"wide": rng.uniform(170, 184), "medium": rng.uniform(186, 200),
            "close": rng.uniform(202, 213)}[framing]  # fmt: skip
    if name == "boat" and scene.place == "ocean":
        foot -= 12
    x = _ANCHOR[scene.objects[0].position] + rng.uniform(-6, 6)
    if not scene.objects[0].position and len(sides & {"left", "right"}) == 1:
        x += 16 if "left" in sides else -16
    half = wide * scale / 2
    x = min(max(x, half + 4), 220 - half) if half < 108 else 112.0
    if main_is_flying(scene, root):
        return _aloft(scene, main, scale, x, horizon, rng, mirror)
    foot = max(foot, horizon + 30)
    return Placed(main, x, foot, scale, mirror, 0.5)


def main_is_flying(scene: Scene, root: int) -> bool:
    """Tell whether the main thing is in the air by itself."""
    thing = scene.objects[root]
    return thing.action == "flying" or (thing.category == "kite" and thing.relation == "")


def _aloft(
    scene: Scene, main: Cluster, scale: float, x: float, horizon: float, rng: Rng, mirror: bool
) -> Placed:
    """Place something in the sky, below the upper edge and above the ground."""
    scale *= 0.86
    tall = -main.top * scale
    low = horizon + (30 if scene.place == "sky" else -2)
    y = min(max(rng.uniform(tall + 10, low), tall + 6), max(low, tall + 6))
    return Placed(main, x, y, scale, mirror, 0.5, 0.0, False)


def _train(scene: Scene, main: Cluster, horizon: float, rng: Rng, mirror: bool) -> Placed:
    """Place a train so that its nose is seen and its tail leaves the picture."""
    scale = {"wide": 0.2, "medium": 0.27, "close": 0.36}[scene.framing]
    foot = (
        horizon + 18
        if scene.place == "train station"
        else {"wide": 176, "medium": 188, "close": 204}[scene.framing]
    )
    nose = rng.uniform(188, 212)
    mid = nose - main.width * scale / 2 if not mirror else 224 - nose + main.width * scale / 2
    return Placed(main, mid, foot, scale, mirror, 0.5)


def _extra(scene: Scene, i: int, main: Placed, horizon: float, rng: Rng) -> Placed:
    """Place a further thing left, right or behind, farther away than the main one."""
    thing = scene.objects[i]
    one = centred(group(scene, i, rng))
    tall, wide = -one.top + one.lift, max(one.width, 1.0)
    scenery = thing.category in PLACES[scene.place].scenery
    behind = thing.relation == "behind"
    depth = 0.66 if behind else (rng.uniform(0.1, 0.2) if scenery else rng.uniform(0.45, 0.62))
    low, high = _heights(thing.category, scenery, tall, wide)
    scale = max(main.scale * (depth + 0.18), low / tall)
    scale = min(scale, high / tall, (118 if thing.relation else 92) / wide)
    x = {"left": 38.0, "right": 186.0}.get(thing.position, main.x) + rng.uniform(-9, 9)
    if thing.category == "boat":
        foot = horizon + (26 if scene.place == "ocean" else 17)
        return Placed(one, x, foot, min(scale, 46 / tall), rng.chance(0.5), 0.4)
    if thing.action == "flying" or thing.category == "kite":
        return _flying(one, x, min(scale, 0.75, 66 / wide), main, horizon, rng)
    if behind:
        offset = main.cluster.width * main.scale * 0.5 + wide * scale * 0.16
        x = main.x + rng.choice((-1, 1)) * offset
    half = wide * scale / 2
    x = min(max(x, half * 0.9 + 3), 221 - half * 0.9) if half < 112 else 112.0
    foot = horizon + (max(main.y, horizon + 50) - horizon) * depth
    if not main.ground:
        foot = rng.uniform(186, 210)
    if scene.objects[0].category == "train" and not scenery:  # behind it nothing would be seen
        foot = rng.uniform(206, 214)
    if scenery and afloat(scene):  # on the far shore
        foot = horizon + 4
    flip = rng.chance(0.5) and thing.category not in _UPRIGHT
    return Placed(one, x, foot, scale, flip, 0.35, 0.1 if scenery else 0.0)


def _heights(category: str, scenery: bool, tall: float, wide: float) -> tuple[float, float]:
    """Return how high a further thing is drawn at least and at most: it must be seen."""
    if category in _LANDMARKS:
        return 78, 118
    if tall > 2.2 * wide and tall > 120:  # thin things need height
        return 62, 118
    low, high = (52, 104) if scenery else (30, 92)
    return (22 if tall < 70 else low), high


def _flying(one: Cluster, x: float, scale: float, main: Placed, horizon: float, rng: Rng) -> Placed:
    """Place a further thing in the air; two things in the air must not cross."""
    scale = min(scale, 56 / -one.top)
    tall = -one.top * scale
    y = rng.uniform(tall + 8, max(tall + 10, 78))
    if not main.ground:
        y = tall + 6 if main.y > 90 else horizon - 4
    return Placed(one, x, y, scale, rng.chance(0.5), 0.4, 0.0, False)
