"""The paper's claims are judged as was written down before."""

import numpy as np
import pytest

from lib.record import paper, results
from lib.search import metrics

CLAIMS = {claim["id"]: claim for claim in paper.published()["claims"]}


def measured(name: str, difference: float, error: float) -> dict:
    """A claim as `results.claim_measured` returns it, for a known standard error."""
    gap = metrics.Gap(difference, error, 2000.0)
    margin = CLAIMS[name]["margin"]
    return {"claim": name, "difference": difference, "ci95": gap.ci95, "p": gap.p,
            "p_beyond": gap.p_beyond(margin)}  # fmt: skip


def verdict(*about: tuple) -> str:
    return paper.judged([measured(*about)])[0]["verdict"]


def test_margins_are_half_the_papers_step_and_at_least_a_hundredth():
    values = paper.values() | {"chance": round(metrics.chance(2000)["map_at_20"], 4)}
    for claim in CLAIMS.values():
        sides = [values.get(claim[side]) for side in ("better", "worse")]
        half = abs(sides[0] - sides[1]) / 2 if None not in sides else 0.0
        assert claim["margin"] == pytest.approx(max(0.01, half), abs=1e-4)


def test_there_are_four_verdicts():
    assert verdict("mixed_helps", 0.05, 0.002) == paper.HOLDS
    assert verdict("mixed_helps", -0.05, 0.002) == paper.FAILS
    assert verdict("mixed_helps", 0.001, 0.002) == "no difference larger than 0.01"
    assert verdict("one_text_beats_mean", 0.001, 0.002) == "no difference larger than 0.028"
    assert verdict("mixed_helps", 0.001, 0.02) == paper.UNCLEAR


def test_a_wide_interval_is_never_taken_for_no_difference():
    """The interval of what is called alike lies within the margin on either side."""
    for error in np.linspace(0.0005, 0.02, 40):
        for difference in np.linspace(-0.02, 0.02, 21):
            (one,) = paper.judged([measured("mixed_helps", difference, error)])
            if one["verdict"].startswith("no difference"):
                assert one["ci95"][0] > -0.01 and one["ci95"][1] < 0.01


def test_one_of_seventeen_needs_more_than_one_alone():
    """p is 0.01: enough for one claim, and not for one of seventeen."""
    (one,) = paper.judged([measured("one_text_beats_mean", 0.0258, 0.01)])
    assert one["p"] < 0.011 and one["ci95"][0] > 0 and one["verdict"] == paper.UNCLEAR


def test_more_claims_take_no_verdict_away():
    rng = np.random.default_rng(0)
    for _ in range(50):
        every = [measured(name, rng.normal(0, 0.03), 0.01) for name in CLAIMS]
        whole = [one["verdict"] for one in paper.judged(every)]
        for one, last in zip(every, whole, strict=True):
            alone = paper.judged([one])[0]["verdict"]
            assert alone in (last, paper.UNCLEAR) or last in (paper.HOLDS, paper.FAILS)


def test_a_claim_of_systems_is_measured_on_the_same_queries(data, own_cache):
    from test_system import NearestCentroid

    from lib.search import evaluation

    one = evaluation.evaluate(data, NearestCentroid())
    claim = CLAIMS["baseline_works"]
    chance = metrics.chance(len(data.test))["map_at_20"]
    against = results.claim_measured(claim, one, chance, "test")
    assert against["difference"] == pytest.approx(one.map_at_20("test") - chance, abs=1e-6)
    nothing = results.claim_measured(CLAIMS["deep_direct_fails"], 3 * chance, one, "test")
    assert nothing["difference"] == pytest.approx(3 * chance - one.map_at_20("test"), abs=1e-6)
    assert nothing["ci95"][1] < 0 and paper.judged([nothing])[0]["verdict"] == paper.FAILS
    same = results.claim_measured(claim, one, one, "test")
    assert (same["difference"], same["p"], same["p_beyond"]) == (0, 1, 0)
    assert paper.judged([same])[0]["verdict"] == "no difference larger than 0.0591"
