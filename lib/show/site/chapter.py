"""An executed notebook as a chapter of the site."""

import base64
import html
import re
from pathlib import Path
from urllib.parse import unquote

import nbformat

from lib.base import files, paths
from lib.base.settings import Settings
from lib.record import records

WIDGET = "application/vnd.jupyter.widget-view+json"  # dead without a kernel
PICTURES = {"image/png": "png", "image/jpeg": "jpg"}
NOT_RUN = """```{note}
None of this chapter's systems was run on this data: [the start page](#not-run) says why. What
follows is its text, without results.
```"""
FOLDED = {  # cells that are the same in every chapter → what opens them
    1: "Show the parameters and their defaults",
    2: "Show the set-up call",
}


def write(source: Path, name: str, names: list[str], run: Settings) -> None:
    """Write one chapter into the site's source folder, its pictures as files.

    names: the site's chapters; other links become text. RuntimeError for a picture without words.
    """
    notebook = cleaned(nbformat.read(paths.executed_path(run.name, name, run.size), 4))
    pictures = 0
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            cell.source = linked(cell.source, names)
            continue
        if number in FOLDED:
            words = {"code_prompt_show": FOLDED[number]}
            cell.metadata = {"tags": ["hide-input"], "mystnb": words}
        cell.outputs = [output for output in cell.outputs if WIDGET not in output.get("data", {})]
        for output in cell.outputs:
            pictures += take_picture(output, source / "extra", f"{name}-{pictures}")
    record = records.read(paths.record_path(run.name, name, run.size))
    if {row["status"] for row in record["rows"]} == {"not_run"}:
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell(NOT_RUN))
    files.write_bytes(source / f"{name}.ipynb", nbformat.writes(notebook).encode())


def linked(text: str, names: list[str]) -> str:
    """A chapter's text with links that lead to pages of the site: chapters, terms and works."""
    link = r"\[([^]]+)\]\((\d\d_\w+)\.ipynb\)"
    text = re.sub(link, lambda match: match[0] if match[2] in names else match[1], text)
    page = r"\[([^]]+)\]\(\.\./lib/show/site/pages/{}\.md#([^)]+)\)"
    term = re.compile(page.format("glossary"))
    text = term.sub(lambda match: f"{{term}}`{match[1]} <{unquote(match[2])}>`", text)
    return re.sub(page.format("bibliography"), r"[\1](#\2)", text)


def take_picture(output: nbformat.NotebookNode, extra: Path, name: str) -> bool:
    """Move an output's picture into a file, if any: MyST-NB would drop its alternative text."""
    kind = next((kind for kind in PICTURES if kind in output.get("data", {})), None)
    if not kind:
        return False
    about = output.metadata.get(kind, {})
    if not about.get("alt"):
        raise RuntimeError(f"picture {name} has no alternative text: show it with session.figure")
    path = f"figures/{name}.{PICTURES[kind]}"
    files.write_bytes(extra / path, base64.b64decode(output.data[kind]))
    output.data = {"text/html": picture(path, about["alt"], about.get("width", 700))}
    return True


def picture(path: str, alt: str, width: int) -> str:
    """A picture of so many pixels' width at most, in HTML; a click opens it in full size."""
    shown = f'src="{path}" alt="{html.escape(alt)}" width="{width}" loading="lazy"'
    return f'<a class="picture" href="{path}"><img {shown}></a>'


def cleaned(executed: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """An executed notebook without the executor's cells, time stamps and other traces."""
    kept = []
    for cell in executed.cells:
        tags = cell.metadata.get("tags", [])
        if "injected-parameters" in tags:
            continue
        cell.metadata = {"tags": tags} if tags else {}
        if "hide-input" in tags:  # JupyterLab's own name for it
            cell.metadata["jupyter"] = {"source_hidden": True}
        if cell.cell_type == "code":
            cell.execution_count = None
            for output in cell.outputs:
                output.pop("execution_count", None)
        kept.append(cell)
    executed.cells = kept
    spec = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    executed.metadata = {"kernelspec": spec, "language_info": {"name": "python"}}
    return executed
