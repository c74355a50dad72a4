"""CLIP as systems: nothing fitted, hubs corrected by strangers alone, test never looked at."""

from dataclasses import replace

import numpy as np
import pytest
from check import check_system

from lib.base import store
from lib.features.clip import WEIGHTS, embed
from lib.features.clip import model as clip
from lib.features.clip.embed import Source
from lib.methods.clip import prompts, systems
from lib.methods.clip.finetune import Projected
from lib.methods.clip.systems import FULL, MEAN, Clip, ClipSum, Hubless
from lib.record import names
from lib.search import evaluation, hubness, live, retrieval

TOGETHER = (FULL, MEAN, "clip.mean_and_full", "clip.prompt_ensemble")


@pytest.fixture(autouse=True)
def exact(monkeypatch):
    """In float32: in bfloat16 batches of another size come out otherwise on some processors."""
    monkeypatch.setattr(embed, "has_bfloat16", lambda: False)
    systems.remembered.cache_clear()


@pytest.mark.parametrize(
    "make",
    [
        Clip,
        lambda: ClipSum(variant=MEAN, beside=TOGETHER, name="clip.sum"),
        lambda: Hubless(Clip(), "csls"),
        lambda: Hubless(Clip(variant=MEAN), "inverted_softmax", gated=True, most=50),
        lambda: Projected(Clip(beside=TOGETHER)),
    ],
    ids=["plain", "sum", "corrected", "gated", "projected"],
)
def test_every_clip_is_a_system(make, data, own_cache, tmp_path):
    one = check_system(make, data, tmp_path)
    learned = len(data.fit) if isinstance(one.system, Projected) else 0
    assert one.n_train == {"dev": learned, "test": learned}
    assert one.model_bytes >= WEIGHTS.stat().st_size
    again = evaluation.load(tmp_path, one.id).system
    for system in (one.system, again):
        system.embed_images(data.test)  # a gate is that of the last gallery
        (typed,) = system.embed_texts([data.test.sentences[3]])
        assert typed == pytest.approx(one.queries["test"][3], abs=1e-4), "a typed text"
    pictures = data.test.take([5, 17])
    assert again.plain.embed_images(pictures) == pytest.approx(
        one.system.plain.embed_images(data.test)[[5, 17]], abs=1e-4
    )


@pytest.mark.parametrize(
    "make",
    [
        Clip,
        lambda: Hubless(Clip(), "inverted_softmax"),
        lambda: Hubless(Clip(), "inverted_softmax", gated=True),
        lambda: Projected(Clip()),
    ],
    ids=["plain", "corrected", "gated", "projected"],
)
def test_the_live_search_reads_words_as_the_static_cells_and_pictures_besides(
    make, data, own_cache
):
    one, query = evaluation.evaluate(data, make()), "A man skateboarding in a park"
    method = live.methods({one.id: one}, "test")[one.id]
    scores = one.scores_of([query], data.test)
    static = [(i, scores[0, i]) for i in retrieval.top_k(scores, 9)[0]]
    assert live.nearest(method, live.vector(method, [(1, query)]), 9) == static
    own = one.system.plain.embed_images(data.test)[17:18]  # what that picture is read as
    scores = retrieval.scores(one.system.query_of(own), one.gallery["test"])[0]
    best = dict(live.nearest(method, live.vector(method, [(1, data.test.images[17])]), 9))
    assert list(best.values()) == pytest.approx(np.sort(scores)[:-10:-1], abs=1e-4)
    both = [(1, query), (-1, data.test.images[17])]
    assert live.nearest(method, live.vector(method, both), 9)[0][0] != 17, "it is subtracted"


def test_together_is_alone_and_each_text_embedded_once(data, own_cache, monkeypatch):
    seen, real = [], clip.Towers.embed_tokens
    monkeypatch.setattr(
        clip.Towers, "embed_tokens", lambda self, some: seen.append(some) or real(self, some)
    )
    together = [Clip(variant=name, beside=TOGETHER) for name in TOGETHER]
    found = [one.embed_queries(data.test) for one in together]
    (texts,) = seen
    assert len(texts) == len(set(map(tuple, texts)))
    for one, queries in zip(together, found, strict=True):
        alone = Clip(variant=one.variant)
        assert queries == pytest.approx(alone.embed_queries(data.test), abs=1e-5)
        assert np.allclose(np.linalg.norm(queries, axis=1), 1, atol=1e-5)
        assert one.tokens == alone.tokens


def test_what_is_embedded_together_is_paid_in_shares(data, own_cache):
    costs = [
        evaluation.evaluate(data, Clip(variant=name, beside=TOGETHER)).seconds["test"]
        for name in (FULL, MEAN, FULL)
    ]
    assert costs[0] == pytest.approx(costs[2], rel=0.5), "whoever came first"


def test_a_mean_is_brought_to_length_one_again(data, own_cache):
    mean = Clip(variant=MEAN)
    queries = mean.embed_queries(data.test)
    first = embed.texts(data.test.sentences[0]).arrays["embedded"].mean(axis=0)
    assert queries[0] == pytest.approx(first / np.linalg.norm(first), abs=1e-6)
    assert mean.tokens["test"] == {"over_limit": 0, "cut": 0}


def test_sum_and_mean_rank_alike(data, own_cache):
    every = systems.zero_shot()
    assert [one.id for one in every] == [*prompts.VARIANTS, "clip.description_sum"]
    mean = evaluation.evaluate(data, Clip(variant=MEAN, beside=TOGETHER))
    total = evaluation.evaluate(data, ClipSum(variant=MEAN, beside=TOGETHER, name="clip.sum"))
    assert np.linalg.norm(total.queries["test"], axis=1).min() > 1.5, "it is a sum"
    for split in ("dev", "test"):
        assert (total.ranks[split] == mean.ranks[split]).all()


def test_what_is_past_the_limit_is_counted(data, own_cache):
    full = Clip()
    full.embed_queries(replace(data.test, sentences=tuple(s * 6 for s in data.test.sentences)))
    assert full.tokens["test"]["over_limit"] == 1 and 0.3 < full.tokens["test"]["cut"] < 0.9


@pytest.mark.parametrize(("name", "gated"), [("csls", False), ("inverted_softmax", True)])
def test_a_correction_is_chosen_on_development_alone(data, own_cache, name, gated):
    one = evaluation.evaluate(data, Hubless(Clip(), name, gated=gated))
    assert one.id == ("clip.hubness_qbnorm" if gated else f"clip.hubness_{name}")
    best = one.params["settings"][int(np.argmax(one.params["dev_scores"]))]
    assert one.params["setting"] == best and one.params["bank"] == len(data.fit)
    assert one.map_at_20("dev") == pytest.approx(max(one.params["dev_scores"]))
    other_key = replace(data, test=replace(data.test, truth=np.roll(data.test.truth, 1)))
    again = evaluation.evaluate(other_key, Hubless(Clip(), name, gated=gated))
    assert again.params == one.params
    assert (again.gallery["test"] == one.gallery["test"]).all()


def test_a_gate_opens_for_hubs_alone_and_follows_the_gallery(data, own_cache):
    gated = Hubless(Clip(), "inverted_softmax", gated=True, most=20)
    one = evaluation.evaluate(data, gated)
    cosines = retrieval.scores(gated.bank, Clip().embed_images(data.test))
    first = retrieval.scores(Clip().embed_queries(data.test), gated.gate[0]).argmax(axis=1)
    met = np.isin(first, hubness.hubs(cosines))
    assert met.any() and not met.all()
    assert (one.queries["test"][:, -2] == np.where(met, -1, 0)).all()
    few = data.test.take(range(7))
    assert gated.scores(few.texts, few).shape == (7, 7) and len(gated.gate[0]) == 7


def test_a_transductive_bank_says_so(data, own_cache):
    one = evaluation.evaluate(data, Hubless(Clip(), "csls", transductive=True))
    assert one.id == "clip.hubness_csls_transductive"
    assert (one.system.bank == Clip().embed_queries(data.test)).all()
    assert [system.id.endswith("transductive") for system in systems.corrections(Clip())] == [
        *(False,) * 4, True,
    ]  # fmt: skip


@pytest.mark.parametrize("half", [False, True])
def test_every_row_names_its_precision_and_the_other_can_be_measured(
    data, own_cache, monkeypatch, half
):
    monkeypatch.setattr(embed, "has_bfloat16", lambda: half)
    own, other = ("bfloat16", "float32") if half else ("float32", "bfloat16")
    plain = evaluation.evaluate(data, Clip())
    corrected = evaluation.evaluate(data, Hubless(plain.system, "csls"))
    beside = evaluation.evaluate(data, systems.other_precision(plain.system))
    assert [one.params["precision"] for one in (plain, corrected, beside)] == [own, own, other]
    assert beside.id == f"clip.full_{other}" and beside.id in names.known()["systems"]
    queries = [one.queries["test"] for one in (plain, beside)]
    assert (queries[0] != queries[1]).any() and np.abs(queries[0] - queries[1]).max() < 0.05


def test_without_a_key_development_is_scored(data, own_cache):
    blind = replace(data, test=replace(data.test, truth=None))
    one = evaluation.evaluate(blind, Clip(variant="clip.this_is"))
    assert list(one.ranks) == ["dev"] and one.queries["test"].shape[0] == len(data.test.texts)


def test_changed_weights_are_refused(tmp_path):
    weights = tmp_path / "copy.safetensors"
    weights.write_bytes(WEIGHTS.read_bytes())
    kept = store.pack(Clip(Source("embedded", weights)), {})
    assert store.unpack(kept, {}).source.weights == weights
    weights.write_bytes(b"other")
    with pytest.raises(ValueError, match=r"copy.safetensors: the weights .* are changed"):
        store.unpack(kept, {})
    weights.unlink()
    with pytest.raises(ValueError, match="are gone"):
        store.unpack(kept, {})
