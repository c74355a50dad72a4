"""Errors in words: of input that cannot be used, and of a machine that cannot go on."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REMEDIES = {
    errno.ENOSPC: "free some disk space (make clean removes build/)",
    errno.EDQUOT: "free some of your disk quota (make clean removes build/)",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f), or use another disk",
    errno.EROFS: "copy the project to a place where you may write",
    errno.EACCES: "give yourself permission for it (chmod, chown)",
    errno.EPERM: "give yourself permission for it (chmod, chown)",
    errno.EMFILE: "allow more open files (ulimit -n 4096)",
    errno.ENFILE: "close other programs",
    errno.EEXIST: "move the file away that stands where a folder belongs",
    errno.ENOTDIR: "move the file away that stands where a folder belongs",
    errno.EISDIR: "move the folder away that stands where a file belongs",
    errno.EIO: "check the disk",
}
MEMORY = "close other programs, or run on fewer images (SIZE=small)"


class InputError(ValueError):
    """A file the user gave cannot be used: where, what was found and expected, what to do."""

    def __init__(self, path: Path, fault: str, expected: str, remedy: str, line: int = 0):
        self.path, self.fault, self.expected, self.line = path, fault, expected, line
        place = f"{path}, line {line}" if line else f"{path}"
        super().__init__(f"{place}: {fault}. Expected: {expected}. What to do: {remedy}.")


def message(error: BaseException) -> str:
    """What a person should read of an error; one of the system has its path and a remedy."""
    if isinstance(error, MemoryError) or "can't allocate memory" in str(error):  # torch's words
        wanted = f" ({error})" if str(error) else ""
        return f"There is not enough memory{wanted}. What to do: {MEMORY}."
    if not isinstance(error, OSError) or error.errno is None:
        return str(error)
    remedy = REMEDIES.get(error.errno, "mend that")
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}{error.strerror}. What to do: {remedy}, then run the same command again."


@contextmanager
def loading(weights: Path, expected: str) -> Iterator[None]:
    """InputError for whatever a library raises within the block on weights that it cannot load."""
    try:
        yield
    except Exception as error:
        reason = str(error).strip().split("\n")[0][:200]
        problem = f"cannot be loaded ({type(error).__name__}: {reason})"
        remedy = "remove it and run make weights again"
        raise InputError(weights, problem, expected, remedy) from error


def quoted(name: str, text: str) -> str:
    """The same of an error of which a notebook holds the name of its class and its text."""
    if name.endswith("MemoryError"):
        return message(MemoryError(text))
    system = re.fullmatch(r"\[Errno (\d+)\] (.+?)(?:: (['\"])(.*)\3)?", text, re.DOTALL)
    return message(OSError(int(system[1]), system[2], system[4])) if system else f"{name}: {text}"
