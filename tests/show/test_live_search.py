"""The live search: what it computes, and the box in a real JupyterLab in a headless browser."""

from datetime import UTC, datetime
from pathlib import Path

import nbformat
import numpy as np
import pytest
from browser import SECONDS, Visit, open_page
from colours import Colours, Corrected, Pairs, Words
from lab_server import TOKEN, jupyter_lab

from lib.base import paths
from lib.commands import execute
from lib.search import evaluation, live, retrieval
from lib.search.evaluation import Evaluation
from lib.search.live import Method
from lib.search.system import System
from lib.show import widgets

QUERY = "A blue triangle on white"
WAYS = {"east": [1.0, 0.0], "north": [0.0, 5.0], "west": [-1.0, 0.0]}
COMPASS = np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 2.0], [1.0, -1.0]])  # E, NE, N, SE


class Compass(System):
    """Words and a gallery that can be checked by hand; a picture is north."""

    reads_pictures = True

    def __init__(self, metric: str = "cosine"):
        self.metric = metric

    def embed_texts(self, texts):
        return np.array([WAYS[text] for text in texts])

    def embed_images(self, images):
        return np.array([WAYS["north"]] * len(images))


def compass(metric: str = "cosine") -> Method:
    """The compass with its gallery."""
    return Method(Compass(metric), COMPASS)


@pytest.fixture(scope="module")
def colours(data, tmp_path_factory) -> Evaluation:
    """Colours on drawn images."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "CACHE", tmp_path_factory.mktemp("cache"))
        return evaluation.evaluate(data, Colours())


@pytest.mark.parametrize(
    ("terms", "best"),
    [
        ([(1, "east")], 0),
        ([(1, "east"), (1, "north")], 1),  # each counts the same, whatever its length
        ([(1, "east"), (-1, "north")], 3),
        ([(1, "east"), (1, Path("a.jpg"))], 1),
        ([(1, Path("a.jpg"))], 2),
        ([(-1, "west")], 0),
    ],
)
def test_terms_are_added_and_subtracted_at_length_one(terms, best):
    (first, score), (second, less) = live.nearest(compass(), live.vector(compass(), terms), 2)
    assert (first, score) == (best, pytest.approx(1)) and second != first and less < score


@pytest.mark.parametrize(
    ("terms", "metric", "reason"),
    [
        ([], "cosine", "nothing is asked"),
        ([(1, "east"), (-1, "east")], "cosine", "nothing is left"),
        ([(1, "east"), (1, "west")], "cosine", "nothing is left"),
        ([(1, "east"), (1, "north")], "euclidean", "measures distances"),
    ],
)
def test_what_cannot_be_asked(terms, metric, reason):
    with pytest.raises(ValueError, match=reason):
        live.nearest(compass(metric), live.vector(compass(metric), terms), 2)


def test_names_on_tiles_are_pictures():
    images = [Path("some/7.jpg"), Path("some/8.jpg")]
    assert live.meant(" 8.jpg ", images) == images[1]
    assert live.meant("a photo", images) == "a photo" and live.meant("  ", images) is None
    with pytest.raises(ValueError, match=r"no image of the gallery is named 9\.JPG"):
        live.meant("9.JPG", images)


@pytest.mark.parametrize("make", [Colours, Corrected])
def test_words_are_read_as_in_the_static_cells_and_pictures_besides(data, make):
    one = evaluation.evaluate(data, make())
    method = live.methods({one.id: one}, "test")[one.id]
    scores = one.scores_of([QUERY], data.test)[0]
    static = [(i, scores[i]) for i in retrieval.top_k(scores[None], 9)[0]]
    assert live.nearest(method, live.vector(method, [(1, QUERY)]), 9) == static
    vector = one.system.plain.embed_images(data.test)[17:18]  # what this picture is read as
    scores = retrieval.scores(one.system.query_of(vector), one.gallery["test"])[0]
    best = live.nearest(method, live.vector(method, [(1, data.test.images[17])]), 9)
    assert best == [(i, pytest.approx(scores[i])) for i in retrieval.top_k(scores[None], 9)[0]]
    both = [(1, QUERY), (-1, data.test.images[17])]
    assert live.nearest(method, live.vector(method, both), 9)[0][0] != 17, "it is subtracted"


def test_a_system_of_words_says_that_it_reads_no_picture(data):
    every = {s.id: evaluation.evaluate(data, s) for s in (Words(), Pairs())}
    methods = live.methods(every, "test")
    assert list(methods) == ["classic.words"], "nobody can type into pairs"
    words = methods["classic.words"]
    query = live.vector(words, [(1, "a red circle")])
    assert len(live.nearest(words, query, 5)) == 5
    with pytest.raises(ValueError, match="only words"):
        live.vector(words, [(1, data.test.images[0])])


def upload(name: str, content: bytes) -> dict:
    """A file as the browser hands it over."""
    about = {"type": "image/jpeg", "size": len(content), "last_modified": datetime.now(UTC)}
    return {"name": name, "content": memoryview(content), **about}


def test_the_box_shows_its_errors_and_recovers(data, colours):
    methods = live.methods({colours.id: colours}, "test")
    box = widgets.SearchBox(methods, data.test.images, colours.id)
    box.words.value = "nothing.jpg"
    assert "no image of the gallery is named nothing.jpg" in box.status.value
    assert "live-error" in box.status.value and not box.grid.children
    box.words.value = QUERY
    assert "9 of 60" in box.status.value and len(box.grid.children) == 9
    box.number.value = 48
    assert len(box.grid.children) == 48
    box.more_picture.value = (upload("a.jpg", b"no image"),)
    assert "cannot be decoded" in box.status.value
    box.clear(None)
    assert widgets.HINT in box.status.value and not box.grid.children


def test_a_click_tells_rank_and_what_people_wrote(data, colours):
    methods, images = live.methods({colours.id: colours}, "test"), data.test.images
    texts = dict.fromkeys(images, "A red & <round> circle.")
    box = widgets.SearchBox(methods, images, colours.id, texts=texts)
    box.words.value = "the red circle"
    first = box.tiles[0]
    first.label.click()
    (about,) = [child for child in box.original.children if "img" in getattr(child, "value", "")]
    assert "A <b>red</b> &amp; &lt;round&gt; <b>circle</b>." in about.value
    assert first.label.description in about.value and box.grid.layout.display == "none"


def test_a_saved_copy_holds_a_sentence(monkeypatch):
    shown = []
    monkeypatch.setattr(widgets, "say", shown.append)
    monkeypatch.setattr(widgets, "SearchBox", None)  # calling it would fail
    monkeypatch.setenv(widgets.SWITCH, execute.SURROUNDINGS[widgets.SWITCH])
    widgets.show({"drawn": compass()}, [])
    assert shown == [widgets.INSTEAD]


def notebook(folder: Path, course: Path) -> None:
    """A notebook that shows the box for a stored system."""
    lines = f"""
    import sys
    from pathlib import Path
    sys.path.append({str(Path(__file__).parent)!r})
    import colours
    from lib.base import settings
    from lib.data import source as data
    from lib.search import evaluation
    from lib.show import widgets
    given = settings.Settings(data="course", data_dir={str(course)!r}, name="drawn")
    split = data.load(settings.check(given), "sha256:drawn").test
    stored = evaluation.load(Path(), "clip.colours")
    widgets.live_search({{stored.id: stored}}, split, "a red circle", stored.id)
    """
    cell = nbformat.v4.new_code_cell("\n".join(line.strip() for line in lines.strip().split("\n")))
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": spec})
    nbformat.write(whole, folder / "search.ipynb")


def tiles(visit: Visit) -> list[str]:
    """What stands on the tiles: rank, score, name."""
    return visit.page.locator(".live-tile button").all_inner_texts()


def expected(one: Evaluation, images: tuple[Path, ...], query: str | Path) -> list[str]:
    """What the tiles must say of a text, or of a picture."""
    method = live.methods({one.id: one}, "test")[one.id]
    best = enumerate(live.nearest(method, live.vector(method, [(1, query)]), 9), 1)
    return [f"{rank} · {score:.3f} · {images[i].name}" for rank, (i, score) in best]


def search(visit: Visit, query: str) -> None:
    """Type a query and press Enter."""
    field = visit.page.get_by_placeholder("a query in words")
    field.fill(query)
    field.press("Enter")


def test_the_box_in_jupyterlab(course, data, colours, tmp_path):
    """Type, read the grid, open an original, ask with a picture, and see an error."""
    root = tmp_path / "root"  # the images lie outside of what JupyterLab serves
    root.mkdir()
    evaluation.save(root, colours)
    notebook(root, course)
    images, wait = data.test.images, {"timeout": 1000 * SECONDS}
    first, paper, picture = (
        expected(colours, images, query) for query in ("a red circle", QUERY, images[3])
    )
    with (
        jupyter_lab(root) as server,
        open_page(f"{server}/lab/tree/search.ipynb?token={TOKEN}") as visit,
    ):
        page = visit.page
        page.get_by_text("(ipykernel) | Idle").wait_for(**wait)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.get_by_text("9 of 60").wait_for(**wait)
        assert tiles(visit) == first

        search(visit, QUERY)
        page.get_by_role("button", name=paper[0]).wait_for(**wait)
        page.get_by_text("9 of 60").wait_for(**wait)
        assert tiles(visit) == paper != first and len(paper) == 9

        name = paper[2].split()[-1]
        page.locator(".live-tile").nth(2).click(position={"x": 40, "y": 40})
        original = page.locator(".live-original img")
        original.wait_for(**wait)
        assert original.evaluate("image => image.decode().then(() => image.naturalWidth)") == 224
        assert original.get_attribute("alt") == name
        assert not page.locator(".live-tile").first.is_visible()
        page.get_by_role("button", name="Back to the images").click()
        page.locator(".live-tile").first.wait_for(**wait)

        search(visit, "nothing.jpg")
        error = page.locator(".live-error")
        error.wait_for(**wait)
        assert "nothing.jpg" in error.inner_text() and not tiles(visit)

        page.get_by_role("button", name="Clear").click()
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Picture").first.click()
        chooser.value.set_files(images[3])
        page.get_by_role("button", name=picture[0]).wait_for(**wait)
        page.get_by_text("9 of 60").wait_for(**wait)
        assert tiles(visit) == picture
        assert not visit.blocked, "JupyterLab asks another host"
