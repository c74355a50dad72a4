"""Clusters: a thing with everything that hangs on it, in centimetres, its foot at (0, 0).

A rider with the horse, a man on a bench with the dog beside it and the cup in his hand: such
things must be drawn together, overlap rightly and share one scale.
"""

from dataclasses import dataclass, field

from lib.scenes.art import draw_thing
from lib.scenes.hold import hold, wear
from lib.scenes.pen import line, place, shape
from lib.scenes.records import Scene
from lib.scenes.rng import Rng
from lib.scenes.style import Art
from lib.scenes.world import NAMED_SHIRTS

_MIXED = {"people": ("man", "woman"), "children": ("boy", "girl")}
# The wave behind a surfer: part of no object.
_WAVE = (
    shape(
        "M-230 16C-190 -70 -120 -128 0 -134C-44 -110 -52 -70 -4 -32C50 2 130 10 230 16Z", "#58aecb"
    )
    + line("M-196 -34C-160 -92 -100 -126 0 -134C-20 -122 -32 -108 -36 -92", 9, "#f3fbfd")
    + line("M-130 -30C-110 -66 -84 -88 -56 -98M-70 -14C-66 -34 -58 -50 -48 -60", 4, "#bfe3ee")
)
_FLAT = ("skateboard", "surfboard", "snowboard", "skis")
_SMALL = {"cup": 1.5, "bottle": 1.35, "wine glass": 1.45, "book": 1.35, "cell phone": 1.5,
    "remote": 1.6,
          "bowl": 1.35, "vase": 1.25, "apple": 1.6, "orange": 1.6, "banana": 1.5, "donut": 1.5,
          "sandwich": 1.3, "hot dog": 1.4, "pizza": 1.2, "cake": 1.35, "laptop": 1.15,
              "scissors": 1.6,
          "toothbrush": 1.35, "hair drier": 1.4, "keyboard": 1.1, "broccoli": 1.5, "carrot": 1.5,
          "pot": 1.15, "clock": 1.7, "toaster": 1.15}  # fmt: skip


@dataclass
class Cluster:
    """Parts in painting order, each with the object it shows, and the box of all."""

    parts: list[tuple[int, str]] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    shadows: list[tuple[float, float]] = field(default_factory=list)
    lift: float = 0.0

    @property
    def width(self) -> float:
        """Width of the box in centimetres."""
        return self.right - self.left

    def add(
        self,
        index: int,
        art: Art,
        x: float = 0.0,
        y: float = 0.0,
        scale: float = 1.0,
        turn: float = 0.0,
        mirror: bool = False,
        first: bool = False,
    ) -> None:
        """Add a drawing at (x, y), on top or (first) underneath, and widen the box."""
        part = (index, place(art.svg, x, y - art.lift, scale, turn, mirror))
        self.parts.insert(0, part) if first else self.parts.append(part)
        low, high = (-art.right, -art.left) if mirror else (art.left, art.right)
        if turn:
            reach = max(-low, high, -art.top)
            low, high = -reach * 0.7, reach * 0.7
        self.left = min(self.left, x + low * scale)
        self.right = max(self.right, x + high * scale)
        self.top = min(self.top, y + (art.top - art.lift) * scale)
        if art.shadow and not turn and abs(y) < 30:
            half = art.shadow if art.shadow > 0 else (art.right - art.left) * 0.42
            self.shadows.append((x, half * scale))

    def merge(
        self, other: "Cluster", x: float, y: float = 0.0, scale: float = 1.0, mirror: bool = False
    ) -> None:
        """Add all of another cluster at (x, y)."""
        self.parts += [(i, place(svg, x, y, scale, 0, mirror)) for i, svg in other.parts]
        low, high = (-other.right, -other.left) if mirror else (other.left, other.right)
        self.left, self.right = min(self.left, x + low * scale), max(self.right, x + high * scale)
        self.top = min(self.top, y + other.top * scale)
        sign = -1 if mirror else 1
        self.shadows += [(x + sign * sx * scale, half * scale) for sx, half in other.shadows]


def who_of(scene: Scene, index: int, copy: int) -> str:
    """Return man, woman, boy or girl for one copy of a person."""
    who = scene.objects[index].who
    return _MIXED[who][copy % 2] if who in _MIXED else who


def shirt_of(scene: Scene, index: int, copy: int) -> str:
    """Return the shirt's colour of one copy; shirts that are no fact differ."""
    colour = scene.objects[index].colour
    if colour:
        return colour
    first = Rng(scene.look, f"shirts {index}").below(len(NAMED_SHIRTS))
    return NAMED_SHIRTS[(first + 3 * copy) % len(NAMED_SHIRTS)]


def attached(scene: Scene, index: int, *relations: str) -> list[int]:
    """Return the objects that stand in one of the relations to objects[index]."""
    return [i for i, x in enumerate(scene.objects) if x.target == index and x.relation in relations]


def person_cluster(scene: Scene, index: int, copy: int, seated: bool = False) -> Cluster:
    """Draw one person with mount, held and worn things, and a dog on a leash."""
    thing, cluster = scene.objects[index], Cluster()
    who = who_of(scene, index, copy)
    gear = [scene.objects[i].category for i in attached(scene, index, "next to")]
    pose = thing.action
    if pose in ("petting", "feeding") and gear and gear[0] in ("dog", "cat", "bird"):
        pose = "crouching"
    more = {"who": who, "colour": shirt_of(scene, index, copy)}
    if seated and pose != "sleeping":
        more["size"] = "seated"
    art = draw_thing(scene, index, copy, pose, **more)
    young = who in ("boy", "girl")
    if thing.relation == "riding":
        _ride(cluster, scene, index, copy, art, young)
    else:
        cluster.add(index, art)
    for i in attached(scene, index, "worn by"):
        wear(cluster, scene, i, art, young)
    for i in attached(scene, index, "held by"):
        hold(cluster, scene, i, copy, art, young, thing.action)
    for i in attached(scene, index, "walked by"):
        _leash(cluster, scene, i, art)
    cluster.lift = art.lift
    if thing.action == "surfing" and thing.count == 1:
        cluster.parts.insert(0, (-1, _WAVE))
    return cluster


def _ride(cluster: Cluster, scene: Scene, index: int, copy: int, art: Art, young: bool) -> None:
    """Put a person on the mount: astride a saddle, or with both feet on a board."""
    target = scene.objects[index].target
    name = scene.objects[target].category
    mount = draw_thing(scene, target, copy, "walking" if name in ("horse", "elephant") else "")
    scale = 0.74 if young and name in ("bicycle",) else 1.0
    seat = mount.points["seat"]
    if name in _FLAT:
        scale = 0.85 if young else 1.1
        middle = (art.points["foot"][0] + art.points["foot2"][0]) / 2
        cluster.add(target, mount, middle, 0, scale)
        cluster.add(index, art, 0, seat[1] * scale + 2)
        if name == "skis":
            hand = art.points["hand"]
            cluster.parts.append(
                (target, line([(hand[0] - 2, hand[1] - 16), (hand[0] - 26, -6)], 3.2, "#3a3d48"))
            )
        return
    cluster.add(target, mount, 0, 0, scale)
    hip = art.points["hip"]
    cluster.add(index, art, seat[0] * scale - hip[0], seat[1] * scale - hip[1])


def _leash(cluster: Cluster, scene: Scene, index: int, art: Art) -> None:
    """Draw a dog ahead and the leash from its neck to the hand."""
    dog = draw_thing(scene, index)
    x = art.right + 58
    hand, neck = art.points["hand"], (x + dog.points["neck"][0], dog.points["neck"][1])
    cluster.add(index, dog, x)
    middle, low = (hand[0] + neck[0]) / 2, max(hand[1], neck[1]) + 8
    d = f"M{hand[0]:.0f} {hand[1]:.0f}Q{middle:.0f} {low:.0f} {neck[0]:.0f} {neck[1]:.0f}"
    cluster.parts.append((index, line(d, 2.6, "#b0322c")))


def thing_cluster(scene: Scene, index: int, copy: int = 0) -> Cluster:
    """Draw one copy of anything with what is on, in or under it."""
    thing, cluster = scene.objects[index], Cluster()
    if thing.category == "person":
        return person_cluster(scene, index, copy)
    art = draw_thing(scene, index, copy)
    scale = 0.58 if thing.size == "small" else 1.0
    inside = attached(scene, index, "in", "behind") if copy == 0 else []
    cluster.add(index, art, scale=scale)
    if copy:
        return cluster
    for i in inside:
        _inside(cluster, scene, i, index, art)
    _on_top(cluster, scene, index, art)
    for i in attached(scene, index, "under"):
        _under(cluster, scene, i, art)
    # A knife is held before the cake, not behind it with the one who cuts.
    knives = {i for i, x in enumerate(scene.objects) if x.category == "knife"}
    cluster.parts.sort(key=lambda part: part[0] in knives)
    return cluster


def _inside(cluster: Cluster, scene: Scene, i: int, host: int, art: Art) -> None:
    """Put somebody in a boat, a tub or a suitcase, or behind a table: the host hides the rest."""
    thing = scene.objects[i]
    name = scene.objects[host].category
    if thing.relation == "behind" and name not in ("dining table", "desk"):
        return
    x, y = art.points.get("inner") or art.points.get("back", (0, -20))
    for copy in range(thing.count):
        spread = (copy - (thing.count - 1) / 2) * 58
        if thing.category != "person":
            pet = draw_thing(scene, i, copy)
            front = name == "suitcase"
            cluster.add(i, pet, x + spread * 0.7, y + (6 if front else 14), 0.92, first=not front)
            if front and art.points.get("front"):
                cluster.parts.append((host, art.points["front"]))
            continue
        one = person_cluster(scene, i, copy, seated=True)
        if name == "boat":
            seat = art.points["seat"]
            _under_merge(cluster, one, seat[0], seat[1] + 26)
            oar = line([(seat[0] + 26, -66), (seat[0] + 92, 8)], 6.5, "#b98a5a")
            cluster.parts.append((host, oar))
        else:
            others = [j for j in attached(scene, host, "behind") if j != i]
            shift = -34 * len(others) if i < min(others, default=99) else 34 * len(others)
            _under_merge(
                cluster,
                one,
                spread - 14 + shift,
                -22 if who_of(scene, i, copy) in ("boy", "girl") else -12,
            )


def _under_merge(cluster: Cluster, other: Cluster, x: float, y: float) -> None:
    """Add a cluster underneath what is there."""
    parts = cluster.parts
    cluster.parts = []
    keep = list(cluster.shadows)
    cluster.merge(other, x, y)
    cluster.parts += parts
    cluster.shadows = keep


def _on_top(cluster: Cluster, scene: Scene, host: int, art: Art) -> None:
    """Put on a surface what is on it: persons on seats, things side by side."""
    tops = attached(scene, host, "on")
    if not tops:
        return
    units = [(i, c) for i in tops for c in range(scene.objects[i].count)]
    x0, y0 = art.points.get("back", (0, art.top))
    half = min(art.right, -art.left) * 0.86
    table = scene.objects[host].category in ("dining table", "desk", "stall")
    guests = bool(attached(scene, host, "behind"))
    if guests:  # what the guest works with lies on the side to which all figures look
        units.reverse()
    step = 2 * half / max(len(units), 1)
    for k, (i, c) in enumerate(units):
        x = x0 + (-half + step * (k + 0.5) if len(units) > 1 else (half * 0.5 if guests else 0))
        name = scene.objects[i].category
        if name == "person":
            seat = art.points.get("seat", (0, -46))
            one = person_cluster(scene, i, c, seated=True)
            lying = scene.objects[i].action == "sleeping"
            y = seat[1] if lying else seat[1] + 46
            cluster.merge(one, seat[0] - 8 if lying else x - 12, y)
            continue
        fit = _SMALL.get(name, 1.0)
        one = draw_thing(scene, i, c)
        room = step * 0.98 if len(units) > 1 else 2 * half
        fit = min(fit * (1.15 if table else 1.0), max(0.5, room / (one.right - one.left)))
        if scene.objects[host].category == "stall":
            fit = min(3.6, room / (one.right - one.left))
        cluster.add(i, one, x, y0, fit)


def _under(cluster: Cluster, scene: Scene, i: int, art: Art) -> None:
    """Put an animal or a thing under a chair, a table, a bench or a parasol."""
    count = scene.objects[i].count
    x, y = art.points.get("under", (0, 0))
    for copy in range(count):
        one = draw_thing(scene, i, copy)
        high = {True: 999.0}.get(art.top < -180, 62.0)
        fit = min(1.0, high / max(1.0, -one.top))
        gap = min(60.0, (art.right - art.left) / (count + 0.5))
        cluster.add(
            i, one, x + (copy - (count - 1) / 2) * gap + (28 if art.top < -180 else 0), y + 4, fit
        )
