"""What a record depends on, and what of it has changed since.

A record of the default report is out of date when the code of its notebook, chapter or methods
changed, a VERSION was raised, or the data, a setting or an imported package is another one. A long
record depends on VERSIONs, settings and data alone. Comments, docstrings and prose do not count.
Which files they are stands in inputs.toml.
"""

import ast
import io
import json
import re
import shutil
import subprocess
import tokenize
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from lib import scenes
from lib.base import files, paths
from lib.base.settings import Settings
from lib.data import wanted

Read = Callable[[str], str | None]  # path from the project's root → text, None if absent

TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
GROUND, DRAWN, LONG = (TABLE[key] for key in ("ground", "drawn", "long"))
CHAPTERS = {name: [file for each in own for file in TABLE["groups"].get(each, [each])]
            for name, own in TABLE["chapters"].items()}  # fmt: skip
IMPORT = r"^ *(?:import|from) (\w+)"
DISTRIBUTIONS = {"sklearn": "scikit-learn", "PIL": "pillow", "open_clip": "open-clip-torch"}
HOW = ("code", "versions", "packages", "downloads", "pieces")  # numbers are made, not of what
PLACES = ("name", "data_dir")  # settings that decide no number


def from_disk(path: str) -> str | None:
    file = paths.ROOT / path
    return file.read_text(encoding="utf-8") if file.is_file() else None


def git(*arguments: str) -> str | None:
    """What git says in the project's folder; None where it fails or is not installed."""
    if not shutil.which("git"):
        return None
    done = subprocess.run(["git", *arguments], cwd=paths.ROOT, capture_output=True, check=False)
    return done.stdout.decode() if done.returncode == 0 else None


def git_text(path: str, revision: str = "HEAD") -> str | None:
    """The text of a project file as it was committed; None where it is not."""
    return git("show", f"{revision}:./{path}")


def code_of(notebook: str, read: Read = from_disk) -> dict[str, str]:
    """Hash of the notebook's own code, and of each file of its chapter and methods, by path."""
    path = f"notebooks/{notebook}.ipynb"
    sources = {path: notebook_code(read(path))}
    sources |= {file: read(file) or "" for file in files_of(notebook)}
    return {file: files.digest(code_only(text, file)) for file, text in sources.items()}


def files_of(notebook: str) -> list[str]:
    places = [paths.LIBRARY / name for name in CHAPTERS.get(notebook, ())]
    named = [f for p in places for f in (sorted(p.glob("*.py")) if p.is_dir() else [p])]
    apart = tuple(TABLE["apart"])
    return [paths.shown(file) for file in named if not file.as_posix().endswith(apart)]


def shown() -> str:
    """Hash of what draws charts and tables: a change leaves records as they are, not pictures."""
    drawing = [paths.LIBRARY / name for name in TABLE["showing"]]
    return files.digest([file.read_text(encoding="utf-8") for file in drawing])


def packages_of(notebook: str, modules: Iterable[str], read: Read = from_disk) -> dict[str, str]:
    """The pinned version of each package that a chapter's code and these files import."""
    pins: dict[str, list[str]] = {}  # several versions where they differ by platform
    requirements = read(paths.REQUIREMENTS.name) or ""
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", requirements, re.MULTILINE):
        pins.setdefault(name.lower().replace("_", "-"), []).append(version)
    own = [file for file in files_of(notebook) if file.endswith(".py")]
    sources = [read(file) or "" for file in (*own, *(f"lib/{module}" for module in modules))]
    sources.append(notebook_code(read(f"notebooks/{notebook}.ipynb")))
    names = {name for text in sources for name in re.findall(IMPORT, text, re.MULTILINE)}
    known = (DISTRIBUTIONS.get(name, name).lower().replace("_", "-") for name in names)
    return {name: " or ".join(sorted(pins[name])) for name in sorted(known) if name in pins}


def notebook_code(content: str | None) -> str:
    cells = json.loads(content)["cells"] if content else []
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    own = [cell for cell in code if "parameters" not in cell["metadata"].get("tags", ())]
    return "\n".join("".join(cell["source"]) for cell in own)


def code_only(source: str, path: str = ".py") -> str:
    """Python source without comments, docstrings and blank lines; JSON as it is.

    The text itself and not its syntax tree, which Python's versions write in ways of their own.
    """
    if path.endswith(".json"):
        return source
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    documented = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            text = node.body[0]
            lines[text.lineno - 1 : text.end_lineno] = [""] * (text.end_lineno - text.lineno + 1)
    return "\n".join(line.rstrip() for line in lines if line.strip())


def ground(settings: Settings) -> list[str]:
    return GROUND + (DRAWN if settings.data == "scenes" else ["data/cnn.py"])


def fingerprint(settings: Settings) -> str:
    """Hash of the data that the settings name; reads only files that changed since last time."""
    if settings.data == "scenes":
        return scenes.fingerprint(settings.size)
    return "sha256:" + files.folder_hash(paths.resolve(settings.data_dir))


def prepare(settings: Settings) -> None:
    if settings.data == "scenes":
        if scenes.damaged(settings.size):
            scenes.build(settings.size)
        print(f"data: {paths.shown(paths.scenes_dir(settings.size))}")


def identity(settings: Settings) -> dict:
    """What a record is a record of: the data and every setting, files by their content."""
    words = settings.word_vectors and files.hash_of(paths.resolve(settings.word_vectors))
    return plain(settings) | {"data": fingerprint(settings), "word_vectors": words or None}


def identity_of(record: dict) -> dict:
    """The same of a record; a setting that it does not know had its default."""
    known = {key: value for key, value in record.get("inputs", {}).items() if key not in HOW}
    return plain(Settings()) | {"word_vectors": None} | known


def plain(settings: Settings) -> dict:
    return {key: value for key, value in vars(settings).items() if key not in PLACES}


def current(notebook: str, settings: Settings) -> dict:
    """All that a record made now would depend on."""
    downloads = {r.name: r.fingerprint() for r in wanted.repositories(notebook, settings)}
    more = {"downloads": downloads} if downloads else {}
    return made_by(notebook, settings) | identity(settings) | more


def made_by(notebook: str, settings: Settings) -> dict:
    modules = ground(settings)
    return {
        "code": code_of(notebook),
        "versions": {module: files.version(module) for module in modules},
        "packages": packages_of(notebook, modules),
    }


def current_long(notebook: str, settings: Settings) -> dict:
    """The same of a long record; all but 03's read pixels and texts, and no CNN features."""
    unread = () if notebook == "03_pca_boosting" else TABLE["features"]
    modules = [m for m in (*LONG[notebook], *ground(settings)) if m not in unread]
    return {"versions": {m: files.version(m) for m in modules}, **identity(settings)}


def changes(record: dict, now: dict) -> list[str]:
    """What changed since a record was made, in words; empty if it is not stale."""
    old, words = record.get("inputs", {}), []
    for key, value in now.items():
        before = old.get(key)
        if key in ("code", "versions", "packages"):
            before = before or {}
            prefix = "VERSION of " if key == "versions" else ""
            words += [prefix + n for n in sorted(before | value) if before.get(n) != value.get(n)]
        elif before != value:
            words.append(key)
    return words


def is_dirty(notebook: str, settings: Settings) -> bool:
    return code_of(notebook) != code_of(notebook, git_text) or any(
        code_only(from_disk(path) or "") != code_only(git_text(path) or "")
        for path in (f"lib/{module}" for module in ground(settings))
    )
