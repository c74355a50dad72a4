"""The project itself: one set of versions, no photographs, README as rendered."""

import re
import subprocess
import tomllib

import pytest
import yaml

from lib.base import paths
from lib.commands import verify
from lib.record import records
from lib.show import readme

PIN = re.compile(r"^([\w.-]+)==(\S+)(?: ;.*)?$", re.MULTILINE)


def tracked() -> list[str]:
    """Files that git tracks; skips outside a checkout."""
    done = subprocess.run(["git", "ls-files"], cwd=paths.ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a git checkout")
    return done.stdout.split("\n")[:-1]


def test_conda_installs_the_very_same_versions():
    """environment.yml names no version but Python's; all others come from requirements.txt."""
    environment = yaml.safe_load((paths.ROOT / "environment.yml").read_text())
    python, *others = environment["dependencies"]
    assert others == ["pip", {"pip": ["-r requirements.txt", "-e ."]}]
    least = tomllib.loads((paths.ROOT / "pyproject.toml").read_text())["project"]
    version = re.fullmatch(r"python=(\d+\.\d+)", python)[1]
    assert least["requires-python"] == ">=3.11" and version.split(".") >= ["3", "11"]


def test_requirements_are_pinned_portable_and_complete():
    lines = paths.REQUIREMENTS.read_text().splitlines()
    pins = [pin for line in lines if (pin := re.sub(r"\s*#.*", "", line).strip())]
    assert all(re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==[\w.+!-]+( ; .+)?", pin) for pin in pins), pins
    names = {pin.split("==")[0].split("[")[0].lower() for pin in pins}
    asked = re.findall(r"^[\w-]+", (paths.ROOT / "requirements.in").read_text(), re.MULTILINE)
    assert {name.lower().replace("_", "-") for name in asked} <= names
    assert not [n for n in names if re.match("nvidia|cuda|triton", n)], "left to torch"
    assert "://" not in paths.REQUIREMENTS.read_text(), "no download addresses"


def test_the_installed_versions_are_the_pinned():
    import importlib.metadata as installed

    pins = {}
    for name, version in PIN.findall(paths.REQUIREMENTS.read_text()):
        pins.setdefault(name, []).append(version)  # several where they differ by platform
    for name, versions in pins.items():
        try:
            found = installed.version(name).split("+")[0]
        except installed.PackageNotFoundError:
            continue  # for another platform, as its marker says
        assert found in versions, name


def test_no_pictures_but_our_own_are_tracked():
    """Under figures/ git may hold records and the drawn data's pictures."""
    allowed = r"figures/(results/[^/]+/[^/]+\.json|scenes/.+)"
    figures = [name for name in tracked() if name.startswith("figures/")]
    assert figures and all(re.fullmatch(allowed, name) for name in figures), figures
    pictures = [n for n in tracked() if re.search(r"\.(jpe?g|png|gif|webp|heic)$", n, re.I)]
    assert all(name.startswith("figures/") for name in pictures), pictures


def test_no_notebook_output_is_tracked_by_accident():
    assert not [n for n in tracked() if n.startswith(("build/", "data/"))]


def test_readme_is_as_rendered():
    text = readme.README.read_text(encoding="utf-8")
    for part, render in readme.PARTS.items():
        assert readme.replace(text, part, render()) == text, f"{part}: run make readme"


def test_readme_refuses_records_of_other_code(monkeypatch):
    monkeypatch.setattr(
        readme.inputs, "code_of", lambda *_: {"lib/methods/regression/regress.py": "other"}
    )
    with pytest.raises(RuntimeError, match="README shows no stale record: scenes 00_data"):
        readme.results()


def test_committed_records_stand():
    for name in readme.RUNS:
        for record in records.read_all(name):
            faults = verify.problems(record["notebook"], record)
            assert not faults, f"{name} {record['notebook']}: {faults}"


def test_verify_finds_each_kind_of_fault(monkeypatch, capsys):
    record = next(r for r in records.read_all("flickr8k") if r["notebook"] == "01_baseline")

    def faults(**changes) -> str:
        return "; ".join(verify.problems("01_baseline", {**record, **changes}))

    assert not faults()
    old = {
        **record["inputs"],
        "code": record["inputs"]["code"] | {"lib/methods/regression/regress.py": "old"},
    }
    assert "stale, lib/methods/regression/regress.py changed" in faults(inputs=old)
    assert "of a tiny run" in faults(profile="tiny")
    dirty = record["environment"] | {"git_dirty": True}
    assert "uncommitted code" in faults(environment=dirty)
    row = {**record["rows"][1], "map_at_20": record["rows"][1]["map_at_20"] + 0.01}
    assert "is committed" in faults(rows=[row])
    assert not faults(rows=[{**row, "system": "clip.full_float32"}]), "of another processor"
    competition = {"name": "competition", "n_train": 10_000, "n_test": 2_000}
    row = {"system": "baseline.ridge_random100", "split": "test", "status": "measured"}
    assert "differs from the paper" in faults(
        data=record["data"] | competition, rows=[row | {"map_at_20": 0.3}]
    )
    monkeypatch.setattr(readme, "RUNS", {"nowhere": ""})
    with pytest.raises(RuntimeError, match=r"results/nowhere/00_data.json: missing"):
        verify.main()
    gone = record["parameters"] | {"data_dir": "no/such/folder"}
    assert not faults(parameters=gone)
    assert "is not on this machine" in capsys.readouterr().out


def test_nothing_is_said_of_this_machine():
    """No absolute path of a developer's machine stands in a tracked file."""
    for name in tracked():
        if name.endswith((".py", ".ipynb", ".md", ".json", ".toml", ".yml", ".txt", "Makefile")):
            text = (paths.ROOT / name).read_text(encoding="utf-8")
            assert str(paths.ROOT) + "/" not in text, name
