"""A notebook's side of the report: where its networks run, and the pictures that it shows."""

import subprocess
import sys
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest
import torch

from lib.base import device as devices
from lib.base import paths
from lib.chapters.session import Session
from lib.show import diagrams


@pytest.mark.parametrize(
    ("driver", "found", "device"),
    [(None, True, "cpu"), ("/bin/nvidia-smi", False, "cpu"), ("/bin/nvidia-smi", True, "cuda")],
)
def test_the_device_is_what_torch_finds_where_a_driver_is(monkeypatch, driver, found, device):
    monkeypatch.setattr(devices.shutil, "which", lambda name: driver)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: found)
    assert devices.find() == device


def test_without_a_driver_torch_is_not_loaded():
    """A report whose results are cached needs no torch."""
    program = (
        "import sys; from lib.base import device; from lib.chapters import session; device.find(); "
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=paths.ROOT, capture_output=True, text=True,
        check=True, env={"PATH": ""},
    )  # fmt: skip
    assert "torch" not in done.stdout.split()


def bare(tmp_path, monkeypatch) -> Session:
    """A session of no data, whose pictures go to a folder of the test's own."""
    monkeypatch.setattr(paths, "figures_dir", lambda *place: tmp_path)
    return Session("03_x", SimpleNamespace(name="x", size="tiny"), None, {}, "cpu", 0.0)


def test_a_figure_wants_words(tmp_path, monkeypatch):
    session, figure = bare(tmp_path, monkeypatch), plt.figure()
    with pytest.raises(ValueError, match="the figure empty needs alt="):
        session.drawn(figure, "empty")
    assert session.drawn(figure, "told", alt="nothing").alt == "nothing"
    figure.set_label("words of its own")
    assert session.drawn(figure, "own").alt == "words of its own"
    assert session.figures == {"03_told.png": "nothing", "03_own.png": "words of its own"}


def test_a_diagram_is_kept_as_a_vector_too(tmp_path, monkeypatch):
    bare(tmp_path, monkeypatch).drawn(diagrams.draw("towers"), "towers")
    assert {path.name for path in tmp_path.iterdir()} == {"03_towers.png", "03_towers.svg"}


@pytest.mark.parametrize(("is_drawn", "world"), [(True, "photographs"), (False, "the drawn world")])
def test_a_chapter_reads_what_the_other_world_measured(is_drawn, world):
    here = SimpleNamespace(data=SimpleNamespace(is_drawn=is_drawn), notebook="04_deep_regression")
    name, facts = Session.elsewhere(here)
    assert name == world and facts["tried"]
    here.notebook = "no such chapter"
    assert Session.elsewhere(here) == (world, {})
