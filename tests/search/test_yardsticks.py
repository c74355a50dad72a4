"""The standard protocol and people's judgements, against what can be counted by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau
from sklearn.metrics import average_precision_score

from lib.search import yardsticks

# Three images on the axes; a text is where its number says.
PLACES = {"a0": (3, 0, 0), "a1": (1, 2, 0), "b0": (0, 3, 1), "b1": (0, 0, 2), "c0": (0, 1, 3)}


def system():
    def embed_texts(texts):
        return np.array([PLACES[text] for text in texts], np.float32)

    gallery = {"test": np.eye(3, dtype=np.float32)}
    return SimpleNamespace(
        system=SimpleNamespace(embed_texts=embed_texts), gallery=gallery, metric="cosine"
    )


def split(images, sentences, truth):
    class Some(SimpleNamespace):
        def __len__(self):
            return len(self.images)

    return Some(name="test", images=images, sentences=sentences, truth=np.array(truth))


def test_recalls_of_single_sentences_both_ways():
    """Of texts a1 and b1 miss; image b is reached by b0, its better sentence, behind nobody."""
    whole = split(("a", "b", "c"), [("b0", "b1"), ("c0",), ("a0", "a1")], [1, 2, 0])
    got = yardsticks.recalls(system(), whole, whole)
    assert got["text to image"]["recall_at_1"] == pytest.approx(3 / 5)
    assert got["text to image"]["recall_at_5"] == 1
    # To image c stands b1 (cosine 1) before its own c0: rank 2.
    assert got["image to text"]["recall_at_1"] == pytest.approx(2 / 3)
    assert got["image to text"]["median_rank"] == 1


def test_a_part_of_the_gallery_is_searched_alone():
    whole = split(("a", "b", "c"), [("b0", "b1"), ("c0",), ("a0", "a1")], [1, 2, 0])
    some = split(("c", "a"), [("c0",), ("a0", "a1")], [0, 1])
    got = yardsticks.recalls(system(), whole, some)
    assert got["text to image"]["recall_at_1"] == 1, "without image b nothing is in a1's way"


def judged(n=400, seed=0):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"image": rng.integers(0, 40, n), "rating": rng.integers(1, 5, n)})
    return table.assign(sentence="a0", own=False), rng


@pytest.mark.parametrize("variant", ["b", "c"])
def test_agreement_is_kendalls_and_its_interval_covers_chance(own_cache, variant):
    table, rng = judged()
    scores = rng.normal(size=len(table))
    tau, (low, high) = yardsticks.agreement(scores, table, variant)
    assert tau == kendalltau(scores, table["rating"], variant=variant).statistic
    assert low < 0 < high and high - low < 0.3
    tau, (low, high) = yardsticks.agreement(scores + table["rating"].to_numpy(), table, variant)
    assert 0.2 < low < tau < high


def test_cosines_of_judged_pairs():
    table = pd.DataFrame({"image": [0, 2, 0], "sentence": ["a0", "c0", "b1"], "rating": [1, 2, 3]})
    got = yardsticks.cosines(system(), SimpleNamespace(name="test"), table)
    assert got == pytest.approx([1, 3 / 10**0.5, 0])


def test_what_the_crowd_liked_is_ranked_without_a_sentences_own_image():
    table = pd.DataFrame({"image": [0, 1, 2, 3, 0, 1, 0, 1], "sentence": list("xxxxyyzz"),
                          "own": [True] + [False] * 7,
                          "rating": [1.0, 0.9, 0.2, 0.8, 0.1, 0.2, 0.7, 0.3]})  # fmt: skip
    scores = np.array([9.0, 1.0, 2.0, 3.0, 0.0, 1.0, 0.2, 0.1])
    value, chance, _, n = yardsticks.liked(scores, table)
    assert n == 2, "nobody liked any of y's"
    assert value == (average_precision_score([1, 0, 1], [1.0, 2.0, 3.0]) + 1) / 2
    orders = [
        1,
        5 / 6,
        (1 / 2 + 2 / 3) / 2,
    ]  # two of three are liked: the other one last, second, first
    assert chance == pytest.approx((np.mean(orders) + 0.75) / 2)


def test_chance_is_the_mean_over_all_orders():
    rng = np.random.default_rng(0)
    liked = np.array([1, 1, 0, 0, 0, 1, 0])
    drawn = [average_precision_score(liked, rng.permutation(7)) for _ in range(4000)]
    assert yardsticks.chance_precision(liked) == pytest.approx(np.mean(drawn), abs=0.01)
