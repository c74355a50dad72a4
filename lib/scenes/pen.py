"""The pen: small strings of SVG, colours, and the geometry of smooth shapes.

Lengths are centimetres of the drawn world, y grows downwards, and things stand on y = 0.
Colours are "#rrggbb"; "!rrggbb" marks a light of its own (a lamp, a screen) that `light` leaves
as bright at night as at noon. A gradient is a paint that names its own colours
("url(#v-rrggbb-rrggbb)"), so that drawings need no list of definitions: `defs` finds them.
"""

import itertools
import re
from functools import lru_cache
from math import cos, hypot, radians, sin
from zlib import crc32

NAMED = {
    "black": "#2c2d36", "white": "#f5f3ee", "gray": "#8c929c", "red": "#d5352f",
    "orange": "#f0842a", "yellow": "#f7c92b", "green": "#3d9a4c", "blue": "#2d6cc4",
    "purple": "#7b49ae", "pink": "#f28db4", "brown": "#87563a",
}  # fmt: skip
Point = tuple[float, float]


def rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green, blue in 0-255 of "#rrggbb" (or "!rrggbb")."""
    value = int(colour[1:], 16)
    return value >> 16, value >> 8 & 255, value & 255


@lru_cache(maxsize=65536)
def mix(a: str, b: str, t: float) -> str:
    """Return the colour a share t of the way from a to b; keeps a's mark of own light."""
    pairs = zip(rgb(a), rgb(b), strict=True)
    return a[0] + "".join(f"{round(x + (y - x) * t):02x}" for x, y in pairs)


def dark(colour: str, t: float = 0.22) -> str:
    """Return a shadow tone: darker and a little bluer, as shadows are outdoors."""
    return mix(colour, "#1c1a38", t)


def pale(colour: str, t: float = 0.25) -> str:
    """Return a light tone: brighter and a little warmer."""
    return mix(colour, "#fff6e0", t)


def vertical(top: str, bottom: str) -> str:
    """Return a paint that runs from top to bottom of the shape."""
    return f"url(#v{_mark(top)}{_mark(bottom)})"


def across(left: str, right: str) -> str:
    """Return a paint that runs from left to right of the shape."""
    return f"url(#h{_mark(left)}{_mark(right)})"


def glow(colour: str) -> str:
    """Return a paint that fades from the colour at the centre to nothing at the rim."""
    return f"url(#r{_mark(colour)}{_mark(colour)})"


def _mark(colour: str) -> str:
    return ("-" if colour[0] == "#" else "!") + colour[1:]


def defs(svg: str) -> str:
    """Return the definitions of all gradients that a drawing names."""
    gradients = dict.fromkeys(re.findall(r"url\(#([vhr])[-!]([0-9a-f]{6})[-!]([0-9a-f]{6})\)", svg))
    names = re.findall(r"url\(#([vhr][-!][0-9a-f]{6}[-!][0-9a-f]{6})\)", svg)
    return (
        "<defs>"
        + "".join(
            _gradient(name, *parts)
            for name, parts in zip(dict.fromkeys(names), gradients, strict=True)
        )
        + "</defs>"
    )


@lru_cache(maxsize=16384)
def _gradient(name: str, kind: str, a: str, b: str) -> str:
    if kind == "r":
        return (
            f'<radialGradient id="{name}"><stop stop-color="#{a}"/>'
            f'<stop offset="1" stop-color="#{b}" stop-opacity="0"/></radialGradient>'
        )
    way = 'x2="0" y2="1"' if kind == "v" else 'x2="1" y2="0"'
    return (
        f'<linearGradient id="{name}" {way}><stop stop-color="#{a}"/>'
        f'<stop offset="1" stop-color="#{b}"/></linearGradient>'
    )


def shape(d: str, fill: str, more: str = "") -> str:
    """Return a filled path."""
    return f'<path d="{d}" fill="{fill}"{more}/>'


def line(points, width: float, colour: str, more: str = "") -> str:
    """Return an open stroke with round ends through `points`, or along a ready path."""
    d = points if isinstance(points, str) else "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width:.1f}" '
        f'stroke-linecap="round" stroke-linejoin="round"{more}/>'
    )


def oval(x: float, y: float, rx: float, ry: float, fill: str, more: str = "") -> str:
    """Return an ellipse."""
    return f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" fill="{fill}"{more}/>'


def disc(x: float, y: float, r: float, fill: str, more: str = "") -> str:
    """Return a circle."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{fill}"{more}/>'


def box(x: float, y: float, w: float, h: float, fill: str, r: float = 0, more: str = "") -> str:
    """Return a rectangle with corners of radius r."""
    corner = f' rx="{r:.1f}"' if r else ""
    if w > 200 and not r:  # its edges lie outside or along the picture: smoothing them only costs
        more += ' shape-rendering="crispEdges"'
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}"{corner} '
        f'fill="{fill}"{more}/>'
    )


def wash(y: float, height: float, top: str, bottom: str) -> str:
    """Return a gradient from top to bottom over the picture's whole width, in flat bands.

    A true gradient over the whole picture takes resvg 4 ms, sixty bands 0.7 ms; grain hides them.
    """
    count = max(1, round(height / 3.2))
    edges = [round(y + height * k / count, 1) for k in range(count + 1)]
    bands = "".join(
        f'<path d="M-2 {low}H226V{high}H-2Z" fill="{mix(top, bottom, k / max(1, count - 1))}"/>'
        for k, (low, high) in enumerate(itertools.pairwise(edges))
    )
    return f'<g shape-rendering="crispEdges">{bands}</g>'


def poly(points, fill: str, more: str = "") -> str:
    """Return a filled polygon."""
    return shape(polygon(points), fill, more)


def polygon(points) -> str:
    """Return the path of a polygon."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def blob(points, fill: str, more: str = "") -> str:
    """Return a filled smooth closed shape through `points`."""
    return shape(smooth(points), fill, more)


def smooth(points, tension: float = 1 / 6) -> str:
    """Return the path of a smooth closed curve through `points` (a Catmull-Rom spline)."""
    n = len(points)
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for i in range(n):
        p0, p1 = points[i - 1], points[i]
        p2, p3 = points[(i + 1) % n], points[(i + 2) % n]
        parts.append(
            f"C{p1[0] + (p2[0] - p0[0]) * tension:.1f} {p1[1] + (p2[1] - p0[1]) * tension:.1f} "
            f"{p2[0] - (p3[0] - p1[0]) * tension:.1f} {p2[1] - (p3[1] - p1[1]) * tension:.1f} "
            f"{p2[0]:.1f} {p2[1]:.1f}"
        )
    return "".join(parts) + "Z"


def capsule(p: Point, q: Point, r: float, s: float) -> str:
    """Return the path of a limb from p (radius r) to q (radius s), rounded at both ends."""
    length = hypot(q[0] - p[0], q[1] - p[1]) or 1.0
    nx, ny = (q[1] - p[1]) / length, (p[0] - q[0]) / length
    return (
        f"M{p[0] + nx * r:.1f} {p[1] + ny * r:.1f}L{q[0] + nx * s:.1f} {q[1] + ny * s:.1f}"
        f"A{s:.1f} {s:.1f} 0 0 1 {q[0] - nx * s:.1f} {q[1] - ny * s:.1f}"
        f"L{p[0] - nx * r:.1f} {p[1] - ny * r:.1f}"
        f"A{r:.1f} {r:.1f} 0 0 1 {p[0] + nx * r:.1f} {p[1] + ny * r:.1f}Z"
    )


def away(p: Point, angle: float, length: float) -> Point:
    """Return the point `length` from p; angle in degrees, 0 = down, positive = forward (right)."""
    return p[0] + length * sin(radians(angle)), p[1] + length * cos(radians(angle))


def toward(p: Point, q: Point, t: float) -> Point:
    """Return the point a share t of the way from p to q."""
    return p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t


def bend(root: Point, tip: Point, first: float, second: float, forward: bool) -> Point:
    """Return the joint of a two-boned limb from root to tip; it points forward (right) or back."""
    dx, dy = tip[0] - root[0], tip[1] - root[1]
    far = max(1.0, hypot(dx, dy))
    reach = min(far, (first + second) * 0.999)
    along = (first**2 - second**2 + reach**2) / (2 * reach)
    side = max(0.0, first**2 - along**2) ** 0.5
    ux, uy = dx / far, dy / far
    sign = 1.0 if forward == (uy > 0) else -1.0
    if abs(uy) < 1e-6:
        sign = 1.0 if forward else -1.0
    return root[0] + ux * along + sign * side * uy, root[1] + uy * along - sign * side * ux


def place(
    svg: str, x: float, y: float, scale: float = 1.0, turn: float = 0.0, mirror: bool = False
) -> str:
    """Return the drawing moved to (x, y), turned by degrees, scaled, perhaps mirrored."""
    flip = -scale if mirror else scale
    spin = f" rotate({turn:.1f})" if turn else ""
    size = f" scale({flip:.4f} {scale:.4f})" if mirror or scale != 1.0 else ""
    return f'<g transform="translate({x:.1f} {y:.1f}){size}{spin}">{svg}</g>'


def number(value: str) -> float:
    """Return a number between 0 and 1 that only depends on the text (for decoration)."""
    return crc32(value.encode()) / 2**32
