"""Records as rows for people: dicts of texts and plain values. Who shows them chooses columns."""

from collections.abc import Sequence
from pathlib import Path

from lib.base import paths
from lib.record import paper
from lib.record.names import known
from lib.record.records import read_long

TAGS = "† reads tags that people gave the gallery's images, and stands in no headline."


def mark(row: dict) -> str:
    """What stands behind the name of a system that reads human tags; `TAGS` explains it."""
    return " †" if row.get("reads_tags") else ""


def best(rows: Sequence[dict]) -> dict:
    """The row that a headline may name: the highest score that was measured without human tags."""
    measured = [row for row in rows if row["status"] == "measured" and not row.get("reads_tags")]
    return max(measured, key=lambda row: row["map_at_20"])


def scored(records: Sequence[dict]) -> str:
    """The split that records report: test, or development where there is no key."""
    rows = [row for record in records for row in record["rows"] if row["system"] != "chance"]
    return "dev" if {r["split"] for r in rows if r["status"] == "measured"} == {"dev"} else "test"


def comparison(rows: list[dict], claims: list[dict], data: dict) -> list[dict[str, str]]:
    """Our rows beside the paper's, judged by level on its own data, elsewhere by its claims."""
    lines = []
    for row in rows:
        theirs, difference = paper.system(row["system"]), "—"
        if paper.level_verdict(row, data) not in ("", paper.INCOMPARABLE):
            difference = f"{row['map_at_20'] - theirs['value']:+.{theirs['digits']}f}"
        judged = [words + (f" ({numbers})" if numbers else "")
                  for words, numbers in verdicts(row, claims, data)]  # fmt: skip
        lines.append(
            {"system": row["system"] + mark(row), "split": row["split"],
             "paper": theirs.get("printed", "—"), "ours": score_text(row),
             "difference": difference, "verdict": "; ".join(judged)}
        )  # fmt: skip
    return lines


def results(records: Sequence[dict], split: str, is_long: bool = False) -> list[dict]:
    """The systems on a split that a summary shows, with their scores and the paper's.

    Of a long run only what was measured, since a report waits for none.
    """
    return [
        {"system": row["system"], "mark": mark(row), "notebook": record["notebook"],
         "paper": paper.system(row["system"]).get("printed", "—"),
         "score": score_text(row).partition(":")[0], "is_long": is_long}
        for record in records
        for row in record["rows"]
        if row["split"] == split
        and (paper.system(row["system"]) or row["system"] in known()["beyond the paper"])
        and (not is_long or row["status"] == "measured")
    ]  # fmt: skip


def judged(records: Sequence[dict]) -> list[dict]:
    return paper.judged([claim for record in records for claim in record["claims"]])


def summary(name: str, records: Sequence[dict], size: str = "full") -> list[dict]:
    split = scored(records)
    long = [read_long(name, record["notebook"], size) for record in records]
    return results(records, split) + results(list(filter(None, long)), split, is_long=True)


def left_out(records: Sequence[dict], split: str) -> list[dict]:
    """What was not measured: notebook, reason, and the systems that it holds for."""
    why: dict[tuple[str, str], list[str]] = {}
    for record in records:
        for row in record["rows"]:
            if row["split"] == split and row["status"] != "measured":
                why.setdefault((record["notebook"], row["reason"]), []).append(row["system"])
    return [{"notebook": n, "reason": reason, "systems": all_} for (n, reason), all_ in why.items()]


def claims(records: Sequence[dict]) -> list[dict]:
    """What the paper claims, with "notebook", "measured" and "verdict" where it was judged."""
    verdicts = {one["claim"]: one for one in judged(records)}
    chapter = {one["claim"]: record["notebook"] for record in records for one in record["claims"]}
    rows = []
    for claim in paper.published()["claims"]:
        notebook, one = chapter.get(claim["id"], ""), verdicts.get(claim["id"])
        measured, verdict = (gap_text(one), one["verdict"]) if one else ("", "")
        rows.append({**claim, "notebook": notebook, "measured": measured, "verdict": verdict})
    return rows


def contradict(one: dict, other: dict) -> bool:
    """Whether two worlds decide a claim, and not alike; no difference is a decision, too."""
    kinds = {each["verdict"].partition(" larger")[0] for each in (one, other)}
    return len(kinds) == 2 and not kinds & {"", paper.UNCLEAR}


def chapters(records: Sequence[dict]) -> list[dict]:
    section = {s["notebook"]: s["section"] for s in reversed(paper.published()["systems"])}
    section["09_conclusion"] = "5"
    return [
        {
            "notebook": record["notebook"],
            "section": section.get(record["notebook"], "—"),
            "figures": list(record.get("figures", ())),
            "record": paths.shown(paths.record_path(record["data"]["name"], record["notebook"])),
            "time": minutes(record["seconds"]),
            "memory": f"{record.get('peak_memory_mb', 0):,} MB",
        }
        for record in records
    ]


def data_text(data: dict) -> str:
    """What was searched: sizes, the network of computed features, and fingerprint."""
    sizes = f"{data['n_train']:,} train and {data['n_test']:,} test images"
    if "features" in data:
        sizes += f", features of {data['features']}"
    return f"{sizes}, fingerprint `{data['fingerprint'][:19]}…`"


def score_text(row: dict) -> str:
    """A row's score with its interval and over how many seeds, or why there is none."""
    if row["status"] != "measured":
        return f"not run: {row['reason']}"
    (low, high), n = row["map_at_20_ci95"], row.get("n_seeds", 0)
    seeds = f", {n} seeds" if n > 1 else ", one seed" if n else ""
    return f"{row['map_at_20']:.4f} [{low:.4f}, {high:.4f}]{seeds}"


def gap_text(claim: dict) -> str:
    low, high = claim["ci95"]
    return f"{claim['difference']:+.4f} [{low:+.4f}, {high:+.4f}]"


def verdicts(row: dict, claims: Sequence[dict], data: dict) -> list[tuple[str, str]]:
    """(words, numbers) of the level, which has none, and of claims against earlier systems."""
    judged = {claim["claim"]: claim for claim in claims}
    level = paper.level_verdict(row, data)
    parts = [(level, "")] if level else []
    for claim in paper.published()["claims"]:
        sides, verdict = (claim["better"], claim["worse"]), judged.get(claim["id"])
        later = max(sides, key=lambda system: paper.system(system).get("notebook", ""))
        if verdict and verdict["split"] == row["split"] and later == row["system"]:
            below = row["system"] == claim["worse"]
            times = f"{claim['times']} times " if "times" in claim else ""
            relation = f"below {times}{sides[0]}" if below else f"above {sides[1]}"
            parts.append((f"{relation}: {verdict['verdict']}", gap_text(verdict)))
    return parts


def minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def render(template: Path, **values: object) -> str:
    """The text of a template with values and `TAGS` filled in; UndefinedError for others."""
    import jinja2

    how = {"trim_blocks": True, "keep_trailing_newline": True}
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, **how)
    return environment.from_string(template.read_text(encoding="utf-8")).render(tags=TAGS, **values)


def table(rows: Sequence[dict[str, str]]) -> str:
    """Rows of equal keys as a Markdown table."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
