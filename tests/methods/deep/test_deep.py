"""Deep regression: it works, sees fit alone, and each fault leaves its fingerprint."""

from dataclasses import replace

import numpy as np
import pytest
from check import check_system
from test_data import loaded

from lib.features.text import MeanWords
from lib.methods.deep import deep, faults, inquest, repair
from lib.methods.deep.parts import (
    Autoencoder,
    BagInputs,
    Components,
    Scaling,
    Targets,
    Whitening,
    WordInputs,
    learned,
    r_squared,
)
from lib.record import results
from lib.search import metrics
from lib.search.evaluation import evaluate, evaluate_variants

pytestmark = pytest.mark.usefixtures("own_cache")
QUICK = {name: deep.NETWORKS[name] for name in ("192", "64")}
CHANCE = metrics.chance(60)["map_at_20"]


@pytest.fixture(autouse=True)
def few_networks(monkeypatch):
    """Two networks to choose from, an autoencoder of a few epochs, slips of half the steps."""
    monkeypatch.setattr(faults, "N_STEPS", 300)
    monkeypatch.setattr(deep, "NETWORKS", QUICK)
    monkeypatch.setattr(deep, "CODER", replace(deep.CODER, epochs=4))


@pytest.fixture
def data(course):
    """The drawn data set."""
    return loaded(course)


@pytest.fixture
def words(data):
    """Word vectors, to be made on fit."""
    return MeanWords(data)


@pytest.fixture
def design(words):
    """A healthy network to principal components."""
    return deep.set_ups(words)["pca100"].designs["192"]


def other_test(data):
    """The same data with other test images, texts and labels."""
    fewer = data.test.take(np.arange(len(data.test))[::-1][:55])
    sentences = tuple((f"nonsense {i}",) for i in range(55))
    return replace(data, test=replace(fewer, sentences=sentences, truth=np.zeros(55, int)))


@pytest.mark.parametrize("setup", deep.SETUPS)
def test_the_set_ups_find_images(data, words, setup):
    system = deep.set_ups(words)[setup]
    euclidean, cosine = evaluate_variants(data, system)
    assert (euclidean.id, cosine.id) == (f"deep.mlp_{setup}", f"deep.mlp_{setup}.cosine")
    assert cosine.map_at_20("test") > 3 * CHANCE
    assert euclidean.ranks["test"].shape == (3, 60)
    row = results.rows(euclidean, data)[1]
    assert row["n_train"] == len(data.fit) and len(row["params"]["by_seed"]) == 3
    assert set(system.tried) == set(QUICK)
    assert system.losses[system.chosen] == min(system.losses.values())
    only = system.choosing(system.chosen)
    (again,) = evaluate_variants(data, only)[:1]
    assert (again.ranks["test"] == euclidean.ranks["test"]).all() and not only.tried
    assert 3 * row["seconds"] > 0.5 * euclidean.seconds["dev"], "test needs what was fitted for dev"


KINDS = [  # words → a new system of one seed
    *(lambda words, name=name: deep.set_ups(words)[name].like(seeds=(0,)) for name in deep.SETUPS),
    lambda words: repair.fixed(words).like(seeds=(0,)),
    lambda words: repair.fixed(words).variants()[1],
    lambda words: faults.Healthy(deep.set_ups(words)["pca100"].designs["192"], 0, seeds=(0,)),
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_network_is_a_system_as_any_other(data, words, kind, tmp_path):
    one = check_system(lambda: kind(words), data, tmp_path)
    assert one.map_at_20("test") > 3 * CHANCE
    assert one.system.embed_texts(["zzz qqq"]).shape == (1, one.gallery["test"].shape[1])


@pytest.mark.parametrize("make", [lambda w: deep.set_ups(w)["autoencoder100"], repair.fixed])
def test_test_decides_nothing(data, words, make):
    """Other test images, texts and labels leave every fitted number and choice as it is."""
    one, two = make(words), make(words)
    ranks = [evaluate(d, s).ranks["dev"] for d, s in ((data, one), (other_test(data), two))]
    assert one.tried == two.tried and one.chosen == two.chosen and one.losses == two.losses
    assert (ranks[0] == ranks[1]).all()
    for (ours, bias), (other, also) in zip(one.outcome.layers, two.outcome.layers, strict=True):
        assert (ours == other).all() and (bias == also).all()


def test_scalers_vocabulary_and_components_see_fit_alone(data, words, monkeypatch):
    """Other texts and features of dev change nothing that fit is turned into."""
    fit, dev = replace(data.fit), data.dev
    other = replace(data.test, name="dev", sentences=(("zebra zebra",),) * 60)
    for part in (
        WordInputs(words),
        BagInputs(20),
        Targets(steps=(Scaling(),)),
        Targets(("fc1000", "pool5"), (Scaling(by_column=True), Components(30), Whitening(20, 0.5))),
    ):
        (_, one), (bag, two) = learned(part, data.fit, dev), learned(part, fit, other)
        assert (one == two).all()
        if isinstance(part, BagInputs):
            assert "zebra" not in bag.vectoriser.vocabulary_


def test_parts_are_learned_once_for_each_split(data, words):
    assert learned(BagInputs(20), data.fit, data.dev) is learned(BagInputs(20), data.fit, data.dev)
    one, _ = learned(WordInputs(words), data.fit, data.dev)
    two, _ = learned(WordInputs(words), data.train, data.dev)
    assert one.vectoriser is not two.vectoriser
    assert (one.rows(data.dev) == one.transform(data.dev.texts)).all()
    assert (one.rows(data.dev) != two.rows(data.dev)).any()


def test_targets_are_scaled_and_components_keep_variance(data):
    steps = (Components(100), Scaling())
    targets, rows = learned(Targets(steps=steps), data.fit, data.dev)
    assert (rows**2).mean() == pytest.approx(1, abs=1e-4)
    assert rows.mean(axis=0) == pytest.approx(0, abs=1e-3)
    coder, _ = learned(Targets(steps=(Scaling(), Autoencoder(deep.CODER))), data.fit, data.dev)
    true = coder.before.rows(data.dev)
    assert -1 < r_squared(coder.steps[-1].inverse_transform(coder.rows(data.dev)), true) < 1
    own = (targets.before.rows(data.dev) ** 2).sum()
    assert 0.5 < own / ((data.dev.features("fc1000") - targets.steps[0].mean_) ** 2).sum() < 1
    white, rows = learned(Targets(steps=(Components(20), Whitening(10, 1.0))), data.fit, data.dev)
    assert white.rows(data.dev).shape == (50, 10)
    assert rows.std(axis=0) == pytest.approx(1, abs=0.05)


def test_the_fixed_network_beats_the_plain_ones(data, words):
    system = repair.fixed(words)
    fixed, averaged = evaluate_variants(data, system)
    assert (fixed.id, averaged.id) == ("deep.fixed", "deep.fixed.ensemble")
    assert fixed.ranks["test"].shape == (3, 60) and averaged.ranks["test"].shape == (1, 60)
    assert averaged.model_bytes > 1.2 * fixed.model_bytes
    best = repair.CANDIDATES[system.chosen]
    rungs, without = (
        {step: repair.precision(data, words, recipe) for step, recipe in recipes.items()}
        for recipes in (repair.ladder(best), repair.left_out(best))
    )
    assert rungs["dropout"].mean() == pytest.approx(system.tried[system.chosen])
    assert list(rungs)[1:] == list(without) == list(repair.STEPS)
    assert rungs["dropout"].mean() > rungs["plain regression"].mean() + 0.1


def test_a_training_repeats(data, words, monkeypatch, tmp_path):
    first = evaluate(data, deep.set_ups(words)["pca100"])
    monkeypatch.setattr("lib.base.paths.CACHE", tmp_path / "another")
    again = evaluate(data, deep.set_ups(words)["pca100"])
    assert (first.ranks["test"] == again.ranks["test"]).all()
    assert (first.queries["test"] == again.queries["test"]).all()


def symptoms(data, design, slip):
    """What a slip leaves on dev."""
    kind = {"healthy": faults.Healthy, "stopped": faults.Stopped, **faults.FAULTS}[slip]
    return faults.symptoms(evaluate(data, kind(design, 0), splits=("dev",)), data.dev)


def test_each_slip_leaves_its_symptoms(data, design):
    slips = ("healthy", "stopped", *faults.FAULTS)
    prints = {slip: symptoms(data, design, slip) for slip in slips}
    good = prints["healthy"]
    assert good["by_chance"] > 3 and good["fit_loss"] < 0.05 and good["r2"] > 0.2
    assert prints["stopped"]["fit_loss"] > good["fit_loss"]
    for slip in ("collapse", "unscaled_queries", "softmax_in_training"):
        assert prints[slip]["one_answer"] and prints[slip]["by_chance"] < 3, slip
    assert prints["all_pairs"]["by_chance"] < 3 and prints["all_pairs"]["distinct"] < 10
    for slip in ("collapse", "all_pairs"):
        assert prints[slip]["fit_loss"] > 0.9 and abs(prints[slip]["r2"]) < 0.2, slip
    for slip in ("shuffled_loader", "gallery_order"):
        seen = prints[slip]
        assert seen["by_chance"] < 3 and seen["fit_loss"] == good["fit_loss"], "training is right"
        assert seen["righted"] == good["score"] and not seen["one_answer"]
    assert prints["worst_first"]["score"] < prints["worst_first"]["righted"] / 10
    assert prints["misaligned_rows"]["by_chance"] < 3 and prints["misaligned_rows"]["r2"] < 0.05
    assert prints["exploding"]["fit_loss"] > 1
    for slip in ("small_targets", "softmax_targets"):
        assert prints[slip]["fit_loss"] < good["fit_loss"]
        assert prints[slip]["score"] > prints[f"{slip}_in_training" if slip == "small_targets"
                                              else "softmax_in_training"]["score"]  # fmt: skip
    for slip in ("refitted_reduction", "forgotten_eval", "other_space"):
        assert prints[slip]["score"] < good["score"], slip
    ordered = ("shuffled_loader", "gallery_order", "worst_first", "small_targets_gallery_order")
    for slip, seen in prints.items():
        assert slip in ordered or seen["righted"] == seen["score"], slip
        near_zero = [seen["fit_loss"] <= 1e-3, seen["by_chance"] <= 3]
        verdicts = (faults.DOES_NOT, faults.IN_PART, faults.REPRODUCES)
        assert seen["verdict"] == verdicts[sum(near_zero)], slip


def test_there_are_enough_slips_and_each_names_its_line():
    singles = [kind for kind in faults.FAULTS.values() if kind not in faults.PAIRS]
    assert len(faults.FAULTS) >= 14 and len(singles) + len(faults.PAIRS) == len(faults.FAULTS)
    assert all(kind.__doc__.count("`") == 2 and ": " in kind.__doc__ for kind in singles)


@pytest.mark.parametrize("slip", ["other_space", "unscaled_queries", "softmax_in_training"])
def test_a_slip_is_kept_and_types_new_text(data, design, slip, tmp_path):
    one = check_system(lambda: faults.FAULTS[slip](design, 0), data, tmp_path)
    assert one.id == f"deep.fault_{slip}"
    assert one.n_train["test"] == min(len(data.fit), faults.N_PAIRS)


@pytest.mark.parametrize("setup", ["direct", "autoencoder100"])
def test_a_slip_shows_in_every_set_up(data, words, setup):
    design = deep.set_ups(words)[setup].designs["64"]
    for slip in ("softmax_in_training", "unscaled_queries", "shuffled_loader"):
        assert symptoms(data, design, slip)["by_chance"] < 3, slip


def test_holding_hubs_back_is_measured(data, design):
    one = evaluate(data, faults.Healthy(design, 0), splits=("dev",))
    seen = inquest.hubness(one, data)
    assert set(seen) == {"skew", "skew_after", "gain", "low", "high"}
    assert seen["low"] <= seen["gain"] <= seen["high"] and np.isfinite(seen["skew_after"])
    rng = np.random.default_rng(0)
    even = rng.normal(size=(200, 100))
    hub = even + 5 * (np.arange(100) < 5)
    assert inquest.skew_of_occurrences(hub) > inquest.skew_of_occurrences(even) + 1


def test_without_a_key_dev_is_scored(data, words):
    blind = replace(data, test=replace(data.test, truth=None))
    one = evaluate(blind, deep.set_ups(words)["pca100"])
    assert set(one.ranks) == {"dev"} and one.queries["test"].shape == (60, 100)


def test_every_network_of_the_chapter_is_trained_on_the_device(course, monkeypatch):
    """A GPU that the chapter has, kept apart from the processor in the cache."""
    from lib.methods.deep import nets

    where, train = [], nets.train

    def one_epoch(fit, dev, network, seeds, device):
        where.append(device)
        return train(fit, dev, replace(network, epochs=1), seeds, "cpu")

    monkeypatch.setattr(nets, "train", one_epoch)
    data = loaded(course)
    words = MeanWords(data)
    for device in ("cpu", "cuda"):
        where.clear()
        system = deep.set_ups(words, device)["autoencoder100"]
        evaluate(data, system)
        given = {"seeds": (0,), "device": device}
        for kind in (faults.Healthy, faults.RefittedReduction):
            evaluate(data, kind(system.designs["192"], 0, **given))
        repair.precision(data, words, repair.GOOD, device)
        evaluate(data, repair.fixed(words, device))
        assert len(where) >= 7 and set(where) == {device}
