"""One page of results that needs nothing beside itself, and the same as CSV."""

import base64
import csv
import io
import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment

from lib.base import files, paths
from lib.photos import picture
from lib.photos.index import Hit, Index

THUMBNAIL = 360  # pixels of the longer side
COLUMNS = ("rank", "score", "path", "uri")
TEMPLATE = Path(__file__).with_suffix(".html")


@dataclass(frozen=True)
class Answer:
    """A query and what fits it. example: the image file that was the query, if it was one."""

    query: str
    index: Index
    hits: list[Hit]
    notes: list[str]
    example: Path | None = None


def write(answer: Answer) -> tuple[Path, Path]:
    """Write build/search/<words of the query>.html and .csv; returns both paths."""
    query = answer.example.stem if answer.example else answer.query
    words = re.sub(r"[\W_]+", "-", shown(query).lower()).strip("-")[:40] or "query"
    target = paths.BUILD / "search" / f"{words}.html"
    files.write_bytes(target, html(answer).encode())
    files.write_bytes(target.with_suffix(".csv"), table(answer.hits).encode())
    return target, target.with_suffix(".csv")


def table(hits: list[Hit]) -> str:
    """The results as CSV. uri: the file's exact name, also where it is no UTF-8."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for rank, hit in enumerate(hits, 1):
        rows.writerow((rank, f"{hit.score:.4f}", shown(hit.path), hit.path.as_uri()))
    return text.getvalue()


def html(answer: Answer) -> str:
    """The page: query, warnings, the photos that were found, and those that cannot be read."""
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["shown"] = shown
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        pictures = pool.map(thumbnail, (hit.path for hit in answer.hits))
        hits = list(zip(answer.hits, pictures, strict=True))
    example = answer.example and thumbnail(answer.example)
    page = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return page.render(vars(answer) | {"hits": hits, "example": example})


def thumbnail(path: Path) -> str | None:
    """A small JPEG as a data URI; None for a file that has gone since."""
    try:
        image = picture.read(path, THUMBNAIL)
    except picture.Unreadable:
        return None
    image.thumbnail((THUMBNAIL, THUMBNAIL))
    jpeg = io.BytesIO()
    image.save(jpeg, format="jpeg", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg.getvalue()).decode()}"


def shown(name: object) -> str:
    """A file's name for people: bytes that are no UTF-8 become a mark."""
    return os.fsencode(str(name)).decode("utf-8", "replace")
