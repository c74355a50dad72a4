"""Systems that know colours alone: doubles for the live search, which a kernel can import, too."""

import re

import numpy as np
from PIL import ImageColor

from lib.features import pictures
from lib.search.system import System

NAMES = ("red", "green", "blue", "yellow", "white")


class Colours(System):
    """Images at their mean colour, texts at the mean of the colours that they name."""

    id = "clip.colours"
    reads_pictures = True

    def embed_texts(self, texts):
        return np.array([self.colour(text) for text in texts])

    @staticmethod
    def colour(text: str) -> np.ndarray:
        named = [ImageColor.getrgb(word) for word in re.findall(r"\w+", text) if word in NAMES]
        return np.mean(named or [(90, 110, 100)], axis=0) - 128

    def embed_images(self, images):
        return pictures.pixels(images, 16).mean(axis=(1, 2)) - 128


class Corrected(Colours):
    """The same with a further number for each query, so that queries are not of the plain space."""

    id = "clip.corrected"

    @property
    def plain(self):
        return Colours()

    def query_of(self, vectors):
        return np.hstack([vectors, np.ones((len(vectors), 1))])

    def embed_texts(self, texts):
        return self.query_of(self.plain.embed_texts(texts))

    def embed_images(self, images):
        vectors = self.plain.embed_images(images)
        return np.hstack([vectors, np.linspace(-80, 80, len(vectors))[:, None]])


class Words(Colours):
    """A system that reads words alone."""

    id = "classic.words"
    reads_pictures = False


class Pairs(System):
    """A system without vectors, into which nobody can type."""

    id = "chance"

    def scores(self, texts, images):
        return np.zeros((len(texts), len(images)))
