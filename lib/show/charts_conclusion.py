"""Charts of the last chapter: who beats whom, what a score costs, and an error beside the truth."""

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lib.data.dataset import Split
from lib.show.figures import FAMILIES, TRUE, styled

BETTER, WRONG, LIGHT = "#0072B2", "#D55E00", "#CCCCCC"


@styled
def who_beats_whom(names: Sequence[str], found: Mapping[tuple[str, str], dict]) -> Figure:
    """A square for each pair: whether the row's system can be told from a better one.

    names: best first. found: pair → "apart" and more, as `conclusion.comparisons`.
    """
    n = len(names)
    figure, axes = plt.subplots(figsize=(7, 0.9 + 0.24 * n))
    numbered = [f"{name}  {place}" for place, name in enumerate(names, 1)]
    for apart, label in ((True, "the column's system is better"), (False, "cannot be told apart")):
        places = [(names.index(better), names.index(worse))
                  for (better, worse), pair in found.items() if pair["apart"] == apart]  # fmt: skip
        x, y = zip(*places, strict=True) if places else ((), ())
        axes.plot(x, y, "s", color=BETTER if apart else LIGHT, markersize=7, label=label)
    axes.set_yticks(range(n), numbered, fontsize=7.5)
    axes.set_xticks(range(n), [str(place) for place in range(1, n + 1)], fontsize=7)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.legend(loc="upper right", frameon=False, fontsize=8)
    axes.set(xlim=(-0.6, n - 0.4), ylim=(n - 0.4, -0.6), xlabel="number of the better system")
    return figure


@styled
def cost(points: Sequence[dict], named: Sequence[str]) -> Figure:
    """Score against seconds of compute, and against bytes of model; a mark a system.

    points: as `conclusion.cost_points`. named: systems whose marks are labelled.
    """
    figure, both = plt.subplots(1, 2, figsize=(7, 3.6), sharey=True)
    labels = {"seconds": "seconds, from nothing to ranks", "model_bytes": "bytes of model"}
    for axes, (field, label) in zip(both, labels.items(), strict=True):
        middle = np.sqrt(min(p[field] for p in points) * max(p[field] for p in points))
        height = -1.0
        for point in sorted(points, key=lambda point: point["map_at_20"]):
            name, x, y = point["system"], point[field], point["map_at_20"]
            colour, marker = FAMILIES[name.split(".")[0]]
            axes.plot([x, x], point["map_at_20_ci95"], color=colour, linewidth=1)
            axes.plot(x, y, marker, color=colour, markersize=5)
            if name in named:
                height = max(y, height + 0.05)
                side = -1 if x > middle else 1
                axes.annotate(".".join(name.split(".")[:2]), (x, height), (6 * side, 0),
                              textcoords="offset points", va="center", fontsize=7, color=colour,
                              ha="left" if side > 0 else "right")  # fmt: skip
        axes.set(xscale="log", xlabel=label, ylim=(0, None))
        axes.margins(x=0.15)
    both[0].set_ylabel("map_at_20, 95 % interval")
    return figure


@styled
def asked_and_found(split: Split, query: int, image: int, system: str, sure: float) -> Figure:
    """The picture that a description is of, and the one that a system put first instead.

    sure: how far the wrong one's score lies above the true one's, in standard deviations.
    """
    figure, ((left, right), below) = plt.subplots(2, 2, figsize=(7, 4.9), height_ratios=(4, 1))
    for axes in below:
        axes.set_axis_off()
    wrong = f"what {system} is {sure:.1f} deviations surer of"
    titles = {
        left: (int(split.truth[query]), "the picture that was described", TRUE),
        right: (image, wrong, WRONG),
    }
    for axes, (place, title, colour) in titles.items():
        axes.imshow(split.picture(place))
        axes.set_axis_off()
        axes.set_title(title, fontsize=9, color=colour, loc="left")
    said = "\n".join(textwrap.fill(f"• {s}", 108) for s in split.sentences[query])
    below[0].text(0, 1, said, fontsize=8, va="top")
    return figure
