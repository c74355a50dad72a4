"""`make publish`: the outputs of a finished full run go into the committed notebooks."""

import nbformat

from lib.base import files, paths
from lib.base.settings import Settings, check
from lib.commands import execute
from lib.record import notebooks


def main() -> None:
    """Publish every notebook; RuntimeError if one is out of date."""
    settings = check(Settings())
    for name in paths.notebooks():
        reasons = execute.why_run(name, settings)
        if reasons:
            raise RuntimeError(f"{name} is out of date ({', '.join(reasons)}): run make report")
        executed = nbformat.read(paths.executed_path(settings.name, name), 4)
        text = nbformat.writes(notebooks.cleaned(executed), indent=1)
        files.write_bytes(paths.NOTEBOOKS / f"{name}.ipynb", (text.rstrip() + "\n").encode())
