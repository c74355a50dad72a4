"""Notebooks as files: their text, and what lies beside an executed copy."""

from pathlib import Path
from typing import TYPE_CHECKING

from lib.base import paths

if TYPE_CHECKING:
    import nbformat


def source(notebook: str) -> str:
    return (paths.NOTEBOOKS / f"{notebook}.ipynb").read_text(encoding="utf-8")


def stamp_path(executed: Path) -> Path:
    """The small file beside an executed notebook that says what it was made from."""
    return executed.with_suffix(".json")


def cleaned(executed: "nbformat.NotebookNode") -> "nbformat.NotebookNode":
    """An executed notebook without the executor's cells, time stamps and other traces."""
    kept = []
    for cell in executed.cells:
        tags = cell.metadata.get("tags", [])
        if "injected-parameters" in tags:
            continue
        cell.metadata = {"tags": tags} if tags else {}
        if cell.cell_type == "code":
            cell.execution_count = None
            for output in cell.outputs:
                output.pop("execution_count", None)
        kept.append(cell)
    executed.cells = kept
    spec = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    executed.metadata = {"kernelspec": spec, "language_info": {"name": "python"}}
    return executed
