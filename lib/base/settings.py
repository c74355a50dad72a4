"""The variables a user may set, checked before anything is installed or run.

`python -m lib.base.settings` is make's first step for every target; it needs nothing but the
standard library. The notebooks check their parameters with
the same function, so that JupyterLab refuses what `make` refuses.
"""

import difflib
import os
import re
import sys
from dataclasses import dataclass

from lib.base import paths

SIZES = {"tiny": (320, 80), "small": (2000, 400), "full": (None, None)}  # train, test images
SOURCES = {
    "scenes": "the drawn world, which the project draws itself",
    "course": "a folder in the competition's layout, named by DATA_DIR",
}
RESERVED = ("results", "cache", "search", "jupyter", "ipython")  # folders beside the runs'

VARIABLES = {
    "DATA": "the data's source: "
    + "; ".join(f"{k} = {v}" for k, v in SOURCES.items())
    + " (default scenes)",
    "DATA_DIR": "the folder of DATA=course, from the project's root (default data/course)",
    "NAME": "name of the run and its folders: a-z, 0-9, dot, dash, underscore (default: DATA's)",
    "SIZE": "one of " + ", ".join(SIZES) + " (default full): a seeded subset of any source",
    "SEED": "a whole number from 0 to 4294967295 (default 0)",
    "WORD_VECTORS": "a file of word vectors in word2vec's text or binary format "
    "(default: train them on the training descriptions)",
    "CLIP": "the CLIP that searches photographs, open_clip's model/tag, such as "
    "ViT-L-14-quickgelu/openai (default ViT-B-32-quickgelu/openai, the paper's)",
    "MINUTES": "of pretrain: a number above 0, to see that it works (default: the full recipe)",
    "LIMIT": "of data-coco: a whole number of photographs from 12 to 12000, to see that it works "
    "(default: all 12000); 60 go into data/coco-60",
    "COCO_URL": "where data-coco finds annotations/ and val2014/ "
    "(default https://s3.amazonaws.com/images.cocodataset.org)",
    "RESNET_URL": "where data-coco finds torchvision's weights "
    "(default https://download.pytorch.org/models)",
    "PORT": "of serve: the port of this machine's own address, 1 to 65535 (default 8000)",
    "TORCH": "cpu: install PyTorch's CPU build from PyTorch's own index (default: PyPI's build)",
    "PHOTOS": "the folder of your own photos, searched with all folders in it",
    "QUERY": "what to look for, in words, or an image file to find others like it",
    "MODEL": "the CLIP that searches, open_clip's model/tag, or embedded, which knows drawings "
    "alone (default: the best of the downloaded)",
    "TOP": "how many photos to show, 1 to 1000 (default 27)",
    "PYTHON": "the Python that makes the environment (default python3)",
    "REAL_DATA": "the folder of real photographs for the tests (default ../shared/real)",
}
RUN = ("DATA", "DATA_DIR", "NAME", "SIZE", "SEED", "WORD_VECTORS", "CLIP", "TORCH")
SEARCH = ("PHOTOS", "QUERY", "MODEL", "TOP")
TARGETS = {
    "report": RUN,
    "search": (*SEARCH, "TORCH"),
    "search-clean": (),
    "site": RUN,
    "serve": (*RUN, "PORT"),
    "test": ("REAL_DATA", "TORCH"),
    "check": ("TORCH",),
    "verify": ("TORCH",),
    "data": ("SIZE", "TORCH"),
    "data-coco": ("LIMIT", "COCO_URL", "RESNET_URL", "TORCH"),
    "xgboost-reference": RUN,
    "caption-long": RUN,
    "clip-long": RUN,
    "baby-long": RUN,
    "weights": ("CLIP", "TORCH"),
    "benchmark": ("TORCH",),
    "faults": ("TORCH",),
    "pretrain": ("MINUTES", "SEED", "TORCH"),
    "publish": ("TORCH",),
    "readme": ("TORCH",),
    "lab": ("TORCH",),
    "install": ("TORCH",),
    "lock": (),
    "clean": (),
    "help": (),
}


@dataclass(frozen=True)
class Settings:
    """What one run of a notebook is given; field names are the notebooks' parameters."""

    data: str = "scenes"
    data_dir: str = "data/course"
    name: str = ""
    size: str = "full"
    seed: int = 0
    word_vectors: str = ""
    clip: str = ""


@dataclass(frozen=True)
class Search:
    """What one search of a person's own photos is given."""

    photos: str
    query: str
    model: str = ""
    top: int = 27


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


def allowed(target: str) -> tuple[str, ...]:
    """The variables that a make target takes; a notebook's target takes those of a run."""
    return TARGETS.get(target, RUN)


def refuse_unknown(targets: list[str], given: dict[str, str]) -> None:
    """Raise ValueError for a variable that none of the targets takes."""
    known = dict.fromkeys([v for target in targets for v in allowed(target)] + ["PYTHON"])
    for variable in given:
        if variable in known:
            continue
        near = difflib.get_close_matches(variable.upper(), known, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        listed = "".join(f"\n  {v:<13}{VARIABLES[v]}" for v in known)
        raise ValueError(
            f"make {' '.join(targets)} does not know {variable}.{hint} It takes{listed}"
        )


def parse(given: dict[str, str]) -> Settings:
    """Checked settings of a run from make's variables; ValueError says what is allowed."""
    seed = whole_seed(given)
    fields = {k.lower(): v for k, v in given.items() if k in RUN and k not in ("SEED", "TORCH")}
    if "DATA_DIR" in given and given.get("DATA") != "course":
        raise ValueError(f"DATA_DIR={given['DATA_DIR']} goes with DATA=course alone: add it.")
    return check(Settings(**fields, seed=seed))


def pretraining(given: dict[str, str]) -> tuple[float | None, int]:
    """(minutes, seed) of `make pretrain`; minutes is None for the full recipe.

    Raises ValueError that says what is allowed.
    """
    minutes = given.get("MINUTES")
    number = r"\d{1,5}(\.\d{1,3})?"
    if minutes is not None and not (re.fullmatch(number, minutes) and float(minutes) > 0):
        raise ValueError(f"MINUTES={minutes} cannot be: it is, {VARIABLES['MINUTES']}.")
    return (None if minutes is None else float(minutes)), whole_seed(given)


def photographs(given: dict[str, str]) -> tuple[int, dict[str, str]]:
    """(number, addresses) of `make data-coco`; only the variables that were given are in the dict.

    Raises ValueError that says what is allowed.
    """
    limit = given.get("LIMIT", "12000")
    if not (re.fullmatch(r"[0-9]{1,5}", limit) and 12 <= int(limit) <= 12_000):
        raise ValueError(f"LIMIT={limit} cannot be: it is, {VARIABLES['LIMIT']}.")
    urls = {name: given[name] for name in ("COCO_URL", "RESNET_URL") if name in given}
    for name, url in urls.items():
        if not re.fullmatch(r"https?://[\w.:@\[\]-]+(/[\w.~%/-]*)?", url, re.ASCII):
            raise ValueError(f"{name}={url} cannot be: it is an address, {VARIABLES[name]}.")
    return int(limit), {name: url.rstrip("/") for name, url in urls.items()}


def searching(given: dict[str, str]) -> Search:
    """What `make search` looks for, and where; ValueError says what is allowed."""
    example = 'make search PHOTOS=~/Pictures QUERY="a dog on the beach"'
    for variable in ("PHOTOS", "QUERY"):
        if not given.get(variable, "").strip():
            raise ValueError(f"{variable} is missing: {VARIABLES[variable]}. Example: {example}")
    fields = {k.lower(): v for k, v in given.items() if k in SEARCH}
    folder, model, top = paths.resolve(given["PHOTOS"]), given.get("MODEL"), given.get("TOP", "27")
    if not folder.is_dir():
        raise ValueError(
            f"PHOTOS={given['PHOTOS']} cannot be: there is no such folder (looked for {folder}). "
            f"It is {VARIABLES['PHOTOS']}."
        )
    if model and model != "embedded" and not re.fullmatch(r"[\w.-]+/[\w.-]+", model):
        near = difflib.get_close_matches(model, ["embedded"])
        hint = " Did you mean embedded?" if near else ""
        raise ValueError(f"MODEL={model} cannot be: it is {VARIABLES['MODEL']}.{hint}")
    if not re.fullmatch(r"\d{1,4}", top) or not 1 <= int(top) <= 1000:
        raise ValueError(f"TOP={top} cannot be: it is {VARIABLES['TOP']}.")
    return Search(**{**fields, "top": int(top)})


def port(given: dict[str, str]) -> int:
    """The port of `make serve`; ValueError says what it may be."""
    text = given.get("PORT", "8000")
    if not re.fullmatch(r"\d{1,5}", text) or not 0 < int(text) < 2**16:
        raise ValueError(f"PORT={text} cannot be: it is, {VARIABLES['PORT']}.")
    return int(text)


def whole_seed(given: dict[str, str]) -> int:
    """The seed; ValueError says what it may be."""
    seed = given.get("SEED", "0")
    if not re.fullmatch(r"\d{1,10}", seed) or int(seed) >= 2**32:
        raise ValueError(f"SEED={seed} cannot be: it is {VARIABLES['SEED']}.")
    return int(seed)


def check(settings: Settings) -> Settings:
    """The same settings with their name filled in; raises ValueError for what cannot be."""
    choices = {"DATA": (settings.data, SOURCES), "SIZE": (settings.size, SIZES)}
    for variable, (value, options) in choices.items():
        if value not in options:
            raise ValueError(f"{variable}={value} cannot be: choose from {', '.join(options)}.")
    if not 0 <= settings.seed < 2**32:
        raise ValueError(f"SEED={settings.seed} cannot be: it is {VARIABLES['SEED']}.")
    if settings.word_vectors and not paths.resolve(settings.word_vectors).is_file():
        raise ValueError(
            f"WORD_VECTORS={settings.word_vectors} cannot be: there is no such file "
            f"(looked for {paths.resolve(settings.word_vectors)}). It is "
            f"{VARIABLES['WORD_VECTORS']}."
        )
    if settings.clip and not re.fullmatch(r"[\w.-]+/[\w.-]+", settings.clip):
        raise ValueError(f"CLIP={settings.clip} cannot be: it is {VARIABLES['CLIP']}.")
    return check_name(settings)


def check_name(settings: Settings) -> Settings:
    """Fill in the default name, and refuse one that would mix different runs."""
    name = settings.name or settings.data
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", name) or name in (*RESERVED, *SIZES):
        taken = ", ".join((*RESERVED, *SIZES))
        raise ValueError(f"NAME={name} cannot be: it is a {VARIABLES['NAME']}; not {taken}.")
    if name in SOURCES and name != settings.data:
        raise ValueError(
            f"NAME={name} is that of DATA={name}, {SOURCES[name]}: choose another NAME, "
            f"such as NAME={settings.data}."
        )
    plain, place = vars(Settings()), ("data", "data_dir", "name", "size")
    special = {k: v for k, v in vars(settings).items() if k not in place and v != plain[k]}
    if special and name in SOURCES:
        told = " ".join(f"{k.upper()}={v}" for k, v in special.items())
        own = "-".join([name, *(k.replace("_", "-") for k in special)])
        raise ValueError(
            f"{told} is not the default: give the run a name of its own, for example NAME={own}."
        )
    return Settings(**{**vars(settings), "name": name})


def refuse_missing_data(run: Settings) -> None:
    """Raise ValueError if the folder of the data is not there."""
    folder = paths.resolve(run.data_dir)
    if run.data == "course" and not folder.is_dir():
        raise ValueError(
            f"DATA_DIR={run.data_dir} cannot be: there is no such folder (looked for {folder}). "
            f"It is {VARIABLES['DATA_DIR']}."
        )


def main(arguments: list[str]) -> int:
    """Check make's goals and variables; print the reason and return 2 when refused."""
    given = dict(a.split("=", 1) for a in arguments if "=" in a)
    targets = [a for a in arguments if "=" not in a] or ["help"]
    try:
        refuse_unknown(targets, given)
        if given.get("TORCH", "cpu") != "cpu":
            raise ValueError(f"TORCH={given['TORCH']} cannot be: {VARIABLES['TORCH']}.")
        if any("SIZE" in allowed(target) for target in targets):
            run = parse(given)
            if not {"site", "serve"}.issuperset(targets):  # those show what was measured
                refuse_missing_data(run)
        if "pretrain" in targets:
            pretraining(given)
        if "data-coco" in targets:
            photographs(given)

        if "search" in targets:
            searching(given)
        if "serve" in targets:
            port(given)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main([*os.environ.get("GOALS", "").split(), *typed()]))
