"""Tiny runs whose numbers are kept, so that nobody changes numbers without raising a VERSION.

Records and trainings depend on the constant VERSION of the file that made them, not on its code.
Each such file has a run in golden_runs.py, which goes through its own functions and gives a
handful of numbers; golden.json keeps them. `python tests/golden.py` makes golden.json anew where a
VERSION was raised. Where a run is changed itself, its entry in golden.json is removed first.
"""

import json
import math
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import conftest  # noqa: F401  # finds the tests of all rooms
import drawn
import torch
from golden_runs import RUNS, Numbers
from test_data import loaded

from lib.base import files, paths
from lib.data.dataset import Dataset
from lib.features.clip import embed

KEPT = Path(__file__).with_suffix(".json")
TOLERANCE = 1e-3  # of the largest number of a list: processors round differently


def float32(device: str, *_, **__) -> torch.autocast:
    """In place of torch.autocast: bfloat16 rounds so much that nothing could be compared."""
    return AUTOCAST(device, enabled=False)


AUTOCAST = torch.autocast


@contextmanager
def alone() -> Iterator[None]:
    """A cache of its own; one thread of the processor, in float32, so that machines agree."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with (
        tempfile.TemporaryDirectory() as place,
        mock.patch.object(paths, "CACHE", Path(place)),
        mock.patch.object(embed, "_kept", {}),
        mock.patch.object(torch, "autocast", float32),
        mock.patch.object(torch.cuda, "is_available", lambda: False),
    ):
        torch.manual_seed(0)
        try:
            yield
        finally:
            torch.set_num_threads(threads)


def version(path: str) -> int:
    """The VERSION of a file of the library."""
    return files.version(path.removeprefix("lib/"))


def measured(path: str, data: Dataset) -> Numbers:
    """The numbers of a file's run, seven digits each; data: the tests' drawn one."""
    with alone():
        text = json.dumps(RUNS[path](data), default=float)
    return json.loads(text, parse_float=lambda number: float(f"{float(number):.7g}"))


def differences(old: Numbers, new: Numbers) -> list[str]:
    """Each number that is another one, as "loss[2] 1.2345 → 1.3"."""
    found = [f"{name} is gone" for name in old if name not in new]
    for name, value in new.items():
        before = old.get(name)
        both = [value, before] if isinstance(value, list) else [[value], [before]]
        if before is None or len(both[0]) != len(both[1]):
            found.append(f"{name} {before} → {value}")
            continue
        for place, (now, then) in enumerate(zip(*both, strict=True)):
            if not alike(then, now, both[1]):
                shown = f"{name}[{place}]" if isinstance(value, list) else name
                found.append(f"{shown} {short(then)} → {short(now)}")
    return found


def alike(then: object, now: object, beside: list) -> bool:
    """Whether a number is as before, within a share of the largest in its list."""
    if isinstance(then, str) or isinstance(now, str):
        return then == now
    return math.isclose(then, now, rel_tol=0, abs_tol=TOLERANCE * max(map(abs, beside)))


def short(value: object) -> str:
    """A number as a message shows it."""
    return value if isinstance(value, str) else f"{value:.6g}"


def fault(path: str, kept: dict | None, numbers: Numbers, now: int) -> str:
    """What is wrong with a file's numbers, in words; empty if they are those of its VERSION."""
    if kept is None or now != kept["version"]:
        return (
            f"tests/golden.json has no numbers of {path} at VERSION {now}: run "
            "`python tests/golden.py`."
        )
    changed = differences(kept["numbers"], numbers)
    if not changed:
        return ""
    shown = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if changed[3:] else "")
    return (
        f"{path} gives other numbers than VERSION {now} did ({shown}): if that is meant, raise "
        "VERSION there and run `python tests/golden.py`; records and trainings that depend on it "
        "are then made again."
    )


def remade(old: dict, numbers: dict[str, Numbers], versions: dict[str, int]) -> tuple[dict, list]:
    """golden.json made anew, and the faults of what is refused and stays as it was.

    Taken are new files and those whose VERSION was raised.
    """
    entries, refused = {}, []
    for path, found in sorted(numbers.items()):
        kept, now = old.get(path), versions[path]
        if kept is None or now > kept["version"]:
            entries[path] = {"version": now, "numbers": found}
            continue
        entries[path] = kept
        if now < kept["version"]:
            refused.append(f"{path} has VERSION {now}, but had {kept['version']}: never lower it.")
        elif said := fault(path, kept, found, now):
            refused.append(said)
    return entries, refused


def kept() -> dict:
    """What golden.json holds: path → "version" and "numbers"."""
    return json.loads(KEPT.read_text("utf-8")) if KEPT.is_file() else {}


def main() -> None:
    """Make golden.json anew, but for files whose numbers changed under the same VERSION."""
    if not KEPT.is_relative_to(paths.ROOT):
        sys.exit(f"the installed lib is that of {paths.ROOT}: set PYTHONPATH to this folder")
    with tempfile.TemporaryDirectory() as place, alone():
        data = loaded(drawn.write(Path(place) / "course"))
        numbers = {path: measured(path, data) for path in RUNS}
    entries, refused = remade(kept(), numbers, {path: version(path) for path in RUNS})
    text = json.dumps(entries, indent=1, ensure_ascii=False)
    text = re.sub(r"\[[^]]*\]", lambda found: " ".join(found[0].split()), text)  # a list a line
    KEPT.write_text(text + "\n", "utf-8")
    sys.exit("\n".join(refused) or None)


if __name__ == "__main__":
    main()
