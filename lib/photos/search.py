"""`make search`: a person's own photos, searched by words or by an image."""

import os
import time
from pathlib import Path

import numpy as np

from lib.base import paths
from lib.base.errors import InputError
from lib.data.dataset import pictures
from lib.features.clip.embed import EMBEDDED
from lib.photos import index, models, page, picture
from lib.photos.folder import ENDINGS


def main(photos: str, query: str, model: str = "", top: int = 27) -> None:
    """Search, write the page, and print what was read and where the results are.

    Raises ValueError for a model that is not here, InputError for a folder without photos and a
    query that is no image.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"  # nothing leaves the machine, no model's name either
    started = time.perf_counter()
    system = models.chosen(model)
    album = index.update(paths.resolve(photos), system, progress=True)
    example = image_of(query)
    hits = album.search(vector(system, query, example), top)
    notes = [models.ONLY_DRAWINGS] if system.source == EMBEDDED else []
    written, table = page.write(page.Answer(query, album, hits, notes, example))
    for note in notes:
        print(f"Warning: {note}")
    per_second = len(album) / album.seconds if album.seconds else 0
    print(
        f"{len(album):,} photos searched with {system.source.name}; {album.embedded:,} embedded "
        f"now; {len(album.failures):,} files cannot be read, the page lists them."
    )
    print(f"Embedding all took {album.seconds:,.0f} s, {per_second:,.0f} photos a second.")
    print(f"{time.perf_counter() - started:.1f} s → {written}\n{'':>8}{table}")


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


def vector(system: models.PhotoSearch, query: str, example: Path | None) -> np.ndarray:
    """A query's vector, float32 [d]; raises InputError for an image that cannot be read."""
    try:
        sides = system.embed_images(pictures([example])) if example else system.embed_texts([query])
        return sides[0]
    except picture.Unreadable as error:
        remedy = "choose another image, or search with words"
        raise InputError(example, str(error), "an image", remedy) from error
