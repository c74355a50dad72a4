"""A baby's query encoder: types new text into its gallery."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lib.base import cache, files, paths
from lib.base.device import has_bfloat16
from lib.base.store import unchanged

if TYPE_CHECKING:
    from lib.methods.baby.model import Baby


@dataclass(frozen=True)
class BabyTexts:
    """A trained baby's text tower; it says where the weights lie and what they must be."""

    weights: Path
    kind = "baby"

    def key(self) -> dict:
        """What embeddings depend on, for the cache."""
        return {"weights": files.hash_of(self.weights)}

    def baby(self) -> "Baby":
        """The model, loaded once."""
        return loaded(self.weights)

    def embedded(self, texts: Sequence[str]) -> cache.Entry:
        """Embeddings of texts, "embedded" float32 [n_text, dim], computed once."""
        distinct = list(dict.fromkeys(texts))

        def compute() -> dict[str, np.ndarray]:
            from lib.methods.baby import model

            return {"embedded": model.texts(self.baby(), distinct, has_bfloat16())}

        entry = cache.cached("baby", {**self.key(), "texts": distinct}, compute)
        place = {text: i for i, text in enumerate(distinct)}
        rows = [place[text] for text in texts]
        return cache.Entry({"embedded": entry.arrays["embedded"][rows]}, entry.seconds)

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, dim] of length one."""
        return self.embedded(texts).arrays["embedded"]

    def arrays(self) -> dict[str, np.ndarray]:
        """Where the weights lie, and their hash."""
        about = [paths.shown(self.weights), files.hash_of(self.weights)]
        return {"about": cache.pack_words(about)}

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> "BabyTexts":
        """The encoder whose `arrays` these are; ValueError if its weights have changed."""
        kept, wanted = cache.unpack_words(arrays["about"])
        return cls(unchanged(paths.resolve(kept), wanted))


@lru_cache(maxsize=2)
def loaded(weights: Path) -> "Baby":
    """The model of a weights file, on the graphics card if there is one."""
    import torch

    from lib.methods.baby import model

    baby = model.load(weights).to(memory_format=torch.channels_last)
    return baby.to("cuda" if torch.cuda.is_available() else "cpu")
