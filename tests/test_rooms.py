"""The rooms of lib/: each imports only from those above it, and no family from another."""

import ast

from lib.base import paths

ROOMS = (
    "base", "data", "scenes", "features", "search", "methods", "photos", "record", "show",
    "chapters", "commands",
)  # fmt: skip
# What still points the wrong way: (file, what it imports). A line goes when its import does.
ALLOWED = set()


def imported(source: str) -> set[str]:
    """Modules of the library that some code imports, such as "base.paths", functions included."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("lib"):
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                place = paths.LIBRARY.parent / name.replace(".", "/")
                is_module = place.is_dir() or place.with_suffix(".py").is_file()
                found.add(name if is_module else node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("lib.")}
    return {name.removeprefix("lib.") for name in found}


def is_wrong(file: str, module: str) -> bool:
    """Whether a file of a room may not import a module."""
    (here, family, *_), (there, other, *_) = file.split("/"), [*module.split("."), ""]
    if here == there == "methods":
        return family != other
    return there not in ROOMS or ROOMS.index(there) > ROOMS.index(here)


def wrong_ways() -> set[tuple[str, str]]:
    """All imports of the library that point the wrong way."""
    files = [path for room in ROOMS for path in (paths.LIBRARY / room).rglob("*.py")]
    named = {path.relative_to(paths.LIBRARY).as_posix(): path.read_text("utf-8") for path in files}
    return {(f, m) for f, text in named.items() for m in imported(text) if is_wrong(f, m)}


def test_a_room_imports_only_from_those_above_it():
    found = wrong_ways()
    assert not found - ALLOWED, "imports from a room below, or from another family"
    assert not ALLOWED - found, "mended: take these out of the list"


def test_nobody_reaches_past_the_face_of_the_drawn_world():
    files = [path for path in paths.LIBRARY.rglob("*.py") if "scenes" not in path.parts]
    past = {(path.name, name) for path in files for name in imported(path.read_text("utf-8"))
            if name.startswith("scenes.")}  # fmt: skip
    assert not past, "lib.scenes itself offers what is needed, or should"
    for notebook in paths.NOTEBOOKS.glob("*.ipynb"):
        assert "lib.scenes." not in notebook.read_text("utf-8"), notebook.name


def test_the_face_imports_nothing_heavy():
    face = ast.parse((paths.LIBRARY / "scenes" / "__init__.py").read_text("utf-8"))
    modules = {node.module for node in face.body if isinstance(node, ast.ImportFrom)}
    assert modules == {"collections.abc", "pathlib", "typing"}


def test_a_wrong_way_is_seen():
    code = "def f():\n    from lib.show import figures\nfrom lib.base.paths import ROOT"
    assert imported(code) == {"show.figures", "base.paths"}
    assert is_wrong("record/x.py", "show.figures") and not is_wrong("record/x.py", "base.paths")
    assert is_wrong("methods/clip/x.py", "methods.baby.y") and is_wrong("base/x.py", "report")
    assert not is_wrong("methods/clip/x.py", "methods.clip.y")


def test_every_file_lies_in_a_room_and_readme_says_what_each_is():
    assert {path.name for path in paths.LIBRARY.iterdir() if path.is_dir()} - {"__pycache__"} == {
        *ROOMS
    }
    readme = (paths.ROOT / "README.md").read_text("utf-8")
    for room in ROOMS:
        told = ast.get_docstring(
            ast.parse((paths.LIBRARY / room / "__init__.py").read_text("utf-8"))
        )
        assert f"| `{room}/` | {told} |\n" in readme, room
    rows = [readme.index(f"| `{room}/` |") for room in ROOMS]
    assert rows == sorted(rows)
