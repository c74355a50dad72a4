"""One page of results that needs nothing beside itself, and the same as CSV."""

import base64
import csv
import io
import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import escape
from pathlib import Path

from lib.base import files, paths
from lib.photos import picture
from lib.photos.index import Hit, Index

THUMBNAIL = 360  # pixels of the longer side
COLUMNS = ("rank", "score", "path", "uri")
# No address may be opened from the page but a photo's own, by a click.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
STYLE = """
:root { color-scheme: light dark; --line: #8886; --warn: #d55e0022; }
body { font: 16px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 80rem; padding: 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; overflow-wrap: anywhere; }
p, li, figcaption { overflow-wrap: anywhere; }
.warning { background: var(--warn); border-left: 4px solid #d55e00; padding: .5rem .8rem; }
.grid { display: grid; gap: .8rem; padding: 0;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); }
figure { border: 1px solid var(--line); border-radius: 6px; margin: 0; overflow: hidden; }
img, .none { display: block; height: 15rem; object-fit: contain; width: 100%; }
figcaption { font-size: .85rem; padding: .4rem .6rem; }
figcaption b { font-variant-numeric: tabular-nums; }
.query { height: 9rem; object-position: left; }
"""


@dataclass(frozen=True)
class Answer:
    """What was asked and found. example: the image file that was the query, if it was one."""

    query: str
    index: Index
    hits: list[Hit]
    notes: list[str]
    example: Path | None = None


def write(answer: Answer) -> tuple[Path, Path]:
    """Write build/search/<words of the query>.html and .csv; returns both paths."""
    asked = answer.example.stem if answer.example else answer.query
    words = re.sub(r"[\W_]+", "-", shown(asked).lower()).strip("-")[:40] or "query"
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
        rows.writerow((rank, f"{hit.score:.4f}", shown(str(hit.path)), hit.path.as_uri()))
    return text.getvalue()


def html(answer: Answer) -> str:
    """The page: query, warnings, the photos that were found, and those that cannot be read."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        pictures = list(pool.map(thumbnail, (hit.path for hit in answer.hits)))
    tiles = [
        tile(rank, *found) for rank, found in enumerate(zip(answer.hits, pictures, strict=True), 1)
    ]
    title = text(answer.query)
    return f"""<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{STYLE}</style>
<h1>{title}</h1>
{asked_by(answer.example)}
<p>{about(answer.index, len(answer.hits))}</p>
{"".join(f'<p class="warning">{text(note)}</p>' for note in answer.notes)}
<main class="grid">
{"".join(tiles)}</main>
{failures(answer.index.failures)}
</html>
"""


def asked_by(example: Path | None) -> str:
    """The image that was the query."""
    data = thumbnail(example) if example else None
    return f'<img class="query" src="{data}" alt="the image that is searched for">' if data else ""


def about(index: Index, n_shown: int) -> str:
    """What was searched, with which model."""
    unread = len(index.failures)
    return (
        f"The best {n_shown:,} of {len(index):,} photos in {text(index.folder)}, by "
        f"the model {text(index.source.name)}. "
        + (f'<a href="#unread">{unread:,} cannot be read.</a>' if unread else "All could be read.")
    )


def tile(rank: int, hit: Hit, data: str | None) -> str:
    """One photo with rank, score and path; a click opens the file."""
    picture_ = (
        f'<img src="{data}" alt="{text(hit.name)}">' if data else '<span class="none"></span>'
    )
    return (
        f'<figure><a href="{escape(hit.path.as_uri())}">{picture_}</a>'
        f"<figcaption><b>{rank}</b> · {hit.score:.3f}<br>{text(hit.name)}</figcaption></figure>\n"
    )


def failures(found: dict[str, str]) -> str:
    """The files that cannot be read, each with its reason."""
    if not found:
        return ""
    lines = "".join(f"<li>{text(name)}: {text(why)}</li>\n" for name, why in found.items())
    return (
        f'<details id="unread"><summary>{len(found):,} files cannot be read</summary>\n'
        f"<ul>\n{lines}</ul></details>"
    )


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


def text(value: object) -> str:
    """Something as text of a page."""
    return escape(shown(str(value)))


def shown(name: str) -> str:
    """A file's name for people: bytes that are no UTF-8 become a mark."""
    return os.fsencode(name).decode("utf-8", "replace")
