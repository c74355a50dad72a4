"""The heart of a chapter: its cells tagged `heart`, executed as they stand in the notebook."""

import ast

import nbformat

from lib.base import paths


def run(notebook: str, **given: object) -> dict:
    """What the hearts compute, by name, after the notebook's own imports.

    given: what earlier cells hand on, such as `session` and `seed`.
    """
    cells = [c for c in nbformat.read(paths.NOTEBOOKS / f"{notebook}.ipynb", 4).cells
             if c.cell_type == "code"]  # fmt: skip
    imports = [node for cell in cells for node in ast.parse(cell.source).body
               if isinstance(node, ast.Import | ast.ImportFrom)]  # fmt: skip
    hearts = [cell.source for cell in cells if "heart" in cell.metadata.get("tags", ())]
    assert hearts, f"no cell of {notebook} is tagged heart"
    space = dict(given)
    for source in (ast.unparse(ast.Module(imports, [])), *hearts):
        exec(compile(source, notebook, "exec"), space)
    return space
