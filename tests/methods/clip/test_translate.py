"""Back-translation with a tiny Marian checkpoint of the test's own, and a stand-in of Apertium.

The real Apertium is tried where it is installed.
"""

import json
from dataclasses import replace

import pytest
import sentencepiece
import torch
from conftest import RULES

from lib.base import cache
from lib.data import hub, wanted
from lib.methods.clip import translate
from lib.methods.clip.systems import Clip
from lib.search import evaluation, retrieval

REASON = translate.missing("es")  # why the real Apertium is not tried
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


def calls(program) -> list[str]:
    """The directions in which it was called."""
    lines = program.with_name("apertium.calls").read_text().split()
    return [line for line in lines if not line.startswith("-")]


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
    assert one.id == "clip.back_translation_french" and one.params["language"] == "French"
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


def test_spanish_by_rules_keeps_the_lines(apertium):
    """One process a direction; empty lines, spaces and unknown words come back as they went."""
    back = translate.there_and_back([*SENTENCES, "", "  a  dog\n runs ", " "], "es")
    assert calls(apertium) == ["eng-spa", "spa-eng"]
    assert back == ["a hound runs on the beach", *SENTENCES[1:], "", "a hound runs", " "]
    assert translate.there_and_back(["", ""], "es") == ["", ""]
    assert translate.there_and_back(["a dog"], "es") == ["a hound"]
    assert translate.unknown(["a dog", "two kites"]) == 1 / 4


def test_another_version_of_the_rules_translates_anew(apertium):
    first = translate.there_and_back(SENTENCES, "es")
    assert translate.there_and_back(SENTENCES, "es") == first and len(calls(apertium)) == 2
    apertium.write_text(RULES.replace("0.1", "0.2").replace("hound", "mutt"))
    assert translate.there_and_back(SENTENCES, "es")[0] == "a mutt runs on the beach"
    by = translate.BackTranslation("es").params["by"]
    assert by[0].startswith("eng-spa Apertium 0.2") and by[1].startswith("spa-eng Apertium 0.2")


def test_descriptions_through_spanish_alone_and_fused(apertium, data):
    drawn = data.subset(24, 8).test
    split = replace(drawn, sentences=(("a dog", "red"), *drawn.sentences[1:]))
    kinds = (Clip(), translate.BackTranslation("es"), translate.BackTranslation("es", fused=True))
    plain, alone, fused = (one.embed_queries(split) for one in kinds)
    (hound,) = Clip().embed_texts([("a hound", "red")])
    assert alone[0] == pytest.approx(hound, abs=5e-3)  # bfloat16
    assert alone[0] != pytest.approx(plain[0], abs=5e-3)
    assert fused == pytest.approx(retrieval.unit(plain + alone), abs=1e-5)
    assert translate.BackTranslation("es", fused=True).id == "clip.back_translation_fused"


def test_rules_that_fail_or_lose_a_line_are_an_error(apertium):
    apertium.write_text(RULES.replace("s/perro/hound/g", "1,2d"))
    with pytest.raises(RuntimeError, match=r"made 2 of 3 .*: install apertium-eng-spa again"):
        translate.there_and_back(SENTENCES, "es")
    apertium.write_text(RULES.replace("sed 's/perro/hound/g'", "echo no rules >&2; exit 1"))
    with pytest.raises(RuntimeError, match=r"apertium spa-eng .*no rules"):
        translate.there_and_back(["a dog"], "es")


def test_without_the_rules_it_says_so(apertium):
    apertium.write_text(RULES.replace("spa-eng", "spa-cat"))
    reason = "needs apertium-eng-spa, which is not on this machine: apt install apertium-eng-spa"
    assert translate.missing("es") == reason
    with pytest.raises(FileNotFoundError, match=reason):
        translate.there_and_back(SENTENCES, "es")
    apertium.unlink()
    assert translate.BackTranslation("fr").id == "clip.back_translation_french"


@pytest.mark.skipif(bool(REASON), reason=REASON)
def test_the_real_rules(own_cache):
    """Each sentence alone says what it says among others, whatever signs stand in it."""
    hard = ["A man [with] ^hats$ and a @sign / slash \\ back.", "<b>Tags</b> {x} ~ * # + & 50%",
            "It", "it's", ".", "]", "[[t:b:12]]", "no stop at the end", "two  spaces\tand a tab",
            "", "An ollie grinds the zyxwv handrail.", "1", "a line\nin two"]  # fmt: skip
    back = translate.there_and_back(hard, "es")
    assert [translate.there_and_back([one], "es")[0] for one in hard] == back
    assert len(back) == len(hard) and all(back[i] for i in range(len(hard)) if hard[i])
    assert "zyxwv handrail" in back[10] and "*" not in back[10]
    assert "#" not in translate.there_and_back(["Three pups near a lake."], "es")[0]
    assert [back[i] for i in (4, 5, 9, 11)] == [".", "]", "", "1"]
    assert translate.unknown([hard[10]]) == 3 / 6
    plain = "The house is white."
    assert translate.there_and_back([plain], "es") == [plain]
