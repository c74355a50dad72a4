"""Hubness corrections: worked by hand, and against a gallery with a known hub."""

import numpy as np
import pytest

from lib.search import hubness, retrieval


@pytest.fixture
def searched():
    """Queries, a gallery whose image 0 lies in the middle of all, and a bank; truth is i → i."""
    rng = np.random.default_rng(0)
    middle = np.ones(24)
    gallery = middle + rng.normal(size=(200, 24)) * 1.5
    queries = gallery + rng.normal(size=(200, 24)) * 1.5
    gallery[0] = middle  # a hub
    bank = middle + rng.normal(size=(400, 24)) * 2
    return queries, gallery, bank


def test_biases_by_hand():
    bank = np.array([[0.2, 0.4], [0.6, 0.4], [0.1, 0.4]])
    assert hubness.csls(bank, 2) == pytest.approx([0.2, 0.2])
    assert hubness.csls(bank, 99) == pytest.approx([0.15, 0.2]), "no more than there are"
    assert hubness.mean(bank, 0.5) == pytest.approx([0.15, 0.2])
    soft = hubness.inverted_softmax(bank, 0.1)
    assert soft[1] == pytest.approx(0.4), "of equal values it is that value"
    by_hand = 0.1 * np.log(np.mean(np.exp(bank[:, 0] / 0.1)))
    assert soft[0] == pytest.approx(by_hand)
    assert hubness.inverted_softmax(bank, 1e-4)[0] == pytest.approx(0.6, abs=1e-3)


def corrected(queries, gallery, bias, *gate):
    """Both sides with the columns that correct."""
    return hubness.corrected_queries(queries, *gate), hubness.corrected_gallery(gallery, bias)


@pytest.mark.parametrize("name", hubness.METHODS)
def test_vectors_rank_as_cosine_minus_bias(searched, name):
    queries, gallery, bank = searched
    method, settings = hubness.METHODS[name]
    for setting in settings:
        bias = method(retrieval.scores(bank, gallery), setting)
        wanted = retrieval.scores(queries, gallery) - bias
        found = retrieval.scores(*corrected(queries, gallery, bias))
        lengths = np.linalg.norm(hubness.corrected_gallery(gallery, bias), axis=1)
        assert np.allclose(lengths, lengths[0], atol=1e-5)
        truth = np.arange(200)
        assert np.abs(retrieval.ranks(wanted, truth) - retrieval.ranks(found, truth)).max() <= 1


def test_inverted_softmax_ranks_as_its_definition(searched):
    queries, gallery, bank = searched
    cosines, strangers = retrieval.scores(queries, gallery), retrieval.scores(bank, gallery)
    defined = np.exp(cosines / 0.1) / np.exp(strangers / 0.1).sum(axis=0)
    ours = cosines - hubness.inverted_softmax(strangers, 0.1)
    assert (retrieval.top_k(defined, 5) == retrieval.top_k(ours, 5)).all()


def test_a_hub_loses_what_strangers_gave_it(searched):
    queries, gallery, bank = searched
    strangers = retrieval.scores(bank, gallery)
    bias = hubness.csls(strangers, 10)
    found = corrected(queries, gallery, bias)
    before, after = (
        (retrieval.top_k(retrieval.scores(*pair), 20) == 0).any(axis=1).mean()
        for pair in ((queries, gallery), found)
    )
    assert after < 0.75 * before and before > 0.2, f"{before:.2f} → {after:.2f}"


def test_the_gate_leaves_queries_alone_that_meet_no_hub(searched):
    queries, gallery, bank = searched
    strangers = retrieval.scores(bank, gallery)
    bias = hubness.inverted_softmax(strangers, 0.05)
    plain = retrieval.scores(queries, gallery)
    always = retrieval.scores(*corrected(queries, gallery, bias))
    gate = gallery, hubness.hubs(strangers)
    gated = retrieval.scores(*corrected(queries, gallery, bias, *gate))
    hub = np.isin(plain.argmax(axis=1), strangers.argmax(axis=1))
    assert hub.any() and not hub.all()
    assert (retrieval.top_k(gated[hub], 9) == retrieval.top_k(always[hub], 9)).all()
    assert (retrieval.top_k(gated[~hub], 9) == retrieval.top_k(plain[~hub], 9)).all()


def test_a_bias_for_each_image():
    with pytest.raises(ValueError, match=r"bias must be \[3\]"):
        hubness.corrected_gallery(np.ones((3, 4)), np.ones(2))
