"""Image files as addresses that a browser shows without asking a server: `data:` and Base64."""

import base64
import io
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageOps

SIDE = 320  # pixels of a thumbnail's longer side, twice what a tile shows: screens are dense
SHOWN = ("JPEG", "MPO", "PNG", "GIF", "WEBP", "AVIF")  # what a browser can show; MPO is a JPEG
Read = Callable[[Path, int], Image.Image]  # file, pixels that are wanted of a side → RGB


def opened(path: Path, side: int) -> Image.Image:
    """An image file, RGB and upright; a JPEG is decoded no larger than a side wants."""
    with Image.open(path) as image:
        image.draft("RGB", (side, side))
        return ImageOps.exif_transpose(image).convert("RGB")


@lru_cache(maxsize=4096)  # 20 kB each
def thumbnail(path: Path, read: Read = opened) -> str:
    """The address of a small JPEG of an image file; a file is read once."""
    image = read(path, SIDE)
    image.thumbnail((SIDE, SIDE))
    return jpeg(image)


def original(path: Path, read: Read = opened) -> tuple[str, tuple[int, int]]:
    """The address of the file itself, and its width and height in pixels.

    Of a format that browsers do not show, a JPEG of the same size.
    """
    with Image.open(path) as image:
        kind, size = image.format, image.size
    if kind not in SHOWN:
        return jpeg(read(path, max(size))), size
    return address(path.read_bytes(), "image/jpeg" if kind == "MPO" else Image.MIME[kind]), size


def jpeg(image: Image.Image) -> str:
    """The address of a picture as a JPEG."""
    content = io.BytesIO()
    image.save(content, "JPEG", quality=88)
    return address(content.getvalue(), "image/jpeg")


def address(content: bytes, kind: str) -> str:
    """Bytes of a kind, such as image/jpeg, as an address."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
