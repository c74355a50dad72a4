"""Chapter 07's own steps: the two babies, what the long run found, and both side by side."""

from collections.abc import Mapping

import numpy as np

from lib.chapters.session import Session
from lib.data.dataset import Split
from lib.features import pictures
from lib.methods.baby.recipe import DOWNLOADED, IDS, PAPERS, QUICK, TUTORIAL, small
from lib.methods.baby.system import BabyClip
from lib.search import retrieval
from lib.search.evaluation import Evaluation
from lib.show import tables

OWN = "the full training of this system is a command of its own, make baby-long, with a record"
LONG = {TUTORIAL: "tutorial", **{name: f"long {tower}" for tower, name in IDS.items()}}
Pieces = Mapping[str, dict]  # of the long run, by name
Grids = dict[str, list[tuple[int, float]]]  # title → positions in the gallery and their scores


def babies(session: Session) -> list[BabyClip]:
    """Both babies before their training.

    Photographs want babies with downloaded towers; without them the notebook ends here.
    """
    drawn = session.data.is_drawn
    session.leave_out([TUTORIAL], OWN if drawn else f"trains on drawings; {OWN}")
    if drawn:
        words = pictures.sentences(session.data.fit)
        return [BabyClip(name, small(tower, words), QUICK[tower]) for tower, name in IDS.items()]
    from lib.methods.baby import downloaded

    missing = [part for tower in PAPERS.values() for part in downloaded.missing(tower)]
    if missing:
        session.stop_without(list(IDS.values()), missing[0].missing())
    return [BabyClip(name, downloaded.shape(PAPERS[tower]), DOWNLOADED, is_downloaded=True)
            for tower, name in IDS.items()]  # fmt: skip


def sizes(babies: Mapping[str, Evaluation]) -> list[dict[str, str]]:
    """What the babies are made of."""
    rows = []
    for name, one in babies.items():
        shape, baby = one.system.shape, one.system.model()
        text, image = (
            sum(p.numel() for p in part.parameters()) / 1e6 for part in (baby.text, baby.image)
        )
        rows.append(
            {
                "system": name,
                "image tower": f"{shape.image}, {shape.side} px, {image:.1f} M parameters",
                "text tower": f"DistilBERT, {baby.text.config.n_layers} layers of "
                f"{baby.text.config.dim}, {text:.1f} M, {len(shape.vocabulary):,} pieces",
                "starts from": one.params["starts_from"],
                "epochs": str(one.params["epochs"]),
                "scale learned": f"{float(baby.log_scale.detach().exp()):.1f}",
            }
        )
    return rows


def best_nine(one: Evaluation, split: Split, query: str) -> list[tuple[int, float]]:
    """The nine best images for a typed query, with their scores."""
    scores = one.scores_of([query], split)
    return [(int(i), float(scores[0, i])) for i in retrieval.top_k(scores, 9)[0]]


def cosine_gap(one: Evaluation, split: Split) -> tuple[float, float]:
    """Mean cosine of a description to its own image, and to all others."""
    scores = one.scores(split.name)
    own = scores[np.arange(len(scores)), split.truth]
    others = (scores.sum() - own.sum()) / (scores.size - len(own))
    return float(own.mean()), float(others)


def long_run(session: Session) -> tuple[list[dict], Pieces]:
    """Rows and pieces of the long run; both empty where nobody has done it."""
    record = session.long_record()
    return (record["rows"], record["facts"]["pieces"]) if record else ([], {})


def not_yet(pieces: Pieces) -> str:
    """How far the long run has come, in a sentence."""
    if not pieces:
        return "`make baby-long` has not been run on this data: what it shows is left out below."
    n = len(pieces)
    return f"{n} pieces of the long run are recorded; what of it is not is left out below."


def curves(babies: Mapping[str, Evaluation], pieces: Pieces) -> dict[str, list[dict]]:
    """Label → looks at development, of this run and of the long one."""
    here = {f"{short(name)}, this run": one.system.curve for name, one in babies.items()}
    long = {f"{short(name)}, long run": pieces[LONG[name]]["curve"] for name in IDS.values()
            if LONG[name] in pieces}  # fmt: skip
    return here | long


def short(name: str) -> str:
    """A baby's name without what all share."""
    return name.removeprefix("baby.").removesuffix("_distilbert")


def long_grids(pieces: Pieces, split: Split, titles: Mapping[str, str]) -> Grids:
    """The recorded nine of some pieces; titles: by piece."""
    place = {path.name: i for i, path in enumerate(split.images)}
    grids = {}
    for name, title in titles.items():
        nine = pieces.get(name, {}).get("nine", [])
        if nine and all(image in place for image, _ in nine):
            grids[title] = [(place[image], score) for image, score in nine]
    return grids


def long_rows(rows: list[dict], pieces: Pieces, split: str) -> list[dict[str, str]]:
    """What the long run measured on a split, for people."""
    table = []
    for row in rows:
        if row["split"] != split:
            continue
        piece = pieces[LONG[row["system"]]]
        table.append(
            {
                "system (long run)": row["system"],
                "map_at_20": tables.score_text(row),
                "epochs": str(row["params"]["epochs"]),
                "minutes": f"{piece['seconds'] / 60:.0f}",
                "paper's query is true of": f"{piece['true_of_nine'] * 9:.0f} of 9",
                "of each fifth of 45": f"{piece['true_of_each_fifth'] * 9:.0f} of 9",
                "of all images": f"{piece['base_rate']:.1%}",
            }
        )
    return table


def night(pieces: Pieces) -> str:
    """What a night gives to babies of the paper's size, in a sentence."""
    speeds = {tower: pieces[name] for tower in IDS
              if (name := f"speed of the paper's {tower}") in pieces}  # fmt: skip
    if not speeds:
        return "Nobody has measured how fast babies of the paper's size train here."
    each = [
        f"with {tower} {speed['images_a_second']:.1f} images a second "
        f"({speed['parameters'] / 1e6:.0f} M parameters, {speed['device']}), so "
        f"{speed['images_a_night'] / 8000:.0f} passes over 8,000 images in eight hours"
        for tower, speed in speeds.items()
    ]
    return f"At the paper's size, 224 pixels and DistilBERT as it is: {'; '.join(each)}."


def tutorial_sentence(rows: list[dict], pieces: Pieces) -> str:
    """How the tutorial's loss went from epoch to epoch; empty where nobody has run it."""
    if "tutorial" not in pieces:
        return ""
    batch = next(row for row in rows if row["system"] == TUTORIAL)["params"]["batch"]
    losses = ", ".join(f"{look['loss']:.3f}" for look in pieces["tutorial"]["curve"])
    return (
        f"The tutorial's loss over the epochs: {losses}. A model to which all of a batch of "
        f"{batch} look alike has log {batch} = {np.log(batch):.3f}."
    )
