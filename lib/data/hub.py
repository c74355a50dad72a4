"""Downloaded models: files of a hub's repository, fetched once, checked, and used again offline.

    data/weights/<owner>/<repository>/<file>
    data/weights/<owner>/<repository>/.complete.json   the commit; size and sha256 of each file

`make weights` fetches; a report only looks. HF_ENDPOINT names another hub than huggingface.co.

A repository is fetched at the commit that the code names. Where it names none, the first download
notes the hub's newest, and later ones ask for the same; whoever wants another removes the folder.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lib.base import files, paths
from lib.base.errors import InputError

PLACE = paths.DATA / "weights"
STAMP = ".complete.json"
SECONDS = 10.0  # that the hub may take to answer before we give up
TENSORS = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True)
class Repository:
    """Files of a repository, "owner/name", that a system needs, and what they are for.

    revision: the commit, if the code names one. others: files beside the weights. weights: names
    of their formats, of which the first that the repository has is taken.
    """

    name: str
    use: str
    revision: str = ""
    others: tuple[str, ...] = ()
    weights: tuple[str, ...] = TENSORS

    @property
    def folder(self) -> Path:
        return PLACE / self.name

    def choose(self, names: Iterable[str]) -> dict[str, str] | None:
        """Wanted name → file, the weights under their first name; None if one is not there."""
        there = {*names}
        weights = next((name for name in self.weights if name in there), "")
        chosen = {self.weights[0]: weights, **{name: name for name in self.others}}
        return chosen if there.issuperset(chosen.values()) else None

    def files(self) -> dict[str, Path] | None:
        """Wanted name → its path, if all are here, by hand or download; None otherwise."""
        chosen = self.choose(path.name for path in self.folder.glob("[!.]*") if path.is_file())
        return chosen and {wanted: self.folder / name for wanted, name in chosen.items()}

    def stamp(self) -> dict:
        """What stands beside the files, "revision" and "files"; empty if that is of no use."""
        try:
            stamp = files.read_json(self.folder / STAMP)
        except (FileNotFoundError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) and {"revision", "files"} <= stamp.keys() else {}

    def pinned(self) -> str:
        """The commit to fetch: the code's, or else that of the first download; "" before it."""
        return self.revision or self.stamp().get("revision", "")

    def is_complete(self) -> bool:
        """Whether all files of the pinned commit are there, as large as when they were checked."""
        stamp, here = self.stamp(), self.files()
        if not stamp or not here or stamp["revision"] != self.pinned():
            return False
        sizes = {name: file["bytes"] for name, file in stamp["files"].items()}
        return all(sizes.get(path.name) == path.stat().st_size for path in here.values())

    def fingerprint(self) -> dict[str, str] | None:
        """The revision, "" of files put there by hand, and file name → sha256; None if not here."""
        here = self.files()
        if here is None:
            return None
        revision = self.stamp()["revision"] if self.is_complete() else ""
        return {"revision": revision} | {p.name: files.hash_of(p) for p in here.values()}

    def missing(self) -> str:
        names = " and ".join((self.weights[0], *self.others))
        return (
            f"needs {self.name}, which is not on this machine: run make weights, or put {names} "
            f"from https://huggingface.co/{self.name} into {paths.shown(self.folder)}/"
        )


def remote(repository: Repository) -> tuple[str, dict[str, int]]:
    """What there is to fetch: the commit, pinned or else the hub's newest, and file → bytes.

    Raises RuntimeError that says what to fetch by hand if the hub fails or has no such files.
    """
    pinned = repository.pinned()
    at = {"revision": pinned or None, "files_metadata": True, "timeout": SECONDS}
    of = f" of revision {pinned}" if pinned else ""
    with connected(repository, f"the hub gave no list of files{of}") as api:
        model = api.model_info(repository.name, **at)
        if pinned and model.sha != pinned:
            raise ValueError(f"but revision {model.sha}")
    sizes = {file.rfilename: file.size or 0 for file in model.siblings}
    chosen = repository.choose(sizes)
    if chosen is None:
        wanted = ", ".join([" or ".join(repository.weights), *repository.others])
        listed = ", ".join(sorted(sizes)[:8]) or "nothing"
        raise RuntimeError(f"{repository.name} lacks one of {wanted}; it has {listed}")
    return model.sha, {file: sizes[file] for file in chosen.values()}


def fetch(repository: Repository, wanted: tuple[str, dict[str, int]]) -> None:
    """Download what is missing of what `remote` lists, check every file, and say so beside them.

    The commit is noted first, so that a download that was cut off goes on with the same. Raises
    RuntimeError if the hub fails, and InputError for a file with other bytes; it is removed.
    """
    (revision, sizes), folder, before = wanted, repository.folder, repository.stamp()
    stamp = {"revision": revision, "files": {}}
    if before.get("revision") != revision:
        files.write_json(folder / STAMP, stamp)
    at = {"repo_id": repository.name, "revision": revision, "local_dir": folder}
    again = "was not downloaded; run make weights again, it goes on where it stopped"
    with connected(repository, again) as api:
        api.snapshot_download(**at, allow_patterns=[*sizes], etag_timeout=SECONDS)
        wrong = api.verify_repo_checksums(**at).mismatches
    for fault in (fault for fault in wrong if fault["path"] in sizes):
        path, expected = folder / fault["path"], f"{fault['algorithm']} {fault['expected']}"
        path.unlink()
        remedy = "run make weights again; the file was removed"
        raise InputError(path, "has other bytes than the hub's", expected, remedy)
    for name in before.get("files", {}).keys() - sizes.keys():
        (folder / name).unlink(missing_ok=True)  # of another commit, in another format
    for name, size in sizes.items():
        stamp["files"][name] = {"bytes": size, "sha256": files.hash_of(folder / name)}
    files.write_json(folder / STAMP, stamp)


@contextmanager
def connected(repository: Repository, failure: str) -> Iterator[object]:
    """The hub that HF_ENDPOINT names now; what it raises becomes a RuntimeError with a remedy."""
    import httpx2 as httpx  # what the library calls with
    from huggingface_hub import HfApi

    try:
        yield HfApi(os.environ.get("HF_ENDPOINT"))
    except (httpx.HTTPError, OSError, ValueError) as error:
        reason = str(error).split("\n")[0]
        at = f", of revision {repository.pinned()}" if repository.pinned() else ""
        by_hand = repository.missing().removeprefix("needs ") + at
        raise RuntimeError(
            f"{repository.name}: {failure} ({reason}). Without a network this {by_hand}"
        ) from error
