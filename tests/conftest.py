"""What all tests share: drawn data, a project of one's own to run, the real photographs."""

import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import drawn
import pytest

from lib.base import paths

# Tests of one room may use what those of another define.
sys.path += [str(file.parent) for file in sorted(Path(__file__).parent.glob("*/**/test_*.py"))]
STARTED = time.perf_counter()
REAL = paths.resolve(os.environ.get("REAL_DATA") or "../shared/real")
# Knows one word in each direction; marks one that it does not know and one that it cannot inflect.
RULES = """#!/bin/sh
echo "$1" >> "$0.calls"
case "$1" in
  -l) echo "  eng-spa"; echo "  spa-eng" ;;
  -V) echo "Apertium 0.1" ;;
  eng-spa) sed 's/dog/perro/g; s/kites/*kites/g; s/horse/#horse/g' ;;
  spa-eng) sed 's/perro/hound/g' ;;
esac
"""


@pytest.fixture(scope="session")
def course(tmp_path_factory) -> Path:
    """A drawn data set in the course layout, with a key. Read only."""
    return drawn.write(tmp_path_factory.mktemp("drawn") / "course")


@pytest.fixture(scope="session")
def data(course):
    """The same as it is loaded."""
    from lib.base import settings
    from lib.data import source as data

    given = settings.Settings(data="course", data_dir=str(course), name="drawn")
    return data.load(settings.check(given), "sha256:drawn")


@pytest.fixture
def own_course(course, tmp_path) -> Path:
    """A copy of it that a test may break."""
    return shutil.copytree(course, tmp_path / "course")


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real photographs and word vectors; skips where there is none."""
    if not (REAL / "course").is_dir():
        pytest.skip(f"no real photographs at {REAL}: set REAL_DATA to their folder")
    return REAL


@pytest.fixture
def own_cache(tmp_path, monkeypatch) -> Path:
    """An empty cache."""
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def apertium(tmp_path, monkeypatch, own_cache):
    """The path of a stand-in of Apertium, which notes its calls beside it."""
    program = tmp_path / "bin" / "apertium"
    program.parent.mkdir()
    program.write_text(RULES)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return program


def outside_make() -> dict[str, str]:
    """The environment without what make hands on, when it was make that called the tests."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}


class Project:
    """A copy of the project with figures, build folder and commits of its own.

    It runs with this environment, so that `make` installs nothing.
    """

    def __init__(self, root: Path):
        self.root = root
        for name in ("lib", "notebooks"):
            ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
            shutil.copytree(paths.ROOT / name, root / name, ignore=ignore)
        names = ("Makefile", "pyproject.toml", "requirements.txt", "requirements.in", ".gitignore")
        for name in names:
            shutil.copy(paths.ROOT / name, root / name)
        bin_folder = root / ".venv" / "bin"
        bin_folder.mkdir(parents=True)
        (bin_folder / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        (bin_folder / "python").chmod(0o755)
        (root / ".venv" / "installed").touch()

    def keep(self, *notebooks: str) -> None:
        """Remove all notebooks but these, for tests of make that need no long report."""
        for path in (self.root / "notebooks").glob("*.ipynb"):
            if path.stem not in notebooks:
                path.unlink()

    def make(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        """Run make here and return what it printed; the caller looks at the exit status."""
        command = ["make", "--no-print-directory", *arguments]
        return subprocess.run(
            command, cwd=self.root, capture_output=True, text=True, env=outside_make() | environment
        )

    def commit(self) -> None:
        """Commit all that git does not ignore."""
        who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        for command in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "state"]):
            subprocess.run(["git", *command], cwd=self.root, check=True)


@pytest.fixture
def project(tmp_path) -> Project:
    """A project of the test's own."""
    return Project(tmp_path / "project")


def pytest_terminal_summary(terminalreporter):
    """Say what the tests cost."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    peak = max(u.ru_maxrss for u in usage) * (1 if sys.platform == "darwin" else 1024) / 1e6
    seconds = time.perf_counter() - STARTED
    terminalreporter.write_line(f"Time {seconds:.0f} s, peak memory of one process {peak:,.0f} MB")
