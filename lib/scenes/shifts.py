"""The same facts seen and said otherwise: another way to draw, and an annotator with a grammar of
their own. What was learned from the corpus meets neither there."""

from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageFilter

from lib.scenes.compose import core, focus
from lib.scenes.mentions import View
from lib.scenes.records import Scene
from lib.scenes.rng import Rng
from lib.scenes.sentences import PERSONAS, _clothes, _grow, _options

VERSION = 1  # raise it when pictures or notes come out otherwise: records are made again

_PALE = 0.35  # share of white in every colour
_LINE = 30.0  # how strongly brightness must change, of 255, for the blackest line
_MOST = 5  # facts beside the core of a note


def inked(pixels: np.ndarray) -> np.ndarray:
    """A drawing, uint8 [side, side, 3], in pale washes with ink along all edges."""
    picture = Image.fromarray(pixels).filter(ImageFilter.MedianFilter(5))
    bright = np.asarray(picture.convert("L"), np.float32)
    dy, dx = np.gradient(bright)
    ink = np.clip(np.hypot(dx, dy) / _LINE, 0, 1)[..., None]
    washed = np.asarray(picture, np.float32) * (1 - _PALE) + 255 * _PALE
    return (washed * (1 - ink)).astype(np.uint8)


def note(scene: Scene, visible: Mapping[int, float] | None = None) -> str:
    """What is to be seen as answers to questions, which none of the five annotators writes.

    visible: as `sentences.sentences` takes it.
    """
    view, rng, persona = View(scene, visible), Rng(scene.look, "note"), PERSONAS[3]
    parts = core(view, focus(view, rng), rng, persona.habit)
    options = _options(view, parts, persona)
    for _ in range(min(_MOST, len(options))):
        pick = rng.weighted(range(len(options)), [weight for weight, _ in options])
        _, (kind, j) = options.pop(pick)
        _grow(view, parts, kind, j, rng, persona)
    answers = {
        "Where?": parts.place,
        "When?": parts.time,
        "Who or what?": f"{parts.subject} {_clothes(parts)}".strip(),
        "Doing?": " ".join([parts.doing, *parts.beside]).strip(),
        "What else?": ", ".join(phrase for phrase, _ in parts.withs) or ", ".join(parts.served),
    }
    return " ".join(f"{question} {text}." for question, text in answers.items() if text)
