"""CLIP as systems: nothing fitted, hubs corrected by strangers alone, test never looked at."""

from dataclasses import replace

import numpy as np
import pytest

from lib.features.clip import WEIGHTS, embed, towers
from lib.features.clip.source import Source
from lib.methods.clip import prompts, systems
from lib.methods.clip.encoder import ClipTexts
from lib.search import metrics, retrieval


@pytest.fixture(scope="module")
def plain(data):
    return systems.zero_shot(data, names=[systems.FULL])[systems.FULL]


def test_variants_score_what_their_vectors_say(data, own_cache):
    names = [systems.FULL, systems.MEAN]
    found = systems.zero_shot(data, names=names)
    assert list(found) == names
    for run in found.values():
        for split in ("dev", "test"):
            ranks = retrieval.ranks(run.scores(split), getattr(data, split).truth)
            assert (run.ranks[split] == ranks[None]).all() and run.n_train[split] == 0
            assert np.allclose(np.linalg.norm(run.queries[split], axis=1), 1, atol=1e-5)
    assert (found[names[0]].queries["test"] != found[names[1]].queries["test"]).any()
    assert found[names[0]].model_bytes == WEIGHTS.stat().st_size


def test_said_together_is_said_alone_and_each_text_once(data, own_cache, monkeypatch):
    seen, real = [], towers.Towers.embed_tokens
    monkeypatch.setattr(
        towers.Towers, "embed_tokens", lambda self, said: seen.append(said) or real(self, said)
    )
    names = [systems.FULL, systems.MEAN, "clip.mean_and_full", "clip.prompt_ensemble"]
    together = systems.say(data.test, names)
    (texts,) = seen
    assert len(texts) == len(set(map(tuple, texts)))
    for name in names:
        alone = systems.say(data.test, [name])[name]
        assert together[name].queries == pytest.approx(alone.queries, abs=5e-3)  # bfloat16
        assert (together[name].cut, together[name].over_limit) == (alone.cut, alone.over_limit)


def test_a_mean_is_brought_to_length_one_again(data, own_cache):
    said = systems.say(data.test, [systems.MEAN])[systems.MEAN]
    first = embed.texts(data.test.sentences[0]).arrays["embedded"].mean(axis=0)
    assert said.queries[0] == pytest.approx(first / np.linalg.norm(first), abs=1e-6)
    assert said.over_limit == said.cut == 0


def test_sum_and_mean_rank_alike(data, own_cache):
    mean = systems.zero_shot(data, names=[systems.MEAN])[systems.MEAN]
    total = systems.summed(data, mean)
    assert total.id == "clip.description_sum"
    assert np.linalg.norm(total.queries["test"], axis=1).min() > 1.5, "it is a sum"
    for split in ("dev", "test"):
        assert (total.ranks[split] == mean.ranks[split]).all()


def test_what_is_past_the_limit_is_counted(data, own_cache):
    long = replace(data.test, sentences=tuple(s * 6 for s in data.test.sentences))
    said = systems.say(long, [systems.FULL])[systems.FULL]
    assert said.over_limit == 1 and 0.3 < said.cut < 0.9


@pytest.mark.parametrize(("name", "gated"), [("csls", False), ("inverted_softmax", True)])
def test_a_correction_is_chosen_on_development_alone(data, plain, own_cache, name, gated):
    run = systems.corrected(data, plain, name, systems.strangers(data, plain), gated=gated)
    assert run.id == ("clip.hubness_qbnorm" if gated else f"clip.hubness_{name}")
    best = run.params["settings"][int(np.argmax(run.params["dev_scores"]))]
    assert run.params["setting"] == best
    assert metrics.map_at_k(run.ranks["dev"]) == pytest.approx(max(run.params["dev_scores"]))
    assert run.params["bank"] == {"dev": len(data.fit), "test": len(data.fit)}
    other_key = replace(data, test=replace(data.test, truth=np.roll(data.test.truth, 1)))
    banks = systems.strangers(other_key, plain)
    again = systems.corrected(other_key, plain, name, banks, gated=gated)
    assert again.params == run.params
    assert (again.gallery["test"] == run.gallery["test"]).all()


def test_a_transductive_bank_says_so(data, plain, own_cache):
    run = systems.corrected(data, plain, "csls", systems.own_queries(plain))
    assert run.id == "clip.hubness_csls_transductive"
    assert run.params["bank"] == {"dev": len(data.dev), "test": len(data.test)}


def test_without_a_key_development_is_scored(data, own_cache):
    blind = replace(data, test=replace(data.test, truth=None))
    run = systems.zero_shot(blind, names=["clip.this_is"])["clip.this_is"]
    assert list(run.ranks) == ["dev"] and run.queries["test"].shape[0] == len(data.test.texts)


def test_changed_weights_are_refused(plain, tmp_path):
    weights = tmp_path / "copy.safetensors"
    weights.write_bytes(WEIGHTS.read_bytes())
    arrays = ClipTexts(Source("embedded", weights)).arrays()
    assert ClipTexts.from_arrays(arrays).source.weights == weights
    weights.write_bytes(b"other")
    with pytest.raises(ValueError, match=r"copy.safetensors: the weights .* are changed"):
        ClipTexts.from_arrays(arrays)
    weights.unlink()
    with pytest.raises(ValueError, match="are gone"):
        ClipTexts.from_arrays(arrays)
    assert prompts.VARIANTS[systems.FULL] is prompts.full
