"""What chapters 01 to 03 write out, against the systems that their rows were measured with."""

from types import SimpleNamespace

import hearts
import numpy as np
import pytest

from lib.features.features import ReducedFeatures
from lib.features.text import MeanWords
from lib.methods.regression import boosting, elastic, levers
from lib.methods.regression.elastic import ExactElasticNet
from lib.methods.regression.models import CourseRidge
from lib.methods.regression.regress import Regression
from lib.search import evaluation


@pytest.fixture(scope="module")
def session(data):
    """What the cells read of a session."""
    return SimpleNamespace(data=data, scored="test", split=data.test, fitted=data.train)


@pytest.fixture(scope="module")
def words(data):
    return MeanWords.draws(data, "", 3)


def test_the_baseline_in_one_cell_is_the_first_draw(session, words):
    heart = hearts.run("01_baseline", session=session, seed=0, every_words=words)
    images = ReducedFeatures("subset", (0, 0))
    row = Regression("baseline.ridge_random100", words[0], images, CourseRidge())
    measured = evaluation.evaluate(session.data, row)
    np.testing.assert_array_equal(heart["ranks"], measured.ranks["test"][0])
    assert heart["score"] == pytest.approx(measured.map_at_20("test"))
    assert heart["alpha"] == measured.params["alpha"]
    assert measured.map_at_20("test") > 0.2, "it finds something"


def test_the_vectors_of_the_cell_are_those_that_are_kept(session, words):
    heart = hearts.run("01_baseline", session=session, seed=0, every_words=words)
    train = session.data.train
    trained = heart["train_vectors"]([s for own in train.sentences for s in own])
    kept = words[0].fit(train).words
    assert list(trained.index_to_key) == list(kept.words)
    np.testing.assert_array_equal(trained.vectors, kept.vectors)
    unknown = heart["mean_vectors"](["zzz", ""], {"dog": np.ones(300)})
    assert unknown.shape == (2, 300) and not unknown.any()


def test_the_grid_that_is_written_out_is_the_library_s(session, words):
    def draws() -> list[Regression]:
        images = [ReducedFeatures("subset", (0, draw)) for draw in range(3)]
        return [Regression("tuning.elasticnet_random100", texts, drawn, ExactElasticNet())
                for texts, drawn in zip(words, images, strict=True)]  # fmt: skip

    heart, rows = hearts.run("02_tuning", session=session, seed=0, draws=draws()), draws()
    grid = elastic.search(session.data, *rows)
    np.testing.assert_array_equal(heart["alphas"], elastic.ALPHAS)
    assert heart["ratios"] == elastic.RATIOS
    np.testing.assert_allclose(heart["scores"].mean(axis=2), grid.scores, rtol=1e-12)
    np.testing.assert_allclose(heart["kept"].mean(axis=2), grid.kept, rtol=1e-12)
    model = rows[-1].model
    model.fit(heart["x"], heart["y"])  # of the last draw
    alpha, l1_ratio = grid.setting
    solved = heart["solve"](heart["variances"], heart["covariances"], alpha, l1_ratio)
    np.testing.assert_allclose(heart["pca"].components_.T @ solved, model.weights, rtol=1e-9)


def test_components_booster_and_the_question_turned_round(session, words):
    net = Regression("net", words[0], ReducedFeatures("pca", 0), ExactElasticNet(1e-6, 0.5))
    strong = evaluation.evaluate(session.data, *levers.STRONG.seeds(words))
    given = {"alpha": 1e-6, "l1_ratio": 0.5, "strength": strong.params["alpha"]}
    heart = hearts.run("03_pca_boosting", session=session, seed=0, words=words, **given)
    measured = evaluation.evaluate(session.data, net)
    np.testing.assert_array_equal(heart["ranks"], measured.ranks["test"][0])
    quick = boosting.quick("boosting.xgboost_pca100", words, 0, 0)
    evaluation.evaluate(session.data, *quick, splits=("dev",))
    curve = quick[0].model.curve["dev_score"]
    assert heart["by_rounds"] == pytest.approx({n: curve[n] for n in (1, 2, 5, 10)})
    np.testing.assert_array_equal(heart["turned_ranks"], strong.ranks["test"][0])
