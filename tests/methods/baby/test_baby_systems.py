"""Babies as systems: served towers from download to scored row, encoders, the paper's guesses."""

import json
from dataclasses import fields, replace
from unittest import mock

import drawn
import numpy as np
import pytest
import timm
import torch
from hub_server import hub
from safetensors.torch import save_file
from test_baby_train import QUICK as SMALL
from test_baby_train import SHAPE
from transformers import DistilBertConfig, DistilBertModel

from lib.base import settings
from lib.base.errors import InputError
from lib.base.kit.training import padded
from lib.chapters.baby import chapter, long
from lib.data import hub as library
from lib.data import source as sources
from lib.data import wanted
from lib.features import pictures
from lib.methods.baby import model, words
from lib.methods.baby.paired import ENSEMBLE
from lib.methods.baby.recipe import DOWNLOADED, IDS, BabyRecipe, tower_files
from lib.methods.baby.system import BabyClip
from lib.search import evaluation
from lib.search.evaluation import Evaluation
from lib.search.system import System

TOWER = "resnet10t"  # of the tests: timm's resnet50 is the same code five times as large


@pytest.fixture(scope="module")
def towers(tmp_path_factory):
    """A hub's folder with random towers: a small DistilBERT and a ResNet."""
    torch.manual_seed(0)
    root = tmp_path_factory.mktemp("hub")
    sentences = [s for fact in drawn.FACTS for s in drawn.sentences(fact)]
    vocabulary = words.learned(sentences, 200)
    config = DistilBertConfig(vocab_size=len(vocabulary), dim=32, n_layers=2, n_heads=2,
                              hidden_dim=64, max_position_embeddings=128)  # fmt: skip
    text = DistilBertModel(config).eval()
    text.save_pretrained(root / wanted.DISTILBERT.name)
    folder = root / wanted.DISTILBERT.name
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": True}))
    image = timm.create_model(TOWER, pretrained=False).eval()
    folder = root / "timm/tests"
    folder.mkdir(parents=True)
    save_file({k: t.contiguous() for k, t in image.state_dict().items()},
              folder / "model.safetensors")  # fmt: skip
    return root, text, image, vocabulary


@pytest.fixture
def served(towers, tmp_path, monkeypatch):
    """The towers fetched from a hub on the loopback address."""
    root, *models = towers
    repository = library.Repository("timm/tests", "a ResNet")
    monkeypatch.setattr(library, "PLACE", tmp_path / "weights")
    monkeypatch.setattr(wanted, "IMAGE_TOWERS", {TOWER: repository})
    with hub(root, wanted.DISTILBERT.revision, repository.revision) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        for one in (wanted.DISTILBERT, repository):
            library.fetch(one, library.remote(one))
    return models


def test_served_towers_embed_as_the_models_that_made_them(served):
    text, image, vocabulary = served
    files, shape = tower_files(TOWER), model.downloaded_shape(TOWER)
    assert shape.vocabulary == vocabulary and shape.side == 176 and shape.mean != shape.std
    baby = model.new(shape, 0, files).eval()
    pixels = torch.randint(0, 256, (64, 3, 64, 64), dtype=torch.uint8)
    texts = [
        " ".join(drawn.sentences(fact)[: i % 5 + 1]) for i, fact in enumerate(drawn.FACTS[:64])
    ]
    ids, mask = padded(words.encoded(texts, vocabulary))
    with torch.inference_mode():
        wide = torch.nn.functional.interpolate(pixels.float(), (176, 176))
        own = baby.image(baby.normalised(wide))
        known = timm.data.resolve_model_data_config(image)
        mean, std = (torch.tensor(known[k])[:, None, None] for k in ("mean", "std"))
        theirs = image.forward_head(image.forward_features((wide / 255 - mean) / std), True)
        assert (own - theirs).abs().max() < 1e-4
        own = baby.text(input_ids=ids, attention_mask=mask).last_hidden_state
        theirs = text(input_ids=ids, attention_mask=mask).last_hidden_state
        assert (own - theirs).abs().max() < 1e-4


def test_from_served_towers_to_a_scored_row(served, course, tmp_path, own_cache):
    given = settings.check(settings.Settings(data="course", data_dir=str(course), name="drawn"))
    few = sources.load(given, "sha256:drawn").subset(40, 12)
    name, recipe = "baby.resnet50_distilbert", replace(DOWNLOADED, batch=8)
    first, again = (BabyClip(name, model.downloaded_shape(TOWER), recipe, True) for _ in range(2))
    one = evaluation.evaluate(few, first)
    assert one.ranks["test"].shape == (1, 12) and one.n_train["test"] == len(few.fit)
    assert one.params["starts_from"] == "downloaded weights"
    again.fit(few.fit, few.dev)
    assert again.weights == first.weights, "trained once for each content"
    evaluation.save(tmp_path, one)
    first.weights.write_bytes(first.weights.read_bytes() + b"x")
    with pytest.raises(ValueError, match="changed: run make report again"):
        evaluation.load(tmp_path, name)


def test_broken_towers_are_named(served):
    files, shape = tower_files(TOWER), model.downloaded_shape(TOWER)
    whole = files["image"].read_bytes()
    files["image"].write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"model.safetensors: cannot be loaded.*resnet10t"):
        model.new(shape, 0, files)
    files["image"].write_bytes(whole)
    save_file({"wrong": torch.zeros(2)}, files["weights"])
    with pytest.raises(InputError, match="the weights of DistilBERT"):
        model.new(shape, 0, files)


def test_without_towers_the_reason_says_what_to_fetch(tmp_path, monkeypatch):
    monkeypatch.setattr(library, "PLACE", tmp_path)
    session, reasons = mock.Mock(), []
    session.data.is_drawn, session.settings.seed = False, 0
    parts = wanted.DISTILBERT, *wanted.IMAGE_TOWERS.values()
    assert [one.name for one in parts[:2]] == [
        "distilbert/distilbert-base-uncased",
        "timm/resnet50.a1_in1k",
    ]
    for part in parts:  # each is named once those before it are here
        babies = chapter.babies(session)
        assert [seeds[0].id for seeds in babies] == ["baby.pretrained_frozen", ENSEMBLE]
        systems, reason = session.leave_out.call_args.args
        assert systems == list(IDS.values()) and "run make weights" in reason
        reasons.append(part.name in reason)
        part.folder.mkdir(parents=True)
        for name in (part.weights[0], *part.others):
            (part.folder / name).touch()
    assert reasons == [True] * 3


def system_of(data, embed_texts):
    """Random vectors; typed texts are embedded as told."""
    rng, system = np.random.default_rng(2), System()
    system.embed_texts = embed_texts
    gallery = {"test": rng.normal(size=(len(data.test), 32)).astype(np.float32)}
    queries = {"test": rng.normal(size=(len(data.test.texts), 32)).astype(np.float32)}
    return Evaluation(system, queries, gallery, {}, {}, {}, {})


def test_guesses_count_words_of_the_images_own_sentences(data):
    test = data.test
    hit = chapter.mentions(map(" ".join, pictures.sentences_by_image(test)), ("grass",))
    for query, image in enumerate(test.truth):
        assert hit[image] == any("grass" in s.lower() for s in test.sentences[query])
    knows = system_of(data, lambda texts: np.tile(np.float32([1, 0]), (len(texts), 1)))
    knows.gallery["test"] = np.column_stack([hit, ~hit]).astype(np.float32)
    shares = chapter.among_nine(knows, test, ["anything"], hit)
    assert shares == pytest.approx([min(9, hit.sum()) / 9])
    (row,) = [r for r in chapter.guesses({"x": knows}, test, "a man") if r["finds"] == "men"]
    assert row["base_rate"] == 0 and row["of_nine"] == 0 and row["share"] == 0


def test_the_verdict_on_the_guesses_compares_with_the_base_rate():
    row = {"base_rate": 0.1, "unasked_ci95": [0.2, 0.4]}
    assert chapter.verdict(row) == "holds"
    assert chapter.verdict({**row, "unasked_ci95": [0.05, 0.4]}) == "cannot be told"
    assert chapter.verdict({**row, "base_rate": 0.5}) == "does not hold"


def test_nearest_sentences_and_the_joint_map(data):
    knows = system_of(data, lambda texts: np.stack([by_heart[text] for text in texts]))
    own = knows.gallery["test"][data.test.truth]
    by_heart = dict(zip([s[0] for s in data.test.sentences], own, strict=True))
    nearest = chapter.nearest_sentences(knows, data.test, [0, 5])
    first = data.test.sentences[int(np.argsort(data.test.truth)[5])][0]
    assert nearest[5][0][0] == first and len(nearest[0]) == 3
    positions, images = chapter.joint_map(knows, data.test, n=20)
    assert positions.shape == (40, 2) and len(images) == 20


def test_alterations_change_one_choice_each():
    known = {field.name for field in fields(BabyRecipe)} | {"pooled"}
    for label, changed in long.ALTERATIONS.items():
        assert changed and set(changed) <= known, label
        assert any(getattr(long.BASE, k, "mean") != v for k, v in changed.items()), label


def test_pieces_of_the_long_run_are_measured(data, own_cache):
    few = data.subset(40, 12)
    shape = replace(SHAPE, vocabulary=words.learned(pictures.sentences(few.fit), 100))
    base = BabyClip("baby", shape, replace(SMALL, epochs=1))
    other = long.altered(base, {"pooled": "first"})
    assert other.shape.pooled == "first" and other.recipe == base.recipe
    facts, rows = long.compared(few, base, other, {"pooled": "first"})
    assert facts["alteration"] == {"pooled": "first"} and not rows
    assert facts["ci95"][0] <= facts["difference"] <= facts["ci95"][1]
    some = BabyClip("baby", shape, replace(SMALL, epochs=2, images=10))
    facts, _ = long.on_some(few, some)
    assert facts["images"] == 10 and len(facts["curve"]) == 2 and 0 <= facts["map_at_20"] <= 1
