"""What a system is called and how it looks, from its id; the tables are in names.json."""

from functools import cache

from lib.base import files, paths


@cache
def known() -> dict:
    """The content of names.json: families with colours, systems, endings and parts of ids."""
    return files.read_json(paths.LIBRARY / "record/names.json")


def readable(label: str) -> str:
    """The name of a system; a label that is no system's id stays as it is.

    >>> readable("classic.kernel_ridge.image_to_text.tfidf.pool5.cosine")
    'Kernel ridge: pool5 → tf-idf, cosine'
    """
    family, _, rest = label.partition(".")
    if label in known()["systems"]:
        return known()["systems"][label]
    if family not in known()["families"] or not rest:
        return label
    for ending, text in known()["endings"].items():
        if label.endswith(ending):
            return readable(label.removesuffix(ending)) + text
    parts = known()["parts"]
    if family == "classic" and rest.count(".") == 3:
        method, direction, words, features = (parts.get(part, part) for part in rest.split("."))
        ends = (words, features) if direction == "text_to_image" else (features, words)
        return f"{method}: {ends[0]} → {ends[1]}"
    rest = rest.replace("fault_", parts["fault_"]).replace("_", " ")
    return f"{known()['families'][family]['name']}, {rest}"


def look(of: str | tuple[str, str]) -> tuple[str, str]:
    """Colour and marker of a system, those of its family or its own; two that are given stay."""
    if isinstance(of, tuple):
        return of
    ways = [way for name, way in known()["families"].items() if of.startswith(name)]
    return ways[-1]["colour"], ways[-1]["marker"]
