"""Forced choice: an accuracy that can be wrong."""

from types import SimpleNamespace

import numpy as np
import pytest

from lib.chapters import judged

QUESTIONS = [
    SimpleNamespace(image=i, texts=(f"{i}", *(f"{(i + n) % 60}" for n in (1, 2, 3))))
    for i in range(60)
]


def evaluation(sign: int) -> SimpleNamespace:
    """A system that knows each image's number, or its opposite, or nothing."""
    system = SimpleNamespace(embed_texts=lambda texts: sign * np.eye(60)[[int(t) for t in texts]])
    return SimpleNamespace(system=system, gallery={"dev": np.eye(60)}, metric="cosine")


def test_accuracy_of_one_who_knows_errs_or_guesses():
    assert judged.accuracy(evaluation(1), "dev", QUESTIONS).mean() == 1
    assert judged.accuracy(evaluation(-1), "dev", QUESTIONS).mean() == 0
    guessed = judged.accuracy(evaluation(0), "dev", QUESTIONS)
    assert guessed == pytest.approx(1 / 4), "ties are shared"
