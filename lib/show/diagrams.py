"""Diagrams of how the methods work, drawn from code: boxes, arrows and words, as vectors."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from lib.show.kit import GREY, TRUE, VECTOR, WIDTH, WRONG, styled

TEXT, IMAGE, BOTH = "#0072B2", "#E69F00", "#009E73"  # what a box holds: words, pictures, or both


def canvas(wide: float, tall: float, alt: str) -> tuple[Figure, plt.Axes]:
    """An empty drawing, so many tenths of an inch wide and tall; alt: what it shows, in words."""
    figure, axes = plt.subplots(figsize=(WIDTH, tall * WIDTH / wide), gid=VECTOR)
    figure.set_label(alt)
    axes.set(xlim=(0, wide), ylim=(0, tall), aspect="equal")
    axes.set_axis_off()
    return figure, axes


def box(axes: plt.Axes, x: float, y: float, text: str, colour: str, wide: float = 12) -> None:
    """A box around a middle, the first line of its text in bold."""
    style = {"boxstyle": "round,pad=0,rounding_size=1", "edgecolor": colour, "linewidth": 1.3}
    corner = x - wide / 2, y - 2.4
    axes.add_patch(FancyBboxPatch(corner, wide, 4.8, facecolor=(colour, 0.14), **style))
    first, _, rest = text.partition("\n")
    axes.text(x, y + 0.95 * bool(rest), first, ha="center", va="center", weight="bold", size=8)
    axes.text(x, y - 1.05, rest, ha="center", va="center", size=7)


def arrow(
    axes: plt.Axes, start: tuple, end: tuple, text: str = "", colour: str = "black",
    style: str = "-|>", line: str = "-",
) -> None:  # fmt: skip
    ends = {"arrowstyle": style, "shrinkA": 0, "shrinkB": 0}
    how = {**ends, "color": colour, "linestyle": line, "linewidth": 1.3}
    axes.annotate("", end, start, arrowprops=how)
    x, y = np.mean([start, end], axis=0)
    axes.text(x, y + 0.5, text, ha="center", va="bottom", size=7, color=colour)


@styled
def directions() -> Figure:
    """Text → image above image → text: what is predicted, and where it is compared."""
    figure, axes = canvas(70, 25, "Above, features predicted from a text; below, words from images")
    sides = {"description": TEXT, "words\nas one vector": TEXT, "predicted\nfeatures": IMAGE,
             "each image\nits features": IMAGE}  # fmt: skip
    turned = {"each image\nof the gallery": IMAGE, "features\nof a network": IMAGE,
              "predicted\nwords of a text": TEXT, "description\nits words": TEXT}  # fmt: skip
    for y, title, boxes in ((17.5, "Text → image: predict a picture from words", sides),
                            (5, "Image → text: predict words from a picture", turned)):  # fmt: skip
        axes.text(0.5, y + 4.1, title, size=9, weight="bold")
        for x, (text, colour) in zip((6.5, 24, 43.5, 63), boxes.items(), strict=True):
            box(axes, x, y, text, colour, 12.6)
        arrow(axes, (12.9, y), (17.6, y))
        arrow(axes, (30.4, y), (37.1, y), "regression")
        arrow(axes, (49.9, y), (56.6, y), "how near?", GREY, "<|-|>")
    return figure


@styled
def captioner() -> Figure:
    """A picture becomes a sentence; the one part that joins the two halves was never trained."""
    figure, axes = canvas(70, 15, "Image, ViT, an untrained cross-attention, GPT-2, caption")
    y = 7.5
    box(axes, 5.5, y, "image\n224×224", IMAGE, 9)
    box(axes, 20.5, y, "ViT\n197 vectors", IMAGE, 11)
    box(axes, 36.5, y, "cross-attention\nrandom weights", WRONG, 13)
    box(axes, 52.5, y, "GPT-2\none word at a time", TEXT, 11.5)
    box(axes, 65, y, "caption\ntext", TEXT, 8)
    arrow(axes, (10.1, y), (14.8, y))
    arrow(axes, (26.1, y), (29.8, y), colour=WRONG, line="--")
    arrow(axes, (43.1, y), (46.6, y), colour=WRONG, line="--")
    arrow(axes, (58.4, y), (60.8, y))
    for x, text in ((20.5, "learned to sort pictures,\nnever read a text"),
                    (52.5, "learned to go on writing,\nnever saw a picture")):  # fmt: skip
        axes.text(x, 3.9, text, ha="center", va="top", size=7, color=GREY)
    axes.text(36.5, 12.8, "here the two meet for the first time", ha="center", size=7, color=WRONG)
    return figure


@styled
def towers() -> Figure:
    """CLIP: two networks that share nothing but the space in which their outputs are compared."""
    figure, axes = canvas(70, 20, "Text and image pass a network each and meet in a dot product")
    for y, colour, kind, about in ((15, TEXT, "text", "“a dog on a beach”"),
                                   (5, IMAGE, "image", "224×224 pixels")):  # fmt: skip
        box(axes, 8, y, f"{kind}\n{about}", colour, 14)
        box(axes, 28, y, f"{kind} tower\na network of its own", colour, 14)
        box(axes, 47, y, f"{'tv'[kind == 'image']}\nlength one", colour, 9)
        arrow(axes, (15.1, y), (20.8, y))
        arrow(axes, (35.1, y), (42.3, y))
        arrow(axes, (51.6, y), (56.4, 10 + 0.12 * (y - 10)))
    box(axes, 63, 10, "t · v\ncosine: how alike?", BOTH, 13)
    return figure


@styled
def batch(n: int = 5) -> Figure:
    """The contrastive loss: similarities of a batch, where only the diagonal belongs together."""
    figure, axes = canvas(70, 25, f"A table of {n} texts by {n} images, true pairs on its diagonal")
    wide, tall, left, top = 33 / n, 21 / n, 7, 22
    for row, column in np.ndindex(n, n):
        x, y, is_pair = left + column * wide, top - (row + 1) * tall, row == column
        face = (TRUE, 0.45) if is_pair else (GREY, 0.08)
        cell = plt.Rectangle((x, y), wide, tall, facecolor=face, edgecolor="white", linewidth=2)
        axes.add_patch(cell)
        middle = x + wide / 2, y + tall / 2
        axes.text(*middle, f"t{row + 1} · v{column + 1}", ha="center", va="center", size=7)
    for i in range(n):
        axes.text(left - 0.7, top - (i + 0.5) * tall, f"text {i + 1}", ha="right", va="center")
        axes.text(left + (i + 0.5) * wide, top + 0.6, f"image {i + 1}", ha="center")
    for y, text, colour in (
        (19.5, "along a row: which of\nthese images is this text's?", "black"),
        (12.5, "down a column: which of\nthese texts is this image's?", "black"),
        (5.5, "green: the true pairs", TRUE),
    ):
        axes.text(left + 35, y, text, va="top", color=colour)
    return figure
