"""Outdoor places put together: what is far, what is near, and the ground between."""

from lib.scenes import art_land as land
from lib.scenes.art_cues import outdoor_cue
from lib.scenes.art_sky import sky
from lib.scenes.light import light
from lib.scenes.pen import NAMED, box, dark, disc, line, mix, oval, pale, poly, shape, wash
from lib.scenes.records import Scene
from lib.scenes.rng import Rng

Layer = tuple[int, str]  # which object of the scene it shows (-1: none of them), and its SVG
_GRASS = {"park": "#78b858", "garden": "#82be5c", "playground": "#86bf62",
    "soccer field": "#5fae4f",
          "meadow": "#8cc25a", "farm": "#9cbc5a", "lake": "#83b65f", "river": "#7fb25a",
              "zoo": "#a3b767",
          "forest": "#6f8f4c", "savanna": "#d8b768", "desert": "#e6bf7e", "beach": "#efd9a4",
          "ski slope": "#f1f6fb", "snowy field": "#eff5fb", "suburban street": "#86b764",
          "country road": "#93b85f", "tennis court": "#6d9f5f",
              "baseball field": "#68ad55"}  # fmt: skip
_PAVED = {"city street": "#b9b6b0", "plaza": "#cfc2ae", "market": "#c9b79b",
    "parking lot": "#80848c",
          "skate park": "#c0c4c9", "airport": "#9ba1a8", "train station": "#bdb5a8",
          "harbor": "#b8a88f"}  # fmt: skip
SNOWY = ("ski slope", "snowy field")


def outdoors(scene: Scene, horizon: float, name: str, rng: Rng) -> list[Layer]:
    """Return the background from the sky to the ground, each layer lit.

    Layers of things that are facts (fence, bridge, mountain, crowd, court) carry their index.
    """
    spread = {x.category: i for i, x in enumerate(scene.objects)}
    layers: list[Layer] = [(-1, sky(name, scene.weather, horizon, rng))]
    if scene.place == "sky":
        return layers + _aloft(spread, horizon, name, rng)
    fog = 0.45 if scene.weather == "foggy" else 0.0
    if "mountain" in spread:
        layers.append((spread["mountain"], light(land.mountains(rng, horizon), name, 0.2 + fog)))
    far = _far(scene, horizon, rng, scene.time == "night")
    layers.append((-1, light(far, name, 0.2 + fog)))
    layers.append(
        (-1, light(_ground(scene, horizon, rng), name, 0.0, 0.7 if _snowy(scene) else 0.25))
    )
    return layers + _spread(scene, spread, horizon, name, rng)


def afloat(scene: Scene) -> bool:
    """Tell whether what the picture is about lies on the water."""
    main = scene.objects[0]
    return main.category == "boat" or main.action == "rowing" or scene.place == "ocean"


def _snowy(scene: Scene) -> bool:
    return scene.place in SNOWY or scene.weather == "snowy"


def _aloft(spread: dict, horizon: float, name: str, rng: Rng) -> list[Layer]:
    layers = []
    if "mountain" in spread:
        layers.append((spread["mountain"], light(land.mountains(rng, horizon, tall=44), name, 0.2)))
    ground = land.hills(rng, horizon, "#6f9f6a", 10) + wash(
        horizon, 224 - horizon, "#8fbb68", "#6f9f55"
    )
    return [*layers, (-1, light(ground, name))]


def _far(scene: Scene, y: float, rng: Rng, lit: bool) -> str:
    """Draw what stands on the horizon of a place."""
    where = scene.place
    town = where in ("parking lot", "skate park") and rng.chance(0.5)
    if where == "city street" or town:
        return land.skyline(rng, y, lit)
    if where in ("suburban street", "plaza", "market"):
        return land.street_houses(rng, y, lit)
    if where == "forest":
        return land.forest(rng, y)
    if where == "zoo":
        return land.treeline(rng, y - 14, "#5c8f52", 30) + land.enclosure(y)
    if where == "harbor" and afloat(scene):
        return land.street_houses(rng, y, lit) + land.dock(y + 2, rng)
    if where in _BARE:
        tone, tall, p = _BARE[where]
        return land.hills(rng, y, tone, tall) if rng.chance(p) else ""
    if where in SNOWY:
        return _snowy_far(where, y, rng)
    if where == "airport":
        terminal = box(20, y - 12, 92, 13, "#c5cbd1")
        glass = box(24, y - 9, 84, 4, "!ffe3a0" if lit else "#7fb2cc")
        return land.hills(rng, y, "#8fae86", 8) + terminal + glass
    if where in ("farm", "country road", "meadow", "lake", "river"):
        return land.hills(rng, y, "#86b07a", 22) + land.trees(
            rng, y + 2, 4, rng.uniform(0.11, 0.16)
        )
    if where in ("park", "garden", "playground"):
        wood = land.hills(rng, y, "#86b07a", 22) + land.treeline(rng, y, "#6fa05c", 20)
        return wood + land.trees(rng, y + 3, 5, rng.uniform(0.18, 0.24))
    return land.treeline(rng, y, "#5f9156", 26)


# Open horizons: colour and height of the hills, and how often there are any.
_BARE = {"ocean": ("#7f9aa0", 9, 0.5), "harbor": ("#7f9aa0", 9, 0.0), "beach": ("#86a08e", 8, 0.4),
         "savanna": ("#c9a873", 12, 1.0), "desert": ("#d39a62", 12, 1.0)}  # fmt: skip


def _snowy_far(where: str, y: float, rng: Rng) -> str:
    """Draw snowy mountains or hills and a row of small pines."""
    far = land.hills(rng, y, "#d5e2ec", 14)
    if where == "ski slope":
        far = land.mountains(rng, y, True, 50)
    return far + "".join(
        _pine(12 + 24 * k + rng.uniform(-7, 7), y + 3, rng.uniform(18, 30))
        for k in rng.sample(range(9), 6)
    )


def _pine(x: float, y: float, h: float) -> str:
    c = "#476f63"
    svg = "".join(
        poly(
            [
                (x, y - h * (0.5 + 0.25 * k)),
                (x + h * (0.3 - 0.07 * k), y - h * 0.25 * k),
                (x - h * (0.3 - 0.07 * k), y - h * 0.25 * k),
            ],
            c,
        )
        for k in range(3)
    )
    return svg + poly(
        [(x, y - h), (x + h * 0.1, y - h * 0.7), (x - h * 0.1, y - h * 0.7)], "#f4f9fc"
    )


def _ground(scene: Scene, y: float, rng: Rng) -> str:
    """Draw the ground of a place from the horizon to the lower edge."""
    where = scene.place
    if where == "ocean" or afloat(scene):
        return land.water(y, 224, rng) + _waves(rng, y)
    tone = _GRASS.get(where) or _PAVED[where]
    if scene.weather == "snowy" and where not in SNOWY:
        tone = mix(tone, "#eef4fa", 0.82)
    svg = wash(y, 225 - y, mix(tone, "#fff8dc", 0.22), dark(tone, 0.13))
    special = _SPECIAL.get(where)
    if special:
        svg += special(y, rng, tone)
    svg += outdoor_cue(scene, y)
    if where in _GRASS and where not in ("desert", "beach", "baseball field"):
        ink = dark(tone, 0.24) if where not in SNOWY else "#cfdde9"
        svg += land.tufts(rng, y + 12, 222, ink)
    return svg + (land.puddles(rng, y) if scene.weather == "rainy" else "")


def _waves(rng: Rng, y: float) -> str:
    svg = ""
    for k in range(4):
        wy = y + 18 + 26 * k + rng.uniform(-5, 5)
        svg += line(
            f"M-6 {wy:.0f}" + "".join(f"q{14 + 3 * k} {-7 - k} {28 + 6 * k} 0" for _ in range(9)),
            1.4 + 0.4 * k,
            "#dff1f7",
            ' stroke-opacity="0.75"',
        )
    return svg


def _path(y: float, rng: Rng, tone: str) -> str:
    x = rng.uniform(60, 164)
    return shape(
        f"M{x - 4:.0f} {y}C{x:.0f} {y + 30} {x - 60:.0f} {y + 50} {x - 44:.0f} 226"
        f"L{x + 46:.0f} 226"
        f"C{x + 6:.0f} {y + 60} {x + 26:.0f} {y + 30} {x + 4:.0f} {y}Z",
        "#dcc79c",
    )


def _shore(y: float, rng: Rng, tone: str) -> str:
    low = y + 20
    return (
        land.water(y, low, rng)
        + line(f"M-4 {low}q20 -5 40 0t40 0t40 0t40 0t40 0t40 0", 4, "#f4fbfd")
        + line(
            f"M-4 {low + 5}q24 -5 48 0t48 0t48 0t48 0t48 0", 2, "#e4f2f5", ' stroke-opacity="0.7"'
        )
    )


def _bank(y: float, rng: Rng, tone: str) -> str:
    low = y + (34 if rng.chance(0.5) else 28)
    return (
        land.water(y + 3, low, rng, "#4a98bd")
        + line(f"M-4 {low}q30 5 60 0t60 0t60 0t60 0", 4, dark(tone, 0.25))
        + land.reeds(rng, low + 3)
    )


def _road(y: float, rng: Rng, tone: str) -> str:
    """Draw a street across the picture with its pavement and a dashed middle line."""
    top = y + 24
    svg = (
        box(0, y, 224, 8, mix(tone, "#ffffff", 0.1))
        + wash(top, 226 - top, "#8a8e97", "#6c7079")
        + box(0, top - 5, 224, 5, "#d9d5cc")
    )
    dashes = line(f"M-4 {(top + 224) / 2 + 4}h232", 3.4, "#f2d56b", ' stroke-dasharray="17 13"')
    return svg + dashes.replace('stroke-linecap="round"', "")


def _lane(y: float, rng: Rng, tone: str) -> str:
    """Draw a country road that runs away to the horizon."""
    x = rng.uniform(84, 140)
    svg = poly([(x - 5, y), (x + 5, y), (x + 108, 226), (x - 108, 226)], "#8d9098")
    return svg + "".join(
        poly([(x - w, a), (x + w, a), (x + w * 1.5, b), (x - w * 1.5, b)], "#f5f1e2")
        for w, a, b in ((0.7, y + 8, y + 16), (1.4, y + 26, y + 42), (2.6, y + 58, y + 86))
    )


def _tiles(y: float, rng: Rng, tone: str) -> str:
    d = "".join(f"M-4 {y + k * k * 6.5:.0f}h232" for k in range(1, 5)) + "".join(
        f"M{112 + (k - 4) * 9} {y}L{112 + (k - 4) * 62} 226" for k in range(9)
    )
    return line(d, 1.2, dark(tone, 0.16))


def _lot(y: float, rng: Rng, tone: str) -> str:
    d = "".join(f"M{112 + (k - 3) * 30} {y + 12}L{112 + (k - 3) * 84} 226" for k in range(7))
    return line(d, 2.6, "#f1efe6") + box(0, y, 224, 5, "#a9a79f")


def _platform(y: float, rng: Rng, tone: str) -> str:
    """Draw rails, the platform's edge, and the roof of a station."""
    svg = box(0, y, 224, 20, "#7f7468") + line(f"M0 {y + 6}h224M0 {y + 14}h224", 2.2, "#565a63")
    svg += line("".join(f"M{x} {y + 3}v14" for x in range(2, 224, 9)), 2, "#5e4a3a")
    svg += box(0, y + 20, 224, 6, "#f0d04a") + box(0, y + 26, 224, 3, dark(tone, 0.3))
    roof = poly([(-2, 0), (226, 0), (226, 12), (-2, 22)], "#5b6675") + line(
        f"M26 18L26 {y + 22}M104 15L104 {y + 22}M184 12L184 {y + 22}", 4.4, "#4a5361"
    )
    return svg + roof


def _slope(y: float, rng: Rng, tone: str) -> str:
    return poly([(-2, y + 4), (226, y + 44), (226, 226), (-2, 226)], "#e3edf6") + line(
        f"M-4 {y + 60}Q80 {y + 66} 228 {y + 92}M-4 {y + 74}Q90 {y + 84} 228 {y + 110}",
        1.6,
        "#cbdae8",
    )


def _diamond(y: float, rng: Rng, tone: str) -> str:
    svg = shape(f"M-4 {y + 44}Q112 {y + 16} 228 {y + 44}L228 226L-4 226Z", "#cf9a63")
    svg += shape("M60 226Q112 150 228 190L228 226Z", tone, ' fill-opacity="0.0"')
    svg += line("M112 206L-6 150M112 206L230 150", 2.6, "#f7f5ee") + poly(
        [(104, 204), (120, 204), (122, 210), (112, 215), (102, 210)], "#fbfaf5"
    )
    return svg + box(30, y + 38, 9, 4, "#fbfaf5") + box(186, y + 38, 9, 4, "#fbfaf5")


def _pitch(y: float, rng: Rng, tone: str) -> str:
    svg = "".join(
        poly([(-2, a), (226, a), (226, b), (-2, b)], pale(tone, 0.12))
        for a, b in ((y + 10, y + 24), (y + 46, y + 74))
    )
    return (
        svg
        + line(f"M-4 {y + 10}h232M-4 200h232", 2.4, "#f4f7ee")
        + (
            f'<ellipse cx="112" cy="{y + 62}" rx="74" ry="20" fill="none" stroke="#f4f7ee" '
            f'stroke-width="2.4"/>'
        )
    )


def _runway(y: float, rng: Rng, tone: str) -> str:
    low = 176
    svg = box(0, y, 224, 20, "#94b873") + box(0, low, 224, 34, "#7b8088")
    return (
        svg
        + line(f"M0 {low + 17}h224", 3, "#f5f3ee", ' stroke-dasharray="20 14"')
        + line(f"M0 {low + 2}h224M0 {low + 32}h224", 1.6, "#f0d04a")
    )


def _quay(y: float, rng: Rng, tone: str) -> str:
    low = y + 46
    svg = land.water(y, low, rng, "#3d86a8") + land.dock(y + 5, rng)
    return (
        svg
        + box(0, low, 224, 6, dark(tone, 0.3))
        + line("".join(f"M-4 {low + 12 + 15 * k}h232" for k in range(8)), 1.1, dark(tone, 0.18))
        + "".join(box(x, low - 7, 9, 12, "#4a4d57", 3) for x in (28, 106, 184))
    )


def _sand(y: float, rng: Rng, tone: str) -> str:
    return "".join(
        line(f"M{rng.uniform(-20, 150):.0f} {v:.0f}q24 -7 48 0t48 0", 1.4, dark(tone, 0.12))
        for v in (y + 20, y + 44, y + 70, y + 96)
    )


def _rails(y: float, rng: Rng, tone: str) -> str:
    return oval(112, 214, 150, 18, dark(tone, 0.1)) + disc(30, y + 30, 2, dark(tone, 0.3))


_SPECIAL = {
    "park": _path, "beach": _shore, "lake": _bank, "river": _bank, "city street": _road,
    "suburban street": _road, "country road": _lane, "plaza": _tiles, "market": _tiles,
    "parking lot": _lot, "train station": _platform, "ski slope": _slope,
        "baseball field": _diamond,
    "soccer field": _pitch, "airport": _runway, "harbor": _quay, "desert": _sand, "zoo": _rails,
    "skate park": _tiles,
}  # fmt: skip


def _spread(scene: Scene, spread: dict, y: float, name: str, rng: Rng) -> list[Layer]:
    """Return the layers of facts that run across the picture."""
    layers = []
    if "bridge" in spread:
        tone = NAMED[scene.objects[spread["bridge"]].colour]
        layers.append((spread["bridge"], light(land.bridge(y + 14, tone), name, 0.0, 0.3)))
    if "crowd" in spread:
        layers.append((spread["crowd"], light(land.crowd(rng, y + 8), name, 0.0, 0.3)))
    if "fence" in spread:
        tone = NAMED[scene.objects[spread["fence"]].colour]
        low = y + (12 if scene.place not in ("beach", "river") else 30)
        layers.append((spread["fence"], light(land.fence(low, tone), name, 0.0, 0.3)))
    if "court" in spread:
        index = spread["court"]
        layers += [
            (index, light(_court(y, NAMED[scene.objects[index].colour]), name, 0.0, 0.3)),
            (-1, light(_net(y), name, 0.0, 0.3)),
        ]
    return layers


def _court(y: float, tone: str) -> str:
    tone = {NAMED["red"]: "#c9603f"}.get(tone, tone)
    svg = poly([(22, y + 14), (202, y + 14), (262, 226), (-38, 226)], tone)
    d = f"M34 {y + 18}L190 {y + 18}L240 218L-16 218ZM112 {y + 18}L112 196M-2 196L226 196"
    return svg + line(d, 2.2, "#f7f7f2")


def _net(y: float) -> str:
    top, low = y + 14, y + 38
    d = "".join(f"M{x} {top}V{low}" for x in range(4, 224, 7)) + "".join(
        f"M2 {top + 6 * k}H222" for k in (1, 2, 3)
    )
    return (
        box(2, top, 220, low - top, "#2b3040", 0, ' fill-opacity="0.22"')
        + line(d, 0.6, "#e9edf0", ' stroke-opacity="0.6"')
        + line(f"M2 {top}H222", 3, "#fbfbf8")
        + line(f"M3 {top - 3}V{low + 3}M221 {top - 3}V{low + 3}", 3.4, "#3a3d48")
    )
