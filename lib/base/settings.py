"""What a user sets of a run, checked before anything is installed, by the standard library alone.

make runs it first for every target. The notebooks check their parameters with the same function.
"""

import difflib
import os
import re
import sys
from dataclasses import dataclass, replace

from lib.base import paths
from lib.base.commands import COMMANDS, VARIABLES, of_target, value, variables_of

SIZES = {"tiny": (320, 80), "small": (2000, 400), "full": (None, None)}  # train, test images


@dataclass(frozen=True)
class Settings:
    """What one run of a notebook is given; field names are the notebooks' parameters."""

    data: str = VARIABLES["DATA"].default
    data_dir: str = VARIABLES["DATA_DIR"].default
    name: str = VARIABLES["NAME"].default
    size: str = VARIABLES["SIZE"].default
    seed: int = VARIABLES["SEED"].default
    word_vectors: str = VARIABLES["WORD_VECTORS"].default
    clip: str = VARIABLES["CLIP"].default


FIELDS = tuple(vars(Settings()))


def typed() -> list[str]:
    """NAME=value of make's command line, each as it was typed.

    make hands them on in MAKEFLAGS after its own flags, with a backslash before blanks and
    backslashes and with dollar signs doubled. make 3.81 leaves out the `--` where no flags are.
    """
    words = re.findall(r"(?:\\.|[^ \t\\])+", os.environ.get("MAKEFLAGS", ""), re.DOTALL)
    if "--" in words:
        words = words[words.index("--") + 1 :]
    variables = [word for word in words if "=" in word and not word.startswith("-")]
    return [re.sub(r"\\(.)|\$(\$)", r"\1\2", word, flags=re.DOTALL) for word in variables]


def given(variables: dict[str, str]) -> Settings:
    """The settings in make's variables, their name as it was typed; ValueError for wrong ones."""
    if "DATA_DIR" in variables and variables.get("DATA") != "course":
        raise ValueError(f"DATA_DIR={variables['DATA_DIR']} goes with DATA=course alone: add it.")
    fields = {field: value(field.upper(), variables.get(field.upper())) for field in FIELDS}
    check(Settings(**fields))
    return Settings(**fields)


def check(settings: Settings) -> Settings:
    """The settings with their name filled in; ValueError for what cannot be or would mix runs."""
    for field, content in vars(settings).items():
        value(field.upper(), str(content))
    name = str(value("NAME", settings.name or settings.data))
    sources = VARIABLES["DATA"].choices
    if name in sources and name != settings.data:
        other = f"choose another NAME, such as NAME={settings.data}"
        raise ValueError(f"NAME={name} is that of DATA={name}: {other}.")
    plain, place = vars(Settings()), ("data", "data_dir", "name", "size")
    special = {k: v for k, v in vars(settings).items() if k not in place and v != plain[k]}
    if special and name in sources:
        words = " ".join(f"{k.upper()}={v}" for k, v in special.items())
        own = "-".join([name, *(k.replace("_", "-") for k in special)])
        raise ValueError(
            f"{words} is not the default: give the run a name of its own, for example NAME={own}."
        )
    return replace(settings, name=name)


def refuse(targets: list[str], variables: dict[str, str]) -> None:
    """Raise ValueError for a target that is not there, and for variables that cannot be."""
    taken = [name for target in targets for name in variables_of(of_target(target))]
    known = list(dict.fromkeys([*taken, *COMMANDS["install"].variables]))
    for name in [name for name in variables if name not in known]:
        near = difflib.get_close_matches(name.upper(), known, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        listed = "".join(f"\n  {v:<13}{VARIABLES[v].in_words()}" for v in known)
        raise ValueError(f"make {' '.join(targets)} does not know {name}.{hint} It takes{listed}")
    for name in known:
        value(name, variables.get(name))
    if "SIZE" not in known:
        return
    settings = check(given(variables))
    folder = paths.resolve(settings.data_dir)
    shows = {"site", "serve", "compare"}.issuperset(targets)  # what was measured: wants no data
    if settings.data == "course" and not folder.is_dir() and not shows:
        raise ValueError(
            f"DATA_DIR={settings.data_dir} cannot be: there is no such folder "
            f"(looked for {folder}). It is {VARIABLES['DATA_DIR'].meaning}."
        )


def main(arguments: list[str]) -> int:
    """Check make's goals and variables; print the reason and return 2 when refused."""
    variables = dict(a.split("=", 1) for a in arguments if "=" in a)
    targets = [a for a in arguments if "=" not in a] or ["help"]
    try:
        refuse(targets, variables)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main([*os.environ.get("GOALS", "").split(), *typed()]))
