"""Furniture and appliances, standing against a wall; seats name where somebody sits."""

from lib.scenes.pen import (
    across,
    box,
    dark,
    disc,
    line,
    mix,
    number,
    oval,
    pale,
    poly,
    shape,
    vertical,
)
from lib.scenes.style import Art, Style


def _art(svg: str, half: float, top: float, **points) -> Art:
    return Art(svg, -half, half, top, points, shadow=half)


def couch(style: Style) -> Art:
    """Draw a couch; points: seat, back (its seat's surface)."""
    c = style.paint
    svg = box(-96, -8, 10, 8, "#5b4030") + box(86, -8, 10, 8, "#5b4030")
    svg += box(-92, -92, 184, 70, vertical(pale(c, 0.1), dark(c, 0.12)), 16)
    svg += line("M-30 -86L-30 -46M30 -86L30 -46", 2.4, dark(c, 0.3))
    svg += (
        box(-86, -48, 57, 22, pale(c, 0.2), 7)
        + box(-28, -48, 56, 22, pale(c, 0.2), 7)
        + box(29, -48, 57, 22, pale(c, 0.2), 7)
    )
    svg += box(-96, -30, 192, 24, dark(c, 0.1), 6)
    svg += box(-108, -66, 26, 60, c, 11) + box(82, -66, 26, 60, dark(c, 0.18), 11)
    return _art(svg, 108, -92, seat=(0, -46), back=(0, -44))


def chair(style: Style) -> Art:
    """Draw a wooden chair turned to the right; points: seat, back, under."""
    c = style.paint
    d = dark(c, 0.25)
    svg = line("M-18 -46L-21 0M20 -46L23 0", 5.4, d)
    svg += line("M-24 -46L-28 0M12 -44L14 0", 6, c)
    svg += line("M-22 -48L-27 -92M-14 -48L-17 -94", 5, d)
    svg += shape("M-32 -96Q-22 -100 -10 -97L-8 -72Q-20 -76 -29 -72Z", c)
    svg += shape("M-30 -64Q-18 -67 -8 -64L-8 -56L-28 -56Z", c)
    svg += poly([(-28, -44), (16, -44), (26, -51), (-20, -51)], pale(c, 0.15))
    svg += poly([(-28, -44), (16, -44), (26, -51), (26, -46), (16, -38), (-28, -38)], c)
    return _art(svg, 32, -98, seat=(0, -46), back=(4, -48), under=(-2, 0))


def bed(style: Style) -> Art:
    """Draw a bed from its side, head to the left; points: seat, back."""
    c = style.paint
    wood = "#7a543a"
    svg = box(-112, -104, 14, 104, wood, 4) + box(-112, -104, 7, 104, dark(wood, 0.2), 3)
    svg += box(100, -58, 12, 58, wood, 4) + box(-100, -34, 202, 20, dark(wood, 0.15))
    svg += box(-98, -52, 200, 22, "#f1ece1", 5)
    svg += shape(
        "M-52 -56C-20 -62 60 -60 101 -56L103 -16L-44 -16C-50 -28 -54 -44 -52 -56Z",
        vertical(pale(c, 0.14), dark(c, 0.14)),
    )
    if style.feature == "striped":
        ink = "#f5f3ee" if style.colour not in ("white", "yellow") else "#46506b"
        svg += "".join(line([(x, -57), (x + 3, -18)], 6, ink) for x in (-32, -8, 16, 40, 64, 88))
    svg += shape(
        "M-52 -56C-40 -60 -34 -58 -30 -58L-24 -17L-44 -16C-50 -28 -54 -44 -52 -56Z", pale(c, 0.42)
    )
    svg += shape(
        "M-98 -54C-100 -70 -86 -74 -72 -72C-58 -72 -52 -66 -54 -56C-70 -50 -90 -50 -98 -54Z",
        across("#ffffff", "#dcd8d0"),
    )
    return _art(svg, 112, -104, seat=(10, -58), back=(22, -58))


def _boards(x: float, y: float, w: float, c: str) -> str:
    """Draw a table top of width w, seen a little from above."""
    top = poly([(x + 9, y - 9), (x + w - 9, y - 9), (x + w, y), (x, y)], pale(c, 0.18))
    return top + box(x, y, w, 6, dark(c, 0.12), 1)


def dining_table(style: Style) -> Art:
    """Draw a table; points: back (its top), under."""
    c = style.paint
    svg = box(-72, -70, 7, 66, dark(c, 0.35)) + box(65, -70, 7, 66, dark(c, 0.35))
    svg += box(-84, -74, 10, 74, c) + box(74, -74, 10, 74, dark(c, 0.12))
    svg += box(-80, -72, 160, 10, dark(c, 0.25)) + _boards(-92, -78, 184, c)
    return _art(svg, 92, -87, back=(0, -81), under=(0, 0), seat=(0, -81))


def desk(style: Style) -> Art:
    """Draw a desk with drawers; points: back, under."""
    c = style.paint
    svg = box(-76, -74, 9, 74, c) + box(24, -72, 50, 72, dark(c, 0.08))
    svg += "".join(
        box(28, y, 42, 18, mix(c, "#ffffff", 0.1), 2) + disc(49, y + 9, 2.2, "#3a3036")
        for y in (-66, -44, -22)
    )
    return _art(
        svg + _boards(-82, -78, 164, c), 82, -87, back=(0, -81), under=(-26, 0), seat=(0, -81)
    )


def cabinet(style: Style) -> Art:
    """Draw a low cabinet with two doors; points: back."""
    c = style.paint
    svg = box(-54, -84, 108, 80, dark(c, 0.08), 2) + box(-50, -4, 100, 4, "#33343d")
    for x in (-50, 3):
        svg += box(x, -78, 47, 70, mix(c, "#ffffff", 0.1), 2) + (
            f'<rect x="{x + 6}" y="-72" width="35" height="58" fill="none" stroke="{dark(c, 0.2)}" '
            f'stroke-width="1.8"/>'
        )
    svg += disc(-8, -44, 2.6, "#e6d9a8") + disc(8, -44, 2.6, "#e6d9a8")
    return _art(svg + _boards(-58, -87, 116, mix(c, "#c9b79c", 0.5)), 58, -96, back=(0, -90))


def bookshelf(style: Style) -> Art:
    """Draw a bookshelf full of books."""
    c = style.paint
    svg = box(-54, -188, 108, 188, c, 2) + box(-48, -182, 96, 176, dark(c, 0.45))
    inks = ("#c44536", "#2f6fa8", "#e0a526", "#4c8b57", "#7a5a9a", "#e8dcc0", "#d9774a", "#38506b")
    for row in range(5):
        y, x, k = -182 + 36 * row, -46.0, 0
        while x < 40:
            w = 6 + 6 * number(f"{row}.{k}")
            h = 22 + 9 * number(f"{k}/{row}")
            svg += box(x, y + 33 - h, w, h, inks[int(number(f"{row}+{k}") * 8) % 8])
            x, k = x + w + 0.8, k + 1
        svg += box(-48, y + 32, 96, 4, c)
    return _art(svg, 54, -188, back=(0, -188))


def lamp(style: Style) -> Art:
    """Draw a floor lamp with a shade in its colour, lit when it is dark."""
    c = style.paint
    lit = style.time in ("night", "sunset")
    svg = oval(0, -2, 17, 4, "#3b3e48") + line("M0 -3L0 -120", 4, "#4a4d57")
    shade = "!" + mix(c, "#fff0b8", 0.35)[1:] if lit else c
    svg += poly([(-15, -156), (15, -156), (26, -114), (-26, -114)], shade)
    glow = disc(0, -128, 78, "url(#r!ffdf90!ffdf90)", ' fill-opacity="0.45"') if lit else ""
    return _art(glow + svg + line("M-24 -117L24 -117", 3, dark(c, 0.2)), 27, -158)


def fireplace(style: Style) -> Art:
    """Draw a fireplace with a burning fire; points: back (its mantel)."""
    c = {"brown": "#9c5b42"}.get(style.colour, style.paint)
    svg = box(-62, -114, 124, 114, c) + box(-68, -124, 136, 12, "#6b4a36", 2)
    d = "".join(f"M-62 {y}L62 {y}" for y in range(-100, 0, 15))
    svg += line(d, 1.2, dark(c, 0.25)) + box(-38, -78, 76, 78, "#2a2229", 6)
    svg += shape(
        "M-24 -4C-36 -30 -12 -34 -14 -56C4 -46 2 -34 8 -28C14 -36 12 -42 12 -46"
        "C30 -30 26 -14"
        " 22 -4Z",
        "!f2762a",
    )
    svg += shape("M-10 -4C-16 -20 -2 -24 -2 -36C10 -26 12 -14 8 -4Z", "!ffd35c")
    return _art(svg + line("M-28 -4L28 -8M-26 -9L26 -3", 7, "#5b3a29"), 68, -124, back=(0, -124))


def refrigerator(style: Style) -> Art:
    """Draw a refrigerator; points: back (its top)."""
    c = style.paint
    svg = box(-38, -4, 76, 4, "#33343d") + box(
        -40, -178, 80, 174, across(pale(c, 0.16), dark(c, 0.12)), 6
    )
    svg += line("M-40 -118L40 -118", 2.6, dark(c, 0.4))
    svg += line(
        "M-30 -160L-30 -132M-30 -104L-30 -62",
        5,
        dark(c, 0.45) if style.colour != "black" else "#b9bec6",
    )
    notes = (
        box(4, -158, 14, 14, "#f7c92b")
        + box(14, -138, 12, 10, "#f28db4")
        + disc(8, -96, 4, "#d5352f")
    )
    return _art(svg + notes, 40, -178, back=(0, -178))


def oven(style: Style) -> Art:
    """Draw an oven with a stove on top; points: back."""
    c = style.paint
    svg = box(-33, -4, 66, 4, "#33343d") + box(
        -35, -92, 70, 88, vertical(pale(c, 0.15), dark(c, 0.1)), 3
    )
    svg += box(-26, -56, 52, 36, "#2c2f3a", 4) + box(-21, -51, 42, 26, "#4a3a35", 2)
    svg += box(-15, -46, 30, 16, "!e8823a", 2, ' fill-opacity="0.55"')
    svg += line("M-24 -63L24 -63", 4, "#c3c8cf")
    svg += "".join(
        disc(x, -79, 4.6, "#2c2f3a") + line(f"M{x} -79L{x} -82", 1.4, "#f5f3ee")
        for x in (-24, -8, 8, 24)
    )
    svg += poly([(-31, -99), (31, -99), (36, -92), (-36, -92)], "#3a3d48")
    svg += oval(-14, -95.6, 10, 1.9, "#191a20") + oval(15, -95.6, 10, 1.9, "#191a20")
    return _art(svg, 36, -99, back=(0, -95), seat=(0, -95))


def sink(style: Style) -> Art:
    """Draw a sink on a cupboard with a tap; points: back, in."""
    c = style.paint
    wood = "#b08a66" if style.place != "bathroom" else "#d9d4ca"
    svg = box(-32, -62, 64, 58, wood, 2) + line("M0 -58L0 -8", 1.8, dark(wood, 0.3))
    svg += disc(-5, -34, 2, "#5b4030") + disc(5, -34, 2, "#5b4030") + box(-30, -4, 60, 4, "#33343d")
    svg += line("M8 -84L8 -104Q8 -112 0 -112Q-6 -112 -6 -104", 4.6, "#aeb6c0")
    basin = shape(
        "M-40 -84L40 -84C40 -68 32 -60 22 -60L-22 -60C-32 -60 -40 -68 -40 -84Z",
        vertical(pale(c, 0.1), dark(c, 0.16)),
    )
    svg += oval(0, -84, 40, 7, pale(c, 0.2)) + oval(0, -83.6, 32, 4.6, dark(c, 0.4)) + basin
    return _art(svg, 40, -114, back=(-24, -84), front=(0, -84), inner=(0, -76))


def toilet(style: Style) -> Art:
    """Draw a toilet from the side, its lid open or closed; points: back."""
    c = style.paint
    svg = box(-44, -86, 24, 48, across(pale(c, 0.1), dark(c, 0.1)), 4) + box(
        -47, -92, 30, 8, pale(c, 0.2), 3
    )
    svg += disc(-30, -76, 2.6, "#9aa3ad")
    svg += shape(
        "M-26 -42L34 -42C36 -26 22 -20 16 -14L18 0L-22 0L-22 -14Z",
        across(pale(c, 0.12), dark(c, 0.2)),
    )
    svg += box(-28, -47, 66, 7, dark(c, 0.14), 3.5)
    if style.feature == "open":
        svg += shape(
            "M-26 -46C-34 -66 -24 -92 -12 -92C-4 -88 -8 -60 -17 -46Z", mix(c, "#b9c6d2", 0.35)
        )
        svg += oval(6, -46.5, 26, 3, dark(c, 0.3))
    else:
        svg += shape("M-27 -47C-24 -53 34 -53 38 -47Z", pale(c, 0.3))
    return _art(svg, 47, -94, back=(6, -51), seat=(6, -48))


def bathtub(style: Style) -> Art:
    """Draw a bathtub with feet; points: inner (the water), front (its wall)."""
    c = style.paint
    svg = disc(-60, -5, 6, "#c9a96a") + disc(60, -5, 6, "#c9a96a")
    svg += line("M72 -62L72 -84Q72 -90 66 -90L60 -90L60 -84", 5, "#aeb6c0")
    svg += oval(0, -60, 80, 8, "#bfe0ee")
    front = shape(
        "M-84 -62C-82 -22 -66 -6 -48 -6L48 -6C66 -6 82 -22 84 -62L78 -62C60 -54 -60 -54 -78 -62Z",
        vertical(pale(c, 0.14), dark(c, 0.16)),
    ) + line("M-86 -62Q0 -52 86 -62", 6, pale(c, 0.3))
    foam = "".join(
        disc(x, -63 - 3 * (k % 2), 7, "#ffffff") for k, x in enumerate(range(-58, 50, 13))
    )
    return _art(svg + foam + front, 87, -92, inner=(0, -50), back=(-10, -60), front=(0, 0))


def potted_plant(style: Style) -> Art:
    """Draw a plant in a pot, perhaps in flower."""
    pot = style.rng.choice(("#c4683f", "#e6e0d4", "#4a5a78", "#d9a441"))
    svg = ""
    leaf, deep = "#4f9a4a", "#2f7340"
    for k, (x, y) in enumerate(
        ((-34, -74), (32, -78), (-22, -98), (22, -102), (0, -112), (-40, -50), (40, -52))
    ):
        px, py = -(y + 34) * 0.2, x * 0.2
        svg += shape(
            f"M0 -32Q{x * 0.5 + px:.0f} {(y - 34) * 0.5 + py:.0f} {x} {y}"
            f"Q{x * 0.5 - px:.0f} {(y - 34) * 0.5 - py:.0f} 0 -32Z",
            leaf if k % 2 else deep,
        )
    if style.feature == "flowering":
        inks = style.rng.choice(
            (("#e2557a", "#f2a0b8"), ("#f2c53d", "#f7e08a"), ("#c8382f", "#e8837a"))
        )
        for k, (x, y) in enumerate(
            (
                (-30, -72),
                (28, -76),
                (-18, -94),
                (19, -98),
                (0, -108),
                (2, -78),
                (-36, -52),
                (36, -54),
            )
        ):
            svg += disc(x, y, 8, inks[k % 2]) + disc(x, y, 2.8, "#f7d864")
    svg += poly([(-19, -36), (19, -36), (14, 0), (-14, 0)], across(pale(pot, 0.15), dark(pot, 0.2)))
    return _art(svg + box(-22, -41, 44, 9, pot, 2), 42, -116)


def window(style: Style) -> Art:
    """Draw a window that shows the time of day, its sill at y = 0."""
    skies = {"night": ("!1c2550", "!33406f"), "sunset": ("!7a5a9c", "!f7a35c"),
             "day": ("!8fcbf0", "!d9f0f7")}  # fmt: skip
    top, low = skies.get(style.time, skies["day"])
    svg = box(-46, -102, 92, 100, "#f4f0e6", 2) + box(-40, -96, 80, 88, vertical(top, low))
    if style.time == "night":
        svg += disc(18, -74, 8, "!fbf3cf") + "".join(
            disc(x, y, 1.5, "!ffffff")
            for x, y in ((-28, -84), (-14, -64), (-30, -40), (4, -46), (28, -50), (-8, -88))
        )
    elif style.time == "sunset":
        svg += disc(14, -40, 13, "!ffe08a")
    else:
        svg += oval(-16, -70, 15, 6, "!ffffff") + oval(16, -52, 13, 5, "!ffffff")
    hill = {"night": "!2a3a4a", "sunset": "!5a4a5c"}.get(style.time, "!7fb56a")
    svg += shape("M-40 -26Q-14 -40 10 -24T40 -28L40 -8L-40 -8Z", hill)
    svg += line("M0 -98L0 -6M-42 -54L42 -54", 4, "#f4f0e6") + box(-52, -5, 104, 7, "#e2dccd", 2)
    return Art(svg, -52, 52, -104)


def curtains(style: Style) -> Art:
    """Draw a pair of curtains that frames a window."""
    c = style.paint
    svg = (
        line("M-74 -114L74 -114", 4, "#6b4a36")
        + disc(-76, -114, 4, "#6b4a36")
        + disc(76, -114, 4, "#6b4a36")
    )
    for s in (-1, 1):
        svg += shape(
            f"M{s * 70} -114L{s * 30} -114C{s * 32} -70 {s * 44} -50 {s * 50} -44"
            f"C{s * 44} -30 {s * 42} -10 {s * 40} 12L{s * 70} 12Z",
            c,
        )
        svg += line(
            f"M{s * 60} -110L{s * 61} 8M{s * 46} -110Q{s * 50} -70 {s * 55} -46", 2.6, dark(c, 0.22)
        )
        svg += line(f"M{s * 71} -46L{s * 49} -44", 4, pale(c, 0.4))
    return Art(svg, -78, 78, -118)


def rug(style: Style) -> Art:
    """Draw a rug on the floor, centred on (0, 0)."""
    c = style.paint
    trim = pale(c, 0.5) if style.colour != "white" else "#9fb0bd"
    if style.feature == "round":
        return Art(
            oval(0, 0, 112, 27, c) + oval(0, 0, 92, 21, trim) + oval(0, 0, 84, 19, dark(c, 0.1)),
            -112,
            112,
            -27,
            shadow=0,
        )
    svg = poly([(-100, -24), (100, -24), (128, 24), (-128, 24)], c)
    svg += poly([(-88, -18), (88, -18), (110, 18), (-110, 18)], trim)
    svg += poly([(-82, -15), (82, -15), (101, 15), (-101, 15)], dark(c, 0.1))
    return Art(svg + poly([(0, -9), (34, 0), (0, 9), (-34, 0)], trim), -128, 128, -24, shadow=0)
