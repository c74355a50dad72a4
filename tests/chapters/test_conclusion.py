"""The last chapter: fusion, comparisons in pairs, and what is read from all records."""

from types import SimpleNamespace

import hearts
import numpy as np
import pytest
from check import check_system
from scipy import stats
from test_system import NearestCentroid

from lib.base.settings import Settings
from lib.chapters import conclusion
from lib.chapters.session import Session
from lib.record import records, results
from lib.search import evaluation, fusion, retrieval
from lib.search.evaluation import Evaluation
from lib.search.system import System
from lib.show import tables

N = 60  # queries and images


def noisy(name: str, noise: np.ndarray, seed: int, dim: int = N) -> Evaluation:
    """A system whose queries are their image's vector and so much noise, query by query."""
    rng, system = np.random.default_rng(seed), System()
    system.id, system.weights = name, rng.normal(size=dim)
    queries, gallery, ranks = {}, {}, {}
    for split in ("dev", "test"):
        gallery[split] = rng.normal(size=(N, dim)).astype(np.float32)
        blurred = gallery[split] + noise[:, None] * rng.normal(size=(N, dim))
        queries[split] = blurred.astype(np.float32)
        scores = retrieval.scores(queries[split], gallery[split])
        ranks[split] = retrieval.ranks(scores, np.arange(N))[None]
    both = {"dev": N, "test": N}
    return Evaluation(system, queries, gallery, ranks, both, dict.fromkeys(both, 1.0), {})


@pytest.fixture
def halves() -> dict[str, Evaluation]:
    """Two systems of which each knows the half that the other does not, and one of noise."""
    first = np.where(np.arange(N) < N // 2, 0.5, 8.0)
    return {
        "clip.a": noisy("clip.a", first, 1),
        "classic.b": noisy("classic.b", first[::-1].copy(), 2, dim=40),
        "deep.c": noisy("deep.c", np.full(N, 50.0), 3),
    }


@pytest.fixture
def drawn():
    """What a fusion asks of a data set."""
    split = SimpleNamespace(truth=np.arange(N))
    return SimpleNamespace(stages=lambda: [("dev", None, split), ("test", None, split)])


def test_a_fusion_ranks_by_the_weighted_sum_of_cosines(halves, drawn):
    weights = {"clip.a": 1.0, "classic.b": 0.35}
    fused = fusion.fused(drawn, "fusion.x", halves, weights)
    total = sum(
        weight * halves[name].scores("test") / fusion.spread(halves[name])
        for name, weight in weights.items()
    )
    by_hand = retrieval.ranks(total.astype(np.float64), np.arange(N))
    assert np.array_equal(fused.ranks["test"][0], by_hand)
    parts = sum(halves[name].model_bytes for name in weights)
    assert fused.model_bytes == parts + 2 * 8 and fused.seconds["test"] == pytest.approx(2, abs=0.5)
    assert fused.params == {"weights": weights} and fused.n_train == {"dev": N, "test": N}


def test_what_knows_something_else_comes_in_and_noise_stays_out(halves):
    weights, steps = fusion.chosen(halves, np.arange(N))
    assert set(weights) >= {"clip.a", "classic.b"}
    scores = [step["map_at_20"] for step in steps]
    alone = max(one.map_at_20("dev") for one in halves.values())
    assert scores[0] == pytest.approx(alone) and scores[1] > alone + 0.1
    assert scores == sorted(scores), "no step makes it worse"


class Halved(NearestCentroid):
    """The same on every other feature."""

    id = "classic.halved"

    def embed_texts(self, texts):
        return super().embed_texts(texts)[:, ::2]

    def embed_images(self, images):
        return super().embed_images(images)[:, ::2]


def test_a_fusion_is_a_system_that_can_be_loaded(data, tmp_path, own_cache):
    parts = {one.id: one for one in (evaluation.evaluate(data, NearestCentroid()),
                                     evaluation.evaluate(data, Halved()))}  # fmt: skip
    fused = fusion.fused(data, "fusion.x", parts, dict(zip(parts, (1.0, 0.5), strict=True)))
    again = check_system(lambda: fused.system, data, tmp_path)
    assert np.array_equal(again.ranks["test"], fused.ranks["test"])


def test_the_paired_test_agrees_with_sign_flips(halves):
    one, other = (halves[name].precision("test")[0] for name in ("clip.a", "deep.c"))
    session = SimpleNamespace(systems=halves, scored="test")
    pair = conclusion.comparisons(session, ["clip.a", "deep.c"])["clip.a", "deep.c"]
    flipped = stats.permutation_test((one, other), lambda x, y, axis: (x - y).mean(axis=axis),
                                     permutation_type="samples", vectorized=True,
                                     n_resamples=5000, rng=np.random.default_rng(0))  # fmt: skip
    assert pair["difference"] == pytest.approx((one - other).mean())
    assert abs(pair["p"] - flipped.pvalue) < 0.01 and pair["apart"]


def test_a_system_cannot_be_told_from_itself(halves):
    twins = {"a": halves["clip.a"], "b": halves["clip.a"]}
    session = SimpleNamespace(systems=twins, scored="test")
    assert conclusion.comparisons(session, ["a", "b"])["a", "b"] == {
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


def test_a_reader_of_tags_is_no_familys_best_unless_tags_may_be_read():
    rows = [row("classic.ridge", 0.4), row("classic.x", 0.9) | {"reads_tags": True}]
    assert conclusion.families(rows) == {"classic": "classic.ridge"}
    assert conclusion.families(rows, tags=True) == {"classic": "classic.x"}
    assert tables.best(rows)["system"] == "classic.ridge"
    tagged = [row("clip.x", 0.5) | {"reads_tags": True}, row("deep.y", 0.1)]
    assert conclusion.families(tagged) == {"deep": "deep.y"}, "not even where it stands alone"


def test_only_the_fusion_that_is_named_for_it_reads_tags(halves, drawn, own_cache):
    """The reader of tags is far better than all: it knows every image."""
    tagged = noisy("classic.tagged", np.full(N, 0.1), 4)
    tagged.system.reads_tags = True
    one = {**halves, tagged.id: tagged}
    rows = [{**results.row(e, "dev", N), "params": {"metric": "cosine"}} for e in one.values()]
    assert max(rows, key=lambda r: r["map_at_20"])["system"] == tagged.id
    drawn.dev, added = SimpleNamespace(truth=np.arange(N)), {}
    session = SimpleNamespace(
        data=drawn, use=one.get, add=lambda e: added.update({e.id: e}),
        leave_out=lambda names, _: pytest.fail(f"{names} left out"),
    )  # fmt: skip
    steps = conclusion.fusions(session, rows)
    assert {*steps} == {*added} == {*conclusion.FUSIONS}
    for name, fused in added.items():
        may = name == conclusion.WITH_TAGS
        assert (tagged.id in fused.params["weights"]) == fused.system.reads_tags == may, name
        assert results.row(fused, "dev", N).get("reads_tags", False) == may


@pytest.mark.parametrize("name", ["scenes", "flickr8k"])
def test_no_committed_headline_family_or_default_fusion_reads_tags(name):
    rows = [r for record in records.read_all(name) for r in record["rows"]]
    rows = [r for r in rows if r["status"] == "measured"]
    readers = {r["system"] for r in rows if r.get("reads_tags")}
    by_name = {r["system"] for r in rows if "_tags" in r["system"] and r["system"][:7] == "classic"}
    assert readers - {conclusion.WITH_TAGS} == by_name
    assert not readers & {*conclusion.families(rows).values()}
    for split in ("dev", "test"):
        assert tables.best([r for r in rows if r["split"] == split])["system"] not in readers
    weights = {r["system"]: {*r["params"]["weights"]} for r in rows if "fusion." in r["system"]}
    assert {*weights} == {*conclusion.FUSIONS}
    for fused, parts in weights.items():
        assert bool(parts & readers) == (fused in readers) and (
            fused == conclusion.WITH_TAGS or not parts & readers
        ), fused


def test_the_most_confident_error_is_an_error(halves):
    one, truth = halves["classic.b"], np.arange(N)
    session = SimpleNamespace(split=SimpleNamespace(truth=truth, texts=[""] * N))
    cell = hearts.run("09_conclusion", "surer = ", leader=one, split="test", session=session)
    query, image, gap = (cell[name] for name in ("query", "wrong", "sure"))
    scores = one.scores("test")
    assert image == scores[query].argmax() != truth[query] and gap > 0
    gaps = (scores.max(axis=1) - scores[truth, truth]) / scores.std(axis=1)
    assert gap == pytest.approx(gaps.max())


@pytest.mark.parametrize("size", ["full", "tiny"])
def test_the_long_scores_of_chapter_07_are_of_the_same_data_and_named(monkeypatch, size):
    rows = [row("baby.resnet50_distilbert", 0.4, "test"), row("baby.resnet50_distilbert", 0.3)]
    long = {"rows": rows, "data": {"fingerprint": "sha256:1"}, "digest": "1"}
    kept = {("scenes", "07_baby_clip", size): long}
    monkeypatch.setattr(records, "read_long", lambda *which: kept.get(which))
    split = SimpleNamespace(truth=np.arange(N))
    for own in ("sha256:1", "sha256:2"):
        data = SimpleNamespace(fingerprint=own, test=split)
        settings = Settings(name="scenes", size=size)
        session = Session("09_conclusion", settings, data, {}, "cpu", 0.0)
        assert session.long_record("07_baby_clip") == (long if own == "sha256:1" else None)
        assert list(session.uses) == (["07_baby_clip.long"] if own == "sha256:1" else [])
