"""The classical methods: each learns, each leaves itself behind, and none looks at test."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression
from test_data import loaded

from lib.features import text
from lib.methods.regression import boosting, classic, elastic, levers
from lib.methods.regression.classic import PLAIN, STRONG, Recipe
from lib.search import metrics, runs

pytestmark = pytest.mark.usefixtures("own_cache")
EACH = (
    PLAIN,
    STRONG,
    replace(PLAIN, method="pls", image="both"),
    replace(STRONG, method="pls"),
    replace(PLAIN, method="kernel_ridge", text="tfidf"),
    replace(PLAIN, method="kernel_ridge", metric="cosine"),
    replace(STRONG, method="kernel_ridge", image="pool5_tags"),
)


@pytest.fixture
def data(course):
    return loaded(course)


@pytest.mark.parametrize("recipe", EACH, ids=lambda recipe: recipe.id)
def test_learns_and_leaves_itself_behind(data, recipe, tmp_path):
    system = classic.systems(data, text.for_stages(data, ""), [recipe])[recipe]
    assert system.id == recipe.id and system.metric == recipe.metric
    chance = metrics.chance(len(data.test))["map_at_20"]
    assert metrics.map_at_k(system.ranks["test"]) > 4 * chance
    runs.save(tmp_path, system, {})
    typed = runs.load(tmp_path, system.id).embed_queries(data.test.texts)
    assert typed == pytest.approx(system.queries["test"], rel=1e-3, abs=1e-3)


def test_one_ridge_serves_both_metrics(data, monkeypatch):
    """A ridge fitted once for two metrics is the ridge fitted for each alone."""
    words = text.for_stages(data, "")
    pair = [PLAIN, replace(PLAIN, metric="cosine")]
    fits = []
    solve = classic.solve
    monkeypatch.setattr(classic, "solve", lambda *given: fits.append(given) or solve(*given))
    together = classic.systems(data, words, pair)
    assert len(fits) == 1
    for recipe in pair:
        alone = classic.systems(data, words, [recipe])[recipe]
        assert (together[recipe].ranks["test"] == alone.ranks["test"]).all()


def test_ids_and_levers():
    assert STRONG.id == "classic.ridge.image_to_text.tfidf.pool5.cosine"
    ids = [recipe.id for recipe in classic.recipes()]
    assert len(ids) == len(set(ids)) and {PLAIN.id, STRONG.id} <= set(ids)
    assert "classic.kernel_ridge.text_to_image.tfidf.pool5.cosine" in ids
    for lever in (*classic.LEVERS, *classic.ADDED):
        for without, pulled in classic.pulled(lever).values():
            differ = [k for k in vars(without) if getattr(without, k) != getattr(pulled, k)]
            assert len(differ) == 1, f"{lever} changes {differ}"


def test_gains_are_those_of_the_pairs(data):
    words = text.for_stages(data, "")
    recipes = {r for pair in classic.pulled("words: tf-idf").values() for r in pair}
    systems = classic.systems(data, words, list(recipes))
    only = {"words: tf-idf": classic.LEVERS["words: tf-idf"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(levers, "LEVERS", only)
        patch.setattr(levers, "ADDED", {})
        (gain,) = levers.gains(systems, "test").values()
    score = {recipe: metrics.map_at_k(system.ranks["test"]) for recipe, system in systems.items()}
    pulled = replace(PLAIN, text="tfidf")
    assert gain["alone"][0] == pytest.approx(score[pulled] - score[PLAIN], abs=1e-9)


def test_pls_from_the_triangular_factor_is_pls():
    """More rows than columns: the same map as the library's from all the rows."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(300, 9)) + 3
    targets = inputs @ rng.normal(size=(9, 4)) + rng.normal(size=(300, 4))
    task = classic.Task(PLAIN, inputs, targets, inputs, targets, None)
    for n in (2, 5):
        plain = PLSRegression(n, scale=False, max_iter=5000, tol=1e-12).fit(inputs, targets)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(classic, "PLS_SWEEPS", 5000)
            ours = classic.pls_maps(task, [2, 5])[n]
        assert ours.predict(inputs) == pytest.approx(plain.predict(inputs), rel=0.02, abs=0.02)


def test_tags_that_nobody_fitted_say_nothing(data):
    """A test image's new tag adds no column, and changes none."""
    strange = replace(data.test, tags=(("new:tag",), *data.test.tags[1:]))
    fitted, searched = classic.image_vectors("pool5_tags", data.train, data.test)
    same, other = classic.image_vectors("pool5_tags", data.train, strange)
    assert (fitted == same).all() and (searched[1:] == other[1:]).all()


def choices(data) -> list:
    """What every kind of regression of chapters 02 and 03 chose and fitted, as plain values."""
    words = text.for_stages(data, "")
    net, grid = elastic.elastic_net(data, words, "pca", "boosting.n", n_seeds=1)
    trees, curve = boosting.boosted(data, words, "pca", "boosting.x")
    found = [grid.scores, grid.setting, curve.dev, curve.rounds]
    for system in (*net, *trees, *classic.systems(data, words, EACH).values()):
        arrays = system.encoder.arrays()
        found += [system.params, *(arrays[name] for name in sorted(arrays)), system.ranks["dev"]]
    return found


def test_test_decides_nothing(data, monkeypatch):
    """Other test images, texts, tags and labels leave every fitted number and choice as it is."""
    monkeypatch.setattr(boosting, "MOST_ROUNDS", 6)
    monkeypatch.setattr(elastic, "ALPHAS", np.array([1e-6, 1e-3]))
    reverse = np.arange(len(data.test))[::-1]
    other = replace(
        data.test.take(reverse[:55]),
        sentences=tuple((f"nonsense {i}",) for i in range(55)),
        tags=(("new:tag",),) * 55,
        truth=np.zeros(55, int),
    )
    for one, two in zip(choices(data), choices(replace(data, test=other)), strict=True):
        assert (
            np.all(np.asarray(one) == np.asarray(two)) if not isinstance(one, dict) else one == two
        )


def test_a_recipe_is_named_by_all_its_parts():
    assert Recipe("pls", "text_to_image", "tfidf", "both_tags").id == (
        "classic.pls.text_to_image.tfidf.both_tags"
    )
