"""Downloads from a hub on the loopback address: checked, gone on with, never repeated.

The commit is the code's or that of the first download, whatever the hub's newest is.
"""

import shutil
import time
from dataclasses import replace

import numpy as np
import pytest
from hub_server import COMMIT, digest, hub

from lib.base import files
from lib.base.errors import InputError
from lib.data import hub as library

REPOSITORY = library.Repository(
    "someone/a-model", "tests", others=("config.json",), weights=("model.safetensors", "model.bin")
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
    assert REPOSITORY.files() is None and not REPOSITORY.is_complete()
    wanted = library.remote(REPOSITORY)
    assert wanted == (COMMIT, {"model.safetensors": 400_000, "config.json": 3})
    library.fetch(REPOSITORY, wanted)
    assert REPOSITORY.is_complete()
    assert {p.name for p in REPOSITORY.files().values()} == {"model.safetensors", "config.json"}
    weights = served.commits[COMMIT] / "someone/a-model/model.safetensors"
    assert REPOSITORY.fingerprint()["model.safetensors"] == digest(weights)
    downloads = len(served.downloads())
    library.fetch(REPOSITORY, wanted)
    assert len(served.downloads()) == downloads, "nothing is downloaded twice"


def test_a_download_that_broke_off_goes_on(served):
    served.cut = 150_000
    for _ in range(3):  # the library may try again by itself
        try:
            library.fetch(REPOSITORY, library.remote(REPOSITORY))
            break
        except RuntimeError as error:
            assert "goes on where it stopped" in str(error)
    assert REPOSITORY.is_complete()
    assert served.was_cut == {"model.safetensors"}


def test_changed_bytes_are_refused_and_removed(served):
    served.wrong = {"model.safetensors"}
    with pytest.raises(InputError, match=r"model.safetensors.*other bytes than the hub's"):
        library.fetch(REPOSITORY, library.remote(REPOSITORY))
    assert REPOSITORY.files() is None and not REPOSITORY.is_complete()
    served.wrong = set()
    library.fetch(REPOSITORY, library.remote(REPOSITORY))
    assert REPOSITORY.is_complete()


def test_a_shortened_file_is_noticed(served):
    library.fetch(REPOSITORY, library.remote(REPOSITORY))
    path = REPOSITORY.folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    assert not REPOSITORY.is_complete()


def test_what_the_hub_lacks_is_named(served):
    unknown = library.Repository("someone/else", "tests")
    with pytest.raises(RuntimeError, match=r"someone/else: the hub gave no list of files"):
        library.remote(unknown)
    other = library.Repository("someone/a-model", "tests", weights=("flax.msgpack",))
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
    (REPOSITORY.folder / "model.bin").write_bytes(b"x")
    assert REPOSITORY.files() is None, "one of two"
    files.write_json(REPOSITORY.folder / "config.json", {})
    assert {p.name for p in REPOSITORY.files().values()} == {"model.bin", "config.json"}
    assert served.asked == [], "looking opens no connection"


NEWER = "f" * 40


@pytest.fixture
def moved(served, tmp_path):
    """The hub with a second commit of other bytes; moved() makes it the newest."""
    newer = tmp_path / "newer"
    shutil.copytree(tmp_path / "hub", newer)
    (newer / "someone/a-model/model.safetensors").write_bytes(b"other bytes" * 1000)
    served.commits[NEWER] = newer

    def move() -> None:
        served.main = NEWER

    return move


def fetched(repository: library.Repository) -> bytes:
    """The weights after a download."""
    library.fetch(repository, library.remote(repository))
    assert repository.is_complete()
    return (repository.folder / "model.safetensors").read_bytes()


def test_the_commit_of_the_code_arrives_whatever_is_newest(moved):
    old, new = replace(REPOSITORY, revision=COMMIT), replace(REPOSITORY, revision=NEWER)
    moved()
    before = fetched(old)
    assert len(before) == 400_000 and old.fingerprint()["revision"] == COMMIT
    assert not new.is_complete(), "the code asks for another one now"
    assert fetched(new) == b"other bytes" * 1000 and new.fingerprint()["revision"] == NEWER


def test_the_first_download_pins(moved):
    before = fetched(REPOSITORY)
    assert REPOSITORY.pinned() == COMMIT
    moved()
    assert REPOSITORY.is_complete()
    (REPOSITORY.folder / "model.safetensors").unlink()
    assert fetched(REPOSITORY) == before, "what was downloaded first is what is fetched again"
    shutil.rmtree(REPOSITORY.folder)  # which is how one asks for another
    assert fetched(REPOSITORY) != before and REPOSITORY.pinned() == NEWER


def test_a_download_that_broke_off_goes_on_with_its_commit(served, moved):
    served.refused = {"config.json"}
    with pytest.raises(RuntimeError, match=rf"a-model: was not downloaded.*of revision {COMMIT}"):
        library.fetch(REPOSITORY, library.remote(REPOSITORY))
    served.refused = set()
    moved()
    assert len(fetched(REPOSITORY)) == 400_000 and REPOSITORY.pinned() == COMMIT


def test_a_hub_without_the_commit_is_refused(served, monkeypatch):
    unknown = replace(REPOSITORY, revision="e" * 40)
    with pytest.raises(RuntimeError, match=r"no list of files of revision eeee.*make weights"):
        library.remote(unknown)
    served.commits["e" * 40] = served.commits[COMMIT]
    library.remote(unknown)
    from huggingface_hub import HfApi

    plain = HfApi.model_info
    newest = lambda self, name, revision, **rest: plain(self, name, **rest)  # noqa: E731
    monkeypatch.setattr(HfApi, "model_info", newest)
    with pytest.raises(RuntimeError, match=rf"of revision eeee.*but revision {COMMIT}"):
        library.remote(unknown)


def test_another_format_of_another_commit_does_not_stay(served, moved):
    fetched(replace(REPOSITORY, revision=COMMIT))
    (served.commits[NEWER] / "someone/a-model/model.safetensors").unlink()
    newer = replace(REPOSITORY, revision=NEWER)
    library.fetch(newer, library.remote(newer))
    assert {path.name for path in newer.files().values()} == {"model.bin", "config.json"}
    assert newer.is_complete()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"model.safetensors": {"bytes": 400000}}'])
def test_a_damaged_or_older_stamp_is_written_again(served, text):
    fetched(REPOSITORY)
    stamp = REPOSITORY.folder / library.STAMP
    whole, downloads = stamp.read_text(), len(served.downloads())
    stamp.write_text(text)
    assert not REPOSITORY.is_complete() and REPOSITORY.fingerprint()["revision"] == ""
    fetched(REPOSITORY)
    assert stamp.read_text() == whole and len(served.downloads()) == downloads, (
        "not downloaded again"
    )
