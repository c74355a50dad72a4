"""`make search`: a person's own photos, by words or by an image; one page, and the same as CSV."""

import csv
import io
import os
import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from jinja2 import Environment

from lib.base import files, paths
from lib.base.errors import InputError
from lib.data.dataset import pictures as gallery
from lib.photos import index, models, picture
from lib.photos.index import ENDINGS, Hits, Index

THUMBNAIL = 360  # pixels of the longer side


def main(photos: str, query: str, model: str = "", top: int = 27, word_vectors: str = "") -> None:
    """Search, write the page, print where it is; ValueError for the model, InputError for files."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # nothing leaves the machine, no model's name either
    started = time.perf_counter()
    system = models.chosen(model, word_vectors)
    album = index.update(paths.resolve(photos), system, progress=True)
    vector, example = question(system, query)
    hits = album.search(vector, top)
    notes = [system.note] if system.note else []
    page, table = write(query, album, hits, notes, example)
    for note in notes:
        print(f"Warning: {note}")
    per_second = len(album) / album.seconds if album.seconds else 0
    print(
        f"{len(album):,} photos searched with {system.name}; {album.embedded:,} embedded "
        f"now; {len(album.failures):,} files cannot be read, the page lists them.\n"
        f"Embedding all took {album.seconds:,.0f} s, {per_second:,.0f} photos a second.\n"
        f"{time.perf_counter() - started:.1f} s → {page}\n{'':>8}{table}"
    )


def question(system: models.PhotoSearch, query: str) -> tuple[np.ndarray, Path | None]:
    """A query's vector, float32 [d], and the image file that it names; InputError for a bad one."""
    if not query.lower().endswith(ENDINGS):
        return system.embed_texts([query])[0], None
    path = paths.resolve(query)
    if not path.is_file():
        remedy = "correct its path, which starts at the project's root, or search with words"
        raise InputError(path, "there is no such file", "an image to find others like it", remedy)
    try:
        return system.embed_images(gallery([path]))[0], path
    except picture.Unreadable as error:
        remedy = "choose another image, or search with words"
        raise InputError(path, str(error), "an image", remedy) from error


def write(
    query: str, album: Index, hits: Hits, notes: Sequence[str] = (), example: Path | None = None
) -> tuple[Path, Path]:
    """Write build/search/<words of the query>.html and .csv; example: the query, if an image."""
    words = shown(example.stem if example else query).lower()
    name = re.sub(r"[\W_]+", "-", words).strip("-")[:40] or "query"
    page = paths.BUILD / "search" / f"{name}.html"
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["shown"] = shown
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        pictures = pool.map(thumbnail, (path for path, _ in hits))
        tiles = [(*hit, small) for hit, small in zip(hits, pictures, strict=True)]
    values = {"query": query, "index": album, "tiles": tiles, "notes": notes}
    values["example"] = example and thumbnail(example)
    template = environment.from_string(Path(__file__).with_suffix(".html").read_text("utf-8"))
    files.write_bytes(page, template.render(values).encode())
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("rank", "score", "path", "uri"))  # uri: exact, also where a name is no UTF-8
    for rank, (path, score) in enumerate(hits, 1):
        rows.writerow((rank, f"{score:.4f}", shown(path), path.as_uri()))
    files.write_bytes(page.with_suffix(".csv"), text.getvalue().encode())
    return page, page.with_suffix(".csv")


def thumbnail(path: Path) -> str | None:
    """A small JPEG as a data URI; None for a file that has gone since."""
    try:
        return picture.jpeg(picture.read(path, THUMBNAIL), THUMBNAIL, quality=80)
    except picture.Unreadable:
        return None


def shown(name: object) -> str:
    """A file's name for people: bytes that are no UTF-8 become a mark."""
    return os.fsencode(str(name)).decode("utf-8", "replace")
