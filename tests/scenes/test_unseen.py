"""The corpus never shows what is listed as unseen, knows its halves, and never says its words."""

from itertools import islice

from lib import scenes
from lib.features.text import tokenize
from lib.scenes import captions, sampler, sentences, unseen
from lib.scenes.world import THINGS

CORPUS = list(islice(sampler.stream(0, "corpus"), 3000))


def test_the_list_is_pinned():
    listed = scenes.left_out()
    assert {kind: len(own) for kind, own in listed.items()} == {
        "colours": 48, "actions": 16, "places": 2, "things": 4,
    }  # fmt: skip
    assert {"gray dog", "white cat", "yellow fire hydrant"} <= set(listed["colours"])
    assert {"man: dancing", "girl: walking a dog"} <= set(listed["actions"])


def test_the_corpus_shows_none_of_it_and_the_report_all_kinds():
    assert not any(unseen.shown(scene) for scene in CORPUS)
    test = [unseen.shown(scene) for scene in sampler.scenes(0, 2000, "test")]
    counts = {kind: sum(kind in kinds for kinds in test) for kind in unseen.KINDS}
    assert min(counts.values()) >= 50 and counts["colours"] >= 300
    assert sum(not kinds for kinds in test) > 1200, "most are as before"


def test_the_corpus_knows_both_halves_of_each_pair():
    objects = [x for scene in CORPUS for x in scene.objects]
    things, colours = {x.category for x in objects}, {x.colour for x in objects}
    whos, actions = {x.who for x in objects}, {x.action for x in objects}
    assert all(thing in things and colour in colours for thing, colour in unseen.COLOURED)
    assert all(who in whos and action in actions for who, action in unseen.ACTING)


def test_words_of_places_and_things_are_never_said():
    said = {word for scene in CORPUS[:1000]
            for text in (captions.caption(scene), *sentences.sentences(scene))
            for word in tokenize(text)}  # fmt: skip
    names = {word for name in unseen.OBJECTS for word in THINGS[name].words} | {*unseen.PLACES}
    assert len(said) > 700 and not said & names
