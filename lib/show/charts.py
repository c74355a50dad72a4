"""Charts of measured numbers: settings, training, faults, hubs, facts, costs and comparisons.

Arguments are plain numbers, arrays and dicts; a record can be drawn as well as a result.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter

from lib.record.names import readable
from lib.search import metrics
from lib.show import kit
from lib.show.kit import GREY, WIDTH, Bounds, lines, look, styled

TUNED, DEEP, CLIP, BOOSTED = (look(f)[0] for f in ("tuning", "deep", "clip", "boosting"))
STRONG = look("baseline")[0]
TAGS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
LIGHT = "#CCCCCC"
DEV = "map_at_20 on dev"
DASHED, DOTTED = ({"upright": True, "linestyle": style} for style in ("--", ":"))
Looks = Sequence[Mapping[str, float]]  # what was seen while training: epoch or pairs, and score


def curves(
    panels: Mapping[str, Mapping], steps: str, error: str, family: str, relative: bool = False
) -> Figure:
    """Error and, beneath it, score while something is fitted; a column for each panel.

    panels: title → "fit_loss", "dev_loss", "fit_score", "dev_score" as values by step or as
    step → value, and "kept", a step. steps, error: what the axes are of. family: whose colour dev
    has. relative: errors as shares of the first.
    """

    def points(panel: Mapping, kind: str, split: str) -> dict[int, float]:
        values = panel[f"{split}_{kind}"]
        values = values if isinstance(values, Mapping) else dict(enumerate(values, 1))
        first = values[1] if relative and kind == "loss" else 1
        return {step: value / first for step, value in values.items() if np.isfinite(value)}

    def row(kind: str, about: str, **axis: str) -> list[dict]:
        every = [{s: points(panel, kind, s) for s in ("dev", "fit") if f"{s}_{kind}" in panel}
                 for panel in panels.values()]  # fmt: skip
        top = 1.04 * max(max(p.values()) for by_split in every for p in by_split.values())
        return [
            {"curves": by_split, "of": {"dev": family, "fit": ("black", "o")}, "ylim": (0, top),
             "rules": [(panel["kept"], "", DOTTED)], "ylabel": "" if n else about, "xmargin": 0.16,
             "title": title if kind == "loss" else "", **axis}
            for n, ((title, panel), by_split) in enumerate(zip(panels.items(), every, strict=True))
        ]  # fmt: skip

    scores = row("score", "map_at_20", xlabel=f"{steps}; dotted: the one kept")
    return lines(*row("loss", error), *scores, rows=2, tall=3.9, sharex="col", sharey="row")


@styled
def cost(
    points: Sequence[Mapping], named: Sequence[str], costs: Mapping[str, tuple[str, str]]
) -> Figure:
    """Scores with intervals against what they cost, on log scales; a mark a system.

    points: dicts with "name", "score", "ci95" and each cost. named: systems whose marks are
    labelled. costs: field → what stands below its axis, and its unit.
    """
    figure, grid = plt.subplots(1, len(costs), figsize=(WIDTH, 2 + 1.3 * len(costs)),
                                sharey=True, squeeze=False)  # fmt: skip
    ends = [end for point in points for end in point["ci95"]]
    grid[0, 0].set_ylim(0.94 * min(ends) if min(ends) > max(ends) / 2 else 0, 1.06 * max(ends))
    grid[0, 0].set_ylabel("map_at_20, 95 % interval")
    for axes, (field, (about, unit)) in zip(grid[0], costs.items(), strict=True):
        for p in points:
            text = p["name"] if p["name"] in named else ""
            kit.mark(axes, p[field], p["score"], p["name"], p["ci95"], upright=True, text=text)
        low, high = min(p[field] for p in points), max(p[field] for p in points)
        room = max(3, (high / low) ** 0.3)
        axes.set(xscale="log", xlabel=about, xlim=(low / room, high * room))
        axes.xaxis.set_major_formatter(EngFormatter(unit) if unit else "{x:,g}")
    return figure


def by_count(
    points: Mapping[int, tuple[float, Bounds] | np.ndarray], chance: float, family: str, about: str,
    limit: tuple[float, str] | None = None,
) -> Figure:  # fmt: skip
    """Development scores with intervals and numbers against a count on a log scale.

    points: count → (score, interval), or the average precision of each query. about: what is
    counted. limit: a count to mark, and its name.
    """
    points = {n: p if isinstance(p, tuple) else (float(p.mean()), metrics.interval(p))
              for n, p in points.items()}  # fmt: skip
    rules = [(chance, "chance", {})] + ([(*limit, DOTTED)] if limit else [])
    top = 1.15 * max(bounds[1] for _, bounds in points.values())
    panel = {"curves": {"": points}, "of": family, "number": "{:.3f}", "rules": rules,
             "xscale": "log", "xlabel": about, "xticks": list(points), "ylim": (0, top),
             "ylabel": DEV, "xmargin": 0.08, "ticks": "{x:,.0f}"}  # fmt: skip
    return lines(panel, tall=2.6)


@styled
def shares_chart(repairs: Sequence[Mapping]) -> Figure:
    """Left: the score after each repair. Right: what is lost when it alone is left out.

    repairs: dicts with "step", "score", "gain", and "missing", "missing_low", "missing_high",
    which are NaN where nothing was left out.
    """
    figure, (left, right), heights = kit.row_axes(
        [step["step"] for step in repairs], ncols=2, width_ratios=(1.5, 1)
    )
    for height, step in zip(heights, repairs, strict=True):
        first = np.isnan(step["gain"])
        gain = step["score"] if first else step["gain"]
        left.barh(height, gain, left=step["score"] - gain, color=GREY if first else DEEP,
                  alpha=0.6, height=0.6)  # fmt: skip
        left.annotate(f"{step['score']:.3f}", (max(step["score"], step["score"] - gain), height),
                      (4, 0), textcoords="offset points", va="center", fontsize=8)  # fmt: skip
        if not np.isnan(step["missing"]):
            bounds = step["missing_low"], step["missing_high"]
            kit.mark(right, step["missing"], height, "deep", bounds)
    kit.rule(right, 0, upright=True)
    left.set(title="made one after the other", xlabel="map_at_20 on dev")
    left.set_xlim(0, 1.18 * max(step["score"] for step in repairs))
    right.set(title="lost if it alone is missing", xlabel="map_at_20, 95 % interval")
    return figure


def training(
    curves: Mapping[str, Looks], chance: float, family: str, about: str,
    steps: Mapping[str, int] | None = None,
) -> Figure:  # fmt: skip
    """Development score while networks train; curves: label → looks with "epoch" and "score".

    about: what the axis counts. steps: of an epoch, by label, where it counts these.
    """
    of_epoch = dict.fromkeys(curves, 1) | dict(steps or {})
    points = {text: {of_epoch[text] * one["epoch"]: one["score"] for one in looks}
              for text, looks in curves.items()}  # fmt: skip
    right = 1.35 * max(max(by_step) for by_step in points.values())
    return lines(
        {"curves": points, "of": {text: f"{family}.{text}" for text in curves}, "xlabel": about,
         "rules": [(chance, "chance", {})], "ylabel": DEV, "xlim": (0, right), "ylim": (0, None)}
    )  # fmt: skip


@styled
def forest(gains: Mapping[str, Mapping], base: str) -> Figure:
    """What each system differs from one of them by, with its paired interval, best at the top."""
    ordered = sorted(gains.items(), key=lambda item: -item[1]["difference"])
    figure, (axes,), heights = kit.row_axes([name for name, _ in ordered], row=0.3)
    for height, (_, gain) in zip(heights, ordered, strict=True):
        low, high = gain["ci95"]
        kit.mark(axes, gain["difference"], height, "clip", (low, high), hollow=low <= 0 <= high)
        kit.beside_row(axes, f"{gain['difference']:+.3f}", height, 34)
    kit.rule(axes, 0, upright=True)
    axes.set_xlabel(f"map_at_20 less that of {readable(base)}, 95 %; hollow: not told from noise")
    return figure


def by_kind(accuracy: Mapping[str, Mapping[str, tuple[float, Bounds]]], chance: float) -> Figure:
    """Forced-choice accuracy by kind of fact, a mark for each system.

    accuracy: system → kind → (accuracy, its 95 % interval). "who" is which person or animal.
    """
    about = {"who": "who (person\nor animal)"}
    rows = {about.get(kind, kind): {name: by[kind] for name, by in accuracy.items()}
            for kind in next(iter(accuracy.values()))}  # fmt: skip
    shown = {name: (readable(name), name) for name in accuracy}
    return kit.dots(rows, shown, chance, 0.11 * len(shown), xlim=(0, 1.02),
                    xlabel="right choices of four, 95 % interval; line: chance")  # fmt: skip


@styled
def who_beats_whom(names: Sequence[str], pairs: Mapping[tuple[str, str], Mapping]) -> Figure:
    """A square for each pair: whether the row's system can be told from a better one.

    names: best first. pairs: (better, worse) → "apart" and more.
    """
    n, (figure, (axes,), heights) = len(names), kit.row_axes(names, row=0.28, rest=0.9)
    for apart, text, colour in ((True, "the column's system is better", STRONG),
                                (False, "cannot be told apart", LIGHT)):  # fmt: skip
        x, y = np.array(
            [(names.index(better), heights[names.index(worse)])
             for (better, worse), pair in pairs.items() if pair["apart"] == apart]
        ).reshape(-1, 2).T  # fmt: skip
        axes.plot(x, y, "s", color=colour, markersize=7, label=text)
    for place, height in enumerate(heights, 1):
        axes.annotate(str(place), (place - 1, height), ha="center", va="center", fontsize=7)
    axes.set_xticks(range(n), range(1, n + 1), fontsize=7)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.legend(loc="upper right", frameon=False, fontsize=8)
    axes.set(xlim=(-0.6, n - 0.4), xlabel="number of the better system")
    return figure
