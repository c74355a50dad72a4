"""What people hold, wear and ride: sports gear, bags, small things. Held where (0, 0) is."""

from lib.scenes.pen import NAMED, box, dark, disc, line, mix, oval, pale, poly, shape
from lib.scenes.style import Art, Style


def _art(svg: str, left: float, right: float, top: float, **more) -> Art:
    return Art(svg, left, right, top, more.pop("points", {}), **more)


def backpack(style: Style) -> Art:
    """Draw a backpack standing on the ground."""
    c = style.paint
    svg = line("M-8 -48Q0 -58 8 -48", 4, dark(c, 0.4))
    svg += box(-19, -50, 38, 50, c, 12) + box(-19, -50, 13, 50, dark(c, 0.18), 10)
    svg += box(-13, -24, 26, 19, mix(c, "#ffffff", 0.16), 5) + line(
        "M-12 -33L12 -33", 2.2, dark(c, 0.4)
    )
    return _art(svg, -20, 20, -56, shadow=22)


def handbag(style: Style) -> Art:
    """Draw a handbag, hung from its handle at (0, -46) when carried."""
    c = style.paint
    svg = line("M-11 -26C-11 -52 11 -52 11 -26", 3.6, dark(c, 0.3))
    svg += shape("M-17 -28L17 -28L20 0L-20 0Z", c) + shape(
        "M-17 -28L17 -28L18 -16L-18 -16Z", dark(c, 0.2)
    )
    return _art(svg + disc(0, -16, 2.6, "#f3d27a"), -20, 20, -48, shadow=20)


def suitcase(style: Style) -> Art:
    """Draw a suitcase on wheels; points: grip, and in: where a cat may sit."""
    c = style.paint
    svg = line("M-10 -68L-10 -98L10 -98L10 -68", 3.4, "#5a5e68")
    svg += disc(-16, -4, 4.4, "#2b2c34") + disc(16, -4, 4.4, "#2b2c34")
    svg += box(-25, -72, 50, 66, c, 7) + box(-25, -72, 14, 66, dark(c, 0.16), 7)
    svg += line("M-4 -64L-4 -14M8 -64L8 -14M18 -64L18 -14", 2.4, dark(c, 0.3))
    return _art(svg, -26, 26, -100, points={"grip": (0, -98), "back": (0, -72)}, shadow=28)


def open_suitcase(style: Style) -> Art:
    """Draw an open suitcase lying on the floor, in which something can sit."""
    c = style.paint
    lid = shape("M-48 -26L-60 -84L44 -84L52 -26Z", dark(c, 0.25))
    lid += shape("M-42 -30L-52 -77L38 -77L45 -30Z", "#d9c9a8")
    front = box(-52, -28, 106, 28, c, 6) + line("M-20 -28L-20 0M20 -28L20 0", 3, dark(c, 0.3))
    return _art(lid + front, -60, 56, -86, points={"back": (0, -20), "front": front}, shadow=56)


def umbrella(style: Style) -> Art:
    """Draw an open umbrella whose handle is held at (0, 0)."""
    return _canopy(style.paint, 66, 68, 0)


def parasol(style: Style) -> Art:
    """Draw a large parasol stuck in the ground."""
    art = _canopy(style.paint, 125, 205, 0)
    return Art(art.svg, art.left, art.right, art.top, {"under": (0, 0)}, shadow=110)


def closed_umbrella(style: Style) -> Art:
    """Draw a folded umbrella that leans on its tip."""
    c = style.paint
    svg = line("M0 -2L0 -82Q0 -94 9 -92Q13 -90 12 -84", 4, "#6b4a33")
    svg += shape("M-9 -70Q0 -76 9 -70L3 -8L-3 -8Z", c) + shape(
        "M-9 -70L-3 -73L-1 -8L-3 -8Z", dark(c, 0.25)
    )
    return _art(svg, -10, 14, -95, shadow=10)


def _canopy(c: str, r: float, h: float, y: float) -> Art:
    """Draw a canopy of half-width r at the top of a pole of height h."""
    top, k = y - h - r * 0.62, y - h + r * 0.08
    svg = line([(0, y + (10 if r < 100 else 0)), (0, top)], r * 0.055, "#6b5a4a")
    dome = (
        f"M{-r} {k}C{-r * 0.9} {top - 4} {r * 0.9} {top - 4} {r} {k}"
        f"Q{r * 0.83} {k - r * 0.14} {r * 0.66} {k}Q{r * 0.5} {k - r * 0.14} {r * 0.33} {k}"
        f"Q{r * 0.16} {k - r * 0.14} 0 {k}Q{-r * 0.16} {k - r * 0.14} {-r * 0.33} {k}"
        f"Q{-r * 0.5} {k - r * 0.14} {-r * 0.66} {k}Q{-r * 0.83} {k - r * 0.14} {-r} {k}Z"
    )
    svg += shape(dome, c)
    svg += shape(
        f"M0 {top + r * 0.06}"
        f"C{-r * 0.3} {top + r * 0.2} {-r * 0.33} {k - 4} {-r * 0.33} {k}"
        f"Q{-r * 0.16} {k - r * 0.14} 0 {k}Z",
        dark(c, 0.16),
    )
    svg += shape(
        f"M0 {top + r * 0.06}C{r * 0.6} {top + r * 0.14} {r * 0.66} {k - 8} {r * 0.66} {k}"
        f"Q{r * 0.83} {k - r * 0.14} {r} {k}C{r * 0.9} {top} {r * 0.3} {top} 0 "
        f"{top + r * 0.06}Z",
        dark(c, 0.22),
    )
    svg += disc(0, top + 1, r * 0.05, "#6b5a4a")
    return Art(svg, -r, r, top - 4, shadow=0)


def frisbee(style: Style) -> Art:
    """Draw a frisbee in the air."""
    c = style.paint
    return _art(
        oval(0, -8, 22, 8.5, dark(c, 0.2))
        + oval(0, -10, 22, 8, c)
        + oval(0, -11, 13, 4, pale(c, 0.35)),
        -22,
        22,
        -19,
        shadow=0,
    )


def sports_ball(style: Style) -> Art:
    """Draw a ball: yellow is a tennis ball, white a football or a baseball."""
    c, r = style.paint, 14.0
    svg = disc(0, -r, r, c) + shape(
        "M-13.5 -10A14 14 0 0 0 13 -8A15 13 0 0 1 -13.5 -10Z", dark(c, 0.16)
    )
    if style.place in ("tennis court", "baseball field") or style.colour == "yellow":
        seam = "#f5f3ee" if style.colour == "yellow" else "#d5352f"
        svg += line("M-10 -23Q-3 -14 -10 -5M10 -23Q3 -14 10 -5", 1.8, seam)
        return _art(svg, -14, 14, -28, shadow=12)
    ink = "#2b2c34" if style.colour == "white" else dark(c, 0.4)
    svg += poly([(0, -20), (5.5, -16), (3.4, -9.6), (-3.4, -9.6), (-5.5, -16)], ink)
    svg += line(
        "M0 -20L0 -27M5.5 -16L12 -19M3.4 -9.6L7 -3M-3.4 -9.6L-7 -3M-5.5 -16L-12 -19", 1.6, ink
    )
    return _art(svg, -14, 14, -28, shadow=13)


def skateboard(style: Style) -> Art:
    """Draw a skateboard; points: seat (where feet stand)."""
    c = style.paint
    svg = "".join(disc(x, -5.5, 5.5, "#f2efe6") + disc(x, -5.5, 2, "#55585f") for x in (-25, 25))
    svg += line("M-44 -19Q-38 -13 -30 -13L30 -13Q38 -13 44 -19", 7, c)
    return _art(svg, -48, 48, -22, points={"seat": (0, -16)}, shadow=46)


def surfboard(style: Style) -> Art:
    """Draw a surfboard lying; points: seat (where feet stand)."""
    c = style.paint
    svg = shape(
        "M-105 -5C-92 -17 -30 -20 40 -17C80 -15 104 -13 112 -20C108 -4 70 5 0 5"
        "C-60 5 -98 3 -105 -5Z",
        c,
    )
    svg += line("M-92 -7Q0 -13 92 -11", 4.5, pale(c, 0.55) if c != NAMED["white"] else "#d5352f")
    return _art(svg, -106, 112, -20, points={"seat": (0, -12)}, shadow=100)


def upright_board(style: Style) -> Art:
    """Draw a surfboard that stands in the sand."""
    c = style.paint
    trim = pale(c, 0.55) if c != NAMED["white"] else "#d5352f"
    svg = shape(
        "M0 -212C24 -170 32 -110 28 -60C24 -28 14 -6 0 0C-14 -6 -24 -28 -28 -60"
        "C-32 -110 -24 -170 0 -212Z",
        c,
    )
    return _art(
        svg + line("M0 -196L0 -8", 5, trim) + line("M-27 -70L27 -92", 7, trim),
        -30,
        30,
        -212,
        shadow=30,
    )


def snowboard(style: Style) -> Art:
    """Draw a snowboard under somebody's feet."""
    c = style.paint
    svg = line("M-80 -14Q-72 -5 -58 -5L58 -5Q72 -5 80 -14", 10, c)
    return _art(
        svg + line("M-30 -5L20 -5", 4, pale(c, 0.5)),
        -85,
        85,
        -18,
        points={"seat": (0, -9)},
        shadow=78,
    )


def upright_snowboard(style: Style) -> Art:
    """Draw a snowboard that stands in the snow."""
    c = style.paint
    svg = box(-17, -152, 34, 152, c, 16) + line("M-13 -100L13 -112M-13 -50L13 -62", 8, "#2f3138")
    return _art(svg + line("M0 -142L0 -120", 6, pale(c, 0.5)), -18, 18, -152, shadow=24)


def skis(style: Style) -> Art:
    """Draw a pair of skis under somebody's feet."""
    c = style.paint
    svg = line("M-78 -6L74 -6Q88 -7 96 -17", 6, dark(c, 0.3)) + line(
        "M-88 -2.5L64 -2.5Q78 -4 86 -14", 7, c
    )
    return _art(svg, -92, 100, -20, points={"seat": (0, -6)}, shadow=80)


def upright_skis(style: Style) -> Art:
    """Draw a pair of skis and poles that stand in the snow."""
    c = style.paint
    svg = line("M-34 0L-46 -120M36 0L48 -120", 3, "#5a5e68")
    svg += line("M-9 0L-9 -162Q-9 -176 -17 -184", 12, c) + line(
        "M10 0L10 -162Q10 -176 18 -184", 12, dark(c, 0.15)
    )
    return _art(
        svg + line("M-9 -70L-9 -96M10 -70L10 -96", 12, pale(c, 0.5)), -50, 52, -190, shadow=30
    )


def kite(style: Style) -> Art:
    """Draw a kite in the air with its tail."""
    c = style.paint
    svg = line("M0 -22Q16 10 -6 34T6 84", 3, "#5a5560")
    svg += "".join(
        poly(
            [(x - 12, y - 7), (x - 12, y + 7), (x, y), (x + 12, y + 7), (x + 12, y - 7), (x, y)],
            pale(c, 0.2),
        )
        for x, y in ((6, 12), (-2, 46))
    )
    svg += poly([(0, -160), (52, -104), (0, -22), (-52, -104)], c)
    svg += poly([(0, -160), (52, -104), (0, -104)], pale(c, 0.4))
    svg += poly([(0, -104), (0, -22), (-52, -104)], dark(c, 0.22))
    return _art(svg, -52, 52, -160, points={"knot": (0, -100)}, shadow=0)


def baseball_bat(style: Style) -> Art:
    """Draw a bat that is held at (0, 0) and points up."""
    c = "#c08a4f" if style.colour == "brown" else style.paint
    svg = shape(
        "M-2.6 10L2.6 10L3 -24C6 -50 7.5 -66 6.5 -82Q0 -92 -6.5 -82C-7.5 -66 -6 -50 -3 -24Z", c
    )
    return _art(svg + line("M0 10L0 -8", 5.5, "#3a3036"), -8, 8, -90)


def baseball_glove(style: Style) -> Art:
    """Draw a glove around the hand at (0, 0)."""
    c = style.paint
    svg = shape(
        "M-14 10C-20 -6 -16 -20 -10 -22C-7 -26 -3 -26 -1 -23C2 -27 7 -26 8 -22C13 "
        "-24 17 -18 16"
        " -12C22 -10 20 2 14 10C6 18 -8 18 -14 10Z",
        c,
    )
    return _art(
        svg
        + line("M-6 -16L-5 0M1 -17L1 -1M8 -15L7 0", 2, dark(c, 0.4))
        + oval(0, 7, 8, 5, dark(c, 0.3)),
        -20,
        20,
        -26,
    )


def tennis_racket(style: Style) -> Art:
    """Draw a racket that is held at (0, 0) and points up."""
    c = style.paint
    net = (
        "M-10 -62L-10 -36M-3 -66L-3 -31M4 -66L4 -31M11 -62L11 -37M-15 -56L15 -56M-16 -48"
        "L16 -48M-14 -40L14 -40"
    )
    svg = oval(0, -48, 17, 21, "#f4f4ee", ' fill-opacity="0.45"') + line(net, 0.9, "#f8f8f4")
    svg += f'<ellipse cx="0" cy="-48" rx="17" ry="21" fill="none" stroke="{c}" stroke-width="5"/>'
    svg += line("M0 -27L0 -14", 6, c) + line("M0 -14L0 9", 6, "#3a3036")
    return _art(svg, -20, 20, -71)


def tie(style: Style) -> Art:
    """Draw a tie that hangs from (0, 0)."""
    c = style.paint
    svg = poly([(-4.6, -2), (4.6, -2), (3, 5), (-3, 5)], dark(c, 0.15))
    return _art(svg + poly([(-3, 5), (3, 5), (6.4, 30), (0, 38), (-6.4, 30)], c), -7, 7, -2)


def cell_phone(style: Style) -> Art:
    """Draw a phone, held or lying upright."""
    c = style.paint
    return _art(
        box(-6.5, -21, 13, 24, c, 2.6) + box(-4.8, -18.5, 9.6, 18.5, "!9fd4f2", 1), -7, 7, -22
    )


def remote(style: Style) -> Art:
    """Draw a remote control in a hand."""
    c = style.paint
    dots = "".join(
        disc(x, y, 1.2, "#d5352f" if y < -14 else pale(c, 0.5))
        for x in (-2, 2)
        for y in (-16, -11, -6)
    )
    return _art(box(-5, -21, 10, 25, c, 3) + dots, -6, 6, -22)


def toothbrush(style: Style) -> Art:
    """Draw a toothbrush held at (0, 0), pointing up."""
    c = style.paint
    return _art(line("M0 4L0 -24", 3.6, c) + box(-1.5, -28, 7, 10, "#f7f7f2", 2), -3, 6, -28)


def hair_drier(style: Style) -> Art:
    """Draw a hair drier held at (0, 0), blowing to the left."""
    c = style.paint
    svg = line("M2 -16L5 6", 8, dark(c, 0.25))
    svg += shape("M12 -32C20 -30 20 -14 12 -12L-14 -15L-20 -16L-20 -28L-14 -29Z", c)
    return _art(
        svg + box(-22, -29, 4, 14, "#3a3a42", 1) + disc(10, -22, 5.5, pale(c, 0.4)), -22, 19, -33
    )


def teddy_bear(style: Style) -> Art:
    """Draw a sitting teddy bear."""
    c = {"brown": "#a9713f"}.get(style.colour, style.paint)
    light = pale(c, 0.5)
    svg = oval(-13, -6, 8, 7, c) + oval(13, -6, 8, 7, c) + oval(-13, -5, 4, 3.6, light)
    svg += oval(13, -5, 4, 3.6, light) + oval(0, -15, 14, 14, c) + oval(0, -13, 8.4, 9, light)
    svg += oval(-15, -19, 5.4, 9, dark(c, 0.12)) + oval(15, -19, 5.4, 9, dark(c, 0.12))
    svg += disc(-10, -46, 5.6, c) + disc(10, -46, 5.6, c) + disc(-10, -46, 2.8, light)
    svg += disc(10, -46, 2.8, light) + disc(0, -36, 12.6, c) + oval(0, -32, 6, 4.8, light)
    svg += disc(-4.6, -38, 1.7, "#241d20") + disc(4.6, -38, 1.7, "#241d20")
    svg += oval(0, -34, 2.2, 1.6, "#241d20") + line("M-3 -30.4Q0 -28.4 3 -30.4", 1, "#241d20")
    return _art(svg, -21, 21, -52, shadow=20)
