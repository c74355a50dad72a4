"""README's generated parts: tables and one chart, from the committed records alone."""

from collections import Counter

from lib.base import commands, files, paths
from lib.base.settings import Settings
from lib.record import inputs, paper, records
from lib.show import tables
from lib.show.tables import render, table

README = paths.ROOT / "README.md"
TEMPLATES = paths.LIBRARY / "show/parts"
RUNS = {  # name of a committed run → what README calls it
    "scenes": "the drawn world",
    "real": "real photographs",
    "real-googlenews": "real photographs, GoogleNews vectors",
    "real-glove": "real photographs, GloVe vectors",
}
MAIN = "scenes"
VECTORS = {  # runs that differ in nothing but the word vectors
    "real": "word2vec trained on the descriptions",
    "real-googlenews": "GoogleNews, 1,000 words, 300-d",
    "real-glove": "GloVe-Twitter, 11,925 words, 25-d",
}


def expected(name: str) -> list[str]:
    """Notebooks that a run must have; runs with other word vectors need the baseline alone."""
    return paths.notebooks()[: 2 if name in VECTORS and name != "real" else None]


def update() -> None:
    """Render the generated parts into README.md and draw the chart."""
    from lib.show import figures, kit

    rows = [row["row"] for row in tables.results(checked(MAIN), "test")]
    chance = next(row["map_at_20"] for row in rows if row["system"] == "chance")
    systems = [row for row in rows if row["system"] != "chance"]
    _, chart = kit.encoded(figures.score_chart(systems, paper.values(), chance))
    files.write_bytes(paths.ROOT / "figures" / "scores.png", chart)
    text = README.read_text(encoding="utf-8")
    for part, rendered in PARTS.items():
        text = replace(text, part, rendered())
    files.write_bytes(README, text.encode())


def replace(text: str, part: str, content: str) -> str:
    marks = f"<!-- {part} -->", f"<!-- end of {part} -->"
    if not all(mark in text for mark in marks):
        raise ValueError(f"{README.name} lacks the marks {' and '.join(marks)}: add them")
    before, _, rest = text.partition(marks[0])
    return f"{before}{marks[0]}\n{content.strip()}\n{marks[1]}{rest.partition(marks[1])[2]}"


def checked(name: str) -> list[dict]:
    """A run's records; RuntimeError for a small one or one made by other code."""
    every = records.read_all(name)
    for record in every:
        now = inputs.made_by(record["notebook"], Settings(**record["parameters"]))
        changed = inputs.changes(record, now)
        if changed or record["profile"] != "full":
            raise RuntimeError(
                f"README shows no stale record: {name} {record['notebook']} "
                f"({record['profile']} run; changed: {', '.join(changed) or 'nothing'}). "
                "Run make report again"
            )
    return every


def results() -> str:
    by_run = {name: checked(name) for name in (MAIN, "real")}
    scores = {row["system"]: row["score"] for row in tables.results(by_run["real"], "test")}
    sizes = [
        f"{RUNS[name]}: {tables.data_text(every[0]['data'])}, "
        f"{sum(len(record['rows']) for record in every)} rows in the records"
        for name, every in by_run.items()
    ]
    rows = tables.summary(MAIN, by_run[MAIN])
    return render(TEMPLATES / "results.md", rows=rows, photographs=scores, runs=RUNS, sizes=sizes)


def claims() -> str:
    ours, photographs = (tables.claims(checked(name)) for name in (MAIN, "real"))
    kinds = Counter(claim["verdict"] or "not run" for claim in ours)
    counts = ", ".join(f"{n} × {kind}" for kind, n in kinds.most_common())
    both = list(zip(ours, photographs, strict=True))
    return render(TEMPLATES / "claims.md", claims=both, runs=RUNS, counts=counts)


def vectors() -> str:
    rows = []
    for name, label in VECTORS.items():
        record = next(r for r in checked(name) if r["notebook"] == "01_baseline")
        scores = {r["system"]: tables.score_text(r) for r in record["rows"] if r["split"] == "test"}
        covered = f"{record['facts']['words']['words_covered']:.0%}"
        rows.append({"label": label, "covered": covered, **scores})
    return render(TEMPLATES / "vectors.md", rows=rows)


PARTS = {
    "results": results,
    "claims": claims,
    "vectors": vectors,
    "notebooks": lambda: render(TEMPLATES / "notebooks.md", rows=tables.chapters(checked(MAIN))),
    "commands": lambda: table(
        [
            {"command": f"`{command.example or f'make {name}'}`", "what it does": command.help}
            for name, command in commands.COMMANDS.items()
        ]
    ),
    "variables": lambda: table(
        [
            {"variable": f"`{name}`", "of": commands.takers(name), "meaning": about.in_words()}
            for name, about in commands.VARIABLES.items()
        ]
    ),
}
