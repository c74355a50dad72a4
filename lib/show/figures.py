"""Figures of several chapters: scores, grids of images, and what the data is like."""

import re
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lib.data.dataset import Split
from lib.record.names import readable
from lib.search import retrieval
from lib.search.evaluation import Evaluation
from lib.show import kit
from lib.show.kit import GREY, WIDTH, WRONG, styled


@styled
def score_chart(rows: Sequence[dict], published: Mapping[str, float], chance: float) -> Figure:
    """`map_at_20` of each measured row with its interval, best at the top; ValueError without one.

    Bars from 0; where all scores are alike, dots on an axis that begins beside them. A system that
    reads human tags is hatched or hollow. published: system → the paper's score, drawn grey and
    dashed. chance: the exact score of a random ranking.
    """
    rows = sorted((r for r in rows if r["status"] == "measured"), key=lambda r: -r["map_at_20"])
    if not rows:
        raise ValueError("no row is measured: there is nothing to draw")
    figure, (axes,), heights = kit.row_axes([row["system"] for row in rows], rest=1)
    theirs = {r["system"]: published[r["system"]] for r in rows if r["system"] in published}
    ends = [end for row in rows for end in row["map_at_20_ci95"]] + list(theirs.values())
    zoomed = min(ends) > 0.5 * max(ends)
    for height, row in zip(heights, rows, strict=True):
        score, tags = row["map_at_20"], row.get("reads_tags", False)
        if not zoomed:
            pale, strong = [(kit.look(row["system"])[0], alpha) for alpha in (0.25, 0.5)]
            axes.barh(height, score, 0.6, facecolor=pale, edgecolor=strong, linewidth=0,
                      hatch="////" if tags else None)  # fmt: skip
        kit.mark(axes, score, height, row["system"], row["map_at_20_ci95"], hollow=tags and zoomed)
        kit.beside_row(axes, f"{score:.3f}", height, 34)
        if row["system"] in theirs:
            paper = theirs[row["system"]]
            axes.plot([paper] * 2, [height - 0.4, height + 0.4], color=GREY, linestyle=(0, (2, 1)))
            kit.beside_row(axes, f"{paper:.3f}", height, 68, GREY)
    kit.beside_row(axes, "here", len(rows) - 0.2, 34)
    if theirs:
        kit.beside_row(axes, "paper ┆", len(rows) - 0.2, 68, GREY)
    note = f"; the axis does not begin at 0, chance is {chance:.4f}" if zoomed else ""
    if any(row.get("reads_tags") for row in rows):
        note += f"\n{'hollow' if zoomed else 'hatched'}: reads human tags"
    axes.set(xlabel=f"map_at_20, 95 % interval{note}", ylim=(-0.6, len(rows) - 0.4))
    if zoomed:
        axes.margins(x=0.05)
        axes.grid(axis="x", color="#eeeeee")
    else:
        kit.rule(axes, chance, "chance", upright=True)
        axes.set_xlim(0, 1.03 * max(*ends, chance))
    scores = ", ".join(f"{readable(row['system'])} {row['map_at_20']:.3f}" for row in rows)
    figure.set_label(f"Scores with intervals, best first: {scores}; chance is {chance:.4f}")
    return figure


@styled
def top9(system: Evaluation, split: Split, query: int | str) -> Figure:
    """The nine best images for one description, with rank and score on each.

    query: position of a description in the split, or a text of one's own. Above them stand the
    whole description and, as a tenth, the true image with its rank.
    """
    typed = isinstance(query, str)
    scores = system.scores_of([query], split)[0] if typed else system.scores(split.name)[query]
    truth = None if typed or split.truth is None else int(split.truth[query])
    sentences = [f"“{query}”"] if typed else [f"• {s}" for s in split.sentences[query]]
    lines = [(readable(system.id), 9, "black"), (system.id, 6, GREY)]
    lines = lines[: 1 + (lines[0][0] != system.id)] + [(s, 8, "black") for s in sentences]
    tall = 0.75 if truth is None else 1.9
    figure = plt.figure(figsize=(5.4, 5.6 + tall))
    head, body = figure.subfigures(2, 1, height_ratios=(tall, 5.6))
    best = [(int(i), scores[i]) for i in retrieval.top_k(scores[None], 9)[0]]
    kit.tiles(body, split, best, truth)
    if truth is None:
        kit.write(head.subplots(), lines, 5.2)
        figure.set_label(f"Nine images that {lines[0][0]} finds for {' '.join(sentences)}")
        return figure
    left, right = head.subplots(1, 2, width_ratios=(1, 2.1))
    kit.tile(left, split, truth, f"true image, {rank_words(scores, truth)}")
    kit.write(right, lines, 3.4)
    place = rank_words(scores, truth)
    figure.set_label(f"Nine images that {lines[0][0]} finds for a description, whole above them, "
                     f"beside it the true image, {place}")  # fmt: skip
    return figure


def rank_words(scores: np.ndarray, truth: int) -> str:
    """Where the true image stands; among equals it counts as the middle one."""
    rank = retrieval.ranks(scores[None], np.array([truth]))[0]
    equal = int((scores == scores[truth]).sum())
    return f"rank {rank:g}" + (f", the middle of {equal} equals" if equal > 1 else "")


def examples(system: Evaluation, split: str) -> tuple[int, int, int]:
    """Three queries by a rule fixed before any result: a success, a failure, the middle one.

    The first whose image is among the nine, or else the best; the first whose image is beyond rank
    100, or else the worst; and the one in the middle of the list.
    """
    ranks = system.ranks[split][0]
    good, bad = np.flatnonzero(ranks <= 9), np.flatnonzero(ranks > 100)
    success = good[0] if len(good) else ranks.argmin()
    failure = bad[0] if len(bad) else ranks.argmax()
    return int(success), int(failure), len(ranks) // 2


@styled
def grids(panels: Mapping[str, Sequence[tuple[int, float]]], split: Split, query: str) -> Figure:
    """Nine images for one query by each system; panels: title → best (position, score) first."""
    figure = plt.figure(figsize=(3.5 * len(panels), 4.6))
    head, body = figure.subfigures(2, 1, height_ratios=(0.3, 4.3))
    kit.write(head.subplots(), [(f"“{query}”", 9, "black")], 3.4 * len(panels))
    parts = body.subfigures(1, len(panels), wspace=0.04, squeeze=False)[0]
    for part, (title, best) in zip(parts, panels.items(), strict=True):
        kit.tiles(part, split, best, None)
        part.suptitle(readable(title), fontsize=9, x=0.02, ha="left")
    return figure


@styled
def strip(systems: Sequence[Evaluation], split: Split, query: str) -> Figure:
    """The three best images that each system finds for one text: a column each, worst first."""
    systems = sorted(systems, key=lambda system: system.map_at_20(split.name))
    figure, grid = plt.subplots(3, len(systems), figsize=(WIDTH, 3.6), squeeze=False)
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0, hspace=0)
    heads = [f"{re.split('[:,]', readable(system.id))[0]}\n{system.map_at_20(split.name):.3f}"
             for system in systems]  # fmt: skip
    for column, system, head in zip(grid.T, systems, heads, strict=True):
        for axes, image in zip(column, retrieval.top_k(system.scores_of([query], split), 3)[0],
                               strict=True):  # fmt: skip
            kit.picture(axes, split, int(image))
        column[0].set_title(head, loc="center", fontsize=11, fontweight="normal")
    figure.suptitle(f"“{query}”, by each family, worst to best", fontsize=11, x=0.01, ha="left")
    about = f"The three best images for “{query}” of each family, worst to best, and its score"
    figure.set_label(f"{about}: {', '.join(heads)}".replace("\n", " "))
    return figure


@styled
def contact_sheet(split: Split, n: int = 64) -> Figure:
    shown = np.linspace(0, len(split) - 1, min(n, len(split))).astype(int)
    rows = -(-len(shown) // 8)
    figure, grid = kit.bare(rows, 8, 0.88 * rows, gridspec_kw={"wspace": 0.02, "hspace": 0.02})
    for axes, image in zip(grid.flat, shown, strict=False):
        kit.picture(axes, split, int(image), 160)
    return figure


@styled
def histograms(panels: Mapping[str, np.ndarray], marks: Mapping[str, tuple[float, str]]) -> Figure:
    """Distributions with means; panels: title → whole numbers; marks: title → (position, label)."""
    figure, grid = plt.subplots(1, len(panels), figsize=(WIDTH, 2.3), squeeze=False)
    for axes, (title, values) in zip(grid[0], panels.items(), strict=True):
        step = 1 + np.ptp(values) // 40  # whole numbers want bins of whole numbers
        bins = np.arange(values.min(), values.max() + step + 1, step) - 0.5
        axes.hist(values, bins=bins, color=kit.look("baseline")[0], alpha=0.8)
        axes.set(title=title, yticks=[], xlabel=f"mean {values.mean():.1f}")
        axes.set_xlim(min(0, bins[0]), None)
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.spines["left"].set_visible(False)
        if title in marks:
            kit.rule(axes, *marks[title], upright=True, color=WRONG, linestyle="--")
    return figure


@styled
def seed_strip(groups: Mapping[str, Sequence[float]]) -> Figure:
    """One dot a seed for each group, its mean as a bar: how much luck there is in a score."""
    figure, (axes,), heights = kit.row_axes(list(groups), row=0.4)
    for height, (name, values) in zip(heights, groups.items(), strict=True):
        colour = kit.look(name)[0]
        axes.plot(values, [height] * len(values), "o", color=colour, alpha=0.5, markersize=6)
        axes.plot([np.mean(values)] * 2, [height - 0.3, height + 0.3], color=colour)
    axes.margins(x=0.05)
    axes.set_xlabel("map_at_20 of each draw, a bar at their mean; the axis is not from 0")
    ranges = (f"{readable(n)} {min(v):.4f} to {max(v):.4f}" for n, v in groups.items())
    figure.set_label(f"Scores of each draw: {', '.join(ranges)}")
    return figure


@styled
def captioned(split: Split, texts: Mapping[int, Sequence[kit.Line]], columns: int = 4) -> Figure:
    """Images of a split, each with lines of text under it."""
    rows = -(-len(texts) // columns)
    figure, grid = kit.bare(2 * rows, columns, 2.9 * rows, height_ratios=(1.4, 1.2) * rows)
    for place, (image, lines) in enumerate(texts.items()):
        row, column = divmod(place, columns)
        kit.picture(grid[2 * row, column], split, image)
        kit.write(grid[2 * row + 1, column], lines, WIDTH / columns - 0.15)
    return figure


@styled
def attention(split: Split, image: int, words: Sequence[str], shares: np.ndarray) -> Figure:
    """An image for each word, bright where the word looks; shares: [n_word, side, side]."""
    columns = min(6, len(words))
    rows = -(-len(words) // columns)
    figure, grid = kit.bare(rows, columns, 1.35 * rows)
    for axes, word, share in zip(grid.flat, words, shares, strict=False):
        kit.picture(axes, split, image)
        right, bottom = axes.get_xlim()[1], axes.get_ylim()[0]
        axes.imshow(share, cmap="gray", alpha=0.65, extent=(-0.5, right, bottom, -0.5),
                    interpolation="bilinear")  # fmt: skip
        axes.set_title(word, fontsize=8)
    return figure
