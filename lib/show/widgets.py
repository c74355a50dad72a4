"""The search box for JupyterLab: words or pictures are asked, the best images come at once.

All arithmetic is `live`'s. A copy that is executed to be read holds a sentence in its place,
since a widget lives as long as its kernel.
"""

import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path

import ipywidgets
from IPython.display import display
from ipywidgets import HTML, Button, FileUpload, GridBox, HBox, Layout, VBox

from lib.base import files
from lib.data.dataset import Split
from lib.search import live
from lib.search.live import Method
from lib.search.runs import SystemRun
from lib.show import thumbnails
from lib.show.display import say

SWITCH = "LIVE_SEARCH"  # environment variable; "no" where a notebook is executed to be read
INSTEAD = (
    "*Live search:* open this notebook in JupyterLab and run it; a search box stands here then."
)
HINT = "Type words, or the name of an image as it stands on a tile, or choose a picture."
MOST = 48  # images in the grid
STYLE = """<style>
.live { --line: var(--jp-border-color2, #bdbdbd); max-width: 760px; padding: 8px 2px; }
.live .widget-hbox { align-items: center; flex-wrap: wrap; gap: 2px 4px; overflow: hidden; }
.live .live-words { flex: 1 1 260px; }
.live .widget-label { text-align: left; width: auto; }
.live .live-words input { font-size: 14px; }
.live-line { color: var(--jp-ui-font-color1, #222); font-size: 13px; line-height: 1.5; }
.live-line img { border-radius: 3px; height: 44px; margin-right: 8px; vertical-align: middle; }
.live-error { border-left: 4px solid #d32f2f; color: var(--jp-error-color1, #d32f2f);
  font-size: 13px; line-height: 1.5; overflow-wrap: anywhere; padding: 2px 10px; }
.live-grid { gap: 10px; margin: 4px 2px; overflow: hidden; }
.live-tile { border: 1px solid var(--line); border-radius: 5px; margin: 0; overflow: hidden;
  position: relative; }
.live-tile:hover, .live-tile:focus-within { border-color: var(--jp-brand-color1, #1976d2);
  box-shadow: 0 0 0 1px var(--jp-brand-color1, #1976d2); }
.live-tile > .widget-html, .live-tile > button { margin: 0; width: 100%; }
.live-tile .widget-html-content { height: auto; line-height: 0; width: 100%; }
.live-tile img { aspect-ratio: 1; background: var(--jp-layout-color2, #eee); object-fit: contain;
  width: 100%; }
.live-tile > button, .live-tile > button:hover { background: none; box-shadow: none;
  color: var(--jp-ui-font-color1, #222); font-variant-numeric: tabular-nums; font-size: 12px;
  outline: none; padding: 0 6px; position: static; text-align: left; }
.live-tile > button::after { content: ""; inset: 0; position: absolute; }
.live-original img { display: block; margin: 6px 0; max-width: 100%; }
</style>"""


def live_search(runs: Mapping[str, SystemRun], split: Split, query: str, method: str) -> None:
    """Show a search box for a chapter's systems, with a first query and a first system."""
    show(live.methods(runs, split.name), split.images, query, method)


def show(
    methods: Mapping[str, Method],
    images: Sequence[Path],
    query: str = "",
    method: str | None = None,
    read: thumbnails.Read = thumbnails.opened,
) -> None:
    """Show a search box, or say where one can be had.

    methods: name → method, at least one. images: the gallery's files, in its order. query and
    method: what it starts with. read: an image file → RGB, at least so many pixels a side.
    """
    if os.environ.get(SWITCH) == "no":
        say(INSTEAD)
        return
    box = SearchBox(methods, images, method or next(iter(methods)), read)
    # Without a kernel, a front-end shows the sentence and no dead widget's name.
    display({**box.whole._repr_mimebundle_(), "text/plain": INSTEAD}, raw=True)
    box.words.value = query


def words(hint: str) -> ipywidgets.Text:
    """A field whose text counts when Enter is pressed or the field is left."""
    field = ipywidgets.Text(placeholder=hint, continuous_update=False)
    field.add_class("live-words")
    return field


def picture() -> FileUpload:
    """A button that takes an image file; JupyterLab carries at most 10 MB to its kernel."""
    return FileUpload(accept="image/*", description="Picture", layout=Layout(width="110px"))


def tall(*parts: ipywidgets.Widget, name: str) -> VBox:
    """Widgets one below the other, with a class for the style."""
    box = VBox(parts)
    box.add_class(name)
    return box


class Tile:
    """An image of the grid with rank and score; a click or Enter anywhere on it opens it."""

    def __init__(self, opened: Callable[[Path], None]):
        self.path = Path()
        self.picture, self.label = HTML(), Button()
        self.label.on_click(lambda _: opened(self.path))
        self.whole = tall(self.picture, self.label, name="live-tile")

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
        self,
        methods: Mapping[str, Method],
        images: Sequence[Path],
        method: str,
        read: thumbnails.Read = thumbnails.opened,
    ):
        self.methods, self.images, self.read = methods, images, read
        # JupyterLab handles the messages of widgets in threads, side by side.
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
        self.method = ipywidgets.Dropdown(options=list(methods), value=method, description="Method")
        self.number = ipywidgets.IntSlider(
            9, 1, MOST, description="Images", continuous_update=False
        )
        self.status, self.original = HTML(), VBox()
        self.tiles: list[Tile] = []
        self.grid = GridBox()
        self.grid.add_class("live-grid")
        self.original.add_class("live-original")
        self.whole = self.arranged()

    def arranged(self) -> VBox:
        """All widgets in their places, and what each of them does."""
        search = Button(description="Search", button_style="primary", layout=Layout(width="84px"))
        clear = Button(description="Clear", layout=Layout(width="84px"))
        search.on_click(self.ask)
        clear.on_click(self.clear)
        fields = (self.words, self.picture, self.more_words, self.more_picture)
        for widget in (*fields, self.sign, self.method, self.number):
            widget.observe(self.changed, "value")
        self.rest()
        return tall(
            HTML(STYLE, layout=Layout(display="none")),
            HBox([self.words, self.picture, search]),
            HBox([self.sign, self.more_words, self.more_picture, clear]),
            HBox([self.method, self.number]),
            self.status,
            self.original,
            self.grid,
            name="live",
        )

    def typed(self) -> bool:
        """Whether there is anything to search for."""
        fields = (self.words, self.picture, self.more_words, self.more_picture)
        return any(field.value for field in fields)

    def terms(self) -> list[live.Term]:
        """What is asked, each part with its sign; ValueError for a name that is no image's."""
        signs = (
            (1, self.words, self.picture),
            (self.sign.value, self.more_words, self.more_picture),
        )
        found = []
        for sign, field, chosen in signs:
            meant = live.meant(field.value, self.images)
            found += [(sign, meant)] if meant else []
            found += [(sign, self.kept(upload)) for upload in chosen.value]
        return found

    def kept(self, upload: Mapping) -> Path:
        """A picture from the browser as a file, which is what the methods read."""
        content = bytes(upload["content"])
        name = hashlib.sha256(content).hexdigest()[:16] + Path(upload["name"]).suffix
        path = Path(self.folder.name) / name
        files.write_bytes(path, content)
        return path

    def changed(self, _: object) -> None:
        """Search again, if there is anything to search for."""
        with self.one_at_a_time:
            self.ask() if self.typed() else self.rest()

    def rest(self) -> None:
        """An empty box and a hint."""
        self.fill([])
        self.say(HINT)

    def clear(self, _: object) -> None:
        """Empty all fields; method and number stay."""
        self.more_picture.value = self.picture.value = ()
        self.more_words.value = self.words.value = ""

    def ask(self, _: object = None) -> None:
        """Search, and show what was found or what went wrong."""
        with self.one_at_a_time:
            self.say("Searching …")
            try:
                self.answer(self.methods[self.method.value], time.perf_counter())
            except Exception as error:  # an error of a callback would be shown nowhere else
                self.fail(error)

    def answer(self, method: Method, start: float) -> None:
        """Show the images that a method finds, and how long it took since the start."""
        terms = self.terms()
        query = live.vector(method, terms)
        embedded = time.perf_counter()
        self.fill(live.nearest(method, query, self.number.value))
        seconds = embedded - start, time.perf_counter() - embedded
        self.say(told(len(self.grid.children), len(self.images), *seconds), self.asked(terms))

    def fill(self, hits: Sequence[tuple[int, float]]) -> None:
        """Show these images, (position, score), best first."""
        self.original.children = ()
        sources = [thumbnails.thumbnail(self.images[i], self.read) for i, _ in hits]
        self.tiles += [Tile(self.open) for _ in hits[len(self.tiles) :]]
        tiles = self.tiles[: len(hits)]
        for rank, (tile, hit, source) in enumerate(zip(tiles, hits, sources, strict=True), 1):
            tile.show(self.images[hit[0]], rank, hit[1], source)
        columns = 3 if len(hits) <= 9 else 5
        self.grid.layout.grid_template_columns = f"repeat({columns}, minmax(0, 180px))"
        self.grid.children = tuple(tile.whole for tile in tiles)
        self.grid.layout.display = "grid" if hits else "none"

    def open(self, path: Path) -> None:
        """Show the original in place of the grid."""
        with self.one_at_a_time:
            try:
                source, (width, height) = thumbnails.original(path, self.read)
            except Exception as error:  # as in `ask`
                self.fail(error)
                return
            left = Layout(width="auto", align_self="flex-start")
            back = Button(description="Back to the images", layout=left)
            back.on_click(self.close)
            about = f'<div class="live-line">{escape(str(path))}, {width} × {height}</div>'
            image = f'<img src="{source}" alt="{escape(path.name)}">'
            self.original.children = (back, HTML(about + image))
            self.grid.layout.display = "none"

    def close(self, _: object) -> None:
        """Show the grid again."""
        with self.one_at_a_time:
            self.original.children = ()
            self.grid.layout.display = "grid"

    def asked(self, terms: Sequence[live.Term]) -> str:
        """The pictures of a query, small."""
        sources = (thumbnails.thumbnail(v, self.read) for _, v in terms if isinstance(v, Path))
        return "".join(f'<img src="{source}" alt="of the query">' for source in sources)

    def say(self, sentence: str, pictures: str = "") -> None:
        """Write the status line; pictures: HTML before it."""
        self.status.value = f'<div class="live-line">{pictures}{escape(sentence)}</div>'

    def fail(self, error: Exception) -> None:
        """Show an error, and no images that would seem to answer the query."""
        self.fill([])
        kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
        text = escape(f"{kind}{error}")
        self.status.value = f'<div class="live-error" role="alert">{text}</div>'


def told(n: int, of: int, reading: float, searching: float) -> str:
    """What was found, and in how many seconds the query was read and the images were there."""
    return (
        f"{n} of {of:,} in {1000 * searching:.0f} ms, "
        f"after {1000 * reading:.0f} ms for reading the query"
    )
