"""README's parts and the site's pages from Jinja templates, which lie beside them."""

from collections.abc import Sequence
from pathlib import Path


def render(template: Path, **values: object) -> str:
    """The text of a template with values filled in; an unknown name raises UndefinedError."""
    import jinja2

    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    return environment.from_string(template.read_text(encoding="utf-8")).render(values)


def table(rows: Sequence[dict[str, str]]) -> str:
    """Rows of equal keys as a Markdown table."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
