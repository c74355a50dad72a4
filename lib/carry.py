"""Gives committed records the inputs that they would have now, their numbers as they are.

    python -m lib.carry

For a change of code that leaves every number alone, which golden runs and a report on empty caches
must show. To be removed when the house is rebuilt.
"""

import json

from lib.base import files, paths, settings
from lib.chapters import long
from lib.data import source as data
from lib.record import inputs, records

RENAMED = {"08_conclusion": "09_conclusion", "09_search_your_photos": "10_search_your_photos"}


def carried(old: dict, name: str) -> dict:
    """A record with the inputs that it would have now, and its digest."""
    given = settings.Settings(**old["parameters"])
    notebook = name.removesuffix(".json").removesuffix(".long")
    before = notebook if notebook == old["notebook"] else old["notebook"]
    record = old | {"notebook": notebook}
    kept = {k: v for k, v in old["inputs"].items() if k not in ("code", "versions", "packages")}
    record["figures"] = {notebook[:2] + k[2:]: v for k, v in old["figures"].items()}
    assert RENAMED.get(before, before) == notebook
    if old["profile"] == "long":
        now = inputs.current_long(notebook, given)
        record["inputs"] = {"versions": now["versions"]} | kept
        if "pieces" in kept:
            pieces = long_pieces(notebook)(data.load(given, now["data"]), given)
            keys = long.keys_of(pieces, now)
            record["inputs"]["pieces"] = {piece: keys[piece] for piece in kept["pieces"]}
    else:
        record["inputs"] = inputs.made_by(notebook, given) | kept
    return record | {"digest": records.digest(record)}


def long_pieces(notebook: str):
    """The pieces of a chapter's long run."""
    from lib.chapters.baby import long as baby
    from lib.chapters.caption import long as caption

    return {"05_captioning": caption.pieces, "07_baby_clip": baby.pieces}[notebook]


def main() -> None:
    """Carry every record over."""
    every = sorted(paths.RESULTS.glob("*/*.json"))
    old = {path: json.loads(path.read_text(encoding="utf-8")) for path in every}
    new = {path: carried(record, path.name) for path, record in old.items()}
    for path, record in new.items():
        if "uses" in record:
            names = [RENAMED.get(name, name) for name in record["uses"]]
            record["uses"] = {n: new[path.with_name(f"{n}.json")]["digest"] for n in names}
        files.write_json(path, record)
        assert records.digest(record) == records.digest(old[path]), path
    print(f"{len(new)} records carried over")


if __name__ == "__main__":
    main()
