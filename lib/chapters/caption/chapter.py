"""Chapter 05's own steps: which captioners this data has, and what they wrote side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from lib.base import files
from lib.chapters.caption import study
from lib.chapters.session import Session
from lib.data.dataset import Split
from lib.features import text
from lib.features.text import tokenize
from lib.methods.caption import systems
from lib.search import metrics
from lib.search.runs import SystemRun

if TYPE_CHECKING:
    from lib.methods.caption.model import Captioner

CATS = ("cats", "kittens")  # what the paper's picture shows two of
EXAMPLES = 6  # images of the grid


@dataclass(frozen=True)
class Wrote:
    """One captioner's captions of each split, and the two systems that search them.

    curve: looks at development while the join was trained. key: what the captioner is, for the
    cache; side: pixels that it sees; load: the captioner itself.
    """

    told: dict[str, systems.Told]
    runs: dict[str, SystemRun]
    curve: list[dict]
    key: dict
    side: int
    load: Callable[[], "Captioner"]


def all_systems() -> list[str]:
    """Every system of the chapter."""
    names = (systems.ZERO_SHOT, systems.FINETUNED, systems.PRETRAINED)
    return [name + ending for name in names for ending in systems.TEXTS.values()]


def captioners(session: Session) -> dict[str, Wrote]:
    """Each captioner that this data has, its captions and its systems; others are left out.

    On photographs without downloaded weights the notebook ends here.
    """
    words = text.for_stages(session.data, session.settings.word_vectors)
    if session.data.is_drawn:
        found = drawn(session, words)
        leave_out(
            session, systems.PRETRAINED, "captions photographs; drawings have their own captioner"
        )
    else:
        found = photographed(session, words)
    for wrote in found.values():
        session.add(*wrote.runs.values())
    return found


def drawn(session: Session, words: dict) -> dict[str, Wrote]:
    """The captioners of the drawings: put together without training, and trained."""
    shop, found = systems.Workshop(session.data, systems.QUICK), {}
    for name, made in {
        systems.ZERO_SHOT: shop.untrained(),
        systems.FINETUNED: shop.joined(),
    }.items():
        params = {"starts_from": "tags and sentences of the training split", **asdict(shop.plan)}
        told = {s: systems.of_weights(getattr(session.data, s).images, made.weights)
                for s in systems.SPLITS}  # fmt: skip
        size = made.weights.stat().st_size
        runs = systems.systems(
            session.data, name, told, words, params, made.seconds, size, len(session.data.fit)
        )
        found[name] = Wrote(
            told, runs, made.curve, {"weights": files.hash_of(made.weights)}, shop.plan.shape.side,
            partial(systems.loaded, made.weights),
        )  # fmt: skip
    return found


def photographed(session: Session, words: dict) -> dict[str, Wrote]:
    """The captioners of photographs, those that are on this machine."""
    from lib.methods.caption import downloaded

    ways = {systems.ZERO_SHOT: downloaded.JOINED, systems.PRETRAINED: downloaded.TRAINED}
    lacking = {name: way.missing() for name, way in ways.items()}
    if all(lacking.values()):
        session.stop_without(all_systems(), next(iter(lacking.values()))[0].missing())
    found = {}
    for name, way in ways.items():
        if lacking[name]:
            leave_out(session, name, lacking[name][0].missing())
            continue
        told = {s: systems.captions(getattr(session.data, s).images, way.key(), way.load)
                for s in systems.SPLITS}  # fmt: skip
        params = {"models": [one.name for one in way.repositories]}
        runs = systems.systems(session.data, name, told, words, params, 0.0, way.model_bytes, 0)
        found[name] = Wrote(told, runs, [], way.key(), downloaded.SIDE, way.load)
    reason = "fine-tuning at this size wants a graphics card: make caption-long measures how long"
    leave_out(session, systems.FINETUNED, reason)
    return found


def leave_out(session: Session, name: str, reason: str) -> None:
    """Both searches among captions that are not there."""
    session.leave_out([name + ending for ending in systems.TEXTS.values()], reason)


def by_image(split: Split) -> list[tuple[str, ...]]:
    """The sentences of each image of a gallery."""
    own = np.argsort(split.truth)
    return [split.sentences[i] for i in own]


def two_cats(split: Split) -> int:
    """The first image whose sentences speak of two cats; without one, of a cat; else the first."""
    said = [[set(tokenize(s)) for s in sentences] for sentences in by_image(split)]
    for wanted in ({"two", "cats"}, {"cats"}, {"cat"}):
        for image, sentences in enumerate(said):
            if sum(wanted <= tokens for tokens in sentences) >= 2:
                return image
    return 0


def beside(
    wrote: Mapping[str, Wrote], split: str, images: Sequence[int]
) -> dict[int, dict[str, str]]:
    """Image → captioner → its caption."""
    return {
        image: {name: one.told[split].captions[image] for name, one in wrote.items()}
        for image in images
    }


def examples(split: Split) -> list[int]:
    """Images spread evenly over a gallery, fixed before any caption was read."""
    return study.spread(len(split), EXAMPLES).tolist()


def quality(wrote: Mapping[str, Wrote], split: Split) -> dict[str, dict[str, float]]:
    """BLEU-4, CIDEr and the share of distinct captions; and of people, one sentence held out."""
    sentences = by_image(split)
    found = {name: study.judged(one.told[split.name].captions, sentences)
             for name, one in wrote.items()}  # fmt: skip
    rest = [said[1:] or said for said in sentences]
    return found | {"people": study.judged([said[0] for said in sentences], rest)}


def quality_table(found: Mapping[str, dict[str, float]]) -> list[dict[str, str]]:
    """The same for reading."""
    return [
        {
            "written by": name,
            "BLEU-4": f"{scores['bleu4']:.3f}",
            "CIDEr": f"{scores['cider']:.2f}",
            "captions that one image alone got": f"{scores['distinct']:.0%}",
        }
        for name, scores in found.items()
    ]


def looks_table(found: Mapping[str, dict]) -> list[dict[str, str]]:
    """Whether each captioner looks at the picture."""
    rows = []
    for name, both in found.items():
        captions, losses = both["captions"], both["losses"]
        rows.append(
            {
                "captioner": name,
                "two captions of one image share": f"{captions['same']:.1%} of words",
                "of two images": f"{captions['other']:.1%}",
                "difference": interval(captions, 100, 1),
                "loss, own picture": f"{losses['own']:.3f}",
                "another's": f"{losses['shuffled']:.3f}",
                "difference ": interval(losses, 1, 3),
            }
        )
    return rows


def interval(found: dict, by: float, digits: int) -> str:
    """A difference with its interval."""
    low, high = (by * bound for bound in found["ci95"])
    return f"{by * found['difference']:+.{digits}f} [{low:+.{digits}f}, {high:+.{digits}f}]"


def piece(record: dict | None, name: str) -> dict | None:
    """A piece of the long run, or None where nobody has done it."""
    return record["facts"]["pieces"].get(name) if record else None


def spoken(wrote: Mapping[str, Wrote], split: str) -> str:
    """What each captioner writes most, and for how many images."""
    told = []
    for name, one in wrote.items():
        (text, share), *_ = study.most_frequent(one.told[split].captions)
        told.append(f"`{name}` writes *{text or '(nothing)'}* for {share:.0%} of the images")
    return "; ".join(told) + "."


def looks(session: Session, wrote: Mapping[str, Wrote]) -> dict[str, dict]:
    """`study.looks` of each captioner on the scored images."""
    found = {}
    for name, one in wrote.items():
        album = systems.album(few(session.split), one.side)
        found[name] = study.looks(one.load, album, one.key)
    return found


def few(split: Split) -> Split:
    """As many images of a split as the evidence wants, spread over it."""
    return split.take(study.spread(len(split), study.JUDGED))


def curves(
    session: Session, trained: Wrote, record: dict | None
) -> tuple[dict[str, list[dict]], dict[str, int]]:
    """Label → looks at development, and steps an epoch, of this run and of the long one."""
    found, batch = {"this run": trained.curve}, {"this run": systems.QUICK.join.batch}
    done = piece(record, "long")
    if done:
        row = next(row for row in record["rows"] if row["system"] in done["systems"])
        found["long run"], batch["long run"] = done["curve"], row["params"]["join"]["batch"]
    return found, {label: max(1, len(session.data.fit) // n) for label, n in batch.items()}


def best_of(wrote: Mapping[str, Wrote]) -> SystemRun:
    """The search with the best development score."""
    runs = [run for one in wrote.values() for run in one.runs.values()]
    return max(runs, key=lambda run: metrics.map_at_k(run.ranks["dev"]))


def long_sentence(record: dict | None, split: str) -> str:
    """What the long run's captioner scores, or that nobody has run it."""
    if record is None:
        return "`make caption-long` has not been run on this data."
    told = []
    for row in record["rows"]:
        if row["split"] == split and row["status"] == "measured":
            low, high = row["map_at_20_ci95"]
            told.append(f"`{row['system']}` {row['map_at_20']:.4f} [{low:.4f}, {high:.4f}]")
    only = piece(record, "only the join")
    joined = f" With both parts frozen: {only['map_at_20']:.4f} on development." if only else ""
    return f"Long run, on {split}: {'; '.join(told)}.{joined}"


def beam_sentence(record: dict | None) -> str:
    """Whether a beam search pays."""
    found = piece(record, "beams")
    if found is None:
        return ""
    (one, greedy), (width, wide) = found["beams"].items()
    return (
        f"{width} beams against {one}: CIDEr {wide['cider']:.2f} against {greedy['cider']:.2f}, "
        f"search {interval(found, 1, 4)} on development, {wide['seconds']:.0f} s against "
        f"{greedy['seconds']:.0f} s."
    )


def speed_sentence(record: dict | None) -> str:
    """What fine-tuning at the paper's size would take on this machine."""
    found = piece(record, "speed at the paper's size")
    if found is None:
        return "How fast a captioner of the paper's size is fine-tuned here has not been measured."
    return (
        f"At the paper's size ({found['parameters'] / 1e6:.0f} M parameters, 224 pixels) this "
        f"machine ({found['device']}) fine-tunes {found['images_a_second']:.1f} images a second: "
        f"{found['hours_a_pass']:.1f} hours for one pass over 10,000 images."
    )
