"""People: a jointed figure that wears clothes, hair and a face. All face right."""

from dataclasses import dataclass
from math import atan2, cos, degrees, radians, sin

from lib.scenes.art_heads import head
from lib.scenes.pen import (
    away,
    bend,
    capsule,
    dark,
    disc,
    line,
    mix,
    place,
    poly,
    rgb,
    shape,
    smooth,
    toward,
)
from lib.scenes.poses import POSES, SEATED, Pose
from lib.scenes.style import Art, Style

SKINS = ("#f6cfb0", "#efbf98", "#d9a074", "#b07a52", "#8a5a3c", "#68432f")
_TROUSERS = ("#3f5578", "#4a4d57", "#c9b48c", "#2f3b52", "#6d5a48", "#8b94a3")


@dataclass(frozen=True)
class Body:
    """Lengths and half-widths of one kind of body, in centimetres."""

    thigh: float
    shin: float
    torso: float
    upper: float
    fore: float
    shoulder: float
    waist: float
    hip: float
    limb: float
    head: float


BODIES = {
    "man": Body(44, 45, 55, 29, 28, 20, 15.5, 14.5, 1.08, 1.08),
    "woman": Body(43, 43, 49, 27, 26, 15, 10.5, 15, 0.88, 1.04),
    "boy": Body(29, 28, 37, 20, 19, 13, 11.5, 11.5, 0.8, 1.0),
    "girl": Body(28, 27, 35, 19, 18, 11.5, 9.5, 12, 0.72, 1.0),
}


@dataclass
class Clothes:
    """What one person wears and looks like; not a fact but for the shirt's colour."""

    top: str
    legs: str
    skin: str
    hair: str
    shoes: str
    skirt: bool
    shorts: bool
    sleeves: bool


def clothe(style: Style, sporty: bool) -> Clothes:
    """Pick clothes and looks from the nuisance stream; colours of facts stay as they are."""
    rng, who = style.rng, style.who
    skin = rng.choice([s for s in SKINS if _apart(s, style.paint)] or SKINS)
    hair = rng.choice(("#2b211d", "#4a2f20", "#7a4a26", "#c9963f", "#a8502a", "#1f1c22"))
    if SKINS.index(skin) > 2:
        hair = rng.choice(("#221b1c", "#2b211d", "#3a261d"))
    dress = style.feature == "dress"
    skirt = dress or (who in ("woman", "girl") and not sporty and rng.chance(0.45))
    legs = style.paint if dress else rng.choice(_TROUSERS)
    if style.feature == "suit":
        legs = dark(style.paint, 0.12)
    if legs == style.paint and not dress:
        legs = "#4a4d57"
    shorts = who == "boy" and rng.chance(0.7) and style.feature != "suit"
    cold = style.place in ("ski slope", "snowy field")
    shoes = rng.choice(("#33303a", "#5b3a29", "#e9e6df", "#a33b35"))
    sleeves = cold or style.feature in ("suit",) or rng.chance(0.5)
    return Clothes(style.paint, legs, skin, hair, shoes, skirt, shorts and not cold, sleeves)


def _apart(skin: str, shirt: str) -> bool:
    """Tell whether a shirt stands out from the skin: a brown one on brown skin would look bare."""
    return sum(abs(a - b) for a, b in zip(rgb(skin), rgb(shirt), strict=True)) > 110


def person(style: Style) -> Art:
    """Draw one person doing `style.pose`; points: hand, other hand, head, back, hip, seat."""
    pose = POSES.get(style.pose, POSES["standing"])
    if style.size == "seated":
        pose = SEATED.get(style.pose, pose if pose.seat else POSES["sitting"])
        if style.pose in ("talking on the phone", "drinking"):
            arm = POSES[style.pose].near_arm
            pose = Pose(
                lean=-3, near_arm=arm, far_arm=(30, 70), near_leg=(84, 2), far_leg=(78, -6), seat=46
            )
    sporty = style.pose in _SPORTY
    return figure(style, pose, clothe(style, sporty))


_SPORTY = {"cycling", "motorcycling", "horse riding", "skiing", "snowboarding", "surfing",
           "batting", "catching", "kicking", "sleeping", "rowing", "elephant riding",
           "skateboarding"}  # fmt: skip


def figure(style: Style, pose: Pose, wear: Clothes) -> Art:
    """Draw a figure in a pose, in given clothes."""
    body = BODIES[style.who]
    bones = _bones(body, pose)
    parts = [
        _arm(bones["far_arm"], body, wear, True),
        _leg(bones["far_leg"], body, wear, True),
        _leg(bones["near_leg"], body, wear, False),
        _torso(bones, body, wear, style),
    ]
    back, front = head(style, body.head, wear.hair, wear.skin)
    at, tilt = bones["head"], pose.lean * 0.25 + pose.tilt
    girth = 5.2 * body.head
    neck = shape(capsule(bones["neck"], at, girth, girth), dark(wear.skin, 0.14))
    parts.insert(0, place(back, *at, turn=tilt))
    parts += [neck, place(front, *at, turn=tilt), _arm(bones["near_arm"], body, wear, False)]
    svg = "".join(parts)
    return _ground(svg, bones, body, pose)


def _bones(body: Body, pose: Pose) -> dict:
    """Return all joints relative to the hip: limbs as three points, neck, head, shoulders."""
    scale = (body.thigh + body.shin) / 89
    up = (sin(radians(pose.lean)), -cos(radians(pose.lean)))
    neck = (up[0] * body.torso, up[1] * body.torso)
    wide = body.shoulder * (0.35 + 0.5 * pose.turn) - 3
    bones = {"hip": (0.0, 0.0), "neck": neck}
    for side, sign in (("near", -1), ("far", 1)):
        shoulder = (neck[0] - up[0] * 6 + sign * wide, neck[1] - up[1] * 6 + 2)
        bones[f"{side}_arm"] = _limb(
            shoulder, getattr(pose, f"{side}_arm"), body.upper, body.fore, scale, False
        )
        hip = (sign * body.hip * 0.42 * (0.4 + pose.turn), 0.0)
        bones[f"{side}_leg"] = _limb(
            hip, getattr(pose, f"{side}_leg"), body.thigh, body.shin, scale, True
        )
    reach = 6 + 12.5 * body.head
    lean = radians(pose.lean * 0.6 + pose.tilt * 0.5)
    bones["head"] = (neck[0] + sin(lean) * reach, neck[1] - cos(lean) * reach)
    return bones


def _limb(root, limb: tuple, first: float, second: float, scale: float, leg: bool) -> tuple:
    """Return root, joint and tip of a limb from its angles or its target."""
    if limb[0] == "to":
        tip = (limb[1] * scale, limb[2] * scale)
        return root, bend(root, tip, first, second, leg), tip
    joint = away(root, limb[0], first)
    return root, joint, away(joint, limb[1], second)


def _arm(points, body: Body, wear: Clothes, far: bool) -> str:
    """Draw an arm with its sleeve and hand."""
    tone = dark(wear.top, 0.2) if far else mix(wear.top, "#ffffff", 0.06)
    skin = dark(wear.skin, 0.16) if far else wear.skin
    a, b, c = points
    k = body.limb
    hand = disc(*c, 5.0 * k + 0.6, skin)
    if wear.sleeves:
        return hand + shape(
            capsule(a, b, 7.0 * k, 5.8 * k) + capsule(b, toward(b, c, 0.88), 5.8 * k, 4.6 * k), tone
        )
    bare = shape(
        capsule(toward(a, b, 0.4), b, 5.2 * k, 4.7 * k) + capsule(b, c, 4.7 * k, 3.7 * k), skin
    )
    return hand + bare + shape(capsule(a, toward(a, b, 0.62), 7.2 * k, 6.6 * k), tone)


def _leg(points, body: Body, wear: Clothes, far: bool) -> str:
    """Draw a leg with its shoe: trousers, shorts over skin, or a bare leg under a skirt."""
    a, b, c = points
    k = body.limb
    cloth = dark(wear.legs, 0.2) if far else wear.legs
    skin = dark(wear.skin, 0.16) if far else wear.skin
    bare = wear.skirt or wear.shorts
    whole = capsule(a, b, 9.4 * k, 6.9 * k) + capsule(b, c, 6.9 * k, 5.0 * k)
    svg = _shoe(b, c, k, dark(wear.shoes, 0.15) if far else wear.shoes)
    svg += shape(whole, skin if bare else cloth)
    if wear.shorts:
        svg += shape(capsule(a, toward(a, b, 0.8), 9.8 * k, 8.6 * k), cloth)
    return svg


def _shoe(knee, ankle, k: float, colour: str) -> str:
    """Draw a shoe whose sole is at a right angle to the shin, but never stands on its tip."""
    shin = degrees(atan2(ankle[0] - knee[0], ankle[1] - knee[1]))
    turn = max(-40.0, min(70.0, -shin * 0.75))
    sole = (
        f"M{-5.5 * k:.1f} {-6 * k:.1f}C{4 * k:.1f} {-7 * k:.1f} {15 * k:.1f} {-2 * k:.1f} "
        f"{15.5 * k:.1f} {4.5 * k:.1f}L{-6 * k:.1f} {4.5 * k:.1f}Z"
    )
    return place(shape(sole, colour), ankle[0], ankle[1], turn=turn)


def _torso(bones: dict, body: Body, wear: Clothes, style: Style) -> str:
    """Draw the trunk, a skirt over the thighs, and what is seen on the shirt."""
    neck, wide = bones["neck"], 0.78
    ux, uy = neck[0] / body.torso, neck[1] / body.torso

    def at(along: float, side: float):
        return neck[0] * along - uy * side, neck[1] * along + ux * side

    s, w, h = body.shoulder * wide, body.waist * wide, body.hip * wide
    outline = [at(1.04, 0), at(1.0, s * 0.62), at(0.9, s), at(0.42, w), at(0, h), at(-0.12, 0),
               at(0, -h), at(0.42, -w), at(0.9, -s), at(1.0, -s * 0.62)]  # fmt: skip
    d = smooth(outline)
    hips = (
        ""
        if wear.skirt
        else shape(
            smooth(
                [
                    at(0.12, h),
                    at(0, h * 1.05),
                    at(-0.16, h * 0.7),
                    at(-0.16, -h * 0.7),
                    at(0, -h * 1.05),
                    at(0.12, -h),
                ]
            ),
            wear.legs,
        )
    )
    svg = hips + shape(d, wear.top)
    if wear.skirt:
        svg += _skirt(bones, at, body, wear)
    svg += shape(
        smooth(
            [
                at(0.96, -s * 0.7),
                at(0.5, -w * 0.35),
                at(0.02, -h * 0.4),
                at(0, -h),
                at(0.42, -w),
                at(0.88, -s),
            ]
        ),
        dark(wear.top, 0.2),
    )
    return svg + _front(style, at, s, w, wear)


def _front(style: Style, at, s: float, w: float, wear: Clothes) -> str:
    """Draw stripes, or a suit's shirt and lapels."""
    if style.feature == "striped":
        stripe = "#f5f3ee" if style.colour not in ("white", "yellow", "pink") else "#46506b"
        rows = ((0.86, s * 0.97), (0.66, s * 0.9), (0.46, w), (0.26, w), (0.08, w * 1.05))
        return "".join(line([at(a, -x + 1.5), at(a, x - 1.5)], 4.2, stripe) for a, x in rows)
    if style.feature == "suit":
        shirt = poly([at(1.04, -4), at(1.04, 7.5), at(0.5, 4)], "#f5f3ee")
        return shirt + line([at(0.5, 4), at(0.05, 4)], 1.4, dark(wear.top, 0.45))
    return ""


def _skirt(bones: dict, at, body: Body, wear: Clothes) -> str:
    """Draw a skirt that falls, or spreads over the thighs of who sits."""
    knees = sorted((bones["near_leg"][1], bones["far_leg"][1]))
    colour = wear.legs
    waist = body.waist * 0.8
    (x0, y0), (x1, y1) = knees
    low = max(y0, y1)
    if low < body.thigh * 0.5:  # seated: the cloth lies along the thighs
        d = capsule(at(0.02, 0), toward(at(0, 0), (x1, y1), 0.98), body.hip * 0.82, body.hip * 0.6)
        return shape(d, dark(colour, 0.06))
    flare = body.hip * 0.5
    left, right = (min(x0, -6) - flare, low + 2), (max(x1, 6) + flare, low + 2)
    d = (
        f"M{at(0.34, -waist)[0]:.1f} {at(0.34, -waist)[1]:.1f}"
        f"L{at(0.34, waist)[0]:.1f} {at(0.34, waist)[1]:.1f}"
        f"Q{body.hip:.1f} 6 {right[0]:.1f} {right[1]:.1f}"
        f"Q{(left[0] + right[0]) / 2:.1f} {low + 8:.1f} {left[0]:.1f} {left[1]:.1f}"
        f"Q{-body.hip:.1f} 6 {at(0.34, -waist)[0]:.1f} {at(0.34, -waist)[1]:.1f}Z"
    )
    fold = line(
        [toward(at(0.2, -2), left, 0.3), toward(at(0, 0), (left[0] + 9, left[1]), 0.9)],
        2.0,
        dark(colour, 0.25),
    )
    return shape(d, mix(colour, "#ffffff", 0.03)) + fold


def _ground(svg: str, bones: dict, body: Body, pose: Pose) -> Art:
    """Put the figure on its feet (or its seat) and collect its box and points."""
    feet = (bones["near_leg"][2], bones["far_leg"][2])
    hip = pose.seat if pose.seat else max(y for _, y in feet) + 4.6 * body.limb
    joints = [p for k in ("near_arm", "far_arm", "near_leg", "far_leg") for p in bones[k]]
    crown = bones["head"][1] - 17 * body.head
    reach = 11 * body.head
    left = min(min(x for x, _ in joints) - 7, bones["head"][0] - reach)
    right = max(max(x for x, _ in joints) + 7, bones["head"][0] + reach)
    top = min(crown, min(y for _, y in joints) - 5)
    points = {
        "hand": bones["near_arm"][2], "elbow": bones["near_arm"][1], "other": bones["far_arm"][2],
        "head": bones["head"], "back": (bones["neck"][0] * 0.6, bones["neck"][1] * 0.6),
        "neck": bones["neck"], "foot": bones["near_leg"][2], "foot2": bones["far_leg"][2],
        "hip": (0.0, 0.0),
    }  # fmt: skip
    moved = {k: (x, y - hip) for k, (x, y) in points.items()}
    art = Art(place(svg, 0, -hip), left, right, top - hip, moved, pose.lift)
    return _lay(art) if pose.lying else art


def _lay(art: Art) -> Art:
    """Lay a standing figure on its back, head to the left, on the line y = 0."""
    tall = -art.top
    svg = f'<g transform="translate({tall / 2:.1f} -13) rotate(-90)">{art.svg}</g>'
    points = {k: (tall / 2 + y, -13 - x) for k, (x, y) in art.points.items()}
    return Art(svg, -tall / 2, tall / 2, -32, points, 0.0, 0.0)
