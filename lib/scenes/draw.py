"""From facts to pictures: an SVG document, pixels, and what of each object can be seen."""

import io
import re
from functools import lru_cache

import numpy as np
import resvg_py
from PIL import Image

from lib.scenes.art_ground import afloat, outdoors
from lib.scenes.art_rooms import room, table_top
from lib.scenes.art_sky import weather_front
from lib.scenes.layout import Placed
from lib.scenes.layout_outdoors import arrange_outdoors
from lib.scenes.layout_rooms import arrange_room, arrange_table
from lib.scenes.light import light, mood
from lib.scenes.pen import box, defs, oval, place
from lib.scenes.places import PLACES
from lib.scenes.records import Scene
from lib.scenes.rng import Rng

# Numbers of layers that show no object: they cover what is behind them, or are only light.
SOLID, AIRY = -1, -2
_IDS = 72
_KINDS = {"outdoor": (arrange_outdoors, outdoors), "room": (arrange_room, room),
          "table": (arrange_table, table_top)}  # fmt: skip
_PAINT = re.compile(r'(fill|stroke)="(?!none)[^"]*"')
_GLOW = re.compile(r'fill="url\(#r[^"]*"')
_LOOSE = re.compile(r' (?:fill|stroke)-opacity="[^"]*"')


@lru_cache(maxsize=4)
def layers(scene: Scene) -> tuple[tuple[int, str], ...]:
    """Return the picture as lit layers in painting order, in units of 1/224 of its side.

    Each layer is (index of the object it shows, or SOLID, or AIRY; its SVG).
    """
    rng, kind = Rng(scene.look, "layout"), PLACES[scene.place].kind
    name = mood(scene.time, scene.weather, kind != "outdoor")
    arrange, back = _KINDS[kind]
    placed, line = arrange(scene, rng)
    result = list(back(scene, line, name, Rng(scene.look, "background")))
    wet = kind == "outdoor" and afloat(scene)
    for item in sorted(placed, key=lambda p: (p.ground, p.y)):
        result += _paint(item, name, wet)
    if kind == "outdoor":
        result.append((AIRY, weather_front(scene.weather, name, Rng(scene.look, "weather"))))
        if name == "sunset":
            result.append((AIRY, box(0, 0, 224, 224, "!ff8a3c", 0, ' fill-opacity="0.07"')))
    elif name == "indoor night":
        result.append((AIRY, box(0, 0, 224, 224, "!ffb45c", 0, ' fill-opacity="0.06"')))
    return tuple(result)


def _paint(item: Placed, name: str, wet: bool) -> list[tuple[int, str]]:
    """Return the layers of one placed cluster: its shadows, then its parts."""
    result = []
    if item.ground:
        opacity = 0.16 if "night" in name else 0.24
        sign = -1 if item.mirror else 1
        tone, opacity = ("!eaf6fa", 0.5) if wet else ("!1c1a38", opacity)
        shade = "".join(
            oval(
                item.x + sign * x * item.scale,
                item.y,
                half * item.scale,
                max(1.4, half * item.scale * 0.13),
                tone,
                f' fill-opacity="{opacity}"',
            )
            for x, half in item.cluster.shadows
        )
        result.append((AIRY, shade))
    for index, svg in item.cluster.parts:
        lit = light(svg, name, item.far, item.keep)
        result.append((index, place(lit, item.x, item.y, item.scale, 0, item.mirror)))
    return result


def svg(scene: Scene, size: int = 224) -> str:
    """Return the scene as an SVG document of size x size pixels."""
    body = "".join(text for _, text in layers(scene))
    return _document(defs(body) + body.replace('="!', '="#'), size)


def _document(body: str, size: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" '
        f'viewBox="0 0 224 224">{body}</svg>'
    )


def render(scene: Scene, size: int = 224) -> np.ndarray:
    """Return the scene as uint8 [size, size, 3], with a little grain.

    Raises ValueError if size is not positive.
    """
    if size < 1:
        raise ValueError(f"size must be at least 1 pixel; got {size}")
    pixels = _raster(svg(scene, size))
    return _grain(pixels, scene.look)


def _raster(document: str, rendering: str = "geometric_precision") -> np.ndarray:
    png = resvg_py.svg_to_bytes(
        svg_string=document, skip_system_fonts=True, shape_rendering=rendering
    )
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image)[:, :, :3]  # the alpha channel is full everywhere


@lru_cache(maxsize=8)
def _noise(size: int) -> np.ndarray:
    """Return a fixed sheet of grain, int16 [2 * size, 2 * size, 1], about -5 to 5."""
    count = 4 * size * size
    x = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    small = ((x >> np.uint64(40)) % np.uint64(6)).astype(np.int16)
    large = ((x >> np.uint64(20)) % np.uint64(6)).astype(np.int16)
    return (small - large).reshape(2 * size, 2 * size, 1)


def _grain(pixels: np.ndarray, look: int) -> np.ndarray:
    """Return the pixels with grain: another cut of the same sheet for each scene."""
    size = len(pixels)
    y, x = look % size, look // size % size
    cut = _noise(size)[y : y + size, x : x + size]
    noisy = pixels.astype(np.int16) + (cut if size > 128 else cut // 2)
    return np.clip(noisy, 0, 255, out=noisy).astype(np.uint8)


def id_map(scene: Scene, size: int = _IDS) -> np.ndarray:
    """Return which object each point shows, int [size, size]: its index, or -1 for none."""
    body = []
    for index, text in layers(scene):
        if index == AIRY:
            continue
        flat = _LOOSE.sub(
            "", _PAINT.sub(rf'\1="#{index + 1:02x}0000"', _GLOW.sub('fill="none"', text))
        )
        body.append(flat)
    pixels = _raster(
        _document('<rect width="224" height="224"/>' + "".join(body), size), "crisp_edges"
    )
    return pixels[:, :, 0].astype(int) - 1


def seen(scene: Scene) -> dict[int, tuple[float, float, float]]:
    """Return for each object that can be seen its share of the picture and its centre (x, y).

    All are fractions of the side (0, 0 is the upper left); objects that are hidden are left out.
    """
    ids = id_map(scene)
    parts = {}
    for i in range(len(scene.objects)):
        y, x = np.nonzero(ids == i)
        if len(x):
            parts[i] = (
                len(x) / ids.size,
                float(x.mean() + 0.5) / len(ids),
                float(y.mean() + 0.5) / len(ids),
            )
    return parts


def visible(scene: Scene) -> dict[int, float]:
    """Return for each object the share of the picture in which it can be seen, 0 to 1."""
    ids = id_map(scene)
    counts = np.bincount((ids + 1).ravel(), minlength=len(scene.objects) + 1)[1:]
    return {i: float(counts[i]) / ids.size for i in range(len(scene.objects))}
