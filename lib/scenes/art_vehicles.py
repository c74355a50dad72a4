"""Vehicles, seen from the side, driving to the right."""

from lib.scenes.pen import (
    across,
    box,
    capsule,
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

_GLASS = "#a9cbdc"


def _windows(style: Style) -> str:
    """Return the paint of a window pane: lit at night, sky by day."""
    return "!ffe3a0" if style.time == "night" else vertical("#cfe6ee", "#7fa6bd")


def _wheel(x: float, r: float) -> str:
    """Draw a wheel of a car standing on the ground."""
    return (
        disc(x, -r, r, "#2a2b33")
        + disc(x, -r, r * 0.58, "#b9bec6")
        + disc(x, -r, r * 0.2, "#6b7079")
    )


def _spokes(x: float, r: float) -> str:
    """Draw the wheel of a bicycle."""
    rim = (
        f'<circle cx="{x:.1f}" cy="{-r:.1f}" r="{r - 2.5:.1f}" fill="none" stroke="#2b2c34" '
        f'stroke-width="5"/>'
    )
    d = "".join(
        f"M{x - dx:.1f} {-r - dy:.1f}L{x + dx:.1f} {-r + dy:.1f}"
        for dx, dy in (
            (0, r - 4),
            (r - 4, 0),
            ((r - 4) * 0.7, (r - 4) * 0.7),
            ((r - 4) * 0.7, (4 - r) * 0.7),
        )
    )
    return rim + line(d, 1.2, "#b4bac4")


def bicycle(style: Style) -> Art:
    """Draw a bicycle; points: seat, grip, pedal."""
    c, r = style.paint, 34.0
    frame = "M-52 -34L-14 -34L40 -78M-14 -34L-28 -82L38 -74M-52 -34L-26 -74M52 -34L37 -86"
    svg = _spokes(-52, r) + _spokes(52, r) + line(frame, 7.5, c)
    svg += line("M-52 -35L-14 -35", 2.0, "#4a4c55") + disc(-14, -34, 8, dark(c, 0.3))
    svg += line("M-40 -90Q-28 -94 -16 -89", 8, "#2d2a30") + line("M-30 -88L-28 -80", 5, "#3a3a42")
    svg += line("M37 -86L34 -98L50 -101", 5, "#3a3a42") + line("M-14 -34L-6 -16", 4, "#4a4c55")
    points = {"seat": (-28, -92), "grip": (46, -100), "pedal": (-5, -15)}
    return Art(svg, -88, 88, -104, points, shadow=80)


def motorcycle(style: Style) -> Art:
    """Draw a motorcycle; points: seat, grip, pedal."""
    c = style.paint
    svg = ""
    for x in (-66, 66):
        svg += (
            disc(x, -31, 31, "#26272f") + disc(x, -31, 19, "#9aa0aa") + disc(x, -31, 14, "#3a3b44")
        )
    svg += line("M66 -31L44 -92", 7, "#b9bec6") + line("M-66 -31L-14 -38", 8, "#6b7079")
    svg += shape("M-34 -28L26 -28L34 -54L-30 -58Z", "#4a4d57") + disc(-4, -40, 15, "#8b919b")
    svg += line("M-8 -26L-88 -20", 8, "#c3c8cf")
    svg += shape("M-94 -74C-78 -88 -52 -78 -34 -70L-28 -54L-62 -56Z", c)
    svg += shape("M-52 -80C-34 -76 -18 -74 -4 -74L-8 -62L-50 -64Z", "#2a2a31")
    svg += shape("M-12 -70C0 -94 34 -94 48 -78L36 -54L-8 -56Z", c)
    svg += line("M2 -80Q18 -88 34 -80", 4, pale(c, 0.5))
    svg += shape("M40 -66C56 -70 84 -66 98 -42C84 -56 66 -58 46 -54Z", dark(c, 0.12))
    svg += line("M46 -92L30 -104", 5, "#2a2a31") + disc(56, -86, 9, "#d6dbe0")
    svg += disc(58, -86, 6.5, "!fff0b8")
    points = {"seat": (-26, -82), "grip": (32, -103), "pedal": (-4, -30)}
    return Art(svg, -98, 100, -108, points, shadow=96)


def car(style: Style) -> Art:
    """Draw a car."""
    c = style.paint
    body = (
        "M-200 -42C-202 -74 -186 -84 -150 -88L-104 -128C-96 -138 -84 -142 -66 -142L22 -142"
        "C44 -142 56 -136 70 -124L112 -90C160 -86 196 -78 200 -52L198 -34L-196 -32Z"
    )
    svg = shape(body, vertical(pale(c, 0.22), dark(c, 0.12)))
    svg += shape("M-94 -90L-70 -122C-66 -128 -60 -130 -52 -130L-16 -130L-16 -90Z", _windows(style))
    svg += shape("M-4 -90L-4 -130L22 -130C38 -130 46 -124 56 -116L84 -90Z", _windows(style))
    svg += line("M-10 -86L-10 -40M-196 -62L196 -62", 2.2, dark(c, 0.35))
    svg += line("M-34 -74L-18 -74M66 -74L82 -74", 4, dark(c, 0.45))
    svg += oval(190, -66, 9, 8, "!fff3c4") + box(-201, -74, 12, 14, "#c8382f", 4)
    svg += shape("M-196 -32L198 -34L196 -22L-192 -22Z", "#3b3e48")
    for x in (-118, 122):
        svg += disc(x, -33, 40, dark(c, 0.5)) + _wheel(x, 33)
    return Art(svg, -204, 204, -144, {"back": (0, -142)}, shadow=200)


def bus(style: Style) -> Art:
    """Draw a bus, perhaps a double-decker."""
    c, tall = style.paint, 430 if style.feature == "double-decker" else 290
    svg = box(-440, -tall, 880, tall - 30, vertical(pale(c, 0.16), dark(c, 0.1)), 34)
    panes = _windows(style)
    for row in ((-tall + 40, 92),) + (((-tall + 190, 88),) if tall > 400 else ()):
        for k in range(6):
            svg += box(-405 + k * 122, row[0], 108, row[1], panes, 8)
    svg += box(328, -tall + (190 if tall > 400 else 40), 100, 210 if tall <= 400 else 200, panes, 8)
    svg += line(f"M378 {-tall + (190 if tall > 400 else 40)}L378 -40", 5, dark(c, 0.3))
    stripe = "#f5f3ee" if style.colour not in ("white", "yellow") else "#46506b"
    svg += box(-440, -118, 880, 22, stripe) + box(-440, -52, 880, 24, "#3b3e48")
    svg += oval(430, -74, 12, 14, "!fff3c4")
    svg += "".join(disc(x, -46, 54, dark(c, 0.5)) + _wheel(x, 46) for x in (-250, 220))
    return Art(svg, -445, 445, -tall, {"back": (0, -tall)}, shadow=440)


def truck(style: Style) -> Art:
    """Draw a truck with a closed body in its colour, or a pickup."""
    return _pickup(style) if style.feature == "pickup" else _lorry(style)


def _lorry(style: Style) -> Art:
    c = style.paint
    cab = mix(c, "#ffffff", 0.12)
    svg = box(-350, -64, 690, 34, "#3b3e48")
    svg += box(-360, -320, 470, 262, vertical(pale(c, 0.2), dark(c, 0.14)), 8)
    svg += line("M-240 -312L-240 -66M-120 -312L-120 -66M0 -312L0 -66", 3, dark(c, 0.25))
    svg += shape(
        "M124 -58L124 -240C126 -250 134 -256 146 -256L250 -256C272 -254 284 -240 296 -208"
        "L318 -146C344 -138 352 -128 354 -104L354 -46L124 -46Z",
        cab,
    )
    svg += shape(
        "M196 -232L246 -232C260 -230 266 -222 274 -204L292 -152L196 -152Z", _windows(style)
    )
    svg += oval(344, -86, 10, 12, "!fff3c4") + line("M186 -236L186 -60", 3, dark(c, 0.35))
    svg += "".join(_wheel(x, 48) for x in (-256, -140, 246))
    return Art(svg, -362, 358, -322, {"back": (-120, -320)}, shadow=350)


def _pickup(style: Style) -> Art:
    c = style.paint
    d = (
        "M-250 -54L-250 -124L-20 -124L-20 -128L10 -186C14 -194 22 -198 34 -198L110 -198"
        "C128 -196 138 -190 148 -176L176 -126C226 -122 248 -112 250 -86L250 -48Z"
    )
    svg = shape(d, vertical(pale(c, 0.2), dark(c, 0.12)))
    svg += shape("M6 -126L26 -174C28 -180 34 -184 42 -184L72 -184L72 -126Z", _windows(style))
    svg += shape("M84 -126L84 -184L106 -184C120 -182 126 -178 134 -166L156 -126Z", _windows(style))
    svg += line("M78 -122L78 -60M-20 -124L-20 -60M-250 -110L-22 -110", 3, dark(c, 0.35))
    svg += oval(242, -88, 9, 10, "!fff3c4") + box(-252, -112, 10, 24, "#c8382f", 3)
    svg += box(-246, -56, 494, 20, "#3b3e48")
    svg += "".join(disc(x, -42, 50, dark(c, 0.5)) + _wheel(x, 42) for x in (-158, 160))
    return Art(svg, -254, 254, -200, {"back": (-130, -124)}, shadow=250)


def train(style: Style) -> Art:
    """Draw a train on its rails, longer than the picture."""
    c = style.paint
    svg = "".join(box(x, -12, 34, 12, "#6b5140") for x in range(-1500, 800, 90))
    svg += box(-1500, -20, 2300, 8, "#9aa0aa")
    svg += "".join(
        _wheel(x, 34).replace('cy="-34.0"', 'cy="-50.0"')
        for x in (-1300, -1150, -700, -560, -420, -160, 250, 420)
    )
    svg += shape(
        "M-490 -60L-490 -300L420 -300C560 -298 640 -200 668 -96C674 -72 664 -60 640 -60Z",
        vertical(pale(c, 0.2), dark(c, 0.12)),
    )
    svg += shape("M-1500 -60L-1500 -300L-510 -300L-510 -60Z", vertical(pale(c, 0.2), dark(c, 0.12)))
    svg += shape("M440 -256C520 -250 566 -206 590 -160L440 -160Z", _windows(style))
    panes = _windows(style)
    for x in (-1460, -1330, -1200, -1070, -940, -810, -680, -450, -320, -190, 60, 190, 320):
        svg += box(x, -256, 96, 92, panes, 8)
    svg += box(-60, -262, 92, 196, mix(c, "#ffffff", 0.35), 6) + line(
        "M-14 -262L-14 -66", 4, dark(c, 0.3)
    )
    stripe = "#f5f3ee" if style.colour not in ("white", "yellow") else "#c8382f"
    svg += shape("M-1500 -138L640 -138L652 -116L-1500 -116Z", stripe)
    svg += box(-510, -290, 20, 220, "#3b3e48") + oval(640, -92, 14, 12, "!fff3c4")
    return Art(svg, -560, 676, -302, {"back": (0, -300)}, shadow=560)


def airplane(style: Style) -> Art:
    """Draw a passenger jet: wheels down if parked; its whole body has the colour."""
    c = style.paint
    parked = style.pose == "parked"
    y = -250 if parked else -200
    under, trim = dark(c, 0.16), dark(c, 0.34)
    if style.colour == "white":
        trim = "#2d6cc4"
    svg = ""
    if parked:
        svg += line(f"M460 {y + 60}L460 -24M-90 {y + 70}L-90 -24", 16, "#7d828c")
        svg += "".join(_wheel(x, 32) for x in (440, 480, -120, -70))
    svg += poly([(60, y - 30), (-60, y - 190), (-130, y - 190), (-60, y - 30)], dark(c, 0.3))
    svg += shape(
        f"M-700 {y - 66}C-560 {y - 84} 380 {y - 92} 560 {y - 78}C660 {y - 66} "
        f"734 {y - 20} "
        f"740 {y + 8}C700 {y + 50} 600 {y + 66} 460 {y + 70}L-280 {y + 66}"
        f"C-440 {y + 50} -600 {y - 20} -700 {y - 66}Z",
        vertical(pale(c, 0.25), under),
    )
    svg += shape(
        f"M-712 {y - 66}L-766 {y - 262}L-676 {y - 262}C-620 {y - 180} -560 {y - 90} -500 {y - 78}Z",
        trim,
    )
    svg += poly([(-640, y - 44), (-770, y - 92), (-700, y - 96), (-540, y - 52)], dark(c, 0.25))
    svg += "".join(oval(x, y - 22, 13, 17, "#39506b") for x in range(-470, 500, 66))
    svg += shape(f"M600 {y - 56}C640 {y - 46} 664 {y - 34} 680 {y - 20}L596 {y - 22}Z", "#39506b")
    svg += poly([(150, y + 26), (-230, y + 190), (-330, y + 190), (-110, y + 30)], dark(c, 0.24))
    svg += shape(capsule((-60, y + 92), (50, y + 92), 34, 38), "#e9ebee") + oval(
        62, y + 92, 14, 36, "#4a4f5a"
    )
    return Art(svg, -775, 745, y - 265, {}, 0.0 if parked else 60.0, 640 if parked else 0.0)


def boat(style: Style) -> Art:
    """Draw a sailboat, a motorboat or a rowboat on the water; points: seat."""
    kind = style.feature or "motorboat"
    c = style.paint
    if kind == "sailboat":
        hull = "M-190 -58L200 -58C186 -20 160 0 120 4L-120 4C-160 -6 -182 -30 -190 -58Z"
        svg = line("M10 -58L10 -500", 9, "#7a5a3a")
        svg += shape("M24 -490C110 -360 160 -220 176 -92L24 -84Z", across("#fdfaf2", "#dcd8cd"))
        svg += shape("M-4 -470C-70 -340 -130 -210 -168 -92L-4 -86Z", across("#d9d4c8", "#f5f1e6"))
        svg += shape("M24 -490L66 -420L24 -400Z", c)
        return Art(svg + _hull(hull, c), -195, 205, -500, {"seat": (-90, -60)}, shadow=0)
    if kind == "rowboat":
        hull = "M-150 -52L156 -56C146 -16 120 2 84 4L-90 4C-126 -2 -144 -24 -150 -52Z"
        svg = _hull(hull, c) + line("M-140 -44L146 -47", 5, pale(c, 0.4))
        return Art(svg, -155, 160, -58, {"seat": (-40, -26), "back": (0, -50)}, shadow=0)
    hull = "M-220 -72L232 -88C210 -30 170 2 120 4L-190 4C-212 -12 -220 -40 -220 -72Z"
    svg = shape("M-110 -76L-84 -164L70 -164L104 -82Z", "#f2f0ea")
    svg += shape(
        "M-76 -100L-62 -148L-6 -148L-6 -102ZM8 -102L8 -148L60 -148L80 -104Z", _windows(style)
    )
    svg += line("M-100 -166L92 -166", 10, c) + line("M-60 -168L-60 -226", 5, "#6b7079")
    svg += poly([(-60, -226), (-22, -214), (-60, -202)], "#d5352f")
    svg += _hull(hull, c) + line(
        "M-216 -50L222 -64", 9, "#f5f3ee" if style.colour != "white" else "#2d6cc4"
    )
    return Art(svg, -222, 234, -228, {"seat": (-150, -74), "back": (0, -164)}, shadow=0)


def _hull(d: str, c: str) -> str:
    """Draw a hull and the water that laps at it."""
    foam = line("M-200 4Q-150 -5 -100 4T0 4T100 4T200 4", 6, "#eaf4f6", ' stroke-opacity="0.8"')
    return shape(d, vertical(pale(c, 0.12), dark(c, 0.22))) + foam
