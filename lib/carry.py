"""Carries caches and records that commit OLD made over to the keys that are coarse.

    python -m lib.carry

Nothing is trained again: where there are caches, every default chapter is executed once from
them, and every measured field must equal what OLD had measured. To be removed when the house is
rebuilt.
"""

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from lib.base import cache, files, paths, settings
from lib.chapters import long
from lib.commands import execute
from lib.data import source as data
from lib.record import inputs, records
from lib.scenes import built

OLD = "b4b280f"
# Kind of cache entry → the files whose imports its old key hashed.
HASHED = {
    "scores": ["lib/metrics.py"],
    "first": ["lib/retrieval.py"],
    "ranked": ["lib/retrieval.py"],
    "hubness": ["lib/hubness.py", "lib/retrieval.py", "lib/metrics.py"],
    "clip-study": ["lib/clip/study.py"],
    "caption-study": ["lib/caption/study.py"],
    "clip-tuned": ["lib/clip/finetune.py"],
    "baby": ["lib/baby/train.py"],
    "caption": ["lib/caption/train.py"],
}
LONG_OF_07 = "07_baby_clip.long.json"
TABLE = paths.CACHE / "carried.json"
STARTUP = paths.BUILD / "ipython" / "profile_default" / "startup" / "carry.py"
PROGRAM = """
import json, sys
from lib import inputs
code = {kind: inputs.closure(files) for kind, files in json.loads(sys.argv[1]).items()}
from pathlib import Path
from lib import files
nets = Path("lib/nets.py").read_text(encoding="utf-8")
print(json.dumps({**code, "nets": files.digest(inputs.code_only(nets))}))
"""


def old_code() -> dict[str, object]:
    """What the old key of each kind of entry held as "code"."""
    archive = subprocess.run(["git", "archive", OLD, "lib"], cwd=paths.ROOT, capture_output=True)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as stored:
            stored.extractall(folder, filter="data")
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, json.dumps(HASHED)],
            cwd=folder, capture_output=True, text=True, check=True,
        )  # fmt: skip
    return json.loads(done.stdout)


def place(kind: str, key: dict, ending: str) -> Path:
    """Where an entry lies."""
    return paths.CACHE / kind / f"{files.digest(key)[:32]}{ending}"


def carry(kind: str, key: dict, ending: str, code: dict[str, object]) -> Path | None:
    """Link an entry's old file to its new name; returns the old one, if there is one."""
    new = place(kind, key, ending)
    old = {k: v for k, v in key.items() if k != "version"}
    old |= {"code": code[kind]} if kind in code else {}
    before = place(kind, old, ending)
    if "version" not in key or new.is_file() or not before.is_file():
        return None
    os.link(before, new)
    return before


def install() -> None:
    """Look for every entry under its old key too; refuse to train."""
    code, cached, trained = json.loads(TABLE.read_text()), cache.cached, cache.trained

    def cached_or_carried(kind: str, key: dict, compute):
        carry(kind, key, ".npz", code)
        if not place(kind, key, ".npz").is_file() and kind in ("nets", "clip-tuned", "baby"):
            print(f"{kind}: computed anew", file=sys.stderr)
        return cached(kind, key, compute)

    def trained_or_carried(kind: str, key: dict, train):
        before = carry(kind, key, ".safetensors", code)
        if before:
            about = json.loads(before.with_suffix(".json").read_text())
            cache.tell(place(kind, key, ".safetensors"), about)

        def refuse(target: Path) -> None:
            raise RuntimeError(f"{kind}: there is no old training to carry over to {target}")

        return trained(kind, key, refuse)

    cache.cached, cache.trained = cached_or_carried, trained_or_carried


def measured(record: dict) -> list:
    """The measured fields; of a long run's pieces without the keys that stood among them."""
    fields = json.loads(json.dumps(records.measured(record)))
    for piece in fields[3].get("pieces", {}).values():
        piece.pop("key", None)
    return fields


def carried(old: dict) -> dict:
    """A record with the inputs that it would have now, and its digest."""
    given = settings.Settings(**old["parameters"])
    kept = {k: v for k, v in old["inputs"].items() if k != "code"} | {"clip": given.clip}
    record = json.loads(json.dumps(old))
    if old["profile"] == "long":
        kept.pop("downloads", None)
        now = inputs.current_long(old["notebook"], given)
        record["inputs"] = {"versions": now["versions"]} | kept
        if "pieces" in old["facts"]:
            record["inputs"]["pieces"] = piece_keys(old, given, now)
            for piece in record["facts"]["pieces"].values():
                piece.pop("key")
    else:
        record["inputs"] = inputs.made_by(old["notebook"], given) | kept
    return record | {"digest": records.digest(record)}


def piece_keys(old: dict, given: settings.Settings, now: dict) -> dict[str, str]:
    """The new key of each piece of a long run."""
    from lib.chapters.baby import long as baby
    from lib.chapters.caption import long as caption

    pieces = {"05_captioning": caption.pieces, "07_baby_clip": baby.pieces}[old["notebook"]]
    keys = long.keys_of(pieces(data.load(given, now["data"]), given), now)
    return {name: keys[name] for name in old["facts"]["pieces"]}


def made_by_old() -> dict[Path, dict]:
    """Every record that is here and still of the old form."""
    read = {p: json.loads(p.read_text(encoding="utf-8")) for p in paths.RESULTS.glob("*/*.json")}
    return {path: record for path, record in sorted(read.items()) if "digest" not in record}


def main() -> int:
    """Carry records, then caches; returns 1 if a measured field differs."""
    old = made_by_old()
    new = {path: carried(record) for path, record in old.items()}
    for path, record in new.items():
        names = list(record.get("uses", {}))
        if record["notebook"] == "08_conclusion" and path.with_name(LONG_OF_07).is_file():
            names.append(LONG_OF_07.removesuffix(".json"))  # it shows these scores
        uses = {n: new[path.with_name(f"{n}.json")]["digest"] for n in names}
        files.write_json(path, record | ({"uses": uses} if "uses" in record else {}))
    for size in settings.SIZES:
        place = built.folder(size)
        if (place / built.STAMP).is_file() and b'"files"' not in (place / built.STAMP).read_bytes():
            built.write_stamp(place, size)  # drawn by the code of OLD, which drew the same
    if any(paths.BUILD.glob("scenes/notebooks/*.ipynb")):
        for stamp in [
            *paths.BUILD.glob("*/notebooks/*.json"),
            *paths.CACHE.glob("*.json"),
            *(paths.CACHE / "hashes").glob("*.json"),
            *paths.BUILD.glob("*/site.json"),
        ]:
            stamp.unlink()  # of the old form; made again in a second  # fmt: skip
        files.write_json(TABLE, old_code())
        files.write_bytes(STARTUP, b"from lib import carry; carry.install()\n")
        try:
            for notebook in execute.notebooks():
                execute.run(notebook, settings.Settings())
        finally:
            STARTUP.unlink()
    rows = sum(len(record["rows"]) for record in old.values())
    other = [path for path, was in old.items() if measured(records.read(path)) != measured(was)]
    print(f"{len(old)} records, {rows} rows compared; records different: {len(other)}")
    for path in other:
        print(f"  {paths.shown(path)}")
    return bool(other)


if __name__ == "__main__":
    sys.exit(main())
