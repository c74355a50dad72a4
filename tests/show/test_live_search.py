"""The live search: what it computes, and the box in a real JupyterLab in a headless browser."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import numpy as np
import pytest
from browser import SECONDS, Visit, open_page
from lab_server import TOKEN, jupyter_lab

from lib.base import paths
from lib.commands import execute
from lib.features.clip.source import EMBEDDED
from lib.methods.clip import systems
from lib.methods.clip.encoder import ClipTexts
from lib.search import hubness, live, retrieval, runs
from lib.search.live import Method
from lib.search.runs import SystemRun
from lib.show import widgets

QUERY = "A man skateboarding in a park"
WORDS = {"east": [1.0, 0.0], "north": [0.0, 5.0], "west": [-1.0, 0.0]}
COMPASS = np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 2.0], [1.0, -1.0]])  # E, NE, N, SE


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Iterator[Path]:
    """An empty cache that the tests of this file share."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("live") / "cache"
        patch.setattr(paths, "CACHE", folder)
        yield folder


@pytest.fixture(scope="module")
def full(data, kept) -> SystemRun:
    """The embedded CLIP on drawn images."""
    return systems.zero_shot(data, names=[systems.FULL])[systems.FULL]


def compass(path: Path) -> np.ndarray:
    """A picture is north."""
    return np.array(WORDS["north"])


def drawn_method(metric: str = "cosine") -> Method:
    """Words and a gallery that can be checked by hand."""
    return Method(COMPASS, lambda said: np.array(WORDS[said]), compass, metric)


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
    (first, score), (second, less) = live.search(drawn_method(), terms, 2)
    assert (first, score) == (best, pytest.approx(1)) and second != first and less < score


@pytest.mark.parametrize(
    ("terms", "metric", "said"),
    [
        ([], "cosine", "nothing is asked"),
        ([(1, "east"), (-1, "east")], "cosine", "nothing is left"),
        ([(1, "east"), (1, "west")], "cosine", "nothing is left"),
        ([(1, "east"), (1, "north")], "euclidean", "measures distances"),
    ],
)
def test_what_cannot_be_asked(terms, metric, said):
    with pytest.raises(ValueError, match=said):
        live.search(drawn_method(metric), terms, 2)


def test_names_on_tiles_are_pictures():
    images = [Path("some/7.jpg"), Path("some/8.jpg")]
    assert live.meant(" 8.jpg ", images) == images[1]
    assert live.meant("a photo", images) == "a photo" and live.meant("  ", images) is None
    with pytest.raises(ValueError, match=r"no image of the gallery is named 9\.JPG"):
        live.meant("9.JPG", images)


@pytest.mark.parametrize("form", ["plain", "corrected", "gated"])
def test_clip_reads_words_as_in_the_static_cells_and_pictures_besides(data, full, form):
    run = full
    if form != "plain":
        banks = systems.strangers(data, full)
        run = systems.corrected(data, full, "inverted_softmax", banks, gated=form == "gated")
    method = live.methods({run.id: run}, "test")[run.id]
    scores = retrieval.scores(run.embed_queries([QUERY]), run.gallery["test"], run.metric)
    static = [(i, scores[0, i]) for i in retrieval.top_k(scores, 9)[0]]
    assert live.search(method, [(1, QUERY)], 9) == static
    vector = full.gallery["test"][17:18]  # what a picture of the gallery must be read as
    asked = vector if form == "plain" else hubness.asked(vector)
    if form == "gated" and 17 not in run.encoder.hubs:
        asked[:, -2] = 0
    best = dict(live.search(method, [(1, data.test.images[17])], 9))
    scores = retrieval.scores(asked, run.gallery["test"])[0]
    assert [best[i] for i in best] == pytest.approx(scores[list(best)], abs=2e-3)
    assert min(best.values()) == pytest.approx(np.sort(scores)[-9], abs=2e-3)
    both = [(1, QUERY), (-1, data.test.images[17])]
    assert live.search(method, both, 9)[0][0] != 17, "it is subtracted"


def test_a_turned_clip_and_a_classical_system_say_that_they_read_no_picture(data, full):
    turned = replace(full, encoder=ClipTexts(EMBEDDED, turn=np.eye(256, dtype=np.float32)))
    plain = replace(full, id="classic.ridge", encoder=Words())
    nobody = replace(full, id="chance", encoder=None)
    found = live.methods({r.id: r for r in (turned, plain, nobody)}, "test")
    assert list(found) == ["clip.full", "classic.ridge"]
    for name, said in {"clip.full": "no projection", "classic.ridge": "only words"}.items():
        assert len(live.search(found[name], [(1, "a red circle")], 5)) == 5
        with pytest.raises(ValueError, match=said):
            live.search(found[name], [(1, data.test.images[0])], 5)


class Words:
    """An encoder that is no CLIP."""

    kind = "mean_words_linear"

    def embed_queries(self, texts):
        return np.ones((len(texts), 256), dtype=np.float32)


def upload(name: str, content: bytes) -> dict:
    """A file as the browser hands it over."""
    about = {"type": "image/jpeg", "size": len(content), "last_modified": datetime.now(UTC)}
    return {"name": name, "content": memoryview(content), **about}


def test_the_box_shows_its_errors_and_recovers(data, full):
    box = widgets.SearchBox(live.methods({full.id: full}, "test"), data.test.images, full.id)
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


def test_a_saved_copy_holds_a_sentence(monkeypatch):
    said = []
    monkeypatch.setattr(widgets.report, "say", said.append)
    monkeypatch.setattr(widgets, "SearchBox", None)  # calling it would fail
    monkeypatch.setenv(widgets.SWITCH, execute.SURROUNDINGS[widgets.SWITCH])
    widgets.show({"drawn": drawn_method()}, [])
    assert said == [widgets.INSTEAD]


def notebook(folder: Path, course: Path, cache: Path) -> None:
    """A notebook that shows the box for a stored system.

    Its texts are in the cache, and a picture counts as the image of the gallery with the same
    bytes: so the kernel need not load the model, which takes longer than all the rest.
    """
    lines = f"""
    from dataclasses import replace
    from pathlib import Path
    from lib.base import paths, settings
    from lib.data import source as data
    from lib.search import live, runs
    from lib.show import widgets
    paths.CACHE = Path({str(cache)!r})
    given = settings.Settings(data="course", data_dir={str(course)!r}, name="drawn")
    split = data.load(settings.check(given), "sha256:drawn").test
    clip = live.methods({{"clip.full": runs.load(Path(), "clip.full")}}, "test")["clip.full"]
    known = [path.read_bytes() for path in split.images]
    same = lambda path: clip.gallery[known.index(path.read_bytes())]
    methods = {{"clip.full": replace(clip, embed_image=same)}}
    widgets.show(methods, split.images, "a red circle")
    """
    cell = nbformat.v4.new_code_cell("\n".join(line.strip() for line in lines.strip().split("\n")))
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": spec})
    nbformat.write(made, folder / "search.ipynb")


def tiles(visit: Visit) -> list[str]:
    """What stands on the tiles: rank, score, name."""
    return visit.page.locator(".live-tile button").all_inner_texts()


def expected(run: SystemRun, images: tuple[Path, ...], asked: str | np.ndarray) -> list[str]:
    """What the tiles must say of a text, or of a vector."""
    method = live.methods({run.id: run}, "test")[run.id]
    vector = live.vector(method, [(1, asked)]) if isinstance(asked, str) else asked
    found = enumerate(live.nearest(method, vector, 9), 1)
    return [f"{rank} · {score:.3f} · {images[i].name}" for rank, (i, score) in found]


def search(visit: Visit, query: str) -> None:
    """Type a query and press Enter."""
    field = visit.page.get_by_placeholder("a query in words")
    field.fill(query)
    field.press("Enter")


def test_the_box_in_jupyterlab(course, data, full, kept, tmp_path):
    """Type, read the grid, open an original, ask with a picture, and see an error."""
    root = tmp_path / "root"  # the images lie outside of what JupyterLab serves
    root.mkdir()
    runs.save(root, full, {})
    notebook(root, course, kept)
    images, wait = data.test.images, {"timeout": 1000 * SECONDS}
    first, paper, picture = (
        expected(full, images, asked) for asked in ("a red circle", QUERY, full.gallery["test"][3])
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
