"""The tiny runs of golden.py: each goes through a file of the library, for a handful of numbers."""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from itertools import islice
from types import SimpleNamespace
from typing import ClassVar
from unittest import mock

import drawn
import numpy as np
import pandas as pd
import test_baby_train
import test_caption
import test_pretrain
import test_study
import torch
from open_clip.model import CLIP
from PIL import Image

from lib.base import paths
from lib.chapters.caption import study as looks
from lib.chapters.clip import study
from lib.data import cnn, course, writer
from lib.data.dataset import Dataset
from lib.features import features, pictures, text
from lib.features.clip import embed
from lib.features.clip import model as clip
from lib.features.clip.embed import Source
from lib.methods.baby import recipe as recipes
from lib.methods.baby import tutorial
from lib.methods.baby import words as pieces
from lib.methods.baby.paired import PairedRecipe, PretrainedBaby
from lib.methods.baby.pixels import WIDER, PixelBaby
from lib.methods.baby.recipe import BabyRecipe
from lib.methods.baby.system import BabyClip
from lib.methods.baby.tuned import EyesRecipe, TunedBaby
from lib.methods.caption import measures
from lib.methods.caption import systems as captioners
from lib.methods.caption.recipe import CaptionPlan, CaptionRecipe, SeeingRecipe
from lib.methods.caption.seeing import LIKELIHOOD, SeeingCaptioner
from lib.methods.caption.train import CaptionTraining
from lib.methods.clip import finetune, heldout, pretrain, prompts, systems
from lib.methods.deep import nets
from lib.methods.regression import boosting
from lib.methods.regression.regress import Regression
from lib.scenes import builder, built, corpus, draw, resnet, sampler, shifts
from lib.scenes import pretrain as tagging
from lib.search import evaluation, metrics, retrieval
from lib.search.system import System

Numbers = dict[str, object]  # name → a float, a list of floats, or what must be equal: a text
RUNS: dict[str, Callable[[Dataset], Numbers]] = {}


def of(path: str) -> Callable:
    """Registers the run of a file of the library."""
    return lambda run: RUNS.setdefault(path, run)


def exact(value: object) -> str:
    """A hash of what must be the same everywhere: tokens, sentences, names, whole numbers."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:16]


def some(array: np.ndarray, n: int = 5) -> list[float]:
    """The size of an array, and a few of its values spread over all."""
    flat = np.asarray(array, np.float64).ravel()
    return [float(np.sqrt((flat**2).mean())), *flat[:: max(1, len(flat) // n)].tolist()]


def means(pixels: np.ndarray) -> list[float]:
    """The mean colours of each picture's quarters, and how unlike neighbours are."""
    x = np.asarray(pixels, np.float64)
    n, side, _, colours = x.shape
    quarters = x.reshape(n, 2, side // 2, 2, side // 2, colours).mean(axis=(2, 4))
    return [*quarters.ravel().tolist(), *np.abs(np.diff(x, axis=2)).mean((1, 2, 3))]


@contextmanager
def noted(module: object, name: str) -> Iterator[list[float]]:
    """What a function of a module gives, call by call, such as the loss of each step."""
    real, found = getattr(module, name), []

    def noting(*given, **named):
        value = real(*given, **named)
        found.append(value.item() if isinstance(value, torch.Tensor) else value)
        return value

    with mock.patch.object(module, name, noting):
        yield found


@of("lib/data/cnn.py")
def _(data: Dataset) -> Numbers:
    images = data.test.images[:4]
    found = cnn.looked(images, "fc1000", "pool5") | cnn.looked(images[:1], "grid")
    return {name: some(array) for name, array in found.items()}


@of("lib/search/retrieval.py")
def _(_: Dataset) -> Numbers:
    rng = np.random.default_rng(0)
    queries, gallery = rng.normal(size=(12, 3)), np.tile(rng.normal(size=(15, 3)), (2, 1))  # ties
    queries[3], truth = 0, rng.integers(30, size=12)
    found: Numbers = {}
    for metric in retrieval.METRICS:
        scores = retrieval.scores(queries, gallery, metric, chunk=7)
        found |= {f"{metric} scores": some(scores), f"{metric} best": exact_top(scores),
                  f"{metric} ranks": retrieval.ranks(scores, truth).tolist()}  # fmt: skip
    return {**found, "distinct": retrieval.distinct_top1(scores)}


def exact_top(scores: np.ndarray) -> str:
    """The five best places of each row, in their order, and all of the first row."""
    return exact([retrieval.top_k(scores, 5).tolist(), retrieval.top_k(scores[:1], 99).tolist()])


@of("lib/search/metrics.py")
def _(_: Dataset) -> Numbers:
    ranks = np.random.default_rng(0).integers(2, 60, (2, 40)) / 2
    one, other = metrics.precision_at_k(ranks)
    difference, ci95 = metrics.paired_difference(one, other)
    told = {f"chance {name}": value for name, value in metrics.chance(50).items()}
    return {**metrics.summary(ranks), **told, "difference": difference, "of it": ci95,
            "precision": some(one)}  # fmt: skip


@of("lib/data/course.py")
def _(data: Dataset) -> Numbers:
    folder, found = data.train.images[0].parent.parent, {}
    for name in ("train", "test"):
        split = course.read_split(folder, name)
        told = [[p.name for p in split.images], split.tags, split.query_ids, split.sentences]
        found[name] = exact([*told, split.texts, split.truth.tolist()])
        found |= {f"{name} {layer}": some(split.features(layer)) for layer in course.LAYERS}
    for name, part in {"whole": data, "subset": data.subset(60, 20)}.items():
        parts = [part.fit, part.dev, part.train, part.test]
        kept = [[[p.name for p in one.images], one.query_ids, one.truth.tolist()] for one in parts]
        found[name] = exact(kept)
    uneven = paths.CACHE / "0.txt"
    uneven.write_bytes("\ufeffOne dog . \r\n\r\n  Two  café\t\nthree".encode())
    return {**found, "description": exact(course.read_description(uneven))}


@of("lib/features/text.py")
def _(data: Dataset) -> Numbers:
    told = ["A man's DOG, resting -- on 2 beds.", "café_bar … the dog’s bone", "naïve; e-mail"]
    words = text.train(pictures.sentences(data.train.take(range(40))), seed=0)
    file = paths.CACHE / "words.txt"
    file.write_text("4 3\nDog .1 .2 .3\ndog .4 .5 .6\ncafé 1 2 3\nbone 0 1 0\n", "utf-8")
    with mock.patch.object(text, "KEEP", 1):
        read = text.read(file, told)
    return {
        "tokens": exact([text.tokenize(each) for each in told]),
        "words": exact([words.words, list(read.words)]),
        "trained": some(words.vectors),
        "means": some(words.mean(data.test.texts[:6]), 9),
        "read": some(read.mean(told), 9),
        "nearest": exact(words.nearest("red")),
        "weighted": some(text.Tfidf().fit(data.train).transform(data.test.texts[:6]), 9),
    }


@of("lib/features/features.py")
def _(data: Dataset) -> Numbers:
    rng = np.random.default_rng(0)
    table = rng.normal(size=(30, 12)) * np.arange(1, 13)
    whole, part = (
        SimpleNamespace(features=lambda _, rows=rows: rows) for rows in (table, table[:9])
    )
    ways = {name: features.ReducedFeatures(name, 1, 4).fit(whole)
            for name in ("subset", "projection", "pca")}  # fmt: skip
    kept = features.variance_kept(table).tolist()
    standard = {kind: some(features.StandardFeatures(kind).fit(data.train).transform(data.test))
                for kind in ("both", "fc1000_tags")}  # fmt: skip
    reduced = {name: some(way.transform(part)) for name, way in ways.items()}
    return {**reduced, "variance": kept, **standard}


@of("lib/features/pictures.py")
def _(data: Dataset) -> Numbers:
    noise = np.random.default_rng(0).integers(0, 256, (48, 40, 3)).astype(np.uint8)
    sides = (16, 45, pictures.larger(64))
    sized = [pictures.Pictures(side).pixels(Image.fromarray(noise)).tolist() for side in sides]
    few = data.test.take(range(3))
    found = {f"{side} pixels": means(pictures.pixels(few, side)) for side in (48, 72)}
    return {**found, "sizes": exact(sized), "said": exact(pictures.sentences(few))}


def random_clip() -> Source:
    """A CLIP of random weights as a source, as tests/methods/clip/test_finetune.py makes one."""
    target = paths.CACHE / "random.safetensors"
    torch.manual_seed(3)
    clip.save(CLIP(**test_pretrain.CONFIG), np.arange(clip.VOCABULARY), target)
    target.with_suffix(".json").write_text(json.dumps({"model": test_pretrain.CONFIG}))
    return Source("embedded", target)


@of("lib/features/clip/embed.py")
def _(data: Dataset) -> Numbers:
    source, told = random_clip(), [*data.test.sentences[0], "night " * 90, "naïve &amp; two"]
    texts = embed.texts([*told, told[0]], source).arrays
    wide = paths.CACHE / "wide.png"
    data.test.picture(3).crop((40, 60, 200, 150)).save(wide)
    images = embed.images([*data.test.images[:5], wide], source).arrays["embedded"]
    return {"tokens": exact(texts["tokens"].tolist()), "texts": some(texts["embedded"], 12),
            "images": some(images, 12)}  # fmt: skip


@of("lib/methods/deep/nets.py")
def _(_: Dataset) -> Numbers:
    rng = np.random.default_rng(3)
    inputs = rng.normal(size=(80, 5))
    targets = np.tanh(inputs @ rng.normal(size=(5, 4))) + 0.1 * rng.normal(size=(80, 4))
    plain = nets.Network(hidden=(16,), learning_rate=0.01, batch=8, epochs=4)
    ranking = {"loss": "contrastive", "metric": "cosine", "anneal": True, "dropout": 0.2,
               "input_dropout": 0.1, "weight_decay": 0.1, "stop_on": "loss",
               "curves": True}  # fmt: skip
    sorts = {"plain": plain, "ranking": replace(plain, **ranking),
             "all pairs": replace(plain, loss="all pairs"),
             "coder": replace(plain, hidden=(8, 3, 8), bottleneck=1, stop_on=""),
             "restless": replace(plain, learning_rate=0.1, epochs=12, patience=2)}  # fmt: skip
    found: Numbers = {}
    for name, network in sorts.items():
        done = nets.train((inputs[:60], targets[:60]), (inputs[60:], targets[60:]), network, (0, 1))
        watched = {k: v[0].tolist() for k, v in done.history.items() if np.isfinite(v[0]).all()}
        found |= {f"{name} {kind}": values for kind, values in watched.items()}
        found |= {f"{name} best": exact(done.best.tolist()),
                  f"{name} outputs": some(done.predict(inputs[60:]))}  # fmt: skip
    return found


def word_vectors(data: Dataset) -> text.WordVectors:
    """Random vectors of the drawn words."""
    known = sorted({word for each in data.train.texts for word in text.tokenize(each)})
    vectors = np.random.default_rng(5).normal(size=(len(known), 24)).astype(np.float32)
    return text.WordVectors(known, vectors, "random")


@of("lib/methods/regression/boosting.py")
def _(data: Dataset) -> Numbers:
    words, numbers = word_vectors(data), {}
    with (
        mock.patch.object(boosting, "ROUNDS", (2, 5, 8)),
        mock.patch.object(text, "train", lambda *_: words),
        # Sixty texts span few directions; the others are rounding, of another processor another.
        mock.patch.object(boosting, "QuickTrees", partial(boosting.QuickTrees, directions=8)),
    ):
        for name, reduction in boosting.REDUCED.items():
            few = data.subset(80, 20)
            systems = evaluation.evaluate_variants(
                few, *boosting.quick(name, [text.MeanWords(few)], few.seed, 0)
            )
            curve = systems[0].system.model.curve
            numbers |= {f"{reduction} fit": curve["fit_loss"],
                        f"{reduction} dev": curve["dev_loss"],
                        f"{reduction} scores": list(curve["dev_score"].values()),
                        f"{reduction} test": some(systems[0].queries["test"]),
                        f"{reduction} precision": [one.precision("test").mean()
                                                   for one in systems]}  # fmt: skip
        few = data.subset(40, 10)
        images = features.ReducedFeatures("pca", (data.seed, 0))
        system = Regression("x", text.MeanWords(few), images, boosting.ObviousTrees())
        x, y = system.fit_vectors(few.fit)
        system.model.fit(x, y[:, :2])
        predicted = system.model.predict(system.vectors(few.dev)[0])
    return {**numbers, "obvious": some(predicted)}


@of("lib/methods/caption/train.py")
def _(data: Dataset) -> Numbers:
    still = {"resid_pdrop": 0.0, "attn_pdrop": 0.0, "embd_pdrop": 0.0}  # dropout is a processor's
    shape = replace(test_caption.SHAPE, gpt2={**test_caption.SHAPE.gpt2, **still})
    recipe = CaptionRecipe(2, batch=8, rate=5e-3)
    plan = CaptionPlan(shape, recipe, replace(recipe, batch=32, images=30),
                       replace(recipe, sentences=2))  # fmt: skip
    few = data.subset(64, 16)
    training = CaptionTraining(few, plan)
    parts = {"eyes": training.encoder, "tongue": training.decoder, "joined": training.captioner()}
    frozen = replace(plan, join=replace(plan.join, frozen=True, epochs=1, images=24))
    parts["frozen"] = CaptionTraining(few, frozen).captioner()
    captions = [captioners.captions(few.test.images, parts["joined"], beams) for beams in (1, 3)]
    ways = {"x": MeanWords(word_vectors(data)), "x_tfidf": text.Tfidf().fit(few.train)}
    first = [sentences[0] for sentences in pictures.sentences_by_image(few.test)]
    with mock.patch.object(captioners, "captions", lambda *_: first):
        searches = {name: captioners.Captioned(name, None, way) for name, way in ways.items()}
        ranks = {name: evaluation.search([one], few.test)["ranks"][0].tolist()
                 for name, one in searches.items()}  # fmt: skip
    return {**curves(parts), "pieces": exact(training.words.state), "captions": exact(captions),
            **ranks}  # fmt: skip


@of("lib/methods/caption/seeing.py")
def _(data: Dataset) -> Numbers:
    few = data.subset(48, 16)
    recipe = SeeingRecipe(width=32, layers=1, heads=2, pieces=300, dropout=0.0, epochs=2, batch=16,
                          rate=5e-3, refits=True, drawn=1, best=3)  # fmt: skip
    every = evaluation.evaluate_variants(few, SeeingCaptioner(True, recipe))
    own, places = every[0].system, pictures.places(few.test.images[:4], True)
    log = own.reader.likelihoods(places, few.test.sentences[:2], np.array([[0, 1], [2, 3]]))
    looks = own.curve[-1]
    return {"shape": list(places.shape), "places": some(places), "loss": looks["loss"],
            "likelihoods": log.ravel().tolist(),
            "dev": [one.map_at_20("dev") for one in every if one.id != LIKELIHOOD]}  # fmt: skip


class MeanWords:
    """Means of word vectors that are there already."""

    def __init__(self, words: text.WordVectors):
        self.words = words

    def transform(self, texts: list[str]) -> np.ndarray:
        """As the library's own."""
        return self.words.mean(texts).astype(np.float64)


def curves(parts: dict) -> Numbers:
    """Losses and scores of each part's looks; a part has a `curve`."""
    return {f"{name} {kind}": [look[kind] for look in part.curve]
            for name, part in parts.items() for kind in ("loss", "score")}  # fmt: skip


class Reader:
    """A captioner that says a sentence of its own for each brightness, and never learned."""

    words = SimpleNamespace(encode=lambda sentences: [list(s) for s in sentences])

    def captions(self, pixels: np.ndarray, seed: int) -> list[str]:
        """A caption of each picture, another one for each seed."""
        dark = pixels.mean(axis=(1, 2, 3)).astype(int)
        return [f"a {drawn.SHAPES[d % 3]} on number {(d + seed) % 5}" for d in dark]

    def encode(self, pixels: np.ndarray) -> torch.Tensor:
        """The mean brightness."""
        return torch.from_numpy(pixels.mean(axis=(1, 2, 3)))[:, None]

    def losses(self, encoded: torch.Tensor, sentences: list, of: np.ndarray) -> torch.Tensor:
        """How far each picture is from the length of its sentence."""
        return (encoded[of, 0] / 8 - torch.tensor([len(s) for s in sentences])).abs()


@of("lib/chapters/caption/study.py")
def _(data: Dataset) -> Numbers:
    album = pictures.album(data.subset(80, 30).test, 32)
    first = [sentences[0] for sentences in album.sentences]
    both = looks.looks(Reader(), album.pixels, first, {})
    judged = measures.judged([first[0], *first[:-1]], album.sentences)
    numbers = {f"{kind} {name}": value for kind, one in both.items() for name, value in one.items()}
    return {**numbers, **judged, "frequent": exact(looks.most_frequent(first))}


@of("lib/methods/baby/train.py")
def _(data: Dataset) -> Numbers:
    few, still = data.subset(64, 16), {"dropout": 0.0, "attention_dropout": 0.0}
    vocabulary = pieces.learned(pictures.sentences(few.fit), 200)
    plain = test_baby_train.SHAPE
    shape = replace(plain, text={**plain.text, **still}, vocabulary=vocabulary)
    first = BabyRecipe(epochs=2, batch=8, rate=3e-3)
    captions = replace(first, epochs=1, batch=24, rows="captions", scale=20.0)
    papers = {"rows": "captions", "loss": "tutorial", "scale": 1.0, "unit": False,
              "anneal": False, "cut": False, "images": 24}  # fmt: skip
    babies = {"own": BabyClip("own", shape, first),
              "paper": BabyClip("paper", replace(shape, pooled="first"), replace(first, **papers)),
              "captions": BabyClip("captions", shape, captions)}  # fmt: skip
    for baby in babies.values():
        baby.fit(few.fit, few.dev)
    own = babies["own"].embed_queries(few.test), babies["own"].embed_images(few.test)
    return {**curves(babies), "pieces": exact(vocabulary),
            "cosines": some(retrieval.scores(*own), 12)}  # fmt: skip


@of("lib/methods/baby/tutorial.py")
def _(data: Dataset) -> Numbers:
    few = replace(data.subset(24, 8), is_drawn=True)
    recipe = replace(recipes.NOTEBOOK, epochs=2, batch=8)
    with mock.patch.object(tutorial, "PASSES", 1):
        cells = {towers: tutorial.measured(few, replace(recipe, towers=towers)).arrays
                 for towers in ("pretrained", "random", "frozen")}  # fmt: skip
    return {f"{towers} {name}": array.ravel()[:6].tolist()
            for towers, arrays in cells.items() for name, array in arrays.items()
            if name != "precision"}  # fmt: skip


@of("lib/methods/baby/paired.py")
def _(data: Dataset) -> Numbers:
    few, still = data.subset(64, 16), {"dropout": 0.0, "fewer_features": 0.0}
    recipe = PairedRecipe(words=200, dim=16, hidden=16, epochs=3, batch=16, every=1, **still)
    baby = PretrainedBaby("baby.small", 0, recipe)
    baby.fit(few.fit, few.dev)
    cosines = retrieval.scores(baby.embed_queries(few.test), baby.embed_images(few.test))
    return {**curves({"own": baby}), "cosines": some(cosines, 12)}


@of("lib/methods/baby/tuned.py")
def _(data: Dataset) -> Numbers:
    few, still = data.subset(24, 8), {"dropout": 0.0, "fewer_features": 0.0}
    fit, dev = (replace(part, feature_files={}, whole=None) for part in (few.fit, few.dev))
    recipe = PairedRecipe(words=200, dim=16, hidden=16, epochs=1, batch=8, every=1, **still)
    tuning = EyesRecipe(epochs=2, batch=8)
    baby = TunedBaby(PretrainedBaby("baby.small", 0, recipe), recipe=tuning)
    baby.fit(fit, dev)
    cosines = retrieval.scores(baby.embed_queries(dev), baby.embed_images(dev))
    return {**curves({"own": baby}), "cosines": some(cosines, 12)}


@of("lib/methods/baby/pixels.py")
def _(data: Dataset) -> Numbers:
    few, still = data.subset(24, 8), {"dropout": 0.0, "fewer_features": 0.0}
    for part in (few.fit, few.dev):
        part.memory["pixels"] = pictures.pixels(part, WIDER)[:, None]
    recipe = PairedRecipe(words=200, dim=16, hidden=16, epochs=1, batch=8, every=1, **still)
    tuning = EyesRecipe(epochs=2, batch=8)
    baby = PixelBaby(PretrainedBaby("baby.small", 0, recipe), "baby.pixels", tuning)
    baby.fit(few.fit, few.dev)
    cosines = retrieval.scores(baby.embed_queries(few.dev), baby.embed_images(few.dev))
    return {**curves({"own": baby}), "cosines": some(cosines, 12)}


@of("lib/methods/clip/finetune.py")
def _(data: Dataset) -> Numbers:
    source, few = random_clip(), data.subset(64, 16)
    recipe = replace(finetune.WHOLE, epochs=2, batch=24, rate=5e-4, warm_up=2, looks=2)
    with noted(sys.modules["lib.base.kit.training"], "contrastive") as losses:
        tuned = finetune.whole(few.fit, few.dev, source.weights, recipe)
        rng = np.random.default_rng(2)
        images = retrieval.unit(rng.normal(size=(60, 8))).astype(np.float32)
        texts = (images[:, ::-1] + 0.3 * rng.normal(size=(60, 8))).astype(np.float32)
        recipe = replace(finetune.PROJECTIONS, epochs=3, batch=20, rate=2e-2)
        dev = images[40:], texts[40:]
        pairs = images[:40], texts[:40]
        maps = finetune.projections(pairs, dev, np.arange(20), source, recipe)
    mixed = embed.images(few.test.images, replace(source, tuned=tuned.weights, share=0.5))
    return {
        "loss": losses,
        "looks": [*(look["map_at_20"] for look in tuned.curve), *maps["curve"][:, 1]],
        "image": some(maps["image"]),
        "text": some(maps["text"]),
        "mixed": some(mixed.arrays["embedded"], 12),
    }


@of("lib/methods/clip/pretrain.py")
def _(_: Dataset) -> Numbers:
    rng = np.random.default_rng(1)
    told = tuple(drawn.sentences(fact)[i % 5] for i, fact in enumerate(drawn.FACTS[:96:4]))
    pixels = rng.integers(0, 256, (24, 36, 36, 3)).astype(np.uint8)
    np.save(paths.CACHE / "00000.npy", pixels)
    pairs = pretrain.Pairs(corpus.Corpus(paths.CACHE, 1, "", told), 0)
    recipe = replace(test_pretrain.RECIPE, pairs=5 * 8, warm_up=3, rate=1e-3, decay=20.0)

    with noted(pretrain, "step") as losses:
        run = pretrain.train(recipe, pairs, paths.CACHE / "run")
    both = clip.around(clip.whole(run.model, pairs.ids))
    texts = both.embed_tokens([clip.tokens(each) for each in told])
    images = both.embed_pixels(pixels[:, 2:34, 2:34])
    rates = [pretrain.rate(recipe, *at) for at in ((0, 0), (9, 0.5), (80, 0.8))]
    return {"loss": losses, "rates": rates, "scale": run.model.logit_scale.item(),
            "batches": exact(pairs.batches(3, 8).tolist()), "texts": some(texts, 12),
            "cosines": some(texts @ images.T, 12)}  # fmt: skip


class Words(test_study.Words):
    """The tests' system that counts words; it notes what it was asked."""

    typed: ClassVar[list[str]] = []

    def embed_texts(self, texts: list[str]) -> np.ndarray:
        """As the tests' own."""
        self.typed.extend(texts)
        return super().embed_texts(texts)


@of("lib/chapters/clip/study.py")
def _(data: Dataset) -> Numbers:
    test = data.subset(80, 40).test
    numbered = tuple(
        tuple(f"{i} {i * 7 % 40} {(i + n) % 40}" for n in range(5)) for i in test.truth
    )
    split = replace(test, sentences=numbered)
    runs_of = {f"clip.{noise}": Words(split, noise) for noise in (0.2, 0.4)}
    Words.typed.clear()
    by_gallery, by_sentences = study.what_moves_it(runs_of, split)
    gain = study.gain(*runs_of.values(), "test")
    return {
        "galleries": [value for one in by_gallery.values() for value in one.values()],
        "sentences": [v["map_at_20"] for one in by_sentences.values() for v in one.values()],
        "interval": by_sentences["clip.0.4"][2]["ci95"],
        "gain": [gain["difference"], *gain["ci95"]],
        "asked": exact(Words.typed),
    }


class Chance(System):
    """Random vectors; its images are found by the number of a split's."""

    precision = "float32"

    def __init__(self, data: Dataset, source: Source):
        rng = np.random.default_rng([data.seed, 2])
        self.vectors = {split: [rng.normal(size=(len(side), 32)).astype(np.float32)
                                for side in (searched.texts, searched)]
                        for split, _, searched in data.stages()}  # fmt: skip
        bank = np.random.default_rng(6).normal(size=(50, 32)).astype(np.float32)
        self.vectors["fit"], self.source = [bank], source

    def embed_queries(self, split):
        return self.vectors[split.name][0]

    def embed_images(self, split):
        return self.vectors[split.name][1]


@of("lib/methods/clip/systems.py")
def _(data: Dataset) -> Numbers:
    source, few, found = random_clip(), data.subset(80, 20), {}
    wordings = systems.worded(few.test.sentences, source, tuple(prompts.VARIANTS))
    for name, one in wordings.items():
        found[name] = [*some(one.sums), one.over_limit, one.cut]
    chance = Chance(few, source)
    for name in systems.hubness.METHODS:
        for gated in (False, True):
            system = systems.Hubless(chance, name, gated=gated)
            with mock.patch.object(systems, "Clip", lambda _: chance):  # what embeds the bank
                one = evaluation.evaluate(few, system)
            kind = f"{name}{' gated' if gated else ''}"
            found |= {f"{kind} scores": system.dev_scores,
                      f"{kind} ranks": one.ranks["test"][0].tolist(),
                      f"{kind} vectors": some(one.gallery["test"][:, -2:])}  # fmt: skip
    return found


@of("lib/methods/clip/heldout.py")
def _(_: Dataset) -> Numbers:
    texts, pixels, truth = heldout.pairs(3, 32)
    return {"texts": exact([texts, truth.tolist()]), "pixels": means(pixels)}


@of("lib/scenes/built.py")
def _(_: Dataset) -> Numbers:
    found: Numbers = {}
    with mock.patch.dict(built.SIZES, {"golden": (4, 4)}):
        for split, scenes in builder.world("golden").items():
            builder.write_split(paths.CACHE, split, scenes)
            table = pd.read_parquet(paths.CACHE / f"facts_{split}.parquet")
            found[f"{split} facts"] = exact(table.drop(columns="visible").to_json(orient="records"))
            found[f"{split} visible"] = [v for row in table["visible"] for v in row]
            images = writer.images(paths.CACHE, split)
            found[f"{split} pixels"] = means([np.asarray(Image.open(path)) for path in images])
    said = sorted(paths.CACHE.glob("*/*.txt"))
    lines = [[path.name, path.parent.name, path.read_text("utf-8")] for path in said]
    return {**found, "lines": exact([*lines, (paths.CACHE / "test_key.csv").read_text()])}


@of("lib/scenes/resnet.py")
def _(_: Dataset) -> Numbers:
    rng, folder, found = np.random.default_rng(0), paths.CACHE / "few", {}
    for split, n in (("train", 40), ("test", 8)):
        (folder / f"images_{split}").mkdir(parents=True)
        for i in range(n):  # plain pictures would leave channels without a spread to divide by
            noise = rng.integers(0, 256, (224, 224, 3)).astype(np.uint8) // [1 + i % 2, 1, 1]
            Image.fromarray(noise.astype(np.uint8)).save(folder / f"images_{split}/{i}.jpg")
    pixels, weights = resnet.pixels(writer.images(folder, "train")), paths.CACHE / "x.safetensors"
    # Later steps magnify what rounds.
    recipe = {**tagging.RECIPE, "epochs": 1, "batch": 16, "rate": 1e-3}
    with noted(sys.modules["lib.base.kit.training"], "step") as losses:
        resnet.save(tagging.train(pixels, [[f"is:{i % 2}"] for i in range(40)], recipe), weights)
    with mock.patch.object(resnet, "WEIGHTS", weights):
        resnet.write_features(folder)
    for layer, stem in course.LAYERS.items():
        table = pd.read_csv(folder / f"features_test/{stem}_test.csv", header=None, index_col=0)
        found |= {layer: table.abs().mean(axis=1).tolist(),  # single values have four digits
                  f"{layer} rows": exact(list(table.index))}  # fmt: skip
    return {**found, "loss": losses}


@of("lib/scenes/shifts.py")
def _(_: Dataset) -> Numbers:
    three = list(islice(sampler.stream(5, "test"), 3))
    notes = [shifts.note(scene, draw.visible(scene)) for scene in three]
    return {"notes": exact(notes), "ink": means([shifts.inked(draw.render(s)) for s in three])}


@of("lib/scenes/corpus.py")
def _(_: Dataset) -> Numbers:
    with mock.patch.object(corpus, "SHARD", 4):
        pairs = corpus.drawn(5, 4, 36, workers=1)
        pixels = np.concatenate(pairs.pixels())
    key = [asdict(scene) for scene, *_ in islice(corpus.pairs(5, 8), 2)]
    return {"captions": exact(pairs.captions), "fingerprint": pairs.fingerprint,
            "scenes": exact(key), "pixels": means(pixels)}  # fmt: skip
