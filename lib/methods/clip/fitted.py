"""CLIP systems that learned from the training split: new projections, or the whole model tuned."""

from dataclasses import asdict, replace

import numpy as np

from lib.base import cache
from lib.data.dataset import Dataset, Split
from lib.features.clip import embed
from lib.features.clip.source import EMBEDDED, Source
from lib.methods.clip import finetune, systems
from lib.methods.clip.encoder import ClipTexts
from lib.search import metrics, retrieval
from lib.search.runs import SystemRun

BANK = 4000  # strangers are embedded anew by the fine-tuned model; half of them will do


def own_description(split: Split) -> np.ndarray:
    """Image → place of its description, int [n_image]; of a split whose pairs are known."""
    return np.argsort(split.truth)


def projected(
    data: Dataset, plain: SystemRun, source: Source = EMBEDDED
) -> tuple[SystemRun, finetune.Maps]:
    """`clip.finetuned_projections`: both projections learned on fit, the towers left alone."""
    fit, dev = data.fit, data.dev
    images = embed.images(fit.images, source)
    texts = systems.say(fit, [plain.id], source)[plain.id]
    own = own_description(fit)
    pairs = images.arrays["embedded"], texts.queries[own]
    maps = finetune.projections(
        pairs, (plain.gallery["dev"], plain.queries["dev"], dev.truth), source
    )
    queries = {split: maps.texts(vectors) for split, vectors in plain.queries.items()}
    gallery = {split: maps.images(vectors) for split, vectors in plain.gallery.items()}
    cost = maps.seconds + images.seconds + texts.seconds
    seconds = {split: plain.seconds[split] + cost for split in systems.SPLITS}
    params = {"model": source.name, **asdict(finetune.PROJECTIONS)}
    run = systems.system(
        data,
        "clip.finetuned_projections",
        queries,
        gallery,
        seconds,
        params,
        ClipTexts(source, plain.id, turn=maps.text),
        source,
        len(fit),
    )
    return run, maps


def finetuned(
    data: Dataset, recipe: finetune.Recipe = finetune.WHOLE, source: Source = EMBEDDED
) -> tuple[dict[str, SystemRun], cache.Training, dict[float, float]]:
    """`clip.finetuned`, and `clip.finetuned_mixed`: part of the way to it, as development says.

    The last value is the development score of each mix.
    """
    scores = {0.0: dev_score(data, source)}
    tuned = finetune.whole(data, source.weights, recipe, scores[0.0])
    mixes = {share: replace(source, tuned=tuned.weights, share=share) for share in finetune.MIXES}
    scores |= {share: dev_score(data, mix) for share, mix in mixes.items() if share}
    best = max([share for share in scores if share], key=scores.get)
    whole = of_mix(data, mixes[1.0], recipe, tuned)
    mixed = whole if best == 1 else of_mix(data, mixes[best], recipe, tuned)
    mixed = replace(mixed, id="clip.finetuned_mixed")
    return {whole.id: whole, mixed.id: mixed}, tuned, scores


def dev_score(data: Dataset, source: Source) -> float:
    """`map_at_20` of the whole description on development."""
    queries = systems.say(data.dev, [systems.FULL], source)[systems.FULL].queries
    scores = retrieval.scores(queries, embed.images(data.dev.images, source).arrays["embedded"])
    return metrics.map_at_k(retrieval.ranks(scores, data.dev.truth))


def of_mix(
    data: Dataset, source: Source, recipe: finetune.Recipe, tuned: cache.Training
) -> SystemRun:
    """The whole description by a mix of old and new weights."""
    plain = systems.zero_shot(data, source, [systems.FULL])[systems.FULL]
    seconds = {split: cost + tuned.seconds for split, cost in plain.seconds.items()}
    params = {**plain.params, "share": source.share, **asdict(recipe)}
    fitted = dict.fromkeys(systems.SPLITS, len(data.fit))
    return replace(plain, id="clip.finetuned", seconds=seconds, params=params, n_train=fitted)


def together(data: Dataset, source: Source, cost: dict[str, float], n_train: int) -> SystemRun:
    """`clip.together`: the given weights, mean and whole text fused, and hubs corrected.

    cost: split → seconds that the weights took; n_train: images that they were fitted on.
    """
    name = "clip.mean_and_full"
    fused = systems.zero_shot(data, source, [name])[name]
    banks = systems.strangers(data, fused, source, BANK)
    run = systems.corrected(data, fused, "inverted_softmax", banks, source)
    seconds = {split: spent + cost[split] for split, spent in run.seconds.items()}
    fitted = dict.fromkeys(systems.SPLITS, n_train)
    return replace(run, id="clip.together", seconds=seconds, n_train=fitted)
