"""The classical recipes: one lever apart from each other, and what each lever is worth."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression

from lib.features.features import StandardFeatures
from lib.features.text import MeanWords
from lib.methods.regression import levers, models
from lib.methods.regression.levers import PLAIN, STRONG, ClassicRecipe
from lib.search import evaluation

pytestmark = pytest.mark.usefixtures("own_cache")


def test_a_ridge_is_the_same_by_both_metrics(data):
    """The cosine variant of one fit is the recipe by cosine."""
    cosine = replace(PLAIN, metric="cosine")
    alone = evaluation.evaluate(data, *cosine.seeds([MeanWords(data)]))
    one, variant = evaluation.evaluate_variants(data, *PLAIN.seeds([MeanWords(data)]))
    assert (one.id, variant.id, alone.id) == (PLAIN.id, cosine.id, cosine.id)
    assert (variant.ranks["test"] == alone.ranks["test"]).all() and alone.metric == "cosine"


def test_ids_and_levers():
    assert STRONG.id == "classic.ridge.image_to_text.tfidf.pool5.cosine"
    ids = [recipe.id for recipe in levers.recipes()]
    assert len(ids) == len(set(ids)) == 19 and {PLAIN.id, STRONG.id} <= set(ids)
    assert "classic.kernel_ridge.text_to_image.tfidf.pool5.cosine" in ids
    for lever in levers.LEVERS:
        pair = levers.pulled(lever)
        assert pair["alone"][0] == PLAIN and STRONG in pair["on top"]
        for without, pulled in pair.values():
            differ = [k for k in vars(without) if getattr(without, k) != getattr(pulled, k)]
            assert len(differ) == 1, f"{lever} changes {differ}"
    assert levers.pulled("words: tf-idf")["on top"][0].text == "word2vec"
    assert levers.pulled("human tags")["on top"][1].image == "pool5_tags"


def test_a_recipe_is_named_by_all_its_parts():
    assert ClassicRecipe("pls", "text_to_image", "tfidf", "both_tags").id == (
        "classic.pls.text_to_image.tfidf.both_tags"
    )


def test_pls_from_the_triangular_factor_is_pls(monkeypatch):
    """More rows than columns: the same map as the library's from all the rows."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(300, 9)) + 3
    targets = inputs @ rng.normal(size=(9, 4)) + rng.normal(size=(300, 4))
    monkeypatch.setattr(models, "PLS_SWEEPS", 5000)
    for n in (2, 5):
        plain = PLSRegression(n, scale=False, max_iter=5000, tol=1e-12).fit(inputs, targets)
        weights, bias = models.pls_maps(inputs, targets, [2, 5])[n]
        ours = inputs @ weights + bias
        assert ours == pytest.approx(plain.predict(inputs), rel=0.02, abs=0.02)


def test_tags_that_nobody_fitted_say_nothing(data):
    """A test image's new tag adds no column, and changes none."""
    strange = replace(data.test, tags=(("new:tag",), *data.test.tags[1:]))
    images = StandardFeatures("pool5_tags").fit(data.train)
    one, other = images.transform(data.test), images.transform(strange)
    assert one.shape == other.shape and one.shape[1] > data.test.features("pool5").shape[1]
    assert (one[1:] == other[1:]).all() and one.dtype == np.float32
