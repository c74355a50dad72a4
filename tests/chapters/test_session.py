"""A notebook's side of the report: where its networks run."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch

from lib.base import device as devices
from lib.base import paths
from lib.chapters.session import Session


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


@pytest.mark.parametrize(("is_drawn", "world"), [(True, "photographs"), (False, "the drawn world")])
def test_a_chapter_reads_what_the_other_world_measured(is_drawn, world):
    here = SimpleNamespace(data=SimpleNamespace(is_drawn=is_drawn), notebook="04_deep_regression")
    name, facts = Session.elsewhere(here)
    assert name == world and facts["tried"]
    here.notebook = "no such chapter"
    assert Session.elsewhere(here) == (world, {})
