"""What tells one place from another when nothing in it does, in picture units (0-224).

Annotators name the place of most scenes, so it must be seen in each of them: an office without a
desk still has an office's ceiling. A cue is no object: it stands behind all objects, is never
counted or tagged, and leaves enough of the wall to name its colour.
"""

from lib.scenes.pen import box, dark, disc, line, number, poly, shape
from lib.scenes.records import Scene

_BOOKS = ("#8c4a3c", "#3f6a74", "#b08a4a", "#5a6a48", "#6a4a5e", "#c9b48c")
_SLOTS = {"left": 40, "right": 184, "middle": 112}


def room_cue(scene: Scene, floor: float) -> str:
    """Return what marks the room; "" where its floor or its furniture always does.

    floor: where the wall meets the floor.
    """
    draw = _ROOMS.get(scene.place)
    return draw(scene, floor) if draw else ""


def _library(scene: Scene, floor: float) -> str:
    """Two shelves of books along the whole wall, under the ceiling."""
    svg = box(0, 0, 224, 33, "#5b4030")
    for row, y in enumerate((15, 31)):
        x = 1.0
        for k in range(60):
            chance = number(f"{scene.look}{row}{k}")
            wide, tall = 2.6 + 2.4 * chance, 9.5 + 3 * (chance * 7 % 1)
            svg += box(x, y - tall, wide - 0.4, tall, _BOOKS[int(chance * 97) % len(_BOOKS)])
            x += wide
        svg += box(0, y, 224, 2, "#8a6548")
    return svg


def _classroom(scene: Scene, floor: float) -> str:
    """A row of cards with letters, as hangs above blackboards."""
    inks, svg = ("#c8504a", "#2f6fa8", "#3d8a4c"), line("M-2 3Q112 9 226 3", 1, "#6b6570")
    letters = ("M-3 5L0 -5L3 5M-2 2H2", "M-3 -5V5H0Q4 5 4 2T0 0H-3H0Q3 0 3 -2.5T0 -5Z",
               "M3.5 -3A4.5 5 0 1 0 3.5 3", "M-3 -5V5H-1Q4 5 4 0T-1 -5Z",
               "M3 -5H-3V5H3M-3 0H2")  # fmt: skip
    for k in range(9):
        x = 16 + 24 * k
        card = box(-8, -9, 16, 18, "#fbf8ef", 1.5) + line(letters[k % 5], 1.7, inks[k % 3])
        svg += f'<g transform="translate({x} 14)">{card}</g>'
    return svg


def _office(scene: Scene, floor: float) -> str:
    """A ceiling of panels, three of which are lights."""
    svg = poly([(-2, -2), (226, -2), (226, 17), (-2, 17)], "#dfe2e4")
    svg += line(
        "".join(f"M{112 + k * 22} 17L{112 + k * 30} -2" for k in range(-5, 6)), 0.8, "#b4b9bd"
    )
    svg += line("M-2 8H226", 0.8, "#b4b9bd") + box(0, 16, 224, 2, "#9aa0a6")
    for x in (40, 112, 184):
        svg += poly([(x - 24, 3), (x + 24, 3), (x + 20, 13), (x - 20, 13)], "!fffdf0")
    return svg


def _restaurant(scene: Scene, floor: float) -> str:
    """A scalloped awning over the room and panels of dark wood along the wall."""
    top = floor - 34
    svg = box(0, top, 224, 30, "#6b4a38") + box(0, top - 2, 224, 3, "#8a6548")
    svg += line("".join(f"M{x} {top + 6}V{floor - 8}" for x in range(8, 224, 16)), 1.2, "#553828")
    for k in range(12):
        x, ink = 19 * k - 2, "#2f5d50" if k % 2 else "#f4ecd8"
        svg += shape(f"M{x} -2H{x + 19}V13A9.5 8 0 0 1 {x} 13Z", ink)
    return svg


def _hallway(scene: Scene, floor: float) -> str:
    """The door of the house, where the least stands before it."""
    taken = [x.position for x in scene.objects]
    x = _SLOTS[min(_SLOTS, key=taken.count)]
    wood, top = "#7d5236", floor - 108
    svg = box(x - 30, top - 5, 60, 114, "#f1ece0", 2) + box(x - 25, top, 50, 109, wood, 1)
    svg += shape(
        f"M{x - 15} {top + 30}V{top + 20}A15 14 0 0 1 {x + 15} {top + 20}V{top + 30}Z", "#bcdcea"
    )
    svg += line(f"M{x} {top + 7}V{top + 30}", 1.6, wood)
    for y in (top + 38, top + 74):
        svg += box(x - 17, y, 14, 28, dark(wood, 0.22), 1) + box(
            x + 3, y, 14, 28, dark(wood, 0.22), 1
        )
    return svg + disc(x + 20, top + 60, 2.4, "#e2c05a")


def _bedroom(scene: Scene, floor: float) -> str:
    """A moon and stars on strings under the ceiling."""
    svg = ""
    for k in range(11):
        x, y = 12 + 20 * k, 8 + 13 * number(f"{scene.look}star{k}")
        svg += line(f"M{x} -2V{y:.0f}", 0.7, "#8a8590")
        if k == 5:
            svg += shape(f"M{x + 3} {y - 4:.0f}a8 8 0 1 0 5 12a9 9 0 0 1 -5 -12Z", "#e0a92e")
        else:
            svg += _star(x, y + 4, 6.5)
    return svg


def _star(x: float, y: float, r: float) -> str:
    turns = ((0, -1), (0.22, -0.3), (0.95, -0.31), (0.36, 0.12), (0.59, 0.81), (0, 0.38))
    half = [(x + r * a, y + r * b) for a, b in turns]
    return poly(half + [(2 * x - a, b) for a, b in reversed(half[1:-1])], "#4f5f9f")


def _kitchen(scene: Scene, floor: float) -> str:
    """A rail with pans."""
    svg = line("M-2 6H226", 2, "#7d828c")
    for k, x in enumerate((14, 44, 82, 142, 180, 210)):
        ink = ("#4a4d57", "#b87346", "#6d727c")[k % 3]
        svg += line(f"M{x} 6V18", 1.8, ink) + disc(x, 24 + k % 2, 6.5 + k % 2, ink)
        svg += disc(x, 24 + k % 2, 4.6, dark(ink, 0.2))
    return svg


def _dining_room(scene: Scene, floor: float) -> str:
    """A chandelier."""
    svg = line("M112 -2V12M112 12Q112 26 92 24Q84 24 84 17M112 12Q112 26 132 24Q140 24 140 17"
               "M112 12V26M112 26Q104 28 100 20M112 26Q120 28 124 20", 2, "#a8823a")  # fmt: skip
    for x, y in ((84, 12), (100, 15), (124, 15), (140, 12)):
        svg += disc(x, y, 11, "url(#r!ffe9a0!ffe9a0)", ' fill-opacity="0.5"')
        svg += box(x - 1.6, y, 3.2, 6, "#f8f2e0") + disc(x, y - 2, 2.4, "!ffd76a")
    return svg + disc(112, 29, 3, "#c9a25a")


_ROOMS = {"library": _library, "classroom": _classroom, "office": _office, "bedroom": _bedroom,
          "restaurant": _restaurant, "hallway": _hallway, "kitchen": _kitchen,
          "dining room": _dining_room}  # fmt: skip


def outdoor_cue(scene: Scene, y: float) -> str:
    """Return what marks an outdoor place whose ground does not; it stands on the horizon y."""
    draw = _OUTDOORS.get(scene.place)
    return draw(scene, y) if draw else ""


def _playground(scene: Scene, y: float) -> str:
    """A climbing frame."""
    x, foot = 40 + 144 * number(f"{scene.look}frame"), y + 8
    bars = f"M{x - 30:.0f} {foot}L{x - 21:.0f} {foot - 34}H{x + 21:.0f}L{x + 30:.0f} {foot}"
    bars += f"M{x - 11:.0f} {foot}V{foot - 34}M{x + 11:.0f} {foot}V{foot - 34}"
    for k in (8, 17, 26):
        bars += f"M{x - 30 + k * 0.27:.0f} {foot - k}H{x + 30 - k * 0.27:.0f}"
    return line(bars, 2.2, "#c8504a")


def _farm(scene: Scene, y: float) -> str:
    """A ploughed field with rows of green."""
    rows = "".join(f"M{112 + k * 11} {y}L{112 + k * 19} {y + 12}" for k in range(-14, 15))
    return box(0, y, 224, 12, "#a97d52") + line(rows, 2.2, "#6f9a45")


def _garden(scene: Scene, y: float) -> str:
    """A clipped hedge with a ball at each pier."""
    svg = box(0, y - 11, 224, 18, "#3f7d45") + box(0, y - 11, 224, 4, "#5c9c55")
    for x in (20, 66, 112, 158, 204):
        svg += box(x - 7, y - 15, 14, 22, "#376f3e") + disc(x, y - 19, 7, "#4f8f4c")
    return svg


def _market(scene: Scene, y: float) -> str:
    """A row of small stalls far off."""
    svg = ""
    for k, ink in enumerate(("#c8504a", "#2f6fa8", "#3d8a4c", "#c98a2a", "#7d5a8a")):
        x, posts = 4 + 45 * k, f"M{7 + 45 * k} {y - 17}V{y + 3}M{37 + 45 * k} {y - 17}V{y + 3}"
        svg += box(x + 2, y - 6, 32, 9, "#a87650") + line(posts, 1.4, "#7a5a3a")
        for j in range(6):
            svg += box(x + 6 * j, y - 22, 6, 7, "#f7f2e6" if j % 2 else ink)
    return svg


_OUTDOORS = {"playground": _playground, "farm": _farm, "garden": _garden, "market": _market}
