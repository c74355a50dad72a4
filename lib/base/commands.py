"""make's commands and variables, of commands.toml. Standard library alone: make reads it first."""

import difflib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from lib.base import paths


@dataclass(frozen=True)
class Command:
    help: str
    variables: tuple[str, ...] = ()
    code: str = ""
    example: str = ""


@dataclass(frozen=True)
class Variable:
    """What a user may set; the fields are explained in the table."""

    meaning: str
    default: str | int | None = None
    otherwise: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    between: tuple[float, ...] = ()
    pattern: str = ""
    words: tuple[str, ...] = ()
    path: str = ""

    def in_words(self) -> str:
        default = self.otherwise or self.default
        return self.meaning if self.required else f"{self.meaning} (default {default})"

    def read(self, text: str) -> object:
        """The value of a text. Its ValueError says what is wrong unless the meaning does."""
        if self.choices and text not in self.choices:
            raise ValueError(f"choose from {', '.join(self.choices)}.")
        if self.pattern and text not in self.words and not re.fullmatch(self.pattern, text, re.A):
            near = difflib.get_close_matches(text, self.words)
            raise ValueError(f"Did you mean {near[0]}?" if near else "")
        if self.path:
            place = paths.resolve(text)
            if not (place.is_file() if self.path == "file" else place.is_dir()):
                raise ValueError(f"there is no such {self.path} (looked for {place}).")
        if not self.between:
            return text
        kind, (low, high) = type(self.between[0]), self.between
        number = r"\d{1,10}" if kind is int else r"\d{1,10}(\.\d{1,3})?"
        if not re.fullmatch(number, text) or not low <= kind(text) <= high:
            raise ValueError
        return kind(text)


TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
COMMANDS = {name: Command(**fields) for name, fields in TABLE["commands"].items()}
VARIABLES = {name: Variable(**fields) for name, fields in TABLE["variables"].items()}
RUN, STEPS, RENAMED = (TABLE[name] for name in ("RUN", "steps", "renamed"))


def of_target(target: str) -> Command:
    """The command of a target; a notebook takes a report's variables. ValueError for others."""
    notebooks = paths.notebooks()
    if target in (*notebooks, "settings", ".venv/installed"):
        return COMMANDS["report"]
    if target in RENAMED:
        raise ValueError(f"{target} is now called {RENAMED[target]}: make {RENAMED[target]}")
    if target not in COMMANDS:
        near = difflib.get_close_matches(target, (*COMMANDS, *notebooks), n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ValueError(f"make has no target {target}.{hint} make help lists them.")
    return COMMANDS[target]


def variables_of(command: Command) -> list[str]:
    return [v for name in command.variables for v in (RUN if name == "RUN" else (name,))]


def value(variable: str, text: str | None = None) -> object:
    """What a text says of a variable, its default for None; ValueError says what it may be."""
    about = VARIABLES[variable]
    if about.required and not (text or "").strip():
        example = next(c.example for c in COMMANDS.values() if variable in c.variables)
        raise ValueError(f"{variable} is missing: {about.meaning}. Example: {example}")
    if text is None:
        return about.default
    if text == about.default:
        return text
    try:
        return about.read(text)
    except ValueError as error:
        why = f"{error} It" if str(error) else "it"
        raise ValueError(f"{variable}={text} cannot be: {why} is {about.meaning}.") from None


def takers(variable: str) -> str:
    """The commands that take a variable; `report` stands for all that take what it takes."""
    names = [name for name, command in COMMANDS.items() if variable in command.variables]
    return ", ".join([*(["report"] if variable in RUN else []), *names])
