"""Downloaded weights, end to end: made, served as a hub does, fetched, loaded, compared, scored."""

import numpy as np
import open_clip
import pytest
import torch
from hub_server import hub
from open_clip.model import CLIP
from PIL import Image
from safetensors.torch import save_file

from lib.base.errors import InputError
from lib.data import hub as library
from lib.data import wanted
from lib.features.clip import model as clip
from lib.methods.clip import heldout
from lib.search import metrics, retrieval


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A ViT-B-32-quickgelu of random weights in the folder of a hub: (folder, model)."""
    torch.manual_seed(0)
    model = open_clip.create_model("ViT-B-32-quickgelu", pretrained=None).eval()
    root = tmp_path_factory.mktemp("hub")
    folder = root / wanted.KNOWN[wanted.PAPER]
    folder.mkdir(parents=True)
    tensors = {name: t.contiguous() for name, t in model.state_dict().items()}
    save_file(tensors, folder / wanted.CLIP_WEIGHTS[0])
    return root, model


def test_served_weights_embed_as_the_model_that_made_them(made, tmp_path, monkeypatch):
    root, model = made
    monkeypatch.setattr(library, "PLACE", tmp_path / "weights")
    repository = wanted.clip(wanted.PAPER)
    with hub(root, repository.revision) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        remote = library.remote(repository)
        assert sum(remote[1].values()) > 500e6
        library.fetch(repository, remote)
        downloads = len(server.downloads())
        library.fetch(repository, remote)
        assert len(server.downloads()) == downloads, "not downloaded again"
    (weights,) = repository.files().values()
    ours = clip.downloaded(wanted.PAPER, weights)
    rng = np.random.default_rng(1)
    sizes = rng.integers(40, 300, size=(64, 2))
    pictures = [Image.fromarray(rng.integers(0, 255, (*s, 3)).astype("uint8")) for s in sizes]
    texts = [" ".join(["a dog", "on a red couch."] * n) for n in rng.integers(1, 20, size=64)]
    transform = open_clip.transform.image_transform(224, is_train=False)
    with torch.inference_mode():
        batch = torch.stack([transform(picture) for picture in pictures])
        images = model.encode_image(batch, normalize=True).numpy()
        theirs = model.encode_text(open_clip.get_tokenizer("ViT-B-32-quickgelu")(texts))
        theirs = torch.nn.functional.normalize(theirs, dim=-1).numpy()
    gallery = ours.embed_pixels(np.stack([ours.pixels(picture) for picture in pictures]))
    queries = ours.embed_tokens([clip.tokens(text) for text in texts])
    assert np.abs(gallery - images).max() < 1e-4 and np.abs(queries - theirs).max() < 1e-4
    ranks = retrieval.ranks(retrieval.scores(queries, gallery), np.arange(64))
    chance = metrics.chance(64)["map_at_20"]
    assert metrics.map_at_k(ranks) < 2.5 * chance, "random weights know nothing"
    clip.downloaded.cache_clear()


def test_broken_and_foreign_weights_are_named(made, tmp_path):
    root, _ = made
    whole = (root / wanted.KNOWN[wanted.PAPER] / wanted.CLIP_WEIGHTS[0]).read_bytes()
    short = tmp_path / "short.safetensors"
    short.write_bytes(whole[:1_000_000])
    with pytest.raises(InputError, match=r"short.safetensors: cannot be loaded.*make weights"):
        clip.downloaded(wanted.PAPER, short)
    other = tmp_path / "other.safetensors"
    save_file({"visual.proj": torch.zeros(3, 3)}, other)
    with pytest.raises(InputError, match=r"other.safetensors.*Expected: the weights openai of"):
        clip.downloaded(wanted.PAPER, other)


def test_embedded_pictures_are_brought_to_size_as_in_pretraining():
    model = clip.around(CLIP(**clip.CONFIG))
    image = Image.fromarray(np.random.default_rng(0).integers(0, 255, (224, 224, 3), dtype="uint8"))
    assert (model.pixels(image) == heldout.resized(image, 64)).all()
