"""`make search`: a person's own photos, searched by words or by an image."""

import os
import time
from pathlib import Path

import numpy as np

from lib.base import paths
from lib.base.errors import InputError
from lib.features.clip.source import EMBEDDED, Source
from lib.photos import index, models, page, picture
from lib.photos.folder import ENDINGS
from lib.photos.index import Index


def main(photos: str, query: str, model: str = "", top: int = 27) -> None:
    """Search and write the page.

    Raises ValueError for a model that is not here, InputError for a folder without photos and a
    query that is no image.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"  # nothing leaves the machine, no model's name either
    started = time.perf_counter()
    source = models.chosen(model)
    found = index.update(paths.resolve(photos), source, progress=True)
    example = image_of(query)
    vector, notes = asked(query, example, source)
    hits = found.search(vector, top)
    written = page.write(page.Answer(query, found, hits, notes, example))
    report(found, notes, written, time.perf_counter() - started)


def image_of(query: str) -> Path | None:
    """The file that a query names; None for one in words.

    Raises InputError for the name of an image file that is not there.
    """
    if not query.lower().endswith(ENDINGS):
        return None
    path = paths.resolve(query)
    if not path.is_file():
        remedy = "correct its path, which starts at the project's root, or search with words"
        raise InputError(path, "there is no such file", "an image to find others like it", remedy)
    return path


def asked(query: str, example: Path | None, source: Source) -> tuple[np.ndarray, list[str]]:
    """The query's vector, float32 [d], and what the person should know of it.

    Raises InputError for an image that cannot be read.
    """
    notes = [models.ONLY_DRAWINGS] if source == EMBEDDED else []
    if example is None:
        return models.embed_text(query, source), notes
    try:
        return models.embed_image(example, source), notes
    except picture.Unreadable as error:
        remedy = "choose another image, or search with words"
        raise InputError(example, str(error), "an image", remedy) from error


def report(found: Index, notes: list[str], written: tuple[Path, Path], seconds: float) -> None:
    """Print what was read and where the results are."""
    for note in notes:
        print(f"Warning: {note}")
    per_second = len(found) / found.seconds if found.seconds else 0
    print(
        f"{len(found):,} photos searched with {found.source.name}; {found.embedded:,} embedded "
        f"now; {len(found.failures):,} files cannot be read, the page lists them."
    )
    print(f"Embedding all took {found.seconds:,.0f} s, {per_second:,.0f} photos a second.")
    print(f"{seconds:.1f} s → {written[0]}\n{'':>8}{written[1]}")
