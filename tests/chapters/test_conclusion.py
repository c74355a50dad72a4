"""The last chapter: fusion, comparisons in pairs, and what is read from all records."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from lib.base.settings import Settings
from lib.chapters import conclusion
from lib.chapters.session import Session
from lib.features.text import WordVectors
from lib.record import records
from lib.search import fusion, metrics, retrieval, runs
from lib.search.encoders import MeanWordsLinear
from lib.search.runs import SystemRun

N = 60  # queries and images


def run_of(name: str, noise: np.ndarray, seed: int, dim: int = N) -> SystemRun:
    """A system whose queries are their image's vector and so much noise, query by query."""
    rng = np.random.default_rng(seed)
    queries, gallery, ranks = {}, {}, {}
    for split in ("dev", "test"):
        gallery[split] = rng.normal(size=(N, dim)).astype(np.float32)
        blurred = gallery[split] + noise[:, None] * rng.normal(size=(N, dim))
        queries[split] = blurred.astype(np.float32)
        scores = retrieval.scores(queries[split], gallery[split])
        ranks[split] = retrieval.ranks(scores, np.arange(N))[None]
    both = {"dev": N, "test": N}
    words = WordVectors(["a", "b"], rng.normal(size=(2, 3)).astype(np.float32), "drawn", 0.0)
    encoder = MeanWordsLinear(words, rng.normal(size=(3, dim)), np.zeros(dim))
    return SystemRun(name, "cosine", queries, gallery, ranks, both, dict.fromkeys(both, 1.0), {},
                     100, encoder)  # fmt: skip


@pytest.fixture
def halves() -> dict[str, SystemRun]:
    """Two systems of which each knows the half that the other does not, and one of noise."""
    first = np.where(np.arange(N) < N // 2, 0.5, 8.0)
    return {
        "clip.a": run_of("clip.a", first, 1),
        "classic.b": run_of("classic.b", first[::-1].copy(), 2, dim=40),
        "deep.c": run_of("deep.c", np.full(N, 50.0), 3),
    }


@pytest.fixture
def data():
    """What a fusion asks of a data set."""
    split = SimpleNamespace(truth=np.arange(N))
    return SimpleNamespace(stages=lambda: [("dev", None, split), ("test", None, split)])


def test_a_fusion_ranks_by_the_weighted_sum_of_cosines(halves, data):
    weights = {"clip.a": 1.0, "classic.b": 0.35}
    fused = fusion.fused(data, "fusion.x", halves, weights)
    total = sum(
        weight * halves[name].scores("test") / fusion.spread(halves[name])
        for name, weight in weights.items()
    )
    by_hand = retrieval.ranks(total.astype(np.float64), np.arange(N))
    assert np.array_equal(fused.ranks["test"][0], by_hand)
    assert fused.model_bytes == 200 and fused.seconds["test"] == 2.0


def test_what_knows_something_else_comes_in_and_noise_stays_out(halves):
    weights, steps = fusion.chosen(halves, np.arange(N))
    assert set(weights) >= {"clip.a", "classic.b"}
    scores = [step["map_at_20"] for step in steps]
    alone = max(metrics.map_at_k(run.ranks["dev"]) for run in halves.values())
    assert scores[0] == pytest.approx(alone) and scores[1] > alone + 0.1
    assert scores == sorted(scores), "no step makes it worse"


def test_a_fusion_leaves_an_encoder_that_can_be_loaded(halves, data, tmp_path):
    fused = fusion.fused(data, "fusion.x", halves, {"clip.a": 1.0, "classic.b": 0.5})
    runs.save(tmp_path, fused, {})
    read = runs.load(tmp_path, "fusion.x")
    assert np.array_equal(read.embed_queries(["a b", "b"]), fused.embed_queries(["a b", "b"]))
    assert read.embed_queries(["a"]).shape[1] == fused.gallery["test"].shape[1]


def test_holm_by_hand():
    told = conclusion.holm([0.01, 0.04, 0.03, 0.005], level=0.05)
    # 0.005 ≤ 0.05/4, 0.01 ≤ 0.05/3, 0.03 > 0.05/2: there it ends, and 0.04 ≤ 0.05/1 is too late.
    assert told.tolist() == [True, False, False, True]


def test_the_paired_test_agrees_with_sign_flips(halves):
    one, other = (halves[name].precision("test") for name in ("clip.a", "deep.c"))
    run = SimpleNamespace(systems=halves, scored="test")
    pair = conclusion.comparisons(run, ["clip.a", "deep.c"])["clip.a", "deep.c"]
    flipped = stats.permutation_test((one, other), lambda x, y, axis: (x - y).mean(axis=axis),
                                     permutation_type="samples", vectorized=True,
                                     n_resamples=5000, rng=np.random.default_rng(0))  # fmt: skip
    assert pair["difference"] == pytest.approx((one - other).mean())
    assert abs(pair["p"] - flipped.pvalue) < 0.01 and pair["apart"]


def test_a_system_cannot_be_told_from_itself(halves):
    twins = {"a": halves["clip.a"], "b": halves["clip.a"]}
    run = SimpleNamespace(systems=twins, scored="test")
    assert conclusion.comparisons(run, ["a", "b"])["a", "b"] == {
        "difference": 0.0,
        "p": 1.0,
        "apart": False,
    }


def row(system: str, score: float, split: str = "dev", status: str = "measured") -> dict:
    return {"system": system, "map_at_20": score, "split": split, "status": status}


def test_the_best_of_a_family_is_chosen_on_development_and_plays_by_the_rules():
    rows = [
        row("clip.full", 0.5),
        row("clip.together", 0.6),
        row("clip.hubness_csls_transductive", 0.9),  # looks at the test queries
        row("clip.long", 0.95, split="test"),
        row("deep.fault_small_targets", 0.7),
        row("deep.fixed", 0.4),
        row("baby.x", 0.0, status="not_run"),
    ]
    assert conclusion.families(rows) == {"clip": "clip.together", "deep": "deep.fixed"}


def test_the_most_confident_error_is_an_error(halves):
    run, truth = halves["classic.b"], np.arange(N)
    query, image, gap = conclusion.most_confident_error(run, "test", truth)
    scores = run.scores("test")
    assert image == scores[query].argmax() != truth[query] and gap > 0
    gaps = (scores.max(axis=1) - scores[truth, truth]) / scores.std(axis=1)
    assert gap == pytest.approx(gaps.max())


def test_the_hardest_query_is_the_one_that_nobody_finds(halves):
    systems = list(halves.values())
    order = conclusion.beyond_all(systems, "test")
    best = np.min([run.ranks["test"][0] for run in systems], axis=0)
    assert best[order[0]] == best.max() and best[order[-1]] == best.min()


@pytest.mark.parametrize("size", ["full", "tiny"])
def test_the_long_scores_of_chapter_07_are_of_the_same_data_and_named(monkeypatch, size):
    rows = [row("baby.resnet50_distilbert", 0.4, "test"), row("baby.resnet50_distilbert", 0.3)]
    long = {"rows": rows, "data": {"fingerprint": "sha256:1"}}
    asked = {("scenes", "07_baby_clip", size): long}
    monkeypatch.setattr(records, "read_long", lambda *which: asked.get(which))
    split = SimpleNamespace(truth=np.arange(N))
    for own in ("sha256:1", "sha256:2"):
        data = SimpleNamespace(fingerprint=own, test=split)
        settings = Settings(name="scenes", size=size)
        session = Session("09_conclusion", settings, data, {}, "cpu", 0.0)
        found = conclusion.long_babies(session)
        assert found == (rows[:1] if own == "sha256:1" else [])
        assert list(session.uses) == (["07_baby_clip.long"] if own == "sha256:1" else [])
