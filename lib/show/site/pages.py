"""The site's own pages, filled in with what they show of the records."""

import re
from pathlib import Path

import pandas as pd

from lib.base import files, paths
from lib.base.settings import Settings
from lib.data import source as sources
from lib.record import paper
from lib.record.records import LONG
from lib.search import evaluation, metrics
from lib.show import figures, kit, tables
from lib.show.site import chapter
from lib.show.tables import render

PAGES = Path(__file__).with_name("pages")


def write(source: Path, run: Settings, records: list[dict], names: list[str]) -> None:
    """Write the pages that are no chapters; names: the chapters that are written already."""

    def link(notebook: str, text: str = "") -> str:
        """A link to a chapter, or its plain name where the site does not have it."""
        return f"[{text or notebook}]({notebook}.ipynb)" if notebook in names else text or notebook

    split, rows = tables.scored(records), tables.summary(run.name, records, run.size)
    shown = [record for record in records if record["notebook"] in names]
    values = {
        "link": link,
        "data": records[0]["data"],
        "data_text": tables.data_text(records[0]["data"]),
        "commits": list(dict.fromkeys(r["environment"]["git_commit"][:10] for r in records)),
        "split": split,
        "rows": rows,
        "chart": chart(source, [row["row"] for row in rows if not row["is_long"]]),
        "left_out": tables.left_out(records, split),
        "chapters": [row | opening(source, row["notebook"]) for row in tables.chapters(shown)],
        "claims": tables.claims(records),
        "ranks": ranks(source / "downloads", run, records),
        "records": copied(source / "downloads", run),
    }
    for page in sorted(PAGES.glob("*.md")):
        files.write_bytes(source / page.name, render(page, **values).encode())


def chart(source: Path, rows: list[dict]) -> str:
    """The summary as a chart with the paper's numbers and chance; empty if nothing is measured."""
    rows = [row for row in rows if row["status"] == "measured" and row["system"] != "chance"]
    if not rows:
        return ""
    chance = metrics.chance(rows[0]["n_gallery"])["map_at_20"]
    ending, content = kit.encoded(figures.score_chart(rows, paper.values(), chance))
    files.write_bytes(source / f"extra/figures/summary.{ending}", content)
    best = tables.best(rows)
    alt = (
        f"Scores with intervals of {len(rows)} systems beside the paper's numbers: best "
        f"{best['system']} with {best['map_at_20']:.3f}, chance {chance:.4f}"
    )
    return chapter.picture(f"figures/summary.{ending}", alt, 700)


def opening(source: Path, name: str) -> dict[str, str]:
    text = "".join(files.read_json(source / f"{name}.ipynb")["cells"][0]["source"])
    title, question = (re.search(p, text, re.M) for p in (r"^# (.+)", r"^\*\*(.+)\*\*"))
    return {"title": title[1] if title else name, "question": question[1] if question else ""}


def copied(folder: Path, run: Settings) -> list[dict]:
    rows = []
    for path in sorted(paths.results_dir(run.name, run.size).glob("*.json")):
        files.write_bytes(folder / path.name, path.read_bytes())
        notebook, is_long = path.name.partition(".")[0], path.name.endswith(LONG)
        rows.append({"file": path.name, "notebook": notebook, "is_long": is_long})
    return rows


def ranks(folder: Path, run: Settings, records: list[dict]) -> list[str]:
    """Write a CSV of ranks for each measured split, a column a system or seed; returns names."""
    stored = {path.stem: path for path in paths.runs_dir(run.name, run.size).glob("*.npz")}
    by_split: dict[str, set[str]] = {}
    for row in (row for record in records for row in record["rows"]):
        if row["status"] == "measured" and row["system"] in stored:
            by_split.setdefault(row["split"], set()).add(row["system"])
    data = sources.load(run, records[0]["data"]["fingerprint"]) if by_split else None
    for name, systems in by_split.items():
        split = getattr(data, name)
        images = [split.images[i].name for i in split.truth]
        columns = {"query": split.query_ids, "image": images}
        for system in sorted(systems):
            by_seed, _ = evaluation.ranks_of(stored[system], name)
            for seed, one in enumerate(by_seed):
                columns[f"{system}, seed {seed}" if len(by_seed) > 1 else system] = one
        text = pd.DataFrame(columns).to_csv(index=False, float_format="%g")
        files.write_bytes(folder / f"ranks-{name}.csv", text.encode())
    return [f"ranks-{name}.csv" for name in sorted(by_split)]
