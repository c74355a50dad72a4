"""Ctrl-C ends a command in one line of ours, with all that it started, and loses nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import drawn
import psutil
from conftest import outside_make
from test_make import SLOW_CELL, keep_cells, report_of, state

STOPPED = "Stopped. The same command goes on where it was."


def takes_interrupts() -> None:
    """A shell starts what runs in its background with Ctrl-C ignored; the tests may run so."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupted(command: list[str], root: Path, reached, timeout: float = 240) -> str:
    """What a command prints that is stopped by Ctrl-C, which its whole group gets, when reached."""
    with (root / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=root, start_new_session=True, stdout=log,
                                   stderr=subprocess.STDOUT, env=outside_make(),
                                   preexec_fn=takes_interrupts)  # fmt: skip
    deadline = time.monotonic() + timeout
    while not reached() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process.poll() is None and reached(), (root / "log").read_text()
    started = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=60)
    _, alive = psutil.wait_procs(started, timeout=10)
    assert not alive, "something was left running"
    return (root / "log").read_text()


def ours(log: str) -> list[str]:
    """The lines after the interruption but make's own."""
    assert "Traceback" not in log and "Error occurred" not in log, log
    lines = log[log.index(STOPPED) :].splitlines()
    return [line for line in lines if line and not line.startswith("make: ***")]


def test_a_chapter(course, project):
    notebook = project.root / "notebooks/00_data.ipynb"
    keep_cells(notebook, 3, "session.finish()")
    command = ["make", "00_data", *report_of(course)[1:]]
    done = project.make(*command[1:])
    assert done.returncode == 0, done.stderr
    before = {k: v for k, v in state(project.root).items() if "jupyter" not in k}
    keep_cells(notebook, 3, SLOW_CELL)
    log = interrupted(command, project.root, (project.root / "build/reached").exists)
    assert ours(log) == [STOPPED] and "Error 130" in log
    (project.root / "build/reached").unlink()
    assert log.splitlines()[0].startswith("00_data: running") and log.count("\n") < 6, log
    assert {k: v for k, v in state(project.root).items() if "jupyter" not in k} == before


def test_the_drawing_of_data(project):
    """The workers of its pool get Ctrl-C as well, and leave it to the one that started them."""

    def images() -> bool:
        return any((project.root / "data").glob(".scenes-tiny*/images_train/*.jpg"))

    log = interrupted(["make", "data", "SIZE=tiny"], project.root, images)
    assert ours(log) == [STOPPED] and "Error 130" in log


def test_a_search(project, tmp_path):
    folder = drawn.write(tmp_path / "course") / "images_train"
    for i in range(8):
        for path in list(folder.glob("*.jpg"))[:100]:
            (folder / f"{i}-{path.name}").write_bytes(path.read_bytes() + bytes([i]))
    command = ["make", "search", f"PHOTOS={folder}", "QUERY=a dog", "MODEL=embedded"]
    cache = project.root / "build/cache/photos"
    log = interrupted(command, project.root, lambda: any(cache.glob("*/*.npz")))
    assert ours(log) == [STOPPED] and "Error 130" in log


PROGRAM = """
import sys
from lib.__main__ import main
from lib.show.site import build
build.update = lambda settings: None
sys.exit(main(["serve", "PORT=" + sys.argv[1]]))
"""


def test_the_server(project):
    """Ctrl-C is how it ends: no failure, and nothing to say."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = [sys.executable, "-c", PROGRAM, port]
    log = interrupted(command, project.root, lambda: "Ctrl-C" in (project.root / "log").read_text())
    assert log.strip() == f"http://127.0.0.1:{port}/ until you press Ctrl-C"
