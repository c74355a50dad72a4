"""Files over HTTP: bounded in time, tried again, checked, gone on with after a stop.

urllib3 repeats what a network loses: no answer, a body that breaks off, 429 and 5xx; it waits
as long as Retry-After asks. What is looked at here is that the bytes are the right ones.
"""

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from tqdm import tqdm

from lib.base import files
from lib.base.errors import InputError

CONNECTIONS = 12
PIECE = 8 << 20  # bytes of a large file asked for at once, the most that a stop can lose
TRIES = 3  # of a small file whose bytes are wrong, in case they were spoilt on the way
SECONDS = urllib3.Timeout(connect=10, read=30)
AGAIN = urllib3.Retry(
    total=5,
    backoff_factor=0.5,  # seconds, doubled each time
    backoff_jitter=0.5,
    status_forcelist=(429, 500, 502, 503, 504),
    retry_after_max=60,
    raise_on_status=False,  # the last answer says more than the exception
)


@dataclass(frozen=True)
class Large:
    """A large file; digest: of its hash by hashlib's algorithm, the first hex digits or all."""

    url: str
    target: Path
    algorithm: str
    digest: str

    def fault(self, path: Path) -> str:
        """What is wrong with the bytes of a file that should be this one; empty if nothing is."""
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, self.algorithm).hexdigest()
        is_right = digest.startswith(self.digest)
        return "" if is_right else f"its {self.algorithm} begins with {digest[:16]}"


def connect(url: str) -> urllib3.PoolManager:
    """Connections to one address, through the proxy that the environment names for it."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    options = {"maxsize": CONNECTIONS, "block": True, "timeout": SECONDS, "retries": AGAIN}
    if proxy and not proxy_bypass(parts.hostname or ""):
        return urllib3.ProxyManager(proxy, **options)
    return urllib3.PoolManager(**options)


def ask(pool: urllib3.PoolManager, method: str, url: str, **headers: str):
    """The answer to one request, wholly read; RuntimeError if none came or the server refuses."""
    try:
        answer = pool.request(method, url, headers=headers)
    except urllib3.exceptions.HTTPError as error:
        reason = getattr(error, "reason", None) or error
        raise RuntimeError(f"{url}: no whole answer ({reason})") from error
    if answer.status not in (200, 206):
        raise RuntimeError(f"{url}: the server answers {answer.status} {answer.reason or ''}")
    return answer


def get(pool: urllib3.PoolManager, url: str, make: Callable[[bytes], Any]) -> Any:
    """What `make` makes of a file's bytes; RuntimeError after TRIES of its ValueErrors."""
    fault = ""
    for _ in range(TRIES):
        answer = ask(pool, "GET", url)
        md5 = stated_md5(answer.headers)
        try:
            if md5 and hashlib.md5(answer.data, usedforsecurity=False).hexdigest() != md5:
                raise ValueError("has other bytes than the server's own hash says")
            return make(answer.data)
        except ValueError as error:
            fault = str(error)
    raise RuntimeError(f"{url}: {fault}; fetched {TRIES} times")


def stated_md5(headers: urllib3.HTTPHeaderDict) -> str:
    """MD5 of the whole file in hex as a server of the S3 kind tells it; empty if none does.

    The ETag there, unless a key of KMS encrypts it. Elsewhere 32 hex digits may be anything.
    """
    is_s3 = any(name.lower().startswith("x-amz-") for name in headers)
    encrypted = "kms" in headers.get("x-amz-server-side-encryption", "")
    tag = headers.get("ETag", "").strip('"')
    return tag if is_s3 and not encrypted and re.fullmatch("[0-9a-f]{32}", tag) else ""


def download(file: Large) -> Path:
    """A large file, fetched unless it is there and right; returns its path.

    RuntimeError if the server fails: call again. InputError for other bytes, which are removed.
    """
    if file.target.is_file():
        if not (fault := file.fault(file.target)):
            return file.target
        print(f"{file.target}: {fault}, so it is fetched again", flush=True)
    pool = connect(file.url)
    headers = ask(pool, "HEAD", file.url).headers
    tag, size = headers.get("ETag", ""), int(headers.get("Content-Length", 0))
    part = file.target.with_name(f".{file.target.name}.{files.digest(f'{tag} {size}')[:12]}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    for other in {*part.parent.glob(f".{file.target.name}.*.part")} - {part}:
        other.unlink()  # the beginning of another version
    fetch_pieces(pool, file.url, part, size, tag)
    if fault := file.fault(part):
        part.unlink()
        expected = f"the file whose {file.algorithm} begins with {file.digest[:16]}"
        remedy = f"check the address {file.url} and run again; what was fetched is removed"
        raise InputError(file.target, fault, expected, remedy)
    part.replace(file.target)
    return file.target


@contextmanager
def unzipped(archive: Path, expected: str, remedy: str) -> Iterator[zipfile.ZipFile]:
    """An archive to read from; what the block raises of its content becomes an InputError."""
    try:
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                path = PurePosixPath(name.replace("\\", "/"))
                if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name):
                    raise ValueError(f"the archive holds {name!r}, a path that climbs out")
            yield opened
    except (InputError, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno:  # of the disk
            raise
        raise InputError(archive, f"cannot be read ({error!r})", expected, remedy) from error


def fetch_pieces(pool: urllib3.PoolManager, url: str, part: Path, size: int, tag: str) -> None:
    """Append to `part` what it lacks of `size` bytes; RuntimeError if the ETag, `tag`, changes."""
    bar = tqdm(desc=url.rpartition("/")[2], total=size, unit="B", unit_scale=True, disable=None)
    with part.open("ab") as stream, bar:
        bar.update(stream.tell())
        while (start := stream.tell()) < size:
            end = min(start + PIECE, size)
            answer = ask(pool, "GET", url, Range=f"bytes={start}-{end - 1}")
            if answer.status == 200:  # a server without ranges sends everything
                stream.truncate(0)
                start, end = 0, size
            if len(answer.data) != end - start or answer.headers.get("ETag", "") != tag:
                raise RuntimeError(f"{url}: the file changed while it was fetched; run again")
            stream.write(answer.data)
            stream.flush()
            bar.update(end - bar.n)
