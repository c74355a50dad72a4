"""What a record depends on: code, parameters, data and packages.

A record is stale when any of these changed. Comments, docstrings and prose do not count,
nor do library modules that the notebook never imports, directly or through others.
"""

import ast
import hashlib
import io
import json
import re
import shutil
import subprocess
import tokenize
from collections.abc import Callable
from functools import cache
from pathlib import Path

from lib import files, paths, wanted
from lib.scenes import built
from lib.settings import Settings

Read = Callable[[str], str | None]  # path from the project's root → text, None if absent


def from_disk(path: str) -> str | None:
    """Text of a project file as it lies on disk."""
    file = paths.ROOT / path
    return file.read_text(encoding="utf-8") if file.is_file() else None


def committed() -> Read:
    """A reader of project files as last committed; it finds none without git.

    Git is asked once which files differ, and for the text of those alone: asking for each of
    the thousand paths that imports may mean took ten seconds a notebook.
    """
    listing = [git("diff", "--name-only", "--relative", "-z", "HEAD"),
               git("ls-files", "--others", "--exclude-standard", "-z")]  # fmt: skip
    if None in listing:
        return lambda path: None
    changed = set("".join(listing).split("\0"))
    return lambda path: git("show", f"HEAD:./{path}") if path in changed else from_disk(path)


def git(*arguments: str) -> str | None:
    """What git says in the project's folder; None where it fails or is not installed."""
    if not shutil.which("git"):
        return None
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, check=False)
    return done.stdout.decode() if done.returncode == 0 else None


def code_of(notebook: str, data: str = "course", read: Read = from_disk) -> dict[str, str]:
    """Hash of every piece of code that a notebook's record depends on, by path.

    The notebook's own code cells without the parameters, each library module that is
    reached by imports together with its data file, the code that draws the embedded data
    if that is the source, and the pinned packages.
    """
    path = f"notebooks/{notebook}.ipynb"
    cells = notebook_code(read(path) or '{"cells": []}')
    roots = present(import_names(cells), read) + ([built.BUILD] if data == "scenes" else [])
    found = {path: short(cells)} | closure(roots, read)
    found[paths.REQUIREMENTS.name] = short(packages(read(paths.REQUIREMENTS.name) or ""))
    return dict(sorted(found.items()))


def closure(modules: list[str], read: Read = from_disk) -> dict[str, str]:
    """Hash of these library files and of all that they import, by path."""
    found, waiting = {}, list(modules)
    while waiting:
        module = waiting.pop()
        if module not in found:
            code, names = analysed(read(module) or "")
            found[module] = short(code + data_beside(module, read))
            waiting += present(names, read)
    return found


def analysed(source: str) -> tuple[str, list[str]]:
    """Hash of a source without its comments, and the modules it imports.

    Remembered by content in the cache: parsing the library takes a second, and `make`
    asks for each notebook.
    """
    path = paths.CACHE / f"code-{short(Path(__file__).read_text(encoding='utf-8'))}.json"
    known = remembered(path)
    key = short(source)
    if key not in known:
        known[key] = short(code_only(source)), import_names(source)
        files.write_json(path, known)
    return known[key]


@cache
def remembered(path: Path) -> dict:
    """What `analysed` found before."""
    return files.read_json(path) if path.is_file() else {}


def short(text: str) -> str:
    """Enough of a text's sha256 to tell versions apart."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def notebook_code(content: str) -> str:
    """The code cells of a notebook but for its parameters, without comments."""
    cells = json.loads(content)["cells"]
    code = (
        "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", [])
    )
    return code_only("\n".join(code))


def notebook_source(content: str) -> str:
    """Hash of all that a notebook's author wrote, prose included, outputs not."""
    cells = json.loads(content)["cells"]
    return files.digest([[c["cell_type"], "".join(c["source"])] for c in cells])


def code_only(source: str) -> str:
    """Python source without comments, docstrings, blank lines and trailing space."""
    lines = source.encode().splitlines()
    for first, start, last, end in (*docstrings(source), *comments(source)):
        for row in range(first, last + 1):
            left = lines[row - 1][:start] if row == first else b""
            right = lines[row - 1][end:] if row == last else b""
            # Spaces in place of what goes keep the columns of what else stands in the row.
            lines[row - 1] = left + b" " * (len(lines[row - 1]) - len(left) - len(right)) + right
    return "\n".join(line.decode().rstrip() for line in lines if line.strip())


def docstrings(source: str) -> list[tuple[int, int, int, int]]:
    """(first row, its column, last row, its end) of each docstring, columns in bytes."""
    spans = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        first = node.body[0] if node.body else None
        if ast.get_docstring(node, clean=False) is not None:
            spans.append((first.lineno, first.col_offset, first.end_lineno, first.end_col_offset))
    return spans


def comments(source: str) -> list[tuple[int, int, int, int]]:
    """The same for each comment."""
    spans = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            before = len(token.line[: token.start[1]].encode())
            row, end = token.start[0], before + len(token.string.encode())
            spans.append((row, before, row, end))
    return spans


def import_names(source: str) -> list[str]:
    """Paths without ending of the library modules that a source may import, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    modules = {name for name in names if name.split(".")[0] == "lib"}
    parents = {".".join(name.split(".")[:i]) for name in modules for i in range(1, 9)}
    return [name.replace(".", "/") for name in sorted(modules | parents)]


def present(candidates: list[str], read: Read) -> list[str]:
    """Those of the candidates that are files of the library."""
    options = [f"{name}{ending}" for name in candidates for ending in (".py", "/__init__.py")]
    return [path for path in options if read(path) is not None]


def data_beside(module: str, read: Read) -> str:
    """Content of the data file that carries a module's name, such as paper.json of paper.py."""
    stem = Path(module).with_suffix("")
    return "".join(read(f"{stem}{ending}") or "" for ending in (".json", ".mplstyle"))


def packages(requirements: str) -> str:
    """The pins of requirements.txt without comments and blank lines."""
    lines = (re.sub(r"\s*#.*", "", line).strip() for line in requirements.splitlines())
    return "\n".join(sorted(filter(None, lines)))


def fingerprint(settings: Settings) -> str:
    """Hash of the data that the settings name; reads only files that changed since last time."""
    if settings.data == "scenes":
        return built.pinned(settings.size)
    return "sha256:" + files.folder_hash(paths.resolve(settings.data_dir))


def current(notebook: str, settings: Settings) -> dict:
    """All that a record made now would depend on."""
    words, downloads = settings.word_vectors, wanted.fingerprints(notebook, settings)
    return {
        "code": code_of(notebook, settings.data),
        "data": fingerprint(settings),
        "size": settings.size,
        "seed": settings.seed,
        "word_vectors": files.hash_of(paths.resolve(words)) if words else None,
        **({"downloads": downloads} if downloads else {}),
    }


def changes(record: dict, now: dict) -> list[str]:
    """What changed since a record was made, in words; empty if it is not stale."""
    old = record.get("inputs", {})
    code, code_now = old.get("code", {}), now["code"]
    names = sorted(code.keys() | code_now.keys())
    changed = [name for name in names if code.get(name) != code_now.get(name)]
    return changed + [key for key in now if key != "code" and old.get(key) != now[key]]


def git_commit() -> str:
    """The commit of the working tree, "unknown" outside a git checkout."""
    return (git("rev-parse", "HEAD") or "").strip() or "unknown"


def is_dirty(notebook: str, data: str) -> bool:
    """Whether code that the record depends on differs from the commit.

    Outputs, figures and time stamps are not looked at.
    """
    return code_of(notebook, data) != code_of(notebook, data, committed())
