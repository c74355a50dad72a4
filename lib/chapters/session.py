"""The session that a notebook opens: the set-up call, what it adds, and its record."""

import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from IPython.display import DisplayHandle, Image, Markdown, display
from matplotlib.figure import Figure

from lib.base import device, files, paths, settings
from lib.data import source as sources
from lib.data.dataset import Dataset, Split
from lib.record import inputs, paper, records, results
from lib.record.names import known
from lib.search import evaluation, metrics
from lib.show import kit, opening
from lib.show.display import say


class End(Exception):
    """Ends a notebook before its last cell, as an error does, but with a sentence in its place."""

    def _render_traceback_(self) -> list[str]:  # IPython asks for it
        return ["The cells below are not run."]


End.__name__ = "SystemExit"  # by this name papermill knows an end that is no failure


@dataclass
class Session:
    """One run of one notebook. Made by `start`; `finish` writes the record."""

    notebook: str
    settings: settings.Settings
    data: Dataset
    inputs: dict
    device: str
    started: float
    systems: dict[str, evaluation.Evaluation] = field(default_factory=dict)
    rows: list[dict] = field(default_factory=list)
    claims: list[dict] = field(default_factory=list)
    figures: dict[str, str] = field(default_factory=dict)
    facts: dict = field(default_factory=dict)
    # Earlier notebook → digest of its numbers; when they change, this notebook is out of date.
    uses: dict[str, str] = field(default_factory=dict)
    # Where the chapter's answer stands, and its chart: both are filled by `finish`.
    places: list[DisplayHandle] = field(default_factory=list)

    @property
    def scored(self) -> str:
        """The split that the notebook reports: test, or development where there is no key."""
        return "dev" if self.data.test.truth is None else "test"

    @property
    def split(self) -> Split:
        return getattr(self.data, self.scored)

    @property
    def fitted(self) -> Split:
        """What the systems that are scored on it were fitted on."""
        return self.data.train if self.scored == "test" else self.data.fit

    @property
    def place(self) -> tuple[str, str]:
        return self.settings.name, self.settings.size

    def chance(self) -> float:
        """`map_at_20` of a random ranking of that split's gallery."""
        return metrics.chance(len(self.split))["map_at_20"]

    def add(self, *systems: evaluation.Evaluation) -> None:
        """Add systems: their rows, their file for later chapters, and their submission."""
        for system in systems:
            self.systems[system.id] = system
            self.rows += results.rows(system, self.data)
            evaluation.save(paths.runs_dir(*self.place), system, self.data)
            path = paths.build_dir(*self.place) / "submissions" / f"{system.id}.csv"
            evaluation.write_submission(path, system, self.data.test)

    def leave_out(self, systems: Sequence[str], reason: str) -> None:
        for system in systems:
            self.rows += [results.not_run(system, reason, split) for split in ("dev", "test")]

    def stop_without(self, systems: Sequence[str], reason: str) -> NoReturn:
        """End a chapter whose model is not here: rows with the reason, a record, no more cells."""
        self.leave_out(systems, reason)
        say(f"**Not run.** This chapter {reason}.")
        self.finish()
        raise End

    def use(self, system: str) -> evaluation.Evaluation:
        """An earlier notebook's system; RuntimeError if none has measured it on this data."""
        for path in sorted(paths.results_dir(*self.place).glob("*.json")):
            # A damaged record of other systems stops nobody.
            if path.name.endswith(records.LONG) or system not in path.read_text(encoding="utf-8"):
                continue
            record = records.read(path)
            if self.is_of_data(record) and any(r["system"] == system for r in record["rows"]):
                self.uses[record["notebook"]] = record["digest"]
                self.systems[system] = evaluation.load(paths.runs_dir(*self.place), system)
                return self.systems[system]
        raise RuntimeError(
            f"{self.notebook} builds on {system}, which no earlier notebook has measured under "
            f"NAME={self.settings.name}: run the notebooks before this one first, or make report"
        )

    def use_all(self, systems: Sequence[str]) -> dict[str, evaluation.Evaluation]:
        """Those of earlier notebooks' systems that were measured on this data, by name."""
        rows = [row for record in self.earlier_records() for row in record["rows"]]
        measured = {row["system"] for row in rows if row["status"] == "measured"}
        return {name: self.use(name) for name in systems if name in measured}

    def earlier_records(self) -> list[dict]:
        every = records.read_all(*self.place)
        earlier = [r for r in every if r["notebook"] < self.notebook and self.is_of_data(r)]
        self.uses |= {record["notebook"]: record["digest"] for record in earlier}
        return earlier

    def long_record(self, notebook: str = "") -> dict | None:
        """The record of a long run on the same data, or None; default: this notebook's."""
        notebook = notebook or self.notebook
        record = records.read_long(self.settings.name, notebook, self.settings.size)
        if not record or not self.is_of_data(record):
            return None
        self.uses[f"{notebook}.long"] = record["digest"]
        return record

    def elsewhere(self) -> tuple[str, dict]:
        """The other world, and this chapter's facts in its committed record; {} without one."""
        worlds = known()["worlds"]
        name = next(name for name in worlds if (name == "scenes") != self.data.is_drawn)
        record = records.readable(paths.record_path(name, self.notebook))
        return worlds[name], record["facts"] if record else {}

    def is_of_data(self, record: dict) -> bool:
        return record["data"]["fingerprint"] == self.data.fingerprint

    def claim(self, name: str) -> dict:
        """Judge one of the paper's claims by the systems added or used so far; keep the verdict.

        It may be decided once more claims of the chapter are known, and never the reverse.
        """
        claim = paper.claim(name)
        chance = claim.get("times", 1) * self.chance()
        names = claim["better"], claim["worse"]
        sides = [chance if side == "chance" else self.systems[side] for side in names]
        measured = results.claim_measured(claim, *sides, self.scored)
        self.claims = paper.judged([*self.claims, measured])
        return self.claims[-1]

    def judge(self, name: str) -> dict:
        """`claim`, said in a sentence."""
        claim = self.claim(name)
        say(opening.verdict(claim))
        return claim

    def figure(self, figure: Figure, name: str, alt: str = "") -> None:
        """Write a figure and show it. alt: its finding in words, for those who cannot see it.

        Most of the report's charts have words of their own, from the numbers that they show.
        """
        display(self.drawn(figure, name, alt))

    def drawn(self, figure: Figure, name: str, alt: str = "") -> Image:
        """A figure written to its file; ValueError where nothing says in words what it shows."""
        alt = alt or figure.get_label()
        if not alt:
            raise ValueError(f"the figure {name} needs alt=, its finding in words")
        ending, picture = kit.encoded(figure)
        path = paths.figures_dir(*self.place) / f"{self.notebook[:2]}_{name}.{ending}"
        files.write_bytes(path, picture)
        if figure.get_gid() == kit.VECTOR:
            files.write_bytes(path.with_suffix(".svg"), kit.encoded(figure, "svg")[1])
        self.figures[path.name] = alt
        return Image(picture, alt=alt, width=int(figure.get_figwidth() * 100))

    def answer(self, record: dict) -> None:
        """Fill the places at the chapter's top with what its record says."""
        chart = opening.chart(self.notebook, record)
        shown = [Markdown(opening.text(self.notebook, record))]
        shown += [self.drawn(chart, "opening")] if chart else []
        for place, content in zip(filter(None, self.places), shown, strict=False):
            place.update(content)

    def finish(self) -> None:
        """Write the record; say where it is, what it cost, and whether it repeats an old one."""
        new = results.record(
            self.notebook, self.settings, self.data, self.settings.size, self.inputs,
            time.perf_counter() - self.started, rows=self.rows, claims=self.claims,
            facts=self.facts, figures=self.figures, uses=self.uses,
        )  # fmt: skip
        self.answer(new)  # its chart is one of the record's figures
        record, kept = records.write(new)
        path = paths.record_path(self.settings.name, self.notebook, self.settings.size)
        same = f", the same numbers as at commit {record['environment']['git_commit'][:10]}"
        say(
            f"Record: `{path.relative_to(paths.ROOT)}`{same if kept else ''}. "
            f"{new['seconds']:.0f} s, at most {new['peak_memory_mb']:,.0f} MB of memory."
        )


def start(notebook: str, **parameters: object) -> Session:
    """Set a notebook up, and say what it runs on; ValueError for wrong parameters or data."""
    started = time.perf_counter()
    # A kernel that float32 can hardly invert: scikit-learn goes on, with least squares if need be.
    warnings.filterwarnings("ignore", "(Singular|An ill-conditioned) matrix")
    given = settings.Settings(**parameters)
    run = settings.check(given)
    now = inputs.current(notebook, run)
    records.refuse_other(inputs.identity(run), run.name, run.size)
    previous = records.readable(paths.record_path(run.name, notebook, run.size))
    if previous and previous["data"]["fingerprint"] != now["data"] and not given.name:
        raise ValueError(
            f"the records of NAME={run.name} were measured on other data "
            f"({previous['data']['fingerprint'][:19]}…, this is {now['data'][:19]}…): pass "
            f"NAME={run.name} to replace them, or another NAME to keep both"
        )
    session = Session(notebook, run, sources.load(run, now["data"]), now, device.find(), started)
    data, key = session.data, " without a key" if session.data.test.truth is None else ""
    looked_at = f"features of {made}; " if (made := data.summary().get("features")) else ""
    expected = f"{previous['seconds']:.0f} s" if previous else "not measured yet"
    say(
        f"Data: **{data.name}** ({run.data} layout, {run.size}), {len(data.train):,} train images, "
        f"{len(data.dev):,} of them for development, {len(data.test):,} test images{key}; "
        f"{looked_at}fingerprint `{data.fingerprint[:19]}…`.  \n"
        f"Device: {session.device}. Expected time: {expected}."
    )
    about = opening.templates().get(notebook, {})
    first = [opening.text(notebook)] * bool(about)
    first += [""] * ("systems" in about)  # its chart's place
    session.places = [display(Markdown(each), display_id=True) for each in first]
    return session
