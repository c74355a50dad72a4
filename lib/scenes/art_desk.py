"""Electronics, books and the small things of desks, counters and bathrooms."""

from lib.scenes.pen import across, box, dark, disc, line, mix, oval, pale, poly, shape, vertical
from lib.scenes.style import Art, Style


def _art(svg: str, left: float, right: float, top: float, **points) -> Art:
    return Art(svg, left, right, top, points, shadow=(right - left) * 0.5)


def laptop(style: Style) -> Art:
    """Draw an open laptop with a lit screen."""
    c = style.paint
    svg = poly([(-21, -31), (19, -31), (21, -4), (-21, -4)], c)
    svg += poly([(-19, -29.4), (17.4, -29.4), (19, -6), (-19, -6)], "!7fb9e8")
    svg += poly([(-19, -29.4), (4, -29.4), (-12, -6), (-19, -6)], "!a9d4f5")
    svg += "".join(box(-14, y, w, 1.7, "!f4fbff") for y, w in ((-24, 17), (-20, 24), (-16, 12)))
    svg += poly([(-21, -4), (21, -4), (26, 0), (-26, 0)], mix(c, "#ffffff", 0.2))
    svg += box(-26, 0, 52, 1.8, dark(c, 0.3)) + poly(
        [(-16, -3.2), (16, -3.2), (18, -1.2), (-18, -1.2)], dark(c, 0.4)
    )
    return _art(svg, -26, 26, -31, back=(0, -4))


def tv(style: Style) -> Art:
    """Draw a large television on a low stand; on, it shows a bright picture."""
    c = "#26272f"
    svg = (
        box(-66, -26, 132, 26, "#8a6548", 2)
        + box(-62, -22, 60, 18, "#74523a")
        + box(2, -22, 60, 18, "#74523a")
    )
    svg += box(-20, -30, 40, 4, c) + box(-4, -38, 8, 10, c) + box(-64, -112, 128, 76, c, 3)
    svg += _screen(style, -60, -108, 120, 68)
    return _art(svg, -66, 66, -112, back=(0, -26))


def monitor(style: Style) -> Art:
    """Draw a computer's or small television's screen standing on a table."""
    c = "#26272f"
    svg = oval(0, -1.4, 14, 2.4, c) + box(-2.4, -9, 4.8, 8, c) + box(-30, -44, 60, 36, c, 2)
    return _art(svg + _screen(style, -28, -42, 56, 32), -30, 30, -44)


def _screen(style: Style, x: float, y: float, w: float, h: float) -> str:
    """Draw the picture on a screen: a landscape if it is on, else dark glass."""
    if style.feature != "on":
        return box(x, y, w, h, "#3b4254") + poly(
            [(x, y), (x + w * 0.5, y), (x + w * 0.2, y + h), (x, y + h)], "#4a5266"
        )
    svg = box(x, y, w, h, "!7cc4f0") + disc(x + w * 0.76, y + h * 0.3, h * 0.14, "!ffe27a")
    svg += shape(
        f"M{x} {y + h}L{x} {y + h * 0.7}Q{x + w * 0.3} {y + h * 0.36} {x + w * 0.55} "
        f"{y + h * 0.7}Q{x + w * 0.8} {y + h * 0.5} {x + w} {y + h * 0.66}"
        f"L{x + w} {y + h}Z",
        "!63b45c",
    )
    return svg + box(x, y + h * 0.86, w, h * 0.14, "!3f8f4a")


def mouse(style: Style) -> Art:
    """Draw a computer mouse."""
    c = style.paint
    svg = shape("M-8 0C-9 -8 -2 -9.6 3 -8.6C8 -7.4 9.6 -3 9 0Z", across(pale(c, 0.2), dark(c, 0.1)))
    svg += line("M1 -8.6Q1 -5.6 4 -4M8.8 -2Q15 -6 20 -3", 1.1, dark(c, 0.4))
    return _art(svg + line("M3.4 -8L4 -6.2", 1.7, pale(c, 0.5)), -9, 20, -10)


def keyboard(style: Style) -> Art:
    """Draw a keyboard lying at a slant."""
    c = style.paint
    key = pale(c, 0.45) if style.colour != "white" else "#c9ccd1"
    svg = poly([(-22, -10), (22, -10), (26, 0), (-26, 0)], c) + box(-26, 0, 52, 1.6, dark(c, 0.3))
    for y, w in ((-8.2, 20), (-5.6, 21.4), (-3.0, 22.6)):
        svg += (
            f'<path d="M{-w} {y}L{w} {y}" fill="none" stroke="{key}" stroke-width="1.7" '
            f'stroke-dasharray="2.6 0.9"/>'
        )
    return _art(svg + line("M-10 -0.9L10 -0.9", 1.3, key), -26, 26, -11)


def book(style: Style) -> Art:
    """Draw a closed book lying, or a thick open one."""
    c = style.paint
    if style.feature == "open":
        svg = poly([(-20, -2), (-17, -12), (17, -12), (20, -2), (0, 0)], c)
        svg += shape("M-18.6 -3.4L-16 -12.4Q-7 -14.6 0 -11.6L0 -2Q-9 -5 -18.6 -3.4Z", "#f8f4e6")
        svg += shape("M18.6 -3.4L16 -12.4Q7 -14.6 0 -11.6L0 -2Q9 -5 18.6 -3.4Z", "#ebe5d2")
        d = (
            "M-14 -10.6Q-8 -12 -3 -10M-14.6 -8.2Q-8 -9.6 -3 -7.6M14 -10.6Q8 -12 3 -10M14.6 "
            "-8.2Q8 -9.6 3 -7.6"
        )
        return _art(svg + line(d, 0.8, "#a9a394"), -20, 20, -14)
    svg = box(-15, -7.6, 30, 7.6, c, 1) + box(-13, -6, 28.4, 4.6, "#f4efdf")
    svg += poly([(-15, -7.6), (-9, -13), (19, -13), (15, -7.6)], pale(c, 0.18))
    return _art(svg + line("M-4 -10.2L10 -10.2", 1.6, pale(c, 0.6)), -15, 19, -13.5)


def held_book(style: Style) -> Art:
    """Draw an open book, held at (0, 0), its cover to the viewer."""
    c = style.paint
    svg = poly([(-4, -22), (10, -26), (24, -22), (24, 4), (10, 0), (-4, 4)], c)
    svg += line("M10 -26L10 0", 1.6, dark(c, 0.35)) + line(
        "M-4 -23L10 -27.4L24 -23", 2.2, "#f8f4e6"
    )
    return _art(svg + line("M0 -14L6 -16", 2.0, pale(c, 0.55)), -5, 25, -28)


def scissors(style: Style) -> Art:
    """Draw a pair of scissors lying open."""
    c = style.paint
    svg = poly([(-2, -5), (20, -10), (0, -2.6)], "#c6cbd3") + poly(
        [(-2, -3), (20, -0.6), (0, -5.6)], "#a9b0ba"
    )
    for y in (-8.6, -1.2):
        svg += (
            f'<ellipse cx="-9" cy="{y}" rx="6" ry="3.2" fill="none" stroke="{c}" '
            f'stroke-width="2.6"/>'
        )
    return _art(
        svg + line("M-4 -7L1 -4.4M-4 -2L1 -4", 2.6, c) + disc(1, -4.2, 1, "#5a5e68"), -17, 20, -13
    )


def clock(style: Style) -> Art:
    """Draw a round wall clock, its foot at the lower rim."""
    c = style.paint
    face = "#fbf8ef" if style.colour != "white" else "#eef2f4"
    hour, minute = style.rng.choice(((-8, -8), (8, -6), (3, 9), (-9, 4))), (0, -14)
    rim = c if style.colour != "white" else "#ffffff"
    svg = disc(0, -23, 23, dark(rim, 0.3)) + disc(0, -23, 22, rim) + disc(0, -23, 17.4, face)
    marks = "".join(
        f"M{x * 14} {-23 + y * 14}L{x * 16} {-23 + y * 16}"
        for x, y in (
            (0, -1),
            (0, 1),
            (1, 0),
            (-1, 0),
            (0.7, 0.7),
            (-0.7, 0.7),
            (0.7, -0.7),
            (-0.7, -0.7),
        )
    )
    hands = f"M0 -23L{hour[0]} {-23 + hour[1]}M0 -23L{minute[0]} {-23 + minute[1]}"
    return _art(
        svg
        + line(marks, 1.8, "#3a3a42")
        + line(hands, 2.4, "#23232b")
        + disc(0, -23, 1.8, "#c8382f"),
        -23,
        23,
        -46,
    )


def desk_clock(style: Style) -> Art:
    """Draw an alarm clock that stands on a table."""
    art = clock(style)
    bells = (
        disc(-12, -44, 6, "#b9bec6")
        + disc(12, -44, 6, "#b9bec6")
        + line("M-12 -4L-16 1M12 -4L16 1", 4, "#6b7079")
    )
    return _art(f'<g transform="scale(0.5)">{bells}{art.svg}</g>', -12, 12, -25)


def toothbrush(style: Style) -> Art:
    """Draw a toothbrush in a glass."""
    c = style.paint
    svg = (
        line("M-2 -4L4 -27", 3, c) + f'<g transform="translate(4 -27) rotate(15)">'
        f"{box(-1.6, -9, 3.2, 10, c, 1)}{box(1, -8.6, 4, 8, '#ffffff', 1)}</g>"
    )
    glass = shape("M-8 -15L8 -15L6.4 0L-6.4 0Z", "#cfe6ee", ' fill-opacity="0.75"')
    return _art(svg + glass + line("M-5 -13L-4.4 -3", 1.2, "#ffffff"), -9, 12, -37)


def cell_phone(style: Style) -> Art:
    """Draw a phone that leans upright on a table, its screen to the viewer."""
    c = style.paint
    svg = box(-7, -25, 14, 25, c, 2.4) + box(-5.6, -22.6, 11.2, 19.6, "!9fd4f2", 1)
    inks = ("!f28b22", "!63b45c", "!d5352f", "!ffe27a", "!7b49ae", "!f5f3ee")
    svg += "".join(
        box(-4.4 + 3.4 * (k % 3), -20 + 4 * (k // 3), 2.3, 2.5, inks[k], 0.6) for k in range(6)
    )
    return _art(svg, -7, 7, -25)


def remote(style: Style) -> Art:
    """Draw a remote control lying on a table."""
    c = style.paint
    svg = poly([(-6, -13), (9, -13), (7, 0), (-12, 0)], c) + poly(
        [(-12, 0), (7, 0), (7, 2), (-12, 2)], dark(c, 0.4)
    )
    inks = ("#d5352f", pale(c, 0.5), pale(c, 0.5))
    svg += "".join(
        oval(-5.6 + 5 * i - 1.1 * j, -10.6 + 3 * j, 1.4, 0.9, inks[0] if i + j == 0 else inks[1])
        for i in range(3)
        for j in range(3)
    )
    return _art(svg, -12, 9, -14)


def hair_drier(style: Style) -> Art:
    """Draw a hair drier lying on its side."""
    c = style.paint
    svg = line("M6 -12L13 -2", 6, dark(c, 0.25)) + line("M13 -2Q22 2 26 -3", 1.6, "#3a3a42")
    svg += shape("M14 -19C20 -17 19 -6 12 -5L-8 -7L-13 -8L-13 -17L-8 -17Z", c)
    return _art(
        svg + box(-16, -18, 4, 11, "#3a3a42", 1) + disc(11, -12, 4, pale(c, 0.4)), -16, 26, -20
    )


def microwave(style: Style) -> Art:
    """Draw a microwave oven."""
    c = style.paint
    svg = box(-27, -33, 54, 32, vertical(pale(c, 0.15), dark(c, 0.08)), 2.4)
    svg += box(-24, -29, 35, 24, "#2c2f3a", 2) + poly(
        [(-24, -29), (-8, -29), (-18, -5), (-24, -5)], "#454a58"
    )
    svg += line("M13.4 -28L13.4 -6", 1.8, dark(c, 0.4)) + box(16, -29, 9, 5, "!7fe0a0")
    svg += "".join(
        disc(18 + 4.6 * (k % 2), -20 + 4.6 * (k // 2), 1.5, dark(c, 0.4)) for k in range(6)
    )
    return _art(svg + box(-24, -2, 5, 2, "#33343d") + box(19, -2, 5, 2, "#33343d"), -27, 27, -33)


def toaster(style: Style) -> Art:
    """Draw a toaster with two slices of bread."""
    c = style.paint
    svg = "".join(
        box(x, -29, 12, 14, "#d9a35a", 4) + box(x + 1.6, -27, 8.8, 10, "#edc88a", 3)
        for x in (-13, 1)
    )
    svg += shape(
        "M-18 -1L-18 -15C-18 -21 -14 -22 -9 -22L9 -22C14 -22 18 -21 18 -15L18 -1Z",
        vertical(pale(c, 0.25), dark(c, 0.12)),
    )
    svg += line("M-13 -21.4L-1 -21.4M1 -21.4L13 -21.4", 1.6, dark(c, 0.5))
    svg += box(17, -14, 5, 3.4, "#33343d", 1) + disc(10, -6, 2.4, dark(c, 0.4))
    return _art(svg + box(-16, -1.4, 32, 2, "#33343d"), -18, 22, -30)
