"""The far and middle distance of outdoor places, in picture units (0-224), above the ground."""

from lib.scenes.art_scenery import far_tree
from lib.scenes.pen import (
    blob,
    box,
    dark,
    disc,
    line,
    mix,
    number,
    oval,
    pale,
    place,
    poly,
    shape,
    wash,
)
from lib.scenes.rng import Rng


def hills(rng: Rng, y: float, tone: str, tall: float = 16) -> str:
    """Draw a soft line of hills on the horizon y."""
    a, b, c = (rng.uniform(0.3, 1.0) * tall for _ in range(3))
    return shape(
        f"M-4 {y + 1}L-4 {y - a:.1f}Q36 {y - a - 8:.1f} 74 {y - b * 0.5:.1f}"
        f"T150 {y - c:.1f}T228 {y - b:.1f}L228 {y + 1}Z",
        tone,
    )


def mountains(rng: Rng, y: float, snow: bool = True, tall: float = 62) -> str:
    """Draw a range of mountains, snow-capped."""
    svg, tone = "", "#7d8ba3"
    for k, x in enumerate((20, 78, 132, 192)):
        h = tall * rng.uniform(0.62, 1.0)
        w = h * rng.uniform(0.85, 1.15)
        left, peak = (x - w, y + 1), (x + rng.uniform(-6, 6), y - h)
        svg += poly([left, peak, (x + w, y + 1)], mix(tone, "#5b6b8a", 0.2 * (k % 2)))
        svg += poly([peak, (x + w, y + 1), (x + w * 0.15, y + 1)], dark(tone, 0.22))
        if snow:
            t = 0.36
            p, q = (peak[0] - w * t, y - h * (1 - t)), (peak[0] + w * t, y - h * (1 - t))
            svg += poly(
                [
                    peak,
                    q,
                    (peak[0] + w * 0.14, q[1] - 4),
                    (peak[0], q[1] + 5),
                    (peak[0] - w * 0.16, q[1] - 3),
                    p,
                ],
                "#f3f7fb",
            )
    return svg


def treeline(rng: Rng, y: float, tone: str = "#5c8f52", tall: float = 26) -> str:
    """Draw a dense row of bushes and trees."""
    pts = [(-6, y + 2)]
    x = -6.0
    while x < 230:
        pts.append((x, y - tall * rng.uniform(0.55, 1.0)))
        x += rng.uniform(9, 17)
    return blob([*pts, (232, y + 2)], tone) + blob(
        [(px, py + tall * 0.3) for px, py in pts[1:]] + [(232, y + 3), (-6, y + 3)],
        dark(tone, 0.12),
    )


def trees(rng: Rng, y: float, count: int, scale: float, tone: str = "#5c9f4b") -> str:
    """Draw a few trees that stand apart."""
    spots = rng.sample(range(8), count)
    return "".join(
        place(
            far_tree(rng.uniform(), tone),
            14 + 28 * k + rng.uniform(-8, 8),
            y + rng.uniform(0, 5),
            scale * rng.uniform(0.8, 1.2),
        )
        for k in spots
    )


def forest(rng: Rng, y: float) -> str:
    """Draw a wall of trunks and leaves up to the top of the picture."""
    svg = wash(0, y + 2, "#a8c69a", "#dbe6b9")
    for depth, tone in ((0, "#8fae86"), (1, "#66835f")):
        for k in range(6 - depth):
            x = k * (40 + depth * 8) + rng.uniform(-6, 22)
            w = rng.uniform(5, 8) + 4 * depth
            svg += poly(
                [(x, 0), (x + w, 0), (x + w * 1.3, y + 4), (x - w * 0.3, y + 4)],
                mix("#7a5f4a", tone, 0.45 - 0.25 * depth),
            )
        svg += "".join(
            disc(
                rng.uniform(0, 224),
                rng.uniform(-8, 22 + 14 * (1 - depth)),
                rng.uniform(16, 28),
                mix(tone, "#4f8a4a", 0.5),
            )
            for _ in range(9)
        )
    return svg + treeline(rng, y + 2, "#557a48", 15)


def skyline(rng: Rng, y: float, lit: bool) -> str:
    """Draw tall buildings with windows, lit at night."""
    svg, x = "", -6.0
    tones = ("#b5654a", "#8796ab", "#c9a983", "#6f7f96", "#a8785f", "#9aa7b5")
    while x < 224:
        w, h = rng.uniform(24, 40), y * rng.uniform(0.5, 0.9)
        tone = rng.choice(tones)
        svg += box(x, y - h, w, h + 2, tone) + box(
            x + w * 0.7, y - h, w * 0.3, h + 2, dark(tone, 0.16)
        )
        pane = "!ffdf8e" if lit else mix(tone, "#e6f2f7", 0.6)
        d = "".join(f"M{x + 4:.1f} {wy:.1f}h{w - 8:.1f}" for wy in _steps(y - h + 6, y - 6, 9))
        svg += (
            f'<path d="{d}" fill="none" stroke="{pane}" stroke-width="4.6" '
            f'stroke-dasharray="3.6 3.4"/>'
        )
        x += w
    return svg


def _steps(low: float, high: float, step: float) -> list[float]:
    return [low + step * k for k in range(max(0, int((high - low) / step)))]


def street_houses(rng: Rng, y: float, lit: bool) -> str:
    """Draw a row of small houses with gardens between them."""
    svg = treeline(rng, y, "#6b9c5c", 20)
    for k in range(4):
        x, w, h = 4 + k * 58 + rng.uniform(-5, 5), rng.uniform(36, 44), rng.uniform(24, 31)
        wall = rng.choice(("#e8d9bd", "#d9c3ad", "#cfd6d9", "#e3c9a0", "#c9d3bf"))
        roof = rng.choice(("#8a4a3d", "#5d5a68", "#7a5a48"))
        pane = "!ffdf8e" if lit else "#a9d0de"
        svg += box(x, y - h, w, h, wall) + poly(
            [(x - 4, y - h), (x + w / 2, y - h - 18), (x + w + 4, y - h)], roof
        )
        svg += box(x + 5, y - h + 7, 9, 9, pane) + box(x + w - 14, y - h + 7, 9, 9, pane)
        svg += box(x + w / 2 - 4, y - 14, 8, 14, "#6b4632")
    return svg


def water(y0: float, y1: float, rng: Rng, tone: str = "#3f93bf") -> str:
    """Draw water between two heights, with glints."""
    svg = wash(y0, y1 - y0, pale(tone, 0.3), dark(tone, 0.14))
    d = "".join(
        f"M{rng.uniform(0, 214):.0f} {y0 + (y1 - y0) * rng.uniform(0.06, 0.96):.0f}h"
        f"{rng.uniform(6, 18):.0f}"
        for _ in range(int((y1 - y0) / 5) + 4)
    )
    return svg + line(d, 1.1, "#e8f5fa", ' stroke-opacity="0.6"')


def crowd(rng: Rng, y: float) -> str:
    """Draw a stand full of spectators, its foot at y."""
    svg = poly([(-2, y), (-2, y - 50), (226, y - 50), (226, y)], "#5b6478") + line(
        "".join(f"M0 {y - k * 12 - 3}h224" for k in range(4)), 1, "#4a5266"
    )
    inks = ("#d5352f", "#f7c92b", "#2d6cc4", "#f5f3ee", "#3d9a4c", "#f0842a", "#7b49ae", "#f28db4")
    for row in range(4):
        for k in range(19):
            x = k * 12 + (row % 2) * 6 + rng.uniform(-1.5, 1.5)
            top = y - 9 - 12 * row
            svg += box(x - 3.6, top, 7.2, 8, inks[rng.below(8)], 3)
            svg += disc(
                x, top - 2.4, 2.9, ("#efbf98", "#b07a52", "#f6cfb0", "#68432f")[rng.below(4)]
            )
    return svg + box(0, y - 6, 224, 7, "#39415a")


def fence(y: float, tone: str, height: float = 20) -> str:
    """Draw a fence across the picture."""
    d = "".join(f"M{x} {y}L{x} {y - height}" for x in range(6, 224, 17))
    return line(d, 3.6, tone) + line(
        f"M-2 {y - height * 0.75}L226 {y - height * 0.75}M-2 "
        f"{y - height * 0.35}L226 {y - height * 0.35}",
        3.2,
        dark(tone, 0.1),
    )


def bridge(y: float, tone: str) -> str:
    """Draw an arched bridge across the water."""
    svg = shape(
        f"M-4 {y - 26}Q112 {y - 50} 228 {y - 26}L228 {y + 6}L206 {y + 6}Q182 {y - 26} 150 "
        f"{y + 6}L138 {y + 6}Q112 {y - 34} 86 {y + 6}L74 {y + 6}Q42 {y - 26} 18 {y + 6}"
        f"L-4 {y + 6}Z",
        tone,
    )
    posts = "".join(f"M{x} {y - 30 - 8 * (1 - abs(x - 112) / 112)}v-9" for x in range(8, 224, 16))
    return (
        svg
        + line(f"M-4 {y - 26}Q112 {y - 50} 228 {y - 26}", 3.4, pale(tone, 0.3))
        + line(posts, 2, dark(tone, 0.25))
        + line(f"M-4 {y - 36}Q112 {y - 60} 228 {y - 36}", 2, dark(tone, 0.25))
    )


def reeds(rng: Rng, y: float) -> str:
    """Draw tufts of grass along a bank."""
    d = "".join(
        f"M{x:.0f} {y:.0f}l-2 -7m2 7l0 -9m0 9l3 -7"
        for x in (rng.uniform(0, 224) for _ in range(12))
    )
    return line(d, 1.3, "#4f7f3d")


def tufts(rng: Rng, y0: float, y1: float, tone: str, count: int = 16) -> str:
    """Draw small marks that give a ground its texture, larger towards the viewer."""
    d = ""
    for _ in range(count):
        t = rng.uniform()
        x, y, k = rng.uniform(0, 224), y0 + (y1 - y0) * t, 1 + 2.2 * t
        high = 1.7 * k
        d += f"M{x:.0f} {y:.0f}l{-k:.1f} {-high:.1f}m{k:.1f} {high:.1f}l{k:.1f} {-high:.1f}"
    return line(d, 1.1, tone)


def enclosure(y: float) -> str:
    """Draw the wall and bars of a zoo's enclosure."""
    svg = box(0, y - 16, 224, 18, "#b59f83") + line(f"M0 {y - 16}h224", 3, "#8f7a62")
    return (
        svg
        + line("".join(f"M{x} {y - 17}v-22" for x in range(4, 224, 12)), 2, "#5a5e68")
        + line(f"M0 {y - 38}h224", 2.6, "#5a5e68")
    )


def dock(y: float, rng: Rng) -> str:
    """Draw masts of moored boats along a far quay."""
    svg = box(0, y - 5, 224, 7, "#8a7a68")
    for k in range(6):
        x, h = 14 + 38 * k + rng.uniform(-8, 8), rng.uniform(22, 38)
        svg += line(f"M{x:.0f} {y - 4:.0f}v{-h:.0f}", 1.6, "#6b5a4a") + shape(
            f"M{x - 11:.0f} {y - 8:.0f}h24l-5 8h-14Z",
            rng.choice(("#f5f3ee", "#c44536", "#2f5d8a", "#e0b650")),
        )
        svg += (
            poly([(x + 1, y - h), (x + 9, y - 10), (x + 1, y - 10)], "#f1ece0")
            if number(f"{x}") < 0.5
            else ""
        )
    return svg


def puddles(rng: Rng, y0: float) -> str:
    """Draw puddles on the ground of a rainy day."""
    return "".join(
        oval(
            rng.uniform(10, 214),
            rng.uniform(y0 + 16, 218),
            rng.uniform(12, 24),
            rng.uniform(2, 4),
            "#a9bccb",
            ' fill-opacity="0.6"',
        )
        for _ in range(4)
    )
