"""The small networks: they learn, seeds do not meddle with each other, and runs repeat."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lib.methods.deep import nets
from lib.methods.deep.parts import Network, feed_forward
from lib.search import metrics, retrieval

SMALL = Network(hidden=(16,), learning_rate=0.01, batch=8, epochs=12, stop_on="loss")


@pytest.fixture
def pairs():
    """Inputs and targets of 60 pairs that follow a curved rule, and of 20 to watch."""
    rng = np.random.default_rng(3)
    inputs = rng.normal(size=(80, 5)).astype(np.float32)
    targets = np.tanh(inputs @ rng.normal(size=(5, 4))) + 0.1 * rng.normal(size=(80, 4))
    return (inputs[:60], targets[:60]), (inputs[60:], targets[60:])


@pytest.mark.parametrize("loss", ["mse", "contrastive"])
def test_a_tiny_network_learns_eight_pairs_by_heart(loss):
    rng = np.random.default_rng(0)
    eight = rng.normal(size=(8, 6)), rng.normal(size=(8, 10))
    network = replace(SMALL, hidden=(64,), epochs=300, stop_on="", loss=loss, metric="cosine")
    trained = nets.train(eight, eight, network, (0, 1))
    assert trained.history["fit_loss"][:, -1].max() < 0.02
    for outputs in trained.predict(eight[0]):
        ranks = retrieval.ranks(retrieval.scores(outputs, eight[1]), np.arange(8))
        assert metrics.map_at_k(ranks) == 1


def test_the_ranking_loss_starts_near_the_log_of_the_batch(pairs):
    network = replace(SMALL, loss="contrastive", temperature=1.0, batch=20, first_output=0.0)
    layers = [(torch.zeros(1, 5, 4), torch.zeros(1, 1, 4))]
    seen = tuple(torch.as_tensor(a, dtype=torch.float32) for a in pairs[1])
    measures = nets.evaluated(layers, seen, seen, network)
    assert measures["dev_loss"].item() == pytest.approx(np.log(20), abs=1e-4)


def test_a_loss_over_all_pairs_is_what_broadcasting_gives(pairs):
    outputs, targets = torch.randn(2, 7, 4), torch.randn(2, 7, 4)
    over_all = nets.losses(outputs, targets, replace(SMALL, loss="all pairs"))
    by_hand = ((outputs[:, :, None] - targets[:, None]) ** 2).mean(dim=(1, 2, 3))
    assert torch.allclose(over_all, by_hand, atol=1e-5)
    whole = replace(SMALL, loss="all pairs", batch=60, epochs=300, anneal=True, stop_on="")
    learned = nets.train(*pairs, whole, (0,)).predict_one(pairs[0][0])
    assert np.abs(learned - pairs[0][1].mean(axis=0)).mean() < 0.1, "it learns the mean"


@pytest.mark.parametrize("change", [{}, {"dropout": 0.3}, {"stop_on": "score"}, {"anneal": True}])
def test_seeds_together_end_where_they_end_alone(pairs, change):
    network = replace(SMALL, **change)
    together = nets.train(*pairs, network, (0, 1, 2))
    for place, seed in enumerate((0, 1, 2)):
        alone = nets.train(*pairs, network, (seed,))
        assert alone.best[0] == together.best[place]
        assert alone.predict_one(pairs[1][0]) == pytest.approx(
            together.predict_one(pairs[1][0], place), abs=1e-4
        )
    first, second, _ = together.predict(pairs[1][0])
    assert not np.allclose(first, second, atol=0.01), "seeds must differ"


def test_the_same_seed_repeats_to_the_bit(pairs):
    one, two = (nets.train(*pairs, replace(SMALL, dropout=0.2), (5,)) for _ in range(2))
    assert (one.predict_one(pairs[0][0]) == two.predict_one(pairs[0][0])).all()


def test_the_best_epoch_is_kept(pairs):
    network = replace(SMALL, hidden=(64,), learning_rate=0.05, epochs=40, patience=40)
    trained = nets.train(*pairs, network, (0,))
    outputs = trained.predict_one(pairs[1][0])
    kept = ((outputs - pairs[1][1]) ** 2).mean()
    assert kept == pytest.approx(trained.history["dev_loss"].min(), rel=1e-4)
    assert trained.best[0] == trained.history["dev_loss"][0].argmin()


def test_dev_teaches_nothing(pairs):
    """Another dev set may stop a seed elsewhere, but moves no weight."""
    fit, (inputs, targets) = pairs
    network = replace(SMALL, stop_on="")
    one = nets.train(fit, (inputs, targets), network, (0,))
    two = nets.train(fit, (inputs * 3, targets[::-1] - 1), network, (0,))
    assert (one.predict_one(inputs) == two.predict_one(inputs)).all()


def test_an_early_stop_leaves_the_other_seeds_running(pairs):
    network = replace(SMALL, learning_rate=0.1, epochs=60, patience=2)
    trained = nets.train(*pairs, network, range(6))
    lengths = np.isfinite(trained.history["dev_loss"]).sum(axis=1)
    assert len(set(lengths)) > 1 and (lengths <= trained.best + 3).all()


def test_the_quick_score_is_the_report_s(pairs):
    rng = np.random.default_rng(1)
    queries, gallery = rng.normal(size=(2, 60, 7)).astype(np.float32)
    for metric in retrieval.METRICS:
        ranks = retrieval.ranks(retrieval.scores(queries, gallery, metric), np.arange(60))
        tensors = torch.as_tensor(queries), torch.as_tensor(gallery)
        quick = nets.quick_score(*tensors, replace(SMALL, metric=metric)).item()
        assert quick == pytest.approx(metrics.map_at_k(ranks), abs=1e-5)


def test_a_bottleneck_is_linear_and_halves_the_network(pairs):
    """An autoencoder wide enough gives back what it was given."""
    (_, targets), _ = pairs
    network = replace(SMALL, hidden=(32, 4, 32), bottleneck=1, epochs=400, stop_on="")
    layers = nets.train((targets, targets), (targets, targets), network, (0,)).layers_of(0)
    code = feed_forward(layers[:2], targets)
    assert code.shape == (60, 4) and (code < 0).any()
    back = feed_forward(layers[2:], code)
    assert 1 - ((back - targets) ** 2).sum() / ((targets - targets.mean(0)) ** 2).sum() > 0.9


def test_rows_that_do_not_pair_up_are_refused(pairs):
    (inputs, targets), dev = pairs
    with pytest.raises(ValueError, match="a row for each pair"):
        nets.train((inputs, targets[:-1]), dev, SMALL, (0,))
