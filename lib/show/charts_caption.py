"""Charts of chapter 05: pictures with what was written under them, and scores while learning."""

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from lib.data.dataset import Split
from lib.show.figures import FAMILIES, GREY, TRUE, styled

CAPTION = FAMILIES["caption"][0]
COLOURS = {"caption.zero_shot": GREY, "caption.finetuned": CAPTION, "caption.pretrained": CAPTION}
LINE = 74  # characters


@styled
def captioned(split: Split, written: Mapping[int, Mapping[str, str]]) -> Figure:
    """Pictures with a person's sentence and the captioners' beside each.

    written: position in the gallery → captioner → its caption.
    """
    figure, grid = plt.subplots(len(written), 2, figsize=(7, 1.25 * len(written)),
                                width_ratios=(1, 4), squeeze=False)  # fmt: skip
    for (left, right), (image, by) in zip(grid, written.items(), strict=True):
        picture = split.picture(image)
        picture.thumbnail((224, 224))
        left.imshow(picture)
        query = split.truth.tolist().index(image)
        lines = [("a person", split.sentences[query][0], TRUE)]
        lines += [(name.removeprefix("caption."), text, COLOURS[name]) for name, text in by.items()]
        for number, (who, text, colour) in enumerate(lines):
            height = 0.92 - 0.32 * number
            right.text(0, height, who, va="top", fontsize=7, color=colour, fontweight="bold")
            shown = textwrap.shorten(text or "(nothing)", 2 * LINE, placeholder=" …")
            right.text(0.17, height, textwrap.fill(shown, LINE), va="top", fontsize=8)
        left.set_axis_off()
        right.set_axis_off()
    return figure


@styled
def learning(
    curves: Mapping[str, Sequence[dict]], steps: Mapping[str, int], chance: float
) -> Figure:
    """Development score against training steps; curves: label → looks, steps: of an epoch."""
    figure, axes = plt.subplots(figsize=(7, 2.8))
    last = 1
    for (label, looks), style in zip(curves.items(), ("--", "-", ":"), strict=False):
        x = [look["epoch"] * steps[label] for look in looks]
        y = [look["score"] for look in looks]
        axes.plot(x, y, style, color=CAPTION, marker="o", markersize=3)
        axes.annotate(label, (x[-1], y[-1]), (5, 0), textcoords="offset points", va="center",
                      fontsize=8, color=CAPTION)  # fmt: skip
        last = max(last, x[-1])
    axes.axhline(chance, color=GREY, linewidth=1)
    axes.annotate("chance", (0, chance), (2, 3), textcoords="offset points", color=GREY, fontsize=8)
    axes.set(xlim=(0, 1.25 * last), ylim=(0, None), xlabel="training steps of the join",
             ylabel="map_at_20, dev")  # fmt: skip
    return figure
