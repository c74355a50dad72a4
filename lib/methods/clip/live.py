"""CLIP's systems in the live search: they read pictures, and their hubs stay corrected."""

from pathlib import Path

import numpy as np

from lib.features.clip import embed
from lib.methods.clip.encoder import ClipTexts
from lib.search import hubness, retrieval


def asked_of(encoder: ClipTexts, queries: np.ndarray) -> np.ndarray:
    """Queries [n, d] as the encoder's form has them; see `ClipTexts.embed_queries`."""
    if encoder.form == "plain":
        return queries
    asked = hubness.asked(queries)
    if encoder.form == "gated":
        first = retrieval.top_k(retrieval.scores(queries, encoder.gallery), 1)[:, 0]
        asked[~np.isin(first, encoder.hubs), -2] = 0
    return asked


def picture(encoder: ClipTexts, path: Path) -> np.ndarray:
    """float32 [d] of length one, of an image file.

    Raises InputError for a file that is no image, ValueError for a system that turns its texts:
    it keeps the turn of a text and not that of a picture.
    """
    if encoder.turn is not None:
        raise ValueError("this system kept no projection of pictures: choose another CLIP")
    towers = encoder.source.towers()
    return towers.embed_pixels(np.stack([embed.picture(path, towers)]))[0]
