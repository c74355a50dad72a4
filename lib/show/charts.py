"""Charts of plain numbers, of a result or of a record: training, costs and comparisons."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter

from lib.record.names import readable
from lib.search import metrics
from lib.show import kit
from lib.show.kit import WIDTH, Bounds, lines, styled

DEV = "map_at_20 on dev"
DOTTED = {"upright": True, "linestyle": ":"}


def curves(
    panels: Mapping[str, Mapping], steps: str, error: str, family: str, relative: bool = False
) -> Figure:
    """Error and, beneath it, score while something is fitted; a column for each panel.

    panels: title → "fit_loss", "dev_loss", "fit_score", "dev_score" by step, and "kept", a step.
    steps, error: what axes are of. family: whose colour dev has. relative: errors by the first.
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

    points: "name", "score", "ci95", each cost, "reads_tags" of the hollow ones. named: systems
    that are named at the right, at the height of their scores or near it. costs: field → what
    stands below its axis, and its unit.
    """
    figure, grid = plt.subplots(1, len(costs), figsize=(WIDTH, 2 + 1.3 * len(costs)),
                                sharey=True, squeeze=False)  # fmt: skip
    ends = [end for point in points for end in point["ci95"]]
    grid[0, 0].set_ylim(0.94 * min(ends) if min(ends) > max(ends) / 2 else 0, 1.06 * max(ends))
    note = "; hollow: reads human tags" * any(point.get("reads_tags") for point in points)
    grid[0, 0].set_ylabel(f"map_at_20, 95 % interval{note}")
    for axes, (field, (about, unit)) in zip(grid[0], costs.items(), strict=True):
        for p in points:
            kit.mark(axes, p[field], p["score"], p["name"], p["ci95"], upright=True,
                     hollow=p.get("reads_tags", False))  # fmt: skip
        low, high = min(p[field] for p in points), max(p[field] for p in points)
        room = max(3, (high / low) ** 0.3)
        axes.set(xscale="log", xlabel=about, xlim=(low / room, high * room))
        axes.xaxis.set_major_formatter(EngFormatter(unit) if unit else "{x:,g}")
    low, high = grid[0, 0].get_ylim()
    above = np.inf  # each name stands clear of the one above it
    for p in sorted((p for p in points if p["name"] in named), key=lambda p: -p["score"]):
        share = (p["score"] - low) / (high - low)
        above = min(share, above - 0.3 / figure.get_figheight())
        (colour, marker), place = kit.look(p["name"]), axes.transAxes
        axes.plot([1.01, 1.05], [share, above], color=colour, linewidth=0.8, transform=place,
                  clip_on=False)  # fmt: skip
        axes.plot(1.08, above, marker, color=colour, markersize=5, transform=place, clip_on=False)
        kit.write_name(axes, p["name"], (1.13, above), place, (0, 0))
    return figure


def by_count(
    points: Mapping[int, tuple[float, Bounds] | np.ndarray], chance: float, family: str, about: str,
    limit: tuple[float, str] | None = None,
) -> Figure:  # fmt: skip
    """Development scores with intervals and numbers against a count on a log scale.

    points: count → (score, interval), or each query's precision. limit: count to mark, its name.
    """
    points = {n: p if isinstance(p, tuple) else (float(p.mean()), metrics.interval(p))
              for n, p in points.items()}  # fmt: skip
    rules = [(chance, "chance", {})] + ([(*limit, DOTTED)] if limit else [])
    top = 1.15 * max(bounds[1] for _, bounds in points.values())
    panel = {"curves": {"": points}, "of": family, "number": "{:.3f}", "rules": rules,
             "xscale": "log", "xlabel": about, "xticks": list(points), "ylim": (0, top),
             "ylabel": DEV, "xmargin": 0.08, "ticks": "{x:,.0f}"}  # fmt: skip
    return lines(panel, tall=2.6)


def training(
    curves: Mapping[str, Sequence[Mapping]], chance: float, family: str, about: str,
    steps: Mapping[str, int] | None = None, measure: str = DEV,
) -> Figure:  # fmt: skip
    """Development score while networks train; curves: label → looks with "epoch" and "score".

    chance: of the score, 0 where there is none. about: what the axis counts. steps: of an epoch,
    by label, where it counts these. measure: the score's name.
    """
    of_epoch = dict.fromkeys(curves, 1) | dict(steps or {})
    points = {text: {of_epoch[text] * one["epoch"]: one["score"] for one in looks}
              for text, looks in curves.items()}  # fmt: skip
    right = 1.35 * max(max(by_step) for by_step in points.values())
    rules = [(chance, "chance", {})] if chance else []
    return lines(
        {"curves": points, "of": {text: f"{family}.{text}" for text in curves}, "xlabel": about,
         "rules": rules, "ylabel": measure, "xlim": (0, right), "ylim": (0, None)}
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
    axes.set_xlabel(f"map_at_20 less that of {readable(base)}, 95 %; hollow: 0 is in it")
    return figure


def by_kind(accuracy: Mapping[str, Mapping[str, tuple[float, Bounds]]], chance: float) -> Figure:
    """Forced choice: system → kind of fact → (accuracy, its 95 % interval), a mark for each.

    chance: one half where there are two texts to choose from, one quarter of four.
    """
    longer = {"who": "who (person\nor animal)"}
    rows = {longer.get(kind, kind): {name: by[kind] for name, by in accuracy.items()}
            for kind in next(iter(accuracy.values()))}  # fmt: skip
    shown = {name: (readable(name), name) for name in accuracy}
    about = f"right choices of {1 / chance:.0f} texts, 95 % interval; line: chance"
    return kit.dots(rows, shown, chance, 0.11 * len(shown), xlim=(0, 1.02), xlabel=about)
