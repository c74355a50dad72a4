"""A JupyterLab on the loopback address, with settings of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lib.base import paths
from lib.commands import execute

TOKEN = "drawn"
SECONDS = 60  # to start on a machine that is busy


@contextmanager
def jupyter_lab(root: Path) -> Iterator[str]:
    """JupyterLab on a free port of the loopback address; yields its address.

    It has settings of its own and never asks for news.
    """
    own = root.parent / "jupyter"
    page = own / "labconfig" / "page_config.json"
    page.parent.mkdir(parents=True)
    off = {"@jupyterlab/apputils-extension:announcements": True}
    page.write_text(json.dumps({"disabledExtensions": off}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root",
               f"--ServerApp.root_dir={root}", "--ip=127.0.0.1", f"--port={port}",
               "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]  # fmt: skip
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    plain = {k: v for k, v in os.environ.items() if k not in execute.SURROUNDINGS}
    environment = {**plain, **dict.fromkeys(folders, str(own)), "PYTHONPATH": str(paths.ROOT),
                   "JUPYTER_PATH": "", "JUPYTER_PREFER_ENV_PATH": "1"}  # fmt: skip
    log = own / "log"
    with log.open("w") as stream:
        server = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/status?token={TOKEN}", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()  # and its kernels with it
        server.wait(SECONDS)


def wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    """Wait until a server answers."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"JupyterLab does not answer:\n{log.read_text()[-2000:]}")
