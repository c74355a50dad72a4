"""Regressions of every kind: they learn, they do not leak, and they leave themselves behind."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from check import check_system
from sklearn.linear_model import Ridge

from lib.base import store
from lib.features import text
from lib.features.features import ReducedFeatures, StandardFeatures
from lib.features.text import VOCABULARY, MeanWords, Tfidf, word_bag
from lib.methods.regression import boosting, elastic, models
from lib.methods.regression.models import CourseRidge, ShuffledRidge
from lib.methods.regression.regress import Regression, Rephrased
from lib.record import results
from lib.search import evaluation, metrics

pytestmark = pytest.mark.usefixtures("own_cache", "few")
RIDGE = "baseline.ridge_random100"


@pytest.fixture
def few(monkeypatch):
    """Few rounds of trees: the drawn data is learnt at once."""
    monkeypatch.setattr(boosting, "ROUNDS", (2, 5, 12))


def reduced(reduction, model):
    """Mean word vectors to reduced features."""
    return lambda data: Regression(
        "baseline.x", MeanWords(data), ReducedFeatures(reduction, (data.seed, 0)), model()
    )


def classic(model, texts, image, *options):
    """Any texts to standardised features, or the other way round."""
    return lambda data: Regression(
        "classic.x", texts(data), StandardFeatures(image), model(), *options
    )


def tfidf(_):
    return Tfidf()


def curtly(split):
    """A split whose sentences are said again, without their first words."""
    again = tuple(tuple(s.split(" ", 1)[-1] for s in own) for own in split.sentences)
    return replace(split, sentences=again)


def said_twice(data):
    """Images to tf-idf, fitted on both wordings."""
    plain = KINDS["ridge from images"](data)
    return Rephrased("classic.x.back_translated", plain, curtly, {"by": "hand"})


FROM_IMAGES = ("image_to_text", "cosine")
KINDS = {
    "subset": reduced("subset", CourseRidge),
    "projection": reduced("projection", CourseRidge),
    "elastic": reduced("pca", lambda: elastic.ExactElasticNet(1e-6, 0.5)),
    "trees": reduced("pca", boosting.QuickTrees),
    "ridge": classic(models.ClassicRidge, MeanWords, "fc1000"),
    "ridge from images": classic(models.ClassicRidge, tfidf, "pool5", *FROM_IMAGES),
    "pls": classic(models.PartialLeastSquares, MeanWords, "both"),
    "pls from images": classic(models.PartialLeastSquares, tfidf, "pool5", *FROM_IMAGES),
    "kernel": classic(models.GaussianRidge, tfidf, "fc1000"),
    "kernel cosine": classic(models.GaussianRidge, MeanWords, "fc1000", "text_to_image", "cosine"),
    "kernel tags": classic(models.GaussianRidge, tfidf, "pool5_tags", *FROM_IMAGES),
    "said twice": said_twice,
}


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_every_kind_is_a_system_and_learns(make, data, tmp_path):
    measured = check_system(lambda: make(data), data, tmp_path)
    assert measured.map_at_20("test") > 4 * metrics.chance(len(data.test))["map_at_20"]
    assert measured.system.embed_texts(["zzz qqq"]).shape == (1, measured.gallery["test"].shape[1])
    cosine = measured.system.variants()[-1]
    assert cosine.metric == "cosine" or len(measured.system.variants()) == 1


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_test_decides_nothing(make, data):
    """Other test images, texts, tags and labels leave every fitted number and choice as it is."""
    test = replace(
        data.test.take(np.arange(len(data.test))[::-1][:55]),
        sentences=tuple((f"nonsense {i}",) for i in range(55)),
        tags=(("new:tag",),) * 55,
        truth=np.zeros(55, int),
    )
    packed = []
    for each in (data, replace(data, test=test)):
        arrays: dict = {}
        measured = evaluation.evaluate(each, make(data))
        packed.append((store.pack(measured.system, arrays), arrays, measured.ranks["dev"]))
    (one, arrays, ranks), (other, others, same) = packed
    assert one == other and np.array_equal(ranks, same)
    assert all(np.array_equal(arrays[name], others[name]) for name in arrays)


def ridges(data, reduction="subset", model=CourseRidge, name=RIDGE):
    """The baseline with three draws, by both metrics."""
    texts = MeanWords(data)
    seeds = [model((data.seed, 3, i)) if model is ShuffledRidge else model() for i in range(3)]
    images = [ReducedFeatures(reduction, (data.seed, i)) for i in range(3)]
    systems = [Regression(name, texts, *pair) for pair in zip(images, seeds, strict=True)]
    return evaluation.evaluate_variants(data, *systems)


def test_learns_and_forgets_when_pairs_are_shuffled(data):
    chance = metrics.chance(len(data.test))["map_at_20"]
    for reduction in ("subset", "projection"):
        for system in ridges(data, reduction):
            assert system.map_at_20("test") > 8 * chance, system.id
        for system in ridges(data, reduction, ShuffledRidge):
            assert system.map_at_20("test") < 2 * chance, system.id


def test_one_fit_serves_both_metrics(data):
    """By cosine the vectors are those of the other metric, less the mean training target."""
    one, cosine = ridges(data)
    assert (cosine.id, cosine.metric) == (f"{RIDGE}.cosine", "cosine")
    centre = cosine.system.images.transform(data.train).mean(axis=0)
    assert cosine.gallery["test"] + centre == pytest.approx(one.gallery["test"], abs=1e-4)


def test_dev_is_not_fitted_on_before_it_is_scored(data):
    """Other dev sentences leave the alphas, and the vectors of words, as they are."""
    dev = set(data.dev.images)
    sentences = tuple(
        ("blank",) if image in dev else own
        for image, own in zip(data.train.images, data.train.sentences, strict=True)
    )
    other = replace(data, train=replace(data.train, sentences=sentences))
    words = MeanWords(other).fit(other.fit).words
    assert "blank" not in words.row
    assert (words.vectors == MeanWords(data).fit(data.fit).words.vectors).all()
    assert ridges(data)[0].params["alpha"] == ridges(other)[0].params["alpha"]


def test_rows_count_what_was_fitted(data):
    system = ridges(data)[0]
    dev, test = results.rows(system, data)
    assert (dev["n_train"], dev["n_gallery"], dev["n_queries"]) == (150, 50, 50)
    assert (test["n_train"], test["n_gallery"], test["n_queries"]) == (200, 60, 60)
    assert len(test["params"]["by_seed"]) == 3
    assert test["map_at_20"] == pytest.approx(np.mean(test["params"]["by_seed"]), abs=1e-6)
    low, high = test["map_at_20_ci95"]
    assert low < test["map_at_20"] < high
    assert test["seconds"] > 0 and test["model_bytes"] > 300 * 100 * 4


def test_what_seeds_chose_is_told_of_each(data):
    """A parameter in which the seeds agree is one value, another a list over the seeds."""
    system, _ = ridges(data)
    assert system.params["words"] == "word2vec trained on the descriptions"
    seeds = [Regression("x", None, None, CourseRidge()) for _ in range(2)]
    for seed, alpha in zip(seeds, (0.1, 10.0), strict=True):
        seed.model.params = {"alpha": alpha, "same": 1}
    assert evaluation.params_of(seeds) == {"alpha": [0.1, 10.0], "same": 1}


def test_seeds_share_word_vectors_and_systems_keep_theirs(data):
    """A vectoriser that others have used does not change beneath a fitted system."""
    texts = MeanWords(data)
    system = Regression(RIDGE, texts, ReducedFeatures("subset", (0, 0)), CourseRidge())
    measured = evaluation.evaluate(data, system)
    other = Regression("y", texts, ReducedFeatures("subset", (0, 1)), CourseRidge())
    other.fit(data.fit, data.dev)
    assert other.texts.known is measured.system.texts.known
    typed = measured.system.embed_texts(data.test.texts)
    assert typed == pytest.approx(measured.queries["test"], rel=1e-4, abs=1e-4)


def test_a_missing_run_says_which_are_there(data, tmp_path):
    for system in ridges(data):
        evaluation.save(tmp_path, system)
    with pytest.raises(FileNotFoundError, match=rf"there are: {RIDGE}"):
        evaluation.load(tmp_path, "baseline.none")


def test_submission_is_the_competitions(data, tmp_path):
    system = ridges(data)[1]
    evaluation.write_submission(tmp_path / "s.csv", system, data.test)
    header, *rows = csv.reader((tmp_path / "s.csv").open())
    assert header == ["Descritpion_ID", "Top_20_Image_IDs"]
    assert [row[0] for row in rows] == list(data.test.query_ids)
    names = [image.name for image in data.test.images]
    earned = []
    for row, truth in zip(rows, data.test.truth, strict=True):
        best = row[1].split(" ")
        assert len(best) == len(set(best)) == 20 and set(best) <= set(names)
        rank = best.index(names[truth]) + 1 if names[truth] in best else 21
        earned.append(1 / rank if rank <= 20 else 0)
    assert np.mean(earned) == pytest.approx(metrics.map_at_k(system.ranks["test"][0]), abs=0.01)


def test_draws_of_words_are_trained_side_by_side_and_are_the_same(data, tmp_path):
    """Each has a seed of its own, is what it would be alone, and of a file there is one."""
    first, second = MeanWords.draws(data, "", 2)
    vectors = [each.fit(data.fit).words.vectors for each in (first, second)]
    assert (vectors[0] == MeanWords(data).fit(data.fit).words.vectors).all()
    assert (
        vectors[1] == text.train([s for own in data.fit.sentences for s in own], 1).vectors
    ).all()
    assert not np.allclose(*vectors) and first.is_random
    (alone,) = MeanWords.draws(data, "words.txt", 2)
    assert not alone.is_random


def test_said_twice_is_every_image_twice(data):
    """A ridge on all images with one text and again with the other, at twice the penalty."""
    system = said_twice(data)
    system.fit(data.fit, data.dev)
    texts = [*data.fit.texts, *curtly(data.fit).texts]
    x = np.tile(system.images.transform(data.fit), (2, 1))
    doubled = Ridge(2 * system.params["alpha"]).fit(x, system.texts.transform(texts))
    gallery = system.images.transform(data.dev)
    assert system.model.predict(gallery) == pytest.approx(doubled.predict(gallery), abs=1e-5)
    words = word_bag(VOCABULARY).fit(texts).vocabulary_
    assert system.texts.bag.vocabulary_ == words, "of both wordings"
    assert system.params["by"] == "hand"
