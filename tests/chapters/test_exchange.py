"""Texts with two words exchanged: which are asked, and that a bag of words cannot answer."""

import numpy as np

from lib.chapters import judged
from lib.chapters.why import exchange
from lib.scenes.forced_choice import Question
from lib.search.evaluation import Evaluation
from lib.search.system import System


def test_two_colours_of_two_things():
    assert list(exchange.colours_of("a white dog plays with a brown dog .")) == [
        "a brown dog plays with a white dog ."
    ]
    for text in ("a red and white bus .", "a red, white bus", "a red bus .", "a red cup, a red bus",
                 "a red cup, a blue cup and a green cup"):  # fmt: skip
        assert not list(exchange.colours_of(text)), text


def test_two_beings_and_something_done():
    assert list(exchange.roles_of("a dog chases a man .")) == ["a man chases a dog ."]
    for text in ("a man and a dog running .", "a man chases a man .", "a man with a dog",
                 "a man chases a dog and a boy"):  # fmt: skip
        assert not list(exchange.roles_of(text)), text


class Bag(System):
    """Counts of words, as a mean of vectors that knows them all."""

    WORDS = ("a", "red", "blue", "car", "bus", "and")

    def embed_texts(self, texts):
        order = [[word for word in text.split() if word in self.WORDS] for text in texts]
        vectors = np.random.default_rng(0).normal(size=(len(self.WORDS), 8)).astype(np.float32)
        return np.stack([sum(vectors[self.WORDS.index(w)] for w in own) for own in order])


def test_a_bag_of_words_is_right_half_the_time():
    gallery = np.random.default_rng(1).normal(size=(5, 8)).astype(np.float32)
    one = Evaluation(Bag(), {}, {"test": gallery}, {}, {}, {}, {})
    texts = "a red car and a blue bus", "a blue car and a red bus"
    asked = {"colours": [Question(i, texts) for i in range(5)]}
    share, ci95 = judged.choices({"bag": one}, "test", asked)["bag"]["colours"]
    assert share == 0.5 and ci95 == [0.5, 0.5], "whatever order its sums are made in"
