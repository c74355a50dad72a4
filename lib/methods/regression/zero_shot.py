"""A search that never saw a pair: what a network says of a picture, in the words of its classes."""

from copy import copy

import numpy as np

from lib.features.text import MeanWords
from lib.search.system import System

MOST = 10  # classes of an image, as in the source
TEMPERATURE = 2.0  # of the class scores; tried once on other, few photographs


class ClassWords(System):
    """An image is the mean of its likeliest classes' word vectors, a text that of its own words.

    A class's vector is the mean of its names' known words; a class without one counts as unlikely.
    Both sides are centred on what was fitted: texts and images, and never which belongs to which.
    Source: ConSE, Norouzi et al. 2014 (1312.5650).
    """

    id = "zero_shot.word_vectors"

    def __init__(self, texts: MeanWords):
        self.texts = texts

    def fit(self, split, dev=None):
        from lib.data import cnn  # PyTorch

        self.texts = copy(self.texts).fit(split)
        self.classes = self.texts.transform(cnn.classes())
        self.text_centre = self.texts.transform(split.texts).mean(axis=0)
        self.image_centre = self.means(split).mean(axis=0)

    def means(self, images) -> np.ndarray:
        scores = images.features("fc1000").astype(np.float64) / TEMPERATURE
        scores[:, ~self.classes.any(axis=1)] = -np.inf
        least = np.partition(scores, -MOST, axis=1)[:, -MOST, None]
        likely = np.where(scores >= least, np.exp(scores - scores.max(axis=1, keepdims=True)), 0)
        return likely @ self.classes / likely.sum(axis=1, keepdims=True)

    def embed_texts(self, texts):
        return self.texts.transform(texts) - self.text_centre

    def embed_images(self, images):
        return self.means(images) - self.image_centre

    @property
    def is_random(self):
        return self.texts.is_random

    @property
    def params(self):
        known = f"{np.mean(self.classes.any(axis=1)):.0%} of the classes' names"
        return self.texts.params | {"known": known, "classes": MOST, "temperature": TEMPERATURE}
