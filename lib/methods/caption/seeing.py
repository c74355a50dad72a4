"""Search with a captioner that sees: by the words of one caption, of several, or by likelihood."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property, partial
from itertools import count
from pathlib import Path

import numpy as np
import torch

from lib.base import cache, device, files
from lib.base.kit import weights
from lib.base.kit.training import autocast
from lib.data.dataset import Split
from lib.features import pictures
from lib.features.clip import embed
from lib.features.text import Tfidf
from lib.methods.caption import measures
from lib.methods.caption.model import WordPieces
from lib.methods.caption.reader import Reader
from lib.methods.caption.recipe import SeeingRecipe
from lib.methods.caption.train import descend
from lib.search import retrieval
from lib.search.system import System

# Raise it when training, captions or likelihoods give other numbers: records are made again.
VERSION = 1

SEEING = "caption.seeing"
SAMPLED, LIKELIHOOD, SHUFFLED = (f"{SEEING}_{way}" for way in ("sampled", "likelihood", "shuffled"))


class SeeingCaptioner(System):
    """Finds images by the words of their greedy captions; `variants` search otherwise with it.

    It learns from fit, and the epoch with the best CIDEr on development is kept.
    """

    id = SEEING
    is_random = True

    def __init__(self, is_drawn: bool, recipe: SeeingRecipe | None = None):
        self.is_drawn, self.recipe = is_drawn, recipe or SeeingRecipe()
        self.refits, self.curve, self.rounds = self.recipe.refits, [], self.recipe.epochs

    def fit(self, split: Split, dev: Split | None = None) -> None:
        self.pieces = WordPieces.learn(pictures.sentences(split), self.recipe.pieces)
        self.texts = Tfidf().fit(split)
        key = {"version": VERSION, "recipe": asdict(self.recipe), "rounds": self.rounds,
               "data": [pictures.content(each) for each in (split, dev) if each],
               "eyes": embed.EMBEDDED.key() if self.is_drawn else "cnn"}  # fmt: skip
        trained = cache.trained("seeing", key, partial(self.train, split, dev))
        self.weights = trained.weights
        vars(self).pop("reader", None)
        if dev is not None:
            self.curve = trained.curve
            self.rounds = max(self.curve, key=lambda look: look["score"])["epoch"]

    def places(self, images: Split) -> np.ndarray:
        """What it reads of a gallery, float16 [n, n_place, wide]."""
        return pictures.places(images.images, self.is_drawn)

    def fresh(self, wide: int) -> Reader:
        return Reader(wide, self.pieces, self.recipe).to(device.find())

    @cached_property
    def reader(self) -> Reader:
        tensors, _ = weights.read(self.weights)
        reader = self.fresh(len(tensors["bridge.0.weight"]))
        reader.load_state_dict(tensors)
        return reader.eval()

    def train(self, split: Split, dev: Split | None, target: Path) -> None:
        places, later = self.places(split), count()
        reader = self.fresh(places.shape[2])
        pieces = [reader.words.encode(own) for own in pictures.sentences_by_image(split)]

        def loss_of(rows: np.ndarray, _) -> torch.Tensor:
            own = [pieces[i] for i in rows]
            of = np.repeat(np.arange(len(rows)), list(map(len, own)))
            with autocast(reader.device):
                seen = reader.encode(places[rows])
                return reader.losses(seen, [piece for each in own for piece in each], of).mean()

        def score() -> float:
            if dev is None:
                return float(next(later))  # the last epoch is kept
            written = reader.captions(self.places(dev))
            return measures.judged(written, pictures.sentences_by_image(dev))["cider"]

        recipe = self.recipe
        descend(
            reader, recipe, len(split), loss_of, score,
            lambda: weights.write(target, reader.state_dict()), target, "captions",
            rounds=self.rounds if dev is None else None,
        )  # fmt: skip

    def captions(self, images: Split, drawn: int = 0, beams: int = 1) -> list[str]:
        """The greedy caption of each image, or that of beams, and behind it so many drawn ones."""
        key = {"version": VERSION, "weights": files.hash_of(self.weights), "drawn": drawn,
               "beams": beams, "images": embed.hashes(images.images)}  # fmt: skip

        def compute() -> dict[str, np.ndarray]:
            places, seeds = self.places(images), (None, *range(drawn))
            each = [self.reader.captions(places, beams, seed) for seed in seeds]
            texts = map(" ".join, zip(*each, strict=True))
            return {"captions": cache.pack_words(list(texts))}

        return cache.unpack_words(cache.cached("captions", key, compute).arrays["captions"])

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        return self.texts.transform(texts).astype(np.float32)

    def embed_images(self, images: Split) -> np.ndarray:
        return self.embed_texts(self.captions(images))

    def variants(self) -> list[System]:
        return [self, Sampled(self), Likelihood(self), Shuffled(self)]

    @property
    def params(self) -> dict:
        return {"eyes": pictures.EYES[self.is_drawn], **asdict(self.recipe), "epoch": self.rounds}


class Variant(System):
    """Another way to search with the same captioner."""

    is_random = True

    def __init__(self, seeing: SeeingCaptioner):
        self.seeing = seeing

    @property
    def n_train(self) -> int:
        return self.seeing.n_train

    @property
    def params(self) -> dict:
        return self.seeing.params


class Sampled(Variant):
    """By the words of the greedy caption and of several that were drawn."""

    id = SAMPLED

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        return self.seeing.embed_texts(texts)

    def embed_images(self, images: Split) -> np.ndarray:
        return self.embed_texts(self.seeing.captions(images, self.seeing.recipe.drawn))


class Shuffled(Sampled):
    """The same, where each image is shown as the next one: what is left without its eyes."""

    id = SHUFFLED

    def embed_images(self, images: Split) -> np.ndarray:
        return np.roll(super().embed_images(images), 1, axis=0)


class Likelihood(Variant):
    """By log p(description | image), of the images that the words of captions bring first."""

    id = LIKELIHOOD

    def score_queries(self, split: Split) -> np.ndarray:
        return self.reranked(split.texts, split.sentences, split)

    def scores(self, texts: Sequence[str], images: Split) -> np.ndarray:
        return self.reranked(texts, [[text] for text in texts], images)

    def reranked(
        self, texts: Sequence[str], sentences: Sequence[Sequence[str]], images: Split
    ) -> np.ndarray:
        """Float32 [n_text, n_image]: cosines of captions, and 2 to 3 for the likeliest images."""
        scores = Sampled(self.seeing).scores(texts, images)
        best = retrieval.top_k(scores, min(self.seeing.recipe.best, len(images)))
        key = {"version": VERSION, "weights": files.hash_of(self.seeing.weights),
               "images": embed.hashes(images.images), "sentences": sentences,
               "best": cache.hash_of(best)}  # fmt: skip

        def compute() -> dict[str, np.ndarray]:
            places = self.seeing.places(images)
            return {"log": self.seeing.reader.likelihoods(places, sentences, best)}

        log = cache.cached("likelihoods", key, compute).arrays["log"]
        order = log.argsort(axis=1).argsort(axis=1)
        np.put_along_axis(scores, best, 2 + order.astype(np.float32) / best.shape[1], axis=1)
        return scores
