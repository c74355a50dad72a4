"""The sky: time of day, clouds, sun and moon, rain, snow and fog, in picture units (0-224)."""

from lib.scenes.pen import box, disc, line, oval, pale, shape, wash
from lib.scenes.rng import Rng

_SKIES = {
    "day": ("!4aa0e6", "!a9d8f3", "!dff1f8"), "morning": ("!8db8e4", "!f4dcc0", "!ffe9c4"),
    "sunset": ("!5f4a94", "!ee6f62", "!ffc05e"), "night": ("!0d1536", "!223162", "!3a4a80"),
    "dull": ("!93a3b3", "!bcc8d1", "!d8dfe3"), "dull night": ("!171d38", "!283050", "!414a68"),
}  # fmt: skip


def sky(name: str, weather: str, horizon: float, rng: Rng) -> str:
    """Draw the sky down to the horizon under the light `name`."""
    top, middle, low = _SKIES[name]
    if weather == "rainy" and name == "dull":
        top, middle, low = "!66788c", "!8e9dac", "!b4bfc8"
    split = horizon * 0.58
    svg = wash(0, split + 1, top, middle)
    svg += wash(split, horizon - split + 2, middle, low)
    x = rng.uniform(24, 200)
    if name in ("day", "morning", "sunset", "night"):
        svg += _sun(name, x, horizon, rng)
    if name == "dull night":
        svg += _clouds(rng, horizon, "!4a5372", 4)
    elif name == "dull":
        svg += _clouds(rng, horizon, "!aab6c1" if weather != "rainy" else "!76869a", 6)
    elif name != "night":
        tone = {"sunset": "!f7a58f", "morning": "!fff3e2"}.get(name, "!ffffff")
        svg += _clouds(rng, horizon, tone, rng.below(3) + 1)
    return svg


def _sun(name: str, x: float, horizon: float, rng: Rng) -> str:
    if name == "night":
        y = rng.uniform(20, horizon * 0.45)
        stars = "".join(
            disc(
                rng.uniform(2, 222), rng.uniform(2, horizon * 0.8), rng.uniform(0.5, 1.2), "!f4f1dc"
            )
            for _ in range(26)
        )
        moon = (
            disc(x, y, 22, "!8fa0d8", ' fill-opacity="0.14"')
            + disc(x, y, 16, "!8fa0d8", ' fill-opacity="0.2"')
            + disc(x, y, 11, "!fbf4d6")
        )
        return (
            stars + moon + disc(x - 3, y - 2, 2.4, "!e6dcb4") + disc(x + 4, y + 3, 1.8, "!e6dcb4")
        )
    if name == "sunset":
        y = horizon - rng.uniform(2, 12)
        return _halo(x, y, 58, "!ffdf8a") + disc(x, y, 18, "!ffe9a6")
    if name == "morning":
        y = horizon - rng.uniform(16, 26)
        return _halo(x, y, 64, "!fff6d2") + disc(x, y, 13, "!fffbe6")
    y = rng.uniform(18, 38)
    return _halo(x, y, 30, "!fff6c4") + disc(x, y, 12.5, "!fff2a8")


def _halo(x: float, y: float, r: float, tone: str) -> str:
    """Draw rings of light around the sun; flat ones, since large gradients cost most of all."""
    return "".join(disc(x, y, r * k, tone, ' fill-opacity="0.2"') for k in (1.0, 0.76, 0.54))


def _clouds(rng: Rng, horizon: float, tone: str, count: int) -> str:
    svg = ""
    for _ in range(count):
        x, y = rng.uniform(-10, 220), rng.uniform(12, horizon * 0.62)
        k = rng.uniform(0.6, 1.25)
        d = (
            f"M{x - 30 * k:.1f} {y:.1f}a{9 * k:.1f} {9 * k:.1f} 0 0 1 {10 * k:.1f} {-10 * k:.1f}"
            f"a{13 * k:.1f} {13 * k:.1f} 0 0 1 {24 * k:.1f} {-4 * k:.1f}"
            f"a{10 * k:.1f} {10 * k:.1f} 0 0 1 {17 * k:.1f} {5 * k:.1f}"
            f"a{7 * k:.1f} {7 * k:.1f} 0 0 1 {8 * k:.1f} {9 * k:.1f}Z"
        )
        svg += shape(d, pale(tone, 0.15), ' fill-opacity="0.92"')
    return svg


def weather_front(weather: str, name: str, rng: Rng) -> str:
    """Draw what falls in front of everything: rain, snow, or a veil of fog."""
    if weather == "rainy":
        d = "".join(
            f"M{x:.0f} {y:.0f}l-3.4 13"
            for x, y in ((rng.uniform(0, 228), rng.uniform(-8, 220)) for _ in range(64))
        )
        return line(d, 1.0, "!e6eef5", ' stroke-opacity="0.62"')
    if weather == "snowy":
        d = "".join(
            f"M{x:.0f} {y:.0f}h.1"
            for x, y in ((rng.uniform(0, 224), rng.uniform(0, 220)) for _ in range(70))
        )
        return line(d, 3.2, "!ffffff", ' stroke-opacity="0.9"')
    if weather == "foggy":
        tone = "!dde4e7"
        return box(0, 0, 224, 224, tone, 0, ' fill-opacity="0.16"') + oval(
            112, 104, 250, 66, f"url(#r{tone}{tone})", ' fill-opacity="0.5"'
        )
    return ""
