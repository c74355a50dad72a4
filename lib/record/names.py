"""What a system is called and how it looks, from its id; the tables are in names.json."""

from functools import cache

from lib.base import files, paths
from lib.record import paper


@cache
def known() -> dict:
    """The content of names.json: families with colours, systems, endings and parts of ids."""
    return files.read_json(paths.LIBRARY / "record/names.json")


def readable(label: str) -> str:
    """The name of a system; a label that is no system's id stays as it is.

    >>> readable("classic.kernel_ridge.image_to_text.tfidf.pool5.cosine")
    'Kernel ridge: pool5 to tf-idf, cosine'
    """
    family, _, rest = label.partition(".")
    if label in known()["systems"]:
        return known()["systems"][label]
    if family not in known()["families"] or not rest:
        return label
    for ending, text in known()["endings"].items():
        if label.endswith(ending):
            return readable(label.removesuffix(ending)) + text
    if family == "classic" and rest.count(".") == 3:
        return classical(*rest.split("."))
    fault = known()["parts"]["fault_"]
    return (
        f"{known()['families'][family]['name']}, {rest.replace('fault_', fault).replace('_', ' ')}"
    )


def look(system: str) -> tuple[str, str]:
    """Colour and marker of a system, the same in all charts; those of its family, or its own."""
    ways = [way for name, way in known()["families"].items() if system.startswith(name)]
    return ways[-1]["colour"], ways[-1]["marker"]


def is_shown(system: str) -> bool:
    """Whether a summary has room for a system: the paper's, and the best of our own."""
    return bool(paper.system(system)) or system in known()["beyond the paper"]


def classical(method: str, direction: str, words: str, features: str) -> str:
    """The name of a classical system, which says what is mapped to what."""
    method, words, features = (known()["parts"].get(p, p) for p in (method, words, features))
    ends = (words, features) if direction == "text_to_image" else (features, words)
    return f"{method}: {ends[0]} to {ends[1]}"
