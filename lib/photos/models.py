"""Which CLIP searches a person's photos, and how it reads words and pictures; downloads none."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lib.data import wanted
from lib.data.dataset import Split
from lib.features.clip import embed
from lib.features.clip.embed import EMBEDDED, Source
from lib.photos import picture
from lib.search.system import System

BEST_FIRST = (wanted.NEWER, wanted.PAPER)
ONLY_DRAWINGS = (
    "The embedded model knows drawings, not photographs: what it finds among photographs means "
    "little. make weights downloads a model that knows photographs."
)


class PhotoSearch(System):
    """A CLIP as a system that reads any photo, whatever its format and however it lies."""

    reads_pictures = True

    def __init__(self, source: Source):
        self.id, self.source = f"clip, {source.name}", source

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n_text, d] of length one; computed once for each text and model."""
        return embed.texts(list(texts), self.source).arrays["embedded"]

    def embed_images(self, images: Split) -> np.ndarray:
        """float32 [n_image, d] of length one; raises `picture.Unreadable`."""
        return self.embed_pixels([self.pixels(path) for path in images.images])

    def pixels(self, path: Path) -> np.ndarray:
        """An image file at the model's size, uint8 [side, side, 3]; raises `picture.Unreadable`."""
        towers = self.source.towers()
        # Read at twice the model's size, the last step down is the model's own.
        return towers.pixels(picture.read(path, 2 * int(np.max(towers.pictures.size))))

    def embed_pixels(self, pixels: Sequence[np.ndarray]) -> np.ndarray:
        """float32 [n, d] of length one, of what `pixels` gave."""
        return self.source.towers().embed_pixels(np.stack(pixels))


class Missing(ValueError):
    """A model is not on this machine, with what to fetch."""


def chosen(model: str) -> PhotoSearch:
    """The model of a name: "embedded", open_clip's "model/tag", or "" for the best that is here.

    Raises Missing where it is not here, and ValueError for one that open_clip does not have.
    """
    if model == EMBEDDED.name:
        return PhotoSearch(EMBEDDED)
    if model and model not in wanted.KNOWN:
        refuse_other_tokens(model)
    for name in [model] if model else BEST_FIRST:
        if files := wanted.clip(name).files():
            return PhotoSearch(Source(name, next(iter(files.values()))))
    reason, fetch = wanted.clip(model or BEST_FIRST[0]).missing(), "make weights"
    if model and model not in BEST_FIRST:
        reason = reason.replace(fetch, f"{fetch} CLIP={model}")
    raise Missing(
        f"{f'MODEL={model}' if model else 'A search of photographs'} {reason}. MODEL=embedded "
        "needs no download, but that model knows drawings, not photographs."
    )


def refuse_other_tokens(name: str) -> None:
    """Raise ValueError for a model that does not read CLIP's 77 tokens: it would find nonsense."""
    import open_clip

    model, tag = wanted.parted(name)
    wanted.looked_up(model, tag)
    text = open_clip.get_model_config(model)["text_cfg"]
    if text.get("hf_tokenizer_name") or text.get("context_length", 77) != 77:
        raise ValueError(
            f"MODEL={name} cannot be: it cuts words in a way of its own, which is not built here. "
            f"Choose one that reads CLIP's tokens, for example {wanted.NEWER}."
        )
