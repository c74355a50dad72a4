"""The facts of the drawn world: deterministic, plausible, without twins, broad enough."""

import json
from collections import Counter

import pytest

from lib.scenes import sampler
from lib.scenes.actions import ACTIONS
from lib.scenes.places import PLACES
from lib.scenes.records import Object, Scene
from lib.scenes.rng import Rng
from lib.scenes.world import COCO, COLOURS, FRAMINGS, RELATIONS, THINGS, TIMES, WEATHERS, WHO

SEED = 90210
PINNED = [725, 684, 350, 152]


@pytest.fixture(scope="module")
def split() -> list[Scene]:
    return sampler.scenes(SEED, 2000, "test")


def test_numbers_are_pinned():
    rng = Rng(1, "pin", 2)
    assert [rng.below(1000) for _ in range(4)] == PINNED
    assert 0.45 < sum(Rng(3, "mean", i).uniform() for i in range(2000)) / 2000 < 0.55


def test_streams_are_apart():
    assert Rng(1, "a").bits() != Rng(1, "b").bits() != Rng(2, "a").bits()
    with pytest.raises(ValueError, match="at least one item"):
        Rng(1, "a").choice([])


def test_scene_is_a_pure_function():
    assert [sampler.scene(SEED, i) for i in (5, 3, 5)][0::2] == [sampler.scene(SEED, 5)] * 2


def test_round_trip_through_json(split):
    for scene in split[:300]:
        assert sampler.from_dict(json.loads(json.dumps(sampler.to_dict(scene)))) == scene
    with pytest.raises(ValueError, match="no field"):
        sampler.from_dict({**sampler.to_dict(split[0]), "colour": "red"})


def test_no_twins_within_or_across(split):
    keys = {sampler.fact_key(s) for s in split}
    others = sampler.scenes(SEED, 1500, "train") + sampler.scenes(SEED, 1500, "corpus")
    other_keys = {sampler.fact_key(s) for s in others}
    assert len(keys) == len(split) and len(other_keys) == len(others)
    assert not keys & other_keys
    assert {sampler.owner(s) for s in split} == {"test"}


def test_look_is_no_fact(split):
    scene = split[0]
    other = Scene(**{**vars(scene), "look": scene.look + 1})
    assert sampler.fact_key(scene) == sampler.fact_key(other)


def test_avoided_scenes_do_not_come():
    first = sampler.scenes(SEED, 20, "test")
    again = sampler.scenes(SEED, 20, "test", avoid=[sampler.fact_key(s) for s in first])
    assert not {sampler.fact_key(s) for s in first} & {sampler.fact_key(s) for s in again}
    with pytest.raises(ValueError, match="split must be"):
        next(sampler.stream(SEED, "dev"))


def test_coarse_keys_are_capped(split):
    counts = Counter(sampler.coarse_key(s) for s in split)
    assert max(counts.values()) <= 0.005 * len(split)


def test_breadth(split):
    tags = {t for s in split for t in sampler.tags(s)}
    people = [x for s in split for x in s.objects if x.category == "person"]
    assert len(COCO) == 80 and len(tags) >= 75 and tags <= set(COCO)
    assert len({s.place for s in split}) == len(PLACES) >= 30
    assert len({x.action for x in people}) >= 40
    assert {x.colour for s in split for x in s.objects} - {""} == set(COLOURS)
    assert {x.count for s in split for x in s.objects} == {1, 2, 3, 4, 5}
    assert {x.who for x in people} == set(WHO)
    assert {x.relation for s in split for x in s.objects} - {""} <= set(RELATIONS)


def test_the_papers_queries_have_true_matches():
    many = sampler.scenes(SEED, 6000, "train")
    assert any(
        s.place == "park" and s.objects[0].action == "skateboarding" and s.objects[0].who == "man"
        for s in many
    )
    assert any(x.category == "cat" and x.count == 2 for s in many for x in s.objects)


def test_values_come_from_the_tables(split):
    for scene in split:
        place = PLACES[scene.place]
        assert scene.time in (*TIMES, "") and scene.framing in FRAMINGS
        assert scene.weather in WEATHERS if place.kind == "outdoor" else scene.weather == ""
        for thing in scene.objects:
            _check(thing, scene)


def _check(thing: Object, scene: Scene) -> None:
    row = THINGS[thing.category]
    assert 1 <= thing.count <= 5 and -1 <= thing.target < len(scene.objects)
    assert (thing.target >= 0) == bool(thing.relation), thing
    assert thing.feature in (*row.features, "") or thing.category == "person", thing
    if thing.category == "person":
        assert scene.place in ACTIONS[thing.action].places or thing.action in (
            "standing",
            "waving",
            "catching",
        )
    elif row.colours:
        assert thing.colour in row.colours, thing
    else:
        assert thing.colour == ""


def test_time_is_a_fact_only_where_it_shows(split):
    for scene in split:
        window = any(x.category == "window" for x in scene.objects)
        if PLACES[scene.place].kind != "outdoor":
            assert bool(scene.time) == window
        else:
            assert scene.time


def test_rooms_repeat_little(split):
    for place in ("bathroom", "kitchen", "bedroom", "office", "tennis court", "baseball field"):
        shown = [len(s.objects) for s in split if s.place == place]
        assert sum(shown) / len(shown) >= 4.0, place
