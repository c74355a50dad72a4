"""The loop around every training: looks, patience, what is kept; and how fast a model trains."""

import numpy as np
import pytest
import torch

from lib.base import cache
from lib.base.kit import training


def follow(scores: list[float], target=None, **options) -> tuple[dict, list[float]]:
    """Train a line to these scores; returns what the loop gives, and the scores that were kept."""
    model, kept = torch.nn.Linear(2, 1), []
    optimizer, looks = training.adamw(model, 0.1, 0.0), iter(scores)

    def one_round(number: int) -> float:
        return training.step(optimizer, model(torch.ones(1, 2)).square().sum(), 0.1 / (number + 1))

    def score() -> float:
        kept.append(next(looks))
        return kept[-1]

    best = []

    def keep() -> None:
        best.append(kept[-1])
        if target:
            target.write_bytes(b"weights")

    rounds = len(scores) * options.get("every", 1)
    return training.train(model, optimizer, one_round, score, keep, target, rounds, **options), best


def test_the_best_look_is_kept_and_patience_ends_it():
    about, kept = follow([0.1, 0.3, 0.2, 0.3, 0.9], patience=2)
    assert [look["score"] for look in about["curve"]] == [0.1, 0.3, 0.2, 0.3]
    assert kept == [0.1, 0.3] and training.since_best(about["curve"]) == 2


def test_the_score_before_counts_as_a_look():
    about, kept = follow([0.1, 0.2, 0.6], patience=2, before=0.5)
    assert not kept and [look["epoch"] for look in about["curve"]] == [0, 1, 2]
    about, kept = follow([0.1, 0.6], patience=2, before=0.5)
    assert kept == [0.6]


def test_looks_may_be_rare_and_the_curve_lies_beside_the_weights(tmp_path):
    target = tmp_path / "x.safetensors"
    about, _ = follow([0.1, 0.2], target, every=3)
    assert [look["epoch"] for look in about["curve"]] == [3, 6]
    assert cache.description(target)["curve"] == about["curve"] and not list(
        tmp_path.glob("*.checkpoint")
    )


def test_the_rate_rises_and_falls_and_gains_are_not_decayed():
    rates = [training.rate(done) for done in np.linspace(0, 1, 101)]
    assert np.argmax(rates) == 10 and rates[-1] == pytest.approx(0) and rates[0] < 0.1
    groups = training.adamw(torch.nn.Linear(2, 3), 0.1, 0.5).param_groups
    assert [g["weight_decay"] for g in groups] == [0.5, 0.0]
    assert [p.shape for g in groups for p in g["params"]] == [(3, 2), (3,)]


def test_speed_counts_images_a_second():
    model = torch.nn.Linear(2, 1)
    optimizer, x = training.adamw(model, 0.1, 0.0), torch.ones(4, 2)
    about = training.speed(model, optimizer, lambda: model(x).square().mean(), batch=4, steps=3)
    assert about["images_a_second"] > 0 and about["parameters"] == 3 and about["device"] == "cpu"
