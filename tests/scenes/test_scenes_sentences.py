"""What the annotators and the web write: statistics, variety, agreement, determinism."""

import re
import statistics
from collections import Counter, defaultdict

import pytest

from lib.scenes.actions import ACTIONS
from lib.scenes.captions import HABITS, caption, plain
from lib.scenes.grammar import article, finite, is_plural, plural
from lib.scenes.lexicon import DOINGS, PLACE, POSES
from lib.scenes.lexicon import TIMES as LEXICON_TIMES
from lib.scenes.lexicon import WEATHERS as LEXICON_WEATHERS
from lib.scenes.mentions import LEVELS
from lib.scenes.places import PLACES
from lib.scenes.records import Object, Scene, from_dict, to_dict
from lib.scenes.sampler import scenes, tags
from lib.scenes.sentences import PERSONAS, sentences, typos, visible_tags, written
from lib.scenes.truth import contradictions
from lib.scenes.world import THINGS, TIMES, WEATHERS


@pytest.fixture(scope="module")
def world() -> list[Scene]:
    """Scenes of a throw-away seed."""
    return scenes(920001, 1000, "test")


@pytest.fixture(scope="module")
def texts(world) -> list[tuple[str, ...]]:
    return [sentences(scene) for scene in world]


@pytest.fixture(scope="module")
def captions(world) -> list[str]:
    return [caption(scene) for scene in world]


def test_every_place_action_pose_time_and_weather_has_words():
    assert set(PLACE) == set(PLACES)
    assert set(DOINGS) == set(ACTIONS)
    assert set(LEXICON_TIMES) == set(TIMES)
    assert set(LEXICON_WEATHERS) == set(WEATHERS)
    poses = {pose for thing in THINGS.values() for pose in thing.poses}
    assert poses <= {*POSES, "parked"}


def test_words_a_sentence_are_as_many_as_in_coco(texts):
    lengths = [len(s.split()) for five in texts for s in five]
    assert 10 <= statistics.mean(lengths) <= 11
    assert min(lengths) >= 3
    assert max(lengths) <= 32


def test_tokens_of_five_sentences_are_as_many_as_in_coco(texts):
    tokenizer = pytest.importorskip("open_clip").tokenizer.SimpleTokenizer()
    counts = sorted(len(tokenizer.encode(" ".join(s.strip() for s in five))) + 2 for five in texts)
    assert 58 <= statistics.mean(counts) <= 61
    assert 57 <= statistics.median(counts) <= 61
    assert 70 <= counts[int(0.95 * len(counts))] <= 74
    assert 0.01 <= sum(n > 77 for n in counts) / len(counts) <= 0.03


def test_length_varies_by_annotator_more_than_by_scene(world):
    by_persona, by_scene, within = defaultdict(list), [], []
    for scene in world:
        found = written(scene)
        lengths = [len(s.text.split()) for s in found]
        for sentence, n in zip(found, lengths, strict=True):
            by_persona[sentence.persona].append(n)
        by_scene.append(statistics.mean(lengths))
        within.append(statistics.pstdev(lengths))
    assert set(by_persona) == {p.name for p in PERSONAS}
    assert statistics.mean(within) > 1.5 * statistics.pstdev(by_scene)
    means = [statistics.mean(lengths) for lengths in by_persona.values()]
    assert max(means) - min(means) > 4


def test_five_different_sentences_but_for_a_few_scenes_with_four(texts):
    sizes = Counter(map(len, texts))
    assert set(sizes) == {4, 5}
    assert 0.003 <= sizes[4] / len(texts) <= 0.03
    assert all(len(set(five)) == len(five) for five in texts)
    assert len({s for five in texts for s in five}) > 0.95 * sum(map(len, texts))


def test_capitals_and_full_stops_are_missing_now_and_then(texts):
    every = [s for five in texts for s in five]
    assert 0.08 < sum(s[0].islower() for s in every) / len(every) < 0.25
    assert 0.08 < sum(not s.rstrip().endswith(".") for s in every) / len(every) < 0.25
    assert 0.01 < sum(s.endswith(" ") for s in every) / len(every) < 0.06
    assert all("  " not in s and " ." not in s and " ," not in s for s in every)


def test_typos_are_few_and_listed(world):
    listed = [t for scene in world for t in typos(scene)]
    found = [t for t in listed if t]
    assert 0.005 < len(found) / len(listed) < 0.04
    for scene in world[:200]:
        for sentence, typo in zip(sentences(scene), typos(scene), strict=True):
            assert typo is None or re.search(rf"\b{typo[0]}\b", sentence, re.IGNORECASE)


def test_articles_and_numbers_agree(world):
    wrong = re.compile(
        r"\b(a [aeiou]\w+|an [^aeiou\W]\w*|there are an? (?!(couple|pair|few|group|bunch)\b)|"
        r"(two|three|four|five) (man|woman|dog|cat|car|bird|person|child|boat)|"
        r"an? (men|women|children|people|dogs|cats|bikes)|(?P<twice>\w+) (?P=twice))\b",
        re.IGNORECASE)  # fmt: skip
    every = [s for scene in world for s in written(scene) if s.typo is None]
    assert [s.text for s in every if wrong.search(s.text)] == []


@pytest.mark.parametrize(("word", "many"), [
    ("man", "men"), ("bench", "benches"), ("pair of skis", "pairs of skis"), ("knife", "knives"),
    ("vase of flowers", "vases of flowers"), ("sheep", "sheep"), ("baby", "babies"),
    ("cake with candles", "cakes with candles"), ("young child", "young children"),
])  # fmt: skip
def test_plurals(word, many):
    assert plural(word) == many


def test_articles_verbs_and_agreement():
    assert [article(w) for w in ("orange", "uniform", "red umbrella")] == [
        "an orange", "a uniform", "a red umbrella"]  # fmt: skip
    assert finite("riding a horse", False) == "rides a horse"
    assert finite("carrying boards", True) == "carry boards"
    assert finite("standing and waving", False) is None
    assert is_plural("flowers", 1)
    assert not is_plural("a vase of flowers", 1)
    assert not is_plural("some food", 3)


def test_a_scene_says_the_same_again_and_after_its_way_through_json(world):
    for scene in world[:50]:
        assert sentences(scene) == sentences(from_dict(to_dict(scene)))
        assert caption(scene) == caption(from_dict(to_dict(scene)))


def test_a_few_pixels_more_or_less_change_nothing(world):
    for scene in world[:100]:
        some = dict.fromkeys(range(len(scene.objects)), LEVELS[4] * 1.05)
        more = dict.fromkeys(range(len(scene.objects)), LEVELS[4] * 1.25)
        single = all(x.count == 1 for x in scene.objects)
        assert not single or sentences(scene, some) == sentences(scene, more)


def test_only_what_can_be_seen_is_named_and_more_so_if_it_is_large(world):
    named = Counter()
    for scene in world:
        last = len(scene.objects) - 1
        if last < 2 or scene.objects[last].category not in ("bench", "dog", "potted plant", "bird"):
            continue
        word = {"dog": r"dog|pup", "potted plant": "plant"}.get(
            scene.objects[last].category, scene.objects[last].category)  # fmt: skip
        if sum(x.category == scene.objects[last].category for x in scene.objects) > 1:
            continue
        for share in (0.0, 0.003, 0.15):
            seen = dict.fromkeys(range(last), 0.05) | {last: share}
            named[share] += any(re.search(word, s.lower()) for s in sentences(scene, seen))
            named[share, "n"] += 1
    assert named[0.0] == 0
    assert named[0.15] / named[0.15, "n"] > named[0.003] / named[0.003, "n"] + 0.15


def test_colours_of_what_is_too_small_stay_unsaid():
    objects = (Object("person", 1, "purple", who="man", action="standing"),)
    for look in range(60):
        scene = Scene("park", "day", "clear", "wide", objects, look)
        assert not any("purple" in s or "man" in s.split() for s in sentences(scene, {0: 0.003}))
        assert not any("purple" in s for s in sentences(scene, {0: 0.003}))


def test_what_is_drawn_and_seen_is_told_truly():
    draw = pytest.importorskip("lib.scenes.draw")
    for scene in scenes(920002, 120, "train"):
        seen = draw.visible(scene)
        for sentence in written(scene, seen):
            assert sentence.typo or contradictions(sentence.text, scene, seen) == []


def test_tags_are_those_of_visible_things_and_a_few_files_are_empty(world):
    full = [visible_tags(scene) for scene in scenes(920003, 3000, "test")]
    assert 0.003 < sum(not found for found in full) / len(full) < 0.016
    for scene in world[:100]:
        assert visible_tags(scene) in ((), tags(scene))
        hidden = dict.fromkeys(range(1, len(scene.objects)), 0.0) | {0: 0.3}
        alone = THINGS[scene.objects[0].category].tag
        assert visible_tags(scene, hidden) in ((), (alone,))


def test_the_web_keeps_its_habits(captions):
    n = len(captions)
    lower = [c.lower() for c in captions]
    for opening in ("a photo of", "photo of", "a picture of", "illustration of"):
        share = sum(c.startswith(opening + " ") for c in lower) / n
        assert abs(share - HABITS[opening]) < 0.025, opening
    assert abs(sum(c.endswith(".") for c in captions) / n - HABITS["full stop"]) < 0.04
    assert abs(sum(c.islower() for c in captions) / n - HABITS["lower case"]) < 0.08
    assert all("\n" not in c and c == c.strip() and c for c in captions)
    assert len(set(captions)) > 0.93 * n
    assert 6 < statistics.mean(len(c.split()) for c in captions) < 9


def test_the_webs_descriptions_are_true(world):
    wrong = [(text, found) for scene in world
             if (found := contradictions(text := plain(scene), scene))]  # fmt: skip
    assert not wrong, wrong[:5]


def test_shares_of_one_choice_sum_to_less_than_one():
    assert all(0 < share < 1 for share in HABITS.values())
    assert sum(HABITS.values()) < 2
