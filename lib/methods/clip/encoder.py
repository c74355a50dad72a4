"""CLIP's query encoder: types new text into the gallery of a system of chapter 06."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lib.base import cache, files, paths
from lib.features.clip import embed
from lib.features.clip.source import Source
from lib.methods.clip import prompts
from lib.search import hubness, retrieval


@dataclass(frozen=True)
class ClipTexts:
    """A CLIP's text tower; it holds no weights but says where they lie and what they must be.

    variant: of `prompts.VARIANTS`; a typed text counts as one sentence. turn: float32 [d, d], a
    map behind the embedding, or None. form: "plain", "corrected" (two columns more, as
    `hubness.corrected` makes them) or "gated". gallery and hubs: of "gated" alone, the gallery's
    plain vectors and the places of its hubs.
    """

    source: Source
    variant: str = "clip.full"
    turn: np.ndarray | None = None
    form: str = "plain"
    gallery: np.ndarray | None = None
    hubs: np.ndarray | None = None
    kind = "clip"

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, d] in the gallery's space.

        Raises ValueError where the weights are gone or are not those of the gallery.
        """
        said = [prompts.VARIANTS[self.variant]([text]) for text in texts]
        flat = embed.texts([text for each in said for text in each], self.source).arrays["embedded"]
        starts = np.r_[0, np.cumsum([len(each) for each in said])[:-1]]
        queries = retrieval.unit(np.add.reduceat(flat, starts, axis=0))
        if self.turn is not None:
            queries = retrieval.unit(queries @ self.turn)
        if self.form == "plain":
            return queries.astype(np.float32)
        asked = hubness.asked(queries)
        if self.form == "gated":
            first = retrieval.top_k(retrieval.scores(queries, self.gallery), 1)[:, 0]
            asked[~np.isin(first, self.hubs), -2] = 0
        return asked.astype(np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """Where the weights lie, their hash, and the few arrays of the system's own."""
        about = [self.variant, self.form, self.source.name, str(self.source.share)]
        for path in (self.source.weights, self.source.tuned):
            about += [paths.shown(path), files.hash_of(path)] if path else ["", ""]
        own = {"turn": self.turn, "gallery": self.gallery, "hubs": self.hubs}
        found = {name: array for name, array in own.items() if array is not None}
        return {"about": cache.pack_words(about), **found}

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> "ClipTexts":
        """The encoder whose `arrays` these are; ValueError if its weights have changed."""
        about = cache.unpack_words(arrays["about"])
        variant, form, name, share, weights, weights_hash, tuned, tuned_hash = about
        source = Source(
            name,
            checked(weights, weights_hash),
            checked(tuned, tuned_hash) if tuned else None,
            float(share),
        )
        own = {key: arrays.get(key) for key in ("turn", "gallery", "hubs")}
        return cls(source, variant, form=form, **own)


def checked(kept: str, wanted: str) -> Path:
    """The file of a kept path; ValueError unless it is there with the bytes it had."""
    path = paths.resolve(kept)
    if not path.is_file() or files.hash_of(path) != wanted:
        state = "changed" if path.is_file() else "gone"
        raise ValueError(f"{path}: the weights of this system are {state}: run make report again")
    return path
