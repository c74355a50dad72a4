"""A hub on the loopback address: lists and serves the files of a folder as huggingface.co does."""

import hashlib
import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """Serves root/<owner>/<repository>/<file>; what goes wrong is set by the test.

    commits: revision → the root that holds the files as of then. main: the newest of them.
    cut: bytes after which a download breaks off, once for each file. wrong: files whose bytes
    are changed on the way. refused: files that it does not give. asked: the requests so far, as
    "METHOD path".
    """

    def __init__(self, root: Path):
        super().__init__(("127.0.0.1", 0), Handler)
        self.commits, self.main, self.asked = {COMMIT: root}, COMMIT, []
        self.cut, self.was_cut, self.wrong, self.refused = 0, set(), set(), set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def downloads(self) -> list[str]:
        """The files that were asked for whole or in part."""
        return [line for line in self.asked if line.startswith("GET") and "/resolve/" in line]


@contextmanager
def hub(root: Path, *pinned: str):
    """Yield a running hub, stopped afterwards. pinned: further commits that hold the same."""
    server = Hub(root)
    server.commits |= dict.fromkeys(filter(None, pinned), root)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    """The requests that a download makes: two kinds of lists, a look, and the bytes."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer(body=False)

    def do_GET(self):
        self.answer(body=True)

    def answer(self, body: bool) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        listed = re.match(
            r"/api/models/([^/?]+/[^/?]+)(?:/(?:revision|(tree))/(\w+))?(\?|$)", self.path
        )
        resolved = re.match(r"/([^/]+/[^/]+)/resolve/(\w+)/([^?]+)", self.path)
        asked = listed[3] if listed else resolved[2] if resolved else None
        self.commit = self.server.main if asked in (None, "main") else asked
        if self.commit not in self.server.commits:
            return self.send(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
        root = self.server.commits[self.commit]
        if listed:
            return self.list_files(root / listed[1], listed[1], is_tree=bool(listed[2]))
        path = root / resolved[1] / resolved[3] if resolved else None
        if path is None or not path.is_file() or path.name in self.server.refused:
            return self.send(404, b"", {"X-Error-Code": "EntryNotFound"})
        return self.send_file(path, body)

    def list_files(self, folder: Path, name: str, is_tree: bool) -> None:
        if not folder.is_dir():
            return self.send(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        siblings = [
            {"rfilename": p.name, "size": p.stat().st_size, "blobId": digest(p)[:40],
             "lfs": {"sha256": digest(p), "size": p.stat().st_size, "pointerSize": 134}}
            for p in sorted(folder.iterdir())
        ]  # fmt: skip
        tree = [
            {"type": "file", "path": f["rfilename"], "size": f["size"], "oid": f["blobId"],
             "lfs": {**f["lfs"], "oid": f["lfs"]["sha256"]}}
            for f in siblings
        ]  # fmt: skip
        model = {"id": name, "modelId": name, "sha": self.commit, "siblings": siblings, "tags": []}
        value = tree if is_tree else model
        return self.send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def send_file(self, path: Path, body: bool) -> None:
        content, start = path.read_bytes(), 0
        if path.name in self.server.wrong:
            content = content[:-1] + bytes([content[-1] ^ 1])
        span = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(span[1]) if span else 0
        tag = f'"{digest(path)}"'
        about = {"ETag": tag, "X-Linked-Etag": tag, "X-Linked-Size": str(len(content)),
                 "X-Repo-Commit": self.commit, "Accept-Ranges": "bytes"}  # fmt: skip
        if span:
            about["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self.send(206 if span else 200, content[start:], about, body, path.name)

    def send(self, status, content: bytes, about: dict, body: bool = True, name: str = "") -> None:
        self.send_response(status)
        for key, value in {**about, "Content-Length": str(len(content))}.items():
            self.send_header(key, value)
        self.end_headers()
        if not body or self.command == "HEAD":
            return
        if name and 0 < self.server.cut < len(content) and name not in self.server.was_cut:
            self.server.was_cut.add(name)
            self.wfile.write(content[: self.server.cut])
            self.close_connection = True
            return
        self.wfile.write(content)

    def log_message(self, *_) -> None:
        """Tests are quiet."""


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
