"""Scenery that stands on the ground: trees, houses, playthings, landmarks."""

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


def tree(style: Style) -> Art:
    """Draw a leafy tree; bare, autumn or blossoming; flat-topped in the savanna."""
    if style.place == "savanna":
        return _acacia()
    trunk = line("M0 0L0 -180M0 -120L-46 -200M0 -150L44 -220", 20, "#6e4c35")
    if style.feature == "bare":
        twigs = (
            "M-46 -200L-86 -270M-46 -200L-34 -290M44 -220L84 -290M44 -220L36 -310M0 -180L-6 -330"
        )
        more = (
            "M-86 -270L-108 -310M-34 -290L-54 -340M84 -290L104 -330M36 -310L52 -350M-6 -330L14 -380"
        )
        return Art(
            trunk + line(twigs, 10, "#6e4c35") + line(more, 5, "#6e4c35"),
            -112,
            112,
            -385,
            shadow=70,
        )
    inks = {"autumn": "#e0832f", "blossoming": "#f2a9c4"}
    c = inks.get(style.feature, style.rng.choice(("#5c9f4b", "#4f9150", "#6fae4a")))
    svg = "".join(
        disc(x, y, r, dark(c, 0.16)) for x, y, r in ((-62, -214, 62), (58, -206, 66), (4, -196, 70))
    )
    svg += "".join(disc(x, y, r, c) for x, y, r in ((-48, -272, 68), (50, -270, 70), (0, -330, 74)))
    svg += "".join(
        oval(x, y, r, r * 0.7, pale(c, 0.2))
        for x, y, r in ((-36, -312, 30), (36, -340, 26), (-72, -246, 20))
    )
    return Art(trunk + svg, -126, 126, -405, shadow=95)


def _acacia() -> Art:
    svg = line("M0 0L-4 -150M-4 -110L-70 -230M-4 -140L66 -236M-4 -150L0 -240", 12, "#6e5038")
    c = "#7d8f3f"
    svg += oval(-70, -246, 84, 24, dark(c, 0.15)) + oval(72, -250, 86, 26, dark(c, 0.1))
    return Art(
        svg + oval(0, -268, 110, 30, c) + oval(-20, -278, 60, 14, pale(c, 0.2)),
        -158,
        160,
        -300,
        shadow=110,
    )


def palm_tree(style: Style) -> Art:
    """Draw a palm tree."""
    svg = shape(
        "M-13 0C-10 -160 6 -290 34 -396L48 -392C28 -280 16 -160 15 0Z", across("#a97f52", "#7d5a3a")
    )
    svg += line(
        "M-10 -60L14 -56M-7 -120L17 -116M0 -180L20 -176M6 -240L27 -236M16 -300L36 -296",
        3,
        "#6e4f33",
    )
    for k, (x, y) in enumerate(
        ((-96, -330), (-70, -440), (10, -490), (110, -462), (172, -346), (-40, -290), (130, -290))
    ):
        c = ("#4f9a4a", "#3d8742")[k % 2]
        mx, my = (40 + x) / 2, (-396 + y) / 2 - 36
        svg += shape(f"M40 -396Q{mx} {my} {x} {y}Q{mx + 6} {my + 48} 40 -396Z", c)
    return Art(
        svg + disc(34, -388, 10, "#7a4f2e") + disc(50, -386, 10, "#8a5a35"),
        -100,
        176,
        -495,
        shadow=70,
    )


def pine_tree(style: Style) -> Art:
    """Draw a pine tree, snowy where there is snow."""
    snow = style.place in ("ski slope", "snowy field")
    svg = box(-14, -70, 28, 70, "#6e4c35")
    c = "#2f6b4a"
    for k, (y, w) in enumerate(((-60, 105), (-170, 84), (-280, 62))):
        svg += poly([(0, y - 190), (w, y), (-w, y)], dark(c, 0.04 * k))
        svg += poly([(0, y - 190), (w, y), (0, y - 12)], dark(c, 0.2))
        if snow:
            svg += poly(
                [
                    (0, y - 190),
                    (w * 0.4, y - 112),
                    (w * 0.1, y - 124),
                    (-w * 0.1, y - 104),
                    (-w * 0.42, y - 110),
                ],
                "#f4f9fc",
            )
    return Art(svg, -105, 105, -470, shadow=80)


def cactus(style: Style) -> Art:
    """Draw a cactus with two arms."""
    c = "#4f8f55"
    svg = line("M0 0L0 -200M0 -80L-56 -80L-56 -150M0 -110L54 -110L54 -176", 44, c)
    return Art(
        svg
        + line("M-8 -10L-8 -200M8 -10L8 -200M-56 -90L-56 -148M54 -120L54 -174", 4, dark(c, 0.22)),
        -80,
        78,
        -224,
        shadow=50,
    )


def rock(style: Style) -> Art:
    """Draw a boulder."""
    c = style.rng.choice(("#8d8f94", "#9a8d80", "#a3a19a"))
    if style.place in ("desert", "savanna"):
        c = "#b98a5f"
    svg = poly([(-86, 0), (-76, -50), (-40, -92), (14, -104), (60, -76), (84, -30), (86, 0)], c)
    svg += poly([(-40, -92), (14, -104), (26, -60), (-20, -50)], pale(c, 0.28))
    return Art(
        svg + poly([(26, -60), (60, -76), (84, -30), (86, 0), (20, 0)], dark(c, 0.22)),
        -86,
        86,
        -104,
        shadow=90,
    )


def house(style: Style) -> Art:
    """Draw a house whose walls have the colour."""
    c, lit = style.paint, style.time == "night"
    pane = "!ffdf8e" if lit else "#bfe0ea"
    roof = "#8a4a3d" if style.colour != "red" else "#4a4d57"
    svg = box(110, -500, 46, 120, "#94563f") + box(
        -260, -270, 520, 270, vertical(pale(c, 0.15), dark(c, 0.08))
    )
    svg += poly([(-310, -262), (0, -480), (310, -262)], roof) + poly(
        [(0, -480), (310, -262), (240, -262), (0, -436)], dark(roof, 0.25)
    )
    svg += (
        box(-44, -160, 88, 160, "#6b4632", 4)
        + disc(26, -76, 7, "#e6c35c")
        + disc(0, -330, 34, pane)
    )
    for x in (-210, 102):
        svg += box(x - 8, -214, 116, 116, "#f5f1e6") + box(x, -206, 100, 100, pane)
        svg += line(f"M{x + 50} -206L{x + 50} -106M{x} -156L{x + 100} -156", 6, "#f5f1e6")
    return Art(svg, -310, 310, -500, shadow=280)


def barn(style: Style) -> Art:
    """Draw a barn with its crossed doors."""
    c = style.paint
    trim = "#f5f1e6" if style.colour != "white" else "#8a4a3d"
    svg = poly(
        [(-330, 0), (-330, -260), (-220, -430), (0, -520), (220, -430), (330, -260), (330, 0)], c
    )
    svg += line("M-340 -256L-226 -436L0 -530L226 -436L340 -256", 24, "#5a4a48")
    svg += box(-110, -210, 220, 210, dark(c, 0.2)) + line(
        "M-110 0L-110 -210L110 -210L110 0M-110 0L110 -210M-110 -210L110 0", 13, trim
    )
    return Art(
        svg
        + box(-50, -400, 100, 90, dark(c, 0.35))
        + line("M-50 -400L50 -400L50 -310L-50 -310ZM0 -400L0 -310", 10, trim),
        -345,
        345,
        -530,
        shadow=330,
    )


def haystack(style: Style) -> Art:
    """Draw a round bale of hay."""
    c = "#e0b650"
    ring = "".join(
        f'<circle cx="-10" cy="-74" r="{r}" fill="none" stroke="{dark(c, 0.22)}" stroke-width="5"/>'
        for r in (52, 32, 13)
    )
    return Art(
        box(-20, -148, 110, 148, dark(c, 0.12), 60) + disc(-10, -74, 74, c) + ring,
        -86,
        92,
        -150,
        shadow=90,
    )


def windmill(style: Style) -> Art:
    """Draw a windmill with four sails."""
    svg = poly([(-110, 0), (-64, -430), (64, -430), (110, 0)], across("#f2ece0", "#c9c0b2"))
    svg += shape("M-76 -426Q0 -540 76 -426Z", "#8a4a3d") + box(-28, -90, 56, 90, "#6b4632", 24)
    svg += box(-20, -250, 40, 50, "#6a8aa0", 6)
    for a in (22, 112, 202, 292):
        svg += (
            f'<g transform="translate(0 -420) rotate({a})">'
            + line("M0 0L0 -300", 10, "#5b4030")
            + box(2, -296, 58, 230, "#f6f1e4", 3)
            + line("M30 -296L30 -66M2 -220L60 -220M2 -140L60 -140", 4, "#b5a68c")
            + "</g>"
        )
    return Art(svg + disc(0, -420, 16, "#5b4030"), -290, 290, -720, shadow=130)


def lighthouse(style: Style) -> Art:
    """Draw a striped lighthouse."""
    c = style.paint
    svg = poly([(-150, 0), (-110, -50), (120, -50), (160, 0)], "#8d8f94")
    svg += poly([(-86, -46), (-56, -640), (56, -640), (86, -46)], across("#fbf8f0", "#d5d2c8"))
    for low, high in ((-160, -280), (-400, -520)):
        a, b = 86 - (-low - 46) * 30 / 594, 86 - (-high - 46) * 30 / 594
        svg += poly([(-a, low), (-b, high), (b, high), (a, low)], c)
    lit = "!ffe9a0" if style.time in ("night", "sunset") else "#d9eef2"
    svg += (
        box(-72, -660, 144, 24, "#3b404b", 4)
        + box(-40, -740, 80, 80, lit)
        + line("M-40 -740L-40 -660M0 -740L0 -660M40 -740L40 -660", 6, "#3b404b")
    )
    beam = (
        poly([(36, -706), (420, -800), (420, -640)], "!ffe9a0", ' fill-opacity="0.4"')
        if style.time == "night"
        else ""
    )
    return Art(beam + svg + shape("M-54 -738Q0 -830 54 -738Z", c), -160, 165, -790, shadow=150)


def fountain(style: Style) -> Art:
    """Draw a fountain with its jets."""
    stone, water = "#b9b4aa", "#8fd0ea"
    svg = line(
        "M0 -150Q-70 -230 -100 -60M0 -150Q70 -230 100 -60M0 -160Q-34 -240 -48 -60M0 "
        "-160Q34 -240 "
        "48 -60M0 -90L0 -215",
        8,
        "#c9ebf5",
        ' stroke-opacity="0.85"',
    )
    svg = box(-14, -140, 28, 120, stone) + oval(0, -138, 54, 12, pale(stone, 0.3)) + svg
    svg += oval(0, -46, 150, 22, water) + shape(
        "M-152 -46Q0 -14 152 -46L138 -8Q0 14 -138 -8Z",
        vertical(pale(stone, 0.3), dark(stone, 0.15)),
    )
    return Art(svg, -152, 152, -225, shadow=150)


def slide(style: Style) -> Art:
    """Draw a playground slide."""
    c = style.paint
    svg = line("M-120 0L-92 -190M-64 0L-64 -190", 10, "#7d828c") + line(
        "M-112 -40L-66 -40M-106 -80L-66 -80M-100 -120L-66 -120M-96 -160L-66 -160", 7, "#7d828c"
    )
    svg += line("M-92 -186L-92 -226L-54 -226", 8, "#7d828c")
    svg += shape(
        "M-92 -192L-40 -192C20 -170 70 -40 150 -26L150 -2C60 -6 -10 -140 -50 -168L-92 -168Z", c
    )
    return Art(
        svg + line("M-88 -180L-44 -180C10 -156 64 -30 146 -14", 6, pale(c, 0.4)),
        -124,
        152,
        -230,
        shadow=130,
    )


def swing(style: Style) -> Art:
    """Draw a swing set."""
    c = style.paint
    svg = line("M-140 0L-110 -230L-80 0M80 0L110 -230L140 0M-116 -230L116 -230", 12, c)
    svg += line("M-58 -228L-64 -62M-22 -228L-28 -62M24 -228L36 -70M60 -228L72 -70", 3.5, "#5a5e68")
    return Art(
        svg + box(-70, -66, 48, 9, "#6b4632", 3) + box(30, -74, 48, 9, "#6b4632", 3),
        -146,
        146,
        -238,
        shadow=130,
    )


def tent(style: Style) -> Art:
    """Draw a tent."""
    c = style.paint
    svg = poly([(-150, 0), (-30, -165), (150, 0)], c) + poly(
        [(-30, -165), (150, 0), (50, 0)], dark(c, 0.24)
    )
    svg += poly([(-30, -165), (-86, 0), (16, 0)], "#3a3036") + poly(
        [(-30, -165), (-86, 0), (-62, 0)], pale(c, 0.35)
    )
    return Art(svg + line("M-150 0L-176 6M150 0L176 6", 3, "#6b5a4a"), -155, 155, -168, shadow=150)


def snowman(style: Style) -> Art:
    """Draw a snowman with hat, carrot and scarf."""
    snow = vertical("#ffffff", "#d5e3ee")
    svg = disc(0, -40, 44, snow) + disc(0, -98, 32, snow) + disc(0, -142, 24, snow)
    svg += line("M-30 -104L-68 -130M30 -104L68 -132", 5, "#6b4a33") + line(
        "M-20 -122L20 -122L26 -92", 11, "#d5352f"
    )
    svg += (
        disc(-8, -148, 3, "#23232b")
        + disc(9, -148, 3, "#23232b")
        + poly([(0, -144), (26, -138), (0, -135)], "#f0842a")
    )
    svg += "".join(disc(0, y, 3.4, "#23232b") for y in (-104, -90, -50))
    return Art(
        svg + box(-19, -194, 38, 34, "#2b2c34", 2) + box(-30, -164, 60, 7, "#2b2c34", 3),
        -70,
        70,
        -196,
        shadow=50,
    )


def campfire(style: Style) -> Art:
    """Draw a campfire of crossed logs."""
    glow = disc(0, -40, 150, "url(#r!ffb14a!ffb14a)", ' fill-opacity="0.4"')
    svg = shape(
        "M-34 -8C-52 -48 -16 -54 -18 -100C8 -84 8 -60 16 -50C24 -62 22 -74 20 -82"
        "C50 -54 42 -28"
        " 32 -8Z",
        "!f26a26",
    ) + shape("M-16 -8C-24 -32 -4 -40 -4 -62C14 -46 18 -24 12 -8Z", "!ffd35c")
    return Art(
        glow + svg + line("M-46 -4L40 -16M-40 -16L46 -4", 13, "#5b3a29"), -54, 54, -104, shadow=0
    )


def sandcastle(style: Style) -> Art:
    """Draw a sandcastle with a flag."""
    c = "#d9a95c"
    svg = ""
    for x, h, w in ((-40, 62, 34), (40, 62, 34), (0, 92, 40)):
        svg += box(x - w / 2, -h, w, h, across(pale(c, 0.2), dark(c, 0.12)))
        svg += "".join(box(x - w / 2 + k * w * 0.38, -h - 9, w * 0.24, 10, c) for k in range(3))
    svg += box(-60, -34, 120, 34, dark(c, 0.06)) + box(-11, -26, 22, 26, dark(c, 0.4), 9)
    svg += line("M0 -100L0 -142", 3, "#6b4a33") + poly(
        [(0, -142), (28, -132), (0, -122)], "#d5352f"
    )
    return Art(svg, -64, 64, -142, shadow=64)


def ramp(style: Style) -> Art:
    """Draw a skate ramp."""
    c = "#8f959d"
    svg = shape("M-160 0L-160 -120L-110 -120C-80 -50 0 -8 150 0Z", dark(c, 0.3))
    svg += shape(
        "M-132 -132L-84 -132C-54 -60 26 -16 170 -6L150 0C0 -8 -80 -50 -110 -120Z", pale(c, 0.35)
    )
    return Art(svg + line("M-160 -121L-86 -131", 7, "#d9a52a"), -162, 172, -134, shadow=150)


def goal(style: Style) -> Art:
    """Draw a goal with its net."""
    d = "".join(f"M{x} -192L{x} -4" for x in range(-140, 150, 28)) + "".join(
        f"M-160 {y}L160 {y}" for y in range(-168, 0, 28)
    )
    svg = box(-160, -196, 320, 196, "#ffffff", 0, ' fill-opacity="0.16"') + line(
        d, 2, "#f2f4f4", ' stroke-opacity="0.7"'
    )
    return Art(
        svg + line("M-164 0L-164 -200L164 -200L164 0", 11, "#fbfbf8"), -170, 170, -206, shadow=0
    )


def control_tower(style: Style) -> Art:
    """Draw an airport's control tower."""
    pane = "!ffe3a0" if style.time == "night" else "#7fb2cc"
    svg = poly([(-52, 0), (-36, -560), (36, -560), (52, 0)], across("#e6e3dc", "#b9b6ae"))
    svg += poly([(-92, -660), (92, -660), (66, -560), (-66, -560)], pane) + line(
        "M-40 -658L-30 -562M0 -658L0 -562M40 -658L30 -562", 6, "#5a5e68"
    )
    return Art(
        svg + box(-104, -690, 208, 32, "#5a5e68", 6) + line("M0 -690L0 -770", 7, "#c8382f"),
        -104,
        104,
        -770,
        shadow=60,
    )


def scoreboard(style: Style) -> Art:
    """Draw a scoreboard with lit figures."""
    svg = line("M-96 0L-96 -90M96 0L96 -90", 12, "#5a5e68") + box(
        -140, -220, 280, 140, "#26303f", 6
    )
    svg += box(-128, -208, 256, 22, "#d5352f", 3)
    d = "M-96 -170L-60 -170L-60 -100L-96 -100ZM60 -170L96 -170M96 -170L96 -100M60 -134L96 -134"
    svg += line(d, 9, "!ffd54a")
    return Art(
        svg + disc(0, -150, 5, "!ffd54a") + disc(0, -120, 5, "!ffd54a"), -142, 142, -222, shadow=110
    )


def umpire_chair(style: Style) -> Art:
    """Draw an umpire's high chair."""
    svg = line(
        "M-34 0L-22 -140M34 0L22 -140M-32 -30L32 -30M-29 -66L29 -66M-26 -102L26 -102", 8, "#f2efe6"
    )
    svg += box(-32, -152, 64, 14, "#2f6f4f", 3) + box(-32, -214, 10, 66, "#2f6f4f", 3)
    return Art(svg + line("M-32 -180L30 -180", 6, "#2f6f4f"), -40, 40, -216, shadow=40)


def far_tree(rng_value: float, tone: str) -> str:
    """Draw a simple tree for the distance."""
    c = mix(tone, "#3f7a46", rng_value * 0.5)
    return box(-8, -60, 16, 60, "#6e4c35") + blob(
        [(-70, -110), (-56, -200), (0, -250), (56, -200), (70, -110), (0, -60)], c
    )
