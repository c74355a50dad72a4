"""The pictures of the drawn world: repeatable, complete, and showing the facts."""

import numpy as np
import pytest

from lib.scenes import art_cues, draw, sampler
from lib.scenes.actions import ACTIONS
from lib.scenes.light import light, mood
from lib.scenes.pen import NAMED, bend, dark, defs, mix, rgb, vertical
from lib.scenes.places import PLACES
from lib.scenes.records import Object, Scene
from lib.scenes.world import THINGS, WHO

SEED = 1234


def _alone(category: str, place: str = "meadow", **more) -> Scene:
    thing = THINGS[category]
    colour = thing.colours[0] if thing.colours else ""
    pose = thing.poses[0] if thing.poses else ""
    main = Object(category, **{"colour": colour, "action": pose, **more})
    return Scene(place, "day", "clear", "medium", (main,), 7)


def test_two_renders_are_identical():
    for index in range(6):
        scene = sampler.scene(SEED, index)
        first = draw.render(scene, 224)
        draw.layers.cache_clear()
        assert np.array_equal(first, draw.render(scene, 224))
        assert first.shape == (224, 224, 3) and first.dtype == np.uint8


def test_small_and_large_show_the_same():
    scene = sampler.scene(SEED, 3)
    small = draw.render(scene, 64).astype(float)
    large = draw.render(scene, 256).astype(float).reshape(64, 4, 64, 4, 3).mean((1, 3))
    assert np.abs(small - large).mean() < 12
    with pytest.raises(ValueError, match="at least 1"):
        draw.render(scene, 0)


def test_look_changes_pixels():
    scene = sampler.scene(SEED, 5)
    other = Scene(**{**vars(scene), "look": scene.look + 1})
    assert not np.array_equal(draw.render(scene, 64), draw.render(other, 64))


def test_a_scene_is_a_small_svg_document():
    text = draw.svg(sampler.scene(SEED, 1))
    assert text.startswith("<svg") and text.endswith("</svg>") and len(text) < 120_000
    assert "<text" not in text and '="!' not in text


@pytest.mark.parametrize(
    "category",
    [
        c
        for c in THINGS
        if c
        not in (
            "person",
            "wall",
            "tablecloth",
            "court",
            "crowd",
            "fence",
            "bridge",
            "mountain",
            "curtains",
        )
    ],
)
def test_every_category_can_be_seen(category):
    place = "sky" if category == "airplane" else "meadow"
    share = draw.visible(_alone(category, place))[0]
    assert share > 0.002


@pytest.mark.parametrize("place", list(PLACES))
def test_every_place_draws(place):
    for index in range(400):
        scene = sampler.scene(SEED, index)
        if scene.place == place:
            break
    else:
        scene = _alone("dog", place)
    assert draw.render(scene, 64).std() > 10


@pytest.mark.parametrize("action", list(ACTIONS))
def test_every_action_draws(action):
    found = _find(lambda s: s.objects[0].action == action and s.objects[0].who)
    assert draw.visible(found)[0] > 0.002


def _find(wanted) -> Scene:
    for index in range(20_000):
        scene = sampler.scene(SEED, index)
        if wanted(scene):
            return scene
    raise AssertionError("no such scene among 20,000")


def test_who_differs_in_pixels():
    pictures = [
        draw.render(
            Scene(
                "park",
                "day",
                "clear",
                "medium",
                (Object("person", colour="red", action="standing", who=who),),
                11,
            ),
            64,
        )
        for who in WHO[:4]
    ]
    for i, one in enumerate(pictures):
        for other in pictures[i + 1 :]:
            assert (np.abs(one.astype(int) - other.astype(int)).max(2) > 40).mean() > 0.01


@pytest.mark.parametrize(
    "category", ["car", "couch", "umbrella", "bicycle", "airplane", "bus", "kite"]
)
def test_colours_dominate(category):
    place = "living room" if category == "couch" else "meadow"
    for colour in THINGS[category].colours:
        pixels, ids = _look(_alone(category, place, colour=colour))
        nearest = _nearest(np.median(pixels[ids == 0], axis=0))
        assert nearest == colour or (category == "bicycle"), (category, colour, nearest)


def _look(scene: Scene):
    pixels = draw.render(scene, 72)
    return pixels, draw.id_map(scene, 72)


def _nearest(pixel) -> str:
    return min(
        NAMED, key=lambda n: sum((a - b) ** 2 for a, b in zip(pixel, rgb(NAMED[n]), strict=True))
    )


def test_most_facts_can_be_seen():
    shares = [share for i in range(80) for share in draw.visible(sampler.scene(SEED, i)).values()]
    assert np.mean(np.array(shares) > 0.002) > 0.98


def test_left_is_left_and_right_is_right():
    wrong = total = 0
    for index in range(120):
        scene = sampler.scene(SEED, index)
        for i, (share, x, _) in draw.seen(scene).items():
            side = scene.objects[i].position
            if side in ("left", "right") and share > 0.002:
                total += 1
                wrong += (x > 0.5) if side == "left" else (x < 0.5)
    assert total > 150 and wrong <= 0.02 * total


def test_counts_are_drawn():
    for count in (1, 3, 5):
        parts = [i for i, _ in draw.layers(_alone("cow", count=count, colour="brown")) if i == 0]
        assert len(parts) == count


def test_light():
    assert light('fill="#808080"', "day") == 'fill="#808080"'
    assert light('fill="!ffe9a0"', "night") == 'fill="!ffe9a0"'
    night = light(f'fill="{vertical("#808080", "#404040")}"', "night")
    assert "808080" not in night
    black = rgb("#" + light('fill="#2c2d36"', "night")[7:13])
    assert sum(black) > 60  # dark animals stay readable at night
    assert mood("sunset", "clear", False) == "sunset" and mood("night", "", True) == "indoor night"


def test_snow_stays_white_at_sunset():
    scene = Scene("snowy field", "sunset", "clear", "medium", (Object("snowman"),), 3)
    red, _, blue = draw.render(scene, 64)[-8:].mean((0, 1))
    assert blue > 0.86 * red and red > 200


def test_pen():
    assert mix("#000000", "#ffffff", 0.5) == "#808080" and mix("!000000", "#ffffff", 0)[0] == "!"
    assert sum(rgb(dark("#808080"))) < 3 * 0x80
    assert defs(f'fill="{vertical("#112233", "#445566")}"').count("<linearGradient") == 1
    x, y = bend((0, 0), (0, 8), 5, 5, True)
    assert x == pytest.approx(3, abs=1e-6) and y == pytest.approx(4, abs=1e-6)


@pytest.mark.parametrize("place", sorted({*art_cues._ROOMS, *art_cues._OUTDOORS}))
def test_a_place_is_marked_without_covering_what_is_in_it(place, monkeypatch):
    room = PLACES[place].kind == "room"
    objects = (Object("dog", 1, "brown", action="sitting"), Object("wall", 1, "yellow"))
    sky = ("", "") if room else ("day", "clear")
    scene = Scene(place, *sky, "medium", objects[: 1 + room], 77)
    marked, seen = draw.render(scene), draw.visible(scene)
    monkeypatch.setattr(art_cues, "_ROOMS", {})
    monkeypatch.setattr(art_cues, "_OUTDOORS", {})
    draw.layers.cache_clear()
    assert draw.visible(scene) == seen
    changed = (draw.render(scene) != marked).any(axis=2).mean()
    draw.layers.cache_clear()
    assert 0.01 < changed < 0.3
