"""The charts, drawn from numbers that are made up: nothing is cut off, no text hides another."""

import itertools

import numpy as np
import pytest
from colours import Colours
from matplotlib.image import AxesImage
from matplotlib.text import Text

from lib.record.names import readable
from lib.search import evaluation
from lib.show import charts, figures, kit

CI = (-0.02, 0.02)
SYSTEMS = ("clip.full", "classic.ridge.image_to_text.tfidf.pool5_tags.cosine", "deep.fixed",
           "baseline.ridge_random100", "baby.resnet50_distilbert", "baby.deit_distilbert",
           "caption.finetuned", "boosting.xgboost_pca100", "fusion.all")  # fmt: skip


def around(value: float) -> tuple[float, tuple[float, float]]:
    """A value with an interval."""
    return value, (value - 0.02, value + 0.02)


def rows(scores: dict[str, float]) -> list[dict]:
    """Measured rows, and one that was not run."""
    measured = [{"system": name, "status": "measured", "map_at_20": score,
                 "map_at_20_ci95": around(score)[1]} for name, score in scores.items()]  # fmt: skip
    return [*measured, {"system": "clip.together", "status": "not_run", "reason": "no weights"}]


def tagged(systems: list[dict]) -> list[dict]:
    """The same, the second a reader of human tags."""
    return [one | ({"reads_tags": True} if i == 1 else {}) for i, one in enumerate(systems)]


def looks(n: int, top: float, key: str = "score") -> list[dict]:
    """What was seen while something was trained."""
    return [{"epoch": i, "pairs": 1000 * 2**i, key: top * i / n} for i in range(1, n + 1)]


COST = [{"name": name, "score": 0.9 - 0.1 * i, "ci95": around(0.9 - 0.1 * i)[1],
         "seconds": 3.0 ** (i % 5), "model_bytes": 10 ** (4 + i % 4)}
        for i, name in enumerate(SYSTEMS)]  # fmt: skip
RISING = np.linspace(0.1, 0.5, 12)
PANEL = {"fit_loss": 1 - RISING, "dev_loss": 1.1 - RISING,
         "dev_score": {1: 0.1, 6: 0.3, 12: 0.4}, "kept": 7}  # fmt: skip
NAN = float("nan")
KINDS = {k: around(0.1 + 0.1 * i) for i, k in enumerate(("place", "count", "colour", "who"))}
DRAWN = {
    "bars": lambda: figures.score_chart(
        rows({name: 0.9 - 0.1 * i for i, name in enumerate(SYSTEMS)}), {"clip.full": 0.85}, 0.01
    ),
    "dots": lambda: figures.score_chart(
        rows({f"clip.{i}": 0.8 - 0.005 * i for i in range(40)}), {"clip.3": 0.65}, 0.01
    ),
    "tagged": lambda: figures.score_chart(
        tagged(rows(dict.fromkeys(SYSTEMS, 0.5))), {}, 0.4
    ),
    "tagged_bars": lambda: figures.score_chart(
        tagged(rows({name: 0.9 - 0.1 * i for i, name in enumerate(SYSTEMS)})), {}, 0.01
    ),
    "tagged_cost": lambda: charts.cost(
        tagged(COST), SYSTEMS[:5], {"seconds": ("seconds", ""), "model_bytes": ("size", "B")}
    ),
    "grid": lambda: kit.heat(
        np.eye(3), ("alpha 1", "alpha 2", "alpha 3"), ("0\nridge", "0.5", "1\nlasso"), [(1, 1)],
        xlabel="l1_ratio", title="map_at_20 on development",
    ),
    "panels": lambda: kit.lines(
        {"curves": {"": dict(enumerate(RISING, 1))}, "of": "tuning", "xscale": "log", "xlabel": "n",
         "ylabel": "variance kept", "ylim": (0, 1), "rules": [(5, "n = 5", {"upright": True})]},
        {"curves": {name: {1: around(i / 5), 2: around(i / 4)} for i, name in
         enumerate(SYSTEMS[:3], 1)}, "of": {name: name for name in SYSTEMS[:3]}, "title": "Named",
         "xlabel": "sentences", "xticks": [1, 2], "xlim": (0.7, 5)},
    ),
    "numbers": lambda: kit.lines(
        {"curves": {"": {1000 * 2**i: i / 9 for i in range(1, 7)}, "held out 0.700": {86400: 0.7},
         "development 0.720": {86400: 0.72}}, "of": "clip", "xscale": "log", "number": "{:.2f}",
         "xlim": (1600, 512000), "ylim": (0, 1), "rules": [(0.5, "expected\nbeforehand", {})]}
    ),
    "in_the_middle": lambda: kit.lines(
        {"curves": {"1/rank": {i: 1 / i for i in range(1, 26)}, "linear": {i: max(0, 21 - i) / 20
         for i in range(1, 26)}}, "of": "deep", "at": 6, "xlabel": "rank"}
    ),
    "curves": lambda: charts.curves({"a": PANEL, "b": PANEL}, "rounds", "error", "deep", True),
    "cost": lambda: charts.cost(
        COST, SYSTEMS[:5], {"seconds": ("seconds", ""), "model_bytes": ("size", "B")}
    ),
    "levers": lambda: kit.dots(
        {"words: tf-idf": {"alone": around(0), "on top": around(0.1)}},
        {"alone": ("on the plain recipe", "classic"), "on top": ("on the strong one", "tuning")},
        xlabel="change of map_at_20",
    ),
    "faults": lambda: kit.scatter(
        {name: ([(0.01 + 0.001 * i, 1 + 0.1 * i)], "deep", 25)
         for i, name in enumerate(("healthy", "one", "two", "three"))},
        labelled=True, rules=[(1, "chance", {})], xscale="log", yscale="log", ylim=(0.2, 4),
    ),
    "counts": lambda: charts.by_count(
        {n: around(0.1 + n / 9000) for n in (30, 100, 300)}, 0.01, "deep", "targets", (100, "here")
    ),
    "training": lambda: charts.training(
        {"resnet50, long run": looks(9, 0.4), "deit, this run": looks(3, 0.1)}, 0.01, "baby", "x"
    ),
    "forest": lambda: charts.forest(
        {name: {"difference": 0.01 * i, "ci95": CI} for i, name in enumerate(SYSTEMS)}, "clip.full"
    ),
    "by_kind": lambda: charts.by_kind(dict.fromkeys(SYSTEMS[:7], KINDS), 0.25),
    "groups": lambda: kit.scatter(
        {name: (np.random.default_rng(i).normal(size=(40, 2)), (f"C{i}", "o"), 9)
         for i, name in enumerate(("animal", "_animal", "vehicle"))},
        frame_on=False, xticks=[], yticks=[], title="t-SNE",
    ),
    "pairs": lambda: kit.heat(
        np.tril(np.ones((9, 9)), -1) + np.triu(np.full((9, 9), NAN)), SYSTEMS, range(1, 10),
        span=(0, 1.3), texts=np.where(np.eye(9, dtype=bool), np.arange(1, 10), ""),
        xlabel="number of the better system", row=0.28,
    ),
    "histograms": lambda: figures.histograms({"words": np.arange(90)}, {"words": (77, "limit")}),
    "seeds": lambda: figures.seed_strip({"deep.fixed": (0.1, 0.2), "clip.full": (0.3, 0.31)}),
}  # fmt: skip
SHOWN = {
    "success": lambda one, split: figures.top9(one, split, 3),
    "typed": lambda one, split: figures.top9(one, split, "A red circle on the grass"),
    "grids": lambda one, split: figures.grids(
        {name: [(i, 0.5) for i in range(9)] for name in SYSTEMS[4:6]}, split, "A red circle"
    ),
    "beside": lambda one, split: kit.beside(
        split,
        {i: [("a person", 6.5, kit.TRUE), ("a man rides " * 20, 8, "black")] for i in range(6)},
    ),
    "contact": lambda one, split: figures.contact_sheet(split, 20),
    "similar": lambda one, split: kit.heat(
        np.eye(2), ["a b", "c"], ["", ""], [(0, 0), (1, 1)], "Greens", (0, 1), above=(split, [0, 1])
    ),
}


def check(figure) -> None:
    """It fits a screen, all its texts lie inside it, and none of them covers another."""
    assert figure.get_figheight() <= kit.TALLEST
    figure.draw_without_rendering()
    unseen = {
        label
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in (*axis.majorTicks, *axis.minorTicks)
        for label in (tick.label1, tick.label2)
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    }
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text not in unseen]
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts if text.get_text()]
    boxes = [(text, box) for text, box in boxes if box.width > 0]
    for text, box in boxes:
        assert box.x0 >= -1 and box.y0 >= -1, f"{text} is cut off"
        assert box.x1 <= figure.bbox.x1 + 1 and box.y1 <= figure.bbox.y1 + 1, f"{text} is cut off"
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        assert wide <= 2 or high <= 3, f"{one!r} covers {other!r}"


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_hides_nothing(name):
    figure = DRAWN[name]()
    check(figure)
    assert kit.encoded(figure)[0] == "png"


@pytest.mark.parametrize("name", SHOWN)
def test_images_with_their_texts(name, data):
    figure = SHOWN[name](evaluation.evaluate(data, Colours()), data.test)
    check(figure)
    assert kit.encoded(figure)[0] == "jpg"


def test_the_true_image_is_a_tenth_tile_with_its_rank(data):
    one = evaluation.evaluate(data, Colours())
    _, failure, _ = figures.examples(one, "test")
    figure = figures.top9(one, data.test, failure)
    assert len(figure.findobj(AxesImage)) == 10
    texts = " ".join(text.get_text() for text in figure.findobj(Text))
    assert f"true image, rank {one.ranks['test'][0][failure]:g}" in texts
    assert all(word in texts for word in " ".join(data.test.sentences[failure]).split())


def test_equals_are_told_apart_from_a_rank():
    assert figures.rank_words(np.array([0.9, 0.5, 0.5, 0.5]), 2) == "rank 3, the middle of 3 equals"
    assert figures.rank_words(np.array([0.9, 0.5]), 0) == "rank 1"


def test_nothing_measured_cannot_be_drawn():
    with pytest.raises(ValueError, match="no row is measured"):
        figures.score_chart(rows({}), {}, 0.1)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("clip.full", "CLIP, whole description"),
        ("clip.full.cosine", "CLIP, whole description, cosine"),
        ("clip.something_new", "CLIP, something new"),
        ("deep.fault_small_targets", "Network, fault: small targets"),
        ("classic.ridge.text_to_image.word2vec.both", "Ridge: word2vec → both layers"),
        ("boosting.xgboost_pca100.obvious (long run)",
         "XGBoost, 100 components, the obvious way, long run"),
        ("words: tf-idf", "words: tf-idf"),
        ("resnet50, long run", "resnet50, long run"),
    ],
)  # fmt: skip
def test_names_that_a_person_can_read(label, name):
    assert readable(label) == name


def test_readers_of_tags_are_plain_to_see():
    """Of nine systems one reads tags: its bar is hatched, or its dot hollow; the axis says why."""
    for name, words in (("tagged_bars", "hatched: reads human tags"), ("tagged", "hollow: reads")):
        axes = DRAWN[name]().axes[0]
        hatches = [bar.get_hatch() for bar in axes.patches]
        hollow = [line for line in axes.lines if line.get_markerfacecolor() == "white"]
        assert len(hollow) == (name == "tagged") and words in axes.get_xlabel()
        assert hatches.count("////") == len(hatches) / len(SYSTEMS) == (name == "tagged_bars")
    axes = DRAWN["tagged_cost"]().axes[0]
    assert len([line for line in axes.lines if line.get_markerfacecolor() == "white"]) == 1
    assert axes.get_ylabel().endswith("hollow: reads human tags")
    assert "reads" not in DRAWN["bars"]().axes[0].get_xlabel()
    assert "reads" not in DRAWN["cost"]().axes[0].get_ylabel()
