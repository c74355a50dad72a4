"""CLIP as systems of the report: ways to say a description, and hubs corrected.

Development chooses every setting. The bank of a correction is the descriptions of training, never
the queries that are scored, but for the one that says so by its name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from lib.base import cache, files
from lib.data.dataset import Split
from lib.features.clip import embed
from lib.features.clip.embed import EMBEDDED, Source
from lib.methods.clip import prompts
from lib.search import hubness, metrics, retrieval
from lib.search.system import System

# Raise it when queries or corrections give other numbers: corrections and records are made again.
VERSION = 1

LIMIT = 77  # tokens that the model reads of a text, its two marks included
FULL, MEAN = "clip.full", "clip.description_mean"


@dataclass(frozen=True)
class Wording:
    sums: np.ndarray = field(repr=False)  # of their texts' unit vectors, float32 [n_query, d]
    over_limit: float  # share of texts past 77 tokens
    cut: float  # share of tokens unread
    seconds: float  # to embed


def worded(
    descriptions: tuple[tuple[str, ...], ...], source: Source, variants: tuple[str, ...]
) -> dict[str, Wording]:
    """Descriptions by each variant; shared texts are embedded once, their cost shared by tokens."""
    texts = {name: [prompts.VARIANTS[name](each) for each in descriptions] for name in variants}
    entry = embed.texts([t for several in texts.values() for each in several for t in each], source)
    embedded, tokens = entry.arrays["embedded"], entry.arrays["tokens"]
    read, wordings, start = np.minimum(tokens, LIMIT), {}, 0
    for name, several in texts.items():
        ends = np.cumsum([len(each) for each in several])
        rows, start = slice(start, start + ends[-1]), start + ends[-1]
        own = tokens[rows]
        sums = np.add.reduceat(embedded[rows], np.r_[0, ends[:-1]], axis=0)
        cut = float(np.maximum(own - LIMIT, 0).sum() / own.sum())
        seconds = entry.seconds * float(read[rows].sum() / read.sum())
        wordings[name] = Wording(sums, float((own > LIMIT).mean()), cut, seconds)
    return wordings


# Each variant asks for the texts of all: kept are those of two splits, and of two more weights.
remembered = lru_cache(maxsize=4)(worded)


class Clip(System):
    """CLIP with one way to say a description; several texts of one are averaged at length one."""

    reads_pictures = True
    refits = False

    def __init__(
        self,
        source: Source = EMBEDDED,
        variant: str = FULL,  # of `prompts.VARIANTS`
        beside: Sequence[str] = (),  # all variants that embed a split's texts together
        name: str = "",  # the system's, if not the variant's
        n_train: int = 0,  # images that the weights learned from
        **about: object,  # what else a reader must know
    ):
        self.id, self.source, self.variant = name or variant, source, variant
        self.beside = tuple(beside) or (variant,)
        self.n_train, self.about, self.tokens, self.precision = n_train, about, {}, ""

    def embed_texts(self, texts: Sequence[str | Sequence[str]]) -> np.ndarray:
        """float32 [n_text, d]; a text is a description's sentences, or one typed sentence."""
        each = tuple((text,) if isinstance(text, str) else tuple(text) for text in texts)
        return self.directed(worded(each, self.source, (self.variant,))[self.variant].sums)

    def embed_queries(self, split: Split) -> np.ndarray:
        """float32 [n_query, d]; notes what of the split's texts is past the limit."""
        start = cache.now()
        own = remembered(split.sentences, self.source, self.beside)[self.variant]
        cache.pass_over(own.seconds - (cache.now() - start))  # its share of all that are beside it
        self.tokens[split.name] = {"over_limit": own.over_limit, "cut": own.cut}
        return self.directed(own.sums)

    def directed(self, sums: np.ndarray) -> np.ndarray:
        """Sums of texts' vectors as queries, float32 [n, d]."""
        return retrieval.unit(sums).astype(np.float32)

    def embed_images(self, images: Split) -> np.ndarray:
        """float32 [n_image, d] of length one; InputError for a file that is no image."""
        arrays = embed.images(images.images, self.source).arrays
        self.precision = "bfloat16" if arrays["half"] else "float32"
        return arrays["embedded"]

    @property
    def is_random(self) -> bool:
        return self.source.tuned is not None

    @property
    def params(self) -> dict:
        about = {"model": self.source.name, "precision": self.precision}
        return {**about, "tokens": self.tokens, **self.about}


class ClipSum(Clip):
    """The paper's sum of the sentences' embeddings, not brought to length one."""

    def directed(self, sums: np.ndarray) -> np.ndarray:
        return sums


def zero_shot(source: Source = EMBEDDED) -> list[Clip]:
    """Each way to say a description as a system of its own, and the sum beside the mean."""
    variants = tuple(prompts.VARIANTS)
    single = [Clip(source, variant, variants) for variant in variants]
    return [*single, ClipSum(source, MEAN, variants, "clip.description_sum")]


def other_precision(plain: Clip) -> Clip:
    """A system that has embedded images, in the precision that this machine does not choose."""
    half = plain.precision == "float32"
    name = f"{plain.id}_{'bfloat16' if half else 'float32'}"
    return Clip(replace(plain.source, half=half), plain.variant, name=name)


class Hubless(System):
    """A CLIP whose hubs are corrected: each cosine less the bias of its image."""

    reads_pictures = True
    refits = False

    def __init__(
        self,
        plain: Clip,
        method: str,  # in `hubness.METHODS`
        name: str = "",
        gated: bool = False,  # correct only queries whose first image is a hub
        transductive: bool = False,  # the bank: all queries of the split that is searched
        most: int | None = None,  # descriptions of the bank, spread over all; None: all
    ):
        kind = "qbnorm" if gated else method
        self.id = name or f"clip.hubness_{kind}{'_transductive' if transductive else ''}"
        self.clip, self.method, self.most = plain, method, most
        self.gated, self.transductive = gated, transductive
        self.gate: tuple[np.ndarray, ...] = ()

    def fit(self, split: Split, dev: Split | None = None) -> None:
        """Take the descriptions as a bank, and the setting that is best on development."""
        self.n_train = self.clip.n_train  # of no image it learns which description is its own
        if not self.transductive:
            spread = np.linspace(0, len(split) - 1, min(self.most or len(split), len(split)))
            self.bank = Clip(self.clip.source).embed_queries(split.take(spread.astype(int)))
        bias, settings = hubness.METHODS[self.method]
        queries, gallery, bank = self.clip.embed_queries(dev), *self.sides(dev)

        def compute() -> dict[str, np.ndarray]:
            cosines = retrieval.scores(bank, gallery)
            gate = (gallery, hubness.hubs(cosines)) if self.gated else ()
            corrected = hubness.corrected_queries(queries, *gate)
            biases = (bias(cosines, setting) for setting in settings)
            galleries = (hubness.corrected_gallery(gallery, each) for each in biases)
            scores = [map_at_20(corrected, images, dev.truth) for images in galleries]
            return {"scores": np.array(scores)}

        key = {"settings": settings, "gated": self.gated, "dev": cache.hash_of(dev.truth),
               "queries": cache.hash_of(queries)}  # fmt: skip
        self.dev_scores = self.cached(bank, gallery, key, compute)["scores"].tolist()
        self.setting = settings[int(np.argmax(self.dev_scores))]

    def sides(self, images: Split) -> tuple[np.ndarray, np.ndarray]:
        """The plain gallery [n_image, d] and its bank [n_bank, d]."""
        if self.transductive and images.sentences:
            self.bank = self.clip.embed_queries(images)
        return self.clip.embed_images(images), self.bank

    def cached(self, bank, gallery, key: dict, compute) -> dict[str, np.ndarray]:
        about = {"version": files.version("methods/clip/systems.py"), "method": self.method}
        about["sides"] = [cache.hash_of(side) for side in (bank, gallery)]
        return cache.cached("hubness", about | key, compute).arrays

    def embed_images(self, images: Split) -> np.ndarray:
        """The gallery with its bias, float32 [n_image, d + 2]; a gate is set before its hubs."""
        gallery, bank = self.sides(images)

        def compute() -> dict[str, np.ndarray]:
            cosines = retrieval.scores(bank, gallery)
            bias = hubness.METHODS[self.method][0](cosines, self.setting)
            return {"bias": bias, "hubs": hubness.hubs(cosines)}

        known = self.cached(bank, gallery, {"setting": self.setting}, compute)
        self.gate = (gallery, known["hubs"]) if self.gated else ()
        return hubness.corrected_gallery(gallery, known["bias"])

    def embed_queries(self, split: Split) -> np.ndarray:
        """float32 [n_query, d + 2]; the gate is that of the split's gallery."""
        if self.gated:
            self.embed_images(split)
        return self.query_of(self.clip.embed_queries(split))

    def embed_texts(self, texts: Sequence[str | Sequence[str]]) -> np.ndarray:
        """float32 [n_text, d + 2]; the gate is that of the last gallery."""
        return self.query_of(self.clip.embed_texts(texts))

    def scores(self, texts: Sequence[str], images: Split) -> np.ndarray:
        gallery = self.embed_images(images)  # first, for their gate
        return retrieval.scores(self.embed_texts(texts), gallery)

    @property
    def is_random(self) -> bool:
        return self.clip.is_random

    @property
    def plain(self) -> Clip:
        return self.clip

    def query_of(self, vectors: np.ndarray) -> np.ndarray:
        return hubness.corrected_queries(vectors, *self.gate)

    @property
    def params(self) -> dict:
        about = {"model": self.clip.source.name, "precision": self.clip.precision}
        about |= {"setting": self.setting, "bank": len(self.bank)}
        settings = list(hubness.METHODS[self.method][1])
        return {**about, "settings": settings, "dev_scores": self.dev_scores}


def corrections(plain: Clip) -> list[Hubless]:
    """Every correction of one system; the last one knows what else is asked."""
    soft = "inverted_softmax"
    always = [Hubless(plain, method) for method in hubness.METHODS]
    return [*always, Hubless(plain, soft, gated=True), Hubless(plain, soft, transductive=True)]


def map_at_20(queries: np.ndarray, gallery: np.ndarray, truth: np.ndarray) -> float:
    return metrics.map_at_k(retrieval.ranks(retrieval.scores(queries, gallery), truth))
