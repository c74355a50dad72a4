"""The heart of a chapter: its cells tagged `heart`, executed as they stand in the notebook."""

import ast

import nbformat

from lib.base import paths


def run(notebook: str, holding: str = "", **given: object) -> dict:
    """What the hearts compute, by name, after the notebook's own imports.

    holding: run the cells that hold these words instead. given: what earlier cells hand on, such
    as `session` and `seed`.
    """
    cells = [c for c in nbformat.read(paths.NOTEBOOKS / f"{notebook}.ipynb", 4).cells
             if c.cell_type == "code"]  # fmt: skip
    imports = [node for cell in cells for node in ast.parse(cell.source).body
               if isinstance(node, ast.Import | ast.ImportFrom)]  # fmt: skip
    tags = [cell.metadata.get("tags", ()) for cell in cells]
    hearts = [cell.source for cell, own in zip(cells, tags, strict=True)
              if (holding in cell.source if holding else "heart" in own)]  # fmt: skip
    assert hearts, f"no cell of {notebook} {f'holds {holding}' if holding else 'is tagged heart'}"
    space = dict(given)
    for source in (ast.unparse(ast.Module(imports, [])), *hearts):
        exec(compile(source, notebook, "exec"), space)
    return space
