"""Charts of chapters 02 and 03: grids of settings, components, boosting, and levers."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lib.methods.regression.boosting import Curve
from lib.methods.regression.elastic import ALPHAS, RATIOS, Grid
from lib.show.figures import FAMILIES, GREY, styled

TUNED = FAMILIES["tuning"][0]
BOOSTED = FAMILIES["boosting"][0]
CLASSIC = FAMILIES["classic"][0]


@styled
def heat_map(grid: Grid, metric: str = "map_at_20") -> Figure:
    """Development score of every point of a grid, its number written in, the chosen one framed."""
    figure, axes = plt.subplots(figsize=(7, 0.9 + 0.34 * len(ALPHAS)))
    axes.pcolormesh(grid.scores, cmap="Blues", vmin=0, vmax=1.35 * grid.scores.max())
    for (row, column), value in np.ndenumerate(grid.scores):
        axes.text(column + 0.5, row + 0.5, f"{value:.3f}", ha="center", va="center", fontsize=8)
    row, column = grid.chosen
    axes.add_patch(Rectangle((column, row), 1, 1, fill=False, edgecolor=BOOSTED, linewidth=2.5))
    axes.set_yticks(np.arange(len(ALPHAS)) + 0.5, [f"{alpha:.0e}" for alpha in ALPHAS])
    labels = [f"{ratio:g}" for ratio in RATIOS]
    labels[0], labels[-1] = "0\nridge", "1\nlasso"
    axes.set_xticks(np.arange(len(RATIOS)) + 0.5, labels)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set(xlabel="l1_ratio", ylabel="alpha", title=f"{metric} on development")
    return figure


@styled
def components(kept: np.ndarray, counts: Sequence[int], scores: Sequence[float], n: int) -> Figure:
    """Left: variance kept against the number of components. Right: score against it.

    kept: [n_feature], as `features.variance_kept`. n: the number that the paper took.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7, 2.6))
    left.plot(np.arange(1, len(kept) + 1), kept, color=TUNED)
    right.plot(counts, scores, "o-", color=TUNED, markersize=4)
    for axes, height in ((left, 0.08), (right, 0.08)):
        axes.axvline(n, color=GREY, linestyle="--", linewidth=1)
        axes.annotate(f" n = {n}", (n, height), xycoords=("data", "axes fraction"), color=GREY,
                      fontsize=8)  # fmt: skip
        axes.set(xscale="log", xlabel="principal components kept")
    left.set(title="Variance kept", ylim=(0, 1.02))
    right.set(title="map_at_20 on development", ylim=(0, None))
    return figure


@styled
def learning_curves(curves: dict[str, Curve]) -> Figure:
    """Error by round on the fitted and the held-out images, and the score beside it.

    curves: title → curve, a column each.
    """
    figure, grid = plt.subplots(2, len(curves), figsize=(7, 4), sharex="col", sharey="row",
                                squeeze=False)  # fmt: skip
    for column, (title, curve) in zip(grid.T, curves.items(), strict=True):
        error, score = column
        for name, values, colour in (("fit", curve.fit, "black"), ("dev", curve.dev, BOOSTED)):
            rounds = np.arange(1, len(values) + 1)
            start = values[0]
            error.plot(rounds, np.array(values) / start, "--" if name == "fit" else "-",
                       color=colour)  # fmt: skip
            error.annotate(name, (rounds[-1], values[-1] / start), (4, 0), color=colour,
                           textcoords="offset points", va="center", fontsize=8)  # fmt: skip
        score.plot(list(curve.scores), list(curve.scores.values()), "o-", color=BOOSTED,
                   markersize=3)  # fmt: skip
        for axes in column:
            axes.axvline(curve.rounds, color=GREY, linewidth=0.8, linestyle=":")
            axes.margins(x=0.12)
        error.set_title(title)
        score.set_xlabel("rounds")
    for axes in grid[:, 0]:  # once all columns are drawn: a limit set earlier would stay
        axes.set_ylim(0, None)
    grid[0, 0].set_ylabel("error, first round = 1")
    grid[1, 0].set_ylabel("map_at_20 on dev")
    return figure


@styled
def cost_against_score(points: Sequence[dict]) -> Figure:
    """Development score against the seconds that a fit took, a labelled dot each.

    points: dicts with "name", "seconds", "score", "ci95" and "family".
    """
    figure, axes = plt.subplots(figsize=(7, 3))
    middle = np.sqrt(min(p["seconds"] for p in points) * max(p["seconds"] for p in points))
    top = 1.05 * max(point["ci95"][1] for point in points)
    line = top / 15  # the height of a name, in units of the score
    height = -line
    for point in sorted(points, key=lambda point: point["score"]):
        height = max(point["score"], height + line)  # names of equals stand above each other
        raised = 11 * (height - point["score"]) / line
        side = -1 if point["seconds"] > middle else 1  # names point inwards
        colour, marker = FAMILIES[point["family"]]
        axes.plot([point["seconds"]] * 2, point["ci95"], color=colour, linewidth=1)
        axes.plot(point["seconds"], point["score"], marker, color=colour, markersize=6)
        axes.annotate(point["name"], (point["seconds"], point["score"]), (7 * side, raised),
                      textcoords="offset points", va="center", fontsize=8,
                      ha="left" if side > 0 else "right")  # fmt: skip
    axes.set(xscale="log", xlabel="seconds of a fit on the fit images", ylim=(0, top))
    axes.set_ylabel("map_at_20 on development")
    axes.margins(x=0.3)
    return figure


@styled
def levers(gains: dict[str, dict[str, tuple[float, Sequence[float]]]]) -> Figure:
    """What each lever changes, pulled alone on the plain recipe or on top of the strong one.

    gains: lever → end → (difference of `map_at_20`, its 95 % interval).
    """
    figure, axes = plt.subplots(figsize=(7, 0.8 + 0.5 * len(gains)))
    ends = {"alone": (CLASSIC, "o", 0.15), "on top": ("#0072B2", "s", -0.15)}
    for height, (_, by_end) in enumerate(reversed(gains.items())):
        for end, (difference, (low, high)) in by_end.items():
            colour, marker, shift = ends[end]
            axes.plot([low, high], [height + shift] * 2, color=colour)
            axes.plot(difference, height + shift, marker, color=colour, markersize=5)
    for end, label in (("alone", "on the plain recipe"), ("on top", "on the strong recipe")):
        colour, marker, _ = ends[end]
        axes.plot([], [], marker, color=colour, label=label)
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_yticks(range(len(gains)), list(reversed(gains)))
    axes.tick_params(axis="y", length=0)
    axes.legend(loc="lower right", frameon=False, fontsize=8)
    axes.set(xlabel="change of map_at_20 by this lever alone, 95 % interval",
             ylim=(-0.6, len(gains) - 0.4))  # fmt: skip
    return figure
