"""A notebook's side of the report: where its networks run."""

import subprocess
import sys

import pytest
import torch

from lib.base import device as devices
from lib.base import paths


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
