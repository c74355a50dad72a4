"""Which model embeds: the one that is part of the project, a downloaded one, or one tuned here.

The data decides, never the network: drawings are searched with the embedded model, photographs
with downloaded weights. Nothing heavy is imported before a model is needed.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lib import files
from lib.clip import WEIGHTS

if TYPE_CHECKING:
    from lib.clip.towers import Towers


@dataclass(frozen=True)
class Source:
    """A model by its files.

    name: "embedded", or open_clip's "model/tag". weights: its file. tuned: a file of fine-tuned
    weights of the same model, and share: how far the model is moved to them, 0 to 1.
    """

    name: str
    weights: Path
    tuned: Path | None = None
    share: float = 1.0

    def key(self) -> dict:
        """What embeddings depend on, for the cache."""
        tuned = {"tuned": files.hash_of(self.tuned), "share": self.share} if self.tuned else {}
        return {"model": self.name, "weights": files.hash_of(self.weights), **tuned}

    def towers(self) -> "Towers":
        """The model, loaded once."""
        from lib.clip import towers

        if self.tuned:
            return towers.mixed(self.weights, self.tuned, self.share)
        if self.name == EMBEDDED.name:
            return towers.embedded(self.weights)
        return towers.downloaded(self.name, self.weights)

    @property
    def model_bytes(self) -> int:
        """Size of the weights."""
        return self.weights.stat().st_size


EMBEDDED = Source("embedded", WEIGHTS)
