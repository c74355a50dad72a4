"""Four-legged animals: one jointed body, made a horse or a sheep by its measures and its head."""

from dataclasses import dataclass

from lib.scenes.art_muzzles import muzzle
from lib.scenes.pen import (
    away,
    bend,
    blob,
    capsule,
    dark,
    disc,
    line,
    mix,
    number,
    oval,
    place,
    shape,
)
from lib.scenes.style import Art, Style


@dataclass(frozen=True)
class Beast:
    """Measures of one species, in centimetres, and where its neck points.

    length, height: of the trunk and of the back above the ground; depth: of the trunk; neck: its
    length; up: its angle (0 = down, 90 = forward, 180 = up); thick: radius of the upper leg; foot:
    radius above the foot; slope: how much lower the rump is than the shoulder.
    """

    length: float
    height: float
    depth: float
    neck: float
    up: float
    thick: float
    foot: float
    girth: float
    slope: float = 0.0


BEASTS = {
    "horse": Beast(142, 152, 62, 62, 140, 14, 6.5, 22),
    "zebra": Beast(128, 132, 58, 52, 140, 13, 6.2, 21),
    "cow": Beast(160, 140, 86, 34, 112, 14, 7.5, 26),
    "sheep": Beast(88, 82, 50, 20, 122, 8, 4.2, 15),
    "elephant": Beast(230, 268, 168, 52, 104, 34, 26, 52),
    "bear": Beast(134, 112, 80, 30, 110, 19, 13, 30, 4),
    "giraffe": Beast(140, 250, 84, 190, 158, 16, 8, 24, 34),
    "dog": Beast(52, 52, 23, 17, 142, 6.5, 3.8, 9.5),
    "cat": Beast(38, 34, 17, 9, 130, 4.8, 3.1, 7.5),
}
_GAITS = {  # feet ahead of their joints, as shares of the leg: near fore, far fore, near hind, far
    "standing": (0.03, 0.1, -0.05, 0.06), "grazing": (0.12, -0.06, -0.12, 0.08),
    "walking": (0.34, -0.22, -0.34, 0.24), "running": (0.66, 0.5, -0.62, -0.42),
}  # fmt: skip
_HOOFS = {"horse": "#2e2622", "zebra": "#26262b", "cow": "#3a302b", "sheep": "#2c2a2e",
          "giraffe": "#4a3526"}  # fmt: skip


def beast(name: str, style: Style) -> Art:
    """Draw one animal in the pose of the style; points: seat (its back), head, mouth, neck."""
    spec, pose = BEASTS[name], style.pose or "standing"
    coat = _coat(name, style)
    drop = spec.height - spec.depth - 3 if pose == "lying" else 0.0
    rise = spec.height * 0.12 if pose == "running" else 0.0
    hip = (-spec.length * 0.4, -spec.height + drop + spec.depth * 0.45 + spec.slope)
    chest = (spec.length * 0.38, -spec.height + drop + spec.depth * 0.5)
    back = -spec.height + drop
    neck, tip, turn = _neck(name, spec, pose, back)
    young = style.size == "small"
    far, near = _legs(name, spec, pose, hip, chest, coat)
    svg = far + _tail(name, spec, hip, back, coat, pose)
    svg += _trunk(name, spec, back, coat, style) if name != "sheep" else ""
    svg += near if name != "sheep" else ""
    svg += _neck_shape(name, spec, neck, tip, coat)
    if name == "sheep":
        svg += near + _fleece(spec, back, coat)
    size = 1.22 if young else 1.0
    svg += place(muzzle(name, coat, style), *tip, scale=size, turn=turn)
    reach = {"elephant": 88, "giraffe": 62, "horse": 52, "zebra": 48, "cow": 46, "bear": 40,
             "sheep": 30, "dog": 26, "cat": 17}[name]  # fmt: skip
    right = max(spec.length * 0.56, tip[0] + reach * 0.75)
    top = min(back, tip[1] - reach * 0.55) - 4
    points = {"seat": (-2.0, back + 4), "head": tip, "mouth": (tip[0] + reach * 0.5, tip[1] + 8),
              "neck": (tip[0] * 0.9, tip[1] + reach * 0.4), "back": (0.0, back)}  # fmt: skip
    left = -spec.length * (0.68 if name in ("horse", "zebra", "cat", "dog") else 0.6)
    return Art(
        svg, left, right, top, points, rise if pose == "running" else 0.0, spec.length * 0.52
    )


def _coat(name: str, style: Style) -> str:
    """Return the colour of the coat; white and black keep enough tone to show their form."""
    plain = {"elephant": "#8f949c", "zebra": "#f2f0ea", "giraffe": "#edc77a"}.get(name)
    own = {"brown": "#8a5a38", "orange": "#e08a3c", "gray": "#8f939b", "black": "#34343d",
           "white": "#f3f0e8"}  # fmt: skip
    return plain or own.get(style.colour, "#8a5a38")


def _neck(name: str, spec: Beast, pose: str, back: float):
    """Return the root and the tip of the neck, and the turn of the head."""
    root = (spec.length * 0.4, back + spec.depth * 0.3)
    angle = spec.up
    if pose == "grazing":
        reach = -root[1] - (26 if name != "sheep" else 18)
        length = max(spec.neck, reach * 1.02)
        angle = 28 if name != "sheep" else 40
        return root, (root[0] + length * 0.36, root[1] + reach * 0.86), 42.0
    if pose == "reaching":
        return root, away(root, 68, spec.neck), 30.0
    if pose == "running":
        angle -= 22
    if pose == "lying" and name in ("cow", "sheep"):
        angle += 8
    return root, away(root, angle, spec.neck + spec.girth * 0.4), {"walking": 4.0}.get(pose, 0.0)


def _legs(name: str, spec: Beast, pose: str, hip, chest, coat: str) -> tuple[str, str]:
    """Draw the far and the near legs; those of a lying animal are folded under it."""
    if pose == "lying":
        return "", _folded(spec, coat)
    gait = _GAITS.get(pose, _GAITS["standing"])
    far = near = ""
    shift = spec.thick * 0.7
    for k, share in enumerate(gait):
        fore, distant = k < 2, k % 2 == 1
        root = chest if fore else hip
        root = (root[0] + (shift if distant else -shift) * (1 if fore else 0.7), root[1])
        tone = dark(coat, 0.26) if distant else coat
        lift = spec.height * 0.1 if pose in ("walking", "running") and k in (1, 2) else 0.0
        leg = _leg(name, spec, root, share, fore, tone, lift)
        far, near = (far + leg, near) if distant else (far, near + leg)
    return far, near


def _leg(name: str, spec: Beast, root, share: float, fore: bool, tone: str, lift: float) -> str:
    """Draw one leg from the trunk to the ground with a bent joint."""
    height = -root[1] - spec.foot * 0.8
    foot = (root[0] + share * height, -spec.foot * 0.8 - lift)
    half = ((foot[0] - root[0]) ** 2 + height**2) ** 0.5 * 0.52
    joint = bend(root, foot, half, half, fore)
    top = spec.thick * (0.95 if fore else 1.3)
    middle = (spec.thick + spec.foot) * 0.5
    if name == "zebra":
        tone = mix(tone, "#ffffff", 0.1)
    svg = shape(capsule(root, joint, top, middle) + capsule(joint, foot, middle, spec.foot), tone)
    if name == "zebra":
        for t in (0.3, 0.6, 0.9):
            x, y = joint[0] + (foot[0] - joint[0]) * t, joint[1] + (foot[1] - joint[1]) * t
            svg += line([(x - 6, y), (x + 6, y)], 4, "#2a2a30")
    hoof = _HOOFS.get(name, dark(tone, 0.12))
    w = spec.foot * (1.15 if name in _HOOFS else 1.35)
    toe = spec.foot * (0.4 if name in _HOOFS else 0.9)
    x, top, tip = foot[0], foot[1] - spec.foot * 0.5, foot[0] + w + toe
    d = (
        f"M{x - w:.1f} {-lift:.1f}L{x - w * 0.8:.1f} {top:.1f}L{x + w * 0.8:.1f} {top:.1f}"
        f"Q{tip:.1f} {foot[1]:.1f} {tip:.1f} {-lift:.1f}Z"
    )
    return svg + shape(d, hoof)


def _folded(spec: Beast, coat: str) -> str:
    """Draw the folded legs of an animal that lies on the ground."""
    y, r = -spec.foot * 1.1, spec.foot * 1.15
    fore = capsule((spec.length * 0.26, y - r), (spec.length * 0.56, y), spec.thick * 0.9, r)
    hind = capsule((-spec.length * 0.3, y - r * 1.4), (-spec.length * 0.06, y), spec.thick * 1.5, r)
    return shape(fore, dark(coat, 0.1)) + shape(hind, dark(coat, 0.12))


def _tail(name: str, spec: Beast, hip, back: float, coat: str, pose: str) -> str:
    """Draw the tail."""
    x, y = -spec.length * 0.49, back + spec.depth * 0.28 + spec.slope
    if name in ("horse", "zebra"):
        hair = dark(coat, 0.4) if name == "horse" else "#2a2a30"
        flow = 30 if pose == "running" else 8
        d = (
            f"M{x + 4:.1f} {y - 4:.1f}"
            f"C{x - 22 - flow:.1f} {y:.1f} {x - 18 - flow:.1f} {y + 40:.1f} "
            f"{x - 14 - flow:.1f} {y + 62:.1f}C{x - 4:.1f} {y + 50:.1f} {x - 6:.1f} {y + 20:.1f} "
            f"{x + 6:.1f} {y + 8:.1f}Z"
        )
        return shape(d, hair)
    if name in ("cow", "elephant", "giraffe"):
        long = spec.height * 0.42
        end = (x - 12, min(-6.0, y + long))
        return line([(x + 4, y), (x - 8, y + long * 0.4), end], 4.5, dark(coat, 0.12)) + oval(
            end[0], end[1], 5, 9, dark(coat, 0.5)
        )
    if name in ("dog", "cat"):
        w = spec.foot * (1.7 if name == "dog" else 1.5)
        up = 24 if name == "dog" else 30
        d = f"M{x + 4:.1f} {y:.1f}Q{x - 16:.1f} {y - 2:.1f} {x - 15:.1f} {y - up:.1f}"
        if pose == "lying":
            d = f"M{x + 6:.1f} {-w:.1f}Q{x - 14:.1f} {-w:.1f} {x - 10:.1f} {-w - 8:.1f}"
        return line(d, w, dark(coat, 0.08))
    if name == "bear":
        return disc(x, y, 8, dark(coat, 0.15))
    return ""


def _trunk(name: str, spec: Beast, back: float, coat: str, style: Style) -> str:
    """Draw the trunk with its shaded belly and its pattern."""
    n, d, s = spec.length, spec.depth, spec.slope
    sag = 0.05 if name in ("horse", "zebra", "cow") else -0.03
    pts = [(-0.5 * n, back + 0.3 * d + s), (-0.36 * n, back + 0.02 * d + s * 0.8),
           (-0.04 * n, back + sag * d + s * 0.3), (0.3 * n, back), (0.47 * n, back + 0.16 * d),
           (0.5 * n, back + 0.5 * d), (0.34 * n, back + 0.93 * d), (-0.04 * n, back + d),
           (-0.34 * n, back + 0.88 * d + s * 0.4), (-0.5 * n, back + 0.62 * d
               + s * 0.6)]  # fmt: skip
    belly = [(-0.47 * n, back + 0.62 * d + s * 0.5), (-0.1 * n, back + 0.76 * d),
             (0.46 * n, back + 0.6 * d), (0.34 * n, back + 0.93 * d), (-0.04 * n, back + d),
             (-0.34 * n, back + 0.88 * d + s * 0.4)]  # fmt: skip
    svg = blob(pts, mix(coat, "#fff4dc", 0.06)) + blob(belly, dark(coat, 0.14))
    if name == "zebra":
        return svg + _stripes(spec, back)
    if name == "giraffe":
        return svg + _spots(spec, back)
    if style.feature == "spotted":
        return svg + _patches(spec, back, coat)
    return svg


def _stripes(spec: Beast, back: float) -> str:
    """Draw a zebra's stripes across the trunk."""
    d = []
    for k in range(9):
        x = spec.length * (-0.43 + k * 0.105)
        round_off = 1 - abs(2.1 * x / spec.length) ** 4
        top = back + spec.depth * (0.5 - 0.44 * max(0.2, round_off))
        low = back + spec.depth * (0.5 + 0.34 * max(0.2, round_off))
        d.append(f"M{x:.1f} {top:.1f}Q{x + 7:.1f} {(top + low) / 2:.1f} {x - 2:.1f} {low:.1f}")
    return line("".join(d), 5.6, "#2a2a30")


def _spots(spec: Beast, back: float) -> str:
    """Draw a giraffe's patches over trunk and neck."""
    svg = ""
    for k in range(15):
        x = spec.length * (-0.4 + 0.19 * (k % 5) + 0.05 * (k // 5 % 2))
        y = (
            back
            + spec.depth * (0.2 + 0.27 * (k // 5))
            + spec.slope * (0.35 - x / spec.length) * 0.6
        )
        w = 10 + 3 * number(f"s{k}")
        svg += (
            f"M{x - w:.1f} {y:.1f}L{x - w * 0.3:.1f} {y - w * 0.8:.1f}L{x + w:.1f} "
            f"{y - w * 0.4:.1f}L{x + w * 0.7:.1f} {y + w * 0.7:.1f}L{x - w * 0.5:.1f} "
            f"{y + w * 0.8:.1f}Z"
        )
    return shape(svg, "#b06a2c")


def _patches(spec: Beast, back: float, coat: str) -> str:
    """Draw the black patches of a spotted cow."""
    n, d = spec.length, spec.depth
    ink = "#33333b"
    return (
        blob(
            [
                (-0.42 * n, back + 0.2 * d),
                (-0.2 * n, back + 0.1 * d),
                (-0.1 * n, back + 0.4 * d),
                (-0.24 * n, back + 0.66 * d),
                (-0.42 * n, back + 0.5 * d),
            ],
            ink,
        )
        + blob(
            [
                (0.06 * n, back + 0.08 * d),
                (0.3 * n, back + 0.06 * d),
                (0.3 * n, back + 0.36 * d),
                (0.12 * n, back + 0.48 * d),
            ],
            ink,
        )
        + oval(0.1 * n, back + 0.76 * d, 0.1 * n, 0.11 * d, ink)
    )


def _neck_shape(name: str, spec: Beast, root, tip, coat: str) -> str:
    """Draw the neck, with a mane for horses and zebras, patches for giraffes."""
    end = spec.girth * {"giraffe": 0.62, "horse": 0.66, "zebra": 0.66}.get(name, 0.8)
    tone = mix(coat, "#fff4dc", 0.03)
    svg = shape(capsule(root, tip, spec.girth, end), tone)
    if name in ("horse", "zebra", "giraffe"):
        svg += _mane(name, spec, root, tip, end, coat)
    return svg


def _mane(name: str, spec: Beast, root, tip, end: float, coat: str) -> str:
    """Draw mane, stripes or patches along the neck."""
    ink = {"zebra": "#2a2a30", "giraffe": "#9a5a26"}.get(name, dark(coat, 0.45))
    dx, dy = tip[0] - root[0], tip[1] - root[1]
    long = (dx * dx + dy * dy) ** 0.5
    ux, uy = dy / long, -dx / long
    if ux > 0:
        ux, uy = -ux, -uy
    crest = [
        (
            root[0] + dx * t + ux * spec.girth * (1 - 0.3 * t) * 0.86,
            root[1] + dy * t + uy * spec.girth * (1 - 0.3 * t) * 0.86,
        )
        for t in (0.1, 0.5, 1.0)
    ]
    svg = line(crest, 8 if name != "giraffe" else 5, ink)
    if name == "horse":
        return svg
    count, d = (5, "") if name == "zebra" else (9, "")
    for k in range(count):
        t = (k + 0.6) / count
        x, y, w = root[0] + dx * t, root[1] + dy * t, (spec.girth + (end - spec.girth) * t) * 0.7
        if name == "zebra":
            d += f"M{x - ux * -w:.1f} {y + uy * w:.1f}L{x - ux * w:.1f} {y - uy * w:.1f}"
        else:
            o = (k % 2 - 0.5) * w * 0.9
            x, y, r = x + ux * o, y + uy * o, w * 0.52
            d += (
                f"M{x - r:.1f} {y:.1f}L{x:.1f} {y - r:.1f}L{x + r:.1f} {y:.1f}L{x:.1f} {y + r:.1f}Z"
            )
    return svg + (line(d, 5, ink) if name == "zebra" else shape(d, "#b06a2c"))


def _fleece(spec: Beast, back: float, coat: str) -> str:
    """Draw a sheep's wool as a ring of curls."""
    n, d = spec.length, spec.depth
    curls = [
        (-0.46, 0.4),
        (-0.36, 0.16),
        (-0.14, 0.04),
        (0.1, 0.04),
        (0.32, 0.12),
        (0.46, 0.34),
        (0.46, 0.6),
        (0.3, 0.82),
        (0.06, 0.9),
        (-0.18, 0.9),
        (-0.38, 0.76),
        (-0.48, 0.6),
    ]
    pts = [(x * n, back + y * d) for x, y in curls]
    r = d * 0.2
    rim = "".join(
        f"M{x - r:.1f} {y:.1f}A{r:.1f} {r:.1f} 0 1 1 {x + r:.1f} {y:.1f}"
        f"A{r:.1f} {r:.1f} 0 1 1 {x - r:.1f} {y:.1f}Z"
        for x, y in pts
    )
    low = "".join(
        f"M{x - r * 0.9:.1f} {y:.1f}Q{x:.1f} {y + r:.1f} {x + r * 0.9:.1f} {y:.1f}"
        for x, y in [
            (x * n * 0.7, back + y * d)
            for x, y in ((-0.4, 0.5), (0.0, 0.36), (0.36, 0.5), (-0.15, 0.7), (0.2, 0.7))
        ]
    )
    body = shape(rim, coat) + blob(pts, coat)
    under = [p for p in pts if p[1] > back + d * 0.55]
    shade = (
        blob(
            [(-0.4 * n, back + 0.72 * d), (0.4 * n, back + 0.72 * d), *under[1:5]], dark(coat, 0.1)
        )
        if len(under) > 5
        else ""
    )
    return body + shade + line(low, 2.2, dark(coat, 0.2))
