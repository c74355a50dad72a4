"""The site's own pages, filled in with what they show of the records."""

import re
from pathlib import Path

import pandas as pd

from lib.base import files, paths
from lib.base.settings import Settings
from lib.data import source as sources
from lib.data.dataset import Dataset
from lib.record.records import LONG
from lib.search import evaluation
from lib.show import findings, readme, tables
from lib.show.site import beside, chapter
from lib.show.tables import render

PAGES = Path(__file__).with_name("pages")


def write(source: Path, run: Settings, records: list[dict], names: list[str]) -> None:
    """Write the pages that are no chapters; names: the chapters that are written already."""

    def link(notebook: str, text: str = "") -> str:
        """A link to a chapter, or its plain name where the site does not have it."""
        return f"[{text or notebook}]({notebook}.ipynb)" if notebook in names else text or notebook

    split = tables.scored(records)
    shown = [record for record in records if record["notebook"] in names]
    stored = measured(run, records)
    data = sources.load(run, records[0]["data"]["fingerprint"]) if any(stored.values()) else None
    rows = tables.summary(run.name, records, run.size)
    values = {
        "link": link,
        "commits": list(dict.fromkeys(r["environment"]["git_commit"][:10] for r in records)),
        "split": split,
        "strip": strip(source / "extra", run, records),
        "findings": findings.text(findings.worlds(records)),
        "results": readme.tabled({run.name: records}, link, "claims.md", run.size) if rows else "",
        "left_out": tables.left_out(records, split),
        "chapters": [row | opening(source, row["notebook"]) for row in tables.chapters(shown)],
        "claims": tables.claims(records),
        "ranks": ranks(source / "downloads", data, stored),
        "records": copied(source / "downloads", run),
        "beside": beside.write(source / "extra/beside", getattr(data, split, None), stored[split]),
    }
    for page in sorted(PAGES.glob("*.md")):
        files.write_bytes(source / page.name, render(page, **values).encode())


def strip(extra: Path, run: Settings, records: list[dict]) -> str:
    """The paper's query under all families, where the last chapter has drawn it."""
    path, alt = paths.figures_dir(run.name, run.size) / findings.STRIP, findings.alt(records)
    return chapter.picture(extra, path.stem, path.read_bytes(), alt, 640) if path.is_file() else ""


def measured(run: Settings, records: list[dict]) -> dict[str, dict[str, tuple[Path, dict]]]:
    """Split → each system whose answers are stored: its file and its row."""
    stored = {path.stem: path for path in paths.runs_dir(run.name, run.size).glob("*.npz")}
    by_split: dict[str, dict[str, tuple[Path, dict]]] = {"dev": {}, "test": {}}
    for row in (row for record in records for row in record["rows"]):
        if row["status"] == "measured" and row["system"] in stored:
            by_split[row["split"]][row["system"]] = stored[row["system"]], row
    return by_split


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


def ranks(folder: Path, data: Dataset | None, stored: dict) -> list[str]:
    """Write a CSV of ranks for each measured split, a column a system or seed; returns names."""
    for name, systems in stored.items():
        if not systems:
            continue
        split = getattr(data, name)
        images = [split.images[i].name for i in split.truth]
        columns = {"query": split.query_ids, "image": images}
        for system, (path, _) in sorted(systems.items()):
            by_seed, _ = evaluation.ranks_of(path, name)
            for seed, one in enumerate(by_seed):
                columns[f"{system}, seed {seed}" if len(by_seed) > 1 else system] = one
        text = pd.DataFrame(columns).to_csv(index=False, float_format="%g")
        files.write_bytes(folder / f"ranks-{name}.csv", text.encode())
    return [f"ranks-{name}.csv" for name, systems in stored.items() if systems]
