"""Charts of chapter 06: training, prompts, hubs, fine-tuning, facts, and what moves the score."""

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lib.data.dataset import Split
from lib.show.figures import FAMILIES, GREY, styled

CLIP = FAMILIES["clip"][0]
OTHER = {  # family, or a system of a family that has two → colour and marker
    "clip": ("#009E73", "o"),
    "classic": ("#56B4E9", "D"),
    "baseline": ("#0072B2", "s"),
    "baby.resnet50_distilbert": ("#D55E00", "^"),
    "baby.deit_distilbert": ("#CC79A7", "v"),
}


@styled
def similarities(
    split: Split, images: Sequence[int], sentences: Sequence[str], cosines: np.ndarray
) -> Figure:
    """Sentences against images: cosines as colours, each pair's own on the diagonal.

    images: positions in the gallery. cosines: [n_sentence, n_image].
    """
    n = len(images)
    figure, axes = plt.subplots(figsize=(7, 4.6))
    axes.imshow(cosines, cmap="Greens", vmin=max(0, cosines.min()), aspect="auto")
    for (row, column), value in np.ndenumerate(cosines):
        dark = value > cosines.min() + 0.7 * np.ptp(cosines)
        axes.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=8,
                  color="white" if dark else "black",
                  fontweight="bold" if row == column else "normal")  # fmt: skip
    labels = [textwrap.fill(textwrap.shorten(s, 90, placeholder=" …"), 34) for s in sentences]
    axes.set_yticks(range(n), labels, fontsize=7)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for column, image in enumerate(images):
        above = axes.inset_axes((column / n + 0.004, 1.01, 1 / n - 0.008, 0.2))
        picture = split.picture(image)
        picture.thumbnail((160, 160))
        above.imshow(picture)
        above.set_axis_off()
    return figure


@styled
def pretraining(curve: Sequence[dict], after: Mapping[str, float], bound: float) -> Figure:
    """Score on held-out scenes against the pairs seen, and where it ends.

    curve: "pairs" and "map_at_20" of each look. after: label → score at the curve's end.
    bound: the level that was expected beforehand.
    """
    figure, axes = plt.subplots(figsize=(7, 2.9))
    pairs = [look["pairs"] for look in curve]
    axes.plot(pairs, [look["map_at_20"] for look in curve], "o-", color=CLIP, markersize=4)
    for look in curve[:-1]:
        axes.annotate(f"{look['map_at_20']:.2f}", (look["pairs"], look["map_at_20"]), (0, 6),
                      textcoords="offset points", ha="right", fontsize=8)  # fmt: skip
    for number, (label, score) in enumerate(sorted(after.items(), key=lambda item: item[1])):
        axes.plot(pairs[-1] * 1.35, score, "*", color=CLIP, markersize=8)
        axes.annotate(f"{label} {score:.3f}", (pairs[-1] * 1.35, score), (7, 14 * number - 7),
                      textcoords="offset points", va="center", fontsize=8)  # fmt: skip
    axes.axhline(bound, color=GREY, linestyle="--", linewidth=1)
    axes.annotate("expected beforehand", (pairs[0], bound), (0, 3), textcoords="offset points",
                  color=GREY, fontsize=8)  # fmt: skip
    axes.set(xscale="log", ylim=(0, 1), xlabel="pairs of picture and caption seen",
             ylabel="map_at_20", xlim=(pairs[0] * 0.8, pairs[-1] * 6))  # fmt: skip
    return figure


@styled
def forest(gains: Mapping[str, dict], base: str) -> Figure:
    """What each system differs from one of them by, with its paired interval, best at the top."""
    ordered = sorted(gains.items(), key=lambda item: item[1]["difference"])
    figure, axes = plt.subplots(figsize=(7, 0.8 + 0.24 * len(ordered)))
    for height, (_, gain) in enumerate(ordered):
        low, high = gain["ci95"]
        sure = low > 0 or high < 0
        axes.plot([low, high], [height, height], color=CLIP, alpha=1 if sure else 0.45)
        axes.plot(gain["difference"], height, "o", color=CLIP, markersize=5,
                  markerfacecolor=CLIP if sure else "white")  # fmt: skip
        axes.annotate(f"{gain['difference']:+.3f}", (1.0, height), (4, 0), va="center",
                      xycoords=("axes fraction", "data"), textcoords="offset points",
                      fontsize=8)  # fmt: skip
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_yticks(range(len(ordered)), [name.removeprefix("clip.") for name, _ in ordered])
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel=f"map_at_20 less that of {base}, 95 % interval; hollow: not told from noise",
             ylim=(-0.7, len(ordered) - 0.3))  # fmt: skip
    return figure


@styled
def hubs(counts: Mapping[str, np.ndarray]) -> Figure:
    """How often each image is among the best nine, before and after a correction.

    counts: label → occurrences, int [n_gallery].
    """
    figure, axes = plt.subplots(figsize=(7, 2.4))
    most = max(int(values.max()) for values in counts.values())
    for number, (label, values) in enumerate(counts.items()):
        sorted_counts = np.sort(values)[::-1]
        colour = (GREY, CLIP)[number]
        axes.plot(np.arange(1, len(values) + 1), sorted_counts, color=colour)
        never = np.mean(values == 0)
        told = f"{label}: the most frequent {values.max()} times, {never:.0%} never"
        axes.annotate(told, (0.98, 0.9 - 0.13 * number), xycoords="axes fraction", ha="right",
                      color=colour, fontsize=8)  # fmt: skip
    axes.axhline(9, color="black", linewidth=0.6, linestyle=":")
    axes.set(xscale="log", ylim=(0, 1.05 * most), xlabel="images, the most frequent first",
             ylabel="times among the nine")  # fmt: skip
    return figure


@styled
def tuning(curves: Mapping[str, Sequence[dict]], mixes: Mapping[float, float]) -> Figure:
    """Left: development score over the epochs. Right: between the old weights and the new.

    curves: label → looks with "epoch" and "map_at_20". mixes: share of the new → score.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7, 2.6), sharey=True)
    for (label, looks), style in zip(curves.items(), ("-", "--", ":"), strict=False):
        epochs, scores = zip(*((x["epoch"], x["map_at_20"]) for x in looks), strict=True)
        left.plot(epochs, scores, style, color=CLIP, marker="o", markersize=3)
        left.annotate(label, (epochs[-1], scores[-1]), (4, 0), textcoords="offset points",
                      va="center", fontsize=8)  # fmt: skip
    right.plot(list(mixes), list(mixes.values()), "o-", color=CLIP, markersize=4)
    values = [look["map_at_20"] for looks in curves.values() for look in looks]
    low, high = min([*values, *mixes.values()]), max([*values, *mixes.values()])
    room = max(0.2 * (high - low), 0.005)
    left.set(title="While it trains", xlabel="epochs over the fit images", ylabel="map_at_20, dev",
             ylim=(low - room, high + room))  # fmt: skip
    last = max(look["epoch"] for looks in curves.values() for look in looks)
    left.set_xlim(-0.04 * last, 1.4 * last)
    right.set(title="Old weights to new", xlabel="share of the fine-tuned weights")
    return figure


@styled
def by_kind(
    accuracy: Mapping[str, Mapping[str, tuple[float, Sequence[float]]]], chance: float
) -> Figure:
    """Forced-choice accuracy by kind of fact, a mark for each system.

    accuracy: system → kind → (accuracy, its 95 % interval).
    """
    kinds = list(next(iter(accuracy.values())))
    figure, axes = plt.subplots(figsize=(7, 2.9))
    for number, (name, by) in enumerate(accuracy.items()):
        family = name.split(".")[0]
        colour, marker = OTHER.get(name) or OTHER.get(family) or FAMILIES[family]
        shift = min(0.18, 0.8 / len(accuracy)) * (number - (len(accuracy) - 1) / 2)
        for place, kind in enumerate(kinds):
            value, (low, high) = by[kind]
            axes.plot([place + shift] * 2, [low, high], color=colour, linewidth=1.2)
            axes.plot(place + shift, value, marker, color=colour, markersize=5)
        axes.plot([], [], marker, color=colour, label=".".join(name.split(".")[:2]))
    axes.axhline(chance, color=GREY, linewidth=1)
    axes.annotate("chance", (len(kinds) - 0.5, chance), (0, 3), textcoords="offset points",
                  color=GREY, fontsize=8, ha="right")  # fmt: skip
    axes.set_xticks(range(len(kinds)), kinds)
    axes.tick_params(axis="x", length=0)
    axes.set(ylim=(0, 1.02), ylabel="right choices of four", xlim=(-0.5, len(kinds) - 0.5))
    axes.legend(ncols=min(4, len(accuracy)), loc="lower center", bbox_to_anchor=(0.5, 1),
                fontsize=8)  # fmt: skip
    return figure


@styled
def what_moves_it(
    by_gallery: Mapping[str, Mapping[int, float]], by_sentences: Mapping[str, Mapping[int, dict]]
) -> Figure:
    """Left: score against the size of the gallery. Right: against the sentences in the query."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(7, 2.9), sharey=True)
    for name, scores in by_gallery.items():
        colour, marker = OTHER[name.split(".")[0]]
        left.plot(list(scores), list(scores.values()), marker + "-", color=colour, markersize=4)
        sentences = by_sentences[name]
        for n, row in sentences.items():
            right.plot([n, n], row["ci95"], color=colour, linewidth=1)
        right.plot(list(sentences), [row["map_at_20"] for row in sentences.values()], marker + "-",
                   color=colour, markersize=4)  # fmt: skip
        last = max(sentences)
        right.annotate(".".join(name.split(".")[:2]), (last, sentences[last]["map_at_20"]), (6, 0),
                       textcoords="offset points", va="center", color=colour,
                       fontsize=8)  # fmt: skip
    left.set(xscale="log", xlabel="images in the gallery", ylabel="map_at_20", ylim=(0, 1))
    right.set(xlabel="sentences in the query")
    right.margins(x=0.28)
    right.set_xticks(list(next(iter(by_sentences.values()))))
    return figure
