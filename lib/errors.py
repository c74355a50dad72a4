"""The error for input that cannot be used."""

from pathlib import Path


class InputError(ValueError):
    """A file the user gave cannot be used: where, what was found and expected, what to do."""

    def __init__(self, path: Path, found: str, expected: str, remedy: str, line: int = 0):
        self.path, self.found, self.expected, self.line = path, found, expected, line
        place = f"{path}, line {line}" if line else f"{path}"
        super().__init__(f"{place}: {found}. Expected: {expected}. What to do: {remedy}.")
