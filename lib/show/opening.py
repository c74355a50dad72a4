"""A chapter's answer: three lines for each world, chosen by verdict and filled from its record."""

import tomllib
from functools import cache

from matplotlib.figure import Figure

from lib.base import paths
from lib.record import names, paper, records
from lib.search import metrics
from lib.show import kit, tables

KINDS = {paper.HOLDS: "holds", paper.FAILS: "fails", paper.UNCLEAR: "undecided"}


@cache
def templates() -> dict:
    """The content of openings.toml: chapter → its lines and systems, and the verdicts' own."""
    return tomllib.loads((paths.LIBRARY / "record/openings.toml").read_text(encoding="utf-8"))


def verdict(claim: dict, reason: str = "") -> str:
    """A claim that was judged, in a sentence; one without a verdict was not run, and says why."""
    gap = tables.gap_text(claim) if "verdict" in claim else ""
    kind = KINDS.get(claim["verdict"], "alike") if gap else "not_run"
    about = paper.claim(claim["claim"])
    return templates()["verdicts"][kind].format(**about, gap=gap, reason=reason)


def lines(record: dict) -> list[str]:
    """The three lines of a record; one that nothing was measured for gives the reason."""
    known, filled = values(record), []
    for line in templates()[record["notebook"]]["lines"]:
        try:
            kind, more = decided(line, record)
            filled.append(line[kind].format(**known, **more))
        except (KeyError, IndexError, TypeError, ValueError):  # not measured, or in part
            filled.append(line.get("not_run") or why_not(line, record))
    return list(dict.fromkeys(filled))  # a reason that holds for all is given once


def why_not(line: dict, record: dict) -> str:
    """Why a line has no numbers: what it is about was not run, or nothing was."""
    left = {row["system"]: row["reason"] for row in record["rows"] if row["status"] == "not_run"}
    about = paper.claim(line["claim"]) if "claim" in line else {}
    reasons = [left[about[side]] for side in ("better", "worse") if about.get(side) in left]
    if not reasons and all(row["status"] == "not_run" for row in record["rows"]):
        reasons = list(left.values())
    short = reasons[0].partition(":")[0] if reasons else ""
    return f"Not run here: {short}." if short else "Not measured in this run."


def decided(line: dict, record: dict) -> tuple[str, dict]:
    """Which text of a line stands, and its difference; KeyError where it was not measured."""
    if "claim" in line:
        claim = {one["claim"]: one for one in record["claims"]}[line["claim"]]
        gap, (low, high) = claim["difference"], claim["ci95"]
        kind = KINDS.get(claim["verdict"], "alike")
    elif "fact" in line:
        fact = record["facts"]
        for key in line["fact"]:
            fact = fact[key]
        gap, low, high = fact if len(fact) == 3 else (fact[0], *fact[1])
        kind = "holds" if low > 0 else "fails" if high < 0 else "undecided"
    else:
        return "always", {}
    margin = paper.claim(line["claim"])["margin"] if "claim" in line else 0
    return kind, {"gap": f"{gap:+.3f} [{low:+.3f}, {high:+.3f}]", "margin": margin}


def values(record: dict) -> dict:
    """What the texts are filled with."""
    rows, n = rows_of(record), record["data"][f"n_{tables.scored([record])}"]
    seeds = {s: r.get("params", {}).get("by_seed", [r["map_at_20"]]) for s, r in rows.items()}
    return {
        "score": {system: f"{row['map_at_20']:.3f}" for system, row in rows.items()},
        "range": {system: f"{min(own):.3f} to {max(own):.3f}" for system, own in seeds.items()},
        "fact": record["facts"],
        "chance": float(metrics.precision_at_k(range(1, n + 1)).mean()),
        **{key: record["data"][key] for key in ("n_train", "n_test")},
    }


def rows_of(record: dict, split: str = "") -> dict[str, dict]:
    """The measured rows of a split, that which the record reports, and those it builds on."""
    split, rows = split or tables.scored([record]), {}
    for used in record.get("uses", ()):
        path = paths.record_path(record["data"]["name"], used, record["profile"])
        earlier = None if used.endswith(".long") else records.readable(path)
        rows |= rows_of(earlier, split) if earlier else {}
    own = [row for row in record["rows"] if row["status"] == "measured" and row["split"] == split]
    return rows | {row["system"]: row for row in own}


def worlds(notebook: str, own: dict | None = None) -> dict[str, dict]:
    """What is shown side by side, name → record: this run, and the committed worlds."""
    known = {name: paths.record_path(name, notebook) for name in names.known()["worlds"]}
    committed = {name: records.readable(path) for name, path in known.items()}
    mine = {own["data"]["name"]: own} if own else {}
    return mine | {name: r for name, r in committed.items() if r and name not in mine}


def label(name: str) -> str:
    return names.known()["worlds"].get(name, name)


def text(notebook: str, own: dict | None = None) -> str:
    """The opening in Markdown, empty for a chapter without one; own: this run's record, if any."""
    parts = []
    for name, record in worlds(notebook, own).items() if notebook in templates() else ():
        small = f", {record['profile']}" * (record["profile"] != "full")
        title = label(name) + f"{small}, this run" * (record is own)
        items = "\n".join(f"- {line}" for line in lines(record))
        parts.append(f"**{title[0].upper()}{title[1:]}**\n\n{items}")
    return "\n\n".join(parts)


def chart(notebook: str, own: dict | None = None) -> Figure | None:
    """Scores with intervals of the opening's systems, a mark a world; None without a system."""
    measured = {world: rows_of(record) for world, record in worlds(notebook, own).items()}
    rows: dict[str, dict] = {}
    for system in templates().get(notebook, {}).get("systems", ()):
        of = {w: (r[system]["map_at_20"], r[system]["map_at_20_ci95"])
              for w, r in measured.items() if system in r}  # fmt: skip
        theirs = {"paper": (paper.values()[system], ())} if system in paper.values() else {}
        rows |= {system: of | theirs} if of else {}
    if not rows:
        return None
    looks = names.known()["looks of worlds"]
    shown = {world: (label(world), tuple(looks.get(world, looks["another"]))) for world in measured}
    shown["paper"] = "the paper, on its own photographs", (kit.GREY, "|")
    shown = {key: how for key, how in shown.items() if any(key in of for of in rows.values())}
    ends = [value for of in rows.values() for value, _ in of.values()]
    zoomed = min(ends) > max(ends) / 2
    about = "map_at_20, 95 % interval" + "; the axis does not begin at 0" * zoomed
    figure = kit.dots(rows, shown, None if zoomed else 0, 0.46, xlabel=about)
    scores = {names.readable(system): ", ".join(f"{shown[w][0]} {of[w][0]:.3f}" for w in of)
              for system, of in rows.items()}  # fmt: skip
    figure.set_label("; ".join(f"{name}: {each}" for name, each in scores.items()))
    return figure
