"""What every chart is made of: style, colours, names, intervals, lines, labels and pictures."""

import io
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.text import Annotation
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from lib.base import paths
from lib.data.dataset import Split
from lib.record.names import look, readable

STYLE = paths.LIBRARY / "show/figures.mplstyle"
WIDTH, TALLEST = 7.0, 9.0  # inches; a screen shows a hundred pixels of each
TRUE, WRONG = "#009E73", "#D55E00"  # the true image, and what a system took for it
STYLES = ("-", "--", ":", "-.") * 2
GREY = "#888888"  # the paper's values, chance, and ids
VECTOR = "diagram"  # id of a figure that is kept as SVG, too
AROUND = ((1, 0), (0.7, 0.8), (0.7, -0.8), (0, 1), (0, -1), (-0.7, 0.8), (-0.7, -0.8), (-1, 0))

Look = str | tuple[str, str]  # a system, or a colour and a marker, as `look` takes it
Line = tuple[str, float, str]  # text, its size in points, its colour
Bounds = Sequence[float]  # low and high end of a 95 % interval
Points = Mapping[float, float | tuple[float, Bounds]]  # place → value, or value and interval


def styled(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """The same drawing function in the report's style, its labels placed, closed to pyplot."""

    @wraps(draw)
    def drawn(*args, **kwargs) -> Figure:
        with plt.style.context(STYLE):
            figure = draw(*args, **kwargs)
            figure.draw_without_rendering()  # lays the chart out, so that places are known
            for axes in figure.axes:
                place_labels(axes)
            plt.close(figure)  # otherwise a notebook shows it a second time
            return figure

    return drawn


def encoded(figure: Figure, kind: str = "") -> tuple[str, bytes]:
    """A figure as ("png", bytes), the same each time; one with images as "jpg", a tenth of it."""
    kind = kind or ("jpg" if figure.findobj(AxesImage) else "png")
    how = {"png": {"metadata": {"Software": None}}, "svg": {"metadata": {"Date": None}},
           "jpg": {"pil_kwargs": {"quality": 88, "optimize": True}}}[kind]  # fmt: skip
    file = io.BytesIO()
    with plt.style.context([STYLE, {"svg.hashsalt": VECTOR}]):
        figure.savefig(file, format=kind, **how)
    return kind, file.getvalue()


def row_axes(
    labels: Sequence[str], row: float = 0.32, rest: float = 0.8, **subplots: object
) -> tuple[Figure, np.ndarray, np.ndarray]:
    """A figure with a row for each label, the first at the top: (figure, axes [n], heights).

    row, rest: inches of a row and of all else; rows become lower where the page ends.
    """
    tall = min(TALLEST, rest + row * len(labels))
    figure, axes = plt.subplots(figsize=(WIDTH, tall), squeeze=False, sharey=True, **subplots)
    heights = np.arange(len(labels))[::-1]
    size = min(8, 30 * (tall - rest) / max(1, len(labels)))
    for label, height in zip(labels, heights, strict=True):
        place = (0, height), axes[0, 0].get_yaxis_transform()
        write_name(axes[0, 0], label, *place, (-6, 0), ha="right", size=size)
    for each in axes[0]:
        each.set(yticks=[], ylim=(-0.6, len(labels) - 0.4))
    return figure, axes[0], heights


def beside_row(axes: plt.Axes, text: str, height: float, right: float, colour="black") -> None:
    """A number in a column of so many points to the right of the axes."""
    axes.annotate(text, (1, height), (right, 0), xycoords=axes.get_yaxis_transform(),
                  textcoords="offset points", va="center", ha="right", fontsize=8,
                  color=colour)  # fmt: skip


def write_name(
    axes: plt.Axes, label: str, xy: tuple, coords: object, offset: tuple, *, ha: str = "left",
    size: float = 8, colour: str = "black",
) -> list[Annotation]:  # fmt: skip
    """Write a text at a point; of a system its name, and its id below in small type."""
    name = readable(label)
    lines = [(name, size, 0, colour)]
    if name != label:
        lines = [(name, size, 0.35 * size, colour), (label, 0.68 * size, -0.65 * size, GREY)]
    return [
        axes.annotate(text, xy, (offset[0], offset[1] + rise), xycoords=coords, ha=ha, va="center",
                      textcoords="offset points", fontsize=points, color=tint)
        for text, points, rise, tint in lines
    ]  # fmt: skip


def mark(
    axes: plt.Axes, x: float, y: float, of: Look, bounds: Bounds = (), upright: bool = False,
    hollow: bool = False,
) -> None:  # fmt: skip
    colour, marker = look(of)
    if len(bounds):
        ends = ([x, x], bounds) if upright else (bounds, [y, y])
        axes.plot(*ends, color=colour, linewidth=1.3, alpha=0.45 if hollow else 1)
    face = "white" if hollow else colour
    axes.plot(x, y, marker, color=colour, markersize=5, markerfacecolor=face)


def series(
    axes: plt.Axes, points: Points, of: Look, text: str = "", style: str = "-",
    number: str = "", at: float | None = None,
) -> None:  # fmt: skip
    """Values by place, some with their intervals, joined by a line.

    text: a label at its end or at a place. number: how each value is written beside its mark.
    """
    colour = look(of)[0]
    values = {x: y if isinstance(y, tuple) else (y, ()) for x, y in points.items()}
    axes.plot(list(values), [y for y, _ in values.values()], style, color=colour)
    for x, (y, bounds) in values.items():
        if len(bounds):
            mark(axes, x, y, of, bounds, upright=True)
        elif len(values) <= 25:
            axes.plot(x, y, "o", color=colour, markersize=3)
        label(axes, x, y, number.format(y))
    last = at if at is not None else x
    label(axes, last, values[last][0], text, colour)


@styled
def lines(*panels: Mapping, rows: int = 1, tall: float = 2.8, **subplots: object) -> Figure:
    """Curves, in panels side by side.

    Of each panel: "curves", label → values by place; "of", their look, or that of each label;
    "rules", what `rule` takes; "number", how a curve without a label writes its values; "at", the
    place of labels, or "labels": False; "ticks", how places are written; and what `Axes.set` takes.
    """
    figure, grid = plt.subplots(rows, len(panels) // rows, figsize=(WIDTH, tall), squeeze=False,
                                **subplots)  # fmt: skip
    for axes, panel in zip(grid.flat, panels, strict=True):
        for (text, points), style in zip(panel["curves"].items(), STYLES, strict=False):
            of = panel["of"][text] if isinstance(panel["of"], Mapping) else panel["of"]
            number = panel.get("number", "") if not text else ""
            text = text if panel.get("labels", True) else ""
            series(axes, points, of, text, style, number, panel.get("at"))
        for value, text, where in panel.get("rules", ()):
            rule(axes, value, text, **where)
    drawn = {"curves", "of", "rules", "number", "at", "labels", "ticks"}
    for axes, panel in zip(grid.flat, panels, strict=True):  # when all are drawn: they share scales
        axes.set(**{key: value for key, value in panel.items() if key not in drawn})
        if "xticks" in panel:
            axes.minorticks_off()
        if "ticks" in panel:
            axes.xaxis.set_major_formatter(panel["ticks"])
        whole = all(place == int(place) for own in panel["curves"].values() for place in own)
        if whole and axes.get_xscale() == "linear" and "xticks" not in panel:
            axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True))  # epochs, ranks
    return figure


@styled
def dots(
    rows: Mapping[str, Mapping[str, tuple[float, Bounds]]], shown: Mapping[str, tuple[str, Look]],
    line: float | None = 0, row: float = 0.42, **axis: object,
) -> Figure:  # fmt: skip
    """Values with intervals: a row for each label, in it a mark for each series; `line` is grey.

    rows: label → series → (value, bounds), some without. shown: series → its name, its look.
    """
    figure, (axes,), heights = row_axes(list(rows), row, rest=1)
    step = min(0.3, 0.7 / len(shown))
    for number, (name, (text, of)) in enumerate(shown.items()):
        for height, values in zip(heights, rows.values(), strict=True):
            middle = (len(shown) - 1) / 2
            if name in values:
                at = height + step * (middle - number)
                mark(axes, values[name][0], at, of, values[name][1])
        axes.plot([], [], look(of)[1], color=look(of)[0], label=text)
    if line is not None:
        rule(axes, line, upright=True)
    axes.legend(ncols=min(3, len(shown)), loc="lower center", bbox_to_anchor=(0.5, 1), fontsize=8)
    axes.set(**axis)
    return figure


def rule(axes: plt.Axes, value: float, label: str = "", upright: bool = False, **line) -> None:
    """A grey line across at a value; its label stands outside, to the right or above."""
    draw = axes.axvline if upright else axes.axhline
    draw(value, **{"color": GREY, "linewidth": 1, "zorder": 0.5, **line})
    inside = axes.get_xaxis_transform() if upright else axes.get_yaxis_transform()
    place = {"ha": "center", "va": "bottom"} if upright else {"ha": "left", "va": "center"}
    axes.annotate(label, (value, 1) if upright else (1, value), (0, 2) if upright else (4, 0),
                  xycoords=inside, textcoords="offset points", color=GREY, fontsize=8,
                  **place)  # fmt: skip


def label(axes: plt.Axes, x: float, y: float, text: str, colour: str = "black") -> None:
    """Have a text stand beside a point, where it hides nothing; `styled` finds the place."""
    if text:
        vars(axes).setdefault("unplaced", []).append((x, y, text, colour))


def place_labels(axes: plt.Axes) -> None:
    """Write the labels of a whole chart; those that had to go far are tied to their points."""
    frame, scale, texts = axes.get_window_extent(), axes.figure.dpi / 72, [Bbox.null()]
    lines = [line.get_path().transformed(line.get_transform()) for line in axes.lines]
    marks = np.concatenate([line.vertices for line in lines] or [np.empty((0, 2))])
    for x, y, text, colour in vars(axes).get("unplaced", ()):
        notes = write_name(axes, text, (x, y), "data", (0, 0), colour=colour)
        size = Bbox.union([note.get_window_extent() for note in notes]).size + 2
        at = axes.transData.transform((x, y))
        costs = {}  # a place costs its distance, what it covers, and how far it leaves the frame
        for far, way in product(range(6, 66, 5), AROUND):
            low = at + np.array(way) * far * scale + (np.sign(way) - 1) / 2 * size
            box = Bbox([low, low + size])
            hidden = box.count_overlaps(texts) + box.padded(3).count_contains(marks)
            hidden += sum(line.intersects_bbox(box, filled=False) for line in lines)
            beyond = np.maximum(0, [*(frame.min - box.min), *(box.max - frame.max)]).sum()
            costs[box] = far + 40 * hidden + 20 * beyond
        box = min(costs, key=costs.get)
        texts.append(box)
        near = np.clip(at, box.min, box.max)
        for note in notes:
            shift = (box.x0 - at[0]) / scale, ((box.y0 + box.y1) / 2 - at[1]) / scale
            note.set(in_layout=False, position=(shift[0], note.xyann[1] + shift[1]))
        if np.hypot(*(near - at)) > 10 * scale:
            ends = axes.transData.inverted().transform([at, near])
            axes.plot(*ends.T, color="#bbbbbb", linewidth=0.6, zorder=0.4)
            lines.append(Path([at, near]))


@styled
def heat(
    values: np.ndarray, rows: Sequence[str], columns: Sequence, framed: Sequence[tuple] = (),
    colours: str = "Blues", span: Bounds = (), texts: np.ndarray | None = None,
    above: tuple[Split, Sequence[int]] | None = None, row: float = 0.34, **axis: object,
) -> Figure:  # fmt: skip
    """A table of numbers, each written on its colour; empty where one is NaN.

    framed: (row, column) of those that stand out. span: what is lightest and darkest. texts: what
    is written, if not the numbers. above: a split, an image for each column. row: inches of a row.
    """
    low, high = span or (0, 1.35 * values.max())
    figure, (axes,), heights = row_axes(rows, row, rest=1.2)
    axes.pcolormesh(range(len(columns)), heights, values, cmap=colours, vmin=low, vmax=high)
    for (line, column), value in np.ndenumerate(values):
        text = f"{value:.3f}" if texts is None else str(texts[line, column])
        axes.text(column, heights[line], text, ha="center", va="center", fontsize=8,
                  color="white" if value > low + 0.65 * (high - low) else "black")  # fmt: skip
    for line, column in framed:
        axes.add_patch(Rectangle((column - 0.5, heights[line] - 0.5), 1, 1, fill=False,
                                 edgecolor="black", linewidth=2))  # fmt: skip
    split, images = above or (None, ())
    for column, image in enumerate(images):
        wide = 1 / len(images)
        place = axes.inset_axes((column * wide + 0.004, 1.01, wide - 0.008, 0.2))
        picture(place, split, image, 160)
    axes.set_xticks(range(len(columns)), columns)
    axes.tick_params(length=0)
    axes.set(ylim=(-0.5, len(rows) - 0.5), frame_on=False, **axis)
    return figure


@styled
def scatter(
    groups: Mapping[str, tuple[np.ndarray, Look, float | np.ndarray]], labelled: bool = False,
    rules: Sequence[tuple] = (), tall: float = 4.4, **axis: object,
) -> Figure:  # fmt: skip
    """Dots in groups, label → (places [n, 2], look, sizes); rules: what `rule` takes.

    Each first dot is labelled, or several groups have a legend, without those named "_…".
    """
    figure, axes = plt.subplots(figsize=(WIDTH, tall))
    for text, (places, of, size) in groups.items():
        colour, marker = look(of)
        axes.scatter(*np.asarray(places).T, size, color=colour, marker=marker, linewidths=0.8,
                     alpha=0.7, label=text)  # fmt: skip
        if labelled:
            axes.plot(*places[0])  # unseen; a label keeps off lines
            label(axes, *places[0], text)
    for value, text, where in rules:
        rule(axes, value, text, **where)
    axes.set(**axis)
    axes.minorticks_off()
    if not labelled and sum(text[0] != "_" for text in groups) > 1:
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=8)
    return figure


def picture(axes: plt.Axes, split: Split, image: int, side: int = 224) -> None:
    shown = split.picture(image)
    shown.thumbnail((side, side))
    axes.imshow(shown)
    axes.set_axis_off()
    axes.set(xticks=[], yticks=[])  # unseen, but the layout would measure them


def bare(rows: int, columns: int, tall: float, **subplots: object) -> tuple[Figure, np.ndarray]:
    """A figure as wide as the page, and its grid without axes, [rows, columns]."""
    figure, grid = plt.subplots(rows, columns, figsize=(WIDTH, tall), squeeze=False, **subplots)
    for axes in grid.flat:
        axes.set_axis_off()
    return figure, grid


def tile(axes: plt.Axes, split: Split, image: int, text: str, is_true: bool = False) -> None:
    picture(axes, split, image)
    axes.set_title(f"✓ {text}" if is_true else text, fontsize=8, loc="left",
                   color=TRUE if is_true else "black", fontweight="normal")  # fmt: skip
    if is_true:
        frame = Rectangle((0, 0), 1, 1, transform=axes.transAxes, fill=False, clip_on=False)
        frame.set(edgecolor=TRUE, linewidth=4)
        axes.add_patch(frame)


def tiles(part: Figure, split: Split, best: Sequence[tuple[int, float]], truth: int | None) -> None:
    """Nine images in rank and score, (position, score), best first."""
    cells = part.subplots(3, 3)
    for axes in cells.flat:
        axes.set_axis_off()
    for rank, (axes, (image, score)) in enumerate(zip(cells.flat, best, strict=False), 1):
        tile(axes, split, image, f"{rank} · {score:.3f}", image == truth)


def write(axes: plt.Axes, lines: Sequence[Line], wide: float) -> None:
    """Write (text, points, colour) one below the other from the top, in so many inches."""
    axes.set_axis_off()
    below = 0.0
    for text, points, colour in lines:
        columns = int(wide * 72 / (0.57 * points))
        wrapped = textwrap.wrap(text, columns, subsequent_indent="   " * text.startswith("•"))
        axes.annotate("\n".join(wrapped), (0, 1), (0, -below), xycoords="axes fraction", va="top",
                      textcoords="offset points", fontsize=points, color=colour,
                      linespacing=1.3, in_layout=False)  # fmt: skip
        below += 1.42 * points * len(wrapped) + 2


@styled
def beside(split: Split, texts: Mapping[int, Sequence[Line]], row: float = 1.5) -> Figure:
    """Images of a split, each with lines of text beside it, in rows of so many inches."""
    figure, grid = plt.subplots(len(texts), 2, figsize=(WIDTH, min(TALLEST, row * len(texts))),
                                width_ratios=(row, WIDTH - row), squeeze=False)  # fmt: skip
    for (left, right), (image, lines) in zip(grid, texts.items(), strict=True):
        picture(left, split, image)
        write(right, lines, WIDTH - row - 0.2)
    return figure
