"""Animals: the named drawings, with the ones that sit, and birds."""

from lib.scenes.art_animals import BEASTS, beast
from lib.scenes.art_muzzles import muzzle
from lib.scenes.pen import NAMED, blob, capsule, dark, disc, line, mix, oval, place, poly, shape
from lib.scenes.style import Art, Style


def dog(style: Style) -> Art:
    """Draw a dog that stands, walks, runs, sits or lies."""
    return _seated("dog", style) if style.pose == "sitting" else beast("dog", style)


def cat(style: Style) -> Art:
    """Draw a cat that stands, walks, sits or lies."""
    return _seated("cat", style) if style.pose == "sitting" else beast("cat", style)


def bear(style: Style) -> Art:
    """Draw a bear that stands, walks or sits."""
    return _seated("bear", style) if style.pose == "sitting" else beast("bear", style)


def horse(style: Style) -> Art:
    """Draw a horse."""
    return beast("horse", style)


def sheep(style: Style) -> Art:
    """Draw a sheep."""
    return beast("sheep", style)


def cow(style: Style) -> Art:
    """Draw a cow, perhaps spotted."""
    return beast("cow", style)


def elephant(style: Style) -> Art:
    """Draw an elephant."""
    return beast("elephant", style)


def zebra(style: Style) -> Art:
    """Draw a zebra."""
    return beast("zebra", style)


def giraffe(style: Style) -> Art:
    """Draw a giraffe."""
    return beast("giraffe", style)


def _seated(name: str, style: Style) -> Art:
    """Draw a dog, cat or bear that sits on its haunches."""
    coats = {"brown": "#8a5a38", "orange": "#e08a3c", "gray": "#8f939b", "black": "#34343d",
             "white": "#f3f0e8"}  # fmt: skip
    coat = coats.get(style.colour, "#8a5a38")
    spec = BEASTS[name]
    h = spec.height * (1.02 if name != "bear" else 1.1)
    n, r = spec.length, spec.foot
    bow = f"{-n * 0.75:.1f} {-r:.1f} {-n * 0.66:.1f} {-h * 0.34:.1f}"
    tail = line(f"M{-n * 0.3:.1f} {-r * 1.6:.1f}Q{bow}", r * 1.6, dark(coat, 0.1))
    tail = "" if name == "bear" else tail
    back = [
        (-n * 0.36, -h * 0.08),
        (-n * 0.4, -h * 0.36),
        (-n * 0.12, -h * 0.82),
        (n * 0.1, -h * 0.98),
        (n * 0.28, -h * 0.84),
        (n * 0.27, -h * 0.4),
        (n * 0.1, -h * 0.04),
    ]
    fore = "".join(
        capsule(
            (n * (0.16 + k * 0.1), -h * 0.55),
            (n * (0.2 + k * 0.14), -r),
            spec.thick * 0.95,
            r * 1.1,
        )
        for k in (0,)
    )
    far = capsule((n * 0.24, -h * 0.55), (n * 0.34, -r), spec.thick * 0.9, r)
    haunch = oval(-n * 0.16, -h * 0.23, n * 0.25, h * 0.24, mix(coat, "#fff4dc", 0.05))
    foot = shape(capsule((-n * 0.06, -r), (n * 0.12, -r), r * 1.1, r), dark(coat, 0.12))
    chest = blob(
        [(n * 0.2, -h * 0.8), (n * 0.3, -h * 0.7), (n * 0.24, -h * 0.36), (n * 0.14, -h * 0.5)],
        mix(coat, "#ffffff", 0.3),
    )
    at = (n * 0.22, -h * 1.12)
    big = 1.12 if name != "bear" else 1.05
    svg = (
        tail
        + shape(far, dark(coat, 0.24))
        + blob(back, coat)
        + chest
        + shape(fore, coat)
        + haunch
        + foot
        + place(muzzle(name, coat, style), *at, scale=big)
    )
    points = {"head": at, "neck": (n * 0.15, -h * 0.85), "back": (-n * 0.1, -h * 0.7),
              "mouth": (n * 0.5, -h)}  # fmt: skip
    reach = 26 if name == "dog" else (46 if name == "bear" else 15)
    return Art(
        svg, -n * 0.6, max(n * 0.5, at[0] + reach), -h * 1.12 - reach * 0.85, points, shadow=n * 0.5
    )


def bird(style: Style) -> Art:
    """Draw a bird that stands, or flies with its wings up or down."""
    coat = NAMED.get(style.colour, "#8c929c")
    if style.colour == "black":
        coat = "#363743"
    return _flying(style, coat) if style.pose == "flying" else _perched(coat)


def _perched(coat: str) -> Art:
    beak = "#f2a53a" if coat != NAMED["orange"] else "#5b3a29"
    legs = line([(-2, -9), (-2, -1), (3, -0.5)], 1.8, "#8a5a33") + line(
        [(4, -9), (4, -1), (9, -0.5)], 1.8, "#8a5a33"
    )
    tail = poly([(-12, -18), (-30, -10), (-27, -4), (-9, -12)], dark(coat, 0.3))
    body = blob([(-15, -18), (-4, -27), (8, -30), (17, -22), (12, -11), (0, -7), (-11, -10)], coat)
    belly = blob([(14, -22), (13, -12), (2, -7.5), (-6, -9), (6, -14)], mix(coat, "#ffffff", 0.45))
    head = disc(12, -31, 8.2, coat) + poly([(19, -33), (28, -30.4), (19, -28)], beak)
    wing = blob([(6, -24), (-4, -22), (-20, -13), (-8, -11), (4, -15)], dark(coat, 0.22))
    eye = disc(14.5, -33, 2.1, "#ffffff") + disc(15, -33, 1.4, "#1c1a20")
    points = {"head": (12, -31), "mouth": (28, -30), "back": (0, -26)}
    return Art(legs + tail + body + belly + head + wing + eye, -30, 28, -40, points, shadow=16)


def _flying(style: Style, coat: str) -> Art:
    beak = "#f2a53a" if coat != NAMED["orange"] else "#5b3a29"
    up = style.rng.chance(0.6)
    body = blob([(-24, -18), (-6, -25), (12, -25), (20, -20), (8, -13), (-10, -13)], coat)
    tail = poly([(-20, -19), (-40, -24), (-38, -13), (-18, -15)], dark(coat, 0.28))
    head = disc(18, -23, 6.6, coat) + poly([(23, -25), (32, -22), (23, -20.4)], beak)
    sign = -1 if up else 0.9
    wing = blob(
        [(-8, -21), (-26, -20 + sign * 30), (-12, -21 + sign * 26), (12, -20)], dark(coat, 0.2)
    )
    near = blob(
        [(-4, -20), (-14, -19 + sign * 40), (2, -20 + sign * 30), (14, -19)],
        mix(coat, "#ffffff", 0.14),
    )
    eye = disc(20, -24.5, 1.7, "#ffffff") + disc(20.3, -24.5, 1.1, "#1c1a20")
    points = {"head": (18, -23), "mouth": (32, -22), "back": (0, -24)}
    return Art(wing + tail + body + near + head + eye, -40, 32, -60, points, lift=0, shadow=0)
