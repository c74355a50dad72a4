"""`make clip-long`: beginnings for models that read other captions, and back-translation."""

from dataclasses import asdict
from functools import partial

import numpy as np

from lib import scenes
from lib.base import files
from lib.base.settings import Settings
from lib.chapters import long
from lib.chapters.clip import study
from lib.data.dataset import Dataset, Split
from lib.features.clip.embed import Source
from lib.methods.clip import pretrain, translate
from lib.methods.clip.prompts import BEGINNINGS
from lib.methods.clip.systems import FULL, Clip
from lib.methods.regression.levers import STRONG
from lib.methods.regression.regress import Rephrased
from lib.record import results
from lib.search.evaluation import SPLITS, evaluate
from lib.search.system import System

STANDS_ON = ("methods/clip/systems.py", "features/features.py", "scenes/resnet.py")


def main(settings: Settings) -> None:
    """An hour on two cores, no piece above fifteen minutes. Raises ValueError for photographs."""
    long.run("06_clip_prompts", settings, pieces)


def pieces(data: Dataset, settings: Settings) -> long.Pieces:
    styles = {f"captions: {style or 'as they are'}": (
        [style, habits, asdict(pretrain.PretrainRecipe())],
        partial(beginnings, data, style)) for style, habits in scenes.styles().items()}  # fmt: skip
    return spanish(data) | styles


def beginnings(data: Dataset, style: str) -> tuple[dict, list[dict]]:
    """What each of the paper's beginnings gains with a CLIP that read captions of a style."""
    weights = pretrain.quarter(style)
    names = (FULL, *(f"clip.{words.replace(' ', '_')}" for words in BEGINNINGS), "clip.mixed")
    source = Source("embedded", weights)
    plain, *begun = (evaluate(data, Clip(source, name, names)) for name in names)
    gains = {one.id: study.gain(one, plain, "test") for one in begun}
    read = files.read_json(weights.with_suffix(".json"))["pairs_seen"]
    return {"style": style, "pairs": read, "map_at_20": plain.map_at_20("test"), "gains": gains}, []


def spanish(data: Dataset) -> long.Pieces:
    one, fused = translate.BackTranslation("es"), translate.BackTranslation("es", fused=True)
    ridge, other = (STRONG.seeds([])[0] for _ in range(2))
    trained = Rephrased(study.SPANISH[2], other, translate.rephrased, one.about)
    about = [translate.PACKAGE, asdict(STRONG), {file: files.version(file) for file in STANDS_ON}]
    return {new.id: ([new.id, *about], partial(compared, data, new, plain))
            for new, plain in ((one, Clip()), (fused, Clip()), (trained, ridge))}  # fmt: skip


def compared(data: Dataset, new: System, plain: System) -> tuple[dict, list[dict]]:
    """A system beside its original, query by query; left out where Apertium is missing."""
    if reason := translate.missing("es"):
        return {"left_out": reason}, [results.not_run(new.id, reason, split) for split in SPLITS]
    better, worse = evaluate(data, new), evaluate(data, plain)
    gains = {split: study.gain(better, worse, split) for split in SPLITS}
    examples = sentences(data.test) if new.id == study.SPANISH[0] else {}
    return {"against": plain.id, "gains": gains, **examples}, results.rows(better, data)


def sentences(split: Split, shown: int = 6) -> dict:
    before = [sentence for each in split.sentences for sentence in each]
    after = dict(zip(before, translate.there_and_back(before, "es"), strict=True))
    spread = np.linspace(0, len(split.sentences) - 1, shown).astype(int)
    return {
        "unknown_words": translate.unknown(before),
        "unchanged": float(np.mean([after[sentence] == sentence for sentence in before])),
        "examples": [[s, after[s]] for s in (split.sentences[i][0] for i in spread)],
    }
