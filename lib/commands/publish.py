"""`make publish`: the outputs of a finished full run go into the committed notebooks."""

import nbformat

from lib.base import files, paths
from lib.base.settings import Settings, check
from lib.commands import execute


def main() -> None:
    """Publish every notebook; RuntimeError if one is out of date."""
    settings = check(Settings())
    for notebook in execute.notebooks():
        reasons = execute.why_run(notebook, settings)
        if reasons:
            raise RuntimeError(f"{notebook} is out of date ({', '.join(reasons)}): run make report")
        executed = nbformat.read(paths.executed_path(settings.name, notebook), 4)
        text = nbformat.writes(cleaned(executed), indent=1)
        files.write_bytes(paths.NOTEBOOKS / f"{notebook}.ipynb", (text.rstrip() + "\n").encode())


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
