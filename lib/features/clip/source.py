"""Which model embeds: the one that is part of the project, a downloaded one, or one tuned here.

The data decides, never the network: drawings are searched with the embedded model, photographs
with downloaded weights. Nothing heavy is imported before a model is needed.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lib.base import files
from lib.base.device import has_bfloat16
from lib.features.clip import WEIGHTS

if TYPE_CHECKING:
    from lib.features.clip.model import Towers


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

    @property
    def half(self) -> bool:
        """Whether matrices are multiplied in bfloat16.

        Only of the embedded model, of which `make benchmark` shows that no score moves by it,
        and only on a processor that has the instructions.
        """
        return self.name == EMBEDDED.name and has_bfloat16()

    def key(self) -> dict:
        """What embeddings depend on, for the cache; the machine and its precision stay the same."""
        tuned = {"tuned": files.hash_of(self.tuned), "share": self.share} if self.tuned else {}
        return {"model": self.name, "weights": files.hash_of(self.weights), **tuned}

    def towers(self) -> "Towers":
        """The model, loaded once."""
        from lib.features.clip import model

        if self.tuned:
            return model.mixed(self.weights, self.tuned, self.share, self.half)
        if self.name == EMBEDDED.name:
            return model.embedded(self.weights, self.half)
        return model.downloaded(self.name, self.weights)

    def scale(self) -> float:
        """What the model multiplies cosines by in its loss: one over its temperature."""
        return float(self.towers().model.logit_scale.detach().exp())

    @property
    def model_bytes(self) -> int:
        """Size of the weights."""
        return self.weights.stat().st_size


EMBEDDED = Source("embedded", WEIGHTS)
