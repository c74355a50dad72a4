"""Heads: faces, hair, hats and helmets, by which man, woman, boy and girl are told apart."""

from lib.scenes.pen import dark, disc, line, mix, number, oval, pale, place, shape, smooth
from lib.scenes.style import Style

_HATS = ("#c44536", "#2f5d8a", "#3f7d4e", "#d9a441", "#5b4a78")
_HELMETS = {"cycling": "#e8553a", "motorcycling": "#2f3138", "skiing": "#3178c6",
            "snowboarding": "#e0a526", "batting": "#2c4a86", "horse riding": "#33303a"}  # fmt: skip


def head(style: Style, scale: float, hair: str, skin: str) -> tuple[str, str]:
    """Return what lies behind the body (long hair) and the head itself, centred on (0, 0)."""
    who, pose = style.who, style.pose
    helmet = pose in _HELMETS
    back = _back_hair(style, hair, helmet)
    front = _ear(skin) + oval(0.8, 0, 12.2, 14.6, skin)
    front += shape("M-8.5 -9C-13 0 -10.5 11 -3 14.2C-6.5 8 -6.5 -2 -8.5 -9Z", dark(skin, 0.16))
    front += _face(style, skin)
    if style.feature == "beard":
        front += _beard(hair)
    front += _top_hair(style, hair)
    if style.feature == "glasses":
        front += _glasses()
    if helmet:
        front += _helmet(_HELMETS[pose], pose)
    elif style.feature == "hat":
        front += _hat(style, who)
    return place(back, 0, 0, scale), place(front, 0, 0, scale)


def _ear(skin: str) -> str:
    return oval(-5.6, 2.2, 2.6, 3.6, dark(skin, 0.2))


def _face(style: Style, skin: str) -> str:
    """Draw eyes, brows, nose, cheeks and mouth of a face that looks to the right."""
    asleep = style.pose == "sleeping"
    blush = mix(skin, "#e2604f", 0.38)
    svg = oval(10.2, 5.2, 2.6, 2.0, blush) + oval(-0.5, 5.6, 2.8, 2.1, blush)
    svg += line("M8 1.5C10.5 3.5 11 5 8.3 5.6", 1.1, dark(skin, 0.34))
    if asleep:
        svg += line("M0 0.4Q2.2 2.4 4.4 0.4", 1.3, "#33242a") + line(
            "M8 0.2Q9.6 2 11.2 0.2", 1.3, "#33242a"
        )
    else:
        big = 1.35 if style.who in ("boy", "girl") else 1.15
        svg += oval(2.4, -0.6, 1.5 * big, 2.0 * big, "#2a1f24")
        svg += oval(9.4, -0.6, 1.3 * big, 2.0 * big, "#2a1f24")
        svg += disc(3.0, -1.4, 0.7, "#ffffff") + disc(9.9, -1.4, 0.7, "#ffffff")
    if style.who in ("man", "boy"):
        weight = 2.0 if style.who == "man" else 1.3
        svg += line("M-0.4 -5Q2.4 -6.6 4.8 -5.2M7.8 -5.2Q9.6 -6.4 11.4 -5", weight, "#3a2a26")
        return svg + _mouth(style, "#8e3b36", 1.5)
    svg += line("M-0.2 -2.2L-1.6 -3.6M11 -2.4L12 -3.6", 1.2, "#2a1f24")
    svg += line("M0.2 -5.4Q2.4 -6.8 4.6 -5.6M8 -5.6Q9.6 -6.6 11 -5.4", 1.0, "#4a342c")
    return svg + _mouth(style, "#c2313c", 2.2 if style.who == "woman" else 1.6)


def _mouth(style: Style, colour: str, weight: float) -> str:
    """Draw a smile, or an open mouth for those who shout, eat or play."""
    if style.pose in ("jumping", "dancing", "running", "waving", "eating", "surfing"):
        return shape("M2 7.6Q6.4 9 9.6 7.4Q8.6 11.8 5.6 11.6Q3 11.2 2 7.6Z", "#7c2a2e")
    return line("M2.2 8.4Q5.8 11.2 9.4 8.2", weight, colour)


def _beard(hair: str) -> str:
    tone = dark(hair, 0.05)
    ring = (
        "M-7.5 0C-9 14 0 19.5 5 19C11.5 18.4 14.2 10 13 2.5C11.5 6.4 9 6.2 6.4 6.4"
        "C3 6.4 -2 7.6 -4.4 3Z"
    )
    return shape(ring, tone) + line("M3 10.4Q6 12 9 10.2", 1.5, "#d98880")


def _glasses() -> str:
    rim = "#26222b"
    lens = disc(1.8, -0.4, 4.4, "#dff1f7", ' fill-opacity="0.55"')
    return (
        lens + f'<circle cx="1.8" cy="-0.4" r="4.5" fill="none" stroke="{rim}" '
        f'stroke-width="1.7"/><circle cx="10.4" cy="-0.4" r="4" fill="none" stroke="{rim}" '
        f'stroke-width="1.7"/>' + line([(-2.6, -0.8), (-8, -1.6)], 1.6, rim)
    )


def _back_hair(style: Style, hair: str, helmet: bool) -> str:
    """Draw the hair that falls behind: long for women, pigtails for girls."""
    tone = dark(hair, 0.14)
    kind = style.rng.uniform()
    if style.who == "woman":
        if kind < 0.68 or helmet or style.feature == "hat":
            return shape("M-12 -8C-19 2 -19 20 -17 34C-10 39 -2 38 6 34C12 26 14 8 12 -4Z", tone)
        if kind < 0.84:
            return oval(-11, -13, 8, 7.4, tone)
        return shape("M-10 -8C-20 -6 -24 4 -23 22C-20 26 -17 24 -16 18C-14 8 -12 4 -9 0Z", tone)
    if style.who == "girl":
        band = mix("#e2557a", "#f2c53d", number(hair + str(kind > 0.5)))
        tail = "C-24 -8 -29 4 -25 19C-21 17 -15 10 -12 0Z"
        other = "M10 -8C22 -9 26 4 22 17C18 15 13 8 10 0Z"
        return (
            shape("M-10 -6" + tail, tone)
            + shape(other, tone)
            + disc(-12.5, -5, 3.4, band)
            + disc(12, -6, 3.2, band)
        )
    return ""


def _top_hair(style: Style, hair: str) -> str:
    """Draw the hair on the skull."""
    if style.who == "man":
        d = (
            "M-10.5 4C-15 -8 -9 -18 2 -17.6C10 -17.6 14 -12 13 -6.5C9 -10.5 2 -9 -3 -9.5"
            "C-6 -7 -6 -1 -7 3Z"
        )
        return shape(d, hair)
    if style.who == "boy":
        d = (
            "M-10.5 2C-15 -9 -9 -18 0 -18C2 -21 6 -21 6.5 -18C11 -17 14 -12 12.6 -6L9 -9.4"
            "L6 -6.6L2 -10L-3 -6.4C-6 -7 -7 -1 -8 2Z"
        )
        return shape(d, hair)
    d = (
        "M-11.5 8C-16 -8 -9 -18.6 2 -18C11 -17.6 15 -10 13.4 -2C11 -7 7 -9.6 4 -11"
        "C0 -8 -5 -6 -7.6 8Z"
    )
    shine = line("M-6 -12Q-1 -16 4 -15", 1.6, pale(hair, 0.3))
    return shape(d, hair) + shine


def _hat(style: Style, who: str) -> str:
    """Draw a cap, or a brimmed hat for women and girls."""
    colour = _HATS[int(style.rng.uniform() * len(_HATS))]
    if style.place in ("ski slope", "snowy field"):
        dome = "M-12.5 -4C-14 -20 14 -22 14 -4Z"
        return (
            shape(dome, colour)
            + line([(-11.5, -4.5), (13, -4.5)], 5, pale(colour, 0.4))
            + disc(0.5, -18.5, 4.2, pale(colour, 0.5))
        )
    if who in ("woman", "girl"):
        brim = oval(1, -7.5, 22, 5.2, mix(colour, "#f2d9a0", 0.55))
        crown = "M-11 -8C-11 -24 13 -24 13 -8Z"
        return (
            brim
            + shape(crown, mix(colour, "#f2d9a0", 0.6))
            + line([(-10.6, -9.4), (12.6, -9.4)], 3.2, dark(colour, 0.1))
        )
    if who == "man" and style.rng.chance(0.4):
        return oval(1, -8, 20, 4, dark(colour, 0.35)) + shape(
            "M-11 -8C-11 -22 -4 -21 1 -19C6 -21 13 -22 13 -8Z", dark(colour, 0.25)
        )
    return shape("M-12.5 -6C-13 -21 12 -23 13.6 -7.5Z", colour) + shape(
        "M6 -8.8C14 -10.5 23 -9 25 -5.5C18 -5 11 -5.6 6 -6.5Z", dark(colour, 0.25)
    )


def _helmet(colour: str, pose: str) -> str:
    """Draw a helmet; skiers wear goggles, batters a peak."""
    svg = shape("M-13.5 3C-17 -15 -6 -21 2 -20.6C12 -20.4 16 -12 14.6 -4.6L-4 -5.4L-6 3Z", colour)
    svg += line("M-7 -15Q0 -19.5 8 -17", 2, pale(colour, 0.45))
    if pose in ("skiing", "snowboarding"):
        svg += shape(
            smooth([(-3, -4), (6, -5.4), (14.5, -3.6), (13.5, 3), (6, 3.2), (-2, 2.6)]), "#f2a23a"
        ) + line([(-4, -1), (-12, -2.4)], 3, "#2a2730")
    if pose == "motorcycling":
        svg += line([(-6, 3), (-3, 12)], 2.4, "#22232a")
    if pose == "batting":
        svg += shape("M8 -6.4C15 -8 22 -6 23 -3.4L8 -3.6Z", dark(colour, 0.3))
    return svg
