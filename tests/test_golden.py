"""Numbers of a VERSION stay what they were; whoever changes them is told, others are not."""

import golden
import numpy as np
import pytest

from lib.base import paths
from lib.features import text
from lib.methods.baby import train as baby
from lib.methods.caption import train as caption
from lib.methods.clip import finetune, pretrain
from lib.methods.deep import nets
from lib.scenes import resnet
from lib.search import metrics, retrieval

KEPT = golden.kept()


@pytest.mark.parametrize("path", golden.RUNS)
def test_a_file_gives_the_numbers_of_its_version(path, data):
    said = golden.fault(path, KEPT.get(path), golden.measured(path, data), golden.version(path))
    assert not said, said


def test_every_version_has_a_run_and_every_run_a_version():
    files = {path.relative_to(paths.ROOT).as_posix(): path for path in paths.LIBRARY.rglob("*.py")}
    versioned = {name for name, path in files.items() if "\nVERSION = " in path.read_text("utf-8")}
    assert versioned == set(golden.RUNS), "a run for each VERSION"
    assert set(KEPT) == set(golden.RUNS), "run `python tests/golden.py`"


def changed(path: str, data) -> str:
    """What is said of a file whose code is another one now."""
    return golden.fault(path, KEPT[path], golden.measured(path, data), golden.version(path))


def lucky(matrix: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Ranks that count no tie, so that a collapsed model wins."""
    return 1.0 + (matrix > matrix[np.arange(len(matrix)), truth][:, None]).sum(axis=1)


def unsteady(*_: object) -> float:
    """A rate that no schedule moves."""
    return 1e-3


@pytest.mark.parametrize(
    ("path", "module", "name", "other"),
    [
        ("lib/search/retrieval.py", retrieval, "ranks", lucky),
        ("lib/search/metrics.py", metrics, "RESAMPLES", 50),
        ("lib/features/text.py", text, "TRAINING", {**text.TRAINING, "window": 2}),
        ("lib/methods/deep/nets.py", nets, "rate", unsteady),
        ("lib/methods/caption/train.py", caption, "rate", unsteady),
        ("lib/methods/baby/train.py", baby, "rate", unsteady),
        ("lib/methods/clip/finetune.py", finetune, "rate_at", unsteady),
        ("lib/methods/clip/pretrain.py", pretrain, "rate", unsteady),
        ("lib/scenes/resnet.py", resnet, "normalised", lambda batch: batch.float() / 255),
    ],
)
def test_other_numbers_of_one_version_are_told(path, module, name, other, data, monkeypatch):
    monkeypatch.setattr(module, name, other)
    said = changed(path, data)
    told = f"{path} gives other numbers than VERSION {golden.version(path)} did ("
    assert said.startswith(told) and " → " in said
    assert "if that is meant, raise VERSION there and run `python tests/golden.py`" in said


def test_other_code_for_the_same_numbers_is_not(data, monkeypatch):
    def by_sorting(matrix: np.ndarray, truth: np.ndarray) -> np.ndarray:
        """The middle of the places that the true image's score takes among all, sorted."""
        found = []
        for row, own in zip(-matrix, truth, strict=True):
            order = np.sort(row)  # a comment is no number either
            ends = (np.searchsorted(order, row[own], side) for side in ("left", "right"))
            found.append((1 + sum(ends)) / 2)
        return np.array(found)

    monkeypatch.setattr(retrieval, "ranks", by_sorting)
    assert not changed("lib/search/retrieval.py", data) and not changed(
        "lib/methods/baby/train.py", data
    )


def test_numbers_are_compared_within_what_processors_round():
    old = {"loss": [2.0, 0.001], "tokens": "ab12", "gone": 1.0, "score": 0.5}
    assert not golden.differences(old, {**old, "loss": [2.001, 0.002], "score": 0.5004})
    new = {"loss": [2.003, 0.001], "tokens": "cd34", "score": 0.502, "more": [1.0]}
    assert golden.differences(old, new) == [
        "gone is gone", "loss[0] 2 → 2.003", "tokens ab12 → cd34", "score 0.5 → 0.502",
        "more None → [1.0]",
    ]  # fmt: skip
    assert golden.differences({"x": [1.0, 2.0]}, {"x": [1.0]}) == ["x [1.0, 2.0] → [1.0]"]
    assert golden.differences({"x": 1.0}, {"x": float("nan")}) == ["x 1 → nan"]


def test_golden_numbers_are_made_anew_only_where_a_version_was_raised():
    before = {name: {"version": 2, "numbers": {"x": 1.0}} for name in "abcd"}
    numbers = {"a": {"x": 1.0001}, "b": {"x": 3.0}, "c": {"x": 3.0}, "d": {"x": 1.0}, "e": {"x": 5}}
    entries, refused = golden.remade(before, numbers, {"a": 2, "b": 2, "c": 3, "d": 1, "e": 1})
    assert entries["a"] == before["a"], "what rounds is no change"
    assert entries["b"] == before["b"] and refused[0].startswith("b gives other numbers than")
    assert entries["c"] == {"version": 3, "numbers": {"x": 3.0}}
    assert entries["d"] == before["d"] and refused[1].startswith("d has VERSION 1, but had 2")
    assert entries["e"] == {"version": 1, "numbers": {"x": 5}} and len(refused) == 2
    assert "no numbers of b at VERSION 3" in golden.fault("b", before["b"], {"x": 1.0}, 3)
    assert "no numbers of z at VERSION 1" in golden.fault("z", None, {}, 1)
