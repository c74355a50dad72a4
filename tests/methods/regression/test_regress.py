"""The baseline: it learns, it does not leak, and it leaves itself behind."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from test_data import loaded

from lib.features import text
from lib.methods.regression import regress
from lib.record import results
from lib.search import evaluation, metrics, retrieval, runs

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture
def data(course):
    """The drawn data set."""
    return loaded(course)


def fitted(data, reduction="subset", **options):
    """The baseline on word vectors trained for each stage."""
    return regress.baseline(data, text.for_stages(data, ""), reduction, n_seeds=3, **options)


def test_learns_and_forgets_when_pairs_are_shuffled(data):
    chance = metrics.chance(len(data.test))["map_at_20"]
    for reduction in ("subset", "projection"):
        for system in fitted(data, reduction):
            assert metrics.map_at_k(system.ranks["test"]) > 8 * chance, system.id
        for system in fitted(data, reduction, shuffled=True):
            assert metrics.map_at_k(system.ranks["test"]) < 2 * chance, system.id


def test_test_decides_nothing(data):
    """Other test images, texts and labels leave every fitted number and choice as it is."""
    reverse = np.arange(len(data.test))[::-1]
    other = replace(
        data.test.take(reverse[:55]),
        sentences=tuple((f"nonsense {i}",) for i in range(55)),
        truth=np.zeros(55, int),
    )
    for one, two in zip(fitted(data), fitted(replace(data, test=other)), strict=True):
        assert one.params["alpha"] == two.params["alpha"]
        assert (one.ranks["dev"] == two.ranks["dev"]).all()
        for name, array in one.encoder.arrays().items():
            assert (array == two.encoder.arrays()[name]).all(), name


def test_dev_is_not_fitted_on_before_it_is_scored(data):
    """Other dev sentences and features leave the alphas as they are."""
    dev = set(data.dev.images)
    sentences = tuple(
        ("blank",) if image in dev else own
        for image, own in zip(data.train.images, data.train.sentences, strict=True)
    )
    other = replace(data, train=replace(data.train, sentences=sentences))
    words = text.for_stages(other, "")["dev"]
    assert "blank" not in words.row
    assert (words.vectors == text.for_stages(data, "")["dev"].vectors).all()
    assert fitted(data)[0].params["alpha"] == fitted(other)[0].params["alpha"]


def test_word_vectors_never_see_the_split_they_score(data):
    words = text.for_stages(data, "")
    assert words["dev"].source == words["test"].source
    assert not np.array_equal(words["dev"].vectors, words["test"].vectors)
    other = replace(data, test=replace(data.test, sentences=(("zebra zebra",),) * 60))
    assert "zebra" not in text.for_stages(other, "")["test"].row


def test_rows_count_what_was_fitted(data, own_cache):
    system = fitted(data)[0]
    dev, test = results.rows(system, data)
    assert (dev["n_train"], dev["n_gallery"], dev["n_queries"]) == (150, 50, 50)
    assert (test["n_train"], test["n_gallery"], test["n_queries"]) == (200, 60, 60)
    assert len(test["params"]["by_seed"]) == 3
    assert test["map_at_20"] == pytest.approx(np.mean(test["params"]["by_seed"]), abs=1e-6)
    low, high = test["map_at_20_ci95"]
    assert low < test["map_at_20"] < high
    assert test["seconds"] > 0 and test["model_bytes"] > 300 * 100 * 4


def test_a_system_comes_back_from_its_file(data, tmp_path):
    for system in fitted(data):
        runs.save(tmp_path, system, {"data": data.fingerprint})
        back = runs.load(tmp_path, system.id)
        assert back.params == system.params and back.n_train == system.n_train
        assert (back.scores("test") == system.scores("test")).all()
        assert (back.ranks["test"] == system.ranks["test"]).all()
    with pytest.raises(FileNotFoundError, match=r"there are: baseline.ridge_random100"):
        runs.load(tmp_path, "baseline.none")


def test_the_query_encoder_ranks_as_the_system_does(data, tmp_path):
    """Typed text lands where the stored queries lie, without refitting."""
    for system in [*fitted(data), *fitted(data, "projection")]:
        runs.save(tmp_path, system, {})
        back = runs.load(tmp_path, system.id)
        typed = back.embed_queries(data.test.texts)
        assert typed == pytest.approx(back.queries["test"], rel=1e-4, abs=1e-5)
        scores = retrieval.scores(typed, back.gallery["test"], back.metric)
        ranks = retrieval.ranks(scores, data.test.truth)
        assert np.mean(ranks == back.ranks["test"][0]) > 0.95
    assert back.embed_queries(["zzz qqq"]).shape == (1, 100)


def test_submission_is_the_competitions(data, own_cache, tmp_path):
    system = fitted(data)[1]
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
