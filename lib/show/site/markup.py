"""What Sphinx leaves to us: equations, tables for phones, where ids break, hearts unfolded."""

import re

import bs4
from docutils import nodes
from docutils.utils.math import MathError, latex2mathml
from sphinx.util import logging

PLACE = re.compile(r"(?<=[a-z\d])([._/])(?=[a-z])")  # where an id or a path may break


def improve(_app: object, _page: str, _template: str, context: dict, _doctree: object) -> None:
    """Sphinx's hook: changes the page that is about to be written."""
    body = context.get("body", "")
    body = re.sub(r"<table.*?</table>", lambda match: table(match[0]), body, flags=re.DOTALL)
    body = re.sub(r'(?<=<span class="pre">)[^<]+', lambda match: broken(match[0]), body)
    context["body"] = re.sub(r"(tag_heart[^>]*>\s*<details)", r"\1 open", body)


def table(text: str) -> str:
    """A table whose cells name their column, for a screen on which a row becomes a card."""
    soup = bs4.BeautifulSoup(text, "html.parser")
    heads = [cell.get_text(" ", strip=True) for cell in soup.select("thead tr:last-child > *")]
    if len(heads) > 3:
        soup.table["class"] = [*soup.table.get("class", ()), "wide"]
    for row in soup.select("tbody tr"):
        for head, cell in zip(heads, row.find_all(("td", "th")), strict=False):
            cell["data-label"] = head
            if cell.get_text(strip=True) in ("", "—"):
                cell["class"] = [*cell.get("class", ()), "none"]
    parts = re.split(r"(<[^>]+>)", str(soup))
    parts[::2] = [re.sub(r"`([^`]+)`", r"<code>\1</code>", broken(part)) for part in parts[::2]]
    return "".join(parts)


def broken(text: str) -> str:
    return PLACE.sub(r"\1<wbr>", text)


def equation(writer: object, node: nodes.math | nodes.math_block) -> None:
    """An equation as MathML, which browsers draw themselves; MathJax would come from elsewhere."""
    text = node.astext().replace(r"\dots", r"\ldots")
    text = re.sub(r"\\[bB]igg?[lr]?(?![a-zA-Z])", "", text)  # docutils sizes brackets on its own
    is_block = isinstance(node, nodes.math_block)
    try:
        mathml = latex2mathml.tex2mathml(text, as_block=is_block)
    except MathError as error:
        logging.getLogger(__name__).warning("%s: %s", error, text, location=node)
        mathml = text
    writer.body.append(f'<div class="math">{mathml}</div>' if is_block else mathml)
    raise nodes.SkipNode
