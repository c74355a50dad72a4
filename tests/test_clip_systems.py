"""CLIP as systems: nothing fitted, hubs corrected by strangers alone, test never looked at."""

from dataclasses import replace

import numpy as np
import pytest

from lib import data as sources
from lib import metrics, retrieval, settings
from lib.clip import WEIGHTS, embed, prompts, systems


@pytest.fixture(scope="module")
def data(course):
    given = settings.Settings(data="course", data_dir=str(course), name="drawn")
    return sources.load(settings.check(given), "sha256:drawn")


def test_variants_score_what_their_vectors_say(data, own_cache):
    names = ["clip.full", "clip.description_mean"]
    found = systems.zero_shot(data, names)
    assert list(found) == names
    for run in found.values():
        for split in ("dev", "test"):
            ranks = retrieval.ranks(run.scores(split), getattr(data, split).truth)
            assert (run.ranks[split] == ranks[None]).all() and run.n_train[split] == 0
            assert np.allclose(np.linalg.norm(run.queries[split], axis=1), 1, atol=1e-5)
    assert (found["clip.full"].queries["test"] != found[names[1]].queries["test"]).any()
    assert found["clip.full"].model_bytes == WEIGHTS.stat().st_size


def test_a_mean_is_brought_to_length_one_again(data, own_cache):
    queries, about = systems.said(data.test, prompts.each)
    first = embed.texts(data.test.sentences[0]).arrays["embedded"].mean(axis=0)
    assert queries[0] == pytest.approx(first / np.linalg.norm(first), abs=1e-6)
    assert about["over_limit"] == about["cut"] == 0


def test_what_is_past_the_limit_is_counted(data, own_cache):
    long = replace(data.test, sentences=tuple(s * 6 for s in data.test.sentences))
    _, about = systems.said(long, prompts.full)
    assert about["over_limit"] == 1 and 0.3 < about["cut"] < 0.9


@pytest.mark.parametrize(("name", "gated"), [("csls", False), ("inverted_softmax", True)])
def test_a_correction_is_chosen_on_development_alone(data, own_cache, name, gated):
    plain = systems.of_variant(data, "clip.full")
    run = systems.corrected(data, plain, name, gated)
    assert run.id == ("clip.hubness_qbnorm" if gated else f"clip.hubness_{name}")
    best = run.params["settings"][int(np.argmax(run.params["dev_scores"]))]
    assert run.params["setting"] == best
    assert metrics.map_at_k(run.ranks["dev"]) == pytest.approx(max(run.params["dev_scores"]))
    assert run.params["bank"] == {"dev": len(data.fit), "test": len(data.train)}
    other_key = replace(data, test=replace(data.test, truth=np.roll(data.test.truth, 1)))
    again = systems.corrected(other_key, plain, name, gated)
    assert again.params == run.params
    assert (again.gallery["test"] == run.gallery["test"]).all()


def test_without_a_key_development_is_scored(data, own_cache):
    blind = replace(data, test=replace(data.test, truth=None))
    run = systems.of_variant(blind, "clip.this_is")
    assert list(run.ranks) == ["dev"] and run.queries["test"].shape[0] == len(data.test.texts)
