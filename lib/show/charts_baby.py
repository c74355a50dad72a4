"""Charts of chapter 07: training, grids side by side, training images, the joint space."""

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lib.data.dataset import Split
from lib.show.figures import FAMILIES, GREY, draw_tile, styled

BABY = FAMILIES["baby"][0]
COLOURS = {"resnet50": "#E69F00", "deit": "#CC79A7"}  # two of one family want telling apart
TAGS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


@styled
def training(curves: Mapping[str, Sequence[dict]], chance: float) -> Figure:
    """Development score against epochs; curves: "tower, which run" → looks."""
    figure, axes = plt.subplots(figsize=(7, 3))
    for label, looks in curves.items():
        tower, _, which = label.partition(", ")
        epochs = [look["epoch"] for look in looks]
        scores = [look["score"] for look in looks]
        axes.plot(epochs, scores, "-" if which.startswith("long") else "--", color=COLOURS[tower],
                  marker="o", markersize=3)  # fmt: skip
        axes.annotate(label, (epochs[-1], scores[-1]), (5, 0), textcoords="offset points",
                      va="center", color=COLOURS[tower], fontsize=8,
                      bbox={"facecolor": "white", "linewidth": 0, "pad": 0.5})  # fmt: skip
    last = max(look["epoch"] for looks in curves.values() for look in looks)
    axes.axhline(chance, color=GREY, linewidth=1)
    axes.annotate("chance", (0, chance), (2, 3), textcoords="offset points", color=GREY, fontsize=8)
    axes.set(xlim=(0, 1.28 * last), ylim=(0, None), xlabel="epochs over the fit images",
             ylabel="map_at_20, dev")  # fmt: skip
    return figure


@styled
def grids(panels: Mapping[str, Sequence[tuple[int, float]]], split: Split, query: str) -> Figure:
    """Nine images for one query from each of several systems, side by side.

    panels: title → positions in the gallery and their scores, best first.
    """
    n = len(panels)
    figure = plt.figure(figsize=(3.5 * n, 4.3))
    parts = figure.subfigures(1, n, wspace=0.04, squeeze=False)[0]
    for part, (title, images) in zip(parts, panels.items(), strict=True):
        cells = part.subplots(3, 3)
        for axes in cells.flat:
            axes.set_axis_off()
        for rank, (axes, (image, score)) in enumerate(zip(cells.flat, images, strict=False), 1):
            draw_tile(axes, split, image, f"{rank} · {score:.3f}", is_true=False)
        part.suptitle(title, fontsize=9, x=0.02, ha="left")
    figure.suptitle(textwrap.fill(f"“{query}”", 90), fontsize=9, x=0.01, ha="left")
    return figure


@styled
def by_images(found: Mapping[int, dict], chance: float) -> Figure:
    """Development score against the number of training images, with intervals."""
    figure, axes = plt.subplots(figsize=(7, 2.6))
    sizes = sorted(found)
    axes.plot(sizes, [found[n]["map_at_20"] for n in sizes], "s-", color=BABY, markersize=5)
    for n in sizes:
        axes.plot([n, n], found[n]["ci95"], color=BABY)
        axes.annotate(f"{found[n]['map_at_20']:.3f}", (n, found[n]["ci95"][1]), (0, 3),
                      textcoords="offset points", ha="center", fontsize=8)  # fmt: skip
    axes.axhline(chance, color=GREY, linewidth=1)
    axes.annotate("chance", (sizes[0], chance), (0, 3), textcoords="offset points", color=GREY,
                  fontsize=8)  # fmt: skip
    axes.set(xscale="log", ylim=(0, None), xlabel="images trained on, for equally many steps",
             ylabel="map_at_20, dev")  # fmt: skip
    axes.set_xticks(sizes, [f"{n:,}" for n in sizes])
    axes.minorticks_off()
    return figure


@styled
def joint_space(positions: np.ndarray, tags: Sequence[str]) -> Figure:
    """A map of images (dots) and their descriptions (crosses), coloured by the main tag.

    positions: [2 n, 2], images first; tags: of each image.
    """
    figure, axes = plt.subplots(figsize=(7, 4.6))
    n, names = len(tags), sorted(set(tags) - {"other"})
    colours = dict(zip(names, TAGS, strict=False)) | {"other": "#CCCCCC"}
    for name in ["other", *names]:
        which = np.flatnonzero(np.array(tags) == name)
        for start, marker, size in ((0, "o", 9), (n, "x", 12)):
            x, y = positions[start + which].T
            axes.scatter(x, y, size, color=colours[name], marker=marker, linewidths=0.8,
                         label=name if not start else None)  # fmt: skip
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=8, title="main tag",
                title_fontsize=8)  # fmt: skip
    return figure


@styled
def read_aloud(split: Split, nearest: Mapping[int, Sequence[tuple[str, bool]]]) -> Figure:
    """Images, each with the sentences that lie nearest to it; its own is ticked.

    nearest: position in the gallery → (sentence, whether it is the image's own), best first.
    """
    figure, grid = plt.subplots(len(nearest), 2, figsize=(7, 1.3 * len(nearest)),
                                width_ratios=(1, 4), squeeze=False)  # fmt: skip
    for (left, right), (image, sentences) in zip(grid, nearest.items(), strict=True):
        picture = split.picture(image)
        picture.thumbnail((224, 224))
        left.imshow(picture)
        lines = [
            textwrap.fill(f"{'✓' if own else '•'} {sentence}", 80, subsequent_indent="   ")
            for sentence, own in sentences
        ]
        right.text(0, 0.5, "\n".join(lines), va="center", fontsize=8, linespacing=1.5)
        left.set_axis_off()
        right.set_axis_off()
    return figure
