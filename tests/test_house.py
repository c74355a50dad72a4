"""Measures of the house: small, flat, one name a thing, nouns."""

import ast
import io
import tokenize
from collections import Counter

from test_rooms import ROOMS, imported

from lib.base import paths

WING = paths.LIBRARY / "scenes"  # its inside is an issue of its own
PARTICIPLES = {"found", "told", "said", "made", "asked"}
FILES = [path for path in sorted(paths.LIBRARY.rglob("*.py")) if WING not in path.parents]


def named_lines(source: str) -> int:
    """Lines on which an identifier is one of the participles; strings and comments apart."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return len({t.start[0] for t in tokens if t.type == tokenize.NAME and t.string in PARTICIPLES})


def floors() -> int:
    """The longest chain of rooms in which each imports from the next."""
    below = {room: set() for room in ROOMS}
    for path in (path for room in ROOMS for path in (paths.LIBRARY / room).rglob("*.py")):
        room = path.relative_to(paths.LIBRARY).parts[0]
        below[room] |= {name.partition(".")[0] for name in imported(path.read_text("utf-8"))}
    height: dict[str, int] = {}
    for room in ROOMS:
        height[room] = 1 + max((height.get(other, 0) for other in below[room] - {room}), default=0)
    return max(height.values())


def test_the_library_is_thin():
    """Since 13,250: the captioner that sees, the tutorial crossed, objectives, slips, openings."""
    assert sum(len(path.read_text("utf-8").splitlines()) for path in FILES) <= 15_200


def test_no_folder_is_deep_or_crowded():
    assert max(Counter(path.parent for path in FILES).values()) <= 14
    assert floors() <= 9


def test_names_are_nouns():
    every = paths.LIBRARY.rglob("*.py")
    assert sum(named_lines(path.read_text("utf-8")) for path in every) <= 20


def test_no_two_classes_share_a_name():
    names = Counter(
        node.name for path in FILES for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    )  # fmt: skip
    assert [name for name, n in names.items() if n > 1] == []


def test_no_file_is_longer_than_one_subject():
    assert [p.name for p in FILES if len(p.read_text("utf-8").splitlines()) > 400] == []
