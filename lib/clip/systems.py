"""CLIP as systems of the report: one for each way to say a description, and hubness corrections.

Nothing is fitted: the model is used as it was pretrained. Development chooses the setting of a
hubness correction; its bank is the descriptions that a fitted system would have learned from.
"""

import time
from collections.abc import Sequence

import numpy as np

from lib import hubness, metrics, retrieval
from lib.clip import WEIGHTS, embed, prompts
from lib.data import Dataset, Split
from lib.runs import SystemRun

SPLITS = ("dev", "test")
BANKS = {"dev": "fit", "test": "train"}  # searched split → whose descriptions are strangers
LIMIT = 77  # tokens that the model reads of a text, its two marks included


def said(split: Split, variant: prompts.Variant) -> tuple[np.ndarray, dict]:
    """Query embeddings of a split, float32 [n_query, d] of length one, and what they cost.

    Several texts of a description are averaged at length one, and brought to length one again.
    The second value has "seconds", "over_limit" (share of texts past 77 tokens), and "cut"
    (share of all tokens that the model did not read).
    """
    each = [variant(sentences) for sentences in split.sentences]
    entry = embed.texts([text for texts in each for text in texts])
    counts = np.array([len(texts) for texts in each])
    starts = np.r_[0, counts.cumsum()[:-1]]
    sums = np.add.reduceat(entry.arrays["embedded"], starts, axis=0)
    tokens = entry.arrays["tokens"]
    about = {
        "seconds": entry.seconds,
        "over_limit": float((tokens > LIMIT).mean()),
        "cut": float(np.maximum(tokens - LIMIT, 0).sum() / tokens.sum()),
    }
    return retrieval.unit(sums).astype(np.float32), about


def zero_shot(data: Dataset, names: Sequence[str] | None = None) -> dict[str, SystemRun]:
    """Each variant of `prompts.VARIANTS` as a system; names: some of them."""
    return {name: of_variant(data, name) for name in names or prompts.VARIANTS}


def of_variant(data: Dataset, name: str) -> SystemRun:
    """One variant as a system."""
    queries, gallery, seconds, cut = {}, {}, {}, {}
    for split in SPLITS:
        searched = getattr(data, split)
        queries[split], about = said(searched, prompts.VARIANTS[name])
        found = embed.images(searched.images)
        gallery[split] = found.arrays["embedded"]
        seconds[split] = about.pop("seconds") + found.seconds
        cut[split] = about
    return system(data, name, queries, gallery, seconds, {"tokens": cut})


def system(
    data: Dataset,
    name: str,
    queries: dict[str, np.ndarray],
    gallery: dict[str, np.ndarray],
    seconds: dict[str, float],
    params: dict,
) -> SystemRun:
    """A system of vectors that nothing was fitted for."""
    ranks = {}
    for split in SPLITS:
        truth = getattr(data, split).truth
        if truth is not None:
            start = time.perf_counter()
            scores = retrieval.scores(queries[split], gallery[split])
            ranks[split] = retrieval.ranks(scores, truth)[None]
            seconds[split] += time.perf_counter() - start
    size = WEIGHTS.stat().st_size
    nothing = dict.fromkeys(SPLITS, 0)
    return SystemRun(name, "cosine", queries, gallery, ranks, nothing, seconds, params, size)


def corrected(data: Dataset, plain: SystemRun, name: str, gated: bool = False) -> SystemRun:
    """A system with its hubs corrected; the setting is the best one on development.

    name: of a method in `hubness.METHODS`. gated: correct only queries whose first image is a
    hub, as QB-Norm does.
    """
    method, settings = hubness.METHODS[name]
    banks = {split: bank(data, plain, split) for split in SPLITS}
    scores = {
        setting: dev_score(data, plain, banks["dev"][0], method(banks["dev"][0], setting), gated)
        for setting in settings
    }
    chosen = max(scores, key=scores.get)
    queries, gallery, seconds = {}, {}, {}
    for split in SPLITS:
        cosines, cost = banks[split]
        parts = plain.queries[split], plain.gallery[split], cosines, method(cosines, chosen)
        queries[split], gallery[split] = vectors(*parts, gated)
        seconds[split] = plain.seconds[split] + cost
    params = {"setting": chosen, "dev_scores": list(scores.values()), "settings": list(settings),
              "bank": {split: len(cosines) for split, (cosines, _) in banks.items()}}  # fmt: skip
    named = "qbnorm" if gated else name
    return system(data, f"clip.hubness_{named}", queries, gallery, seconds, params)


def bank(data: Dataset, plain: SystemRun, split: str) -> tuple[np.ndarray, float]:
    """Cosines of the bank's descriptions to a split's gallery [n_bank, n_gallery], and the cost."""
    strangers = getattr(data, BANKS[split])
    embedded, about = said(strangers, prompts.full)
    start = time.perf_counter()
    cosines = retrieval.scores(embedded, plain.gallery[split])
    return cosines, about["seconds"] + time.perf_counter() - start


def vectors(
    queries: np.ndarray, gallery: np.ndarray, cosines: np.ndarray, bias: np.ndarray, gated: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The corrected vectors, for all queries or behind the gate."""
    if gated:
        return hubness.gated(queries, gallery, cosines, bias)
    return hubness.corrected(queries, gallery, bias)


def dev_score(
    data: Dataset, plain: SystemRun, cosines: np.ndarray, bias: np.ndarray, gated: bool
) -> float:
    """`map_at_20` on development with this bias."""
    pair = vectors(plain.queries["dev"], plain.gallery["dev"], cosines, bias, gated)
    return metrics.map_at_k(retrieval.ranks(retrieval.scores(*pair), data.dev.truth))
