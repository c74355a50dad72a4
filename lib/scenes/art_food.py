"""Food and what it is served in, standing on a table at y = 0."""

from lib.scenes.pen import (
    NAMED,
    across,
    blob,
    box,
    dark,
    disc,
    line,
    mix,
    oval,
    pale,
    place,
    poly,
    shape,
    vertical,
)
from lib.scenes.style import Art, Style


def _art(svg: str, left: float, right: float, top: float, **points) -> Art:
    return Art(svg, left, right, top, points, shadow=(right - left) * 0.5)


def banana(style: Style) -> Art:
    """Draw a banana."""
    svg = shape("M-13 -13C-10 -4 2 0 13 -8C14 -5 13 -3 12 -2C4 4 -12 2 -15.5 -11Z", "#f4c62a")
    svg += shape("M-15.5 -11C-12 2 4 4 12 -2C6 1 -8 0 -14 -12Z", "#d9a31e")
    return _art(
        svg + line("M-14 -12L-15 -15", 2.6, "#6b5327") + disc(12.8, -5.4, 1.6, "#6b5327"),
        -16,
        14,
        -17,
    )


def apple(style: Style) -> Art:
    """Draw an apple."""
    c = style.paint
    svg = shape(
        "M0 -10.6C-5 -13.4 -8.4 -9 -7.4 -5C-6.4 -0.6 -3 0.6 0 -0.4C3 0.6 6.4 -0.6 7.4 -5"
        "C8.4 -9 5 -13.4 0 -10.6Z",
        c,
    )
    svg += shape(
        "M-7.4 -5C-6.4 -0.6 -3 0.6 0 -0.4C2 0.4 4 0 5.6 -1.4C1 -1.6 -4.4 -3 -7.4 -5Z", dark(c, 0.2)
    )
    svg += oval(3.2, -8, 1.8, 1.3, pale(c, 0.55)) + line(
        "M0 -10.4Q0.4 -13 1.8 -14.2", 1.2, "#5d4028"
    )
    return _art(
        svg + shape("M1.4 -12.4Q4.8 -15.4 7.4 -12.8Q4.4 -10.8 1.4 -12.4Z", "#5c9b3c"), -8, 8, -14.5
    )


def orange(style: Style) -> Art:
    """Draw an orange."""
    svg = disc(0, -6.6, 6.8, "#f28b22") + shape(
        "M-6.4 -4.6A6.8 6.8 0 0 0 5.6 -2.8A9 9 0 0 1 -6.4 -4.6Z", "#cf6a12"
    )
    dots = "".join(
        disc(x, y, 0.4, "#d97815") for x, y in ((-3, -8), (1, -5), (3.4, -8), (-1, -10.4))
    )
    leaf = shape("M0 -13Q3.4 -16 6 -13.4Q3 -11.6 0 -13Z", "#4f8f3a")
    return _art(
        svg + dots + oval(2.6, -9.4, 1.5, 1.1, "#f9bd73") + leaf + disc(0, -13, 0.9, "#4d6b2d"),
        -7,
        7,
        -15,
    )


def broccoli(style: Style) -> Art:
    """Draw a floret of broccoli."""
    stalk = shape("M-3 -8C-3 -4 -3.4 -2 -4 0L4 0C3.4 -2 3 -4 3.4 -8Z", "#a9c97a") + line(
        "M0 -6L-5 -10M1 -6L6 -10", 2.6, "#a9c97a"
    )
    crown = "".join(
        disc(x, y, r, "#3f8a3d")
        for x, y, r in ((-6, -11, 4.6), (0, -14, 5.4), (6, -11, 4.6), (-2, -10, 4), (3, -10, 4))
    )
    spots = "".join(
        disc(x, y, 1.5, "#5fae55")
        for x, y in ((-7, -12.6), (-1, -16.4), (4.6, -13.4), (-3.4, -11.6), (1.4, -12.4))
    )
    return _art(stalk + crown + spots, -11, 11, -20)


def carrot(style: Style) -> Art:
    """Draw a lying carrot with its leaves."""
    svg = line("M-11 -5Q-17 -9 -19 -7M-11 -5Q-18 -3 -20 -1M-11 -5Q-16 -11 -17 -12", 2.2, "#4f9a3f")
    svg += shape("M-12 -8C-6 -9.6 8 -6 16 -2.4C8 0.6 -6 1.6 -12 -1Q-14 -4.6 -12 -8Z", "#ee7f26")
    return _art(svg + line("M-7 -7.6L-6 -5M-1 -1L0 -3.4M4 -6L4.6 -4", 0.9, "#c55f12"), -21, 16, -13)


def sandwich(style: Style) -> Art:
    """Draw a sandwich cut in a triangle, showing its filling."""
    svg = poly([(-13, 0), (13, 0), (13, -4), (-13, -4)], "#dba765")
    svg += shape(
        "M-13.5 -4Q-10 -6.8 -6.6 -4.6T0 -4.6T6.6 -4.6T13.5 -4L13.5 -6.4L-13.5 -6.4Z", "#5fae45"
    )
    svg += box(-13, -8.2, 26, 2.4, "#e0483c") + poly(
        [(-13, -8), (13, -8), (10, -5.8), (6, -8), (-2, -5.4), (-8, -8)], "#f6cf45"
    )
    svg += shape(
        "M-13 -8.2L13 -8.2C13.6 -14 9 -15.4 0 -15.4C-9 -15.4 -13.6 -14 -13 -8.2Z",
        vertical("#e6b874", "#cf9650"),
    )
    return _art(
        svg + line("M-6 -12.6L-5 -12.4M0 -13.4L1 -13.2M6 -12.4L7 -12.2", 1, "#f6deb0"), -14, 14, -16
    )


def hot_dog(style: Style) -> Art:
    """Draw a hot dog."""
    svg = shape("M-14 -5C-14 1 14 1 14 -5L12 -7L-12 -7Z", "#d39a52")
    svg += line("M-13.6 -7.6L13.6 -7.6", 5.4, "#b5482f")
    svg += line("M-11 -8.6Q-8.4 -11 -5.8 -8.6T-0.6 -8.6T4.6 -8.6T9.8 -8.6", 1.6, "#f6d13a")
    return _art(
        svg + shape("M-14 -5C-14 1 14 1 14 -5C8 -3.4 -8 -3.4 -14 -5Z", "#e7b56e"), -17, 17, -12
    )


def pizza(style: Style) -> Art:
    """Draw a whole pizza seen at a slant, with what is on it."""
    svg = oval(0, -6, 22, 10.4, "#c98a45") + oval(0, -7, 22, 10, "#dfa85c")
    svg += oval(0, -7.4, 18.8, 8.2, "#d9502e") + oval(0, -7.6, 17.8, 7.5, "#f5cd5c")
    spots = ((-10, -8), (-3, -11.4), (5, -9), (11, -6.6), (-5, -4.6), (3, -4), (-13, -6), (9, -11))
    if style.feature in ("pepperoni", ""):
        svg += "".join(oval(x, y, 2.7, 1.5, "#c23b2b") for x, y in spots)
    if style.feature == "vegetable":
        inks = ("#4f9a3f", "#d5352f", "#4f9a3f", "#3a3036")
        svg += "".join(oval(x, y, 2.3, 1.3, inks[k % 4]) for k, (x, y) in enumerate(spots))
    cut = line("M-17 -9.6L17 -5M-7 -14L8 -0.8M10 -13.4L-9 -1.4", 0.7, "#c98a45")
    return _art(svg + cut, -22.5, 22.5, -18)


def slice_of_pizza(style: Style) -> Art:
    """Draw a slice of pizza that is held at (0, 0)."""
    svg = poly([(-2, 0), (26, -4), (10, -22)], "#f5cd5c") + line(
        [(26, -4), (10, -22)], 5, "#c98a45"
    )
    return _art(
        svg
        + disc(10, -8, 2.8, "#c23b2b")
        + disc(14, -13, 2.8, "#c23b2b")
        + disc(18, -7, 2.4, "#c23b2b"),
        -2,
        28,
        -24,
    )


def donut(style: Style) -> Art:
    """Draw a glazed donut with sprinkles."""
    c = style.paint
    svg = oval(0, -4.4, 11, 5.6, "#c98f4e") + oval(0, -6, 10.8, 5.4, c)
    svg += oval(0, -6.4, 3.8, 1.7, "#8a5a33")
    inks = ("#f5f3ee", "#f7c92b", "#2d6cc4", "#d5352f")
    bits = (
        (-7, -6.4),
        (-5, -9),
        (0, -10),
        (5, -9),
        (7.6, -6),
        (4.4, -3.4),
        (-1, -2.6),
        (-5.4, -3.8),
    )
    svg += "".join(
        line([(x, y), (x + 1.3, y + 0.5)], 0.9, inks[k % 4] if inks[k % 4] != c else "#333333")
        for k, (x, y) in enumerate(bits)
    )
    return _art(svg, -11, 11, -12)


def cake(style: Style) -> Art:
    """Draw a cake with icing in its colour, perhaps with candles or strawberries."""
    c = style.paint
    sponge = "#e3b778" if style.colour != "brown" else "#6b432c"
    svg = oval(0, -1.5, 21, 5, "#e9e6df") + shape(
        "M-17 -17L-17 -4C-14 1 14 1 17 -4L17 -17Z", across(pale(c, 0.1), dark(c, 0.14))
    )
    svg += line("M-17 -9C-12 -5 12 -5 17 -9", 2.2, sponge)
    svg += oval(0, -17, 17, 5, pale(c, 0.32))
    svg += shape(
        "M-17 -17Q-15 -11 -12 -13.6Q-9 -9.6 -6 -12.6Q-3 -9 0 -12.4Q3 -9 6 -12.6Q9 -9.6 12 "
        "-13.6Q15 -11 17 -17C12 -12.6 -12 -12.6 -17 -17Z",
        pale(c, 0.32),
    )
    if style.feature == "candles":
        for k, x in enumerate((-10, -3.4, 3.4, 10)):
            svg += box(x - 1, -26, 2, 9, ("#d5352f", "#2d6cc4", "#3d9a4c", "#7b49ae")[k])
            svg += shape(f"M{x} -31Q{x + 2.4} -27.6 {x} -26Q{x - 2.4} -27.6 {x} -31Z", "!ffb52e")
        return _art(svg, -21, 21, -31)
    if style.feature == "strawberries":
        svg += "".join(
            shape(
                f"M{x - 2.8} -20.6Q{x} -24 {x + 2.8} -20.6Q{x + 2} -17 {x} -16.4"
                f"Q{x - 2} -17 {x - 2.8} -20.6Z",
                "#d5352f",
            )
            + line(f"M{x - 1.6} -21.6L{x + 1.6} -21.6", 1.4, "#4f9a3f")
            for x in (-10, -3.4, 3.4, 10)
        )
    else:
        svg += disc(0, -21, 2.8, "#c2273a") + line("M0 -23Q1 -26 3 -26.6", 0.8, "#4d6b2d")
    return _art(svg, -21, 21, -24)


def plate(style: Style) -> Art:
    """Draw a plate; points: back, where food lies."""
    c = style.paint
    rim = dark(c, 0.12)
    svg = oval(0, -2, 21, 8, rim) + oval(0, -3, 21, 7.8, c) + oval(0, -2.6, 14, 4.8, dark(c, 0.07))
    return _art(svg, -21, 21, -11, back=(0, -1.5))


def bowl(style: Style) -> Art:
    """Draw a bowl."""
    c = style.paint
    svg = shape(
        "M-15 -13C-14 -3 -8 0 -6 0L6 0C8 0 14 -3 15 -13Z", across(pale(c, 0.12), dark(c, 0.2))
    )
    return _art(
        svg + oval(0, -13, 15, 3.6, dark(c, 0.38)) + oval(0, -12.7, 12.8, 2.6, dark(c, 0.25)),
        -15,
        15,
        -17,
    )


def cup(style: Style) -> Art:
    """Draw a mug with its handle."""
    c = style.paint
    svg = line("M7 -10.6C14 -11.6 14 -2.6 6.6 -3.4", 2.6, dark(c, 0.15))
    svg += shape(
        "M-7 -14L7.4 -14L6.2 -1.6Q5.8 0 4 0L-3.8 0Q-5.6 0 -6 -1.6Z",
        across(pale(c, 0.15), dark(c, 0.15)),
    )
    return _art(
        svg + oval(0.2, -14, 7.2, 1.8, dark(c, 0.2)) + oval(0.2, -13.8, 5.8, 1.2, "#5b3826"),
        -8,
        13,
        -16,
    )


def wine_glass(style: Style) -> Art:
    """Draw a glass with red wine."""
    svg = oval(0, -1, 6.4, 1.7, "#dfe9ec") + line("M0 -1L0 -12", 1.4, "#dfe9ec")
    svg += shape(
        "M-6.4 -27C-8.4 -17 -5 -12 0 -12C5 -12 8.4 -17 6.4 -27Z", "#e6eff2", ' fill-opacity="0.75"'
    )
    svg += shape("M-7.2 -20.6C-7.2 -14.6 -4 -12.6 0 -12.6C4 -12.6 7.2 -14.6 7.2 -20.6Z", "#8c1f3b")
    return _art(
        svg + oval(0, -20.6, 7.2, 1.6, "#a93350") + line("M-4.6 -25L-5 -22", 1.1, "#ffffff"),
        -8,
        8,
        -28,
    )


def bottle(style: Style) -> Art:
    """Draw a bottle with a label."""
    c = style.paint
    svg = shape(
        "M-5 0C-6 0 -6.4 -1 -6.4 -2L-6.4 -17C-6.4 -22 -2.6 -22 -2.6 -27L-2.6 -33L2.6 -33"
        "L2.6 -27C2.6 -22 6.4 -22 6.4 -17L6.4 -2C6.4 -1 6 0 5 0Z",
        across(pale(c, 0.2), dark(c, 0.25)),
    )
    label = "#f6efdc" if style.colour not in ("white", "yellow") else "#2d6cc4"
    return _art(
        svg
        + box(-6.4, -15, 12.8, 9, label)
        + box(-3, -35, 6, 4, "#5a4230", 1)
        + line("M-4.2 -18L-4.2 -3", 1, pale(c, 0.6)),
        -7,
        7,
        -35,
    )


def _cutlery(top: str) -> str:
    return place(shape("M-1.3 0Q0 2 1.3 0L1 -14L-1 -14Z", "#aeb4bd") + top, 0, 0, 1.35, 0)


def fork(style: Style) -> Art:
    """Draw a fork lying on the table, seen from above at a slant."""
    head = shape(
        "M-1 -13L1 -13C4 -15 3.6 -18 3.6 -23L2.2 -23L2 -18L0.7 -18L0.6 -23L-0.6 -23"
        "L-0.7 -18L-2 -18L-2.2 -23L-3.6 -23C-3.6 -18 -4 -15 -1 -13Z",
        "#c6cbd3",
    )
    return _lying(_cutlery(head))


def knife(style: Style) -> Art:
    """Draw a table knife lying."""
    return _lying(
        _cutlery(
            shape("M-1.4 -13L2.4 -13L2.6 -22Q1.6 -26 -1.4 -26Z", "#d3d8de")
            + shape("M-1.6 0Q0 2 1.6 0L1.4 -13L-1.4 -13Z", "#6b4a36")
        )
    )


def spoon(style: Style) -> Art:
    """Draw a spoon lying."""
    return _lying(_cutlery(oval(0, -18, 3.9, 5.6, "#c6cbd3") + oval(0.3, -18, 2.4, 3.9, "#a3aab4")))


def _lying(svg: str) -> Art:
    """Lay an upright drawing down along the table."""
    return Art(f'<g transform="translate(16 -3) rotate(-74)">{svg}</g>', -20, 20, -12, shadow=18)


def held_fork(style: Style) -> Art:
    """Draw a knife that is held at (0, 0)."""
    return Art(
        shape("M-2 -2L2.4 -2L3 -24Q1.4 -30 -2 -30Z", "#d3d8de")
        + box(-2.2, -3, 5, 12, "#5b4030", 1),
        -3,
        4,
        -30,
    )


def vase(style: Style) -> Art:
    """Draw a vase, perhaps with flowers."""
    c = style.paint
    svg = ""
    if style.feature == "flowers":
        inks = ["#e2557a", "#f2c53d", "#f5f3ee", "#c8382f", "#8a63c4"]
        stems = ((-12, -58), (-4, -66), (5, -60), (13, -54), (0, -50))
        svg += line("".join(f"M0 -30L{x} {y}" for x, y in stems), 1.4, "#4f8f3a")
        svg += blob([(-8, -40), (-17, -48), (-11, -36)], "#5fa34c") + blob(
            [(8, -38), (18, -46), (12, -34)], "#5fa34c"
        )
        first = int(style.rng.uniform() * 5)
        for k, (x, y) in enumerate(stems):
            ink = inks[(first + k % 2) % 5]
            svg += disc(x, y, 5.6, ink) + disc(x, y, 2.2, mix(ink, NAMED["yellow"], 0.7))
    svg += shape(
        "M-5 -35C-3 -28 -12 -24 -11 -13C-10.4 -4 -7 0 -5 0L5 0C7 0 10.4 -4 11 -13"
        "C12 -24 3 -28 5 -35Z",
        across(pale(c, 0.18), dark(c, 0.22)),
    )
    return _art(
        svg + oval(0, -35, 5.2, 1.5, dark(c, 0.35)),
        -14,
        14,
        -72 if style.feature == "flowers" else -37,
    )


def candle(style: Style) -> Art:
    """Draw a burning candle."""
    c = style.paint
    svg = oval(0, -1, 6.4, 1.8, "#b9bec6") + box(
        -3.6, -20, 7.2, 19, across(pale(c, 0.25), dark(c, 0.1)), 1
    )
    svg += line("M0 -20L0 -22.4", 0.8, "#3a3036")
    svg += shape("M0 -31Q3.8 -25 0 -21.6Q-3.8 -25 0 -31Z", "!ffb52e")
    return _art(svg + shape("M0 -27Q1.7 -24 0 -22Q-1.7 -24 0 -27Z", "!fff3c4"), -7, 7, -31)


def pot(style: Style) -> Art:
    """Draw a steaming pot."""
    c = style.paint
    svg = line("M-17 -14L-23 -14M17 -14L23 -14", 4, "#33343d")
    svg += box(-17, -20, 34, 20, across(pale(c, 0.2), dark(c, 0.2)), 3)
    svg += oval(0, -20, 17.6, 3.4, pale(c, 0.35)) + disc(0, -24.6, 2.6, "#33343d")
    steam = line(
        "M-6 -30Q-9 -35 -6 -39T-6 -47M6 -30Q3 -35 6 -39T6 -46",
        2,
        "#ffffff",
        ' stroke-opacity="0.55"',
    )
    return _art(svg + steam, -24, 24, -46)
