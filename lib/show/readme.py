"""README's generated parts: tables and one chart, from the committed records alone."""

from collections import Counter

from lib.base import commands, files, paths
from lib.base.settings import Settings
from lib.record import inputs, names, paper, records
from lib.show import tables
from lib.show.tables import render, table

README = paths.ROOT / "README.md"
TEMPLATES = paths.LIBRARY / "show/parts"
MAIN, OTHER = WORLDS = names.known()["worlds"]
VECTORS = {  # runs on photographs that differ in nothing but the word vectors
    OTHER: "word2vec trained on the descriptions",
    f"{OTHER}-googlenews": "GoogleNews, 1,000 words, 300-d",
    f"{OTHER}-glove": "GloVe-Twitter, 11,925 words, 25-d",
}
RUNS = tuple(dict.fromkeys((*WORLDS, *VECTORS)))  # all that are committed


def expected(name: str) -> list[str]:
    """Notebooks that a run must have; runs with other word vectors need the baseline alone."""
    return paths.notebooks()[: None if name in WORLDS else 2]


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
    by_world = {name: checked(name) for name in WORLDS}
    sizes = [
        f"{WORLDS[name]}: {tables.data_text(every[0]['data'])}, "
        f"{sum(len(record['rows']) for record in every)} rows in the records"
        for name, every in by_world.items()
    ]
    ours, others = (tables.summary(name, every) for name, every in by_world.items())
    theirs = {(row["system"], row["is_long"]): row for row in others}
    pairs = [(row, theirs.pop((row["system"], row["is_long"]), None)) for row in ours]
    pairs += [(None, row) for row in theirs.values()]
    return render(TEMPLATES / "results.md", rows=pairs, worlds=WORLDS, sizes=sizes)


def claims() -> str:
    by_world = {name: tables.claims(checked(name)) for name in WORLDS}
    counts = []
    for name, own in by_world.items():
        kinds = Counter(claim["verdict"] or "not run" for claim in own).most_common()
        counts.append(f"On {WORLDS[name]}: " + ", ".join(f"{n} × {kind}" for kind, n in kinds))
    pairs = list(zip(*by_world.values(), strict=True))
    apart = [pair for pair in pairs if tables.contradict(*pair)]
    return render(TEMPLATES / "claims.md", claims=pairs, apart=apart, worlds=WORLDS, counts=counts)


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
