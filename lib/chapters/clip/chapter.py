"""Chapter 06's own steps: which model the data is searched with, and what cannot be run here."""

from lib.chapters.session import Session
from lib.data import wanted
from lib.features.clip.embed import EMBEDDED, Source
from lib.methods.clip import systems
from lib.methods.clip.translate import BackTranslation
from lib.search.evaluation import Evaluation, evaluate

FINETUNED = ("clip.finetuned", "clip.finetuned_mixed")
NEWER = f"clip.{wanted.NEWER.split('/')[0].lower().replace('-', '_')}.full"


def all_systems() -> list[str]:
    """Every system of the chapter."""
    single = systems.zero_shot()
    measured = [*single, *systems.corrections(single[0])]
    translated = [BackTranslation(language).id for language in wanted.LANGUAGES]
    return [*(one.id for one in measured), *FINETUNED, "clip.finetuned_projections",
            "clip.together", *translated, NEWER]  # fmt: skip


def source(session: Session) -> Source:
    """The model that this data is searched with; without one the notebook ends here.

    The data decides: drawings are searched with the embedded model, photographs with downloaded
    weights. Raises ValueError for a CLIP that open_clip does not have.
    """
    if session.data.is_drawn:
        return EMBEDDED
    name = session.settings.clip or wanted.PAPER
    repository = wanted.clip(name)
    there = repository.files()
    if there is None:
        session.stop_without(all_systems(), repository.missing())
    return Source(name, next(iter(there.values())))


def newer(session: Session) -> list[Evaluation]:
    """The newer model's row; on drawings, or without its weights, a row that says why not."""
    there = wanted.clip(wanted.NEWER).files()
    if session.data.is_drawn:
        session.leave_out([NEWER], "searches photographs; drawings have the embedded model")
    elif there is None:
        session.leave_out([NEWER], wanted.clip(wanted.NEWER).missing())
    else:
        model = Source(wanted.NEWER, next(iter(there.values())))
        return [evaluate(session.data, systems.Clip(model, name=NEWER))]
    return []


def back_translations(session: Session, model: Source) -> list[Evaluation]:
    """Descriptions through French, and through German, and back; rows that say why not."""
    evaluations = []
    for language in wanted.LANGUAGES:
        system = BackTranslation(language, model)
        missing = [each for each in wanted.translators(language) if each.files() is None]
        if missing:
            session.leave_out([system.id], missing[0].missing())
        else:
            evaluations.append(evaluate(session.data, system))
    return evaluations


def long_sentence(record: dict | None, split: str) -> str:
    """What the long fine-tuning came to, or that nobody has run it."""
    if record is None:
        return "The long fine-tuning has not been run on this data."
    row = next(r for r in record["rows"] if r["split"] == split)
    low, high = row["map_at_20_ci95"]
    listed = ", ".join(
        f"{max(look['map_at_20'] for look in curve):.4f} with rate {rate}"
        for rate, curve in record["facts"]["curves"].items()
    )
    return (
        f"Long run (commit {record['environment']['git_commit'][:10]}): on development {listed}. "
        f"The best one scores {row['map_at_20']:.4f} [{low:.4f}, {high:.4f}] on {split}."
    )
