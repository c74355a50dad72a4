"""Five sentences a scene, as five annotators would write them from what they see.

Each annotator is a persona with a length of its own: sentences vary by who writes more than by
what there is to see, as COCO's do. Nothing is said that is not a visible fact.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.scenes.compose import Parts, core, focus, gear, partner, place_phrase
from lib.scenes.extras import extra
from lib.scenes.grammar import article, finite, length, slip
from lib.scenes.lexicon import PLACE, TIMES, WEATHERS, words
from lib.scenes.mentions import FIGURE, Habit, View, feature, outfit
from lib.scenes.places import PLACES
from lib.scenes.records import Scene
from lib.scenes.rng import Rng
from lib.scenes.world import THINGS


@dataclass(frozen=True)
class Persona:
    """One annotator. Chances lie between 0 and 1, weights are relative.

    length, spread: words that a sentence aims at, mean and half width; habit: how it names things.
    place, time, dress, things: weights of what is said next while the sentence is too short.
    there, front, is_, simple: chances of "There is ...", of the place or hour first, of "is
    riding" and of "rides"; lower, no_stop, typo: chances of slips; opener: of "a picture of".
    """

    name: str
    length: float
    spread: float
    habit: Habit
    place: float
    time: float
    dress: float
    things: float
    there: float
    front: float
    is_: float
    simple: float
    lower: float
    no_stop: float
    typo: float
    opener: float = 0.018  # "a picture of": seldom in COCO, a sentence in sixty or so


PERSONAS = (
    Persona("terse", 6.6, 1.6, Habit(0.15, 0.08, 0.55, 0.10, 0.14, 0.3),
            place=9, time=1.0, dress=0.8, things=1.0, there=0.03, front=0.08, is_=0.12,
            simple=0.10, lower=0.12, no_stop=0.10, typo=0.004),
    Persona("colours", 9.9, 3.0, Habit(0.92, 0.80, 0.60, 0.02, 0.06, 0.7),
            place=3, time=0.6, dress=9, things=2.0, there=0.05, front=0.05, is_=0.25,
            simple=0.15, lower=0.03, no_stop=0.05, typo=0.008),
    Persona("counter", 9.3, 3.0, Habit(0.40, 0.30, 0.97, 0.02, 0.04, 0.5),
            place=4, time=0.6, dress=2.0, things=3.5, there=0.40, front=0.06, is_=0.25,
            simple=0.05, lower=0.03, no_stop=0.04, typo=0.006),
    Persona("background", 12.0, 4.0, Habit(0.45, 0.40, 0.50, 0.04, 0.06, 0.6),
            place=4, time=4.0, dress=1.5, things=4.5, there=0.05, front=0.28, is_=0.20,
            simple=0.15, lower=0.02, no_stop=0.03, typo=0.010),
    Persona("sloppy", 8.6, 3.2, Habit(0.35, 0.22, 0.30, 0.14, 0.06, 0.4),
            place=5, time=1.4, dress=1.5, things=1.8, there=0.08, front=0.06, is_=0.25,
            simple=0.25, lower=0.50, no_stop=0.45, typo=0.060),
)  # fmt: skip
_OPENERS = ("a picture of", "a photo of", "an image of", "a view of", "a close up of")
# Weight of a thing by its level of visibility: literals, as powers differ in the last digit
# from one machine's mathematics to another's.
_AREA = (0.0, 0.1, 0.3, 0.5, 0.75, 1.0, 1.25, 1.55)
_FOUR = 0.012  # scenes with a sentence missing
_TRAILING = 0.03  # sentences with a space too many at their end
_NO_FRONT = ("ocean", "lake", "river", "sky", "harbor")  # "a river that has a man" reads oddly
_EMPTY_TAGS = 0.008  # 16 of 2,000 tag files are empty in the course's data


@dataclass(frozen=True)
class Sentence:
    """A sentence, who wrote it, and its misspelling as (written, meant), or None."""

    text: str
    persona: str
    typo: tuple[str, str] | None = None


def sentences(scene: Scene, visible: Mapping[int, float] | None = None) -> tuple[str, ...]:
    """Return the five sentences (now and then four) of a scene.

    visible: share of the picture of each object, from `draw.visible`; None: all is well visible.
    A pure function of the scene and the levels of visibility (`mentions.LEVELS`).
    """
    return tuple(s.text for s in written(scene, visible))


def typos(scene: Scene, visible: Mapping[int, float] | None = None) -> tuple:
    """Return for each sentence its misspelling as (written, meant), or None."""
    return tuple(s.typo for s in written(scene, visible))


def written(scene: Scene, visible: Mapping[int, float] | None = None) -> tuple[Sentence, ...]:
    """Return the sentences with their persona and misspelling; see `sentences`."""
    view, rng = View(scene, visible), Rng(scene.look, "annotators")
    order = rng.sample(PERSONAS, 4 if rng.chance(_FOUR) else 5)
    texts, result = set(), []
    for k, persona in enumerate(order):
        for attempt in range(6):  # no two annotators of a scene write the same
            own = Rng(scene.look, f"sentence/{persona.name}/{attempt}", k)
            text = clause(view, own, persona)
            if text not in texts:
                break
        texts.add(text)
        result.append(_finish(text, own, persona))
    return tuple(result)


def clause(view: View, rng: Rng, persona: Persona) -> str:
    """Return what one persona writes of a scene, without capital and full stop."""
    aim = persona.length + rng.uniform(-persona.spread, persona.spread)
    if rng.chance(0.04):
        aim *= 1.45  # now and then somebody tells everything
    parts = core(view, focus(view, rng), rng, persona.habit)
    options = _options(view, parts, persona)
    while options and parts.count() < max(aim - 2, 5):
        pick = rng.weighted(range(len(options)), [weight for weight, _ in options])
        _, (kind, j) = options.pop(pick)
        _grow(view, parts, kind, j, rng, persona)
    _mend(view, parts, rng)
    return _sentence(view, parts, rng, persona)


def _mend(view: View, parts: Parts, rng: Rng) -> None:
    """Keep "with" where it reads well: after the place, not after an idle "sitting"."""
    room = PLACES[view.scene.place].kind == "room"
    double = any(" with " in f" {x}" for x in (parts.doing, *parts.served, *parts.beside[-1:]))
    walls = any("wall" in f"{phrase} {where}" for phrase, where in parts.withs)
    if parts.withs and not parts.place and (double or walls or (room and rng.chance(0.8))):
        parts.place = place_phrase(view, parts, rng)
    idle = parts.doing in ("sitting", "standing", "floating")
    thing = view.objects[parts.focus].action == ""
    if idle and thing and not (parts.place or parts.beside):
        parts.doing = ""
        if not parts.withs:
            parts.place = place_phrase(view, parts, rng)


def _options(view: View, parts: Parts, persona: Persona) -> list[tuple[float, tuple[str, int]]]:
    """Weigh what may be said next; things count by how much of the picture they fill."""
    scene, i = view.scene, parts.focus
    options = [(persona.place, ("place", -1))]
    if scene.time or scene.weather:
        strong = scene.time in ("sunset", "night") or scene.weather in ("rainy", "snowy", "foggy")
        plain = 0.0 if scene.weather == "" else 0.35  # daylight in a window is nothing to write
        options.append((persona.time * (1.7 if strong else plain), ("time", -1)))
    if view.objects[i].category == "person" and partner(view, i) not in parts.mentions:
        options += [(persona.dress, ("outfit", i)), (persona.dress * 0.5, ("feature", i))]
    for j, record in enumerate(view.objects):
        if record.category == "tv" and ("tv" in parts.doing or "television" in parts.doing):
            continue
        if view.named(j) and j not in (*parts.mentions, partner(view, i), gear(view, i)):
            weight = persona.things * _AREA[view.levels[j]]
            if record.category == "wall" or not THINGS[record.category].tag:
                weight *= 0.6
            options.append((weight, ("thing", j)))
    if partner(view, i) >= 0 and partner(view, i) not in parts.mentions:
        options.append((persona.things * 2, ("thing", partner(view, i))))
    return options


def _grow(view: View, parts: Parts, kind: str, j: int, rng: Rng, persona: Persona) -> None:
    """Say one more fact."""
    if kind == "place" and not parts.place:
        parts.place = place_phrase(view, parts, rng)
    elif kind == "time":
        parts.time = _time(view.scene, rng)
    elif kind == "outfit":
        worn = outfit(view, j, rng, rng.chance(max(0.75, persona.habit.colour)))
        if worn:
            parts.dress.insert(0, f"{rng.choice(('in', 'wearing', 'in', 'dressed in'))} {worn}")
    elif kind == "feature":
        worn = feature(view, j)
        if worn and "bearded" not in parts.subject:
            wear = ("with",) if "beard" in worn else ("wearing", "with", "wearing")
            parts.dress.append(f"{rng.choice(wear)} {worn}")
    elif kind == "thing" and j not in parts.mentions:
        extra(view, j, parts, rng, persona.habit)


def _time(scene: Scene, rng: Rng) -> str:
    """Return a phrase for the hour or for the weather: what strikes more is said sooner."""
    dark = scene.time == "night"
    weather = words(WEATHERS[scene.weather][dark]) if scene.weather else ()
    if scene.time == "sunset" or (scene.time == "morning" and scene.weather == "clear"):
        weather = tuple(w for w in weather if " day" not in w and "sun" not in w)
    plain = scene.weather in ("", "clear")
    hour = scene.time and rng.chance(0.85 if scene.time in ("sunset", "night") and plain else 0.25)
    if scene.time and (not weather or hour):
        return rng.choice(words(TIMES[scene.time]))
    return rng.choice(weather)


def _sentence(view: View, parts: Parts, rng: Rng, persona: Persona) -> str:
    """Put the parts in order, in one of the ways to open a sentence."""
    subject = f"{parts.subject} {_clothes(parts)}".strip()
    be = "are" if parts.many else "is"
    if rng.chance(persona.front):
        if parts.time and length(parts.time) < 4 + rng.below(2):
            time, parts.time = parts.time, ""
            return f"{time}, {subject} {parts.doing} {parts.body()}".replace("  ", " ").strip()
        if parts.place and not parts.withs and view.scene.place not in _NO_FRONT:
            return place_first(view, parts, subject, rng)
    if rng.chance(persona.there):
        first = "is" if not parts.many or " and " in parts.subject else "are"
        return " ".join(f"there {first} {subject} {parts.doing} {parts.body()}".split())
    if rng.chance(persona.opener):
        subject = f"{_OPENERS[rng.below(5 if _close(view, parts) else 4)]} {subject}"
        return " ".join(f"{subject} {parts.doing} {parts.body()}".split())
    verb = _verb(parts, be, rng, persona)
    return " ".join(f"{subject} {verb} {parts.body()}".split())


def _clothes(parts: Parts) -> str:
    """Join what is worn: "in a red shirt and a hat"."""
    text = ""
    for piece in parts.dress:
        verb, _, rest = piece.partition(" ")
        wearing = verb in ("wearing", "in", "with") and text.startswith(("wearing", "with"))
        same = wearing and verb == text.split(" ")[0]
        text = f"{text} and {rest}" if same else f"{text} {piece}".strip()
    return text


def _verb(parts: Parts, be: str, rng: Rng, persona: Persona) -> str:
    """Return the doing as "riding", "is riding", "that is riding" or "rides"."""
    doing, ing = parts.doing, parts.doing.split(" ")[0].endswith("ing")
    state = ing or doing in ("parked",) or doing.startswith(("seated", "asleep"))
    if rng.chance(persona.simple) and ing:
        return finite(doing, parts.many) or doing
    sound = state or ((parts.beside or parts.place) and not doing.startswith("with"))
    if rng.chance(persona.is_) and sound:
        return f"{'that ' if state and rng.chance(0.15) else ''}{be} {doing}".strip()
    return doing


def _close(view: View, parts: Parts) -> bool:
    """Tell whether "a close up of" would be true."""
    return view.scene.framing == "close" and view.levels[parts.focus] >= FIGURE + 3


def place_first(view: View, parts: Parts, subject: str, rng: Rng) -> str:
    """Return "a kitchen with a cat sitting on a chair"."""
    noun = rng.choice(PLACE[view.scene.place][0])
    parts.place = ""
    room = PLACES[view.scene.place].kind != "outdoor"
    joint = "that has" if room and rng.chance(0.3) else "with"
    text = f"{article(noun)} {joint} {subject} {parts.doing} {parts.body()}"
    return " ".join(text.split())


def _finish(text: str, rng: Rng, persona: Persona) -> Sentence:
    """Set capital and full stop, or forget them, and misspell a word now and then."""
    typo = None
    if rng.chance(persona.typo):
        text, typo = slip(text, rng)
    if not rng.chance(persona.lower):
        text = text[0].upper() + text[1:]
    if not rng.chance(persona.no_stop):
        text += "."
    return Sentence(text + (" " if rng.chance(_TRAILING) else ""), persona.name, typo)


def visible_tags(scene: Scene, visible: Mapping[int, float] | None = None) -> tuple[str, ...]:
    """Return the COCO tags of what can be seen, sorted, each once; 0.8 % of files stay empty."""
    if Rng(scene.look, "tags").chance(_EMPTY_TAGS):
        return ()
    view = View(scene, visible)
    seen = {THINGS[x.category].tag for i, x in enumerate(scene.objects) if view.named(i)}
    return tuple(sorted(seen - {""}))
