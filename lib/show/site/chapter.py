"""An executed notebook as a chapter of the site."""

import base64
import html
import io
import re
import urllib.parse
from pathlib import Path

import nbformat
import PIL.Image

from lib.base import files, paths
from lib.base.settings import Settings
from lib.record import records

WIDGET = "application/vnd.jupyter.widget-view+json"  # dead without a kernel
PICTURES = ("image/png", "image/jpeg")
NOT_RUN = """```{note}
None of this chapter's systems was run on this data: [the start page](#not-run) says why. What
follows is its text, without results.
```"""
GLOSSARY = (Path(__file__).with_name("pages") / "glossary.md").read_text(encoding="utf-8")
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
        is_heart = "heart" in cell.metadata.get("tags", ())  # what the chapter teaches: unfolded
        words = "The code" if is_heart else FOLDED.get(number, "Show the code")
        cell.metadata = {
            "tags": ["hide-input", *["heart"] * is_heart],
            "mystnb": {"code_prompt_show": words, "code_prompt_hide": words},
        }
        cell.outputs = [output for output in cell.outputs if WIDGET not in output.get("data", {})]
        for output in cell.outputs:
            pictures += take_picture(output, source / "extra", f"{name}-{pictures}")
    record = records.read(paths.record_path(run.name, name, run.size))
    if {row["status"] for row in record["rows"]} == {"not_run"}:
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell(NOT_RUN))
    files.write_bytes(source / f"{name}.ipynb", nbformat.writes(notebook).encode())


def linked(text: str, names: list[str]) -> str:
    """Links as the site has them: to its chapters, to its glossary's terms and its bibliography."""
    link = r"\[([^]]+)\]\((\d\d_\w+)\.ipynb\)"
    text = re.sub(link, lambda match: match[0] if match[2] in names else match[1], text)
    text = re.sub(r"\]\((?:\.\./)?lib/show/site/pages/", "](", text)
    text = re.sub(r"\]\(bibliography\.md#", "](#", text)
    return re.sub(r"\[([^]]+)\]\(glossary\.md#([^)]+)\)", term, text)


def term(match: re.Match) -> str:
    name = urllib.parse.unquote(match[2])
    is_there = f"\n{name.lower()}\n" in GLOSSARY.lower()
    return f"{{term}}`{match[1]} <{name}>`" if is_there else f"[{match[1]}](glossary.md)"


def take_picture(output: nbformat.NotebookNode, extra: Path, name: str) -> bool:
    """Move an output's picture into a file, if any: MyST-NB would drop its alternative text."""
    kind = next((kind for kind in PICTURES if kind in output.get("data", {})), None)
    if not kind:
        return False
    about = output.metadata.get(kind, {})
    if not about.get("alt"):
        raise RuntimeError(f"picture {name} has no alternative text: show it with session.figure")
    content = base64.b64decode(output.data[kind])
    shown = picture(extra, name, content, about["alt"], about.get("width", 700))
    output.data = {"text/html": shown}
    return True


def picture(extra: Path, name: str, content: bytes, alt: str, width: int) -> str:
    """Write a picture in the smallest of its own format and WebP, for screens of two dots a pixel.

    Returns it in HTML, so many pixels wide at most; a click opens it in full size.
    """
    image = PIL.Image.open(io.BytesIO(content))
    is_chart, ending = image.format == "PNG", {"PNG": "png", "JPEG": "jpg"}[image.format]
    height = round(width * image.height / image.width)
    if image.width > 2 * width:
        image = image.resize((2 * width, 2 * height), PIL.Image.Resampling.LANCZOS)
    smaller = io.BytesIO()
    how = {"lossless": True, "method": 2} if is_chart else {"quality": 82}
    image.convert("RGB").save(smaller, "WEBP", **how)
    if len(smaller.getvalue()) < len(content):
        content, ending = smaller.getvalue(), "webp"
    path = f"figures/{name}.{ending}"
    files.write_bytes(extra / path, content)
    shown = f'src="{path}" alt="{html.escape(alt)}" width="{width}" height="{height}"'
    kind = "chart" if is_chart else "photo"  # a chart is turned dark with its page
    shown = f'<img class="dark-light {kind}" {shown} loading="lazy">'
    return f'<a class="picture" href="{path}">{shown}</a>'


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
