"""The last chapter's own steps: all records read together, and what they say as a whole."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

from lib.base import files, paths
from lib.chapters.session import Session
from lib.features.clip import CARD
from lib.record import paper
from lib.search import fusion, metrics, retrieval
from lib.search.evaluation import Evaluation
from lib.show import tables

FUSIONS = {  # id → the families that may take part
    "fusion.all": ("classic", "deep", "caption", "clip", "baby"),
    "fusion.without_clip": ("classic", "deep", "caption", "baby"),
}
ALIKE = ("chance", "tuning", "boosting")  # families that no chart shows beside the baseline
LEVEL = 0.05  # chance that Holm's matrix tells any pair apart that is alike
FAR = 100  # rank beyond which nobody looks
Rows = Sequence[dict]  # of records


def families(rows: Rows) -> dict[str, str]:
    """Family → its best system on development, of those that were measured.

    Systems that look at the test queries as a whole, and faults made on purpose, stand aside.
    """
    best: dict[str, dict] = {}
    for row in rows:
        name = row["system"]
        aside = name.endswith("_transductive") or name.startswith("deep.fault_")
        if row["status"] != "measured" or row["split"] != "dev" or aside:
            continue
        family = name.split(".")[0]
        if row["map_at_20"] > best.get(family, {"map_at_20": -1.0})["map_at_20"]:
            best[family] = row
    return {family: row["system"] for family, row in best.items()}


def fusions(session: Session, rows: Rows) -> dict[str, list[dict]]:
    """Add every fusion that has two systems to fuse; returns the steps that led to each.

    The best system of each family that scores by cosine may take part.
    """
    best = families([r for r in rows if r.get("params", {}).get("metric") == "cosine"])
    steps = {}
    for name, among in FUSIONS.items():
        parts = {best[family]: session.use(best[family]) for family in among if family in best}
        if len(parts) < 2:
            session.leave_out([name], "needs two families of systems that were measured here")
            continue
        weights, steps[name] = fusion.chosen(parts, session.data.dev.truth)
        session.add(fusion.fused(session.data, name, parts, weights))
    return steps


def system(session: Session, name: str) -> Evaluation:
    """A system of this chapter or of an earlier one."""
    return session.systems.get(name) or session.use(name)


def scored(session: Session, rows: Rows) -> dict[str, dict]:
    """System → its row on the scored split, of those that were measured."""
    return {row["system"]: row for row in rows
            if row["split"] == session.scored and row["status"] == "measured"}  # fmt: skip


def shown(session: Session, rows: Rows) -> list[dict]:
    """Rows of the chart and of the matrix, best first.

    They are the paper's systems, the best of each family, and the fusions.
    """
    kept = {*families(rows).values(), *FUSIONS}
    chosen = [row for name, row in scored(session, rows).items()
              if name != "chance" and (paper.system(name) or name in kept)]  # fmt: skip
    return sorted(chosen, key=lambda row: -row["map_at_20"])


def best_of_families(session: Session, rows: Rows) -> dict[str, Evaluation]:
    """Id → the best system of each family on development, without chance.

    The baseline stands for all regressions on word vectors, which the charts could not tell apart.
    """
    best = families(rows)
    return {name: system(session, name) for family, name in best.items() if family not in ALIKE}


def comparisons(session: Session, names: Sequence[str]) -> dict[tuple[str, str], dict]:
    """Every pair of systems: the difference of the first less the second, p, and Holm's verdict.

    p is of a paired t-test over queries, which on thousands of them agrees with the sign-flip
    test (Smucker, Allan and Carterette 2007).
    """
    precision = {name: system(session, name).precision(session.scored) for name in names}
    pairs = {}
    for one, other in [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]:
        gaps = precision[one] - precision[other]
        p = float(stats.ttest_1samp(gaps, 0.0).pvalue) if gaps.any() else 1.0
        pairs[one, other] = {"difference": float(gaps.mean()), "p": p}
    apart = holm([pair["p"] for pair in pairs.values()])
    return {names: {**pair, "apart": bool(verdict)}
            for (names, pair), verdict in zip(pairs.items(), apart, strict=True)}  # fmt: skip


def holm(p_values: Sequence[float], level: float = LEVEL) -> np.ndarray:
    """Which hypotheses Holm's step-down rejects at a level for all together, bool [n]."""
    p = np.asarray(p_values)
    order = np.argsort(p, kind="stable")
    passed = p[order] <= level / np.arange(len(p), 0, -1)
    rejected = np.zeros(len(p), dtype=bool)
    rejected[order] = np.logical_and.accumulate(passed)
    return rejected


def matrix_sentence(pairs: Mapping[tuple[str, str], dict]) -> str:
    """How many pairs can be told apart."""
    apart = sum(pair["apart"] for pair in pairs.values())
    return (
        f"Of {len(pairs)} pairs {apart} can be told apart at a level of {LEVEL} for all of them "
        f"together; {len(pairs) - apart} cannot."
    )


def cost_points(rows: Rows, names: Sequence[str], split: str) -> list[dict]:
    """Score, seconds and bytes of each system, for a chart."""
    return [
        {
            "name": row["system"],
            "score": row["map_at_20"],
            "ci95": row["map_at_20_ci95"],
            "seconds": row["seconds"],
            "model_bytes": row["model_bytes"],
        }
        for row in rows
        if row["system"] in names and row["split"] == split and row["model_bytes"] > 0
    ]


def claims_table(verdicts: Sequence[dict]) -> list[dict[str, str]]:
    """Every claim of the paper that was judged, with its verdict."""
    rows = []
    for verdict in verdicts:
        claim, (low, high) = paper.claim(verdict["claim"]), verdict["ci95"]
        rows.append(
            {
                "section": claim["section"],
                "the paper says": claim["says"],
                "here": verdict["verdict"],
                "difference": f"{verdict['difference']:+.4f} [{low:+.4f}, {high:+.4f}]",
            }
        )
    return rows


def claims_sentence(verdicts: Sequence[dict]) -> str:
    """How many claims hold, do not, and cannot be told."""
    counts = {kind: sum(v["verdict"] == kind for v in verdicts)
              for kind in (paper.HOLDS, paper.FAILS, paper.UNCLEAR)}  # fmt: skip
    return (
        f"Of {len(verdicts)} claims, {counts[paper.HOLDS]} hold here, {counts[paper.FAILS]} do not "
        f"hold, and of {counts[paper.UNCLEAR]} the two sides cannot be told apart."
    )


def power_table(session: Session) -> list[dict[str, str]]:
    """What CLIPs were trained with: others as published, ours as measured."""
    card, published = files.read_json(CARD), paths.LIBRARY / "chapters/conclusion.json"
    models = [(one["model"], one["pairs"], one["pairs_seen"], one["compute"],
               f"published: {one['source']}")
              for one in files.read_json(published)["published"]]  # fmt: skip
    hours = f"{{:.1f}} hours of {card['machine']}"
    pairs, spent = card["corpus"]["scenes"], hours.format(card["hours"]["elapsed"])
    models.append(("the embedded CLIP", pairs, card["pairs_seen"], spent, "measured"))
    for row in long_babies(session):
        if "tutorial" not in row["system"]:
            seen, spent = row["params"]["best_epoch"] * row["n_train"], row["seconds"] / 3600
            models.append((f"{row['system']}, long run", row["n_train"], seen,
                           hours.format(spent), "measured"))  # fmt: skip
    return [
        {
            "model": model,
            "pictures with text": f"{pairs:,}",
            "pairs seen in training": f"{seen:,}",
            "compute": compute,
            "known by": source,
        }
        for model, pairs, seen, compute, source in models
    ]


def long_babies(session: Session) -> list[dict]:
    """The rows of chapter 07's long run on the scored split; none where nobody has made it."""
    record = session.long_record("07_baby_clip")
    return [row for row in record["rows"] if row["split"] == session.scored] if record else []


def best_ranks(systems: Sequence[Evaluation], split: str) -> np.ndarray:
    """The best rank that any of the systems gives to each query's image, float [n_query]."""
    return np.min([one.ranks[split][0] for one in systems], axis=0)


def beyond_all(systems: Sequence[Evaluation], split: str) -> np.ndarray:
    """Queries by the best rank that any of the systems gives, worst first, int [n_query]."""
    return np.argsort(-best_ranks(systems, split), kind="stable")


def failure_sentence(systems: Sequence[Evaluation], split: str) -> str:
    """How many queries all systems miss."""
    best = best_ranks(systems, split)
    return (
        f"No system has the true image among its first {metrics.CUTOFF} for "
        f"{(best > metrics.CUTOFF).sum():,} of {len(best):,} descriptions, and none before rank "
        f"{FAR} for {(best > FAR).sum():,}."
    )


def most_confident_error(one: Evaluation, split: str, truth: np.ndarray) -> tuple[int, int, float]:
    """The query whose first image is wrong and furthest above the true one: joke and lesson.

    Returns the query, the image that was put first, and the gap in standard deviations of the
    query's scores.
    """
    scores = one.scores(split)
    first, rows = retrieval.top_k(scores, 1)[:, 0], np.arange(len(scores))
    gap = (scores[rows, first] - scores[rows, truth]) / scores.std(axis=1)
    query = int(gap.argmax())
    return query, int(first[query]), float(gap[query])


def three_failures(session: Session, records: Sequence[dict]) -> list[dict[str, str]]:
    """The paper's three failures, what was blamed, and what was measured; from records alone."""
    score = scored(session, [row for record in records for row in record["rows"]])
    facts = {record["notebook"]: record["facts"] for record in records}
    looks = facts.get("05_captioning", {}).get("looks", {}).get("caption.zero_shot")
    failures = []
    if "deep.fixed" in score:
        failures.append(deep_failure(score, session.chance()))
    if looks:
        failures.append(caption_failure(score, looks["losses"]))
    if "baby.resnet50_distilbert" in score:
        failures.append(baby_failure(score, {r["system"]: r for r in long_babies(session)}))
    names = ("failure", "what it was", "what mends it")
    return [dict(zip(names, failure, strict=True)) for failure in failures]


def deep_failure(score: Mapping[str, dict], chance: float) -> tuple[str, str, str]:
    """Section 3: networks that found nothing."""
    near = [name.removeprefix("deep.fault_").replace("_", " ") for name, row in score.items()
            if name.startswith("deep.fault_") and row["map_at_20"] < 2 * chance]  # fmt: skip
    return (
        "3: deep regression finds nearly nothing",
        "Not depth: the paper's three networks, rebuilt, score "
        f"{tables.score_text(score['deep.mlp_direct'])} and the like. Of the faults that we "
        f"put in on purpose, these alone end near chance: {', '.join(near) or 'none'}.",
        f"`deep.fixed` {tables.score_text(score['deep.fixed'])}",
    )


def caption_failure(score: Mapping[str, dict], losses: Mapping) -> tuple[str, str, str]:
    """Section 3.1: fluent captions of nothing."""
    (low, high), mended = losses["ci95"], score.get("caption.finetuned")
    return (
        "3.1: fluent captions that have nothing to do with the picture",
        "Nobody had trained the layers that look at the picture: another picture changes the "
        f"loss by {losses['difference']:+.3f} [{low:+.3f}, {high:+.3f}].",
        f"training them: `caption.finetuned` {tables.score_text(mended)}"
        if mended
        else "not run here",
    )


def baby_failure(score: Mapping[str, dict], long: Mapping[str, dict]) -> tuple[str, str, str]:
    """Section 4.2: baby CLIPs that seem to draw pictures blindly."""
    lost, name = long.get("baby.tutorial_loss"), "baby.resnet50_distilbert"
    return (
        "4.2: baby CLIPs that seem to pick at random",
        f"The tutorial's loss: with it the same towers score {tables.score_text(lost)}."
        if lost
        else "`make baby-long` tells: the tutorial's loss has not been tried on this data.",
        f"CLIP's own loss: {tables.score_text(long.get(name) or score[name])}",
    )
