"""`make faults`: 200 random combinations of variables, and 60 files damaged at random.

    python tests/faults.py [COMBINATIONS DAMAGES SEED]

Works in a copy of the project with records of a small drawn data set committed. No combination
may change a tracked file; after any damage a report ends well or names the file, and no number
changes. The tests run a sample. Exits with 1 and a list if anything was otherwise.
"""

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import drawn
import nbformat
from conftest import Project

FIGURE = (
    'import matplotlib.pyplot as plt\nsession.figure(plt.figure(), "any", alt="An empty figure.")'
)
NOTEBOOKS = ("00_data", "01_baseline")


class Ground:
    """A project with committed records, three data folders, and all that was made of one."""

    def __init__(self, folder: Path):
        self.folder, self.project = folder, Project(folder / "project")
        self.project.keep(*NOTEBOOKS)
        for name, n_kept, more in (
            ("00_data", 3, [FIGURE, "session.finish()"]),
            ("01_baseline", 11, ["session.finish()"]),
        ):
            shorten(self.project.root / "notebooks" / f"{name}.ipynb", n_kept, more)
        self.own = drawn.write(folder / "own")
        self.other = shutil.copytree(self.own, folder / "it's $(HOME)")
        (self.other / "descriptions_train/0.txt").write_text("Another sentence.\n")
        shutil.copytree(self.own, folder / "same")
        done = self.report("NAME=mine", f"DATA_DIR={self.own}")
        assert done.returncode == 0, done.stderr
        self.project.commit()

    def report(self, *variables: str) -> subprocess.CompletedProcess:
        """The two chapters of a folder of photographs, one after the other."""
        return self.project.make("-k", *NOTEBOOKS, "DATA=course", *variables)

    def changed(self) -> list[str]:
        """Tracked files that differ from the commit, and new ones that git would take."""
        command = ["git", "status", "--porcelain", "-z"]
        done = subprocess.run(command, cwd=self.project.root, capture_output=True, text=True)
        lines = done.stdout.split("\0")
        return [
            li for li in lines if (li and not li.startswith("?? ")) or li.endswith((".jpg", ".png"))
        ]

    def measured(self) -> dict[str, object]:
        """What the records of NAME=mine hold but for times."""
        folder = self.project.root / "figures/results/mine"
        read = {path.name: json.loads(path.read_text()) for path in folder.glob("*.json")}
        return {name: [record["digest"], record["uses"]] for name, record in sorted(read.items())}


def shorten(path: Path, n_kept: int, more: list[str]) -> None:
    """Cut a notebook after some cells and append code cells."""
    notebook = nbformat.read(path, 4)
    cells = [nbformat.v4.new_code_cell(code) for code in more]
    notebook.cells = notebook.cells[:n_kept] + cells
    nbformat.write(notebook, path)


def combination(ground: Ground, rng: random.Random) -> list[str]:
    """A target and some variables, sensible or not."""
    choices = {
        "DATA": ["course", "course", "course", "course", "scenes", "coco"],
        "DATA_DIR": [str(ground.own), str(ground.other), str(ground.folder / "same"), "data", ""],
        "NAME": ["mine", "mine", "mine", "mine", "mine", "course", "other", "other", "", "scenes",
                 "results", "scores.png", "tiny", "../mine", "$(shell touch ran)"],
        "SIZE": ["full", "full", "tiny", "small", "big"],
        "SEED": ["0", "0", "1", "2", "$$"],
        "WORD_VECTORS": ["", "", str(ground.own / "test_key.csv"), "no/such"],
        "CLIP": ["", "ViT-L-14/openai", "ViT-L-14/openai", "`touch ran`"],
        "TORCH": ["cpu", "cpu", "gpu"],
    }  # fmt: skip
    names = rng.sample(list(choices), rng.randint(1, 4))
    given = {"DATA": "course", "DATA_DIR": str(ground.own)} if rng.random() < 0.7 else {}
    given |= {name: rng.choice(choices[name]) for name in names}
    if given.get("DATA", "scenes") == "scenes" and given.get("SIZE") != "big":
        given["SIZE"] = "tiny"  # a larger drawn world takes minutes
    return ["00_data", *(f"{name}={value}" for name, value in given.items())]


def try_combinations(ground: Ground, n: int, seed: int) -> list[str]:
    """Run so many combinations; returns those that changed a tracked file."""
    wrong = []
    for number in range(n):
        command = combination(ground, random.Random(f"{seed} {number}"))
        done = ground.project.make(*command)
        changed = ground.changed()
        if list(ground.project.root.rglob("ran")) or changed or "Traceback" in done.stderr:
            wrong.append(f"make {' '.join(command)}: {changed or done.stderr[-500:]}")
            subprocess.run(["git", "checkout", "-q", "."], cwd=ground.project.root, check=True)
        said = "ended well" if done.returncode == 0 else "refused"
        print(f"{number + 1}: make {' '.join(command)}: {said}", flush=True)
    return wrong


def kept_files(root: Path) -> list[Path]:
    """Caches, lists, stamps, runs and records of a report."""
    found = [p for p in (root / "build").rglob("*") if p.suffix in (".npz", ".json")]
    return sorted([*found, *(root / "figures/results/mine").glob("*.json")])


def damage(path: Path, rng: random.Random) -> str:
    """Damage a file in one of five ways; returns which."""
    content = bytearray(path.read_bytes())
    kind = rng.choice(["cut", "garbage", "emptied", "a flipped bit", "a changed digit"])
    digits = [i for i, byte in enumerate(content) if 48 <= byte < 58]
    if kind == "a changed digit" and digits:
        place = rng.choice(digits)
        content[place] = 48 + (content[place] - 47) % 10
    elif kind == "garbage":
        content = bytearray(rng.randbytes(len(content)))
    elif kind == "a flipped bit":
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    else:
        content = content[: rng.randrange(len(content)) if kind == "cut" else 0]
    path.write_bytes(content)
    return kind


def try_damages(ground: Ground, n: int, seed: int) -> list[str]:
    """Damage so many files, one at a time; returns what a report then did wrong."""
    root, wrong = ground.project.root, []
    whole, right = ground.folder / "whole", ground.measured()
    shutil.copytree(root, whole, symlinks=True)
    for number in range(n):
        rng = random.Random(f"{seed} {number}")
        path = rng.choice(kept_files(root))
        kind = damage(path, rng)
        for name in NOTEBOOKS:  # so that both run again and read all that is kept
            (root / "build/mine/notebooks" / f"{name}.ipynb").unlink()
        done = ground.report("NAME=mine", f"DATA_DIR={ground.own}")
        said = done.stdout + done.stderr
        named = path.name in said and "Traceback" not in said
        well = done.returncode == 0 and ground.measured() == right
        again = well or (named and not other_numbers(ground, right, path))
        place = path.relative_to(root)
        print(f"{number + 1}: {place}, {kind}: {'ended well' if well else 'named'}", flush=True)
        if not again:
            wrong.append(f"{place}, {kind}: {said[-800:]}")
        for folder in ("build", "figures"):
            shutil.rmtree(root / folder)
            shutil.copytree(whole / folder, root / folder)
    return wrong


def other_numbers(ground: Ground, right: dict, damaged: Path) -> list[str]:
    """Records with other numbers than before, the damaged file itself left out."""
    folder = ground.project.root / "figures/results/mine"
    others = [name for name in right if folder / name != damaged]
    return [n for n in others if json.loads((folder / n).read_text())["digest"] != right[n][0]]


def main(combinations: int = 200, damages: int = 60, seed: int = 0) -> int:
    """Try both; print and count what went wrong."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(Path(folder))
        wrong = try_combinations(ground, combinations, seed) + try_damages(ground, damages, seed)
    seconds = time.perf_counter() - start
    tried = f"{combinations} combinations and {damages} damages in {seconds:,.0f} s"
    print(f"{tried}: {len(wrong)} wrong")
    for line in wrong:
        print(f"  {line}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
