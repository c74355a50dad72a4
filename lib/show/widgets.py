"""The search box for JupyterLab: words or pictures are asked, the best images come at once.

An executed copy holds a sentence in its place, since a widget lives as long as its kernel.
"""

import hashlib
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from html import escape
from pathlib import Path

import ipywidgets
from IPython.display import display
from ipywidgets import HTML, Button, FileUpload, GridBox, HBox, IntSlider, Layout, VBox
from PIL import Image

from lib.base import files, paths
from lib.data.dataset import Split
from lib.photos import picture as photo
from lib.search import live
from lib.search.evaluation import Evaluation
from lib.search.live import Method
from lib.show.display import say

SWITCH = "LIVE_SEARCH"  # environment variable; "no" where a notebook is executed to be read
INSTEAD = (
    "*Live search:* open this notebook in JupyterLab and run it; a search box stands here then."
)
HINT = "Type words, or the name of an image as it stands on a tile, or choose a picture."
MOST = 48  # images in the grid
STYLE = paths.LIBRARY / "show/static/live.css"
SIDE = 320  # pixels of a thumbnail's longer side, twice what a tile shows: screens are dense
SHOWN = ("JPEG", "MPO", "PNG", "GIF", "WEBP", "AVIF")  # what a browser can show; MPO is a JPEG
Read = Callable[[Path, int], Image.Image]  # file, pixels that are wanted of a side → RGB


@lru_cache(maxsize=4096)  # 20 kB each
def thumbnail(path: Path, read: Read = photo.read) -> str:
    """The address of a small JPEG of an image file; a file is read once."""
    return photo.jpeg(read(path, SIDE), SIDE)


def original(path: Path, read: Read = photo.read) -> tuple[str, tuple[int, int]]:
    """The file's own address and size in pixels; of a format that no browser shows, a JPEG's."""
    with Image.open(path) as image:
        kind, size = image.format, image.size
    if kind not in SHOWN:
        return photo.jpeg(read(path, max(size)), max(size)), size
    kind = "image/jpeg" if kind == "MPO" else Image.MIME[kind]
    return photo.address(path.read_bytes(), kind), size


def live_search(systems: Mapping[str, Evaluation], split: Split, query: str, method: str) -> None:
    own = zip(() if split.truth is None else split.truth, split.sentences, strict=False)
    texts = {split.images[image]: " ".join(sentences) for image, sentences in own}
    show(live.methods(systems, split.name), split.images, query, method, texts=texts)


def show(
    methods: Mapping[str, Method],
    images: Sequence[Path],
    query: str = "",
    method: str | None = None,
    read: Read = photo.read,
    texts: Mapping[Path, str] = {},  # what people wrote about an image
) -> None:
    """Show a search box, or say where one can be had; query, method: what it starts with."""
    if os.environ.get(SWITCH) == "no":
        say(INSTEAD)
        return
    box = SearchBox(methods, images, method or next(iter(methods)), read, texts)
    # Without a kernel, a front-end shows the sentence and no dead widget's name.
    display({**box.whole._repr_mimebundle_(), "text/plain": INSTEAD}, raw=True)
    box.words.value = query


def words(hint: str) -> ipywidgets.Text:
    """A field whose text counts when Enter is pressed or the field is left."""
    return ipywidgets.Text(placeholder=hint, continuous_update=False).add_class("live-words")


def picture() -> FileUpload:
    """A button that takes an image file; JupyterLab carries at most 10 MB to its kernel."""
    return FileUpload(accept="image/*", description="Picture", layout=Layout(width="110px"))


def button(text: str, action: Callable[[object], None], **about: object) -> Button:
    widget = Button(description=text, **about)
    widget.on_click(action)
    return widget


class Tile:
    """An image of the grid with rank and score; a click or Enter anywhere on it opens it."""

    def __init__(self, opened: Callable[[Path], None]):
        self.path = Path()
        self.picture, self.label = HTML(), button("", lambda _: opened(self.path))
        self.whole = VBox([self.picture, self.label]).add_class("live-tile")

    def show(self, path: Path, rank: int, score: float, source: str) -> None:
        """Become another image. source: the address of its thumbnail."""
        self.path = path
        self.picture.value = f'<img src="{source}" alt="{escape(path.name)}">'
        with self.label.hold_sync():  # one message where there were two
            self.label.description = f"{rank} · {score:.3f} · {path.name}"
            self.label.tooltip = f"Open {path.name}"


class SearchBox:
    """The widgets, and what happens when one is used; `whole` is what is shown."""

    def __init__(
        self, methods: Mapping[str, Method], images: Sequence[Path], method: str,
        read: Read = photo.read, texts: Mapping[Path, str] = {},
    ):  # fmt: skip
        self.methods, self.images, self.read, self.texts = methods, images, read, texts
        self.one_at_a_time = threading.RLock()
        self.folder = tempfile.TemporaryDirectory()  # of pictures from the browser
        self.words, self.picture = words("a query in words"), picture()
        self.sign = ipywidgets.ToggleButtons(
            options={"+": 1, "−": -1},
            tooltips=["added to the query", "subtracted from the query"],
            style={"button_width": "34px"},
            layout=Layout(width="auto"),
        )
        self.more_words, self.more_picture = words("another, added or subtracted"), picture()
        self.fields = (self.words, self.picture, self.more_words, self.more_picture)
        self.method = ipywidgets.Dropdown(options=list(methods), value=method, description="Method")
        self.number = IntSlider(9, 1, MOST, description="Images", continuous_update=False)
        self.status, self.tiles = HTML(), []
        self.original = VBox().add_class("live-original")
        self.grid = GridBox().add_class("live-grid")
        for widget in (*self.fields, self.sign, self.method, self.number):
            widget.observe(self.changed, "value")
        narrow = Layout(width="84px")
        search = button("Search", self.ask, button_style="primary", layout=narrow)
        clear = button("Clear", self.clear, layout=narrow)
        style = f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>"
        rows = [
            HTML(style, layout=Layout(display="none")),
            HBox([self.words, self.picture, search]),
            HBox([self.sign, self.more_words, self.more_picture, clear]),
            HBox([self.method, self.number]),
        ]
        self.whole = VBox([*rows, self.status, self.original, self.grid]).add_class("live")
        self.changed()

    @contextmanager
    def acting(self) -> Iterator[None]:
        """One action at a time, though JupyterLab has threads; an error of it is shown."""
        with self.one_at_a_time:
            try:
                yield
            except Exception as error:
                self.fail(error)

    def changed(self, _: object = None) -> None:
        with self.acting():
            if any(field.value for field in self.fields):
                self.ask()
            else:
                self.fill([])
                self.say(HINT)

    def clear(self, _: object) -> None:
        self.more_picture.value = self.picture.value = ()
        self.more_words.value = self.words.value = ""

    def ask(self, _: object = None) -> None:
        with self.acting():
            self.say("Searching …")
            start = time.perf_counter()
            method, terms = self.methods[self.method.value], self.terms()
            query = live.vector(method, terms)
            embedded = time.perf_counter()
            self.fill(live.nearest(method, query, self.number.value))
            searching, reading = time.perf_counter() - embedded, embedded - start
            self.say(
                f"{len(self.grid.children)} of {len(self.images):,} in {1000 * searching:.0f} ms, "
                f"after {1000 * reading:.0f} ms for reading the query",
                [value for _, value in terms if isinstance(value, Path)],
            )

    def terms(self) -> list[live.Term]:
        """What is asked, each part with its sign; ValueError for a name that is no image's."""
        terms: list[live.Term] = []
        for sign, field, chosen in (
            (1, self.words, self.picture),
            (self.sign.value, self.more_words, self.more_picture),
        ):
            values = [live.meant(field.value, self.images), *map(self.kept, chosen.value)]
            terms += [(sign, value) for value in values if value]
        return terms

    def kept(self, upload: Mapping) -> Path:
        """A picture from the browser as a file, which is what the methods read."""
        content = bytes(upload["content"])
        name = hashlib.sha256(content).hexdigest()[:16] + Path(upload["name"]).suffix
        files.write_bytes(Path(self.folder.name) / name, content)
        return Path(self.folder.name) / name

    def fill(self, hits: Sequence[tuple[int, float]]) -> None:
        """Show these images, (position, score), best first."""
        self.original.children = ()
        sources = [thumbnail(self.images[i], self.read) for i, _ in hits]
        self.tiles += [Tile(self.open) for _ in hits[len(self.tiles) :]]
        tiles = self.tiles[: len(hits)]
        for rank, (tile, hit, source) in enumerate(zip(tiles, hits, sources, strict=True), 1):
            tile.show(self.images[hit[0]], rank, hit[1], source)
        columns = 3 if len(hits) <= 9 else 5
        self.grid.layout.grid_template_columns = f"repeat({columns}, minmax(0, 180px))"
        self.grid.children = tuple(tile.whole for tile in tiles)
        self.grid.layout.display = "grid" if hits else "none"

    def open(self, path: Path) -> None:
        with self.acting():
            source, (width, height) = original(path, self.read)
            left = Layout(width="auto", align_self="flex-start")
            label = next(tile.label.description for tile in self.tiles if tile.path == path)
            lines = [escape(f"{label}, {width} × {height}, {path}"), self.marked(path)]
            about = "".join(f'<div class="live-line">{line}</div>' for line in lines)
            image = HTML(f'{about}<img src="{source}" alt="{escape(path.name)}">')
            self.original.children = button("Back to the images", self.close, layout=left), image
            self.grid.layout.display = "none"

    def marked(self, path: Path) -> str:
        """What people wrote about an image, the words of the query bold."""
        asked = set(re.findall(r"\w+", self.words.value.lower()))
        parts = re.split(r"(\w+)", self.texts.get(path, ""))
        return "".join(f"<b>{p}</b>" if p.lower() in asked else escape(p) for p in parts)

    def close(self, _: object) -> None:
        with self.acting():
            self.original.children = ()
            self.grid.layout.display = "grid"

    def say(self, sentence: str, pictures: Sequence[Path] = ()) -> None:
        """Write the status line, the pictures of a query small before it."""
        sources = [thumbnail(path, self.read) for path in pictures]
        small = "".join(f'<img src="{source}" alt="of the query">' for source in sources)
        self.status.value = f'<div class="live-line">{small}{escape(sentence)}</div>'

    def fail(self, error: Exception) -> None:
        """Show an error, and no images that would seem to answer the query."""
        self.fill([])
        kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
        text = escape(f"{kind}{error}")
        self.status.value = f'<div class="live-error" role="alert">{text}</div>'
