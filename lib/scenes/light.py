"""Light: how time of day, weather and distance change every colour of a drawing."""

import re
from functools import lru_cache

from lib.scenes.pen import mix, rgb

# Multipliers of red, green, blue; snow and things that must keep their colour are tinted less.
_TINTS = {
    "": (1.0, 1.0, 1.0), "day": (1.0, 1.0, 1.0), "morning": (1.02, 0.965, 0.9),
    "sunset": (1.0, 0.85, 0.76), "night": (0.52, 0.59, 0.84),
    "dull": (0.9, 0.92, 0.95), "dull night": (0.52, 0.57, 0.76), "indoor night": (0.8, 0.75, 0.72),
}  # fmt: skip
_HAZE = {"": "#cfe2ee", "day": "#cfe2ee", "morning": "#fbe3c8", "sunset": "#f2a888",
    "night": "#2a3763",
         "dull": "#c3ccd3", "dull night": "#39425f", "indoor night": "#8a7f78"}  # fmt: skip
_COLOUR = re.compile(r"([#-])([0-9a-f]{6})(?![0-9a-z.])")


def mood(time: str, weather: str, indoors: bool) -> str:
    """Return the name of the light of a scene."""
    if indoors:
        return "indoor night" if time == "night" else ""
    if weather in ("cloudy", "rainy", "snowy", "foggy"):
        return "dull night" if time == "night" else "dull"
    return time


def light(svg: str, name: str, far: float = 0.0, keep: float = 0.0) -> str:
    """Return the drawing with each colour lit.

    name: a light from `mood`; far: 0 near, 1 lost in haze; keep: share of the daylight colour
    that stays, so that colours which are facts can still be named at night.
    """
    if not far and name in ("", "day"):
        return svg
    far, keep = round(far, 1), round(keep, 1)
    return _COLOUR.sub(lambda m: m.group(1) + _lit(m.group(2), name, far, keep), svg)


@lru_cache(maxsize=65536)
def _lit(colour: str, name: str, far: float, keep: float) -> str:
    tint = [t + (1 - t) * keep for t in _TINTS[name]]
    value = rgb("#" + colour)
    lit = [min(255, round(v * t)) for v, t in zip(value, tint, strict=True)]
    if "night" in name and sum(lit) < 150:
        # The darkest things would sink into the night: moonlight lifts them to a slate blue.
        lit = [v + lift for v, lift in zip(lit, (10, 14, 26), strict=True)]
    text = "".join(f"{v:02x}" for v in lit)
    return mix("#" + text, _HAZE[name], far)[1:] if far else text


def haze(name: str) -> str:
    """Return the colour into which distance fades under this light."""
    return _HAZE[name]
