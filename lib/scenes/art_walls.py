"""Things that hang on walls, and street furniture."""

from lib.scenes.pen import (
    across,
    blob,
    box,
    dark,
    disc,
    line,
    mix,
    oval,
    pale,
    poly,
    shape,
    vertical,
)
from lib.scenes.style import Art, Style


def painting(style: Style) -> Art:
    """Draw a framed picture in which its colour dominates."""
    c = style.paint
    svg = box(-37, -58, 74, 58, "#5b4030", 2) + box(-33, -54, 66, 50, pale(c, 0.3))
    kind = int(style.rng.uniform() * 3)
    if kind == 0:
        svg += disc(12, -38, 8, pale(c, 0.75)) + poly(
            [(-33, -4), (-33, -18), (-12, -40), (6, -18), (16, -28), (33, -12), (33, -4)],
            dark(c, 0.12),
        )
    elif kind == 1:
        svg += (
            box(-33, -54, 30, 50, c)
            + box(4, -40, 22, 28, dark(c, 0.2))
            + disc(-12, -24, 10, pale(c, 0.6))
        )
    else:
        svg += (
            oval(0, -20, 15, 12, c)
            + "".join(
                disc(x, y, 8, c)
                for x, y in ((-12, -34), (12, -34), (0, -42), (-14, -22), (14, -22))
            )
            + disc(0, -30, 7, pale(c, 0.75))
        )
    return Art(svg, -37, 37, -58)


def mirror(style: Style) -> Art:
    """Draw a mirror with a gleam, square or round."""
    glass = vertical("#dff0f4", "#a9c8d2")
    gleam = "M-14 -20L10 -52M-2 -14L18 -40"
    if style.feature == "round":
        svg = disc(0, -38, 37, "#c9a25a") + disc(0, -38, 32, glass)
        return Art(svg + line(gleam, 5, "#ffffff", ' stroke-opacity="0.7"'), -37, 37, -75)
    svg = box(-32, -80, 64, 80, "#c9a25a", 4) + box(-27, -75, 54, 70, glass, 2)
    return Art(svg + line(gleam, 5, "#ffffff", ' stroke-opacity="0.7"'), -32, 32, -80)


def towel(style: Style) -> Art:
    """Draw a towel on a rail."""
    c = style.paint
    svg = line("M-28 -64L28 -64", 4, "#aeb6c0") + box(
        -21, -66, 42, 60, across(pale(c, 0.15), dark(c, 0.1)), 3
    )
    return Art(
        svg
        + line("M-20 -18L20 -18M-20 -24L20 -24", 2.6, pale(c, 0.55))
        + line("M8 -62L8 -8", 1.6, dark(c, 0.2)),
        -30,
        30,
        -68,
    )


def shower_curtain(style: Style) -> Art:
    """Draw a shower curtain that hangs to the floor."""
    c = style.paint
    svg = line("M-54 -204L54 -204", 4, "#aeb6c0")
    svg += "".join(disc(x, -203, 3.4, "#aeb6c0") for x in range(-44, 50, 22))
    svg += shape(
        "M-48 -200L48 -200L52 -8Q42 -2 34 -8T16 -8T-2 -8T-20 -8T-38 -8T-52 -8Z",
        across(pale(c, 0.12), dark(c, 0.12)),
    )
    svg += line("M-28 -198L-30 -12M-6 -198L-6 -12M16 -198L18 -12M34 -198L38 -12", 3, dark(c, 0.18))
    return Art(svg, -54, 54, -206, shadow=50)


def blackboard(style: Style) -> Art:
    """Draw a blackboard with chalk on it."""
    svg = box(-92, -96, 184, 96, "#8a6548", 3) + box(-86, -90, 172, 84, "#2f5648")
    d = (
        "M-70 -72L-58 -50M-58 -50L-46 -72M-66 -60L-50 -60M-30 -72L-30 -50L-18 -50M0 -62A8 "
        "9 0 1 1 -0.1 -58"
    )
    svg += line(d, 2.6, "#eef2ea") + line(
        "M30 -70L70 -70M30 -58L62 -58M-70 -34L40 -34M-70 -22L10 -22", 2, "#cfdad2"
    )
    return Art(svg + box(40, -6, 20, 4, "#f5f3ee"), -92, 92, -96)


def traffic_light(style: Style) -> Art:
    """Draw a traffic light on its post; the lamp of its colour is lit, the others dark."""
    inks = {"red": "!ff3b2f", "yellow": "!ffcf2e", "green": "!35d46a"}
    svg = line("M0 0L0 -200", 12, "#4a4d57") + box(-16, -6, 32, 6, "#3b3e48")
    svg += (
        box(-30, -320, 60, 150, "#2b2d36", 12)
        + box(-34, -324, 68, 158, "#d9a52a", 14)
        + box(-28, -318, 56, 146, "#24262e", 10)
    )
    for y, name in ((-290, "red"), (-245, "yellow"), (-200, "green")):
        lit = style.colour == name
        if lit:
            svg += disc(0, y, 40, f"url(#r{inks[name]}{inks[name]})", ' fill-opacity="0.55"')
        svg += disc(
            0, y, 18.5, inks[name] if lit else mix(inks[name], "#24262e", 0.8).replace("!", "#")
        )
    return Art(svg, -36, 36, -326, shadow=20)


def fire_hydrant(style: Style) -> Art:
    """Draw a fire hydrant."""
    c = style.paint
    svg = box(-22, -8, 44, 8, dark(c, 0.25), 2) + box(
        -15, -56, 30, 50, across(pale(c, 0.2), dark(c, 0.22))
    )
    svg += box(-20, -60, 40, 8, c, 2) + shape(
        "M-16 -60C-16 -78 16 -78 16 -60Z", across(pale(c, 0.2), dark(c, 0.2))
    )
    svg += (
        box(-5, -82, 10, 10, dark(c, 0.1), 2)
        + disc(-20, -38, 9, dark(c, 0.12))
        + disc(20, -38, 9, c)
    )
    svg += (
        disc(-20, -38, 4, dark(c, 0.45))
        + disc(20, -38, 4, dark(c, 0.45))
        + disc(0, -34, 10, pale(c, 0.25))
    )
    return Art(svg + disc(0, -34, 5, dark(c, 0.4)), -30, 30, -84, shadow=28)


def stop_sign(style: Style) -> Art:
    """Draw a stop sign: a red octagon with its word drawn as strokes."""
    svg = line("M0 0L0 -190", 8, "#9aa0aa")
    ring = [
        (-17, -262),
        (17, -262),
        (41, -238),
        (41, -204),
        (17, -180),
        (-17, -180),
        (-41, -204),
        (-41, -238),
    ]
    svg += poly(ring, "#f5f3ee") + poly(
        [(x * 0.91, -221 + (y + 221) * 0.91) for x, y in ring], "#cf2f2b"
    )
    word = (
        "M-20 -229Q-28 -234 -29 -227Q-29 -222 -24 -221Q-19 -219 -20 -215Q-22 -209 -29 -213"
        "M-16 -231L-3 -231M-9.5 -231L-9.5 -211M7 -231A7 10 0 1 1 6.9 -231M19 -211L19 -231"
        "Q29 -232 29 -226Q29 -220 19 -220"
    )
    return Art(svg + line(word, 3.6, "#ffffff"), -42, 42, -264, shadow=14)


def parking_meter(style: Style) -> Art:
    """Draw a parking meter."""
    c = style.paint
    svg = line("M0 0L0 -100", 9, "#7d828c") + box(-12, -5, 24, 5, "#5a5e68")
    svg += shape(
        "M-20 -96L-20 -142C-20 -160 20 -160 20 -142L20 -96C14 -88 -14 -88 -20 -96Z",
        across(pale(c, 0.15), dark(c, 0.2)),
    )
    svg += shape("M-14 -126L-14 -140C-14 -152 14 -152 14 -140L14 -126Z", "#dfeaf0")
    svg += line("M-8 -132L2 -142", 2.6, "#d5352f") + box(-7, -116, 14, 6, "#2b2d36", 2)
    return Art(svg + disc(0, -102, 3.4, "#2b2d36"), -21, 21, -158, shadow=16)


def bench(style: Style) -> Art:
    """Draw a bench; points: seat, back (its seat's surface), under."""
    c = style.paint
    iron = "#3b3e48"
    svg = line("M-74 -88L-74 0M74 -88L74 0M-62 -46L-62 0M62 -46L62 0", 7, iron)
    svg += "".join(
        box(-88, y, 176, 10, mix(c, "#ffffff", 0.05 * k), 3) for k, y in enumerate((-90, -76, -62))
    )
    svg += poly([(-84, -50), (84, -50), (92, -42), (-92, -42)], pale(c, 0.16))
    return Art(
        svg + box(-92, -43, 184, 8, dark(c, 0.14), 2),
        -92,
        92,
        -92,
        {"seat": (0, -46), "back": (0, -46), "under": (0, 0)},
        shadow=92,
    )


def clock_tower(style: Style) -> Art:
    """Draw a street clock on a post."""
    c = style.paint
    svg = box(-18, -10, 36, 10, dark(c, 0.3), 2) + line("M0 -8L0 -210", 13, dark(c, 0.2))
    svg += disc(0, -262, 56, dark(c, 0.25)) + disc(0, -262, 52, c) + disc(0, -262, 41, "#fbf8ef")
    marks = "".join(
        f"M{x * 33} {-262 + y * 33}L{x * 38} {-262 + y * 38}"
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
    svg += line(marks, 4, "#3a3a42") + line("M0 -262L0 -290M0 -262L18 -252", 5.6, "#23232b")
    return Art(svg + disc(0, -262, 4, "#c8382f"), -56, 56, -318, shadow=24)


def lamp_post(style: Style) -> Art:
    """Draw a street lamp, lit at night."""
    night = style.time == "night"
    svg = box(-13, -10, 26, 10, "#2f333c", 2) + line("M0 -8L0 -370", 9, "#3b404b")
    glow = disc(0, -394, 120, "url(#r!ffe3a0!ffe3a0)", ' fill-opacity="0.5"') if night else ""
    glass = "!ffe9ae" if night else "#e9eef0"
    svg += poly([(-17, -374), (17, -374), (24, -418), (-24, -418)], glass)
    return Art(
        glow
        + svg
        + poly([(-28, -418), (28, -418), (0, -442)], "#2f333c")
        + box(-19, -378, 38, 6, "#2f333c"),
        -28,
        28,
        -442,
        shadow=14,
    )


def balloons(style: Style) -> Art:
    """Draw a bunch of balloons on strings."""
    c = style.paint
    svg = line("M0 0Q4 -60 -26 -110M0 0Q2 -60 0 -130M0 0Q-2 -60 28 -108", 2, "#6b6570")
    for x, y, t in ((-28, -142, 0.0), (30, -140, 0.12), (0, -174, 0.25)):
        svg += oval(x, y, 26, 32, pale(c, t)) + oval(x - 8, y - 10, 5, 8, pale(c, 0.6))
        svg += poly([(x - 4, y + 36), (x + 4, y + 36), (x, y + 30)], dark(c, 0.2))
    return Art(svg, -56, 58, -208, shadow=0)


def flowers(style: Style) -> Art:
    """Draw a bed of flowers in one colour."""
    c = style.paint
    svg = blob(
        [
            (-92, -4),
            (-70, -24),
            (-30, -28),
            (10, -26),
            (56, -28),
            (90, -8),
            (60, 2),
            (0, 4),
            (-60, 2),
        ],
        "#3f8a44",
    ) + blob([(-60, -4), (-30, -16), (20, -14), (62, -4), (0, 2)], "#5fa34c")
    for k in range(15):
        x, y = -80 + 11.4 * k, -20 - 15 * ((k * 7) % 5) / 5
        heart = "#f7d864" if style.colour != "yellow" else "#a8642a"
        svg += disc(x, y, 8.4, c if k % 3 else dark(c, 0.1)) + disc(x, y, 3, heart)
    return Art(svg, -92, 92, -44, shadow=80)


def stall(style: Style) -> Art:
    """Draw a market stall with a striped awning; points: back (its counter)."""
    c = style.paint
    svg = line("M-150 0L-150 -230M150 0L150 -230", 9, "#7a5a3a")
    svg += box(-156, -230, 312, 130, "#4a3a3a", 0, ' fill-opacity="0.28"')
    for k in range(8):
        x = -172 + 43 * k
        ink = c if k % 2 == 0 else "#f7f2e6"
        svg += shape(
            f"M{x + 12 if k < 4 else x + 4} -272L{x + 47 if k < 4 else x + 39} -272"
            f"L{x + 43} -214A21.5 16 0 0 1 {x} -214Z",
            ink,
        )
    svg += poly([(-148, -104), (148, -104), (166, -88), (-166, -88)], "#d9a868")
    svg += box(-166, -88, 332, 88, vertical("#b07a48", "#8a5a38"))
    svg += line("M-164 -60L164 -60M-164 -30L164 -30", 3, "#7a4e30")
    return Art(svg, -174, 176, -274, {"back": (0, -96)}, shadow=166)
