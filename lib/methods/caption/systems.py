"""Captions as systems of the report: trained once, told once, and searched by their words."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lib.base import cache, files
from lib.base.device import has_bfloat16
from lib.data.dataset import Dataset
from lib.features import pictures
from lib.features.clip import embed
from lib.features.text import WordVectors
from lib.methods.caption.recipe import Plan, Recipe, Shape
from lib.methods.regression import classic
from lib.search import metrics, retrieval
from lib.search.runs import SystemRun

if TYPE_CHECKING:  # a report whose results are cached needs no torch
    from lib.features.pictures import Album
    from lib.methods.caption.model import Captioner

SPLITS = ("dev", "test")
ZERO_SHOT, FINETUNED, PRETRAINED = "caption.zero_shot", "caption.finetuned", "caption.pretrained"
TEXTS = {"word2vec": "", "tfidf": "_tfidf"}  # how texts become vectors → ending of the id
BATCH = 250
# The same function as GPT-2's own, in one operation; and no dropout, for a few passes.
_GPT2 = {"activation_function": "gelu_pytorch_tanh", "attn_pdrop": 0.0, "embd_pdrop": 0.0,
         "resid_pdrop": 0.0}  # fmt: skip
_SIZES = {"hidden_size": 192, "num_attention_heads": 3, "intermediate_size": 768}
QUICK = Plan(  # what a report waits for
    Shape(
        vit={"image_size": 64, "patch_size": 16, "num_hidden_layers": 4, **_SIZES},
        gpt2={"n_embd": 192, "n_layer": 3, "n_head": 3, **_GPT2},
    ),
    eyes=Recipe(epochs=4, batch=32),
    tongue=Recipe(epochs=1, batch=64, images=4000),
    join=Recipe(epochs=3, batch=64, sentences=2),
)


@lru_cache(maxsize=2)
def loaded(weights: Path) -> "Captioner":
    """The captioner of a file."""
    from lib.methods.caption import model

    return model.load(weights)


class Workshop:
    """Trains a captioner's parts on one data set, each once for its content."""

    def __init__(self, data: Dataset, plan: Plan):
        self.data, self.plan = data, plan
        self.key = [pictures.content(split) for split in (data.fit, data.dev)]
        self.tags = [split.tags for split in (data.fit, data.dev)]
        self._albums: dict[str, Album] = {}

    def album(self, name: str) -> "Album":
        """The pictures of "fit" or "dev", with sentences and tags; read once."""
        if name not in self._albums:
            self._albums[name] = pictures.album(getattr(self.data, name), self.plan.shape.side)
        return self._albums[name]

    @property
    def words(self) -> str:
        """The tokenizer, learned from the sentences of fit."""
        from lib.methods.caption import words

        return words.learned(pictures.sentences(self.data.fit), self.plan.shape.pieces)

    def made(self, part: str, about: dict, make: Callable[[Path], object]) -> cache.Training:
        """A part that `make` trains and writes to the path it is given, once for each content."""
        key = {"part": part, "version": files.version("methods/caption/train.py"), "data": self.key,
               "shape": asdict(self.plan.shape), **about}  # fmt: skip

        def train_it(target: Path) -> None:
            from lib.base.kit import training

            with training.plain_attention():
                make(target)

        return cache.trained("caption", key, train_it)

    def eyes(self) -> cache.Training:
        """The ViT, trained on the training tags."""
        from lib.methods.caption import train

        plan = self.plan
        return self.made(
            "eyes",
            {"recipe": asdict(plan.eyes), "tags": self.tags},
            lambda target: train.eyes(
                self.album("fit"), self.album("dev"), plan.shape, plan.eyes, target, has_bfloat16()
            ),
        )

    def tongue(self) -> cache.Training:
        """GPT-2, trained as a language model on the training sentences alone."""
        from lib.methods.caption import train

        plan, fit = self.plan, self.data.fit
        if plan.tongue.images is not None:
            fit = fit.take(np.arange(min(plan.tongue.images, len(fit))))
        return self.made(
            "tongue",
            {"recipe": asdict(plan.tongue)},
            lambda target: train.tongue(
                pictures.sentences(fit),
                pictures.sentences(self.data.dev),
                plan.shape,
                self.words,
                plan.tongue,
                target,
                has_bfloat16(),
            ),
        )

    def untrained(self) -> cache.Training:
        """Both parts put together; what joins them is random, as in the paper."""
        from lib.methods.caption import model

        parts = {"eyes": self.eyes(), "tongue": self.tongue()}
        about = {name: files.hash_of(part.weights) for name, part in parts.items()}
        seconds = sum(part.seconds for part in parts.values())

        def make(target: Path) -> None:
            model.save(self.put_together(parts), self.plan.shape, target)
            cache.describe(target, {"curve": [], "seconds": seconds})

        return self.made("untrained", about | {"seed": self.plan.join.seed}, make)

    def put_together(self, parts: dict[str, cache.Training]) -> "Captioner":
        """The parts as one model with a random join."""
        import torch

        from lib.methods.caption import model, train

        torch.manual_seed(self.plan.join.seed)
        states = {name: train.state_of(part.weights) for name, part in parts.items()}
        return model.placed(model.join(self.plan.shape, self.words, **states))

    def joined(self) -> cache.Training:
        """The captioner whose join was trained, with all else unless the recipe freezes it."""
        from lib.methods.caption import model, train

        parts, plan = {"eyes": self.eyes(), "tongue": self.tongue()}, self.plan
        about = {name: files.hash_of(part.weights) for name, part in parts.items()}

        def make(target: Path) -> None:
            captioner, dev = self.put_together(parts), self.album("dev")
            texts = classic.Texts.of("tfidf", None, self.data.fit)
            train.joined(
                captioner,
                self.album("fit"),
                plan.join,
                lambda one: score(tell(one, [dev.pixels]), dev, texts),
                lambda: model.save(captioner, plan.shape, target),
                target,
                has_bfloat16(),
            )

        found = self.made("joined", about | {"recipe": asdict(plan.join)}, make)
        cost = found.seconds + sum(part.seconds for part in parts.values())
        return cache.Training(found.weights, found.curve, cost)


def tell(captioner: "Captioner", some: Iterable[np.ndarray], beams: int = 1) -> list[str]:
    """A caption of each picture, of stacks of pixels."""
    told = []
    for pixels in some:
        for start in range(0, len(pixels), BATCH):
            told += captioner.captions(pixels[start : start + BATCH], beams)
    return told


def score(captions: Sequence[str], album: "Album", texts: classic.Texts) -> float:
    """`map_at_20` of whole descriptions that search an album by its captions."""
    queries = texts.vectors([" ".join(sentences) for sentences in album.sentences])
    scores = retrieval.scores(queries, texts.vectors(captions))
    return metrics.map_at_k(retrieval.ranks(scores, np.arange(len(album))))


@dataclass(frozen=True)
class Told:
    """A gallery's captions, and what they cost."""

    captions: list[str]
    seconds: float


def captions(
    gallery: Sequence[Path], key: dict, load: Callable[[], "Captioner"], beams: int = 1
) -> Told:
    """A caption of each image file, told once for each content and captioner.

    key: what the captioner is; load: the captioner, asked for only if something must be told.
    """
    about = {**key, "images": embed.hashes(gallery), "beams": beams}

    def compute() -> dict[str, np.ndarray]:
        captioner = load()
        some = pictures.stacks(gallery, captioner.side)
        return {"captions": cache.pack_words(tell(captioner, some, beams))}

    entry = cache.cached("captions", about, compute)
    return Told(cache.unpack_words(entry.arrays["captions"]), entry.seconds)


def of_weights(gallery: Sequence[Path], weights: Path, beams: int = 1) -> Told:
    """Captions by the captioner of a file."""
    return captions(gallery, {"weights": files.hash_of(weights)}, lambda: loaded(weights), beams)


def systems(
    data: Dataset,
    name: str,
    told: dict[str, Told],
    words: dict[str, WordVectors],
    params: dict,
    cost: float,
    model_bytes: int,
    n_train: int,
) -> dict[str, SystemRun]:
    """The two searches among captions: by mean word vectors, and by tf-idf.

    told: split → captions; words: split → word vectors made without it; cost: seconds that the
    captioner took; n_train: images that it was fitted on.
    """
    found = {}
    for kind, ending in TEXTS.items():
        queries, gallery, ranks, seconds, encoder = {}, {}, {}, {}, None
        for split, fitted, searched in data.stages():
            start = time.perf_counter()
            texts = classic.Texts.of(kind, words[split], fitted)
            queries[split] = texts.vectors(searched.texts).astype(np.float32)
            gallery[split] = texts.vectors(told[split].captions).astype(np.float32)
            if searched.truth is not None:
                scores = retrieval.scores(queries[split], gallery[split])
                ranks[split] = retrieval.ranks(scores, searched.truth)[None]
            encoder = texts.encoder(None, np.zeros(gallery[split].shape[1]))
            vectors = words[split].seconds if kind == "word2vec" else 0.0
            spent = told[split].seconds + vectors + time.perf_counter() - start
            seconds[split] = cost + spent
        found[name + ending] = SystemRun(
            name + ending, "cosine", queries, gallery, ranks, dict.fromkeys(SPLITS, n_train),
            seconds, {**params, "texts": kind}, model_bytes, encoder,
        )  # fmt: skip
    return found
