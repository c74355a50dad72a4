"""What a user types as NAME=value reaches Python as typed; neither make nor the shell runs it."""

import json
import sys

import pytest

from lib.base import settings

VALUES = [
    "costs $5",
    "$$ and $$$",
    "$(shell touch ran)",
    "$(eval x := $(shell touch ran))${HOME}",
    "`touch ran`$(touch ran)",
    "'; touch ran; '",
    '"; touch ran; "',
    "x; touch ran #",
    "two\nlines",
    "x'\n\ttouch ran\n'",
    "a tab\tand  blanks  ",
    "back\\slash\\\\ \\$ \\",
    "\\\n",
    "# no comment",
    "a=b := c",
    "-- NAME=x",
    "--jobserver-auth=3,4",
    "%.o: $@ $< $*",
    "Zürich, 東京 ☕",
    "",
]
OWN = ("BIN", "NOTEBOOKS", "COMMANDS", "OWN", "STARTED", "GOALS", "MAKECMDGOALS", "SHELL",
       ".SHELLFLAGS", "VPATH", "GPATH", ".DEFAULT_GOAL", "typed", "v", "TORCH")  # fmt: skip


@pytest.fixture
def shown(project):
    """A project whose commands print the variables that they were given."""
    program = "import json; from lib.base import settings; print(json.dumps(settings.typed()))"
    python = project.root / ".venv/bin/python"
    python.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{program}'\n")
    return project


@pytest.mark.parametrize("value", VALUES)
def test_a_value_arrives_as_typed(shown, value):
    done = shown.make("site", f"DATA_DIR={value}", "DATA=course", "NAME=x")
    assert done.returncode == 0, done.stderr
    given = dict(pair.split("=", 1) for pair in json.loads(done.stdout))
    assert given == {"DATA_DIR": value, "DATA": "course", "NAME": "x"}
    assert not (shown.root / "ran").exists()


def test_a_value_is_refused_as_typed(project):
    value = "".join(VALUES)
    done = project.make("data", f"SIZE={value}")
    assert done.returncode and f"SIZE={value} cannot be" in done.stderr
    assert not (project.root / "ran").exists()


@pytest.mark.parametrize("flags", [("-j2",), ("-k",), ("-s", "-j2", "-O"), ("-j", "-ik", "-I.")])
def test_flags_and_the_environment_are_no_variables(shown, flags):
    done = shown.make(*flags, "site", "DATA=course", "DATA_DIR=a -- b=$c", NAME="environment")
    assert sorted(json.loads(done.stdout)) == ["DATA=course", "DATA_DIR=a -- b=$c"], done.stderr
    assert shown.make(*flags, "-n", "site").returncode == 0


@pytest.mark.parametrize("value", ["$(shell touch ran)", "cpu; touch ran; ", "x'\n\ttouch ran\n'"])
def test_no_variable_of_make_itself_runs_anything(project, value):
    """-i goes on after a refusal, to recipes that might hold the value."""
    (project.root / ".venv/installed").unlink()
    for name in ("python", "uv"):  # nothing is to be installed here
        (project.root / ".venv/bin" / name).unlink(missing_ok=True)
        (project.root / ".venv/bin" / name).symlink_to("/bin/true")
    for given in ([f"{name}={value}" for name in OWN], [f"PYTHON={value}"]):
        project.make("-i", "settings", "install", "check", "PYTHON=true", *given)
        assert (project.root / ".venv/installed").exists(), "the recipes were not reached"
        assert not (project.root / "ran").exists()
        (project.root / ".venv/installed").unlink()


def test_what_would_hide_the_variables_is_refused(project):
    for name in ("MAKEFLAGS", "MAKEOVERRIDES"):
        done = project.make("report", f"{name}=k", "NAME=x")
        assert done.returncode and f"{name} is make's own: leave it out" in done.stderr


@pytest.mark.parametrize(
    ("makeflags", "given"),
    [
        ("", []),
        ("ks", []),
        ("NAME=x QUERY=a\\ dog", ["NAME=x", "QUERY=a dog"]),
        ("k -- NAME=x", ["NAME=x"]),
        (" --jobserver-fds=3,4 -j -- QUERY=$$5\\ \\\\", ["QUERY=$5 \\"]),
        (" -j2 --jobserver-auth=3,4", []),
    ],
)
def test_each_way_in_which_makes_hand_them_on(monkeypatch, makeflags, given):
    """make 3.81, which macOS has, sets no `--` where no flags are."""
    monkeypatch.setenv("MAKEFLAGS", makeflags)
    assert settings.typed() == given
