"""The last chapter's own steps: all records read together, and what they say as a whole."""

from collections.abc import Sequence
from itertools import combinations

from lib.chapters.session import Session
from lib.data import flickr8k
from lib.record import records
from lib.record.names import known
from lib.search import fusion, metrics
from lib.search import yardsticks as scoring
from lib.search.evaluation import Evaluation
from lib.show import tables

WITH_TAGS = "fusion.with_tags"  # the one fusion whose parts may read the gallery's human tags
FUSIONS = {  # id → the families that may take part
    "fusion.all": ("classic", "deep", "caption", "clip", "baby"),
    "fusion.without_clip": ("classic", "deep", "caption", "baby"),
    WITH_TAGS: ("classic", "deep", "caption", "clip", "baby"),
}


def families(rows: Sequence[dict], tags: bool = False) -> dict[str, str]:
    """Family → its best system on development, of those that were measured.

    Systems that look at the test queries as a whole, and faults made on purpose, stand aside, and
    so do those that read human tags, unless tags may be read.
    """
    measured: dict[str, list[dict]] = {}
    for row in rows:
        name = row["system"]
        aside = name.endswith("_transductive") or name.startswith("deep.fault_")
        aside = aside or (row.get("reads_tags") and not tags)
        if row["status"] == "measured" and row["split"] == "dev" and not aside:
            measured.setdefault(name.split(".")[0], []).append(row)
    return {f: max(own, key=lambda r: r["map_at_20"])["system"] for f, own in measured.items()}


def fusions(session: Session, rows: Sequence[dict]) -> dict[str, list[dict]]:
    """Fuse the best of each family that scores by cosine; returns the steps that led to each."""
    by_cosine = [row for row in rows if row.get("params", {}).get("metric") == "cosine"]
    steps = {}
    for name, among in FUSIONS.items():
        best = families(by_cosine, tags=name == WITH_TAGS)
        parts = {best[family]: session.use(best[family]) for family in among if family in best}
        if len(parts) < 2:
            session.leave_out([name], "needs two families of systems that were measured here")
            continue
        weights, steps[name] = fusion.chosen(parts, session.data.dev.truth)
        session.add(fusion.fused(session.data, name, parts, weights))
    return steps


def system(session: Session, name: str) -> Evaluation:
    return session.systems.get(name) or session.use(name)


def comparisons(session: Session, names: Sequence[str]) -> dict[tuple[str, str], dict]:
    """Every pair of systems: the difference of the first less the second, p, and Holm's verdict."""
    precision = {name: system(session, name).precision(session.scored) for name in names}
    pairs = list(combinations(names, 2))
    gaps = [metrics.Gap.of(precision[one], precision[other]) for one, other in pairs]
    apart = metrics.holm([gap.p for gap in gaps])
    return {pair: {"difference": gap.difference, "p": gap.p, "apart": bool(verdict)}
            for pair, gap, verdict in zip(pairs, gaps, apart, strict=True)}  # fmt: skip


def other_world(session: Session) -> tuple[str, list[dict]]:
    """What the committed records say of the claims in the world that this session is not of."""
    worlds = known()["worlds"]
    name = next(name for name in worlds if (name == "scenes") != session.data.is_drawn)
    return worlds[name], tables.claims(records.read_all(name))


def yardsticks(session: Session, names: Sequence[str]) -> dict[str, dict]:
    """What the field measures of each system that has vectors; empty unless the data is Flickr8k.

    "recalls" of the official test, and of its 1,000 photographs how far cosines and people agree:
    "experts" and "crowd", Kendall's τ-c and τ-b with intervals; "liked" as in `yardsticks.liked`.
    Experts are not asked for a photograph's own sentence, as in the source.
    """
    test, measured = session.data.test, {}
    some = flickr8k.official(test)
    if some is None or test.truth is None:
        return measured
    experts, crowd = (flickr8k.judged(test, who) for who in flickr8k.JUDGES)
    experts = experts[~experts["own"]]
    for name in names:
        one = system(session, name)
        if not one.gallery:
            continue
        said = [scoring.cosines(one, test, judged) for judged in (experts, crowd)]
        measured[name] = {
            "recalls": scoring.recalls(one, test, some),
            "experts": scoring.agreement(said[0], experts, "c"),
            "crowd": scoring.agreement(said[1], crowd, "b"),
            "liked": scoring.liked(said[1], crowd),
        }
    return measured
