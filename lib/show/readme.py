"""README's generated part: tables and one chart, from the committed records alone."""

import re

from lib.base import commands, files, paths
from lib.base.settings import Settings
from lib.record import inputs, paper, records
from lib.show import tables

README = paths.ROOT / "README.md"
CHART = paths.ROOT / "figures" / "scores.png"
RUNS = {  # name of a committed run → what README calls it
    "scenes": "the drawn world",
    "real": "real photographs",
    "real-googlenews": "real photographs, GoogleNews vectors",
    "real-glove": "real photographs, GloVe vectors",
}
MAIN = "scenes"
BEYOND = (  # systems of our own that README shows beside the paper's
    "classic.kernel_ridge.image_to_text.tfidf.pool5.cosine",
    "classic.ridge.image_to_text.tfidf.pool5_tags.cosine",
    "deep.fixed",
    "caption.finetuned",
    "caption.finetuned_tfidf",
    "clip.mean_and_full",
    "clip.hubness_inverted_softmax",
    "clip.finetuned",
    "clip.finetuned_long",
    "clip.together",
    "baby.tutorial_loss",
    "fusion.all",
    "fusion.without_clip",
)
SECTIONS = {  # of the notebooks that have no system of the paper's
    "09_conclusion": "5",
    "10_search_your_photos": "—",
}
VECTORS = {  # runs that differ in nothing but the word vectors
    "real": "word2vec trained on the descriptions",
    "real-googlenews": "GoogleNews, 1,000 words, 300-d",
    "real-glove": "GloVe-Twitter, 11,925 words, 25-d",
}


def expected(name: str) -> list[str]:
    """The notebooks whose records a committed run must have.

    Runs that differ in the word vectors alone are shown for the baseline, and need no more.
    """
    return paths.notebooks()[: 2 if name in VECTORS and name != "real" else None]


def update() -> None:
    """Render the generated part into README.md and draw the chart."""
    from lib.show import figures

    rows, chance = scored(MAIN)
    _, chart = figures.encoded(figures.score_chart(rows, paper.values(), chance))
    files.write_bytes(CHART, chart)
    text = README.read_text(encoding="utf-8")
    for part, render in PARTS.items():
        text = replace(text, part, render())
    files.write_bytes(README, text.encode())


def replace(text: str, part: str, content: str) -> str:
    """The text with what stands between a part's two marks replaced."""
    marks = f"<!-- {part} -->", f"<!-- end of {part} -->"
    if not all(mark in text for mark in marks):
        raise ValueError(f"{README.name} lacks the marks {' and '.join(marks)}: add them")
    pattern = re.escape(marks[0]) + ".*?" + re.escape(marks[1])
    return re.sub(pattern, lambda _: f"{marks[0]}\n{content}\n{marks[1]}", text, flags=re.DOTALL)


def checked(name: str) -> list[dict]:
    """A run's records; RuntimeError for a small one or one made by other code."""
    found = records.read_all(name)
    for record in found:
        changed = inputs.changes(
            record, inputs.made_by(record["notebook"], Settings(**record["parameters"]))
        )
        if changed or record["profile"] != "full":
            raise RuntimeError(
                f"README shows no stale record: {name} {record['notebook']} "
                f"({record['profile']} run; changed: {', '.join(changed) or 'nothing'}). "
                "Run make report again"
            )
    return found


def scored(name: str) -> tuple[list[dict], float]:
    """The test rows of the systems of a run, and the score of chance."""
    rows = [r for record in checked(name) for r in record["rows"] if r["split"] == "test"]
    chance = next(row["map_at_20"] for row in rows if row["system"] == "chance")
    return [r for r in rows if r["system"] != "chance" and is_shown(r)], chance


def is_shown(row: dict) -> bool:
    """Whether README has room for a row: the paper's systems, and the best of our own."""
    return bool(paper.system(row["system"])) or row["system"] in BEYOND


def markdown(rows: list[dict[str, str]]) -> str:
    """Rows of equal keys as a Markdown table."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def results_table() -> str:
    """The main table: the paper, the drawn world, real photographs, the verdict on both."""
    records_of = {name: checked(name) for name in (MAIN, "real")}
    ours: dict[str, dict[str, dict[str, str]]] = {}
    for name, found in records_of.items():
        claims = [claim for record in found for claim in record["claims"]]
        rows = [row for record in found for row in record["rows"] if row["split"] == "test"]
        for row in tables.comparison(rows, claims, found[0]["data"]):
            ours.setdefault(row["system"], {})[name] = row
    table = [
        {
            "system": f"`{system}`",
            "paper": by_run[MAIN]["paper"],
            **{RUNS[name]: short(by_run.get(name)) for name in records_of},
            "verdict on the drawn world": by_run[MAIN]["verdict"],
        }
        for system, by_run in ours.items()
        if MAIN in by_run and is_shown({"system": system})
    ]
    table += long_rows()
    return f"{markdown(table)}\n\n{sizes(records_of)}"


def long_rows() -> list[dict[str, str]]:
    """The same for the long runs, which no report waits for and which photographs do not have."""
    table = []
    for notebook in paths.notebooks():
        record = records.read_long(MAIN, notebook)
        shown = [row for row in record["rows"] if row["split"] == "test"] if record else []
        for row in filter(is_shown, shown):
            if row["status"] != "measured":
                continue
            table.append(
                {
                    "system": f"`{row['system']}`, long run",
                    "paper": "—",
                    RUNS[MAIN]: tables.score_text(row),
                    RUNS["real"]: "—",
                    "verdict on the drawn world": "",
                }
            )
    return table


def short(row: dict[str, str] | None) -> str:
    """A row's score; of one that was not run the reason stands in its record."""
    return row["ours"].partition(":")[0] if row else "—"


def sizes(records_of: dict[str, list[dict]]) -> str:
    """What the columns were measured on, and why their levels differ."""
    told = []
    for name, found in records_of.items():
        data = found[0]["data"]
        n_rows = sum(len(record["rows"]) for record in found)
        told.append(
            f"{RUNS[name]}: {data['n_train']:,} train and {data['n_test']:,} test images, "
            f"fingerprint `{data['fingerprint'][:19]}…`, {n_rows} rows in the records"
        )
    return (
        f"`map_at_20` on test with its 95 % interval. {'; '.join(told)}. The photographs are "
        "Flickr8k's and COCO's. Other images and other galleries have other levels, so levels "
        "cannot be compared with the paper's; claims can. A system that is not run on photographs "
        "wants weights that `make weights` downloads; the numbers here were measured without."
    )


def vectors_table() -> str:
    """The baseline with other word vectors."""
    table = []
    for name, label in VECTORS.items():
        record = next(r for r in checked(name) if r["notebook"] == "01_baseline")
        row = {r["system"]: r for r in record["rows"] if r["split"] == "test"}
        covered = record["facts"]["words"]["words_covered"]
        table.append(
            {
                "word vectors": label,
                "words covered": f"{covered:.0%}",
                "Euclidean": tables.score_text(row["baseline.ridge_random100"]),
                "centred cosine": tables.score_text(row["baseline.ridge_random100.cosine"]),
            }
        )
    return markdown(table)


def notebooks_table() -> str:
    """Section of the paper → notebook → record → time and memory."""
    told = {s["notebook"]: s["section"] for s in reversed(paper.published()["systems"])}
    sections = told | SECTIONS
    found = {record["notebook"]: record for record in checked(MAIN)}
    table = []
    for notebook in paths.notebooks():
        record = found[notebook]
        path = paths.record_path(MAIN, notebook).relative_to(paths.ROOT).as_posix()
        table.append(
            {
                "section": sections[notebook],
                "notebook": f"[`{notebook}`](notebooks/{notebook}.ipynb)",
                "figures": ", ".join(f"`{name}`" for name in record["figures"]),
                "record": f"[JSON]({path})",
                "time": tables.minutes(record["seconds"]),
                "memory": f"{record['peak_memory_mb']:,} MB",
            }
        )
    return markdown(table)


PARTS = {
    "results": results_table,
    "vectors": vectors_table,
    "notebooks": notebooks_table,
    "commands": lambda: markdown(commands.command_rows()),
    "variables": lambda: markdown(commands.variable_rows()),
}
