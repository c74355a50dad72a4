"""Questions to systems: subsets of queries, galleries and sentences, each checked by hand."""

import numpy as np
import pytest

from lib.chapters.clip import study
from lib.data.dataset import Split
from lib.record import paper
from lib.search import metrics, retrieval


class Words:
    """A system that counts letters: a text with more of its image's letter is nearer."""

    metric = "cosine"

    def __init__(self, split: Split, noise: float = 0.0):
        rng = np.random.default_rng(0)
        n = len(split.sentences)
        gallery = np.eye(n) + noise * rng.normal(size=(n, n))
        self.gallery = {"test": gallery.astype(np.float32)}
        self.queries, self.system = {"test": self.embed_texts(split.texts)}, self
        ranks = retrieval.ranks(self.scores("test"), split.truth)
        self.ranks = {"test": ranks[None]}

    def embed_texts(self, texts):
        n = len(next(iter(self.gallery.values())))
        vectors = np.full((len(texts), n), 0.05)
        for row, text in zip(vectors, texts, strict=True):
            for word in text.split():
                row[int(word.strip(".x"))] += 0.2
        return vectors.astype(np.float32)

    def scores(self, split):
        return retrieval.scores(self.queries[split], self.gallery[split])

    def precision(self, split):
        return metrics.precision_at_k(self.ranks[split]).mean(axis=0)


@pytest.fixture
def split():
    """Forty images; sentence k of an image names it with k others."""
    rng = np.random.default_rng(1)
    order = rng.permutation(40)
    said = tuple(
        tuple(f"{i} {rng.integers(40)} {rng.integers(40)}" for _ in range(5)) for i in order
    )
    empty = ((),) * 40
    return Split("test", (None,) * 40, empty, tuple(map(str, range(40))), said, order, {})


def test_more_sentences_and_smaller_galleries_help(split, own_cache):
    run = Words(split, noise=0.25)
    by_gallery, by_sentences = study.what_moves_it({"clip.x": run}, split)
    sizes = by_gallery["clip.x"]
    assert list(sizes) == [20, 40] and sizes[20] >= sizes[40]
    assert sizes[40] == pytest.approx(metrics.map_at_k(run.ranks["test"]))
    scores = [row["map_at_20"] for row in by_sentences["clip.x"].values()]
    assert len(scores) == 5 and scores[-1] > scores[0]
    assert scores[-1] == pytest.approx(metrics.map_at_k(run.ranks["test"])), "five are all"
    assert study.what_moves_it({"clip.x": run}, split) == (by_gallery, by_sentences)


def test_a_gain_is_paired_and_may_be_of_some_queries(split):
    good, bad = Words(split), Words(split, noise=0.4)
    whole = study.gain(good, bad, "test")
    by_hand = good.precision("test") - bad.precision("test")
    assert whole["difference"] == pytest.approx(by_hand.mean()) and whole["n"] == 40
    some = np.arange(40) < 10
    assert study.gain(good, bad, "test", some)["difference"] == pytest.approx(
        by_hand[:, :10].mean()
    )


def test_of_one_query_or_none_no_gain_can_be_told(split):
    good, bad = Words(split), Words(split, noise=0.4)
    for n in (0, 1):
        some = np.arange(len(split)) < n
        gain = study.gain(good, bad, "test", some)
        assert (gain["n"], gain["ci95"]) == (n, [-1.0, 1.0])
        assert gain["verdict"] == paper.UNCLEAR
