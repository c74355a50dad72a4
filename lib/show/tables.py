"""Our rows beside the paper's numbers, in words."""

from lib.record import paper


def comparison(rows: list[dict], claims: list[dict], data: dict) -> list[dict[str, str]]:
    """Our rows beside the paper's numbers, with verdicts.

    The level is compared on the competition's own data alone; elsewhere the verdict is on
    the claim in which the paper puts the system above another.
    """
    verdicts = {claim["claim"]: claim for claim in claims}
    table = []
    for row in rows:
        said = paper.system(row["system"])
        table.append(
            {
                "system": row["system"],
                "split": row["split"],
                "paper": said.get("printed", "—"),
                "ours": score_text(row),
                "difference": difference_text(row, said, data),
                "verdict": verdict_text(row, verdicts, data),
            }
        )
    return table


def score_text(row: dict) -> str:
    """A row's score with its interval, or why there is none."""
    if row["status"] != "measured":
        return f"not run: {row['reason']}"
    low, high = row["map_at_20_ci95"]
    return f"{row['map_at_20']:.4f} [{low:.4f}, {high:.4f}]"


def difference_text(row: dict, said: dict, data: dict) -> str:
    """Ours minus the paper's, where the two may be compared."""
    if paper.level_verdict(row, data) in ("", paper.INCOMPARABLE):
        return "—"
    return f"{row['map_at_20'] - said['value']:+.{said['digits']}f}"


def verdict_text(row: dict, verdicts: dict[str, dict], data: dict) -> str:
    """The level's verdict, and that of each claim on the system against an earlier one."""
    parts = [paper.level_verdict(row, data)]
    for claim in paper.published()["claims"]:
        found = verdicts.get(claim["id"])
        if not found or found["split"] != row["split"] or judged(claim) != row["system"]:
            continue
        relation, other = "above", claim["worse"]
        if row["system"] == claim["worse"]:
            relation, other = "below", claim["better"]
        low, high = found["ci95"]
        parts.append(
            f"{relation} {other}: {found['verdict']} "
            f"({found['difference']:+.4f} [{low:+.4f}, {high:+.4f}])"
        )
    return "; ".join(filter(None, parts))


def judged(claim: dict) -> str:
    """The system in whose row a claim is judged: the one of the later chapter."""
    sides = claim["better"], claim["worse"]
    return max(sides, key=lambda system: paper.system(system).get("notebook", ""))


def minutes(seconds: float) -> str:
    """A duration for people."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
