"""Any image file → an upright RGB picture, or the reason why there is none.

Photos come from phones, scanners and broken disks. Whatever is wrong with a file is said of that
file and stops nothing.
"""

import base64
import io
import threading
import warnings
from contextlib import nullcontext, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

# Others, such as EPS, start programs of their own when they are opened.
FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "BMP", "DIB", "TIFF", "AVIF", "HEIF")
MOST_IN_FILE = 500_000_000  # pixels; a phone makes 200 million, a decompression bomb billions
MOST_DECODED = 200_000_000  # pixels, 600 MB; of a JPEG only what is left when it is read smaller
LARGE = 2**25  # pixels, 100 MB: more is decoded one at a time
ONE_AT_A_TIME = threading.Lock()
SLIMMEST = (
    20  # longer than so many times its width, a picture loses its ends: it would fill the memory
)
HEIF = (".heic", ".heif")
NO_HEIF = "HEIC wants the package pillow-heif: .venv/bin/uv pip install pillow-heif"


class Unreadable(Exception):
    """Why no picture can be had; lasting: until the file changes, unlike a system's refusal."""

    def __init__(self, reason: str, lasting: bool = True):
        super().__init__(reason)
        self.lasting = lasting


def read(path: Path, side: int) -> Image.Image:
    """The picture of an image file, RGB, turned as its camera was held.

    side: pixels that its shorter side must keep; a JPEG is decoded no larger than that wants.
    Of an animation the first frame; transparent parts become white. Raises Unreadable.
    """
    try:
        with Image.open(path, formats=formats()) as image:
            image.draft(None, (side, side))
            pixels = image.width * image.height
            if pixels > MOST_DECODED:
                raise Unreadable(f"is too large ({pixels / 1e6:,.0f} million pixels)")
            with ONE_AT_A_TIME if pixels > LARGE else nullcontext():
                image.load()
                with suppress(Exception):  # struct, key, type and value errors of broken EXIF
                    ImageOps.exif_transpose(image, in_place=True)
                image = flat(image)
                width, height = image.size
                size = min(width, SLIMMEST * height), min(height, SLIMMEST * width)
                return image if size == image.size else ImageOps.fit(image, size)
    except Unreadable:
        raise
    except Exception as error:  # each format raises kinds of its own on broken files
        raise unreadable(path, error) from error


@cache
def formats() -> list[str]:
    if has_heif():
        import pillow_heif

        pillow_heif.register_heif_opener()
    Image.init()
    warnings.filterwarnings("ignore", module=r"PIL\.")  # of what the decoders could mend
    # Pillow refuses twice its limit, and looks at it before a JPEG is made smaller.
    Image.MAX_IMAGE_PIXELS = MOST_IN_FILE // 2
    return [name for name in FORMATS if name in Image.OPEN]


@cache
def has_heif() -> bool:
    return find_spec("pillow_heif") is not None


def flat(image: Image.Image) -> Image.Image:
    """Any mode as RGB, transparent parts on white."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        # Pillow's own way to 8 bits would cut off all above 255.
        values = np.nan_to_num(np.asarray(image, dtype=np.float32)).clip(0)
        white = 65535 if image.mode.startswith("I;16") else max(1, values.max())
        image = Image.fromarray((values * (255 / white)).round().astype(np.uint8))
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")


def jpeg(image: Image.Image, side: int, quality: int = 88) -> str:
    """The address of a JPEG of an image, its longer side at most so many pixels."""
    image.thumbnail((side, side))
    content = io.BytesIO()
    image.save(content, "JPEG", quality=quality)
    return address(content.getvalue(), "image/jpeg")


def address(content: bytes, kind: str) -> str:
    """Bytes of a kind, such as image/jpeg, as an address that no server is asked for."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def unreadable(path: Path, error: Exception) -> Unreadable:
    if isinstance(error, OSError) and error.strerror:
        return Unreadable(f"cannot be opened ({error.strerror})", lasting=False)
    if isinstance(error, UnidentifiedImageError):
        if path.suffix.lower() in HEIF and not has_heif():
            return Unreadable(NO_HEIF)
        return Unreadable("is no image" if path.stat().st_size else "is empty")
    reason = str(error).strip().split("\n")[0] or type(error).__name__
    return Unreadable(f"cannot be decoded ({reason[:200]})")
