"""Back-translation with a tiny Marian checkpoint of the test's own."""

import json

import pytest
import sentencepiece
import torch

from lib.base import cache
from lib.data import hub, wanted
from lib.methods.clip import translate
from lib.methods.clip.systems import Clip
from lib.search import evaluation

SENTENCES = ["a dog runs on the beach", "two red kites", "a man on a horse", "two red kites"]


def write_model(folder, seed: int) -> None:
    """A Marian checkpoint of random weights in the files of the real ones."""
    from transformers import GenerationConfig, MarianConfig, MarianMTModel

    folder.mkdir(parents=True)
    text = folder / "words.txt"
    text.write_text("\n".join(SENTENCES * 40))
    for side in ("source", "target"):
        sentencepiece.SentencePieceTrainer.train(
            input=str(text), model_prefix=str(folder / side), vocab_size=24, minloglevel=9
        )
        (folder / f"{side}.model").rename(folder / f"{side}.spm")
    pieces = sentencepiece.SentencePieceProcessor(str(folder / "source.spm"))
    names = [pieces.id_to_piece(i) for i in range(pieces.get_piece_size())]
    names = ["</s>", "<unk>", *(n for n in names if n not in ("</s>", "<unk>", "<s>")), "<pad>"]
    (folder / "vocab.json").write_text(json.dumps({name: i for i, name in enumerate(names)}))
    about = {"source_lang": "eng", "target_lang": "fra", "tokenizer_class": "MarianTokenizer"}
    (folder / "tokenizer_config.json").write_text(json.dumps(about))
    torch.manual_seed(seed)
    pad = len(names) - 1
    config = MarianConfig(vocab_size=len(names), d_model=16, encoder_layers=1, decoder_layers=1,
        encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=16,
        decoder_ffn_dim=16, pad_token_id=pad, eos_token_id=0, decoder_start_token_id=pad,
        forced_eos_token_id=0)  # fmt: skip
    MarianMTModel(config).save_pretrained(folder)
    GenerationConfig(
        pad_token_id=pad, eos_token_id=0, decoder_start_token_id=pad, forced_eos_token_id=0
    ).save_pretrained(folder)


@pytest.fixture
def models(tmp_path, monkeypatch, own_cache):
    """Both directions of French, in the place of downloads."""
    monkeypatch.setattr(hub, "PLACE", tmp_path / "weights")
    for seed, model in enumerate(wanted.translators("fr")):
        write_model(model.folder, seed)
    return wanted.translators("fr")


def test_sentences_go_there_and_back_once(models, monkeypatch):
    assert all(model.files() for model in models)
    back = translate.there_and_back(SENTENCES, "fr")
    assert len(back) == 4 and back[1] == back[3]
    assert all(text and "\n" not in text for text in back)
    monkeypatch.setattr(translate, "translate", None)  # calling it would fail
    start = cache.now()
    assert translate.there_and_back(SENTENCES, "fr") == back
    assert cache.now() - start > 0.01, "what translating cost when it was done"


def test_descriptions_through_another_language_are_a_system(models, data, monkeypatch):
    few = data.subset(24, 8)
    one = evaluation.evaluate(few, translate.BackTranslation("fr"))
    assert one.id == "clip.back_translation" and one.params["language"] == "French"
    back = translate.there_and_back(list(few.test.sentences[0]), "fr")
    (alone,) = Clip().embed_texts([back])
    assert one.queries["test"][0] == pytest.approx(alone, abs=5e-3)  # bfloat16
    assert Clip().embed_queries(few.test)[0] != pytest.approx(alone, abs=5e-3)


def test_it_says_what_the_model_says(models):
    from transformers import MarianMTModel, MarianTokenizer

    tokenizer = MarianTokenizer.from_pretrained(models[0].folder)
    network = MarianMTModel.from_pretrained(models[0].folder).eval()
    read = tokenizer([SENTENCES[0]], return_tensors="pt")
    written = network.generate(**read, num_beams=1, do_sample=False, max_new_tokens=64)
    alone = " ".join(tokenizer.decode(written[0], skip_special_tokens=True).split())
    assert translate.translated(SENTENCES, models[0])[0] == (alone or SENTENCES[0])


def test_without_the_models_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(hub, "PLACE", hub.paths.ROOT / "data" / "no-weights")
    with pytest.raises(FileNotFoundError, match=r"needs Helsinki-NLP/opus-mt-en-de.*make weights"):
        translate.there_and_back(SENTENCES, "de")
