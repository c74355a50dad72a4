"""Chapter 10's own steps: whose photos, which model, and grids in the report's manner."""

from pathlib import Path

import numpy as np
from PIL import Image

from lib import scenes
from lib.base import paths
from lib.chapters.session import Session
from lib.data.dataset import Split
from lib.features.clip.embed import EMBEDDED
from lib.photos import models, page, picture
from lib.photos.index import Index
from lib.search import live, relevance
from lib.search.evaluation import Evaluation
from lib.show import widgets

# Fixed before any result was seen; the first one is the paper's.
QUERIES = (
    "A man skateboarding in a park",
    "a dog on the beach",
    "people sitting at a table with food",
    "a cat on a bed",
    "mountains in the snow",
)
NAME = "photos"  # of the searched images, where other systems have their splits


class Photos(Split):
    """A gallery of anybody's photos, without tags and features."""

    def picture(self, position: int) -> Image.Image:
        """The photo at a position, RGB and upright."""
        return picture.read(self.images[position], 448)


def folder(session: Session, photos: str) -> Path:
    """The folder to search: a person's own, or that of this data's test images.

    Raises ValueError for own photos under a name whose pictures git keeps.
    """
    if not photos:
        return session.data.test.images[0].parent
    if session.settings.name in ("scenes", "course"):
        raise ValueError(
            "your own photos want a run of their own: set name in the second cell, for example "
            'name = "mine". Its pictures go to figures/mine/, which git ignores.'
        )
    return paths.resolve(photos)


def model(session: Session, photos: str, name: str) -> models.PhotoSearch:
    """The model to search with; where photographs have none the notebook ends here.

    name: as in `models.chosen`. Without one the project's drawings have the embedded model, and
    photographs the best that is on this machine. Raises ValueError for a model that cannot be.
    """
    if not photos and not name and session.data.is_drawn:
        return models.PhotoSearch(EMBEDDED)
    try:
        return models.chosen(name or session.settings.clip)
    except models.Missing as error:
        session.stop_without([], f"has no model to search with. {error}".removesuffix("."))


def summary(index: Index) -> str:
    """What reading the photos gave and cost, in a sentence."""
    per_second = len(index) / index.seconds if index.seconds else 0
    size = index.vectors.nbytes / max(1, len(index))
    return (
        f"**{len(index):,}** photos can be searched, {len(index.failures):,} files cannot be read. "
        f"This run embedded {index.embedded:,}. Embedding all of them took {index.seconds:,.0f} s "
        f"when it was done, {per_second:,.0f} photos a second; {size:,.0f} bytes are kept of each."
    )


def evaluation(index: Index) -> Evaluation:
    """An index in the report's manner: its queries are words, or the photos themselves."""
    vectors = {NAME: index.vectors.astype(np.float32)}
    return Evaluation(index.system, vectors, vectors, {}, {}, {}, {})


def gallery(index: Index) -> Photos:
    """The photos of an index as a split; each one's description is its path."""
    images = tuple(index.folder / name for name in index.names)
    # A grid's title reads a dollar sign as the beginning of a formula.
    like = tuple((f"like {page.shown(name)}".replace("$", r"\$"),) for name in index.names)
    return Photos(NAME, images, (), tuple(index.names), like, np.arange(len(images)), {})


def live_search(index: Index) -> None:
    """Show the search box over an index's photos, with the paper's query."""
    method = live.Method(index.system, index.vectors)
    widgets.show({index.system.id: method}, gallery(index).images, QUERIES[0], read=picture.read)


def judged(session: Session, photos: str, index: Index) -> list[dict[str, str]]:
    """Of each fixed query: of how many of the nine it is true, and of how many of all drawings.

    Nobody knows the facts of photographs: of them the list is empty.
    """
    if photos or not session.data.is_drawn:
        return []
    one, split = evaluation(index), gallery(index)
    judge = relevance.Judge(relevance.in_order(scenes.facts("test", session.settings.size), split))
    return [
        {
            "query": query,
            "right of the nine": f"{9 * relevance.typed(one, split, judge, query):.0f}",
            f"right of all {len(split):,}": f"{len(split) * relevance.base_rate(judge, query):.0f}",
        }
        for query in QUERIES
    ]
