"""Diagrams of how the methods work, drawn as vectors from the table in diagrams.toml."""

import tomllib
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from lib.show.kit import GREY, TRUE, VECTOR, WIDTH, WRONG, styled

COLOURS = {"text": "#0072B2", "image": "#E69F00", "both": TRUE, "wrong": WRONG, "grey": GREY}
ARROWS = {  # a step; a comparison; a step that nobody trained
    "": {"arrowstyle": "-|>", "color": "black"},
    "both": {"arrowstyle": "<|-|>", "color": GREY},
    "wrong": {"arrowstyle": "-|>", "color": WRONG, "linestyle": "--"},
}


@styled
def draw(name: str) -> Figure:
    """The diagram "directions", "captioner", "towers" or "batch"; KeyError for another."""
    parts = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))[name]
    wide, tall = parts["size"]
    figure, axes = plt.subplots(figsize=(WIDTH, tall * WIDTH / wide), gid=VECTOR)
    figure.set_label(parts["alt"])
    axes.set(xlim=(0, wide), ylim=(0, tall), aspect="equal")
    axes.set_axis_off()
    for x, y, width, text, kind in parts.get("boxes", ()):
        box(axes, x, y, width, text, COLOURS[kind])
    for x, y, to_x, to_y, *more in parts.get("arrows", ()):
        text, kind = [*more, "", ""][:2]
        how = {**ARROWS[kind], "shrinkA": 0, "shrinkB": 0, "linewidth": 1.3}
        axes.annotate("", (to_x, to_y), (x, y), arrowprops=how)
        middle = (x + to_x) / 2, (y + to_y) / 2 + 0.5
        axes.text(*middle, text, ha="center", va="bottom", size=7, color=ARROWS[kind]["color"])
    for x, y, text, size, colour, align in parts.get("words", ()):
        weight = "bold" if size > 8 and colour == "black" and "\n" not in text else "normal"
        axes.text(x, y, text, size=size, color=COLOURS.get(colour, colour), ha=align, va="center",
                  weight=weight)  # fmt: skip
    if "table" in parts:
        similarities(axes, *parts["table"])
    return figure


def box(axes: plt.Axes, x: float, y: float, wide: float, text: str, colour: str) -> None:
    style = {"boxstyle": "round,pad=0,rounding_size=1", "edgecolor": colour, "linewidth": 1.3}
    corner = x - wide / 2, y - 2.4
    axes.add_patch(FancyBboxPatch(corner, wide, 4.8, facecolor=(colour, 0.14), **style))
    first, _, rest = text.partition("\n")
    axes.text(x, y + 0.95, first, ha="center", va="center", weight="bold", size=8)
    axes.text(x, y - 1.05, rest, ha="center", va="center", size=7)


def similarities(axes: plt.Axes, left: float, top: float, wide: float, tall: float, n: int) -> None:
    """The products of n texts, one below the other, and n images: pairs on the diagonal."""
    wide, tall, middle = wide / n, tall / n, {"ha": "center", "va": "center"}
    for row, column in np.ndindex(n, n):
        x, y = left + column * wide, top - (row + 1) * tall
        face = (TRUE, 0.45) if row == column else (GREY, 0.08)
        axes.add_patch(plt.Rectangle((x, y), wide, tall, facecolor=face, edgecolor="white"))
        axes.text(x + wide / 2, y + tall / 2, f"t{row + 1} · v{column + 1}", size=7, **middle)
    for i in range(n):
        axes.text(left - 0.7, top - (i + 0.5) * tall, f"text {i + 1}", ha="right", va="center")
        axes.text(left + (i + 0.5) * wide, top + 1.2, f"image {i + 1}", **middle)
