"""What the site's own pages show of the records: tables, reasons, verdicts, downloads."""

import re
from pathlib import Path
from string import Template

from lib.base import files, paths
from lib.base.settings import Settings
from lib.record import paper, records
from lib.search import metrics
from lib.show import figures, readme, tables
from lib.show.site import chapter, ranks

PAGES = Path(__file__).with_name("pages")
RESTS_ON = {  # part of a system's id → label and name of the publication that it rests on
    "ridge_random": ("mikolov2013", "Mikolov et al. 2013"),
    "elasticnet": ("zou2005", "Zou & Hastie 2005"),
    "xgboost": ("chen2016", "Chen & Guestrin 2016"),
    "caption.": ("radford2019", "Radford et al. 2019"),
    "clip.": ("radford2021", "Radford et al. 2021"),
    "resnet50": ("he2016", "He et al. 2016"),
    "deit": ("touvron2021", "Touvron et al. 2021"),
    "distilbert": ("sanh2019", "Sanh et al. 2019"),
}


def write_pages(source: Path, run: Settings, found: list[dict], names: list[str]) -> None:
    """Write the pages that are no chapters, with what they show of the records filled in."""
    split = scored(found)
    parts = {
        "data": data_sentence(found),
        "results": results(run, found, split, names),
        "chart": chart(source, found, split),
        "not_run": not_run(found, split, names),
        "chapters": chapter_table(source, found, names),
        "claims": claims(found, names),
        "downloads": downloads(source, run, found, names),
    }
    for page in sorted(PAGES.glob("*.md")):
        text = Template(page.read_text(encoding="utf-8")).substitute(parts)
        files.write_bytes(source / page.name, text.encode())


def scored(found: list[dict]) -> str:
    """The split that a run reports: test, or development where there is no key."""
    rows = [row for record in found for row in record["rows"] if row["system"] != "chance"]
    return "dev" if {r["split"] for r in rows if r["status"] == "measured"} == {"dev"} else "test"


def rows_of(found: list[dict], split: str) -> list[tuple[str, dict]]:
    """(notebook, row) of every system on a split, in the order of the chapters."""
    return [(f["notebook"], row) for f in found for row in f["rows"] if row["split"] == split]


def link(notebook: str, names: list[str], text: str = "") -> str:
    """A link to a chapter, or its plain name where the site does not have it."""
    text = text or notebook
    return f"[{text}]({notebook}.ipynb)" if notebook in names else text


def table(rows: list[dict[str, str]], otherwise: str) -> str:
    """Rows of equal keys as a Markdown table, or a sentence where there are none."""
    return readme.markdown(rows) if rows else otherwise


def whole(score: str) -> str:
    """A score and its interval, which breaks between the two and nowhere else."""
    return score.replace(", ", ",&nbsp;")


def data_sentence(found: list[dict]) -> str:
    """What was searched, and which code measured it."""
    data = found[0]["data"]
    commits = dict.fromkeys(record["environment"]["git_commit"][:10] for record in found)
    return (
        f"Data: **{data['name']}**, {data['n_train']:,} train and {data['n_test']:,} test images, "
        f"fingerprint `{data['fingerprint'][:19]}…`. Measured at commit {', '.join(commits)}."
    )


def results(run: Settings, found: list[dict], split: str, names: list[str]) -> str:
    """The summary: the paper's systems and the best of our own, beside the published numbers."""
    verdicts = [claim for record in found for claim in record["claims"]]
    told = []
    for notebook, row in rows_of(found, split):
        if not readme.is_shown(row):
            continue
        [row] = tables.comparison([row], verdicts, found[0]["data"])
        ours = readme.short(row)
        told.append(
            {
                "system": link(notebook, names, f"`{row['system']}`"),
                "[paper](#pickens)": row["paper"],
                f"ours on {split}": whole(ours) if ours[0].isdigit() else f"[{ours}](#not-run)",
                "verdict": re.sub(r" \(.+?\)", "", row["verdict"]).replace("; ", "<br>"),
            }
        )
    return table(told + long_rows(run, split, names), "No system of the paper is measured yet.")


def long_rows(run: Settings, split: str, names: list[str]) -> list[dict[str, str]]:
    """The same for the long runs, which no report waits for."""
    told = []
    for notebook in names:
        record = records.read_long(run.name, notebook, run.size)
        for _, row in rows_of([record] if record else [], split):
            if row["status"] == "measured" and readme.is_shown(row):
                system = link(notebook, names, f"`{row['system']}`")
                ours = whole(tables.score_text(row))
                told.append({"": f"{system}, long run", "p": "—", "o": ours, "v": ""})
    return told


def chart(source: Path, found: list[dict], split: str) -> str:
    """The same as a chart with the paper's numbers and chance; empty if nothing is measured."""
    rows = [r for _, r in rows_of(found, split) if readme.is_shown(r) and r["status"] == "measured"]
    rows = [row for row in rows if row["system"] != "chance"]
    if not rows:
        return ""
    chance = metrics.chance(rows[0]["n_gallery"])["map_at_20"]
    ending, picture = figures.encoded(figures.score_chart(rows, paper.values(), chance))
    path = f"figures/summary.{ending}"
    files.write_bytes(source / "extra" / path, picture)
    best = max(rows, key=lambda row: row["map_at_20"])
    alt = (
        f"Bars with intervals of {len(rows)} systems beside the paper's numbers: best "
        f"{best['system']} with {best['map_at_20']:.3f}, chance {chance:.4f}"
    )
    return chapter.picture(path, alt, 700)


def not_run(found: list[dict], split: str, names: list[str]) -> str:
    """Every system that was not measured, by chapter and reason."""
    why: dict[tuple[str, str], list[str]] = {}
    for notebook, row in rows_of(found, split):
        if row["status"] != "measured":
            why.setdefault((notebook, row["reason"]), []).append(f"`{row['system']}`")
    told = [
        f"- {link(notebook, names)}: {', '.join(systems)}  \n  {reason}"
        for (notebook, reason), systems in why.items()
    ]
    return "\n".join(told) or "No system was left out."


def chapter_table(source: Path, found: list[dict], names: list[str]) -> str:
    """Title and question of each chapter, and the time that it took."""
    seconds = {record["notebook"]: record["seconds"] for record in found}
    told = []
    for name in names:
        opening = "".join(files.read_json(source / f"{name}.ipynb")["cells"][0]["source"])
        title, question = (re.search(p, opening, re.M) for p in (r"^# (.+)", r"^\*\*(.+)\*\*"))
        told.append(
            {
                "chapter": link(name, names, title[1] if title else name),
                "question": question[1] if question else "",
                "time": tables.minutes(seconds[name]).replace(" ", "&nbsp;"),
            }
        )
    return table(told, "")


def claims(found: list[dict], names: list[str]) -> str:
    """What the paper claims, where it does, and what became of it here."""
    judged = {claim["claim"]: (f["notebook"], claim) for f in found for claim in f["claims"]}
    told = []
    for claim in paper.published()["claims"]:
        notebook, verdict = judged.get(claim["id"], ("", {}))
        measured, outcome = "", "no verdict here"
        if verdict:
            low, high = verdict["ci95"]
            measured = f"<br>{verdict['difference']:+.4f} [{low:+.4f}, {high:+.4f}]"
            outcome = f"**{verdict['verdict']}**<br>{link(notebook, names)}"
        told.append(
            {
                "the paper says": f"{claim['says']}<br>{sources(claim)}",
                "the comparison": f"`{claim['better']}` above `{claim['worse']}`{whole(measured)}",
                "verdict": outcome,
            }
        )
    return table(told, "")


def sources(claim: dict) -> str:
    """Links into the bibliography: the paper's section, and what the two systems rest on."""
    systems = f"{claim['better']} {claim['worse']}"
    cited = [("pickens", f"Pickens § {claim['section']}")]
    cited += [publication for part, publication in RESTS_ON.items() if part in systems]
    return "; ".join(f"[{text}](#{label})" for label, text in cited)


def downloads(source: Path, run: Settings, found: list[dict], names: list[str]) -> str:
    """Links to the ranks of every query and to the records, which are copied beside."""
    folder = source / "downloads"
    holds = dict.fromkeys(ranks.write(folder, run, found), "every system's rank for every query")
    for path in sorted(paths.results_dir(run.name, run.size).glob("*.json")):
        files.write_bytes(folder / path.name, path.read_bytes())
        kind = "long run's record" if path.name.endswith(records.LONG) else "record"
        holds[path.name] = f"the {kind} of {link(path.name.partition('.')[0], names)}"
    told = [{"file": f"[{name}](downloads/{name})", "holds": text} for name, text in holds.items()]
    return table(told, "Nothing is measured yet.")
