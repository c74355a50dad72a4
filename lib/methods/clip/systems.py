"""CLIP as systems of the report: ways to say a description, hubs corrected, projections learned.

Development chooses every setting. The bank of a hubness correction is the descriptions that a
fitted system would have learned from, and never the queries that are scored, but for the one
that says so by its name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lib.base import cache, files
from lib.data.dataset import Dataset, Split
from lib.features.clip import embed
from lib.features.clip.source import EMBEDDED, Source
from lib.methods.clip import prompts
from lib.methods.clip.encoder import ClipTexts
from lib.search import hubness, metrics, retrieval, runs
from lib.search.runs import SystemRun

# Raise it when queries or corrections give other numbers: corrections and records are made again.
VERSION = 1

SPLITS = ("dev", "test")
LIMIT = 77  # tokens that the model reads of a text, its two marks included
FULL, MEAN = "clip.full", "clip.description_mean"


@dataclass(frozen=True)
class Said:
    """A split's descriptions, said in some way.

    queries: float32 [n_query, d] of length one; sums: before they were brought to it.
    over_limit: share of the texts past 77 tokens;
    cut: share of all tokens that the model did not read. seconds: what embedding cost.
    """

    queries: np.ndarray = field(repr=False)
    sums: np.ndarray = field(repr=False)
    over_limit: float
    cut: float
    seconds: float


def say(split: Split, names: Sequence[str], source: Source = EMBEDDED) -> dict[str, Said]:
    """Queries of a split for each variant; texts that several variants share are embedded once.

    Several texts of one description are averaged at length one, and the mean is brought to
    length one again. The cost is shared out by the number of tokens read.
    """
    texts = {name: [prompts.VARIANTS[name](s) for s in split.sentences] for name in names}
    flat = [text for name in names for said in texts[name] for text in said]
    entry, start, found = embed.texts(flat, source), 0, {}
    for name in names:
        counts = np.array([len(said) for said in texts[name]])
        rows = slice(start, start + counts.sum())
        start = rows.stop
        tokens = entry.arrays["tokens"][rows]
        starts = np.r_[0, counts.cumsum()[:-1]]
        sums = np.add.reduceat(entry.arrays["embedded"][rows], starts, axis=0)
        share = np.minimum(tokens, LIMIT).sum() / np.minimum(entry.arrays["tokens"], LIMIT).sum()
        found[name] = Said(
            retrieval.unit(sums).astype(np.float32),
            sums,
            float((tokens > LIMIT).mean()),
            float(np.maximum(tokens - LIMIT, 0).sum() / tokens.sum()),
            entry.seconds * float(share),
        )
    return found


def zero_shot(
    data: Dataset, source: Source = EMBEDDED, names: Sequence[str] = tuple(prompts.VARIANTS)
) -> dict[str, SystemRun]:
    """Each way to say a description as a system of its own, and the sum beside the mean."""
    said = {split: say(getattr(data, split), names, source) for split in SPLITS}
    images = {split: embed.images(getattr(data, split).images, source) for split in SPLITS}
    gallery = {split: entry.arrays["embedded"] for split, entry in images.items()}
    found = {}
    for name in names:
        each = {split: said[split][name] for split in SPLITS}
        queries = {split: one.queries for split, one in each.items()}
        seconds = {split: one.seconds + images[split].seconds for split, one in each.items()}
        cut = {split: {"over_limit": o.over_limit, "cut": o.cut} for split, o in each.items()}
        params = {"model": source.name, "tokens": cut}
        found[name] = system(
            data, name, queries, gallery, seconds, params, ClipTexts(source, name), source
        )
    return found


def summed(data: Dataset, mean: SystemRun, source: Source = EMBEDDED) -> SystemRun:
    """The paper's sum of the sentences' embeddings, not brought to length one."""
    said = {split: say(getattr(data, split), [MEAN], source)[MEAN] for split in SPLITS}
    queries = {split: one.sums for split, one in said.items()}
    name, encoder = "clip.description_sum", ClipTexts(source, MEAN)
    return system(data, name, queries, mean.gallery, mean.seconds, mean.params, encoder, source)


def system(
    data: Dataset,
    name: str,
    queries: dict[str, np.ndarray],
    gallery: dict[str, np.ndarray],
    seconds: dict[str, float],
    params: dict,
    encoder: ClipTexts,
    source: Source,
    n_train: int = 0,
) -> SystemRun:
    """A system of queries and gallery in one space. n_train: images it was fitted on."""
    ranks, cost = {}, dict(seconds)
    for split in SPLITS:
        truth = getattr(data, split).truth
        if truth is not None:
            entry = runs.ranked(queries[split], gallery[split], truth)
            ranks[split] = entry.arrays["ranks"][None]
            cost[split] += entry.seconds
    fitted = dict.fromkeys(SPLITS, n_train)
    size = source.model_bytes
    return SystemRun(name, "cosine", queries, gallery, ranks, fitted, cost, params, size, encoder)


@dataclass(frozen=True)
class Banks:
    """A bank of texts for each split, float32 [n_bank, d], beside its gallery [n_gallery, d].

    are_own: whether the bank is the queries that are scored. seconds: what the texts cost.
    """

    texts: dict[str, np.ndarray] = field(repr=False)
    gallery: dict[str, np.ndarray] = field(repr=False)
    seconds: dict[str, float]
    are_own: bool = False

    @cached_property
    def cosines(self) -> dict[str, np.ndarray]:
        """Of each text to each image, float32 [n_bank, n_gallery]; computed when first wanted."""
        return {s: retrieval.scores(texts, self.gallery[s]) for s, texts in self.texts.items()}


def corrected(
    data: Dataset,
    plain: SystemRun,
    name: str,
    banks: Banks,
    source: Source = EMBEDDED,
    gated: bool = False,
) -> SystemRun:
    """A system with its hubs corrected; the setting is the best one on development.

    name: of a method in `hubness.METHODS`. banks: as `strangers` or `own_queries` makes them; by
    the latter the row is transductive and says so. gated: correct only queries whose first image
    is a hub, as QB-Norm does.
    """
    method, settings = hubness.METHODS[name]
    key = {"version": files.version("methods/clip/systems.py"),
           "method": name, "settings": settings, "gated": gated,
           "banks": [cache.hash_of(side[s]) for side in (banks.texts, banks.gallery)
                     for s in SPLITS],
           "dev": [cache.hash_of(x) for x in (plain.queries["dev"], data.dev.truth)]}  # fmt: skip

    def compute() -> dict[str, np.ndarray]:
        hubs = {split: hubness.hubs(banks.cosines[split]) for split in SPLITS}
        every = (method(banks.cosines["dev"], setting) for setting in settings)
        scores = [dev_score(data, plain, hubs["dev"], bias, gated) for bias in every]
        best = settings[int(np.argmax(scores))]
        found = {split: method(banks.cosines[split], best) for split in SPLITS}
        return {"scores": np.array(scores), **found, **{f"hubs.{s}": h for s, h in hubs.items()}}

    entry = cache.cached("hubness", key, compute)
    scores = entry.arrays["scores"].tolist()
    chosen = settings[int(np.argmax(scores))]
    queries, gallery, seconds = {}, {}, {}
    for split in SPLITS:
        hubs, bias = entry.arrays[f"hubs.{split}"], entry.arrays[split]
        parts = plain.queries[split], plain.gallery[split], hubs, bias
        queries[split], gallery[split] = vectors(*parts, gated)
        seconds[split] = plain.seconds[split] + banks.seconds[split] + entry.seconds / 2
    params = {"model": source.name, "setting": chosen, "settings": list(settings),
              "dev_scores": scores, "bank": {s: len(texts) for s, texts in banks.texts.items()},
              }  # fmt: skip
    more = {"gallery": plain.gallery["test"], "hubs": entry.arrays["hubs.test"]} if gated else {}
    encoder = ClipTexts(source, plain.id, form="gated" if gated else "corrected", **more)
    named = f"clip.hubness_{'qbnorm' if gated else name}{'_transductive' if banks.are_own else ''}"
    return system(data, named, queries, gallery, seconds, params, encoder, source)


def strangers(
    data: Dataset, plain: SystemRun, source: Source = EMBEDDED, most: int | None = None
) -> Banks:
    """The whole descriptions of fit, which are strangers to development and to test alike.

    most: as many of them, spread over all, where that is enough.
    """
    said = say(data.fit if most is None else spread(data.fit, most), [FULL], source)[FULL]
    texts = dict.fromkeys(SPLITS, said.queries)
    return Banks(texts, plain.gallery, dict.fromkeys(SPLITS, said.seconds))


def spread(split: Split, most: int) -> Split:
    """At most so many images of a split, spread over it."""
    if len(split) <= most:
        return split
    return split.take(np.linspace(0, len(split) - 1, most).astype(int))


def own_queries(plain: SystemRun) -> Banks:
    """All queries of a split, as its own bank."""
    return Banks(plain.queries, plain.gallery, dict.fromkeys(SPLITS, 0.0), True)


def vectors(
    queries: np.ndarray, gallery: np.ndarray, hubs: np.ndarray, bias: np.ndarray, gated: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The corrected vectors, for all queries or behind the gate."""
    if gated:
        return hubness.gated(queries, gallery, hubs, bias)
    return hubness.corrected(queries, gallery, bias)


def dev_score(
    data: Dataset, plain: SystemRun, hubs: np.ndarray, bias: np.ndarray, gated: bool
) -> float:
    """`map_at_20` on development with this bias."""
    pair = vectors(plain.queries["dev"], plain.gallery["dev"], hubs, bias, gated)
    return metrics.map_at_k(retrieval.ranks(retrieval.scores(*pair), data.dev.truth))
