"""Captioners: their words, parts and join; whether they look; search among what they wrote."""

import json
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import drawn
import numpy as np
import pytest
import torch
from check import check_system
from hub_server import hub
from transformers import GPT2Config, GPT2LMHeadModel, VisionEncoderDecoderModel, ViTConfig, ViTModel

from lib.base.errors import InputError
from lib.base.kit import weights
from lib.base.kit.training import padded
from lib.chapters.caption import study
from lib.data import hub as library
from lib.data import wanted
from lib.features import pictures, text
from lib.features.pictures import Album
from lib.methods.caption import measures, model, systems, train
from lib.methods.caption.model import WordPieces
from lib.methods.caption.recipe import CaptionPlan, CaptionRecipe, CaptionShape
from lib.methods.caption.systems import Captioned, CaptionerSource
from lib.search import evaluation, metrics

SENTENCES = [s for fact in drawn.FACTS for s in drawn.sentences(fact)]
SHAPE = CaptionShape(
    vit={"image_size": 32, "patch_size": 16, "num_hidden_layers": 1, "hidden_size": 32,
         "num_attention_heads": 2, "intermediate_size": 64},
    gpt2={"n_embd": 32, "n_layer": 1, "n_head": 2}, pieces=300,
)  # fmt: skip
ONCE = CaptionRecipe(epochs=1)
PLAN = CaptionPlan(SHAPE, ONCE, ONCE, replace(ONCE, batch=16))


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    """Word pieces of the drawn sentences."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lib.base.paths.CACHE", tmp_path_factory.mktemp("cache"))
        return WordPieces.learn(SENTENCES, 300)


def album(n: int = 8) -> Album:
    """Plain pictures of eight colours, each with two sentences that name its own."""
    rng = np.random.default_rng(0)
    names = ("red", "green", "blue", "yellow", "white", "grass", "sand", "night")[:n]
    pixels = rng.integers(0, 256, (n, 1, 1, 3)).repeat(32, 1).repeat(32, 2).astype(np.uint8)
    sentences = [[f"A {name} circle.", f"One {name}."] for name in names]
    return Album(pixels, sentences, [[f"colour:{name}"] for name in names])


def by_colour(pairs: Album) -> text.Tfidf:
    """Bags of words that are fitted on an album's sentences."""
    return text.Tfidf().fit(SimpleNamespace(texts=[s for each in pairs.sentences for s in each]))


def test_words_go_there_and_back(words):
    rows = words.encode(SENTENCES[:20])
    assert words.decode(rows) == [" ".join(s.split()) for s in SENTENCES[:20]]
    assert all(row[0] == row[-1] == words.mark for row in rows)
    long = words.encode(["A red circle " * 40])[0]
    assert len(long) == model.LONGEST and long[-1] == words.mark
    assert words.decode([[words.mark, *rows[0][1:-1], words.mark, 5, 6]]) == [
        " ".join(SENTENCES[0].split())
    ]


def test_a_captioner_learns_eight_pictures_by_heart_and_looks(words, tmp_path, own_cache):
    pairs, target = album(), tmp_path / "x"
    captioner = model.join(SHAPE, words)
    recipe = CaptionRecipe(epochs=150, batch=8, rate=5e-3, sentences=1, decay=0.0)
    about = train.join(captioner, pairs, pairs, by_colour(pairs), recipe, target.touch, target)
    assert about["curve"][0]["loss"] > 4 and about["curve"][-1]["loss"] < 0.8
    assert about["curve"][-1]["score"] > about["curve"][0]["score"]
    captioner.model.eval()
    captions = captioner.captions(pairs.pixels)
    hits = [sentences[0].split()[1] in caption
            for sentences, caption in zip(pairs.sentences, captions, strict=True)]  # fmt: skip
    assert np.mean(hits) > 0.7, captions
    first = [sentences[0] for sentences in pairs.sentences]
    looks = study.looks(captioner, pairs.pixels, first, {"test": 1})
    assert looks["losses"]["shuffled"] > looks["losses"]["own"] + 0.3
    assert looks["losses"]["ci95"][0] > 0
    again = study.looks(None, pairs.pixels, first, {"test": 1})
    assert again == looks, "measured once for each content"


def test_an_untrained_join_writes_the_same_for_every_picture(words, tmp_path):
    """What the join adds to a language model at first is too little to change its words."""
    language, file = model.gpt2(SHAPE, words, joined=False), tmp_path / "decoder"
    weights.write(file, language.state_dict())
    captioner = model.join(SHAPE, words, decoder=file)
    ids = torch.tensor(words.encode(SENTENCES[:1]))
    with torch.inference_mode():
        logits = language.eval()(input_ids=ids).logits
        alone = model.row_losses(logits, ids, torch.ones_like(ids))
        encoded = captioner.encode(album().pixels)
        joined = captioner.losses(encoded, ids.tolist() * 8, np.arange(8))
    assert joined.numpy() == pytest.approx(float(alone), abs=0.05)


def test_only_the_join_learns_where_the_parts_are_frozen(words, tmp_path):
    captioner, pairs, target = model.join(SHAPE, words), album(), tmp_path / "x"
    before = {name: p.detach().clone() for name, p in captioner.model.named_parameters()}
    recipe = CaptionRecipe(epochs=1, batch=8, frozen=True)
    train.join(captioner, pairs, pairs, by_colour(pairs), recipe, target.touch, target)
    changed = {n for n, p in captioner.model.named_parameters() if not torch.equal(p, before[n])}
    assert changed and all("cross" in name for name in changed)


def test_parts_are_trained_kept_and_put_together(data, own_cache):
    few = data.subset(60, 20)
    training = train.CaptionTraining(few, PLAN)
    source = training.captioner()
    looks = [look["score"] for look in source.curve]
    assert len(looks) == 1 and 0 <= looks[0] <= 1 and source.n_train == len(few.fit)
    assert source.seconds > training.encoder.seconds + training.decoder.seconds > 0
    assert train.CaptionTraining(few, PLAN).captioner() == source, "trained once"
    other = replace(PLAN, join=replace(ONCE, batch=8))
    assert train.CaptionTraining(few, other).captioner().weights != source.weights
    encoder, _ = weights.read(training.encoder.weights)
    apart = training.captioner(is_trained=False).load().model.state_dict()
    name = "embeddings.patch_embeddings.projection.weight"
    assert torch.equal(apart[f"encoder.{name}"], encoder[name])
    captions = [systems.captions(getattr(few, s).images, source) for s in evaluation.SPLITS]
    assert list(map(len, captions)) == [len(few.dev), 20]


class Reader:
    """A captioner that never learned, and writes as much of a picture as its file tells it."""

    side = 32

    def __init__(self, words: int):
        self.words = words

    def captions(self, pixels: np.ndarray, beams: int) -> list[str]:
        """The colours of a picture's quarters in words."""
        names = "dark dim grey light bright"
        coarse = pixels.reshape(len(pixels), 2, 16, 2, 16, 3).mean(axis=(2, 4)) // 52
        words = [[names.split()[int(v)] for v in each.ravel()] for each in coarse]
        return [" ".join(each[: self.words]) for each in words]


@pytest.fixture
def reader(tmp_path, monkeypatch) -> CaptionerSource:
    """A source of it."""
    monkeypatch.setattr(model, "load", lambda path: Reader(int(path.read_text())))
    file = tmp_path / "reader"
    file.write_text("12")
    return CaptionerSource((file,), {"reader": 12}, 32, {"models": ["reader"]}, 7, [], 50.0)


@pytest.mark.parametrize("kind", ["word2vec", "tfidf"])
def test_a_search_among_captions_is_a_system(kind, reader, data, tmp_path, own_cache):
    few = data.subset(80, 24)
    ways = {"word2vec": lambda: text.MeanWords(few), "tfidf": text.Tfidf}
    measured = check_system(
        lambda: Captioned("caption.reader", reader, ways[kind]()), few, tmp_path
    )
    assert measured.params == {"models": ["reader"], "texts": kind}
    assert measured.n_train == {"dev": 7, "test": 7}, "the captioner's, whatever reads it"
    assert min(measured.seconds.values()) > 50, "what the captioner cost is counted"
    assert measured.model_bytes > 2


def test_captions_that_say_everything_find_everything(data, reader, monkeypatch, own_cache):
    every = {path: " ".join(sentences) for split in (data.dev, data.test) for path, sentences in
             zip(split.images, pictures.sentences_by_image(split), strict=True)}  # fmt: skip
    monkeypatch.setattr(systems, "captions", lambda images, _: [every[path] for path in images])
    searches = systems.evaluations(data, "caption.finetuned", reader, "")
    assert [one.id for one in searches] == ["caption.finetuned", "caption.finetuned_tfidf"]
    twins = Counter(data.test.sentences)  # drawn scenes repeat: equal ones share their ranks
    for one in searches:
        expected = [(twins[s] + 1) / 2 for s in data.test.sentences]
        assert one.ranks["test"][0] == pytest.approx(expected, abs=1)
    monkeypatch.setattr(systems, "captions", lambda images, _: ["same"] * len(images))
    for one in systems.evaluations(data, "x", reader, ""):
        middle = (len(data.test) + 1) / 2
        assert one.ranks["test"] == pytest.approx(middle), "a tie takes the middle rank"


def test_scores_of_captions_are_cocos():
    true = [["a red circle on grass", "a circle"], ["two dogs run", "dogs in a park"]]
    perfect = measures.judged([sentences[0] for sentences in true], true)
    assert perfect["cider"] > 2 and perfect["distinct"] == 1
    wrong = measures.judged(["a red circle on grass"] * 2, true)
    assert wrong["cider"] < perfect["cider"] and wrong["distinct"] == 0
    assert 0 < wrong["bleu4"] < perfect["bleu4"] or perfect["bleu4"] < 1
    assert study.overlap("a red dog", "A red cat.") == 0.5 and study.overlap("", "") == 1


def test_two_cats_are_found_by_what_people_say(data):
    test = data.test
    sentences = list(test.sentences)
    query = int(np.argsort(test.truth)[7])
    sentences[query] = ("Two cats on grass.", "two cats sit", "cats", "one", "more")
    assert study.two_cats(replace(test, sentences=tuple(sentences))) == 7
    assert study.two_cats(test) == 0, "without a cat the first image"


@pytest.fixture
def served(tmp_path, monkeypatch, words):
    """A small ViT, a small GPT-2 and a small captioner, fetched from a hub on the loopback."""
    root = tmp_path / "hub"
    vit = ViTConfig(image_size=32, patch_size=16, hidden_size=32, num_hidden_layers=2,
                    num_attention_heads=2, intermediate_size=64)  # fmt: skip
    size = words.tokenizer.get_vocab_size()
    gpt2 = GPT2Config(vocab_size=size, n_positions=64, n_embd=32, n_layer=2, n_head=2)
    torch.manual_seed(0)
    parts = ViTModel(vit), GPT2LMHeadModel(gpt2)
    joined = VisionEncoderDecoderModel(
        encoder=ViTModel(vit, add_pooling_layer=False),
        decoder=GPT2LMHeadModel(GPT2Config(**{**gpt2.to_dict(), "add_cross_attention": True,
                                              "is_decoder": True})),
    )  # fmt: skip
    every = {wanted.VIT: parts[0], wanted.GPT2: parts[1], wanted.CAPTIONER: joined}
    state = json.loads(words.state)
    for repository, network in every.items():
        folder = root / repository.name
        network.eval().save_pretrained(folder)
        (folder / "preprocessor_config.json").write_text("{}")
        (folder / "tokenizer_config.json").write_text("{}")
        (folder / "vocab.json").write_text(json.dumps(state["model"]["vocab"]))
        merges = [" ".join(pair) for pair in state["model"]["merges"]]
        (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    monkeypatch.setattr(library, "PLACE", tmp_path / "weights")
    model.read.cache_clear()
    with hub(root, *(repository.revision for repository in every)) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        for repository in every:
            library.fetch(repository, library.remote(repository))
    return every


def source(name: str) -> CaptionerSource:
    """A downloaded captioner."""
    return systems.download(*systems.DOWNLOADS[name])


def test_served_captioners_see_and_write_as_those_that_made_them(served, words):
    pixels = np.random.default_rng(0).integers(0, 256, (64, 32, 32, 3)).astype(np.uint8)
    x = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1
    sentences = words.encode(SENTENCES[:64])
    ids, mask = padded(sentences)
    with torch.inference_mode():
        whole, own = served[wanted.CAPTIONER], source(systems.PRETRAINED).load()
        assert own.words.encode(SENTENCES[:64]) == sentences
        seen = whole.encoder(x).last_hidden_state
        assert (own.encode(pixels) - seen).abs().max() < 1e-4
        logits = whole.decoder(
            input_ids=ids, attention_mask=mask, encoder_hidden_states=seen
        ).logits
        theirs = model.row_losses(logits, ids, mask)
        assert (own.losses(seen, sentences, np.arange(64)) - theirs).abs().max() < 1e-4
        apart = source(systems.ZERO_SHOT).load()
        seen = served[wanted.VIT](x).last_hidden_state
        assert (apart.encode(pixels) - seen).abs().max() < 1e-4
        alone = served[wanted.GPT2](input_ids=ids, attention_mask=mask).logits
        loss = model.row_losses(alone, ids, mask)
        own = apart.losses(seen, sentences, np.arange(64)).numpy()
        assert own == pytest.approx(loss.numpy(), abs=0.1)


def test_from_served_captioners_to_scored_rows(served, data, own_cache):
    few, pretrained = data.subset(40, 12), source(systems.PRETRAINED)
    assert pretrained.load().side == 32
    chance = metrics.chance(12)["map_at_20"]
    for one in systems.evaluations(few, systems.PRETRAINED, pretrained, ""):
        assert one.map_at_20("test") < 3 * chance, "random weights know nothing"
        assert one.n_train == {"dev": 0, "test": 0}
        assert one.params["models"] == [wanted.CAPTIONER.name]
        assert one.model_bytes > pretrained.weights[0].stat().st_size


def test_a_broken_captioner_is_named(served):
    path = source(systems.PRETRAINED).weights[0]
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(InputError, match=r"cannot be loaded.*make weights"):
        source(systems.PRETRAINED).load()


class Notebook:
    """What `study.captioners` asks of a session."""

    data = SimpleNamespace(is_drawn=False)

    def __init__(self):
        self.left = {}

    def leave_out(self, names: list[str], reason: str) -> None:
        """Notes them."""
        self.left |= dict.fromkeys(names, reason)


def test_photographs_take_the_captioners_that_are_here(served):
    session = Notebook()
    assert list(study.captioners(session)) == [systems.ZERO_SHOT, systems.PRETRAINED]
    assert not session.left
    source(systems.PRETRAINED).weights[0].unlink()
    session = Notebook()
    assert list(study.captioners(session)) == [systems.ZERO_SHOT]
    assert "run make weights" in session.left["caption.pretrained_tfidf"]


def test_without_captioners_the_reason_says_what_to_fetch(tmp_path, monkeypatch):
    monkeypatch.setattr(library, "PLACE", tmp_path)
    session = Notebook()
    assert study.captioners(session) == {}
    assert list(session.left) == systems.ids(*systems.DOWNLOADS)
    reason = session.left[systems.ZERO_SHOT]
    assert wanted.VIT.name in reason and "run make weights" in reason
