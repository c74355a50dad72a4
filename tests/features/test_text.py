"""Words and their vectors: tokens, both file formats, training, what is not known."""

import subprocess
import sys

import numpy as np
import pytest
from gensim.models import KeyedVectors

from lib.base import paths
from lib.features import text

pytestmark = pytest.mark.usefixtures("own_cache")
SENTENCES = ["A red dog runs.", "the dog is red", "A blue cat sits.", "the cat is blue"] * 30


@pytest.fixture
def vectors(tmp_path):
    """The same three words in both formats: {binary: path}."""
    known = KeyedVectors(4)
    known.add_vectors(["dog", "café", "red"], np.arange(12, dtype=np.float32).reshape(3, 4) / 10)
    files = {False: tmp_path / "words.txt", True: tmp_path / "words.bin"}
    for binary, path in files.items():
        known.save_word2vec_format(str(path), binary=binary)
    return files


def test_tokens():
    assert text.tokenize("A man's DOG, resting -- on 2 beds.") == [
        "a", "man's", "dog", "resting", "on", "2", "beds",
    ]  # fmt: skip
    assert text.tokenize("café_bar … ") == ["café", "bar"]
    assert text.tokenize("the dog’s bone") == ["the", "dog's", "bone"]


@pytest.mark.parametrize("binary", [False, True])
def test_both_formats(vectors, binary):
    words = text.read(vectors[binary], ["a red dog"])
    assert list(words.words) == ["dog", "café", "red"]
    mean = words.mean(["The red dog!", "dog dog red", "nothing known"])
    assert mean[0] == pytest.approx(words.vectors[[0, 2]].mean(axis=0))
    assert mean[1] == pytest.approx(words.vectors[[0, 0, 2]].mean(axis=0))
    assert (mean[2] == 0).all()


def test_a_text_file_whose_first_line_is_longer_than_a_block(tmp_path):
    """A 300-d line has more bytes than a look at the head of the file would read."""
    path = tmp_path / "long.txt"
    numbers = " ".join(["0.1234567"] * 300)
    path.write_text(f"2 300\ndog {numbers}\ncat {numbers}\n")
    assert text.read(path, []).vectors.shape == (2, 300)


def test_coverage_counts_zero_vectors(vectors):
    covered = text.read(vectors[False], []).coverage(["red dog", "a red cat", "no such"])
    assert covered == {
        "words_covered": pytest.approx(3 / 7),
        "vocabulary_covered": pytest.approx(2 / 6),
        "zero_vectors": 1,
    }


def test_only_frequent_and_needed_words_are_kept(vectors, monkeypatch):
    monkeypatch.setattr(text, "KEEP", 1)
    assert list(text.read(vectors[True], ["something red"]).words) == ["dog", "red"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"dog 0.1 0.2\n", "line 1 is no header"),
        (b"2 2\ndog 0.1 0.2\ncat 0.1\n", "line 3 is not a word and 2 numbers"),
        (b"2 2\ndog 0.1 0.2\ncat 0.1 x\n", "line 3 is not a word and 2 numbers"),
        (b"3 2\ndog 0.1 0.2\ncat 0.1 0.2\n", "line 1 promises 3 words, the file ends after 2"),
        (b"2 2\ndog 0.1 0.2\ncat 0.1 nan\n", "the vector of 'cat' holds NaN"),
        (b"2 2\ndog \xff\xfe", "gensim cannot read it"),
    ],
)
def test_bad_files(tmp_path, content, problem):
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=problem) as caught:
        text.read(path, [])
    assert str(path) in str(caught.value) and "What to do: pass such a file" in str(caught.value)


def test_training_is_the_same_in_every_process(tmp_path):
    """Also under another hash seed, which gensim once depended on."""
    program = (
        "import sys, pathlib; from lib.base import paths; from lib.features import text; "
        "paths.CACHE = pathlib.Path(sys.argv[1]); "
        f"w = text.train({SENTENCES!r}, 0); "
        "print(list(w.words), w.vectors.tobytes().hex()[:4000])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / seed)],
            cwd=paths.ROOT, capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(outputs) == 1 and "dog" in outputs.pop()


def test_training_learns_company():
    words = text.train(SENTENCES, 0)
    assert words.vectors.shape == (len(words.words), 300)
    assert "red" in words.row and words.nearest("unheard") == []
    assert len(words.nearest("dog", 3)) == 3


def test_the_seed_and_the_sentences_are_the_key_of_the_cache():
    first = text.train(SENTENCES, 0)
    again = text.train(SENTENCES, 0)
    other = text.train(SENTENCES, 1)
    assert (again.vectors == first.vectors).all()
    assert not (other.vectors == first.vectors).all()
