"""Executed notebooks as they are kept."""

import nbformat


def cleaned(executed: nbformat.NotebookNode) -> nbformat.NotebookNode:
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
