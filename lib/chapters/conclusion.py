"""The last chapter's own steps: all records read together, and what they say as a whole."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

from lib.base import files, paths
from lib.chapters.session import Session
from lib.features.clip import CARD
from lib.record import paper
from lib.search import fusion, metrics, retrieval
from lib.search.runs import SystemRun
from lib.show import tables

FUSIONS = {  # id → the families that may take part
    "fusion.all": ("classic", "deep", "caption", "clip", "baby"),
    "fusion.without_clip": ("classic", "deep", "caption", "baby"),
}
ALIKE = ("chance", "tuning", "boosting")  # families that no chart shows beside the baseline
LEVEL = 0.05  # chance that Holm's matrix tells any pair apart that is alike
FAR = 100  # rank beyond which nobody looks


def families(rows: Sequence[dict]) -> dict[str, str]:
    """Family → its best system on development, of those that were measured.

    Systems that look at the test queries as a whole, and faults made on purpose, stand aside.
    """
    found: dict[str, dict] = {}
    for row in rows:
        name = row["system"]
        aside = name.endswith("_transductive") or name.startswith("deep.fault_")
        if row["status"] != "measured" or row["split"] != "dev" or aside:
            continue
        family = name.split(".")[0]
        if row["map_at_20"] > found.get(family, {"map_at_20": -1.0})["map_at_20"]:
            found[family] = row
    return {family: row["system"] for family, row in found.items()}


def by_cosine(session: Session, rows: Sequence[dict], among: Sequence[str]) -> dict[str, SystemRun]:
    """The best system of each of these families that scores by cosine, for a fusion."""
    cosine = [r for r in rows if r.get("params", {}).get("metric") == "cosine"]
    best = families(cosine)
    return {best[family]: session.use(best[family]) for family in among if family in best}


def fusions(session: Session, rows: Sequence[dict]) -> dict[str, list[dict]]:
    """Add every fusion that has two systems to fuse; returns the steps that led to each."""
    found = {}
    for name, among in FUSIONS.items():
        parts = by_cosine(session, rows, among)
        if len(parts) < 2:
            session.leave_out([name], "needs two families of systems that were measured here")
            continue
        weights, found[name] = fusion.chosen(parts, session.data.dev.truth)
        session.add(fusion.fused(session.data, name, parts, weights))
    return found


def system(session: Session, name: str) -> SystemRun:
    """A system of this chapter or of an earlier one."""
    return session.systems.get(name) or session.use(name)


def shown(session: Session, rows: Sequence[dict]) -> list[dict]:
    """Rows of the chart and of the matrix, best first.

    They are the paper's systems, the best of each family, and the fusions.
    """
    kept = {*families(rows).values(), *FUSIONS}
    found = [
        row
        for row in rows
        if row["status"] == "measured"
        and row["split"] == session.scored
        and row["system"] != "chance"
        and (paper.system(row["system"]) or row["system"] in kept)
    ]
    return sorted(found, key=lambda row: -row["map_at_20"])


def best_of_families(session: Session, rows: Sequence[dict]) -> dict[str, SystemRun]:
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
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    found = {}
    for one, other in pairs:
        gaps = precision[one] - precision[other]
        p = float(stats.ttest_1samp(gaps, 0.0).pvalue) if gaps.any() else 1.0
        found[one, other] = {"difference": float(gaps.mean()), "p": p}
    told = holm([pair["p"] for pair in found.values()])
    return {pair: {**values, "apart": bool(apart)}
            for (pair, values), apart in zip(found.items(), told, strict=True)}  # fmt: skip


def holm(p_values: Sequence[float], level: float = LEVEL) -> np.ndarray:
    """Which hypotheses Holm's step-down rejects at a level for all together, bool [n]."""
    p = np.asarray(p_values)
    order = np.argsort(p, kind="stable")
    passed = p[order] <= level / np.arange(len(p), 0, -1)
    rejected = np.zeros(len(p), dtype=bool)
    rejected[order] = np.logical_and.accumulate(passed)
    return rejected


def matrix_sentence(found: Mapping[tuple[str, str], dict]) -> str:
    """How many pairs can be told apart."""
    apart = sum(pair["apart"] for pair in found.values())
    return (
        f"Of {len(found)} pairs {apart} can be told apart at a level of {LEVEL} for all of them "
        f"together; {len(found) - apart} cannot."
    )


def cost_points(rows: Sequence[dict], names: Sequence[str], split: str) -> list[dict]:
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


def claims_table(found: Sequence[dict]) -> list[dict[str, str]]:
    """Every claim of the paper that was judged, with its verdict."""
    rows = []
    for verdict in found:
        claim = paper.claim(verdict["claim"])
        low, high = verdict["ci95"]
        rows.append(
            {
                "section": claim["section"],
                "the paper says": claim["says"],
                "here": verdict["verdict"],
                "difference": f"{verdict['difference']:+.4f} [{low:+.4f}, {high:+.4f}]",
            }
        )
    return rows


def claims_sentence(found: Sequence[dict]) -> str:
    """How many claims hold, do not, and cannot be told."""
    counts = {kind: sum(v["verdict"] == kind for v in found)
              for kind in (paper.HOLDS, paper.FAILS, paper.UNCLEAR)}  # fmt: skip
    return (
        f"Of {len(found)} claims, {counts[paper.HOLDS]} hold here, {counts[paper.FAILS]} do not "
        f"hold, and of {counts[paper.UNCLEAR]} the two sides cannot be told apart."
    )


def power_table(session: Session) -> list[dict[str, str]]:
    """What CLIPs were trained with: others as published, ours as measured."""
    told = files.read_json(paths.LIBRARY / "chapters/conclusion.json")["published"]
    rows = [power_row(one["model"], one["pairs"], one["pairs_seen"], one["compute"],
                      f"published: {one['source']}") for one in told]  # fmt: skip
    card, hours = files.read_json(CARD), "{:.1f} hours of {}"
    spent = hours.format(card["hours"]["elapsed"], card["machine"])
    pairs = card["corpus"]["scenes"]  # each with one caption
    rows.append(power_row("the embedded CLIP", pairs, card["pairs_seen"], spent, "measured"))
    for row in long_babies(session):
        if "tutorial" not in row["system"]:
            seen = row["params"]["best_epoch"] * row["n_train"]
            spent = hours.format(row["seconds"] / 3600, card["machine"])
            rows.append(power_row(f"{row['system']}, long run", row["n_train"], seen, spent,
                                  "measured"))  # fmt: skip
    return rows


def long_babies(session: Session) -> list[dict]:
    """The rows of chapter 07's long run on the scored split; none where nobody has made it."""
    record = session.long_record("07_baby_clip")
    return [row for row in record["rows"] if row["split"] == session.scored] if record else []


def power_row(model: str, pairs: int, seen: int, compute: str, told: str) -> dict[str, str]:
    """One model's training, for reading."""
    return {
        "model": model,
        "pictures with text": f"{pairs:,}",
        "pairs seen in training": f"{seen:,}",
        "compute": compute,
        "known by": told,
    }


def beyond_all(runs: Sequence[SystemRun], split: str) -> np.ndarray:
    """Queries by the best rank that any of the systems gives, worst first, int [n_query]."""
    best = np.min([run.ranks[split][0] for run in runs], axis=0)
    return np.argsort(-best, kind="stable")


def failure_sentence(runs: Sequence[SystemRun], split: str) -> str:
    """How many queries all systems miss."""
    best = np.min([run.ranks[split][0] for run in runs], axis=0)
    return (
        f"No system has the true image among its first {metrics.CUTOFF} for "
        f"{(best > metrics.CUTOFF).sum():,} of {len(best):,} descriptions, and none before rank "
        f"{FAR} for {(best > FAR).sum():,}."
    )


def most_confident_error(run: SystemRun, split: str, truth: np.ndarray) -> tuple[int, int, float]:
    """The query whose first image is wrong and furthest above the true one: joke and lesson.

    Returns the query, the image that was put first, and the gap in standard deviations of the
    query's scores.
    """
    scores = run.scores(split)
    first = retrieval.top_k(scores, 1)[:, 0]
    rows = np.arange(len(scores))
    gap = (scores[rows, first] - scores[rows, truth]) / scores.std(axis=1)
    query = int(gap.argmax())
    return query, int(first[query]), float(gap[query])


def facts_of(found: Sequence[dict], notebook: str) -> dict:
    """The facts of one chapter's record; empty where there is none."""
    return next((r["facts"] for r in found if r["notebook"] == notebook), {})


def three_failures(session: Session, found: Sequence[dict]) -> list[dict[str, str]]:
    """The paper's three failures, what was blamed, and what was measured; from records alone."""
    score = {r["system"]: r for record in found for r in record["rows"]
             if r["split"] == session.scored and r["status"] == "measured"}  # fmt: skip
    makers = (deep_failure, caption_failure, baby_failure)
    return [row for maker in makers if (row := maker(session, score, found))]


def deep_failure(session: Session, score: Mapping[str, dict], found: Sequence[dict]) -> dict | None:
    """Section 3: networks that found nothing."""
    if "deep.fixed" not in score:
        return None
    chance = session.chance()
    near = [name.removeprefix("deep.fault_").replace("_", " ") for name, row in score.items()
            if name.startswith("deep.fault_") and row["map_at_20"] < 2 * chance]  # fmt: skip
    return {
        "failure": "3: deep regression finds nearly nothing",
        "what it was": (
            f"Not depth: the paper's three networks, rebuilt, score "
            f"{tables.score_text(score['deep.mlp_direct'])} and the like. Of the faults that we "
            f"put in on purpose, these alone end near chance: {', '.join(near) or 'none'}."
        ),
        "what mends it": f"`deep.fixed` {tables.score_text(score['deep.fixed'])}",
    }


def caption_failure(
    session: Session, score: Mapping[str, dict], found: Sequence[dict]
) -> dict | None:
    """Section 3.1: fluent captions of nothing."""
    looks = facts_of(found, "05_captioning").get("looks", {}).get("caption.zero_shot")
    if looks is None:
        return None
    losses = looks["losses"]
    low, high = losses["ci95"]
    mended = score.get("caption.finetuned")
    return {
        "failure": "3.1: fluent captions that have nothing to do with the picture",
        "what it was": (
            "Nobody had trained the layers that look at the picture: another picture changes the "
            f"loss by {losses['difference']:+.3f} [{low:+.3f}, {high:+.3f}]."
        ),
        "what mends it": f"training them: `caption.finetuned` {tables.score_text(mended)}"
        if mended
        else "not run here",
    }


def baby_failure(session: Session, score: Mapping[str, dict], found: Sequence[dict]) -> dict | None:
    """Section 4.2: baby CLIPs that seem to draw pictures blindly."""
    if "baby.resnet50_distilbert" not in score:
        return None
    by = {r["system"]: r for r in long_babies(session)}
    lost, kept = by.get("baby.tutorial_loss"), by.get("baby.resnet50_distilbert")
    told = (
        f"The tutorial's loss: with it the same towers score {tables.score_text(lost)}."
        if lost
        else "`make baby-long` tells: the tutorial's loss has not been tried on this data."
    )
    return {
        "failure": "4.2: baby CLIPs that seem to pick at random",
        "what it was": told,
        "what mends it": "CLIP's own loss: "
        + tables.score_text(kept or score["baby.resnet50_distilbert"]),
    }
