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
from lib.search import metrics, retrieval
from lib.search.evaluation import evaluate, evaluate_variants

pytestmark = pytest.mark.usefixtures("own_cache")
QUICK = {name: deep.NETWORKS[name] for name in ("medium", "small")}
CHANCE = metrics.chance(60)["map_at_20"]


@pytest.fixture(autouse=True)
def few_networks(monkeypatch):
    """Two networks to choose from, and an autoencoder of a few epochs."""
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
    return deep.set_ups(words)["pca100"].designs["medium"]


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
    assert system.tried[system.chosen] == max(system.tried.values())
    assert 3 * row["seconds"] > 0.5 * euclidean.seconds["dev"], "test needs what was fitted for dev"


KINDS = [  # words → a new system of one seed
    *(lambda words, name=name: deep.set_ups(words)[name].like(seeds=(0,)) for name in deep.SETUPS),
    lambda words: repair.fixed(words).like(seeds=(0,)),
    lambda words: repair.fixed(words).variants()[1],
    lambda words: faults.Healthy(deep.set_ups(words)["pca100"].designs["medium"], 0, seeds=(0,)),
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
    assert one.tried == two.tried and one.chosen == two.chosen
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


def measured(data, design, *slips):
    """Each fault's network, measured on dev, and its fingerprint."""
    kinds = faults.FAULTS | {"healthy": faults.Healthy}
    each = {slip: evaluate(data, kinds[slip](design, data.seed), splits=("dev",)) for slip in slips}
    return each, {slip: faults.fingerprint(one) for slip, one in each.items()}


def test_each_fault_leaves_its_fingerprint(data, design):
    _, prints = measured(data, design, "healthy", *faults.FAULTS)
    good = prints["healthy"]
    assert good["by_chance"] > 3 and good["r2"] > 0.2
    assert prints["collapse"]["distinct"] == 1 and prints["collapse"]["fit_loss"] > 0.9
    assert prints["collapse"]["by_chance"] < 2 and abs(prints["collapse"]["r2"]) < 0.1
    assert prints["exploding"]["fit_loss"] > 1
    for broken in ("misaligned_rows", "gallery_order", "small_targets_other_order"):
        assert prints[broken]["by_chance"] < 2, broken
    assert prints["misaligned_rows"]["r2"] < 0.05
    assert prints["gallery_order"]["fit_loss"] == good["fit_loss"], "training is right"
    assert prints["small_targets"]["fit_loss"] < 0.3 * good["fit_loss"]
    two = prints["small_targets_other_order"]
    assert prints["small_targets"]["by_chance"] > two["by_chance"]
    assert prints["over_regularised"]["r2"] < good["r2"]
    assert prints["refitted_reduction"]["by_chance"] < good["by_chance"]
    assert prints["overfitted"]["fit_loss"] < 1e-3 < good["fit_loss"]
    assert prints["small_targets_collapse"]["distinct"] == 1
    assert faults.symptoms(prints["small_targets_collapse"]) == (True, True)
    assert faults.symptoms(good) == (False, False)


@pytest.mark.parametrize("slip", ["other_space", "refitted_reduction", "overfitted"])
def test_a_fault_is_kept_and_types_new_text(data, design, slip, tmp_path):
    check = lambda: faults.FAULTS[slip](design, 0, seeds=(0,))  # noqa: E731
    one = check_system(check, data, tmp_path) if slip != "refitted_reduction" else evaluate(
        data, check())  # fmt: skip
    assert one.id == f"deep.fault_{slip}"
    assert one.n_train["test"] == (len(data.fit) if slip != "overfitted" else -(-150 // 8))


@pytest.mark.parametrize("setup", deep.SETUPS)
def test_a_fault_shows_in_every_set_up_on_few_pairs(data, words, setup):
    design = deep.set_ups(words)[setup].designs["small"]
    for slip in ("small_targets_collapse", "refitted_reduction", "other_space"):
        one = evaluate(data, faults.FAULTS[slip](design, 0, 64, seeds=(0,)), splits=("dev",))
        assert one.n_train == {"dev": 64}
        alike = all(faults.symptoms(faults.fingerprint(one)))
        assert alike == (slip == "small_targets_collapse")


def test_the_inquest_can_acquit_and_convict(data, design):
    """A healthy network goes free, a broken one does not."""
    each, _ = measured(data, design, "healthy", "collapse", "misaligned_rows")
    good, dead, mixed = each.values()
    assert inquest.collapse(good)["verdict"] == inquest.ACQUITTED
    assert inquest.collapse(dead)["verdict"] == inquest.GUILTY
    assert inquest.misaligned(good, mixed)["verdict"] == inquest.ACQUITTED
    assert inquest.misaligned(mixed, mixed)["verdict"] == inquest.GUILTY
    assert inquest.unscaled(good, dead)["verdict"] == inquest.ACQUITTED
    assert inquest.unscaled(dead, good)["verdict"] == inquest.GUILTY
    assert inquest.overfitting(good, dead)["verdict"] == inquest.GUILTY
    assert inquest.overfitting(good, good)["verdict"] == inquest.ACQUITTED
    assert inquest.hubness(good, data)["verdict"] in (inquest.ACQUITTED, inquest.IN_PART)
    assert inquest.distance(good, good)["verdict"] == inquest.ACQUITTED
    counts = {}
    for n in (10, 100):
        targets = Targets(steps=(Components(n), Scaling()))
        some = deep.DeepRegression("x", {"": replace(design, targets=targets)}, seeds=(0,))
        counts[n] = evaluate(data, some, splits=("dev",)).precision("dev")
        assert some.outcome.layers[-1][0].shape[-1] == n
    assert inquest.too_many_targets(counts, 30)["verdict"] == inquest.ACQUITTED
    assert (
        inquest.too_many_targets({10: counts[100], 90: counts[10] * 0}, 30)["verdict"] == "guilty"
    )


def test_hubs_show_in_the_skew():
    rng = np.random.default_rng(0)
    even = rng.normal(size=(200, 100))
    hub = even + 5 * (np.arange(100) < 5)
    assert faults.skew_of_occurrences(hub) > faults.skew_of_occurrences(even) + 1
    mended = inquest.without_hubs(hub, hub)
    assert faults.skew_of_occurrences(mended) < 1
    assert retrieval.distinct_top1(mended) > retrieval.distinct_top1(hub)


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
            evaluate(data, kind(system.designs["medium"], 0, **given))
        repair.precision(data, words, repair.GOOD, device)
        evaluate(data, repair.fixed(words, device))
        assert len(where) >= 7 and set(where) == {device}
