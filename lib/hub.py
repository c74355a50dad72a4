"""Downloaded models: files of a hub's repository, fetched once, checked, and found again offline.

    data/weights/<owner>/<repository>/<file>
    data/weights/<owner>/<repository>/.complete.json   size and sha256 of each, when all are there

`make weights` fetches; a report only looks. HF_ENDPOINT names another hub than huggingface.co.
"""

import os
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from lib import files, paths
from lib.errors import InputError

PLACE = paths.DATA / "weights"
STAMP = ".complete.json"
SECONDS = 10.0  # that the hub may take to answer before we give up


@dataclass(frozen=True)
class Repository:
    """Files of a repository that a system needs.

    name: "owner/repository". wanted: patterns of file names; of each tuple the first that the
    repository has, so that ("a.safetensors", "a.bin") takes one format. use: what it is for.
    """

    name: str
    wanted: tuple[tuple[str, ...], ...]
    use: str

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

    def missing(self) -> str:
        """Why a system that needs these files is not run, and what to do."""
        first = " and ".join(options[0] for options in self.wanted)
        return (
            f"needs {self.name}, which is not on this machine: run make weights, or put {first} "
            f"from https://huggingface.co/{self.name} into {paths.shown(self.folder)}/"
        )

    def fingerprint(self) -> dict[str, str] | None:
        """What a record depends on: sha256 of each file by its name; None where one is missing."""
        found = self.found()
        return found and {path.name: files.hash_of(path) for path in found.values()}


@dataclass(frozen=True)
class Remote:
    """A file as the hub tells of it: its name, bytes, and sha256 if the hub knows it."""

    name: str
    size: int
    sha256: str


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
    """The files to fetch, as the hub lists them.

    Raises RuntimeError that says what to fetch by hand if the hub cannot be reached, does not
    know the repository, or has no such files.
    """
    import httpx2 as httpx  # what the hub library calls with
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    try:
        tree = HfApi(endpoint()).model_info(repository.name, files_metadata=True, timeout=SECONDS)
    except (httpx.HTTPError, HfHubHTTPError, OSError) as error:
        reason = str(error).split("\n")[0]
        raise RuntimeError(
            f"{repository.name}: the hub gave no list of files ({reason}). {by_hand(repository)}"
        ) from error
    known = {
        f.rfilename: Remote(f.rfilename, f.size or 0, f.lfs.sha256 if f.lfs else "")
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
    return f"Without a network this {repository.missing().removeprefix('needs ')}"


def is_complete(repository: Repository) -> bool:
    """Whether all files are there as they were when they had been checked."""
    stamp = repository.folder / STAMP
    if not stamp.is_file():
        return False
    checked = files.read_json(stamp)
    found = repository.found()
    return bool(found) and all(
        path.name in checked and path.stat().st_size == checked[path.name]["bytes"]
        for path in found.values()
    )


def fetch(repository: Repository, wanted: list[Remote]) -> None:
    """Download what is missing, check every file, and say so beside them.

    A download that was cut off goes on where it was. Raises RuntimeError if the hub fails, and
    InputError for a file whose bytes are not the hub's; such a file is removed.
    """
    import httpx2 as httpx  # what the hub library calls with
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError

    for file in wanted:
        try:
            hf_hub_download(
                repository.name,
                file.name,
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
    files.write_json(repository.folder / STAMP, checked)


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
