"""How a description is texts to CLIP."""

import doctest

import numpy as np
import pytest

from lib.methods.clip import prompts

SENTENCES = ["A man's dog, resting.", "there is sand", "One dog !", "Dog", "A T-shirt, red."]


def test_examples_in_the_docstrings():
    assert doctest.testmod(prompts).failed == 0


def test_every_variant_says_something_of_every_sentence():
    for name, variant in prompts.VARIANTS.items():
        texts = variant(SENTENCES)
        assert texts and all(texts), name
        joined = " ".join(texts)
        assert all(word in joined for word in ("resting", "sand", "T-shirt")), name
        assert variant(SENTENCES) == texts, "the same every time"


def test_beginnings_stand_where_they_are_said_to():
    each, once = (prompts.VARIANTS[f"clip.this_is{end}"](SENTENCES)[0] for end in ("", "_once"))
    assert each.count("this is") == 5 and once.count("this is") == 1
    assert once == "this is " + prompts.full(SENTENCES)[0]
    mixed = prompts.VARIANTS["clip.mixed"](SENTENCES)[0]
    assert (mixed.count("this is"), mixed.count("a photo of")) == (3, 2)
    assert mixed.startswith("this is A man's dog, resting. a photo of there is sand")


def test_punctuation_goes_comes_and_changes():
    texts = {
        n: prompts.VARIANTS[f"clip.{n}_punctuation"](SENTENCES)[0] for n in ("no", "more", "other")
    }
    assert texts["no"] == "A man's dog resting there is sand One dog Dog A T-shirt red"
    more = "A man's dog, resting. there is sand. One dog. Dog. A T-shirt, red."
    assert texts["more"] == more and texts["other"].count(".") == 1


def test_shuffling_keeps_the_sentences_and_moves_them():
    (text,) = prompts.shuffled(SENTENCES)
    assert text != prompts.full(SENTENCES)[0]
    assert sorted(text.split()) == sorted(prompts.full(SENTENCES)[0].split())
    assert prompts.shuffled(["One."]) == ["One."]


@pytest.mark.parametrize("n", [2, 4, 5])
def test_mean_and_full_weighs_both_halves_alike(n):
    texts = prompts.VARIANTS["clip.mean_and_full"](SENTENCES[:n])
    assert texts[:n] == prompts.full(SENTENCES[:n]) * n and texts[n:] == SENTENCES[:n]


def test_sum_and_mean_rank_alike():
    """The paper's first two rows are one: a cosine does not see the length of the query."""
    from lib.search import retrieval

    rng = np.random.default_rng(0)
    sentences, gallery = rng.normal(size=(40, 5, 16)), rng.normal(size=(30, 16))
    ranked = [
        retrieval.ranks(retrieval.scores(queries, gallery), np.arange(40) % 30)
        for queries in (sentences.mean(axis=1), sentences.sum(axis=1))
    ]
    assert (ranked[0] == ranked[1]).all()
