"""README's generated parts, from the committed records alone."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from html import escape

from lib.base import commands, files, paths
from lib.base.settings import Settings
from lib.record import inputs, names, records
from lib.show import findings, opening, tables
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
    """Render the generated parts into README.md."""
    parts = {part: rendered() for part, rendered in PARTS.items()}
    text = README.read_text(encoding="utf-8")
    for part, content in parts.items():
        text = replace(text, part, content)
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


def first_screen() -> str:
    """The findings, and the picture that shows them."""
    by_world = {name: checked(name) for name in WORLDS}
    alt = escape(findings.alt(by_world[MAIN]))
    picture = f'<img src="figures/{MAIN}/{findings.STRIP}" alt="{alt}" width="640">'
    return f"{picture}\n\n{findings.text(by_world)}"


def results() -> str:
    link = "[{0}](notebooks/{0}.ipynb)".format
    return tabled({name: checked(name) for name in WORLDS}, link, "#what-the-paper-claims")


def tabled(
    by_world: Mapping[str, Sequence[dict]], link: Callable[[str], str], claims: str, size="full"
) -> str:
    """The systems of some worlds beside the paper's, a table a chapter; claims: where they are."""
    sides = [{(row["system"], row["is_long"]): row for row in tables.summary(name, every, size)}
             for name, every in by_world.items()]  # fmt: skip
    chapters: dict[str, list[dict]] = {}
    for key in dict.fromkeys(key for side in sides for key in side):
        row = next(side[key] for side in sides if key in side)
        scores = [side[key]["score"] if key in side else "—" for side in sides]
        about = {**row, "name": names.readable(row["system"]), "scores": scores}
        chapters.setdefault(row["notebook"], []).append(about)
    worlds = {name: opening.label(name) for name in by_world}
    sizes = [f"{worlds[name].capitalize()}: {tables.data_text(every[0]['data'])}"
             for name, every in by_world.items()]  # fmt: skip
    about = {"worlds": worlds, "sizes": sizes, "claims": claims, "link": link}
    return render(TEMPLATES / "results.md", chapters=dict(sorted(chapters.items())), **about)


def claims() -> str:
    by_world = {name: tables.claims(checked(name)) for name in WORLDS}
    counts = []
    for name, own in by_world.items():
        kinds = Counter(claim["verdict"] or "not run" for claim in own).most_common()
        each = ", ".join(f"{n} × {kind}" for kind, n in kinds)
        counts.append(f"{opening.label(name).capitalize()}: {each}")
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


def long_runs() -> str:
    """What takes longer than a report waits for: each question that a long command asks."""
    rows = [
        (name, *question)
        for name, command in commands.COMMANDS.items()
        if is_long(name)
        for question in re.findall(r"(?:^|; )([^()]+) \(([^()]+)\)", command.help)
    ]
    return table([{"command": f"`make {n}`", "what it asks": q, "takes": t} for n, q, t in rows])


def is_long(name: str) -> bool:
    return name.endswith("-long") or name in ("xgboost-reference", "pretrain", "pretrain-features")


PARTS = {
    "findings": first_screen,
    "results": results,
    "claims": claims,
    "vectors": vectors,
    "notebooks": lambda: render(TEMPLATES / "notebooks.md", rows=tables.chapters(checked(MAIN))),
    "long runs": long_runs,
    "commands": lambda: table(
        [
            {"command": f"`{command.example or f'make {name}'}`", "what it does": command.help}
            for name, command in commands.COMMANDS.items()
            if not is_long(name)
        ]
    ),
    "variables": lambda: "\n".join(
        f"- `{name}` ({commands.takers(name)}): {about.in_words()}"
        for name, about in commands.VARIABLES.items()
    ),
}
