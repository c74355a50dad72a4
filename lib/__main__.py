"""The commands behind make's targets: `python -m lib <command> [NAME=value …]`."""

import importlib
import inspect
import sys
import traceback

from lib.base import commands, errors, settings


def call(command: str, words: list[str], variables: dict[str, str]) -> None:
    """Call a command's function with what its parameters name: settings, variables, or words."""
    code = commands.STEPS.get(command) or commands.of_target(command).code
    if not code:
        raise ValueError(f"{command} is make's own: make {command}")
    module, _, name = code.partition(":")
    function, rest = getattr(importlib.import_module(module), name), iter(words)

    def argument(parameter: str) -> object:
        if parameter == "settings":
            return settings.given(variables)
        variable = parameter.upper().rstrip("_")  # `with_`, since `with` is Python's own
        if variable in commands.VARIABLES:
            return commands.value(variable, variables.get(variable))
        return next(rest)

    function(*map(argument, inspect.signature(function).parameters))


def main(arguments: list[str]) -> int:
    """Run a command; what stops it is told without a traceback."""
    command, *words = [word for word in arguments if "=" not in word]
    variables = dict(word.split("=", 1) for word in arguments if "=" in word)
    try:
        call(command, words, variables)
    except KeyboardInterrupt as stop:
        traceback.clear_frames(stop.__traceback__)  # closes progress bars, so that ours comes last
        print("\nStopped. The same command goes on where it was.", file=sys.stderr)
        return 130
    except (ValueError, RuntimeError, OSError, MemoryError) as error:
        print(f"\n{errors.message(error)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main([*sys.argv[1:], *settings.typed()]))
