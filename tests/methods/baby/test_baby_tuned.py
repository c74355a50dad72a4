"""The pretrained baby whose eyes learn: a system like any other, of folders without features."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from check import check_system
from test_baby_paired import SMALL
from test_cnn import bare, load  # noqa: F401

from lib.data import cnn
from lib.methods.baby.paired import PretrainedBaby
from lib.methods.baby.tuned import EyesRecipe, Seeing, TunedBaby

TINY = EyesRecipe(epochs=3, batch=8, rate=1e-3)


@pytest.fixture
def few(bare, own_cache):  # noqa: F811
    """A few pictures that nobody made features of."""
    return load(bare)


def tuned() -> TunedBaby:
    return TunedBaby(PretrainedBaby("baby.small", 0, replace(SMALL, epochs=2)), "baby.seen", TINY)


def test_it_is_a_system(few, tmp_path):
    one = check_system(tuned, few, tmp_path)
    assert one.system.params["tuning_epochs"] == 3 and len(one.system.curve) == 3


def test_the_late_stages_learn_and_the_early_ones_do_not(few):
    before = {name: x.clone() for name, x in cnn.network().state_dict().items()}
    system = tuned()
    system.fit(few.fit, few.dev)
    fresh, learned = Seeing(system.frozen).late.state_dict(), system.model.late.state_dict()
    assert all(not torch.equal(fresh[name], learned[name]) for name in fresh if "weight" in name)
    after = cnn.network().state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before), "others look with it"


def test_untrained_it_sees_what_the_frozen_baby_sees(few):
    frozen = PretrainedBaby("baby.small", 0, replace(SMALL, epochs=2))
    frozen.fit(few.fit, few.dev)
    with torch.inference_mode():
        seen = Seeing(frozen).eval().embed_images(few.test.features("middle")[:, 0]).cpu().numpy()
        own = frozen.towers.embed_images(frozen.views(few.test)[0]).cpu().numpy()
    assert np.abs(seen - own).max() < 0.05, "but for half precision"


def test_a_refit_stops_where_development_was_best(few):
    system = tuned()
    system.fit(few.fit, few.dev)
    best = max(system.curve, key=lambda look: look["score"])["epoch"]
    assert system.rounds == best
    curve = list(system.curve)
    system.fit(few.train)
    assert system.rounds == best and system.curve == curve
