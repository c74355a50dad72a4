"""A chapter's answer: three lines for each world, chosen by verdict and filled from its record."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, reduce
from operator import getitem

from matplotlib.figure import Figure

from lib.base import paths
from lib.record import names, paper, records
from lib.search import metrics
from lib.show import kit, tables

KINDS = {paper.HOLDS: "holds", paper.FAILS: "fails", paper.UNCLEAR: "undecided"}
LACKING = "Not measured in this run."


@cache
def templates() -> dict:
    """The content of openings.toml: chapter → its lines and systems, and the verdicts' own."""
    return tomllib.loads((paths.LIBRARY / "record/openings.toml").read_text(encoding="utf-8"))


def verdict(claim: dict, reason: str = "") -> str:
    """A claim that was judged, in a sentence; one without a verdict was not run, and says why."""
    about = paper.claim(claim["claim"])
    gap = tables.gap_text(claim) if "verdict" in claim else ""
    kind = kind_of(claim) if gap else "not_run"
    return templates()["verdicts"][kind].format(**about, gap=gap, reason=reason)


def kind_of(claim: dict) -> str:
    return KINDS.get(claim["verdict"], "alike")


def lines(record: dict) -> list[str]:
    """The three lines of a record; one that nothing was measured for gives the reason."""
    claims = {claim["claim"]: claim for claim in record["claims"]}
    known, every = values(record), templates()[record["notebook"]]["lines"]
    chosen = (filled(line, known, claims, why_not(line, record)) for line in every)
    return list(dict.fromkeys(chosen))  # a reason that holds for all is given once


def why_not(line: dict, record: dict) -> str:
    """Why a line has no numbers: what it is about was not run, or nothing was; else empty."""
    left = {row["system"]: row["reason"] for row in record["rows"] if row["status"] == "not_run"}
    about = paper.claim(line["claim"]) if "claim" in line else {}
    reasons = [left[about[side]] for side in ("better", "worse") if about.get(side) in left]
    if not reasons and all(row["status"] == "not_run" for row in record["rows"]):
        reasons = list(left.values())
    short = reasons[0].partition(":")[0] if reasons else ""
    return f"Not run here: {short}." if short else ""


def section(notebook: str, name: str, facts: Mapping) -> str:
    """What a section of a chapter found: its texts, chosen and filled by facts."""
    known = {"fact": facts, "paper": paper.values()}
    return " ".join(filter(None, (filled(line, known) for line in templates()[notebook][name])))


def filled(line: dict, known: Mapping, claims: Mapping = {}, reason: str = "") -> str:
    """`worded`, or the reason where it lacks a number."""
    try:
        return worded(line, known, claims)
    except (KeyError, IndexError, TypeError, ValueError):  # not measured, or in part
        return reason or line.get("lacking", LACKING)


def worded(line: dict, known: Mapping, claims: Mapping) -> str:
    """A line in the words for a claim's verdict or a fact's; KeyError and others without it."""
    kind, gap, more = "always", None, {}
    if "claim" in line:
        gap = claims[line["claim"]]
        kind, more = kind_of(gap), {"margin": paper.claim(line["claim"])["margin"]}
    elif "fact" in line:
        kind = gap = reduce(getitem, line["fact"], known["fact"])
    if isinstance(gap, list):
        gap = {"difference": gap[0], "ci95": gap[1] if len(gap) == 2 else gap[1:]}
    if isinstance(gap, Mapping):  # otherwise the fact is a verdict
        value, (low, high) = gap["difference"], gap["ci95"]
        sign = "holds" if low > 0 else "fails" if high < 0 else "undecided"
        kind = kind if "claim" in line else sign
        more |= {"gap": f"{value:+.3f} [{low:+.3f}, {high:+.3f}]", "size": f"{abs(value):.3f}"}
    return line[kind].format(**known, **more)


def values(record: dict) -> dict:
    """What the texts are filled with."""
    rows = rows_of(record)
    seeds = {name: row.get("params", {}).get("by_seed", [row["map_at_20"]])
             for name, row in rows.items()}  # fmt: skip
    n = record["data"]["n_test" if tables.scored([record]) == "test" else "n_dev"]
    return {
        "score": {name: f"{row['map_at_20']:.3f}" for name, row in rows.items()},
        "range": {name: f"{min(own):.3f} to {max(own):.3f}" for name, own in seeds.items()},
        "paper": paper.values(),
        "fact": record["facts"],
        "chance": float(metrics.precision_at_k(range(1, n + 1)).mean()),
        "n_queries": n,
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
    places = {name: paths.record_path(name, notebook) for name in names.known()["worlds"]}
    shown = {own["data"]["name"]: own} if own else {}
    others = {name: records.readable(path) for name, path in places.items() if name not in shown}
    return shown | {name: record for name, record in others.items() if record}


def text(notebook: str, own: dict | None = None) -> str:
    """The opening in Markdown, empty for a chapter without one; own: this run's record, if any."""
    if notebook not in templates():
        return ""
    parts = []
    for name, record in worlds(notebook, own).items():
        here = f", {record['profile']}" * (record["profile"] != "full") + ", this run"
        title = label(name) + (here if record is own else "")
        items = "\n".join(f"- {line}" for line in lines(record))
        parts.append(f"**{title[0].upper()}{title[1:]}**\n\n{items}")
    return "\n\n".join(parts)


def label(name: str) -> str:
    return names.known()["worlds"].get(name, name)


def chart(notebook: str, own: dict | None = None) -> Figure | None:
    """The scores that the opening speaks of, a row a system, a mark a world; None without any."""
    measured = {name: rows_of(r) for name, r in worlds(notebook, own).items()}
    return comparison(measured, templates().get(notebook, {}).get("systems", ()))


def comparison(measured: Mapping[str, Mapping[str, dict]], systems: Sequence[str]) -> Figure | None:
    """Scores with intervals, a row for each system, and the paper's beside them.

    measured: world → system → its row.
    """
    rows = {
        system: {
            world: (own[system]["map_at_20"], own[system]["map_at_20_ci95"])
            for world, own in measured.items()
            if system in own
        }
        for system in systems
    }
    rows = {system: of for system, of in rows.items() if of}
    if not rows:
        return None
    looks = names.known()["looks of worlds"]
    shown = {world: (label(world), tuple(looks.get(world, looks["another"])))
             for world in measured if any(world in of for of in rows.values())}  # fmt: skip
    theirs = {system: paper.values()[system] for system in rows if system in paper.values()}
    for system, value in theirs.items():
        rows[system]["paper"] = value, ()
    if theirs:
        shown["paper"] = "the paper, on its own photographs", (kit.GREY, "|")
    ends = [value for of in rows.values() for value, _ in of.values()]
    zoomed = min(ends) > max(ends) / 2
    about = "map_at_20, 95 % interval" + "; the axis does not begin at 0" * zoomed
    figure = kit.dots(rows, shown, None if zoomed else 0, 0.46, xlabel=about)
    scores = ((names.readable(s), [f"{shown[w][0]} {v:.3f}" for w, (v, _) in of.items()])
              for s, of in rows.items())  # fmt: skip
    figure.set_label("Scores in each world: " + "; ".join(f"{s} {', '.join(v)}" for s, v in scores))
    return figure
