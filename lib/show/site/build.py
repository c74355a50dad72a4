"""The site of a run, made when something that it shows has changed, and served to its maker."""

import shutil
import subprocess
import sys
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from lib.base import files, paths
from lib.base.settings import Settings, check
from lib.record import inputs, records
from lib.record.names import known

HERE = Path(__file__).parent
TITLE = "Finding the picture for a sentence"


def folder(run: Settings) -> Path:
    return paths.build_dir(run.name, run.size) / "site"


def chapters(run: Settings) -> list[str]:
    places = (paths.executed_path, paths.record_path)
    return [n for n in paths.notebooks() if all(p(run.name, n, run.size).is_file() for p in places)]


def made_from(run: Settings) -> str:
    shown = [paths.executed_path(run.name, name, run.size) for name in chapters(run)]
    shown += paths.results_dir(run.name, run.size).glob("*.json")
    shown += [path for path in HERE.rglob("*.*") if "__pycache__" not in path.parts]
    shown += [paths.LIBRARY / "record/findings.toml", paths.REQUIREMENTS]
    for world in known()["worlds"]:  # the other one's findings stand on the start page, too
        shown += paths.results_dir(world).glob("*.json")
    hashes = files.hashes(sorted({str(path) for path in shown}), f"site of {run.name} {run.size}")
    content = {paths.shown(Path(file)): sha for file, sha in hashes.items()}
    return files.digest([content, inputs.shown()])


def update(settings: Settings) -> None:
    """Bring the site of a run up to date; RuntimeError if Sphinx finds fault with a page."""
    run = check(settings)
    index, key = folder(run) / "index.html", made_from(run)
    stamp = folder(run).with_suffix(".json")
    if index.is_file() and (files.read_kept(stamp) or {}).get("made_from") == key:
        print(f"site: nothing changed → {paths.shown(index)}")
        return
    start = time.perf_counter()
    stamp.unlink(missing_ok=True)
    make(run)
    files.write_kept(stamp, {"made_from": key})
    print(f"site: {time.perf_counter() - start:.1f} s → {paths.shown(index)}")


def make(run: Settings) -> None:
    from lib.show.site import chapter, pages

    names = chapters(run)
    if not names:
        raise RuntimeError(f"{run.name} has no executed notebook to show: run make report first")
    source, working = folder(run).with_name("site-source"), folder(run).with_name(".site")
    for old in (source, working):
        shutil.rmtree(old, ignore_errors=True)
    for name in names:
        chapter.write(source, name, names, run)
    pages.write(source, run, records.read_all(run.name, run.size), names)
    render(source, working, run)
    shutil.rmtree(folder(run), ignore_errors=True)
    for theirs in (working / "html/_static").rglob("*.map"):  # of the theme's scripts
        theirs.unlink()
    (working / "html").replace(folder(run))
    shutil.rmtree(working)


def render(source: Path, working: Path, run: Settings) -> None:
    """Have Sphinx turn the pages into HTML in `working/html`; RuntimeError quotes its complaints.

    A process of its own, since Sphinx can be set up but once in each.
    """
    shutil.copy(HERE / "conf.py", source)
    shutil.copytree(HERE / "static", source / "static")
    (source / "extra").mkdir(exist_ok=True)  # a report may have no figure
    title = TITLE if run.name == "scenes" else f"{TITLE} · {run.name}"
    command = [sys.executable, "-m", "sphinx", "-q", "--no-color", "-W"]
    command += ["-D", f"project={title}", "-D", f"html_title={title}"]
    command += ["-d", working / "doctrees", source, working / "html"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        complaints = done.stderr.replace(f"{source}/", "")
        raise RuntimeError(f"Sphinx finds fault with {paths.shown(source)}:\n{complaints}")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def server(run: Settings, port: int) -> ThreadingHTTPServer:
    """A server for this machine alone; port 0 takes any. RuntimeError if the port is taken."""
    handler = partial(Quiet, directory=str(folder(run)))
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise RuntimeError(f"PORT={port} cannot be ({error.strerror}): pass another") from error


def forever(settings: Settings, port: int) -> None:
    """Bring the site up to date and show it until the user presses Ctrl-C."""
    update(settings)
    with server(check(settings), port) as served:
        print(f"http://127.0.0.1:{served.server_port}/ until you press Ctrl-C", flush=True)
        try:
            served.serve_forever()
        except KeyboardInterrupt:
            print()
