"""A baby on a CNN's features: a system like any other, and better than chance on a few pairs."""

import numpy as np
from check import check_system

from lib.methods.baby.paired import Ensemble, PairedRecipe, PretrainedBaby
from lib.search import evaluation

SMALL = PairedRecipe(dim=32, hidden=32, epochs=8, batch=40, rate=5e-3, every=4)


def small() -> PretrainedBaby:
    return PretrainedBaby("baby.small", 0, SMALL)


def test_it_is_a_system_and_learns(data, own_cache, tmp_path):
    one = check_system(small, data, tmp_path)
    assert one.map_at_20("test") > 0.3, "chance is 0.06"
    assert one.system.n_train == len(data.train), "fitted again on all of train"
    assert one.system.summary()["epochs"] == "8"


def test_development_is_looked_at_and_a_refit_changes_weights_alone(data, own_cache):
    system = small()
    system.fit(data.fit, data.dev)
    assert [look["epoch"] for look in system.curve] == [4, 8]
    assert system.curve[-1]["score"] == system.score(data.dev) > system.curve[0]["score"]
    before = system.embed_images(data.dev)
    known = list(system.curve)
    system.fit(data.train)
    assert system.curve == known, "nothing is chosen again"
    assert np.abs(before - system.embed_images(data.dev)).max() > 0.01, "of the new weights"


def test_a_mirror_is_looked_into_where_features_are_computed(data, own_cache, monkeypatch):
    """A split without feature files has two views of each image, and the baby takes their mean."""
    seen = {layer: data.fit.features("pool5") * sign
            for layer, sign in (("pool5", 1), ("mirrored", -1))}  # fmt: skip
    bare = type("Bare", (), {"feature_files": {}, "features": staticmethod(seen.get)})()
    system = small()
    system.fit(data.fit)
    alone = system.embed_images(data.fit)
    both = system.embed_images(bare)
    assert len(system.views(bare)) == 2 and not np.allclose(alone, both)
    assert np.allclose(np.linalg.norm(both, axis=1), 1, atol=1e-5)


def test_all_words_of_a_text_are_drawn_from_its_own_sentences(data, own_cache):
    system = small()
    system.fit(data.fit)
    sentences = data.fit.sentences[:20]
    bags = system.some_words(sentences, np.random.default_rng(0))
    whole = system.bag.transform([" ".join(own) for own in sentences])
    assert not ((bags > 0).toarray() & ~(whole > 0).toarray()).any()
    lengths = np.sqrt(bags.multiply(bags).sum(axis=1)).A1
    assert np.allclose(lengths[lengths > 0], 1) and bags.nnz < whole.nnz


def test_seeds_differ_and_one_repeats_itself(data, own_cache):
    first, again, other = (PretrainedBaby("baby.small", seed, SMALL) for seed in (0, 0, 1))
    scores = [evaluation.evaluate(data, one).map_at_20("dev") for one in (first, again, other)]
    assert scores[0] == scores[1] != scores[2]


def test_an_ensemble_scores_by_the_mean_cosine_of_its_seeds(data, own_cache, tmp_path):
    def together() -> Ensemble:
        return Ensemble("baby.all", [PretrainedBaby("baby.small", s, SMALL) for s in range(2)])

    whole = check_system(together, data, tmp_path)
    each = [part.scores(data.test.texts, data.test) for part in whole.system.parts]
    assert np.allclose(whole.scores("test"), np.mean(each, axis=0), atol=1e-5)
    assert [look["epoch"] for look in whole.system.curve] == [4, 8]
