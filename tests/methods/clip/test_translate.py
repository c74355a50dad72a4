"""Back-translation with a tiny Marian checkpoint of the test's own."""

import json

import pytest
import sentencepiece
import torch

from lib.data import hub, wanted
from lib.methods.clip import translate

SAID = ["a dog runs on the beach", "two red kites", "a man on a horse", "two red kites"]


def write_model(folder, seed: int) -> None:
    """A Marian checkpoint of random weights in the files of the real ones."""
    from transformers import GenerationConfig, MarianConfig, MarianMTModel

    folder.mkdir(parents=True)
    text = folder / "words.txt"
    text.write_text("\n".join(SAID * 40))
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
    said, seconds = translate.there_and_back(SAID, "fr")
    assert len(said) == 4 and said[1] == said[3] and seconds > 0
    assert all(text and "\n" not in text for text in said)
    monkeypatch.setattr(translate, "run", None)  # calling it would fail
    assert translate.there_and_back(SAID, "fr") == (said, pytest.approx(seconds))


def test_it_says_what_the_model_says(models):
    from transformers import MarianMTModel, MarianTokenizer

    tokenizer = MarianTokenizer.from_pretrained(models[0].folder)
    network = MarianMTModel.from_pretrained(models[0].folder).eval()
    read = tokenizer([SAID[0]], return_tensors="pt")
    written = network.generate(**read, num_beams=1, do_sample=False, max_new_tokens=64)
    alone = " ".join(tokenizer.decode(written[0], skip_special_tokens=True).split())
    said, _ = translate.translated(SAID, models[0])
    assert said[0] == (alone or SAID[0])


def test_without_the_models_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(hub, "PLACE", hub.paths.ROOT / "data" / "no-weights")
    with pytest.raises(FileNotFoundError, match=r"needs Helsinki-NLP/opus-mt-en-de.*make weights"):
        translate.there_and_back(SAID, "de")
