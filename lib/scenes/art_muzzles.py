"""Heads of animals, centred where the neck ends, looking right."""

from lib.scenes.pen import blob, capsule, dark, disc, line, mix, oval, pale, poly, shape
from lib.scenes.style import Style


def muzzle(name: str, coat: str, style: Style) -> str:
    """Draw the head of an animal with the coat's colour."""
    return _HEADS[name](coat, style)


def _eye(x: float, y: float, r: float, coat: str = "") -> str:
    """Draw an eye; on a dark coat it gets a light rim, or it would vanish at night."""
    rim = disc(x, y, r * 1.55, pale(coat, 0.5)) if coat else ""
    return rim + disc(x, y, r, "#1f1a20") + disc(x + r * 0.35, y - r * 0.4, r * 0.4, "#ffffff")


def _horse(coat: str, style: Style) -> str:
    mane = dark(coat, 0.45)
    face = [(-12, -12), (2, -16), (18, -4), (36, 12), (38, 22), (30, 25), (14, 14), (-6, 12)]
    ears = poly([(-8, -12), (-7, -28), (1, -14)], dark(coat, 0.12)) + poly(
        [(-2, -13), (2, -28), (8, -12)], coat
    )
    nose = blob([(27, 9), (36, 12), (38, 22), (30, 25), (24, 19)], dark(coat, 0.22))
    forelock = blob([(-8, -16), (2, -18), (12, -8), (4, -6)], mane)
    blaze = line([(12, -7), (30, 9)], 3.5, "#f3eee2") if number_of(style) < 0.4 else ""
    return (
        ears
        + blob(face, coat)
        + nose
        + blaze
        + forelock
        + _eye(8, -3, 2.6, coat)
        + disc(34, 16, 1.6, "#22191a")
    )


def number_of(style: Style) -> float:
    """Return a number in [0, 1) of the nuisance stream."""
    return style.rng.uniform()


def _zebra(coat: str, style: Style) -> str:
    face = [(-11, -11), (2, -15), (17, -4), (33, 12), (34, 21), (27, 24), (12, 13), (-6, 11)]
    ears = poly([(-7, -11), (-7, -27), (2, -13)], "#d8d5cf") + poly(
        [(-1, -12), (3, -27), (8, -11)], "#f2f0ea"
    )
    d = "M-6 -10L-5 8M1 -13L3 9M9 -9L9 8M16 -3L14 12"
    nose = blob([(24, 8), (33, 12), (34, 21), (27, 24), (21, 17)], "#3a3538")
    return ears + blob(face, coat) + line(d, 3.4, "#2a2a30") + nose + _eye(9, -2, 2.4)


def _cow(coat: str, style: Style) -> str:
    face = [(-15, -12), (4, -17), (20, -8), (36, 6), (37, 19), (27, 25), (8, 17), (-12, 13)]
    horn = line("M0 -14C-8 -28 4 -36 12 -33M8 -15C6 -24 14 -30 20 -27", 5.4, "#f3ead2")
    ear = blob([(-10, -8), (-26, -12), (-28, -4), (-14, 1)], dark(coat, 0.2))
    nose = blob([(26, 4), (36, 5), (38, 18), (28, 25), (20, 17)], "#e8b0a2")
    spot = (
        blob([(-12, -10), (4, -15), (10, -4), (-2, 6)], "#33333b")
        if style.feature == "spotted"
        else ""
    )
    eye = _eye(9, -4, 2.7, coat)
    return horn + blob(face, coat) + spot + ear + nose + eye + disc(33, 12, 1.8, "#8a5a52")


def _sheep(coat: str, style: Style) -> str:
    tone = "#3a3438" if coat != "#34343d" else "#55545f"
    if style.colour == "white" and style.rng.chance(0.4):
        tone = "#d9b99b"
    face = [(-8, -9), (3, -11), (13, -3), (19, 8), (15, 14), (6, 12), (-6, 7)]
    ear = blob([(-5, -4), (-18, -2), (-17, 4), (-5, 3)], dark(tone, 0.15))
    wool = disc(-4, -10, 7, coat) + disc(4, -11, 6, coat)
    return (
        blob(face, tone)
        + ear
        + wool
        + _eye(6, -1, 2.0, tone)
        + line("M13 9Q15 11 17 9", 1.2, dark(tone, 0.4))
    )


def _elephant(coat: str, style: Style) -> str:
    skull = [(-30, -30), (4, -48), (38, -34), (50, 4), (34, 34), (-8, 40), (-30, 14)]
    lift = style.rng.chance(0.3)
    d = (
        "M26 -8C64 -2 58 40 60 84C60 108 72 118 86 108"
        if not lift
        else "M26 -6C60 4 62 52 84 62C104 68 112 40 104 22"
    )
    trunk = line(d, 27, coat) + line(d, 8, dark(coat, 0.1), ' stroke-opacity="0.5"')
    tusk = shape("M34 30C40 56 62 62 74 48C62 52 52 44 48 26Z", "#f6efdc")
    ear = [(-52, -42), (-20, -54), (6, -34), (2, 10), (-16, 44), (-40, 34), (-58, 0)]
    return (
        trunk
        + blob(skull, mix(coat, "#ffffff", 0.06))
        + tusk
        + blob(ear, dark(coat, 0.14))
        + blob(
            [(-44, -32), (-20, -42), (-4, -28), (-10, 8), (-24, 30), (-44, 0)],
            mix(coat, "#d59a92", 0.3),
        )
        + _eye(22, -14, 4.2)
    )


def _bear(coat: str, style: Style) -> str:
    light = mix(coat, "#d9b48a", 0.45) if style.colour != "white" else "#dcd6c8"
    skull = [(-22, -8), (-8, -24), (12, -24), (26, -10), (26, 10), (8, 22), (-16, 18)]
    ears = disc(-12, -22, 8.5, dark(coat, 0.12)) + disc(12, -24, 8, coat) + disc(12, -24, 4, light)
    snout = blob([(16, -4), (34, -2), (42, 6), (38, 15), (20, 16)], light)
    return (
        ears
        + blob(skull, mix(coat, "#fff4dc", 0.05))
        + snout
        + oval(39, 3, 5, 4, "#241d20")
        + _eye(12, -7, 2.8, coat)
        + line("M24 12Q32 15 38 11", 1.6, "#4a3430")
    )


def _giraffe(coat: str, style: Style) -> str:
    face = [(-12, -12), (6, -18), (26, -2), (46, 16), (46, 27), (34, 29), (12, 14), (-10, 12)]
    horns = (
        line([(0, -14), (-2, -32)], 5, coat)
        + disc(-2, -33, 4.6, "#5b3b22")
        + line([(9, -13), (9, -31)], 5, coat)
        + disc(9, -32, 4.6, "#5b3b22")
    )
    ear = blob([(-8, -10), (-26, -18), (-28, -10), (-10, -2)], dark(coat, 0.14))
    nose = blob([(34, 9), (46, 16), (46, 27), (34, 29), (28, 20)], mix(coat, "#ffffff", 0.35))
    patch = oval(6, 2, 7, 5, "#b06a2c")
    return (
        horns
        + ear
        + blob(face, coat)
        + patch
        + nose
        + _eye(14, -5, 3.4)
        + disc(42, 19, 1.8, "#5b3b22")
    )


def _dog(coat: str, style: Style) -> str:
    skull = [(-11, -2), (-6, -11), (5, -11), (12, -3), (12, 5), (2, 10), (-9, 8)]
    snout = shape(capsule((7, 2), (19, 4), 6, 4.4), mix(coat, "#fff4dc", 0.3))
    ear = blob([(-8, -9), (-1, -10), (-2, 4), (-8, 11), (-13, 3)], dark(coat, 0.32))
    tongue = line([(15, 8), (15.5, 12.5)], 3.6, "#e5707c") if style.rng.chance(0.6) else ""
    collar = line([(-9, 11), (0, 13.5)], 3.2, style.rng.choice(("#d5352f", "#2d6cc4", "#3d9a4c")))
    return (
        collar
        + tongue
        + blob(skull, coat)
        + snout
        + oval(22, 1.6, 2.8, 2.3, "#221b1f")
        + ear
        + _eye(5.5, -3.4, 1.7, coat)
    )


def _cat(coat: str, style: Style) -> str:
    inner = "#e8a7a0"
    ears = (
        poly([(-8.5, -4), (-8, -15), (-0.5, -8)], dark(coat, 0.08))
        + poly([(1.5, -8.4), (7, -15), (9, -4)], coat)
        + poly([(3.6, -8), (6.6, -12.4), (7.8, -6)], inner)
    )
    face = oval(0.4, 0, 10, 8.6, mix(coat, "#ffffff", 0.05))
    muzzle_ = oval(3.4, 3.4, 4.6, 3.2, mix(coat, "#ffffff", 0.4))
    green = "#b9d64a"
    eyes = "".join(
        oval(x, -1.4, 1.9, 2.2, green) + oval(x, -1.4, 0.8, 1.9, "#1c1a20") for x in (-1.6, 6.0)
    )
    stripes = (
        line("M-1 -7.6L-0.6 -4.6M2.4 -8L2.4 -4.8M5.6 -7.4L5.2 -4.6", 1.2, dark(coat, 0.3))
        if style.colour in ("orange", "gray", "brown")
        else ""
    )
    whisk = line("M8 3.6L14 2.4M8 4.8L14 5.4M-2 3.6L-8 2.4", 0.6, pale(coat, 0.6))
    return (
        ears
        + face
        + stripes
        + muzzle_
        + eyes
        + poly([(2.2, 1.6), (5, 1.6), (3.6, 3.2)], "#d9737a")
        + whisk
    )


_HEADS = {"horse": _horse, "zebra": _zebra, "cow": _cow, "sheep": _sheep, "elephant": _elephant,
          "bear": _bear, "giraffe": _giraffe, "dog": _dog, "cat": _cat}  # fmt: skip
