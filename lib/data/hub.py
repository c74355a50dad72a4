"""Downloaded models: files of a hub's repository, fetched once, checked, and found again offline.

    data/weights/<owner>/<repository>/<file>
    data/weights/<owner>/<repository>/.complete.json   the commit; size and sha256 of each file

`make weights` fetches; a report only looks. HF_ENDPOINT names another hub than huggingface.co.

A repository is fetched at the commit that the code names. Where it names none, the first download
notes the hub's newest, and later ones ask for the same; whoever wants another removes the folder.
"""

import os
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from lib.base import files, paths
from lib.base.errors import InputError

PLACE = paths.DATA / "weights"
STAMP = ".complete.json"
SECONDS = 10.0  # that the hub may take to answer before we give up


@dataclass(frozen=True)
class Repository:
    """Files of a repository that a system needs.

    name: "owner/repository". wanted: patterns of file names; of each tuple the first that the
    repository has, so that ("a.safetensors", "a.bin") takes one format. use: what it is for.
    revision: the commit to fetch, if the code names one.
    """

    name: str
    wanted: tuple[tuple[str, ...], ...]
    use: str
    revision: str = ""

    @property
    def folder(self) -> Path:
        """Where its files lie on this machine."""
        return PLACE / self.name

    def found(self) -> dict[str, Path] | None:
        """Pattern → file, if all are there; None otherwise. Looks at no network.

        A file that was put there by hand serves as well as a downloaded one.
        """
        inside = sorted(self.folder.rglob("*")) if self.folder.is_dir() else []
        seen = (p.relative_to(self.folder) for p in inside if p.is_file())
        there = [p.as_posix() for p in seen if not any(part[0] == "." for part in p.parts)]
        chosen = choose(self.wanted, there)
        if chosen is None:
            return None
        return {pattern: self.folder / name for pattern, name in chosen.items()}

    def stamp(self) -> dict:
        """What stands beside the files, "revision" and "files"; empty if that is of no use."""
        path = self.folder / STAMP
        try:
            stamp = files.read_json(path) if path.is_file() else {}
        except ValueError:
            stamp = {}
        return stamp if isinstance(stamp, dict) and {"revision", "files"} <= stamp.keys() else {}

    def pinned(self) -> str:
        """The commit to fetch: the code's, or else that of the first download; "" before it."""
        return self.revision or self.stamp().get("revision", "")

    def missing(self) -> str:
        """Why a system that needs these files is not run, and what to do."""
        first = " and ".join(options[0] for options in self.wanted)
        return (
            f"needs {self.name}, which is not on this machine: run make weights, or put {first} "
            f"from https://huggingface.co/{self.name} into {paths.shown(self.folder)}/"
        )

    def fingerprint(self) -> dict[str, str] | None:
        """What a record depends on: the revision, "" of files that were put there by hand, and
        the sha256 of each file by its name. None where one is missing.
        """
        found = self.found()
        if not found:
            return None
        revision = self.stamp()["revision"] if is_complete(self) else ""
        return {"revision": revision} | {p.name: files.hash_of(p) for p in found.values()}


@dataclass(frozen=True)
class Remote:
    """A file as the hub tells of it: name, bytes, sha256 if the hub knows it, and the commit."""

    name: str
    size: int
    sha256: str
    revision: str


def choose(wanted: tuple[tuple[str, ...], ...], names: list[str]) -> dict[str, str] | None:
    """For each tuple of patterns: its first pattern → the file that fits; None if one has none."""
    chosen = {}
    for options in wanted:
        fits = [name for pattern in options for name in names if fnmatch(name, pattern)]
        if not fits:
            return None
        chosen[options[0]] = fits[0]
    return chosen


def remote(repository: Repository) -> list[Remote]:
    """The files to fetch, as the hub lists them at the pinned commit or, without one, its newest.

    Raises RuntimeError that says what to fetch by hand if the hub cannot be reached, does not
    know the repository or the commit, or has no such files.
    """
    import httpx2 as httpx  # what the hub library calls with
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    pinned = repository.pinned()
    try:
        tree = HfApi(endpoint()).model_info(
            repository.name, revision=pinned or None, files_metadata=True, timeout=SECONDS
        )
    except (httpx.HTTPError, HfHubHTTPError, OSError) as error:
        reason = str(error).split("\n")[0]
        at = f" of revision {pinned}" if pinned else ""
        raise RuntimeError(
            f"{repository.name}: the hub gave no list of files{at} ({reason}). "
            f"{by_hand(repository)}"
        ) from error
    if pinned and tree.sha != pinned:
        raise RuntimeError(
            f"{repository.name}: the hub gave revision {tree.sha} where {pinned} was asked for. "
            f"{by_hand(repository)}"
        )
    known = {
        f.rfilename: Remote(f.rfilename, f.size or 0, f.lfs.sha256 if f.lfs else "", tree.sha)
        for f in tree.siblings
    }
    chosen = choose(repository.wanted, list(known))
    if chosen is None:
        listed = ", ".join(sorted(known)[:8]) or "nothing"
        raise RuntimeError(
            f"{repository.name}: the repository lacks one of {repository.wanted}; it has {listed}"
        )
    return [known[name] for name in chosen.values()]


def endpoint() -> str | None:
    """The hub's address, None for huggingface.co; read at each call, unlike the library's."""
    return os.environ.get("HF_ENDPOINT")


def by_hand(repository: Repository) -> str:
    """What to do without the hub."""
    at = f", of revision {repository.pinned()}" if repository.pinned() else ""
    return f"Without a network this {repository.missing().removeprefix('needs ')}{at}"


def is_complete(repository: Repository) -> bool:
    """Whether all files of the pinned commit are there as they were when they had been checked."""
    stamp, found = repository.stamp(), repository.found()
    if not stamp or not found or stamp["revision"] != repository.pinned():
        return False
    checked = stamp["files"]
    return all(
        path.name in checked and path.stat().st_size == checked[path.name]["bytes"]
        for path in found.values()
    )


def fetch(repository: Repository, wanted: list[Remote]) -> None:
    """Download what is missing, check every file, and say so beside them.

    The commit is noted before the first byte, so that a download that was cut off goes on where
    it was and with the same. Raises RuntimeError if the hub fails, and InputError for a file whose
    bytes are not the hub's; such a file is removed.
    """
    import httpx2 as httpx  # what the hub library calls with
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError

    before, revision = repository.stamp(), wanted[0].revision
    if before.get("revision") != revision:
        files.write_json(repository.folder / STAMP, {"revision": revision, "files": {}})
    for file in wanted:
        try:
            hf_hub_download(
                repository.name,
                file.name,
                revision=revision,
                local_dir=repository.folder,
                etag_timeout=SECONDS,
                endpoint=endpoint(),
            )
        except (httpx.HTTPError, HfHubHTTPError, OSError, ValueError) as error:
            reason = str(error).split("\n")[0]
            raise RuntimeError(
                f"{repository.name}/{file.name} was not downloaded ({reason}). Run make weights "
                f"again: it goes on where it stopped. {by_hand(repository)}"
            ) from error
        check(repository.folder / file.name, file)
    checked = {
        Path(file.name).name: {
            "bytes": file.size,
            "sha256": files.hash_of(repository.folder / file.name),
        }
        for file in wanted
    }
    for name in before.get("files", {}).keys() - checked.keys():
        (repository.folder / name).unlink(missing_ok=True)  # of another commit, in another format
    files.write_json(repository.folder / STAMP, {"revision": revision, "files": checked})


def check(path: Path, file: Remote) -> None:
    """Raise InputError, and remove the file, unless it is what the hub has."""
    size = path.stat().st_size
    found = ""
    if size != file.size:
        found = f"has {size:,} bytes"
    elif file.sha256 and files.hash_of(path) != file.sha256:
        found = "has other bytes than the hub's"
    if found:
        path.unlink()
        expected = f"{file.size:,} bytes" + (f", sha256 {file.sha256[:16]}…" if file.sha256 else "")
        raise InputError(path, found, expected, "run make weights again; the file was removed")


def megabytes(size: float) -> str:
    """A size for people.

    >>> megabytes(605_219_813), megabytes(1_200)
    ('605 MB', '0 MB')
    """
    return f"{size / 1e6:,.0f} MB"
