"""Embeddings of files and texts: those of the model, computed once, errors that name the file."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from open_clip import get_tokenizer
from open_clip.model import CLIP
from PIL import Image
from test_pretrain import CONFIG

from lib.base import files
from lib.base.errors import InputError
from lib.features.clip import embed
from lib.features.clip import model as clip
from lib.features.clip.embed import Source

TEXTS = ["a red circle", "two words", "a red circle", "night " * 90]


@pytest.fixture
def source(tmp_path, own_cache, monkeypatch):
    """A tiny model of random weights, with its card, as pretraining writes them; in float32."""
    monkeypatch.setattr(embed, "has_bfloat16", lambda: False)
    torch.manual_seed(3)
    ids = np.unique([t for text in TEXTS for t in clip.tokens(text)] + [0])
    target = tmp_path / "tiny.safetensors"
    clip.save(clip.shrink(CLIP(**CONFIG), ids), ids, target)
    files.write_json(target.with_suffix(".json"), {"model": CONFIG})
    return Source("embedded", target)


@pytest.fixture
def gallery(course, tmp_path):
    """Copies of nine drawn images."""
    folder = shutil.copytree(course / "images_test", tmp_path / "images")
    return sorted(folder.iterdir())[:9]


def test_images_are_those_of_the_model(source, gallery, monkeypatch):
    monkeypatch.setattr(embed, "AT_ONCE", 4)  # several rounds, the last one short
    found = embed.images(gallery, source).arrays["embedded"]
    pixels = [np.asarray(Image.open(p).resize((32, 32), Image.Resampling.BICUBIC)) for p in gallery]
    batch = torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2) / 127.5 - 1
    with torch.inference_mode():
        theirs = clip.load(source.weights).encode_image(batch, normalize=True).numpy()
    assert np.abs(found - theirs).max() < 1e-5
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_texts_are_those_of_the_model_and_what_is_cut_is_counted(source):
    entry = embed.texts(TEXTS, source)
    with torch.inference_mode():
        tokens = get_tokenizer("ViT-B-32")(TEXTS)
        theirs = clip.load(source.weights).encode_text(tokens, normalize=True).numpy()
    assert np.abs(entry.arrays["embedded"] - theirs).max() < 1e-5
    assert entry.arrays["tokens"].tolist() == [5, 4, 5, 92]


def test_pictures_are_decoded_once_while_they_fit(source, gallery, monkeypatch):
    monkeypatch.setattr(embed, "_kept", {})
    model, one = source.towers(), 32 * 32 * 3
    stack = embed.pixels(gallery, model)
    with monkeypatch.context() as patch:
        patch.setattr(embed, "decoded", None)  # calling it would fail
        assert embed.pixels(gallery, model) is stack
    monkeypatch.setattr(embed, "KEPT", 9 * one)
    assert (embed.pixels(gallery[:4], model) == stack[:4]).all()
    assert [len(kept) for kept in embed._kept.values()] == [4], "the older one made room"
    monkeypatch.setattr(embed, "KEPT", 3 * one)
    assert (embed.images(gallery, source).arrays["embedded"] == model.embed_pixels(stack)).all()


def test_nothing_is_computed_twice(source, gallery, monkeypatch):
    first = [embed.images(gallery, source), embed.texts(TEXTS, source)]
    monkeypatch.setattr(clip, "embedded", None)  # calling it would fail
    again = [embed.images(gallery, source), embed.texts(TEXTS, source)]
    for one, other in zip(first, again, strict=True):
        assert (one.arrays["embedded"] == other.arrays["embedded"]).all()
        assert other.seconds == pytest.approx(one.seconds), "what it cost when it was done"


def test_parts_of_a_folder_are_each_remembered(gallery, own_cache, monkeypatch):
    parts = gallery[:4], gallery[4:], gallery
    first = [embed.hashes(part) for part in parts]
    assert embed.hashes(gallery[::-1]) == first[2][::-1]
    monkeypatch.setattr(files, "_sha256", None)  # calling it would fail
    assert [embed.hashes(part) for part in parts] == first
    assert first[0] + first[1] == first[2]


def test_other_content_is_another_entry(source, gallery):
    before = embed.images(gallery, source).arrays["embedded"]
    Image.new("RGB", (50, 40), "red").save(gallery[2])
    after = embed.images(gallery, source).arrays["embedded"]
    changed = np.flatnonzero((before != after).any(axis=1))
    assert changed.tolist() == [2]
    torch.manual_seed(4)
    ids = np.unique(np.concatenate([clip.tokens(text) for text in TEXTS]))
    clip.save(clip.shrink(CLIP(**CONFIG), ids), ids, source.weights)
    clip.embedded.cache_clear()
    assert (embed.images(gallery, source).arrays["embedded"] != after).any()


def test_a_file_that_is_no_image_is_named(source, gallery):
    gallery[4].write_bytes(gallery[4].read_bytes()[:300])
    with pytest.raises(InputError, match=rf"{gallery[4].name}.*cannot be decoded.*What to do"):
        embed.images(gallery, source)


def test_bfloat16_moves_no_embedding_far_and_is_kept_apart(source, gallery, monkeypatch):
    exact = [embed.images(gallery, source), embed.texts(TEXTS, source)]
    half = replace(source, half=True)
    quick = [embed.images(gallery, half), embed.texts(TEXTS, half)]
    monkeypatch.setattr(embed, "has_bfloat16", lambda: True)
    single = embed.images(gallery, replace(source, half=False)).arrays
    assert [e.arrays["half"].item() for e in (exact[0], quick[0])] == [False, True]
    assert (single["embedded"] == exact[0].arrays["embedded"]).all() and not single["half"]
    for one, other in zip(exact, quick, strict=True):
        cosines = (one.arrays["embedded"] * other.arrays["embedded"]).sum(axis=1)
        assert cosines.min() > 0.999 and (cosines < 1 - 1e-7).any()
