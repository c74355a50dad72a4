"""Scenes as facts: sampled from a seed, without twins within or across splits.

Every full tuple of facts belongs to exactly one split, decided by its hash (`owner`). A stream
of one split skips what belongs to the others, so no two splits can share a scene, whatever their
seeds and sizes, and nobody has to compare them. Within a split, twins are skipped by memory.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256

from lib.scenes import unseen
from lib.scenes.cast_people import people
from lib.scenes.cast_things import animals, rooms, street, tables, vehicles
from lib.scenes.draft import Draft
from lib.scenes.places import PLACES
from lib.scenes.records import Object, Scene, coarse_key, fact_key, from_dict, to_dict
from lib.scenes.rng import Rng
from lib.scenes.world import FRAMINGS, THINGS

__all__ = ["Object", "Scene", "coarse_key", "fact_key", "from_dict", "owner", "scene", "scenes",
           "stream", "tags", "to_dict"]  # fmt: skip

SPLITS = ("train", "test", "corpus")
EVERYTHING = "corpus with everything"  # a stream of the corpus that leaves nothing out
# Of 16 parts of all tuples, train owns 7, test 3 and the pretraining corpus 6.
_OWNERS = ("train",) * 7 + ("test",) * 3 + ("corpus",) * 6
_CASTS = (people, animals, vehicles, street, rooms, tables)
_WEIGHTS = (48, 13, 11, 7, 10, 11)
_DAYLIGHT = ("ocean", "ski slope", "sky")
_CAP = 0.005


def scene(seed: int, index: int) -> Scene:
    """Return scene `index` of the stream `seed`, whichever split it belongs to.

    A pure function of its arguments: facts come from one stream of numbers, `look` from another.
    """
    rng = Rng(seed, "facts", index)
    draft = rng.weighted(_CASTS, _WEIGHTS)(rng)
    time, weather = _sky(draft)
    _unplace(draft)
    framing = rng.weighted(FRAMINGS, (25, 47, 28))
    if framing == "wide":
        _blur(draft)
    look = Rng(seed, "look", index).bits() >> 1  # 63 bits, so that parquet's int64 holds it
    return Scene(draft.place, time, weather, framing, tuple(draft.objects), look)


def _unplace(draft: Draft) -> None:
    """Drop where the main thing is if something beside it shares its place in the picture."""
    beside = any(x.relation in ("next to", "walked by") and x.target == 0 for x in draft.objects)
    main = draft.objects[0]
    standing = PLACES[draft.place].kind == "room" and main.category == "person"
    if (beside and not standing) or main.action == "flying a kite":
        draft.put(0, position="")


def _blur(draft: Draft) -> None:
    """Drop what is too small to be seen of people from afar."""
    for i, thing in enumerate(draft.objects):
        if thing.feature in ("glasses", "beard"):
            draft.put(i, feature="")


def _sky(draft: Draft) -> tuple[str, str]:
    """Pick time of day and weather; indoors they are facts only as far as a window shows them."""
    rng, place = draft.rng, PLACES[draft.place]
    if place.kind == "room":
        window = draft.has("window")
        return (rng.weighted(("day", "sunset", "night"), (60, 15, 25)) if window else ""), ""
    if place.kind == "table":
        return "", ""
    weather = rng.weighted(place.weathers, _weather_weights(draft))
    if weather == "clear":
        weights = (14, 50, 20, 16)
    elif weather == "foggy":
        weights = (30, 70, 0, 0)
    else:
        weights = (0, 78, 0, 22)
    if draft.place in _DAYLIGHT or draft.has("kite") or draft.has("campfire"):
        weights = (*weights[:3], 0 if not draft.has("campfire") else 60)
    return rng.weighted(("morning", "day", "sunset", "night"), weights), weather


def _weather_weights(draft: Draft) -> list[int]:
    """Weigh the place's weathers; who holds an umbrella in a street mostly does so in the rain."""
    usual = {"clear": 58, "cloudy": 22, "rainy": 9, "snowy": 12, "foggy": 6}
    if any(x.category == "umbrella" and x.relation == "held by" for x in draft.objects):
        usual["rainy"] = 90
    if draft.objects[0].action in ("flying a kite", "sleeping", "dining"):
        usual["rainy"] = usual["foggy"] = usual["snowy"] = 0
    return [usual[w] for w in PLACES[draft.place].weathers]


def owner(record: Scene) -> str:
    """Return the one split ("train", "test" or "corpus") that may hold these facts."""
    return _OWNERS[_digest(record) % len(_OWNERS)]


def _digest(record: Scene) -> int:
    return int.from_bytes(sha256(fact_key(record).encode()).digest()[:8], "little")


def stream(seed: int, split: str, avoid: Iterable[str] = ()) -> Iterator[Scene]:
    """Yield the split's scenes, endlessly and without twins; the corpus shows nothing unseen.

    avoid: fact keys that must not occur. Raises ValueError if `split` is unknown.
    """
    if split not in (*SPLITS, EVERYTHING):
        raise ValueError(f"split must be one of {SPLITS}; got {split!r}")
    seen = {int.from_bytes(sha256(key.encode()).digest()[:8], "little") for key in avoid}
    index = 0
    while True:
        record = scene(seed, index)
        index += 1
        digest = _digest(record)
        is_owned = split.startswith(_OWNERS[digest % len(_OWNERS)])
        if is_owned and digest not in seen and not (split == "corpus" and unseen.shown(record)):
            seen.add(digest)
            yield record


def scenes(seed: int, n: int, split: str = "train", avoid: Iterable[str] = ()) -> list[Scene]:
    """Return n scenes of a split: no twins, and no coarse key above 0.5 % of n.

    avoid: fact keys that must not occur. In a tiny split each coarse key may occur once.
    """
    cap, coarse, records = max(1, int(_CAP * n)), Counter(), []
    for record in stream(seed, split, avoid):
        if len(records) >= n:
            break
        key = coarse_key(record)
        if coarse[key] < cap:
            coarse[key] += 1
            records.append(record)
    return records


def tags(record: Scene) -> tuple[str, ...]:
    """Return the COCO tags of everything in the scene, sorted, each once.

    What can really be seen is for `draw.visible` to say; callers filter by it.
    """
    return tuple(sorted({THINGS[x.category].tag for x in record.objects} - {""}))
