"""Downloads from a hub on the loopback address: checked, gone on with, never repeated."""

import time

import numpy as np
import pytest
from hub_server import hub

from lib import files
from lib import hub as library
from lib.errors import InputError

REPOSITORY = library.Repository(
    "someone/a-model", (("*.safetensors", "*.bin"), ("config.json",)), "tests"
)


@pytest.fixture
def served(tmp_path, monkeypatch):
    """A running hub with one repository, and an empty place for weights."""
    folder = tmp_path / "hub" / "someone" / "a-model"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(np.random.default_rng(0).bytes(400_000))
    (folder / "model.bin").write_bytes(b"another format of the same")
    (folder / "config.json").write_text("{}\n")
    monkeypatch.setattr(library, "PLACE", tmp_path / "weights")
    monkeypatch.setattr(library.paths, "ROOT", tmp_path)
    with hub(tmp_path / "hub") as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        yield server


def test_what_is_wanted_is_fetched_checked_and_not_fetched_again(served):
    assert REPOSITORY.found() is None and not library.is_complete(REPOSITORY)
    wanted = library.remote(REPOSITORY)
    assert [(f.name, f.size) for f in wanted] == [
        ("model.safetensors", 400_000),
        ("config.json", 3),
    ]
    library.fetch(REPOSITORY, wanted)
    assert library.is_complete(REPOSITORY)
    assert {p.name for p in REPOSITORY.found().values()} == {"model.safetensors", "config.json"}
    assert REPOSITORY.fingerprint()["model.safetensors"] == wanted[0].sha256
    asked = len(served.downloads())
    library.fetch(REPOSITORY, wanted)
    assert len(served.downloads()) == asked, "nothing is downloaded twice"


def test_a_download_that_broke_off_goes_on(served):
    served.cut = 150_000
    for _ in range(3):  # the library may try again by itself
        try:
            library.fetch(REPOSITORY, library.remote(REPOSITORY))
            break
        except RuntimeError as error:
            assert "goes on where it stopped" in str(error)
    assert library.is_complete(REPOSITORY)
    assert served.was_cut == {"model.safetensors"}


def test_changed_bytes_are_refused_and_removed(served):
    served.wrong = {"model.safetensors"}
    with pytest.raises(InputError, match=r"model.safetensors.*other bytes than the hub's"):
        library.fetch(REPOSITORY, library.remote(REPOSITORY))
    assert REPOSITORY.found() is None and not library.is_complete(REPOSITORY)
    served.wrong = set()
    library.fetch(REPOSITORY, library.remote(REPOSITORY))
    assert library.is_complete(REPOSITORY)


def test_a_shortened_file_is_noticed(served):
    library.fetch(REPOSITORY, library.remote(REPOSITORY))
    path = REPOSITORY.folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    assert not library.is_complete(REPOSITORY)


def test_what_the_hub_lacks_is_named(served):
    unknown = library.Repository("someone/else", (("*",),), "tests")
    with pytest.raises(RuntimeError, match=r"someone/else: the hub gave no list of files"):
        library.remote(unknown)
    other = library.Repository("someone/a-model", (("*.msgpack",),), "tests")
    with pytest.raises(RuntimeError, match=r"lacks one of .*msgpack.*config.json"):
        library.remote(other)


def test_without_a_hub_it_says_what_to_fetch_and_does_not_hang(served, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # nobody listens there
    start = time.monotonic()
    with pytest.raises(RuntimeError, match=r"huggingface.co/someone/a-model into weights/someone"):
        library.remote(REPOSITORY)
    assert time.monotonic() - start < 3 * library.SECONDS


def test_files_put_there_by_hand_serve_as_well(served):
    REPOSITORY.folder.mkdir(parents=True)
    assert "run make weights" in REPOSITORY.missing()
    (REPOSITORY.folder / "any.bin").write_bytes(b"x")
    assert REPOSITORY.found() is None, "one of two"
    files.write_json(REPOSITORY.folder / "config.json", {})
    assert {p.name for p in REPOSITORY.found().values()} == {"any.bin", "config.json"}
    assert served.asked == [], "looking opens no connection"
