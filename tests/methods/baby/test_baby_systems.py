"""Babies as systems: served towers from download to scored row, encoders, the paper's guesses."""

import json
from dataclasses import fields, replace

import drawn
import numpy as np
import pytest
import timm
import torch
from hub_server import hub
from safetensors.torch import save_file
from transformers import DistilBertConfig, DistilBertModel

from lib.base import settings
from lib.base.errors import InputError
from lib.base.kit.training import padded
from lib.chapters.baby import chapter, long, study
from lib.data import hub as library
from lib.data import source as sources
from lib.data import wanted
from lib.methods.baby import downloaded, systems, words
from lib.methods.baby.recipe import Recipe
from lib.search import runs

TOWER = "resnet10t"  # of the tests: timm's resnet50 is the same code five times as large


@pytest.fixture(scope="module")
def made(tmp_path_factory):
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
def served(made, tmp_path, monkeypatch):
    """The towers fetched from a hub on the loopback address."""
    root, *towers = made
    repository = library.Repository("timm/tests", "a ResNet")
    monkeypatch.setattr(library, "PLACE", tmp_path / "weights")
    monkeypatch.setattr(wanted, "IMAGE_TOWERS", {TOWER: repository})
    with hub(root, wanted.DISTILBERT.revision, repository.revision) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        for one in (wanted.DISTILBERT, repository):
            library.fetch(one, library.remote(one))
    return towers


def test_served_towers_embed_as_the_models_that_made_them(served):
    text, image, vocabulary = served
    files = downloaded.found(TOWER)
    shape = downloaded.shape(TOWER, files)
    assert shape.vocabulary == vocabulary and shape.side == 176 and shape.mean != shape.std
    baby = systems.born(shape, 0, files).eval()
    pixels = torch.randint(0, 256, (64, 3, 64, 64), dtype=torch.uint8)
    said = [" ".join(drawn.sentences(fact)[: i % 5 + 1]) for i, fact in enumerate(drawn.FACTS[:64])]
    ids, mask = padded(words.encoded(said, vocabulary))
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
    files = downloaded.found(TOWER)
    shape, recipe = downloaded.shape(TOWER, files), replace(chapter.DOWNLOADED, batch=8)
    trained = systems.trained(few, shape, recipe, files)
    run = systems.system(few, "baby.resnet50_distilbert", trained, {})
    assert run.ranks["test"].shape == (1, 12) and run.n_train["test"] == len(few.fit)
    again = systems.trained(few, shape, recipe, files)
    assert again == trained, "trained once for each content"
    stored = runs.load(runs.save(tmp_path, run, {}).parent, run.id)
    assert stored.embed_queries(few.test.texts) == pytest.approx(run.queries["test"], abs=1e-5)
    trained.weights.write_bytes(trained.weights.read_bytes() + b"x")
    with pytest.raises(ValueError, match="changed: run make report again"):
        runs.load(tmp_path, run.id)


def test_broken_towers_are_named(served):
    files = downloaded.found(TOWER)
    shape = downloaded.shape(TOWER, files)
    whole = files["image"].read_bytes()
    files["image"].write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"model.safetensors: cannot be loaded.*resnet10t"):
        systems.born(shape, 0, files)
    files["image"].write_bytes(whole)
    save_file({"wrong": torch.zeros(2)}, files["weights"])
    with pytest.raises(InputError, match="the weights of DistilBERT"):
        systems.born(shape, 0, files)


def test_without_towers_the_reason_says_what_to_fetch(tmp_path, monkeypatch):
    monkeypatch.setattr(library, "PLACE", tmp_path)
    assert downloaded.found("resnet50") is None
    lacking = downloaded.missing("resnet50")
    assert [one.name for one in lacking] == [
        "distilbert/distilbert-base-uncased",
        "timm/resnet50.a1_in1k",
    ]
    assert "run make weights" in lacking[0].missing()


def test_guesses_count_words_of_the_images_own_sentences(data):
    test = data.test
    hit = study.mentions(test, ("grass",))
    for query, image in enumerate(test.truth):
        assert hit[image] == any("grass" in s.lower() for s in test.sentences[query])
    knows = runs.random_run(data)
    gallery = {"test": np.column_stack([hit, ~hit]).astype(np.float32)}
    finder = replace(knows, gallery=gallery, encoder=Always())
    shares = study.among_nine(finder, test, ["anything"], hit)
    assert shares == pytest.approx([min(9, hit.sum()) / 9])
    (row,) = [r for r in study.guesses({"x": finder}, test, "a man") if r["finds"] == "men"]
    assert row["base_rate"] == 0 and row["of_nine"] == 0 and row["share"] == 0


def test_the_verdict_on_the_guesses_compares_with_the_base_rate():
    row = {"base_rate": 0.1, "unasked": 0.3, "unasked_ci95": [0.2, 0.4]}
    rows = [
        {**row, "system": "baby.deit_distilbert", "finds": "parks"},
        {**row, "system": "baby.resnet50_distilbert", "finds": "men", "unasked_ci95": [0.05, 0.4]},
    ]
    told = study.verdict(rows)
    assert "finds parks unasked holds" in told and "finds men unasked cannot be told" in told


class Always:
    """An encoder that asks for the same whatever is typed."""

    kind = "always"

    def embed_queries(self, texts):
        return np.tile(np.float32([1, 0]), (len(texts), 1))


def test_nearest_sentences_and_main_tags(data):
    knows = runs.random_run(data)
    own = knows.gallery["test"][data.test.truth]
    perfect = replace(knows, encoder=Recites([s[0] for s in data.test.sentences], own))
    found = study.nearest_sentences(perfect, data.test, [0, 5])
    first = data.test.sentences[int(np.argsort(data.test.truth)[5])][0]
    assert found[5][0][0] == first and len(found[0]) == 3
    tags = study.main_tags(data.test, most=1)
    assert len(tags) == len(data.test) and set(tags) <= {"shape", "ground", "none", "other"}
    positions, images = study.joint_map(knows, data.test, n=20)
    assert positions.shape == (40, 2) and len(images) == 20


class Recites:
    """An encoder that knows some sentences by heart."""

    kind = "recites"

    def __init__(self, sentences, vectors):
        self.known = dict(zip(sentences, vectors, strict=True))

    def embed_queries(self, texts):
        return np.stack([self.known[text] for text in texts])


def test_alterations_change_one_choice_each():
    known = {field.name for field in fields(Recipe)} | {"pooled"}
    for label, changed in long.ALTERATIONS.items():
        assert changed and set(changed) <= known, label
        assert any(getattr(long.BASE, k, "mean") != v for k, v in changed.items()), label


def test_sentences_of_the_long_run_say_what_is_there():
    assert "has not been run" in chapter.not_yet(None) and chapter.tutorial_sentence(None) == ""
    look = {"epoch": 1, "loss": 4.8525, "score": 0.002}
    row = {"system": systems.TUTORIAL, "split": "test", "params": {"batch": 128}}
    record = {"rows": [row], "facts": {"pieces": {"tutorial": {"curve": [look]}}}}
    assert chapter.not_yet(record).startswith("1 pieces")
    assert "4.853" in chapter.tutorial_sentence(record) or "4.852" in chapter.tutorial_sentence(
        record
    )
    assert chapter.alterations(record) == {} and chapter.by_images(record) == {}
    assert "Nobody has measured" in chapter.night(record)
