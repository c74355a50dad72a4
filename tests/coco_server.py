"""A tiny COCO on the loopback address, with all that can go wrong on the way."""

import hashlib
import io
import json
import re
import threading
import time
import zipfile
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import drawn
import numpy as np
from PIL import Image

ARCHIVE = "/coco/annotations/annotations_trainval2014.zip"
KINDS = ("circle", "square", "triangle")


class Coco(ThreadingHTTPServer):
    """Serves `content`, path → bytes; what goes wrong is set by the test.

    drops, cuts, busy: path → how many requests get no answer, half of one, or 503. changed: paths
    whose last byte differs from the one that the ETag was made of. without_tag: paths that tell no
    ETag. slow: seconds before each answer. asked: "METHOD path range" so far.
    """

    daemon_threads = True

    def __init__(self, content: dict[str, bytes]):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.asked, self.slow = content, [], 0.0
        self.drops, self.cuts, self.busy = Counter(), Counter(), Counter()
        self.changed, self.without_tag = set(), set()
        self.guard = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def paths(self) -> list[str]:
        """The files that were asked for, one for each request."""
        return [line.split()[1] for line in self.asked]

    def handle_error(self, *_) -> None:
        """Clients that were killed are no news."""


@contextmanager
def coco(content: dict[str, bytes]):
    """Yield a running COCO, stopped afterwards."""
    server = Coco(content)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    """HEAD and GET with ranges, as S3 answers them."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self) -> None:
        server, path = self.server, self.path
        server.asked.append(f"{self.command} {path} {self.headers.get('Range', '')}")
        time.sleep(server.slow)
        if self.due(server.drops):
            self.close_connection = True
            return None
        if self.due(server.busy):
            return self.send(503, b"busy", {"Retry-After": "1"})
        if path not in server.content:
            return self.send(404, b"no such key", {})
        return self.send_file(server.content[path])

    def due(self, faults: Counter) -> bool:
        """Whether this request is one that goes wrong; counts down."""
        with self.server.guard:
            faults[self.path] -= 1
            return faults[self.path] >= 0

    def send_file(self, content: bytes) -> None:
        tag = hashlib.md5(content).hexdigest()
        about = {"ETag": f'"{tag}"', "x-amz-request-id": "1", "Accept-Ranges": "bytes"}
        if self.path in self.server.without_tag:
            del about["ETag"]
        if self.path in self.server.changed:
            content = content[:-1] + bytes([content[-1] ^ 1])
        span = re.match(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if not span:
            return self.send(200, content, about)
        start, end = int(span[1]), int(span[2]) + 1
        about["Content-Range"] = f"bytes {start}-{end - 1}/{len(content)}"
        return self.send(206, content[start:end], about)

    def send(self, status: int, content: bytes, about: dict) -> None:
        self.send_response(status)
        for key, value in {**about, "Content-Length": str(len(content))}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if status < 300 and self.due(self.server.cuts):
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True
            return
        self.wfile.write(content)

    def log_message(self, *_) -> None:
        """Tests are quiet."""


def photograph(number: int) -> str:
    """The path of a photograph."""
    return f"/coco/val2014/COCO_val2014_{number:012}.jpg"


def photographs(n: int) -> dict[str, bytes]:
    """Drawn pictures as the server's files, wide, high and grey ones among them."""
    content = {}
    for number in range(1, n + 1):
        image = Image.new("RGB", size(number), "#a52")
        image.paste(drawn.draw(drawn.FACTS[number]), (size(number)[0] // 2 - 112, 8))
        if number == 3:
            image = image.convert("L")
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=95)
        content[photograph(number)] = buffer.getvalue()
    return content


def size(number: int) -> tuple[int, int]:
    """Width and height of a photograph."""
    return (320, 240) if number % 2 else (240, 330)


def archive(n: int, **members: str) -> bytes:
    """The zip of annotations of n photographs, and of one more without a caption.

    members: name → text of further files.
    """
    ids = range(1, n + 2)
    images = [
        {"id": i, "file_name": photograph(i).rpartition("/")[2], "license": 1 + i % 2,
         "width": size(i)[0], "height": size(i)[1], "flickr_url": f"http://flickr.example/{i}"}
        for i in reversed(ids)
    ]  # fmt: skip
    captions = [
        {"id": 100 * i + j, "image_id": i, "caption": f"{text}\n"}
        for i in ids[:-1]
        for j, text in enumerate([f"Photograph {i} . ", *drawn.sentences(drawn.FACTS[i])])
    ]
    instances = [
        {"id": 10 * i + j, "image_id": i, "category_id": 1 + (i + j // 2) % 3}
        for i in ids
        for j in range(i % 4)
    ]
    licences = [{"id": 1, "name": "Attribution License"}, {"id": 2, "name": "Other"}]
    kinds = [{"id": 1 + k, "supercategory": "shape", "name": name} for k, name in enumerate(KINDS)]
    files = {
        "annotations/captions_val2014.json": json.dumps(
            {"images": images, "licenses": licences, "annotations": captions[::-1]}
        ),
        "annotations/instances_val2014.json": json.dumps(
            {"images": images, "categories": kinds, "annotations": instances}
        ),
        "annotations/padding": np.random.default_rng(0).bytes(60_000).hex(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, text in {**files, **members}.items():
            if text:
                zipped.writestr(name, text)
    return buffer.getvalue()
