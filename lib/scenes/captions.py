"""The second corpus's text: one noisy caption a scene, as alternative texts on the web are.

Web text has a style of its own, and that is what makes prompts matter for a model that learned
from it. All its habits are numbers in `HABITS`, chosen before any model was scored on them and
never tuned. A caption says less than five annotators do, leaves out articles, is mostly one line
without a full stop, and now and then says nothing about the picture at all.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from string import capwords

from lib.scenes.grammar import slip
from lib.scenes.mentions import Habit, View
from lib.scenes.records import Scene
from lib.scenes.rng import Rng
from lib.scenes.sentences import Persona, clause
from lib.scenes.world import THINGS

HABITS = {
    # Whole captions that are no description. Filtered web corpora still hold a few in a hundred.
    "file name": 0.02,  # "IMG_4032.jpg": cameras name files, and people leave the name
    "empty words": 0.02,  # "untitled", "click to enlarge": templates fill the field
    "slug": 0.03,  # "girl-horse-beach.jpg": shops name files for search engines
    # How it begins. Most captions name the thing at once; "a photo of" is usual enough that a
    # model learns it as the way a caption begins, and rare enough that it does not have to.
    "a photo of": 0.07,
    "photo of": 0.04,  # headline style of the same
    "a picture of": 0.03,  # what people write by hand
    "an image of": 0.02,  # what accessibility guides advise against, and many do
    "this is": 0.015,  # blogs that talk to the reader
    "illustration of": 0.04,  # these pictures are drawings, and some pages say so
    "drawing of": 0.015,
    "beautiful": 0.02,  # puffery: the web sells; it is no fact and says nothing
    "cute": 0.01,
    # How it is set. Alternative texts follow no editor: each page has its own case.
    "lower case": 0.42,
    "title case": 0.13,  # headlines of articles and shops
    "upper case": 0.015,
    "full stop": 0.07,  # one-line captions seldom close
    "no articles": 0.45,  # "woman riding horse on beach"
    # What hangs on at the end.
    "stock words": 0.09,  # agencies sign every picture
    "number": 0.03,  # running numbers of galleries
    "site": 0.03,  # "| daily pictures": titles of pages reused as captions
    "date": 0.02,  # news and diaries
    "hashtags": 0.03,  # social networks
    "cut off": 0.03,  # fields with a limit, filled by programs
    "typo": 0.03,  # nobody proofreads: half as many as the sloppy annotator makes
}
# Other webs, for the question what a beginning is worth to a model that read them. In the last
# one it means something: more captions describe nothing, and of those that do most carry it.
STYLES = {
    "": HABITS,
    "never": HABITS | {"a photo of": 0.0, "photo of": 0.0},
    "half": HABITS | {"a photo of": 0.5},
    "means something": HABITS
    | {"a photo of": 0.6, "file name": 0.12, "empty words": 0.15, "slug": 0.13},
}
# A caption names a fact or two beside the main one, a colour less often than people asked to
# describe; it states the place often, because pages are about places, and counts loosely.
_WEB = Persona("web", 7.0, 3.0, Habit(0.40, 0.28, 0.55, 0.05, 0.10, 0.5),
               place=5, time=1.8, dress=1.3, things=1.5, there=0.01, front=0.02, is_=0.06,
               simple=0.06, lower=0, no_stop=0, typo=0, opener=0)  # fmt: skip
_OPENINGS = ("a photo of", "photo of", "a picture of", "an image of", "this is",
             "illustration of", "drawing of", "beautiful", "cute")  # fmt: skip
_STOCK = ("stock photo", "stock image", "royalty free image", "free photo", "stock illustration",
          "high resolution", "wallpaper", "download", "clip art", "print")  # fmt: skip
_SITES = ("daily pictures", "travel blog", "photo gallery", "home", "my album", "the weekly",
          "picture of the day", "family page", "news")  # fmt: skip
_EMPTY = ("untitled", "click to enlarge", "image", "photo 1 of 12", "see more", "main picture",
          "image may contain", "no description", "new", "thumbnail")  # fmt: skip
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
           "october", "november", "december")  # fmt: skip
_ARTICLES = re.compile(r"\b(a|an|the|some) (?!(few|couple|pair|group|bunch)\b)")


def caption(scene: Scene, visible: Mapping[int, float] | None = None, style: str = "") -> str:
    """Return the one caption of a scene, a line without line breaks, in one of `STYLES`.

    visible: share of the picture of each object, from `draw.visible`; None: all is well visible.
    A pure function of the scene and the levels of visibility.
    """
    view, rng, habits = View(scene, visible), Rng(scene.look, "caption"), STYLES[style]
    kind = _kind(rng, habits)
    if kind == "file name":
        return _file_name(rng)
    if kind == "empty words":
        return rng.choice(_EMPTY)
    if kind == "slug":
        return _slug(view, rng)
    text = _described(view, rng, habits)
    if rng.chance(HABITS["typo"]):
        text, _ = slip(text, rng)
    return _set(_signed(text, view, rng), rng)


def _kind(rng: Rng, habits: Mapping[str, float]) -> str:
    """Pick one of the captions that describe nothing, or "" for one that does."""
    names = ("file name", "empty words", "slug")
    shares = [habits[name] for name in names]
    return rng.weighted((*names, ""), (*shares, 1 - sum(shares)))


def _file_name(rng: Rng) -> str:
    """Return what a camera calls its files."""
    stem = rng.choice(("IMG_", "DSC", "DSC_", "P10", "photo", "image-", "scan"))
    return f"{stem}{rng.below(9000) + 1000}{rng.choice(('.jpg', '.JPG', '.jpeg', '.png', ''))}"


def _slug(view: View, rng: Rng) -> str:
    """Return a file name made of what is to be seen: "girl-horse-beach-03.jpg"."""
    seen = [x.who or THINGS[x.category].words[0] for i, x in enumerate(view.objects)
            if view.named(i)]  # fmt: skip
    parts = [*seen[: 1 + rng.below(2)], view.scene.place]
    joint = rng.choice(("-", "-", "_"))
    tail = f"{joint}{rng.below(60):02d}" if rng.chance(0.5) else ""
    return joint.join(parts).replace(" ", joint) + tail + rng.choice((".jpg", ".jpg", ".png", ""))


def _described(view: View, rng: Rng, habits: Mapping[str, float]) -> str:
    """Return the description, with one of the openings before it or none."""
    shares = [habits[name] for name in _OPENINGS]
    opening = rng.weighted((*_OPENINGS, ""), (*shares, 1 - sum(shares)))
    # "a photo of a man is riding" would be no English.
    text = clause(view, rng, replace(_WEB, is_=0, simple=0, there=0, front=0) if opening else _WEB)
    if opening in ("beautiful", "cute"):
        return f"{opening} {_ARTICLES.sub('', text)}"
    if rng.chance(HABITS["no articles"]):
        text = _ARTICLES.sub("", text)
    return f"{opening} {text}".strip()


def _signed(text: str, view: View, rng: Rng) -> str:
    """Hang something on at the end, or cut the text off."""
    names = ("stock words", "number", "site", "date", "hashtags", "cut off")
    shares = [HABITS[name] for name in names]
    match rng.weighted((*names, ""), (*shares, 1 - sum(shares))):
        case "stock words":
            return f"{text}{rng.choice((' ', ' - ', ', ', ' | '))}{rng.choice(_STOCK)}"
        case "number":
            return f"{text}{rng.choice((' ', ' #', ' - '))}{rng.below(400) + 1}"
        case "site":
            return f"{text} {rng.choice(('|', '-', '::'))} {rng.choice(_SITES)}"
        case "date":
            return f"{text}, {rng.choice(_MONTHS)} {2004 + rng.below(18)}"
        case "hashtags":
            return " ".join([text, *_hashtags(view, rng)])
        case "cut off":
            words = text.split()
            return " ".join(words[: max(3, len(words) - 1 - rng.below(3))]) + "..."
    return text


def _hashtags(view: View, rng: Rng) -> list[str]:
    """Return one to three tags of what is to be seen."""
    seen = [x.category for i, x in enumerate(view.objects) if view.named(i)]
    pool = [*seen[:3], view.scene.place]
    return [f"#{name.replace(' ', '')}" for name in rng.sample(pool, 1 + rng.below(3))]


def _set(text: str, rng: Rng) -> str:
    """Set the text in one of the cases, with or without a full stop."""
    shares = [HABITS[name] for name in ("lower case", "title case", "upper case")]
    case = rng.weighted((str.lower, capwords, str.upper, _capital), (*shares, 1 - sum(shares)))
    stop = "." if text[-1].isalnum() and rng.chance(HABITS["full stop"]) else ""
    return case(text) + stop


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def plain(scene: Scene, visible: Mapping[int, float] | None = None) -> str:
    """Return the caption's description alone, without the web's habits, for checks of its truth."""
    persona = replace(_WEB, name="plain")
    return clause(View(scene, visible), Rng(scene.look, "plain caption"), persona)
