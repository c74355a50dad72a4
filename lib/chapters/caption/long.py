"""`make caption-long`: the captioner that sees, for longer, and the fine-tuned pair."""

from dataclasses import asdict, replace

import numpy as np
import transformers

from lib.base import cache
from lib.base.kit import training
from lib.base.settings import Settings
from lib.chapters import long
from lib.chapters.caption import study
from lib.data import flickr8k
from lib.data.dataset import Dataset
from lib.features import pictures
from lib.features.text import Tfidf
from lib.methods.caption import measures, seeing, systems
from lib.methods.caption.model import Captioner
from lib.methods.caption.recipe import (
    QUICK,
    CaptionPlan,
    CaptionRecipe,
    CaptionShape,
    SeeingRecipe,
)
from lib.methods.caption.train import CaptionTraining
from lib.record import results
from lib.search import evaluation, metrics

LONG = CaptionPlan(
    CaptionShape(
        vit={**QUICK.shape.vit, "patch_size": 8, "num_hidden_layers": 6},
        gpt2={**QUICK.shape.gpt2, "n_layer": 4, "resid_pdrop": 0.1},
    ),
    encoder=CaptionRecipe(epochs=8),
    decoder=CaptionRecipe(epochs=3, batch=256),
    join=CaptionRecipe(epochs=7),
)
SEEING = {  # by whether the data is drawn; development chose
    True: SeeingRecipe(width=256, heads=4, epochs=10, patience=2, drawn=5, best=100),
    False: SeeingRecipe(width=256, heads=4, dropout=0.2, epochs=14, rate=1e-3, patience=3,
                        refits=True, drawn=5, best=100),
}  # fmt: skip
FROZEN = replace(LONG, join=replace(LONG.join, epochs=4, frozen=True))
BEAMS = 4
SPEED = {"batch": 8, "steps": 3}  # pictures a step; the first step is not timed
LENGTH, PIECES = 14, 50_257  # pieces of a sentence, and of GPT-2


def main(settings: Settings) -> None:
    """An hour and a half on two cores; of photographs half an hour."""
    long.run("05_captioning", settings, pieces, photographs=True)


def pieces(data: Dataset, settings: Settings) -> long.Pieces:
    recipe = SEEING[data.is_drawn]
    sees = {"sees": ([asdict(recipe), seeing.VERSION], lambda: learned(data, recipe))}
    if not data.is_drawn:
        return sees
    about, parts = asdict(LONG), CaptionTraining(data, LONG)
    words = settings.word_vectors
    return sees | {
        "speed at the paper's size": ("speed", lambda: (paper_size(), [])),
        "eyes": (about, lambda: (curve(parts.encoder), [])),
        "tongue": (about, lambda: (curve(parts.decoder), [])),
        "untrained": (about, lambda: whole(data, words, systems.ZERO_SHOT, parts.captioner(False))),
        "long": (about, lambda: whole(data, words, systems.FINETUNED, parts.captioner())),
        "beams": ([about, BEAMS], lambda: (beams(data, parts.captioner()), [])),
        "only the join": (asdict(FROZEN), lambda: frozen(data)),
    }


def learned(data: Dataset, recipe: SeeingRecipe) -> tuple[dict, list[dict]]:
    """Its searches, and how its captions of test agree with people's, greedy and with beams."""
    every = evaluation.evaluate_variants(data, seeing.SeeingCaptioner(data.is_drawn, recipe))
    own, test = every[0].system, data.test
    official = flickr8k.official(test)
    quality = {
        f"{name}, {width} beams" if width > 1 else name: measures.judged(
            own.captions(split, beams=width), pictures.sentences_by_image(split)
        )
        for name, split in {"test": test, "official test": official}.items()
        if split is not None
        for width in (1, BEAMS)
    }
    shown = study.two_cats(test), *study.spread(len(test), study.SHOWN)
    captions = own.captions(test)
    written = [[test.images[i].name, captions[i]] for i in shown]
    facts = {"curve": own.curve, "captions": written, "quality": quality}
    return facts, [row for one in every for row in results.rows(one, data)]


def curve(training: cache.Training | systems.CaptionerSource) -> dict:
    """Looks at development, of a part its loss with the sign changed, and the cost."""
    return {"curve": training.curve, "seconds": training.seconds}


def whole(
    data: Dataset, word_vectors: str, name: str, source: systems.CaptionerSource
) -> tuple[dict, list[dict]]:
    test, captions = data.test, systems.captions(data.test.images, source)
    shown = study.two_cats(test), *study.spread(len(test))
    searches = systems.evaluations(data, name, source, word_vectors)
    quality = measures.judged(captions, pictures.sentences_by_image(test))
    written = [[test.images[i].name, captions[i]] for i in shown]
    facts = {**curve(source), "captions": written, "quality": quality}
    return facts, [row for one in searches for row in results.rows(one, data)]


def beams(data: Dataset, source: systems.CaptionerSource) -> dict:
    dev, texts = data.dev, Tfidf().fit(data.fit)
    by_width, precisions = {}, {}
    for width in (1, BEAMS):
        start = cache.now()
        captions = systems.captions(dev.images, source, width)
        seconds = cache.now() - start
        ranks = evaluation.ranked(texts.transform(dev.texts), texts.transform(captions), dev.truth)
        precisions[width] = metrics.precision_at_k(ranks)
        score = float(precisions[width].mean())
        quality = measures.judged(captions, pictures.sentences_by_image(dev))
        by_width[str(width)] = {"map_at_20": score, "seconds": seconds, **quality}
    difference, ci95 = metrics.paired_difference(precisions[BEAMS], precisions[1])
    return {"beams": by_width, "difference": difference, "ci95": ci95}


def frozen(data: Dataset) -> tuple[dict, list]:
    looks = CaptionTraining(data, FROZEN).captioner().curve
    return {"curve": looks, "map_at_20": max(look["score"] for look in looks)}, []


def paper_size() -> dict:
    """Images a second of fine-tuning ViT-B/16 and GPT-2 here, and the hours for 10,000 images."""
    image = transformers.ViTModel(transformers.ViTConfig(), add_pooling_layer=False)
    config = transformers.GPT2Config(add_cross_attention=True, is_decoder=True)
    language = transformers.GPT2LMHeadModel(config)
    both = transformers.VisionEncoderDecoderModel(encoder=image, decoder=language)
    captioner, optimizer = Captioner(both, None), training.adamw(both, 5e-5, 0.0)
    rng, batch = np.random.default_rng(0), SPEED["batch"]
    pixels = rng.integers(0, 256, (batch, 224, 224, 3)).astype(np.uint8)
    sentences = rng.integers(0, PIECES, (batch, LENGTH)).tolist()

    def loss():
        return captioner.losses(captioner.encode(pixels), sentences, np.arange(batch)).mean()

    about = training.speed(both.train(), optimizer, loss, **SPEED)
    return {**about, "hours_a_pass": 10_000 / about["images_a_second"] / 3600}
