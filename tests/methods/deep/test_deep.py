"""Deep regression: it works, sees fit alone, and each fault leaves its fingerprint."""

from dataclasses import replace

import numpy as np
import pytest
from test_data import loaded

from lib.features import text
from lib.methods.deep import deep, faults, inquest, repair
from lib.methods.deep import pairs as pairing
from lib.record import results
from lib.search import metrics, retrieval, runs
from lib.search.encoders import KINDS

pytestmark = pytest.mark.usefixtures("own_cache")
QUICK = {"medium": deep.NETWORKS["medium"], "small": deep.NETWORKS["small"]}


@pytest.fixture(autouse=True)
def few_networks(monkeypatch):
    """Two networks to choose from, and an autoencoder of a few epochs."""
    monkeypatch.setattr(deep, "NETWORKS", QUICK)
    monkeypatch.setattr(deep, "CODER", replace(deep.CODER, epochs=4))


@pytest.fixture
def data(course):
    """The drawn data set."""
    return loaded(course)


def material(data):
    """Its pairs, with word vectors made on fit."""
    return pairing.pairs_of(data, text.for_stages(data, ""))


def other_test(data):
    """The same data with other test images, texts and labels."""
    fewer = data.test.take(np.arange(len(data.test))[::-1][:55])
    sentences = tuple((f"nonsense {i}",) for i in range(55))
    return replace(data, test=replace(fewer, sentences=sentences, truth=np.zeros(55, int)))


@pytest.fixture
def case(data):
    """Pairs, and a healthy case to principal components."""
    pairs = material(data)
    texts, targets = deep.mean_words(pairs), deep.targets_of(pairs, "pca100")
    return pairs, faults.case_of(pairs, texts, targets, "pca100")


@pytest.mark.parametrize("setup", deep.SETUPS)
def test_the_set_ups_find_images(data, setup):
    rebuilt = deep.rebuild(material(data), setup)
    chance = metrics.chance(60)["map_at_20"]
    assert metrics.map_at_k(rebuilt.systems[1].ranks["test"]) > 3 * chance
    assert rebuilt.systems[0].ranks["test"].shape == (3, 60)
    row = results.rows(rebuilt.systems[0], data)[1]
    assert row["n_train"] == len(data.fit) and len(row["params"]["by_seed"]) == 3
    assert rebuilt.tried[rebuilt.chosen] == max(rebuilt.tried.values())


@pytest.mark.parametrize("setup", deep.SETUPS)
def test_test_decides_nothing(data, setup):
    """Other test images, texts and labels leave every fitted number and choice as it is."""
    one, two = (deep.rebuild(material(d), setup) for d in (data, other_test(data)))
    assert one.tried == two.tried and one.chosen == two.chosen
    assert (one.systems[0].ranks["dev"] == two.systems[0].ranks["dev"]).all()
    for name, array in one.systems[0].encoder.arrays().items():
        assert (array == two.systems[0].encoder.arrays()[name]).all(), name
    for split in ("fit", "dev"):
        assert (one.targets.arrays[split] == two.targets.arrays[split]).all()


def test_test_decides_nothing_of_the_repair(data):
    found = []
    for each in (data, other_test(data)):
        bench = repair.Workbench(material(each))
        chosen, tried = repair.choose(bench)
        found.append((chosen, repair.fixed(bench, chosen, tried)[0]))
    (chosen, one), (also, two) = found
    assert chosen == also and (one.ranks["dev"] == two.ranks["dev"]).all()
    for name, array in one.encoder.arrays().items():
        assert (array == two.encoder.arrays()[name]).all(), name


def test_scalers_vocabulary_and_components_see_fit_alone(data):
    """Other dev and test texts and features change nothing that fit is turned into."""
    pairs = material(data)
    texts = pairs.texts | {split: ["zebra zebra"] * 50 for split in ("dev", "test")}
    features = {
        layer: arrays | {split: arrays[split] * 9 - 4 for split in ("dev", "test")}
        for layer, arrays in pairs.features.items()
    }
    other = replace(pairs, texts=texts, features=features)
    for make in (
        lambda p: pairing.mean_words(p).arrays,
        lambda p: pairing.weighted_bag(p, 20).arrays,
        lambda p: pairing.whitened(pairing.components(pairing.both_layers(p), 30), 20, 0.5),
        lambda p: pairing.centred(p.features["fc1000"]),
    ):
        assert (make(pairs)["fit"] == make(other)["fit"]).all()
    assert "zebra" not in pairing.weighted_bag(other, 20).vocabulary


def test_targets_are_scaled_and_components_keep_variance(data):
    pairs = material(data)
    targets = deep.targets_of(pairs, "pca100")
    assert (targets.arrays["fit"] ** 2).mean() == pytest.approx(1, abs=1e-4)
    assert targets.arrays["fit"].mean(axis=0) == pytest.approx(0, abs=1e-3)
    assert 0.5 < targets.r2 < 1
    white = pairing.whitened(pairing.components(pairs.features["fc1000"], 20), 10, 1.0)
    assert white["dev"].shape == (50, 10)
    assert white["fit"].std(axis=0) == pytest.approx(1, abs=0.05)


def test_encoders_type_what_is_stored(data, tmp_path):
    """New text lands where the stored queries lie, after a trip through the file."""
    pairs = material(data)
    bench = repair.Workbench(pairs)
    chosen, tried = repair.choose(bench)
    systems = [*deep.rebuild(pairs, "pca100").systems, *repair.fixed(bench, chosen, tried)]
    for system in [*systems, repair.ridge_reference(pairs)]:
        runs.save(tmp_path, system, {})
        back = runs.load(tmp_path, system.id)
        assert type(back.encoder) in KINDS.values()
        typed = back.embed_queries(data.test.texts)
        assert typed == pytest.approx(back.queries["test"], abs=1e-4), system.id
        assert back.embed_queries(["zzz qqq"]).shape == (1, typed.shape[1])


def test_the_fixed_network_beats_the_plain_ones(data):
    pairs = material(data)
    bench = repair.Workbench(pairs)
    chosen, tried = repair.choose(bench)
    fixed, averaged = repair.fixed(bench, chosen, tried)
    assert fixed.ranks["test"].shape == (3, 60) and averaged.ranks["test"].shape == (1, 60)
    found = repair.shares(
        repair.ladder(bench, repair.CANDIDATES[chosen]),
        repair.left_out(bench, repair.CANDIDATES[chosen]),
    )
    assert list(found["step"][1:-1]) == list(repair.STEPS)
    total = found["score"].iloc[-1] - found["score"].iloc[0]
    assert found["gain"].sum() == pytest.approx(total) and total > 0.1


def test_a_run_repeats(data, monkeypatch, tmp_path):
    first = deep.rebuild(material(data), "pca100").systems[0]
    monkeypatch.setattr("lib.base.paths.CACHE", tmp_path / "another")
    again = deep.rebuild(material(data), "pca100").systems[0]
    assert (first.ranks["test"] == again.ranks["test"]).all()
    assert (first.queries["test"] == again.queries["test"]).all()


def test_each_fault_leaves_its_fingerprint(case):
    pairs, healthy = case
    seen = {name: faults.inject(pairs, healthy, name) for name in ("healthy", *faults.FAULTS)}
    found = {name: one.fingerprint for name, one in seen.items()}
    good = found["healthy"]
    assert good["by_chance"] > 3 and good["r2"] > 0.2
    assert found["collapse"]["distinct"] == 1 and found["collapse"]["fit_loss"] > 0.9
    assert found["collapse"]["by_chance"] < 2 and abs(found["collapse"]["r2"]) < 0.1
    assert found["exploding"]["fit_loss"] > 1
    for broken in ("misaligned_rows", "gallery_order", "small_targets_other_order"):
        assert found[broken]["by_chance"] < 2, broken
    assert found["misaligned_rows"]["r2"] < 0.05
    assert found["gallery_order"]["fit_loss"] == good["fit_loss"], "training is right"
    assert found["small_targets"]["fit_loss"] < 0.3 * good["fit_loss"]
    assert found["small_targets"]["by_chance"] > found["small_targets_other_order"]["by_chance"]
    assert found["over_regularised"]["r2"] < good["r2"]
    assert found["refitted_reduction"]["by_chance"] < good["by_chance"]
    assert found["overfitted"]["fit_loss"] < 1e-3 < good["fit_loss"]
    assert found["small_targets_collapse"]["distinct"] == 1
    assert seen["small_targets_collapse"].loss_near_zero
    assert not seen["healthy"].loss_near_zero and not seen["healthy"].score_near_zero


def test_the_inquest_can_acquit_and_convict(case):
    """A healthy network goes free, a broken one does not."""
    pairs, healthy = case
    good, dead, mixed = (
        faults.inject(pairs, healthy, name) for name in ("healthy", "collapse", "misaligned_rows")
    )
    assert inquest.collapse(good).verdict == inquest.ACQUITTED
    assert inquest.collapse(dead).verdict == inquest.GUILTY
    assert inquest.misaligned(good, mixed).verdict == inquest.ACQUITTED
    assert inquest.misaligned(mixed, mixed).verdict == inquest.GUILTY
    assert inquest.unscaled(good, dead).verdict == inquest.ACQUITTED
    assert inquest.unscaled(dead, good).verdict == inquest.GUILTY
    assert inquest.overfitting(good, dead).verdict == inquest.GUILTY
    assert inquest.overfitting(good, good).verdict == inquest.ACQUITTED
    counts = inquest.number_of_targets(pairs, healthy, (10, 100, 2000))
    assert list(counts) == [10, 100, 1000]
    assert inquest.too_many_targets(counts, 30).verdict == inquest.ACQUITTED
    assert inquest.too_many_targets({10: counts[1000], 90: counts[10] * 0}, 30).verdict == "guilty"


def test_hubs_show_in_the_skew():
    rng = np.random.default_rng(0)
    even = rng.normal(size=(200, 100))
    hub = even + 5 * (np.arange(100) < 5)
    assert faults.skew_of_occurrences(hub) > faults.skew_of_occurrences(even) + 1
    mended = inquest.without_hubs(hub, hub)
    assert faults.skew_of_occurrences(mended) < 1
    assert retrieval.distinct_top1(mended) > retrieval.distinct_top1(hub)


def test_without_a_key_dev_is_scored(data):
    blind = replace(data, test=replace(data.test, truth=None))
    pairs = material(blind)
    rebuilt = deep.rebuild(pairs, "pca100")
    assert set(rebuilt.systems[0].ranks) == {"dev"}
    assert rebuilt.systems[0].queries["test"].shape == (60, 100)
    assert set(repair.ridge_reference(pairs).ranks) == {"dev"}


def test_every_network_of_the_chapter_is_trained_where_it_is_told(data, monkeypatch):
    """A GPU that the chapter found, kept apart from the processor in the cache."""
    where, train = [], deep.nets.train

    def one_epoch(fit, dev, network, seeds, device):
        where.append(device)
        return train(fit, dev, replace(network, epochs=1), seeds, "cpu")

    monkeypatch.setattr(deep.nets, "train", one_epoch)
    pairs = material(data)
    for device in ("cpu", "cuda"):
        where.clear()
        rebuilt = deep.rebuild(pairs, "autoencoder100", device)
        case = faults.case_of(pairs, rebuilt.texts, rebuilt.targets, "autoencoder100")
        faults.inject(pairs, case, "healthy", (0,))
        faults.inject(pairs, case, "refitted_reduction", (0,))
        inquest.number_of_targets(pairs, case, (30,))
        repair.Workbench(pairs, device).build(repair.GOOD)
        assert len(where) >= 7 and set(where) == {device}
