"""Casts with people: who does what, where, with what, and who or what is beside them."""

from lib.scenes.actions import ACTIONS, Action
from lib.scenes.draft import Draft, dress_outdoors, dress_room, person_feature
from lib.scenes.places import PLACES
from lib.scenes.rng import Rng
from lib.scenes.world import THINGS

_COMPANY = ("walking", "standing", "waving", "sitting", "lounging", "dancing", "dining",
            "cycling", "running")  # fmt: skip
_DRESSY = ("standing", "talking on the phone", "pulling a suitcase", "waving", "walking",
           "working on a laptop", "reading", "holding an umbrella", "dining")  # fmt: skip
_CASUAL = ("beach", "playground", "skate park", "snowy field", "forest")
_SNACKS = ("pizza", "cake", "sandwich", "wine glass", "cup", "bottle", "bowl", "donut", "vase",
           "hot dog", "banana", "apple", "orange")  # fmt: skip
_NO_DRESS = ("skiing", "snowboarding", "surfing", "batting", "catching", "motorcycling", "rowing",
             "horse riding", "sleeping", "cycling", "skateboarding", "kicking")  # fmt: skip


def people(rng: Rng) -> Draft:
    """Return a draft whose first object is a person or a group of persons."""
    name = rng.weighted(list(ACTIONS), [a.weight for a in ACTIONS.values()])
    action = ACTIONS[name]
    place = rng.choice(action.places)
    draft = Draft(rng, place)
    count = draft.count(action.most, (70, 18, 7, 3, 2))
    who = rng.choice(action.who)
    if count > 1 and len(action.who) == 4 and rng.chance(0.3):
        who = rng.choice(("people", "children"))
    draft.add(
        "person",
        count=count,
        who=who,
        action=name,
        colour=_shirt(draft, count),
        feature=_feature(draft, who, name),
    )
    gear = _gear(draft, name, action)
    _company(draft, name, gear)
    _details(draft, name)
    if PLACES[place].kind == "outdoor":
        _place_main(draft, count)
        dress_outdoors(draft, 2 if count < 3 else 1)
    else:
        _furnish(draft, name)
    return draft


def _feature(draft: Draft, who: str, action: str) -> str:
    """Pick a feature that the action leaves visible: no hat under a helmet or on a pillow."""
    feature = person_feature(draft, who)
    covered = {"cycling", "motorcycling", "skiing", "snowboarding", "batting", "horse riding"}
    if feature == "hat" and action in covered | {"sleeping", "drying hair"}:
        return ""
    if feature == "glasses" and action in ("skiing", "snowboarding", "sleeping"):
        return ""
    if feature == "glasses" and action in ("rowing", "elephant riding", "flying a kite"):
        return ""  # who does these is drawn too small
    return "" if feature == "dress" and action in _NO_DRESS else feature


def _shirt(draft: Draft, count: int) -> str:
    """Pick the colour of the shirts; in a group they may differ, and then it is no fact."""
    if count > 1 and draft.rng.chance(0.45):
        return ""
    return draft.colour("person")


def _gear(draft: Draft, name: str, action: Action) -> int:
    """Add what belongs to the action and tie it to the persons; -1 if nothing does."""
    if not action.gear:
        return -1
    rng, count = draft.rng, draft.objects[0].count
    gear = _pick_gear(draft, name, action)
    if action.relation in ("riding", "in"):
        index = draft.add(gear, count=count, feature="rowboat" if gear == "boat" else "")
        draft.put(0, relation=action.relation, target=index)
        return index
    if action.relation == "on":
        count = 1 if gear == "chair" else count
        draft.put(0, count=count)
        index = draft.add(gear, feature=draft.feature(gear, 0.3))
        draft.put(0, relation="on", target=index)
        return index
    if action.relation == "at":
        return _at_table(draft, gear)
    pose = {"walked by": "walking"}.get(action.relation, "standing")
    pose = pose if THINGS[gear].poses else ""
    if name == "feeding" and gear in ("sheep", "cow", "horse"):
        pose = "grazing"
    feature = draft.feature(gear) if gear not in ("book",) else "open"
    many = count if action.relation == "held by" and name not in ("kicking",) else 1
    if gear == "bird":
        many = rng.choice((2, 3, 4))
    relation = action.relation
    return draft.add(gear, count=many, relation=relation, target=0, action=pose, feature=feature)


def _pick_gear(draft: Draft, name: str, action: Action) -> str:
    """Pick gear that the place has: no bed in a park, no wine on a town square."""
    rng, place = draft.rng, draft.place
    if name == "sleeping":
        return {"bedroom": "bed", "living room": "couch", "park": "bench"}[place]
    if name == "feeding":
        wild = {"zoo": ("giraffe", "elephant"), "farm": ("sheep", "horse", "cow"),
                "park": ("bird",), "lake": ("bird",)}  # fmt: skip
        return rng.choice(wild[place])
    if name == "petting":
        tame = {
            "farm": ("horse", "cow", "sheep", "dog"),
            "zoo": ("sheep",),
            "meadow": ("horse", "cow", "dog"),
            "park": ("dog",),
            "garden": ("dog", "cat"),
        }
        return rng.choice(tame[place])
    if name == "lounging":
        return "couch" if place == "living room" and rng.chance(0.7) else "chair"
    if name == "drinking" and place in ("plaza", "office"):
        return rng.choice(("cup", "bottle"))
    if name == "drinking" and draft.objects[0].who in ("boy", "girl"):
        return rng.choice(("cup", "bottle"))
    return rng.choice(action.gear)


def _at_table(draft: Draft, gear: str) -> int:
    """Seat the persons behind a table and lay it with the gear and something more."""
    rng = draft.rng
    desk = gear in ("laptop", "scissors") and draft.place != "restaurant"
    table = draft.add("desk" if desk else "dining table")
    draft.put(0, relation="behind", target=table)
    if gear not in ("dining table",):
        draft.add(gear, relation="on", target=table, feature=draft.feature(gear))
    if gear == "cake":
        draft.add("knife", relation="held by", target=0)
    pool = ("book", "cup", "cell phone", "apple", "bottle") if desk else _SNACKS
    wanted = rng.choice((0, 1, 1)) if gear != "dining table" else rng.choice((1, 2, 2))
    if draft.objects[0].who in ("boy", "girl", "children"):
        pool = [x for x in pool if x != "wine glass"]
    for name in rng.sample([x for x in pool if not draft.has(x)], wanted):
        draft.add(name, relation="on", target=table, feature=draft.feature(name))
    return table


def _company(draft: Draft, name: str, gear: int) -> None:
    """Sometimes add one person of another kind who does the same."""
    main = draft.objects[0]
    if name not in _COMPANY or main.count > 1 or not draft.rng.chance(0.28):
        return
    if gear >= 0 and draft.objects[gear].category == "chair":
        return
    who = draft.rng.choice([w for w in ("man", "woman", "boy", "girl") if w != main.who])
    facts = {"who": who, "action": name, "feature": _feature(draft, who, name)}
    if name == "cycling":
        bike = draft.add("bicycle")
        facts |= {"relation": "riding", "target": bike}
    elif main.relation in ("on", "behind"):
        facts |= {"relation": main.relation, "target": gear}
    else:
        facts |= {"relation": "next to", "target": 0}
    draft.add("person", **facts)


def _details(draft: Draft, name: str) -> None:
    """Add what tells one such scene from the next: a ball, a court, a bag, a tie, a pet."""
    rng, main = draft.rng, draft.objects[0]
    if name == "playing tennis":
        draft.add("court")
        if rng.chance(0.6):
            draft.add("sports ball", colour="yellow", relation="above", target=0)
    if name in ("batting", "catching") and rng.chance(0.6):
        draft.add("sports ball", colour="white", relation="next to", target=0)
    if name == "batting" and rng.chance(0.45):
        draft.add("person", who=main.who, action="catching", relation="behind", target=0)
        draft.add("baseball glove", relation="held by", target=len(draft.objects) - 1)
    if name in ("walking", "standing", "waving", "running") and rng.chance(0.4):
        bag = rng.choice(("backpack", "handbag") if main.who == "woman" else ("backpack",))
        draft.add(bag, count=main.count, relation="worn by", target=0)
    dressy = name in _DRESSY and draft.place not in _CASUAL
    if main.who == "man" and dressy and main.feature == "" and rng.chance(0.6):
        draft.put(0, feature="suit", colour=rng.choice(("black", "gray", "blue", "brown")))
        draft.add("tie", count=main.count, relation="worn by", target=0)
    if name == "watching tv":
        draft.add("tv", feature="on", position=rng.choice(("left", "right")))
    if name == "playing video games":
        draft.add("tv", feature="on", position=rng.choice(("left", "right")))
    if name in ("sitting", "lounging") and rng.chance(0.35):
        pet = rng.choice(("dog", "cat"))
        draft.add(pet, action="sitting", relation="next to", target=0)
    if name == "sleeping" and rng.chance(0.4):
        pet = rng.choice(("cat", "teddy bear", "dog"))
        draft.add(
            pet,
            relation="next to",
            target=draft.objects[0].target,
            action="lying" if pet != "teddy bear" else "",
        )


def _place_main(draft: Draft, count: int) -> None:
    """Set the main persons left, right or in the middle of an outdoor picture."""
    room = count < 3 and len(draft.objects) < 4
    side = draft.rng.weighted(("middle", "left", "right"), (60, 20, 20)) if room else "middle"
    draft.put(0, position=side)


def _furnish(draft: Draft, name: str) -> None:
    """Furnish the room around the persons."""
    rng = draft.rng
    gear = draft.objects[draft.objects[0].target].category if draft.objects[0].target >= 0 else ""
    wide = gear in ("couch", "bed", "dining table", "desk") or draft.has("dining table")
    used = {x.position for x in draft.objects if x.category == "tv"}
    draft.put(0, position="middle" if wide or used else rng.choice(("left", "middle", "right")))
    taken = used | {draft.objects[0].position}
    if draft.has("oven"):
        side = {"left": "middle", "middle": "right", "right": "middle"}[draft.objects[0].position]
        taken |= {side}
        index = next(i for i, x in enumerate(draft.objects) if x.category == "oven")
        if rng.chance(0.7):
            draft.add("pot", relation="on", target=index)
    slots = [s for s in ("left", "middle", "right") if s not in taken]
    hidden = "" if wide else draft.objects[0].position
    dress_room(draft, slots, rng.choice((1, 1, 2)), rng.choice((1, 2, 2)), hidden)
    if name in ("brushing teeth", "drying hair") and draft.place != "hallway":
        _mirror(draft)


def _mirror(draft: Draft) -> None:
    """Hang a mirror in a free place."""
    taken = {x.position for x in draft.objects[1:]} | {draft.objects[0].position}
    free = [s for s in ("left", "middle", "right") if s not in taken]
    if free and not draft.has("mirror"):
        draft.add("mirror", position=free[0], feature=draft.feature("mirror"))
