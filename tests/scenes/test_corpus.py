"""The second corpus: a stream of pairs, drawn into shards that a killed run does not draw twice."""

import itertools

import numpy as np
import pytest

from lib.scenes import captions, corpus, draw, sampler

SEED = 4711


@pytest.fixture
def small(own_cache, monkeypatch):
    """Shards of six pairs, in a cache of the test's own."""
    monkeypatch.setattr(corpus, "SHARD", 6)


def test_pairs_are_what_the_world_draws_and_says():
    for scene, text, pixels in itertools.islice(corpus.pairs(SEED, 48), 5):
        assert sampler.owner(scene) == "corpus", "train and test own other scenes"
        assert text == captions.caption(scene, draw.visible(scene))
        assert pixels.shape == (48, 48, 3) and pixels.dtype == np.uint8
        assert (pixels == draw.render(scene, 48)).all()


def test_shards_hold_the_stream(small):
    found = corpus.drawn(SEED, 13, 32, workers=2)
    assert (len(found), found.shards) == (18, 3), "whole shards"
    stream = list(itertools.islice(corpus.pairs(SEED, 32), 18))
    assert found.captions == tuple(text for _, text, _ in stream)
    assert (np.concatenate(found.pixels()) == np.stack([x for *_, x in stream])).all()
    other = corpus.drawn(SEED + 1, 6, 32, workers=1)
    assert other.folder != found.folder and other.fingerprint != found.fingerprint


def test_what_is_there_is_not_drawn_again_and_more_changes_nothing(small, monkeypatch):
    first = corpus.drawn(SEED, 6, 16, workers=1)
    path = first.folder / "00000.npy"
    before = path.stat().st_mtime_ns
    more = corpus.drawn(SEED, 12, 16, workers=1)
    assert path.stat().st_mtime_ns == before and more.captions[:6] == first.captions
    (more.folder / "00000.json").unlink()  # as if killed before the first shard was whole
    again = corpus.drawn(SEED, 12, 16, workers=1)
    assert again == more

    monkeypatch.setattr(corpus, "_draw", lambda *_: pytest.fail("all is there"))
    assert corpus.drawn(SEED, 12, 16) == more


def test_fingerprint_is_of_facts_and_captions_not_of_pixels(small):
    assert (
        corpus.drawn(SEED, 6, 16, workers=1).fingerprint
        == corpus.drawn(SEED, 6, 24, workers=1).fingerprint
    )


def test_time_may_end_it(small):
    assert len(corpus.drawn(SEED, 600, 16, workers=1, until=0.0)) == 6, "one shard at least"


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="at least 1 pair"):
        corpus.drawn(SEED, 0, 16)
    with pytest.raises(ValueError, match="at least 1 pixel"):
        corpus.drawn(SEED, 6, 0)
