"""Charts and image grids. Every function returns a figure; `Report.figure` keeps and shows it."""

import io
import textwrap
from collections import Counter
from collections.abc import Callable, Sequence
from functools import wraps

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from lib.base import paths
from lib.data.dataset import Split
from lib.search import metrics, retrieval
from lib.search.runs import SystemRun

STYLE = paths.LIBRARY / "show/figures.mplstyle"
TRUE = "#009E73"  # frames the true image
GREY = "#888888"  # the paper's values, and chance
FAMILIES = {  # first part of a system's id → colour and marker, the same in all notebooks
    "chance": (GREY, "|"),
    "baseline": ("#0072B2", "o"),
    "tuning": ("#0072B2", "s"),
    "boosting": ("#D55E00", "^"),
    "classic": ("#56B4E9", "D"),
    "deep": ("#CC79A7", "v"),
    "caption": ("#E69F00", "P"),
    "clip": ("#009E73", "o"),
    "baby": ("#009E73", "s"),
    "fusion": ("#000000", "*"),
}


def styled(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """The same drawing function in the report's style, its figure closed to pyplot."""

    @wraps(draw)
    def drawn(*args, **kwargs) -> Figure:
        with plt.style.context(STYLE):
            figure = draw(*args, **kwargs)
            plt.close(figure)  # otherwise a notebook shows it a second time
            return figure

    return drawn


def encoded(figure: Figure) -> tuple[str, bytes]:
    """The figure as a file, ("png" or "jpg", its bytes); the same bytes for the same figure.

    A chart is a PNG. A figure that holds images is a JPEG, a tenth of the size.
    """
    picture = io.BytesIO()
    with plt.style.context(STYLE):
        if any(axes.images for axes in figure.axes):
            figure.savefig(picture, format="jpg", pil_kwargs={"quality": 88, "optimize": True})
            return "jpg", picture.getvalue()
        figure.savefig(picture, format="png", metadata={"Software": None})
        return "png", picture.getvalue()


@styled
def score_chart(rows: Sequence[dict], published: dict[str, float], chance: float) -> Figure:
    """`map_at_20` of each measured row with its interval, best at the top, from 0.

    published: system → the paper's score, drawn grey and dashed where there is one.
    chance: the exact score of a random ranking. Raises ValueError if nothing was measured.
    """
    rows = sorted((r for r in rows if r["status"] == "measured"), key=lambda r: r["map_at_20"])
    published = {r["system"]: published[r["system"]] for r in rows if r["system"] in published}
    if not rows:
        raise ValueError("no row is measured: there is nothing to draw")
    figure, axes = plt.subplots(figsize=(7, 0.9 + 0.42 * len(rows)))
    for height, row in enumerate(rows):
        colour, marker = FAMILIES[row["system"].split(".")[0]]
        low, high = row["map_at_20_ci95"]
        axes.barh(height, row["map_at_20"], height=0.55, color=colour, alpha=0.25)
        axes.plot([low, high], [height, height], color=colour)
        axes.plot(row["map_at_20"], height, marker, color=colour, markersize=5)
        axes.annotate(f"{row['map_at_20']:.3f}", (1, height), (4, 0),
                      xycoords=("axes fraction", "data"), textcoords="offset points",
                      va="center")  # fmt: skip
        if row["system"] in published:
            draw_published(axes, published[row["system"]], height)
    axes.axvline(chance, color=GREY, linewidth=1)
    axes.annotate(" chance", (chance, len(rows) - 0.45), color=GREY, va="bottom", fontsize=8)
    axes.set_yticks(range(len(rows)), [row["system"] for row in rows])
    axes.tick_params(axis="y", length=0)
    furthest = [row["map_at_20_ci95"][1] for row in rows] + list(published.values())
    axes.set(xlim=(0, 1.03 * max(*furthest, chance)), ylim=(-0.6, len(rows) - 0.1))
    axes.set_xlabel("map_at_20, 95 % interval")
    return figure


def draw_published(axes: plt.Axes, value: float, height: float) -> None:
    """A published score beside a measured one: grey, dashed, named."""
    axes.plot([value, value], [height - 0.4, height + 0.4], "--", color=GREY)
    axes.annotate("paper", (value, height + 0.4), (0, 1), textcoords="offset points",
                  ha="center", va="bottom", fontsize=7, color=GREY)  # fmt: skip


@styled
def top9(run: SystemRun, split: Split, query: int | str) -> Figure:
    """The nine best images for one description, with rank and score on each.

    query: position of a description in the split, or a text of one's own. The true image
    is framed and ticked; where it is not among the nine, the title gives its rank.
    """
    typed = isinstance(query, str)
    queries = run.system.embed_texts([query]) if typed else run.queries[split.name][query, None]
    scores = retrieval.scores(queries, run.gallery[split.name], run.metric)
    truth = None if typed or split.truth is None else int(split.truth[query])
    best = retrieval.top_k(scores, 9)[0]
    figure, grid = plt.subplots(3, 3, figsize=(5.4, 6.3))
    for rank, (axes, image) in enumerate(zip(grid.flat, best, strict=False), 1):
        draw_tile(axes, split, image, f"{rank} · {scores[0, image]:.3f}", image == truth)
    for axes in grid.flat[len(best) :]:
        axes.axis("off")
    note = "" if truth is None else true_rank_note(scores, truth, best)
    shown = f"“{query}”" if typed else f"“{split.sentences[query][0].rstrip(' .')}” …"
    text = textwrap.fill(shown, 64)
    figure.suptitle(f"{text}\n{run.id}{note}", fontsize=9, x=0.02, ha="left")
    return figure


def examples(run: SystemRun, split: str) -> tuple[int, int, int]:
    """Three queries by a rule fixed before any result: a success, a failure, the middle one.

    The first whose image is among the nine; the first whose image is beyond rank 100, or
    else the worst; and the one in the middle of the list. Where there is no success the
    best stands in.
    """
    ranks = run.ranks[split][0]
    good, bad = np.flatnonzero(ranks <= 9), np.flatnonzero(ranks > 100)
    success = good[0] if len(good) else ranks.argmin()
    failure = bad[0] if len(bad) else ranks.argmax()
    return int(success), int(failure), len(ranks) // 2


def true_rank_note(scores: np.ndarray, truth: int, best: np.ndarray) -> str:
    """Where the true image stands, for a grid's title."""
    rank = retrieval.ranks(scores, np.array([truth]))[0]
    return f"\ntrue image at rank {rank:g} of {scores.shape[1]}" + (
        "" if truth in best else ", not among the nine"
    )


def draw_tile(axes: plt.Axes, split: Split, image: int, label: str, is_true: bool) -> None:
    """One image of a grid with its label; the true one framed and ticked."""
    picture = split.picture(image)
    picture.thumbnail((224, 224))
    axes.imshow(picture)
    axes.set_axis_off()
    axes.set(xticks=[], yticks=[])  # unseen, but the layout would measure them
    axes.set_title(f"✓ {label}" if is_true else label, fontsize=8, loc="left",
                   color=TRUE if is_true else "black", fontweight="normal")  # fmt: skip
    if is_true:
        frame = Rectangle((0, 0), 1, 1, transform=axes.transAxes, fill=False, clip_on=False)
        frame.set(edgecolor=TRUE, linewidth=4)
        axes.add_patch(frame)


@styled
def image_sheet(split: Split, positions: Sequence[int]) -> Figure:
    """Images with their own sentences and tags beside them.

    positions: of images in the gallery. Where nobody told which sentences are theirs,
    only the tags stand beside them.
    """
    figure, grid = plt.subplots(len(positions), 2, figsize=(7, 1.75 * len(positions)),
                                width_ratios=(1, 3.4), squeeze=False)  # fmt: skip
    for (left, right), image in zip(grid, positions, strict=True):
        left.imshow(split.picture(image))
        own = [] if split.truth is None else np.flatnonzero(split.truth == image)
        lines = [f"• {s}" for query in own for s in split.sentences[query]]
        wrapped = [textwrap.fill(line, 78, subsequent_indent="   ") for line in lines]
        tags = ", ".join(dict.fromkeys(split.tags[image])) or "none"
        wrapped.append(textwrap.fill(f"Tags: {tags}", 78, subsequent_indent="   "))
        right.text(0, 1, "\n".join(wrapped), va="top", fontsize=7.5, linespacing=1.35)
        left.set_axis_off()
        right.set_axis_off()
    return figure


@styled
def contact_sheet(split: Split, n: int = 64) -> Figure:
    """Images spread evenly over a split, eight in a row, without a word."""
    shown = np.linspace(0, len(split) - 1, min(n, len(split))).astype(int)
    rows = -(-len(shown) // 8)
    figure, grid = plt.subplots(rows, 8, figsize=(7, 0.88 * rows), squeeze=False,
                                gridspec_kw={"wspace": 0.02, "hspace": 0.02})  # fmt: skip
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, image in zip(grid.flat, shown, strict=False):
        picture = split.picture(int(image))
        picture.thumbnail((160, 160))
        axes.imshow(picture)
    return figure


@styled
def histograms(panels: dict[str, np.ndarray], marks: dict[str, tuple[float, str]]) -> Figure:
    """Distributions side by side, each with its mean written in.

    panels: title → whole numbers. marks: title → (position, label) of a limit to draw.
    """
    figure, grid = plt.subplots(1, len(panels), figsize=(7, 2.3), squeeze=False)
    for axes, (title, values) in zip(grid[0], panels.items(), strict=True):
        step = 1 + np.ptp(values) // 40  # whole numbers want bins of whole numbers
        bins = np.arange(values.min(), values.max() + step + 1, step) - 0.5
        axes.hist(values, bins=bins, color=FAMILIES["baseline"][0], alpha=0.8)
        axes.set(title=title, yticks=[], xlabel=f"mean {values.mean():.1f}")
        axes.set_xlim(min(0, bins[0]), None)
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.spines["left"].set_visible(False)
        if title in marks:
            position, label = marks[title]
            axes.axvline(position, color="#D55E00", linestyle="--", linewidth=1)
            axes.annotate(label, (position, 0.97), (-3, 0), xycoords=("data", "axes fraction"),
                          textcoords="offset points", ha="right", va="top", fontsize=8,
                          color="#D55E00")  # fmt: skip
    return figure


@styled
def tag_bars(split: Split, most: int = 15) -> Figure:
    """In how many images the most frequent tags occur."""
    counts = Counter(tag for tags in split.tags for tag in set(tags)).most_common(most)[::-1]
    figure, axes = plt.subplots(figsize=(7, 0.5 + 0.21 * max(1, len(counts))))
    axes.barh([tag for tag, _ in counts], [n for _, n in counts],
              color=FAMILIES["baseline"][0], alpha=0.8)  # fmt: skip
    for height, (_, n) in enumerate(counts):
        axes.annotate(f"{n}", (n, height), (4, 0), textcoords="offset points", va="center")
    axes.set(xlabel=f"images of {len(split)} in {split.name}", xlim=(0, None))
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.08, y=0.01)
    return figure


@styled
def feature_spectrum(layers: dict[str, np.ndarray], kept: dict[str, np.ndarray]) -> Figure:
    """Left: how the features are distributed. Right: variance kept against components.

    layers: name → features [n_image, n_feature]. kept: name → `features.variance_kept`.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7, 2.5))
    for features in layers.values():
        sample = features.ravel()[:: max(1, features.size // 200_000)]
        left.hist(sample, bins=80, density=True, histtype="step")
    for number, (name, share) in enumerate(kept.items()):
        right.plot(np.arange(1, len(share) + 1), share)
        right.annotate(name, (0.96, 0.12 + 0.12 * number), xycoords="axes fraction",
                       ha="right", color=f"C{number}")  # fmt: skip
    left.set(title="Values of the features, log scale", xlabel="value", yscale="log", yticks=[])
    left.minorticks_off()
    left.spines["left"].set_visible(False)
    right.set(title="Variance kept", xlabel="principal components", xscale="log", ylim=(0, 1.02))
    return figure


@styled
def score_weights() -> Figure:
    """What one query earns at each rank, by the two scores that entrants quote."""
    ranks = np.arange(1, 26)
    figure, axes = plt.subplots(figsize=(7, 2.2))
    curves = {
        "map_at_20: 1/rank": [metrics.map_at_k([rank]) for rank in ranks],
        "linear_at_20: (21 − rank)/20": [metrics.linear_at_k([rank]) for rank in ranks],
    }
    for number, (label, earned) in enumerate(curves.items()):
        axes.plot(ranks, earned, ".-", color=f"C{number}")
        axes.annotate(label, (6, earned[5]), (6, 4), textcoords="offset points",
                      color=f"C{number}")  # fmt: skip
    axes.set(xlabel="rank of the true image", ylabel="score of the query", ylim=(0, 1.05))
    return figure


@styled
def seed_strip(groups: dict[str, Sequence[float]]) -> Figure:
    """One dot a seed for each group, its mean as a bar: how much luck there is in a score."""
    figure, axes = plt.subplots(figsize=(7, 0.6 + 0.4 * len(groups)))
    for height, (name, values) in enumerate(reversed(groups.items())):
        colour = FAMILIES[name.split(".")[0]][0]
        axes.plot(values, [height] * len(values), "o", color=colour, alpha=0.5, markersize=6)
        axes.plot([np.mean(values)] * 2, [height - 0.3, height + 0.3], color=colour)
    axes.set_yticks(range(len(groups)), list(reversed(groups)))
    axes.tick_params(axis="y", length=0)
    axes.set(xlim=(0, None), ylim=(-0.6, len(groups) - 0.4), xlabel="map_at_20, one dot a seed")
    return figure
