"""What is kept by content, and what becomes of it when it is damaged."""

import json
import random

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from test_system import NearestCentroid

from lib.base import cache, files, paths
from lib.base.kit import checkpoint
from lib.search import evaluation

DAMAGES = {
    "cut": lambda content, rng: content[: rng.randrange(len(content))],
    "garbage": lambda content, rng: rng.randbytes(len(content)),
    "emptied": lambda content, rng: b"",
    "a flipped bit": lambda content, rng: flipped(content, rng.randrange(8 * len(content))),
}


def flipped(content: bytes, bit: int) -> bytes:
    """The content with one bit flipped."""
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_told_set_aside_and_made_again(own_cache, capsys, damage, seed):
    rng = random.Random(f"{damage} {seed}")
    content = {"words": cache.pack_words(["a", "b"]), "x": np.arange(300.0).reshape(100, 3)}
    computed = []

    def entry() -> dict[str, np.ndarray]:
        def compute() -> dict[str, np.ndarray]:
            computed.append(1)
            return content

        return cache.cached("kind", {"a": 1}, compute).arrays

    entry()
    path = next(own_cache.glob("kind/*.npz"))
    path.write_bytes(DAMAGES[damage](path.read_bytes(), rng))
    assert all(np.array_equal(entry()[name], array) for name, array in content.items())
    said = capsys.readouterr().err
    if len(computed) == 2:
        assert said.count("\n") == 1 and f"{path.name} is damaged" in said
        assert path.with_name(path.name + ".damaged").is_file()
    else:
        assert damage == "a flipped bit" and not said, "a bit that says nothing, such as a date's"


def test_a_header_that_says_too_little_is_seen(own_cache):
    """numpy alone would stop reading where the header says, before zip has checked the sum."""
    cache.cached("kind", {"a": 1}, lambda: {"x": np.arange(2000.0)})
    path = next(own_cache.glob("kind/*.npz"))
    content = path.read_bytes()
    assert content.count(b"(2000,)") == 1
    path.write_bytes(content.replace(b"(2000,)", b"(1000,)"))
    again = cache.cached("kind", {"a": 1}, lambda: {"x": np.arange(2000.0)})
    assert len(again.arrays["x"]) == 2000


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("ending", [".safetensors", ".json"])
def test_damaged_weights_are_trained_again(own_cache, capsys, damage, seed, ending):
    rng, trainings = random.Random(f"{damage} {seed}"), []

    def train(target) -> None:
        trainings.append(1)
        with files.writing(target) as temporary:
            save_file({"w": np.arange(100.0)}, temporary)
        cache.describe(target, {"curve": [{"score": 0.5}], "seconds": 3.25})

    first = cache.trained("kind", {"a": 1}, train)
    path = first.weights.with_suffix(ending)
    path.write_bytes(DAMAGES[damage](path.read_bytes(), rng))
    assert cache.trained("kind", {"a": 1}, train) == first and len(trainings) == 2
    assert f"{path.name} is damaged" in capsys.readouterr().err


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_checkpoint_is_no_place_to_go_on_from(tmp_path, capsys, damage, seed):
    rng = random.Random(f"{damage} {seed}")
    model = torch.nn.Linear(30, 2)
    optimizer = torch.optim.AdamW(model.parameters())
    path = tmp_path / "run.checkpoint"
    checkpoint.save(path, model, optimizer, {"epoch": 3})
    assert checkpoint.load(path, model, optimizer) == {"epoch": 3}
    before = path.read_bytes()
    path.write_bytes(DAMAGES[damage](before, rng))
    weights = model.weight.clone()
    found = checkpoint.load(path, model, optimizer)
    assert found is None or found == {"epoch": 3}
    assert torch.equal(model.weight, weights)
    assert (found is None) == ("is damaged" in capsys.readouterr().err)
    assert checkpoint.load(tmp_path / "none", model, optimizer) is None


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_list_of_hashes_costs_time_only(own_cache, tmp_path, capsys, damage):
    file = tmp_path / "a.txt"
    file.write_text("a")
    right = files.hash_of(file)
    index = next(own_cache.glob("hashes/*.json"))
    whole = index.read_bytes()
    for seed in range(12):
        index.write_bytes(DAMAGES[damage](whole, random.Random(f"{damage} {seed}")))
        assert files.hash_of(file) == right
        assert "is damaged" in capsys.readouterr().err


def test_a_changed_digit_in_a_list_of_hashes_is_seen(own_cache, tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("a")
    right = files.hash_of(file)
    index = next(own_cache.glob("hashes/*.json"))
    wrong = right.replace(right[0], "0" if right[0] != "0" else "1", 1)
    index.write_text(index.read_text().replace(right, wrong))
    assert files.hash_of(file) == right


def test_a_damaged_system_is_named_with_what_makes_it_again(data, own_cache, tmp_path, capsys):
    path = evaluation.save(tmp_path, evaluation.evaluate(data, NearestCentroid()))
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(FileNotFoundError, match=r"no run of classic.near.*run the notebook"):
        evaluation.load(tmp_path, NearestCentroid.id)
    assert f"{path.name} is damaged" in capsys.readouterr().err


def test_what_is_kept_stays_plain_json_below_its_first_line(tmp_path):
    files.write_kept(tmp_path / "a.json", {"x": [1, "é"]})
    head, text = (tmp_path / "a.json").read_text().split("\n")
    assert json.loads(text) == {"x": [1, "é"]} and list(json.loads(head)) == ["sha256"]
    assert files.read_kept(tmp_path / "a.json") == {"x": [1, "é"]}
    assert files.read_kept(tmp_path / "b.json") is None
    assert paths.CACHE.name == "cache"
