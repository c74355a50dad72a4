"""Charts of chapter 04: curves, fingerprints of faults, targets, and the shares of repairs."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lib.methods.deep.faults import LOSS_NEAR_ZERO, SCORE_NEAR_ZERO
from lib.search import metrics
from lib.show.figures import FAMILIES, GREY, styled

DEEP = FAMILIES["deep"][0]
FIT = "#000000"


@styled
def curves(panels: Mapping[str, dict]) -> Figure:
    """Loss and score over the epochs for fit and dev, a column for each panel.

    panels: title → "fit_loss", "dev_loss", "fit_score", "dev_score" [n_epoch], and "kept", the
    epoch.
    """
    figure, grid = plt.subplots(2, len(panels), figsize=(7, 3.9), sharex="col", sharey="row",
                                squeeze=False)  # fmt: skip
    for column, (title, panel) in zip(grid.T, panels.items(), strict=True):
        for axes, kind in zip(column, ("loss", "score"), strict=True):
            draw_curves(axes, panel, kind)
        column[0].set_title(f"to {title}")
        column[1].set_xlabel("epoch")
    for row in grid:  # one scale a row, that of its highest curve
        row[0].set_ylim(0, 1.08 * max(line.get_ydata().max() for a in row for line in a.lines[:2]))
    grid[0, 0].set_ylabel("mean squared error")
    grid[1, 0].set_ylabel("map_at_20")
    return figure


def draw_curves(axes: plt.Axes, panel: dict, kind: str) -> None:
    """One quantity of fit and dev, named at the end of its line."""
    ends = {}
    for split, colour, style in (("fit", FIT, "--"), ("dev", DEEP, "-")):
        values = panel[f"{split}_{kind}"]
        values = values[np.isfinite(values)]
        ends[split] = values[-1]
        epochs = np.arange(1, len(values) + 1)
        axes.plot(epochs, values, style, color=colour)
    for split, colour in (("fit", FIT), ("dev", DEEP)):
        place = "bottom" if ends[split] == max(ends.values()) else "top"
        axes.annotate(split, (epochs[-1], ends[split]), (4, 0), textcoords="offset points",
                      color=colour, va=place, fontsize=8)  # fmt: skip
    axes.margins(x=0.14)
    axes.axvline(panel["kept"], color=GREY, linewidth=0.8, linestyle=":")


@styled
def fault_map(fingerprints: Mapping[str, dict[str, float]]) -> Figure:
    """Each fault by its training loss and its score, both on log scales.

    The shaded corner is what the paper describes: loss near 0, score near nothing.
    """
    figure, axes = plt.subplots(figsize=(7, 4.2))
    losses = np.array([one["fit_loss"] for one in fingerprints.values()]).clip(1e-6, 1e4)
    scores = np.array([one["by_chance"] for one in fingerprints.values()]).clip(0.3, None)
    left, low = losses.min() / 6, 0.3
    axes.add_patch(Rectangle((left, low), LOSS_NEAR_ZERO - left, SCORE_NEAR_ZERO - low,
                             color=DEEP, alpha=0.12, linewidth=0))  # fmt: skip
    axes.annotate("what the paper describes", (left, SCORE_NEAR_ZERO), (4, -4), va="top",
                  textcoords="offset points", fontsize=8, color=DEEP)  # fmt: skip
    for x, y, name in zip(losses, scores, fingerprints, strict=True):
        colour = FIT if name == "healthy" else DEEP
        axes.plot(x, y, "o" if name == "healthy" else "v", color=colour)
    label_points(axes, losses, scores, [name.replace("_", " ") for name in fingerprints])
    axes.axhline(1, color=GREY, linewidth=0.8)
    axes.annotate("chance", (losses.max() * 40, 1), color=GREY, fontsize=8, va="bottom", ha="right")
    axes.set(xscale="log", yscale="log", xlim=(left, losses.max() * 40), ylim=(low, None))
    axes.set(xlabel="training loss at the end", ylabel="map_at_20 on dev, times chance")
    axes.minorticks_off()
    return figure


def label_points(axes: plt.Axes, x: np.ndarray, y: np.ndarray, names: list[str]) -> None:
    """Names to the right of points; names of near neighbours are set one above the other."""
    placed: list[tuple[float, float]] = []
    for i in np.lexsort((x, y)):
        here = np.log10(x[i]), np.log10(y[i])
        height = here[1]
        while any(abs(here[0] - a) < 1.3 and abs(height - b) < 0.075 for a, b in placed):
            height += 0.02
        placed.append((here[0], height))
        axes.annotate(names[i], (x[i], y[i]), (x[i] * 1.25, 10**height), fontsize=7.5,
                      va="center")  # fmt: skip


@styled
def targets_chart(found: dict[int, np.ndarray], n_inputs: int, chance: float) -> Figure:
    """Score on dev against the number of targets, with intervals, log scale."""
    figure, axes = plt.subplots(figsize=(7, 2.5))
    counts = np.array(list(found))
    means = np.array([values.mean() for values in found.values()])
    bounds = np.array([metrics.interval(values) for values in found.values()])
    axes.errorbar(counts, means, np.abs(bounds.T - means), fmt="v-", color=DEEP, capsize=2)
    axes.axhline(chance, color=GREY, linewidth=0.8)
    axes.annotate("chance", (counts.min(), chance), (0, 2), textcoords="offset points",
                  color=GREY, fontsize=8)  # fmt: skip
    axes.axvline(n_inputs, color=GREY, linewidth=0.8, linestyle=":")
    axes.annotate("as many as inputs", (n_inputs, 0.04), (-4, 0), ha="right", color=GREY,
                  xycoords=("data", "axes fraction"), textcoords="offset points",
                  fontsize=8)  # fmt: skip
    axes.set(xscale="log", ylim=(0, None), xlabel="number of targets", ylabel="map_at_20 on dev")
    axes.set_xticks(counts, [f"{count:,}" for count in counts])
    axes.minorticks_off()
    return figure


@styled
def shares_chart(rows: Sequence[dict]) -> Figure:
    """Left: the score after each repair. Right: what is lost when it alone is left out.

    rows: as `repair.shares` returns them.
    """
    found = pd.DataFrame(rows)
    figure, (left, right) = plt.subplots(1, 2, figsize=(7, 0.8 + 0.33 * len(found)), sharey=True,
                                         width_ratios=(1.5, 1))  # fmt: skip
    heights = np.arange(len(found))[::-1]
    start = (found["score"] - found["gain"].fillna(found["score"])).to_numpy()
    gains = found["score"].to_numpy() - start
    colours = [GREY if i == 0 else DEEP for i in range(len(found))]
    left.barh(heights, gains, left=start, color=colours, alpha=0.6, height=0.6)
    for height, score in zip(heights, found["score"], strict=True):
        left.annotate(f"{score:.3f}", (score, height), (4, 0), textcoords="offset points",
                      va="center", fontsize=8)  # fmt: skip
    left.set(title="made one after the other", xlabel="map_at_20 on dev")
    left.set_xlim(0, 1.15 * found["score"].max())
    known = found.dropna(subset="missing")
    spread = np.abs(
        known[["missing_low", "missing_high"]].to_numpy().T - known["missing"].to_numpy()
    )
    at = heights[found["missing"].notna()]
    right.errorbar(known["missing"], at, xerr=spread, fmt="v", color=DEEP, capsize=2)
    right.axvline(0, color=GREY, linewidth=0.8)
    right.set(title="lost if it alone is missing", xlabel="map_at_20, 95 % interval")
    left.set_yticks(heights, found["step"])
    for axes in (left, right):
        axes.tick_params(axis="y", length=0)
    return figure
