"""Rooms and table tops: walls, floors and surfaces, in picture units (0-224)."""

from lib.scenes import art_land as land
from lib.scenes.art_cues import room_cue
from lib.scenes.art_sky import sky
from lib.scenes.light import light
from lib.scenes.pen import NAMED, box, dark, disc, line, mix, pale, poly, shape, vertical, wash
from lib.scenes.records import Scene
from lib.scenes.rng import Rng

Layer = tuple[int, str]
# Walls are painted in a lighter tone of their colour, as walls are; it must still be that colour.
_WALLS = {"white": "#f1eee6", "gray": "#a9aeb6", "yellow": "#f2d47a", "green": "#9cc79a",
    "blue": "#93bfe0",
          "pink": "#f2b9c9", "purple": "#b79ad4", "orange": "#f0b07a",
              "brown": "#b08d6f"}  # fmt: skip
_FLOORS = ("#b98a5e", "#a87650", "#c9a57a", "#8f6a4c")


def room(scene: Scene, floor: float, name: str, rng: Rng) -> list[Layer]:
    """Return wall and floor of a room whose wall meets the floor at y = floor."""
    index, wall = _wall_of(scene)
    tone = _WALLS.get(wall.colour if wall else "", "#e6dcc8")
    svg = wash(0, floor, pale(tone, 0.14), dark(tone, 0.07))
    feature = wall.feature if wall else ""
    if feature == "tiled":
        svg += _tiles(0, floor, tone)
    if feature == "papered":
        svg += _paper(floor, tone)
    layers = [(index, light(svg, name, 0.0, 0.3))]
    layers.append((-1, light(_floor(scene, floor, rng), name)))
    return [*layers, (-2, light(room_cue(scene, floor), name, 0.0, 0.3))]


def _wall_of(scene: Scene):
    for i, thing in enumerate(scene.objects):
        if thing.category == "wall":
            return i, thing
    return -1, None


def _tiles(top: float, low: float, tone: str) -> str:
    d = "".join(f"M0 {y:.0f}h224" for y in range(int(top) + 12, int(low), 15)) + "".join(
        f"M{x} {top}V{low}" for x in range(10, 224, 15)
    )
    return line(d, 1.3, mix(tone, "#ffffff", 0.7))


def _paper(low: float, tone: str) -> str:
    d = "".join(f"M{x} 0V{low}" for x in range(8, 224, 18))
    return line(d, 6, dark(tone, 0.09))


def _floor(scene: Scene, y: float, rng: Rng) -> str:
    """Draw the floor: boards that run to a vanishing point, or tiles in wet rooms."""
    if scene.place in ("bathroom", "kitchen"):
        tone = rng.choice(("#d5d0c4", "#b9c4c9", "#c9b8a3"))
        svg = wash(y, 226 - y, tone, dark(tone, 0.12))
        d = "".join(f"M-2 {y + k * k * 4.4 + 3:.0f}h230" for k in range(1, 5))
    else:
        tone = rng.choice(_FLOORS)
        svg = wash(y, 226 - y, dark(tone, 0.12), pale(tone, 0.1))
        d = ""
    d += "".join(f"M{112 + (k - 5) * 23} {y}L{112 + (k - 5) * 44} 226" for k in range(11))
    return (
        svg
        + line(d, 1.2, dark(tone, 0.2))
        + box(0, y - 5, 224, 6, "#f1ece0")
        + box(0, y + 1, 224, 2.4, dark(tone, 0.34))
    )


def table_top(scene: Scene, edge: float, name: str, rng: Rng) -> list[Layer]:
    """Return the surface below y = edge and what is seen behind it."""
    cloth = next(((i, x) for i, x in enumerate(scene.objects) if x.category == "tablecloth"), None)
    if scene.place == "picnic blanket":
        layers = [
            (
                -1,
                sky("day", "clear", edge - 14, rng)
                + land.treeline(rng, edge - 14, "#6fa05c", 20)
                + wash(edge - 14, 60, "#9acb6c", "#7fb858"),
            )
        ]
    else:
        layers = [_back_wall(scene, edge, rng)]
        layers.append((-1, _surface(scene, edge, rng)))
    if cloth:
        layers.append(
            (cloth[0], _cloth(cloth[1], edge + (4 if scene.place == "wooden table" else 0)))
        )
    return layers


def _back_wall(scene: Scene, edge: float, rng: Rng) -> Layer:
    index, wall = _wall_of(scene)
    tone = _WALLS.get(wall.colour if wall else "", "#d9cdb8")
    svg = wash(0, edge + 1, pale(tone, 0.1), dark(tone, 0.1))
    if wall and wall.feature == "tiled":
        svg += _tiles(0, edge, tone)
    if scene.place == "wooden table" and rng.chance(0.5):
        for x in (46, 178):
            svg += line(f"M{x} -2V16", 1.8, "#3a3036") + shape(
                f"M{x - 15} 29Q{x - 12} 14 {x} 14Q{x + 12} 14 {x + 15} 29Z", "#3a4a5a"
            )
            svg += disc(x, 30, 5, "!ffe9a0") + disc(
                x, 34, 30, "url(#r!ffe9a0!ffe9a0)", ' fill-opacity="0.35"'
            )
    return index, svg


def _surface(scene: Scene, y: float, rng: Rng) -> str:
    """Draw the boards of a table, a stone counter, or a desk's plain top."""
    tone = {"kitchen counter": rng.choice(("#d2cdc4", "#8a8d94", "#b9a48c")),
            "desk": rng.choice(("#d9b78a", "#8a5f42", "#e3dccf")),
            "wooden table": rng.choice(("#b07d4f", "#c9955f", "#8f6040"))}[scene.place]  # fmt: skip
    svg = wash(y, 226 - y, pale(tone, 0.22), dark(tone, 0.08))
    if scene.place == "wooden table":
        d = "".join(f"M{112 + (k - 3) * 34} {y}L{112 + (k - 3) * 66} 226" for k in range(7))
        svg += line(d, 1.4, dark(tone, 0.25))
        svg += line(
            "".join(
                f"M{rng.uniform(10, 190):.0f} {rng.uniform(y + 14, 216):.0f}q14 3 28 0"
                for _ in range(7)
            ),
            0.9,
            dark(tone, 0.16),
        )
    elif scene.place == "kitchen counter":
        svg += "".join(
            disc(
                rng.uniform(0, 224),
                rng.uniform(y + 4, 222),
                rng.uniform(0.6, 1.5),
                dark(tone, 0.18),
            )
            for _ in range(26)
        )
    return svg + box(0, y, 224, 2.4, pale(tone, 0.5))


def _cloth(cloth, y: float) -> str:
    """Draw a tablecloth or blanket, perhaps checkered."""
    tone = NAMED[cloth.colour]
    pts = [(14, y), (210, y), (250, 226), (-26, 226)]
    svg = poly(pts, vertical(pale(tone, 0.16), dark(tone, 0.08)))
    if cloth.feature == "checkered":
        ink = "#f7f4ea" if cloth.colour not in ("white", "yellow") else "#c8504a"
        d = "".join(f"M{24 + k * 25} {y}L{-14 + k * 35} 226" for k in range(8))
        svg += line(d, 9, ink, ' stroke-opacity="0.55"')
        svg += line(
            "".join(f"M-20 {y + 10 + k * (12 + 2.6 * k):.0f}h264" for k in range(5)),
            8,
            ink,
            ' stroke-opacity="0.55"',
        )
        svg += poly([(-30, y), (14, y), (-26, 226), (-30, 226)], "none")
    return svg
