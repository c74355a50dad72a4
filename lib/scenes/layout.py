"""Groups and families: which clusters belong together, and how they stand to each other."""

from dataclasses import dataclass

from lib.scenes.cluster import Cluster, thing_cluster
from lib.scenes.records import Object, Scene
from lib.scenes.rng import Rng

SPREAD = ("wall", "tablecloth", "court", "crowd", "mountain", "fence", "bridge")
# Who pets, feeds, kicks or cooks faces what stands beside; balls of these games are in the air.
_FACING = ("petting", "feeding", "kicking", "cooking")
_AIRBORNE = ("batting", "catching")


@dataclass
class Placed:
    """A cluster in the picture: foot at (x, y), pixels per centimetre, which way it faces."""

    cluster: Cluster
    x: float
    y: float
    scale: float
    mirror: bool = False
    keep: float = 0.4
    far: float = 0.0
    ground: bool = True


def root_of(scene: Scene, index: int) -> int:
    """Return the object whose cluster draws objects[index]: the bench of who sits on it."""
    for _ in range(4):
        thing = scene.objects[index]
        target = scene.objects[thing.target].category if thing.target >= 0 else ""
        table = thing.relation == "behind" and target in ("dining table", "desk")
        person = thing.relation in ("held by", "worn by", "walked by")
        if thing.relation in ("on", "in", "under") or table or person:
            index = thing.target
            continue
        riders = [
            i for i, x in enumerate(scene.objects) if x.relation == "riding" and x.target == index
        ]
        if not riders:
            return index
        index = riders[0]
    return index


def group(scene: Scene, root: int, rng: Rng) -> Cluster:
    """Draw all copies of a cluster side by side (in two rows if they are many or wide)."""
    count = scene.objects[root].count
    copies = [thing_cluster(scene, root, c) for c in range(count)]
    if count == 1:
        return copies[0]
    whole, width = Cluster(), max(c.width for c in copies)
    tall = max(-c.top for c in copies)
    people = scene.objects[root].category == "person" and width < tall
    rows = 2 if (count > 3 and not people) or (count == 3 and width > 1.5 * tall) else 1
    columns = -(-count // rows)
    step = width * (0.98 if width < tall else 1.0)
    gap = 0.95 if scene.objects[root].category == "airplane" else 0.5
    spots = []
    for k in range(count):
        row, column = (1, k) if k < columns else (0, k - columns)
        x = (
            step * (column + (0.5 if row == 0 and rows == 2 else 0.0))
            + rng.uniform(-0.04, 0.04) * width
        )
        y = (
            (-gap * tall - rng.uniform(0, 0.05) * tall)
            if row == 0 and rows == 2
            else (rng.uniform(-0.05, 0.05) * tall)
        )
        spots.append((y, x, 0.88 if row == 0 and rows == 2 else 1.0, copies[k]))
    animal = scene.objects[root].action in ("grazing", "standing", "lying") and count > 2
    for y, x, scale, copy in sorted(spots, key=lambda s: s[0]):
        flip = animal and rng.chance(0.35)
        middle = (copy.left + copy.right) / 2 * scale
        whole.merge(copy, x + (middle if flip else -middle), y, scale, flip)
    return centred(whole)


def centred(cluster: Cluster) -> Cluster:
    """Move a cluster so that its box is centred on x = 0."""
    moved = Cluster(left=10**6, right=-(10**6))
    moved.merge(cluster, -(cluster.left + cluster.right) / 2)
    return moved


def family(scene: Scene, rng: Rng, drawn: set[int], mirror: bool) -> Cluster:
    """Draw what the picture is about with what stands next to it, as one cluster.

    drawn: gains the indices of all objects that the cluster shows. mirror: whether the picture
    will show the cluster mirrored, so that what is left comes out left.
    """
    root = root_of(scene, 0)
    whole = centred(group(scene, root, rng))
    drawn |= {i for i, _ in whole.parts} | {0, root}
    action = scene.objects[0].action
    side = 1 if action in _FACING else rng.choice((-1, 1))
    for i, thing in enumerate(scene.objects):
        rider = thing.category == "person" and thing.relation == "riding"
        if i in drawn or (thing.relation not in ("next to", "above") and not rider):
            continue
        if (thing.target not in (0, root) and not rider) or root_of(scene, i) != i:
            continue
        if thing.relation == "above" or (thing.category == "sports ball" and action in _AIRBORNE):
            ball = thing_cluster(scene, i)
            ball.shadows = []
            whole.merge(ball, whole.right + 22, whole.top * 0.66, 1.15)
            drawn.add(i)
            continue
        if thing.position in ("left", "right") and action not in _FACING:
            side = (-1 if thing.position == "left" else 1) * (-1 if mirror else 1)
        one = group(scene, i, rng)
        _beside(whole, one, thing, action, side)
        drawn |= {j for j, _ in one.parts} | {i}
        side = side if action in _FACING else -side
    return centred(whole)


def _beside(whole: Cluster, one: Cluster, thing: Object, action: str, side: int) -> None:
    """Add a cluster right (side 1) or left (-1) of what is there, large enough to be seen."""
    gap = {"petting": -6.0, "kicking": 4.0, "cooking": 4.0}.get(action, 16.0)
    scale = 1.3 if thing.category in ("sports ball", "cat", "bird", "teddy bear") else 1.0
    if thing.size == "small":
        scale = 1.0
    elif action not in _FACING:  # beside a bus a suitcase would be a dot: it stands nearer
        share = {"person": 0.72, "sports ball": 0.2}.get(thing.category, 0.36)
        scale = max(scale, share * whole.top / one.top)
    if side < 0:
        whole.merge(one, whole.left - gap - one.right * scale, 2, scale)
        return
    flip = action in ("petting", "feeding")
    near = one.right if flip else -one.left
    whole.merge(one, whole.right + gap + near * scale, 2, scale, flip)
