"""Captioners: their words, parts and join; whether they look; search among what they wrote."""

import json
from dataclasses import replace

import drawn
import numpy as np
import pytest
import torch
from hub_server import hub
from transformers import GPT2Config, GPT2LMHeadModel, VisionEncoderDecoderModel, ViTConfig, ViTModel

from lib.base.errors import InputError
from lib.chapters.caption import chapter, study
from lib.data import hub as library
from lib.data import wanted
from lib.features import text
from lib.features.pictures import Album
from lib.methods.caption import downloaded, model, systems, train, words
from lib.methods.caption.recipe import Plan, Recipe, Shape
from lib.methods.regression import classic
from lib.search import metrics, runs

SENTENCES = [s for fact in drawn.FACTS for s in drawn.sentences(fact)]
SHAPE = Shape(
    vit={"image_size": 32, "patch_size": 16, "num_hidden_layers": 1, "hidden_size": 32,
         "num_attention_heads": 2, "intermediate_size": 64},
    gpt2={"n_embd": 32, "n_layer": 1, "n_head": 2}, pieces=300,
)  # fmt: skip
PLAN = Plan(SHAPE, Recipe(epochs=1), Recipe(epochs=1), Recipe(epochs=1, batch=16))


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A tokenizer of the drawn sentences."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lib.base.paths.CACHE", tmp_path_factory.mktemp("cache"))
        return words.learned(SENTENCES, 300)


def album(n: int = 8) -> Album:
    """Plain pictures of eight colours, each with two sentences that name its own."""
    rng = np.random.default_rng(0)
    names = ("red", "green", "blue", "yellow", "white", "grass", "sand", "night")[:n]
    pixels = rng.integers(0, 256, (n, 1, 1, 3)).repeat(32, 1).repeat(32, 2).astype(np.uint8)
    return Album(pixels, [[f"A {name} circle.", f"One {name}."] for name in names],
                       [[f"colour:{name}"] for name in names])  # fmt: skip


def test_words_go_there_and_back(told):
    rows = words.encoded(SENTENCES[:20], told)
    assert words.decoded(rows, told) == [" ".join(s.split()) for s in SENTENCES[:20]]
    assert all(row[0] == row[-1] == words.end(told) for row in rows)
    long = words.encoded(["A red circle " * 40], told)[0]
    assert len(long) == words.LONGEST and long[-1] == words.end(told)
    assert words.decoded([[words.end(told), *rows[0][1:-1], words.end(told), 5, 6]], told) == [
        " ".join(SENTENCES[0].split())
    ]


def test_a_captioner_learns_eight_pictures_by_heart_and_looks(told, tmp_path, own_cache):
    pairs = album()
    torch.manual_seed(0)
    captioner = model.placed(model.join(SHAPE, told))
    recipe = Recipe(epochs=150, batch=8, rate=5e-3, sentences=1, decay=0.0)
    scores = []

    def score(one):
        scores.append(0.0)
        return float(len(scores))

    target = tmp_path / "x"
    about = train.joined(captioner, pairs, recipe, score, target.touch, target, half=False)
    assert about["curve"][0]["loss"] > 4 and about["curve"][-1]["loss"] < 0.8
    captioner.model.eval()
    written = captioner.captions(pairs.pixels)
    hits = [said.split()[1].strip(".") in text for said, text in zip(
        [s[0] for s in pairs.sentences], written, strict=True)]  # fmt: skip
    assert np.mean(hits) > 0.7, written
    found = study.looks(lambda: captioner, pairs, {"test": 1})
    assert found["losses"]["shuffled"] > found["losses"]["own"] + 0.3
    assert found["losses"]["ci95"][0] > 0
    again = study.looks(None, pairs, {"test": 1})
    assert again == found, "measured once for each content"


def test_an_untrained_join_writes_the_same_for_every_picture(told):
    """What the join adds to a language model at first is too little to change its words."""
    torch.manual_seed(0)
    writes = model.gpt2(SHAPE, told, joined=False)
    captioner = model.placed(model.join(SHAPE, told, tongue=writes.state_dict()))
    ids = torch.tensor(words.encoded(SENTENCES[:1], told))
    with torch.inference_mode():
        alone = model.per_sentence(writes.eval()(input_ids=ids).logits, ids, torch.ones_like(ids))
        looked = captioner.looked_at(album().pixels)
        joined = captioner.written(looked, ids.tolist() * 8)
    assert joined.numpy() == pytest.approx(float(alone), abs=0.05)


def test_only_the_join_learns_where_the_parts_are_frozen(told, tmp_path):
    captioner = model.placed(model.join(SHAPE, told))
    before = {name: p.detach().clone() for name, p in captioner.model.named_parameters()}
    recipe = Recipe(epochs=1, batch=8, frozen=True)
    target = tmp_path / "x"
    train.joined(captioner, album(), recipe, lambda _: 0.0, target.touch, target, False)
    changed = {n for n, p in captioner.model.named_parameters() if not torch.equal(p, before[n])}
    assert changed and all("cross" in name for name in changed)


def test_parts_are_trained_kept_and_put_together(data, own_cache):
    few = data.subset(60, 20)
    shop = systems.Workshop(few, PLAN)
    made = shop.joined()
    looks = [look["score"] for look in made.curve]
    assert len(looks) == 1 and 0 <= looks[0] <= 1 and made.seconds > 0
    assert systems.Workshop(few, PLAN).joined().weights == made.weights, "trained once"
    other = systems.Workshop(few, replace(PLAN, join=Recipe(epochs=1, batch=8))).joined()
    assert other.weights != made.weights
    eyes = train.state_of(shop.eyes().weights)
    apart = model.load(shop.untrained().weights).model.state_dict()
    name = "embeddings.patch_embeddings.projection.weight"
    assert torch.equal(apart[f"encoder.{name}"], eyes[name])
    read = {s: systems.of_weights(getattr(few, s).images, made.weights) for s in systems.SPLITS}
    assert [len(read[s].captions) for s in systems.SPLITS] == [len(few.dev), 20]


def test_captions_that_say_everything_find_everything(data, tmp_path, own_cache):
    told = {s: systems.Told([" ".join(x) for x in chapter.by_image(getattr(data, s))], 1.0)
            for s in systems.SPLITS}  # fmt: skip
    vectors = text.for_stages(data, "")
    found = systems.systems(data, "caption.finetuned", told, vectors, {}, 5.0, 10, 3)
    assert set(found) == {"caption.finetuned", "caption.finetuned_tfidf"}
    for run in found.values():
        ranks = run.ranks["test"][0]
        twins = {}  # drawn scenes repeat: equal descriptions share their ranks
        for sentences in data.test.sentences:
            twins[sentences] = twins.get(sentences, 0) + 1
        expected = [(twins[s] + 1) / 2 for s in data.test.sentences]
        assert ranks == pytest.approx(expected, abs=1)
        assert run.seconds["test"] > 6
        back = runs.load(runs.save(tmp_path, run, {}).parent, run.id)
        assert back.embed_queries(data.test.texts) == pytest.approx(run.queries["test"], abs=1e-4)
    silent = {s: systems.Told(["same"] * len(getattr(data, s)), 0.0) for s in systems.SPLITS}
    for run in systems.systems(data, "x", silent, vectors, {}, 0.0, 0, 0).values():
        middle = (len(data.test) + 1) / 2
        assert run.ranks["test"] == pytest.approx(middle), "a tie takes the middle rank"


def test_scores_of_captions_are_cocos():
    true = [["a red circle on grass", "a circle"], ["two dogs run", "dogs in a park"]]
    perfect = study.judged([said[0] for said in true], true)
    assert perfect["cider"] > 2 and perfect["distinct"] == 1
    wrong = study.judged(["a red circle on grass"] * 2, true)
    assert wrong["cider"] < perfect["cider"] and wrong["distinct"] == 0
    assert 0 < wrong["bleu4"] < perfect["bleu4"] or perfect["bleu4"] < 1
    assert study.overlap("a red dog", "A red cat.") == 0.5 and study.overlap("", "") == 1


def test_two_cats_are_found_by_what_people_say(data):
    test = data.test
    sentences = list(test.sentences)
    query = int(np.argsort(test.truth)[7])
    sentences[query] = ("Two cats on grass.", "two cats sit", "cats", "one", "more")
    assert chapter.two_cats(replace(test, sentences=tuple(sentences))) == 7
    assert chapter.two_cats(test) == 0, "without a cat the first image"


@pytest.fixture
def served(tmp_path, monkeypatch, told):
    """A small ViT, a small GPT-2 and a small captioner, fetched from a hub on the loopback."""
    root = tmp_path / "hub"
    vit = ViTConfig(image_size=32, patch_size=16, hidden_size=32, num_hidden_layers=2,
                    num_attention_heads=2, intermediate_size=64)  # fmt: skip
    size = words.tokenizer(told).get_vocab_size()
    gpt2 = GPT2Config(vocab_size=size, n_positions=64, n_embd=32, n_layer=2, n_head=2)
    torch.manual_seed(0)
    parts = ViTModel(vit), GPT2LMHeadModel(gpt2)
    joined = VisionEncoderDecoderModel(
        encoder=ViTModel(vit, add_pooling_layer=False),
        decoder=GPT2LMHeadModel(GPT2Config(**{**gpt2.to_dict(), "add_cross_attention": True,
                                              "is_decoder": True})),
    )  # fmt: skip
    every = {wanted.VIT: parts[0], wanted.GPT2: parts[1], wanted.CAPTIONER: joined}
    state = json.loads(told)
    for repository, made in every.items():
        folder = root / repository.name
        made.eval().save_pretrained(folder)
        (folder / "preprocessor_config.json").write_text("{}")
        (folder / "tokenizer_config.json").write_text("{}")
        (folder / "vocab.json").write_text(json.dumps(state["model"]["vocab"]))
        merges = [" ".join(pair) for pair in state["model"]["merges"]]
        (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    monkeypatch.setattr(library, "PLACE", tmp_path / "weights")
    downloaded.read.cache_clear()
    with hub(root, *(repository.revision for repository in every)) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        for repository in every:
            library.fetch(repository, library.remote(repository))
    return every


def test_served_captioners_see_and_write_as_those_that_made_them(served, told):
    pixels = np.random.default_rng(0).integers(0, 256, (64, 32, 32, 3)).astype(np.uint8)
    x = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1
    sentences = words.encoded(SENTENCES[:64], told)
    ids, mask = train.padded(sentences)
    with torch.inference_mode():
        whole, own = served[wanted.CAPTIONER], downloaded.TRAINED.load()
        assert own.told and words.encoded(SENTENCES[:64], own.told) == sentences
        seen = whole.encoder(x).last_hidden_state
        assert (own.looked_at(pixels) - seen).abs().max() < 1e-4
        logits = whole.decoder(
            input_ids=ids, attention_mask=mask, encoder_hidden_states=seen
        ).logits
        theirs = model.per_sentence(logits, ids, mask)
        assert (own.written(seen, sentences) - theirs).abs().max() < 1e-4
        apart = downloaded.JOINED.load()
        seen = served[wanted.VIT](x).last_hidden_state
        assert (apart.looked_at(pixels) - seen).abs().max() < 1e-4
        alone = served[wanted.GPT2](input_ids=ids, attention_mask=mask).logits
        loss = model.per_sentence(alone, ids, mask)
        assert apart.written(seen, sentences).numpy() == pytest.approx(loss.numpy(), abs=0.1)


def test_from_served_captioners_to_scored_rows(served, data, own_cache):
    few, way = data.subset(40, 12), downloaded.TRAINED
    read = {
        s: systems.captions(getattr(few, s).images, way.key(), way.load) for s in systems.SPLITS
    }
    vectors = text.for_stages(few, "")
    found = systems.systems(few, "caption.pretrained", read, vectors, {}, 0.0, way.model_bytes, 0)
    chance = metrics.chance(12)["map_at_20"]
    for run in found.values():
        assert metrics.map_at_k(run.ranks["test"]) < 3 * chance, "random weights know nothing"
    shape = downloaded.shape(way.load())
    assert shape.side == 32 and shape.gpt2["n_positions"] == 64
    assert classic.Texts.of("tfidf", None, few.fit).vectors(read["test"].captions).shape[0] == 12


def test_a_broken_captioner_is_named(served):
    path = wanted.CAPTIONER.files()["model.safetensors"]
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(InputError, match=r"cannot be loaded.*make weights"):
        downloaded.TRAINED.load()


def test_without_captioners_the_reason_says_what_to_fetch(tmp_path, monkeypatch):
    monkeypatch.setattr(library, "PLACE", tmp_path)
    lacking = downloaded.JOINED.missing()
    assert [one.name for one in lacking] == [wanted.VIT.name, wanted.GPT2.name]
    assert "run make weights" in lacking[0].missing()
