"""Chapter 06's own steps: which model the data is searched with, and what cannot be run here."""

import time
from dataclasses import replace

import numpy as np
import pandas as pd

from lib import scenes
from lib.base import cache, files
from lib.chapters.session import Session
from lib.data import wanted
from lib.data.dataset import Split
from lib.features.clip import CARD
from lib.features.clip.source import EMBEDDED, Source
from lib.methods.clip import fitted, prompts, systems, translate
from lib.record import paper
from lib.search import choices, hubness, metrics, relevance, retrieval
from lib.search.runs import SystemRun

CORRECTIONS = (  # method, behind a gate, transductive
    *((name, False, False) for name in hubness.METHODS),
    ("inverted_softmax", True, False),
    ("inverted_softmax", False, True),
)
TUNED = ("clip.finetuned", "clip.finetuned_mixed", "clip.finetuned_projections", "clip.together")
TRANSLATED = {"fr": "clip.back_translation", "de": "clip.back_translation_german"}
HUBNESS = tuple(
    f"clip.hubness_{'qbnorm' if gated else name}{'_transductive' if own else ''}"
    for name, gated, own in CORRECTIONS
)
# Queries that were fixed before any result was seen; the first one is the paper's.
QUERIES = (
    "A man skateboarding in a park",
    "two dogs on a beach at sunset",
    "a woman holding a red umbrella in the rain",
    "a pizza on a dining table",
)


def all_systems() -> list[str]:
    """Every system of the chapter."""
    return ["clip.description_sum", *prompts.VARIANTS, *HUBNESS, *TUNED, *TRANSLATED.values(),
            newer_id()]  # fmt: skip


def newer_id() -> str:
    """The row of the newer model: `clip.<model>.full`."""
    return f"clip.{wanted.NEWER.split('/')[0].lower().replace('-', '_')}.full"


def source(session: Session) -> Source:
    """The model that this data is searched with; without one the notebook ends here.

    The data decides: drawings are searched with the embedded model, photographs with downloaded
    weights. Raises ValueError for a CLIP that open_clip does not have.
    """
    if session.data.is_drawn:
        return EMBEDDED
    name = session.settings.clip or wanted.PAPER
    repository = wanted.clip(name)
    weights = repository.files()
    if weights is None:
        session.stop_without(all_systems(), repository.missing())
    return Source(name, next(iter(weights.values())))


def told(session: Session) -> str:
    """What the card says of the embedded model, in a sentence; nothing of other models."""
    if not session.data.is_drawn:
        return ""
    card = files.read_json(CARD)
    return (
        f"It saw {card['pairs_seen']:,} pairs of {card['corpus']['scenes']:,} scenes in "
        f"{card['hours']['elapsed'] * 60:.0f} minutes on {card['machine']}."
    )


def fine_tuned(
    session: Session, model: Source
) -> tuple[dict[str, SystemRun], cache.Training | None, dict[float, float]]:
    """`fitted.finetuned` of the embedded model; of a large one, rows that say why not."""
    if session.data.is_drawn:
        return fitted.finetuned(session.data, source=model)
    reason = f"needs a graphics card for a model as large as {model.name}: not built here"
    session.leave_out(["clip.finetuned", "clip.finetuned_mixed"], reason)
    return {}, None, {}


def together(session: Session, model: Source, tuned: dict[str, SystemRun]) -> dict[str, SystemRun]:
    """All that helped in one system, from the fine-tuned weights where there are any."""
    if not tuned:
        fused = fitted.together(session.data, model, {"dev": 0.0, "test": 0.0}, 0)
        return {fused.id: fused}
    whole = tuned["clip.finetuned"]
    fused = fitted.together(
        session.data, whole.encoder.source, whole.seconds, len(session.data.fit)
    )
    return {fused.id: fused}


def long_sentence(record: dict | None, split: str) -> str:
    """What the long fine-tuning found, or that nobody has run it."""
    if record is None:
        return "The long fine-tuning has not been run on this data."
    row = next(r for r in record["rows"] if r["split"] == split)
    low, high = row["map_at_20_ci95"]
    looks = {
        rate: max(look["map_at_20"] for look in curve)
        for rate, curve in record["facts"]["curves"].items()
    }
    listed = ", ".join(f"{score:.4f} with rate {rate}" for rate, score in looks.items())
    return (
        f"Long run (commit {record['environment']['git_commit'][:10]}): on development {listed}. "
        f"The best one scores {row['map_at_20']:.4f} [{low:.4f}, {high:.4f}] on {split}."
    )


def newer(session: Session) -> dict[str, SystemRun]:
    """The newer model's row; on drawings, or without its weights, a row that says why not."""
    if session.data.is_drawn:
        session.leave_out([newer_id()], "searches photographs; drawings have the embedded model")
        return {}
    repository = wanted.clip(wanted.NEWER)
    weights = repository.files()
    if weights is None:
        session.leave_out([newer_id()], repository.missing())
        return {}
    model = Source(wanted.NEWER, next(iter(weights.values())))
    full = systems.zero_shot(session.data, model, [systems.FULL])[systems.FULL]
    return {newer_id(): replace(full, id=newer_id())}


def back_translation(session: Session, model: Source) -> dict[str, SystemRun]:
    """Descriptions through French, and through German, and back; rows that say why not."""
    found = {}
    for language, name in TRANSLATED.items():
        missing = [r for r in wanted.translators(language) if r.files() is None]
        if missing:
            session.leave_out([name], missing[0].missing())
            continue
        start = time.perf_counter()
        other = {s: translated(getattr(session.data, s), language) for s in systems.SPLITS}
        said = {s: systems.say(split, [systems.FULL], model)[systems.FULL]
                for s, split in other.items()}  # fmt: skip
        plain = systems.zero_shot(session.data, model, [systems.FULL])[systems.FULL]
        queries = {s: one.queries for s, one in said.items()}
        cost = {s: plain.seconds[s] + time.perf_counter() - start for s in queries}
        params = {"language": wanted.LANGUAGES[language], "model": model.name}
        found[name] = systems.system(
            session.data, name, queries, plain.gallery, cost, params, plain.encoder, model
        )
    return found


def translated(split: Split, language: str) -> Split:
    """A split whose sentences went through another language."""
    flat = [sentence for said in split.sentences for sentence in said]
    back, _ = translate.there_and_back(flat, language)
    ends = np.cumsum([len(said) for said in split.sentences])
    return replace(split, sentences=tuple(
        tuple(back[end - len(said) : end]) for said, end in zip(split.sentences, ends, strict=True)
    ))  # fmt: skip


def hubness_runs(session: Session, plain: SystemRun, model: Source) -> dict[str, SystemRun]:
    """Every correction of one system."""
    banks = {False: systems.strangers(session.data, plain, model), True: systems.own_queries(plain)}
    found = [systems.corrected(session.data, plain, name, banks[own], model, gated)
             for name, gated, own in CORRECTIONS]  # fmt: skip
    return {system.id: system for system in found}


def best_on_development(runs: dict[str, SystemRun]) -> SystemRun:
    """The system with the best development score, the transductive ones left out."""
    legal = [r for name, r in runs.items() if not name.endswith("_transductive")]
    return max(legal, key=lambda r: metrics.map_at_k(r.ranks["dev"]))


def facts(session: Session) -> pd.DataFrame | None:
    """The facts of the scored split's drawings, in the gallery's order; None of photographs."""
    if not session.data.is_drawn:
        return None
    table = scenes.facts("test" if session.scored == "test" else "train", session.settings.size)
    return relevance.in_order(table, session.split)


def forced_choice(
    runs: dict[str, SystemRun], split: str, table: pd.DataFrame
) -> dict[str, dict[str, tuple[float, list[float]]]]:
    """System → kind of fact → accuracy and its interval."""
    asked = scenes.questions(table)
    found: dict[str, dict] = {}
    for name, system in runs.items():
        right = {kind: choices.accuracy(system, split, one) for kind, one in asked.items()}
        found[name] = {kind: (float(v.mean()), metrics.interval(v)) for kind, v in right.items()}
    return found


def true_of_nine(
    runs: dict[str, SystemRun], split: Split, table: pd.DataFrame, n: int = 300
) -> list[dict[str, str]]:
    """Of the best nine of n queries: the share that all that was said is true of, and each."""
    judge, queries = relevance.Judge(table), np.linspace(0, len(split.texts) - 1, n).astype(int)
    rows = []
    for name, system in runs.items():
        found = relevance.satisfied(system, split, judge, np.unique(queries))
        rows.append(
            {
                "system": name,
                "all that was said is true of": f"{np.nanmean(found['all']):.1%} of the nine",
                "of each sentence": f"{np.nanmean(found['each']):.1%} of the nine",
            }
        )
    return rows


def typed_queries(
    runs: dict[str, SystemRun], split: Split, table: pd.DataFrame
) -> list[dict[str, str]]:
    """The fixed queries: how many of the nine they are true of, and of how many images at all."""
    judge = relevance.Judge(table)
    return [
        {
            "query": query,
            **{name: f"{9 * relevance.typed(r, split, judge, query):.0f} of 9"
               for name, r in runs.items()},
            "true of": f"{relevance.base_rate(judge, query):.1%} of all images",
        }
        for query in QUERIES
    ]  # fmt: skip


def published() -> dict[str, float]:
    """The paper's scores of this chapter."""
    return {name: value for name, value in paper.values().items() if name.startswith("clip.")}


def occurrences(system: SystemRun, split: str, k: int = 9) -> np.ndarray:
    """How often each image is among the best k of some query, int [n_gallery]."""
    best = retrieval.top_k(system.scores(split), k)
    return np.bincount(best.ravel(), minlength=len(system.gallery[split]))
