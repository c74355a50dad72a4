"""Chapter 07's own steps: the two babies, what the long run found, and both side by side."""

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np

from lib.base import cache
from lib.chapters.session import Session
from lib.data.dataset import Split
from lib.features import pictures
from lib.methods.baby import systems
from lib.methods.baby.recipe import Recipe
from lib.search import metrics, retrieval
from lib.search.runs import SystemRun

# Towers that know pictures and words already want small steps; a report waits for one pass.
DOWNLOADED = Recipe(epochs=1, batch=32, rate=5e-5)
TIMM = {"resnet50": "resnet50", "deit": "deit_small_distilled_patch16_224"}
OWN = "the full training of this system is a command of its own, make baby-long, with a record"
Grids = dict[str, list[tuple[int, float]]]  # title → positions in the gallery and their scores


def babies(session: Session) -> tuple[dict[str, SystemRun], dict[str, cache.Training]]:
    """Both babies, trained; on photographs without downloaded towers the notebook ends here."""
    session.leave_out(
        [systems.TUTORIAL], OWN if session.data.is_drawn else f"trains on drawings; {OWN}"
    )
    found, trained = {}, {}
    for tower, name in systems.IDS.items():
        made = one(session, tower)
        if isinstance(made, str):
            session.stop_without([name for name in systems.IDS.values() if name not in found], made)
        trained[name], params = made
        found[name] = systems.system(session.data, name, trained[name], params)
    session.add(*found.values())
    return found, trained


def one(session: Session, tower: str) -> tuple[cache.Training, dict] | str:
    """A baby with what a reader must know to repeat it; or why it cannot be trained here."""
    if session.data.is_drawn:
        made = systems.shape(tower, pictures.sentences(session.data.fit))
        recipe, start = systems.QUICK[tower], None
    else:
        from lib.methods.baby import downloaded

        start = downloaded.found(TIMM[tower])
        if start is None:
            return downloaded.missing(TIMM[tower])[0].missing()
        made, recipe = downloaded.shape(TIMM[tower], start), DOWNLOADED
    params = {
        "image_tower": made.image,
        "starts_from": "downloaded weights" if start else "random weights",
        "side": made.side,
        "text_tower": {"word_pieces": len(made.vocabulary), **made.text},
        **asdict(recipe),
    }
    return systems.trained(session.data, made, recipe, start), params


def sizes(runs: Mapping[str, SystemRun]) -> list[dict[str, str]]:
    """What the babies are made of."""
    rows = []
    for name, run in runs.items():
        baby = run.encoder.baby()
        text, image = (
            sum(p.numel() for p in part.parameters()) for part in (baby.text, baby.image)
        )
        shape = baby.shape
        rows.append(
            {
                "system": name,
                "image tower": f"{shape.image}, {shape.side} px, {image / 1e6:.1f} M parameters",
                "text tower": f"DistilBERT, {baby.text.config.n_layers} layers of "
                f"{baby.text.config.dim}, {text / 1e6:.1f} M, {len(shape.vocabulary):,} pieces",
                "starts from": run.params["starts_from"],
                "epochs": str(run.params["epochs"]),
                "scale learned": f"{float(baby.log_scale.detach().exp()):.1f}",
            }
        )
    return rows


def best_nine(run: SystemRun, split: Split, query: str) -> list[tuple[int, float]]:
    """The nine best images for a typed query, with their scores."""
    scores = retrieval.scores(run.embed_queries([query]), run.gallery[split.name], run.metric)[0]
    return [(int(i), float(scores[i])) for i in retrieval.top_k(scores[None], 9)[0]]


def piece(record: dict | None, name: str) -> dict | None:
    """A piece of the long run, or None where nobody has done it."""
    return record["facts"]["pieces"].get(name) if record else None


def long_grids(record: dict | None, split: Split, names: Mapping[str, str]) -> Grids:
    """The recorded nine of some pieces; names: piece → title."""
    place = {path.name: i for i, path in enumerate(split.images)}
    grids = {}
    for name, title in names.items():
        found = piece(record, name)
        if found and all(image in place for image, _ in found["nine"]):
            grids[title] = [(place[image], score) for image, score in found["nine"]]
    return grids


def curves(trained: Mapping[str, cache.Training], record: dict | None) -> dict[str, list[dict]]:
    """Label → looks at development, of this run and of the long one."""
    found = {f"{short(name)}, this run": made.curve for name, made in trained.items()}
    for tower, name in systems.IDS.items():
        done = piece(record, f"long {tower}")
        if done:
            found[f"{short(name)}, long run"] = done["curve"]
    return found


def short(name: str) -> str:
    """A baby's name without what all share."""
    return name.removeprefix("baby.").removesuffix("_distilbert")


def long_rows(record: dict | None, split: str) -> list[dict[str, str]]:
    """What the long run measured on a split, for people."""
    if record is None:
        return []
    names = {name: f"long {tower}" for tower, name in systems.IDS.items()}
    names[systems.TUTORIAL] = "tutorial"
    rows = []
    for row in record["rows"]:
        if row["split"] != split:
            continue
        found = piece(record, names[row["system"]])
        low, high = row["map_at_20_ci95"]
        rows.append(
            {
                "system (long run)": row["system"],
                "map_at_20": f"{row['map_at_20']:.4f} [{low:.4f}, {high:.4f}]",
                "epochs": str(row["params"]["epochs"]),
                "minutes": f"{found['seconds'] / 60:.0f}",
                "paper's query is true of": f"{found['true_of_nine'] * 9:.0f} of 9",
                "of each fifth of 45": f"{found['true_of_each_fifth'] * 9:.0f} of 9",
                "of all images": f"{found['base_rate']:.1%}",
            }
        )
    return rows


def alterations(record: dict | None) -> dict[str, dict]:
    """What one alteration at a time changes on development: label → difference, ci95."""
    pieces = record["facts"]["pieces"] if record else {}
    return {name: found for name, found in pieces.items() if "alteration" in found}


def by_images(record: dict | None) -> dict[int, dict]:
    """Number of training images → score on development and its interval."""
    pieces = record["facts"]["pieces"].values() if record else ()
    return {found["images"]: found for found in pieces if "images" in found}


def night(record: dict | None) -> str:
    """What a night gives to babies of the paper's size, in a sentence."""
    told = []
    for tower in systems.IDS:
        found = piece(record, f"speed of the paper's {tower}")
        if found:
            told.append(
                f"with {tower} {found['images_a_second']:.1f} images a second "
                f"({found['parameters'] / 1e6:.0f} M parameters, {found['device']}), so "
                f"{found['images_a_night'] / 8000:.0f} passes over 8,000 images in eight hours"
            )
    if not told:
        return "Nobody has measured how fast babies of the paper's size train here."
    return f"At the paper's size, 224 pixels and DistilBERT as it is: {'; '.join(told)}."


def not_yet(record: dict | None) -> str:
    """How far the long run has come, in a sentence."""
    if record is None:
        return "`make baby-long` has not been run on this data: what it shows is left out below."
    n = len(record["facts"]["pieces"])
    return f"{n} pieces of the long run are recorded; what of it is not is left out below."


def tutorial_sentence(record: dict | None) -> str:
    """How the tutorial's loss went from epoch to epoch; empty where nobody has run it."""
    found = piece(record, "tutorial")
    if found is None:
        return ""
    row = next(r for r in record["rows"] if r["system"] == systems.TUTORIAL)
    losses = ", ".join(f"{look['loss']:.3f}" for look in found["curve"])
    alike = np.log(row["params"]["batch"])
    return (
        f"The tutorial's loss over the epochs: {losses}. A model to which all of a batch of "
        f"{row['params']['batch']} look alike has log {row['params']['batch']} = {alike:.3f}."
    )


def dev_score(run: SystemRun) -> float:
    """`map_at_20` on development, where choices are made."""
    return metrics.map_at_k(run.ranks["dev"])


def cosine_gap(run: SystemRun, split: Split) -> tuple[float, float]:
    """Mean cosine of a description to its own image, and to all others."""
    scores = run.scores(split.name)
    own = scores[np.arange(len(scores)), split.truth]
    others = (scores.sum() - own.sum()) / (scores.size - len(own))
    return float(own.mean()), float(others)
