"""Staleness: what makes a record out of date, and what does not."""

import json
from pathlib import Path

import pytest

from lib import inputs, records

LIBRARY = {
    "lib/__init__.py": "",
    "lib/near.py": '"""Near."""\nfrom lib import far\n\nSTEP = 1  # a unit\n',
    "lib/far.py": "import json\n\nVALUE = 2\n",
    "lib/far.json": '{"a": 1}',
    "lib/other.py": "VALUE = 3\n",
    "lib/group/__init__.py": "from lib.group.inner import thing\n",
    "lib/group/inner.py": "thing = 4\n",
    "requirements.txt": "numpy==1\npandas==2  # tables\n",
}


def notebook(code: str, prose: str = "Why.", seed: int = 0) -> str:
    """A notebook of one text, one parameters cell and one code cell, as JSON."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": [prose]},
        {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": [f"seed = {seed}"]},
        {"cell_type": "code", "metadata": {}, "source": [code], "outputs": [{"data": seed}]},
    ]
    return json.dumps({"cells": cells})


def digest(**changes: str) -> dict:
    """Hashes of the code behind a notebook, with some files changed."""
    code = "from lib import near\nimport lib.group\n"
    tree = LIBRARY | {"notebooks/01.ipynb": notebook(code)}
    tree |= {name.replace("__", "/"): text for name, text in changes.items()}
    return inputs.code_of("01", read=lambda path: tree.get(path))


def changed(path: str, text: str) -> list[str]:
    """Files whose hash a change of one file changes."""
    before, after = digest(), digest(**{path: text})
    return [name for name in sorted(before | after) if before.get(name) != after.get(name)]


def test_the_code_is_found_through_imports():
    assert list(digest()) == [
        "lib/__init__.py", "lib/far.py", "lib/group/__init__.py", "lib/group/inner.py",
        "lib/near.py", "notebooks/01.ipynb", "requirements.txt",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("lib/near.py", LIBRARY["lib/near.py"].replace("STEP = 1", "STEP = 2")),
        ("lib/far.py", "import json\n\nVALUE = 5\n"),
        ("lib/group/inner.py", "thing = 5\n"),
        ("requirements.txt", "numpy==1.1\npandas==2\n"),
        ("notebooks/01.ipynb", notebook("from lib import near\nimport lib.group\nnear.run()\n")),
    ],
)
def test_code_makes_stale(path, text):
    assert changed(path, text) == [path]


def test_a_modules_data_file_makes_stale():
    assert changed("lib/far.json", '{"a": 2}') == ["lib/far.py"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("lib/other.py", "VALUE = 99\n"),
        ("lib/near.py", "# new\nfrom lib import far\n\n\nSTEP = 1\n"),
        ("lib/near.py", '"""Another\n\ntext."""\nfrom lib import far\n\nSTEP = 1  # two\n'),
        ("requirements.txt", "# pins\npandas==2\nnumpy==1\n"),
        (
            "notebooks/01.ipynb",
            notebook("# why\nfrom lib import near\nimport lib.group\n", "Other.", 5),
        ),
    ],
)
def test_prose_makes_nothing_stale(path, text):
    assert changed(path, text) == []


def test_docstrings_and_comments_leave_no_trace():
    plain = 'def f(a):\n    return "é" + a\n\n\nclass C:\n    x = "# no comment"\n'
    told = (
        '"""Module."""\n\n\ndef f(a):\n    """Of f,\n\n    at length."""\n'
        '    return "é" + a  # é\n\n\nclass C:\n    "Of C."\n    x = "# no comment"\n    # end\n'
    )
    assert inputs.code_only(told) == inputs.code_only(plain)
    assert inputs.code_only("x = 1") != inputs.code_only('x = "1"')


def test_changes_are_told_in_words():
    now = {"code": {"lib/a.py": "1", "lib/b.py": "2"}, "data": "d", "seed": 0, "size": "full"}
    assert inputs.changes({"inputs": now}, now) == []
    old = {"code": {"lib/a.py": "0", "lib/c.py": "3"}, "data": "e", "seed": 0, "size": "full"}
    assert inputs.changes({"inputs": old}, now) == ["lib/a.py", "lib/b.py", "lib/c.py", "data"]
    assert inputs.changes({}, now) != []


def test_the_real_closure_holds_what_a_notebook_uses():
    found = inputs.code_of("01_baseline")
    assert {"lib/regress.py", "lib/text.py", "lib/retrieval.py", "lib/paper.py"} <= found.keys()
    assert not {"lib/execute.py", "lib/readme.py", "lib/__main__.py"} & found.keys()
    assert all(Path(path).suffix in (".py", ".ipynb", ".txt") for path in found)


def test_measured_fields_are_scores_ranks_and_counts():
    row = {"system": "a", "status": "measured", "split": "test", "map_at_20": 0.5, "n_train": 9}
    row |= {"seconds": 1.0, "model_bytes": 5, "params": {"by_seed": [0.4, 0.6]}}
    record = {"rows": [row], "claims": [], "facts": {}, "seconds": 1.0, "peak_memory_mb": 9}
    slow = {**record, "rows": [{**row, "seconds": 99.0}], "seconds": 99.0, "peak_memory_mb": 1}
    assert records.measured(slow) == records.measured(record)
    for field, value in (("map_at_20", 0.6), ("n_train", 8), ("params", {"by_seed": [0.5, 0.5]})):
        other = {**record, "rows": [{**row, field: value}]}
        assert records.measured(other) != records.measured(record), field
