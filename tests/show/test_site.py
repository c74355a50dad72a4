"""The site: what it shows, when it is made again, and how it looks to a browser."""

import csv
import re
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Sequence
from functools import partial
from http.server import ThreadingHTTPServer
from urllib.parse import urldefrag, urlsplit

import nbformat
import numpy as np
import PIL.Image
import pytest
from browser import open_page
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lib.base import commands, files, paths, settings
from lib.record import paper, records, results
from lib.search import evaluation, metrics
from lib.search.system import System
from lib.show import figures, readme, tables
from lib.show.site import build, chapter, pages

SYSTEM, LEFT_OUT = "baseline.ridge_random100", "clip.full"
REASON = "needs weights that are not on this machine: run make weights"
ALT = 'Bars: the "baseline" beside chance'
PIXEL = (  # the smallest PNG
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
EQUATION = r"$$x = \frac{1}{n} \Big( w_1 + \dots + w_n \Big)$$ for $n$ words, at $5 or $6"
HEADS = ("system", "paper", "ours", "difference", "verdict", "seconds", "mean rank", "loss near 0")
WIDE = (  # a table that no phone holds
    f"<table><thead><tr>{''.join(f'<th>{head}</th>' for head in HEADS)}</tr></thead><tbody><tr>"
    f"<td>{SYSTEM}</td>{'<td>`0.1311` [0.1213, 0.1409]</td>' * 6}<td>—</td></tr></tbody></table>"
)


class Random(System):
    """A system that knows nothing."""

    def __init__(self, name: str, seed: int = 0):
        self.id, self.seed = name, seed

    def embed_texts(self, texts):
        return np.random.default_rng([self.seed, 1]).normal(size=(len(texts), 8))

    def embed_images(self, images):
        return np.random.default_rng([self.seed, 2]).normal(size=(len(images), 8))


@pytest.fixture(scope="module")
def site(course, data, tmp_path_factory):
    """Settings of a run of three chapters, and its site; nobody may change it."""
    root = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("BUILD", "CACHE", "RESULTS"):
            patch.setattr(paths, name, root / name.lower())
        run = settings.Settings("course", str(course), "drawn")
        measure(run, data)
        build.update(run)
        yield run


def measure(run: settings.Settings, data) -> None:
    """Records, ranks and executed notebooks of three chapters, their systems random."""
    random = evaluation.evaluate(data, Random("chance"))
    baseline = evaluation.evaluate(data, Random(SYSTEM, 1), Random(SYSTEM, 2))
    for one in (random, baseline):
        evaluation.save(paths.runs_dir(run.name), one)
    left_out = [results.not_run(LEFT_OUT, REASON, split) for split in ("dev", "test")]
    chance = metrics.chance(len(data.test))["map_at_20"]
    claim = results.claim_measured(paper.claim("baseline_works"), baseline, chance, "test")
    (claim,) = paper.judged([claim])
    record(run, data, "00_data", results.rows(random, data))
    record(run, data, "01_baseline", results.rows(baseline, data), [claim])
    record(run, data, "06_clip_prompts", left_out)


def record(run: settings.Settings, data, name: str, rows: list, claims: Sequence = ()) -> None:
    """A chapter's record and its executed notebook."""
    whole = {"notebook": name, "profile": "full", "data": data.summary(), "parameters": vars(run)}
    whole |= {"rows": rows, "claims": claims, "environment": {"git_commit": "0123456789abcdef"}}
    whole |= {"seconds": 100.0, "digest": records.digest(whole)}
    files.write_json(paths.record_path(run.name, name), whole)
    path = paths.executed_path(run.name, name)
    files.write_bytes(path, nbformat.writes(executed(name)).encode())


def executed(name: str) -> nbformat.NotebookNode:
    """A notebook as papermill leaves it, with one of each kind of output."""
    links = "*Before:* [00 · Data](00_data.ipynb). *Next:* [02 · Tuning](02_tuning.ipynb)."
    place = "../lib/show/site/pages"
    terms = f"[Hubs]({place}/glossary.md#hubness), [vectors]({place}/glossary.md#word%20vectors), "
    terms += f"[words]({place}/glossary.md#no%20term), [He]({place}/bibliography.md#he2016)."
    picture = {"image/png": PIXEL, "text/plain": "<Image>"}
    outputs = [
        new_output("display_data", picture, metadata={"image/png": {"alt": ALT, "width": 700}}),
        new_output("display_data", {"text/html": WIDE}),
        new_output("display_data", {chapter.WIDGET: {"model_id": "1"}, "text/plain": "HBox()"}),
    ]
    cells = [
        new_markdown_cell(f"# {name[:2]} · A chapter\n\n**What is found?**\n\n{links}"),
        new_code_cell("seed = 0", metadata={"tags": ["parameters"]}),
        new_code_cell("seed = 7", metadata={"tags": ["injected-parameters"]}),
        new_code_cell("run = start()"),
        new_markdown_cell(f"A man skateboarding in a park. {terms}\n\n{EQUATION}"),
        new_code_cell("heart = 1", metadata={"tags": ["heart"]}),
        new_code_cell("session.figure()", outputs=outputs),
    ]
    for cell in cells:
        cell.metadata["papermill"] = {"duration": 1.0}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


@pytest.fixture
def page_of(site):
    """The HTML of one of the site's pages."""
    return lambda name: (build.folder(site) / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture
def served(site):
    """The site's address on this machine."""
    with build.server(site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_every_link_and_picture_in_a_browser(served):
    """A crawl from the first page: nothing is missing, nothing complains or asks elsewhere."""
    waiting, seen, targets = [served], set(), set()
    with open_page(served) as visit:
        while waiting:
            address = waiting.pop()
            seen.add(address)
            visit.page.goto(address)
            assert_whole(visit.page)
            links = visit.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
            for link in filter(lambda link: link.startswith(served), links):
                targets.add(link)
                bare = urldefrag(link)[0]
                if bare not in seen | set(waiting):
                    waiting += [bare] if bare.endswith((".html", "/")) else []
                    if not bare.endswith((".html", "/")):
                        assert visit.page.request.get(bare).ok, bare
        for target in sorted(t for t in targets if urlsplit(t).fragment):
            visit.page.goto(target)
            name = urlsplit(target).fragment
            assert visit.page.evaluate("name => !!document.getElementById(name)", name), target
        assert not visit.errors and not visit.blocked
    names = {urlsplit(address).path for address in seen}
    assert {"/06_clip_prompts.html", "/claims.html", "/glossary.html"} <= names
    assert any(urlsplit(target).path.endswith("ranks-test.csv") for target in targets)


def assert_whole(page) -> None:
    """All pictures of a page are there and say what they show."""
    page.eval_on_selector_all("img", "all => all.forEach(i => i.loading = 'eager')")
    page.wait_for_load_state("networkidle")
    shown = "all => all.map(i => [i.src, i.alt, i.complete && i.naturalWidth > 0])"
    for source, alt, is_there in page.eval_on_selector_all("img", shown):
        assert is_there and alt, f"{page.url}: {source}"


def test_on_a_phone(served):
    """No page and no table of it is wider than the screen, and the search finds words."""
    wide = """() => [document.documentElement, ...document.querySelectorAll('.bd-article *')]
      .filter(e => e.scrollWidth > e.clientWidth && e.clientWidth && e.tagName != 'SELECT'
        && /auto|scroll|visible/.test(getComputedStyle(e).overflowX)
        && getComputedStyle(e).display != 'inline').map(e => e.outerHTML.slice(0, 80))"""
    with open_page(served, width=390, height=800) as visit:
        for name in ("index", "01_baseline", "claims", "downloads", "bibliography", "beside"):
            visit.page.goto(f"{served}{name}.html")
            visit.page.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
            assert visit.page.evaluate(wide) == [], name
        for word, page in (("hubness", "glossary"), ("skateboard", "01_baseline")):
            visit.page.goto(f"{served}search.html?q={word}")
            visit.page.wait_for_selector(f"#search-results li a[href*='{page}']")
        assert not visit.errors and not visit.blocked


def test_day_and_night_as_the_system_wishes(served):
    """The page's brightness, that of its tables' text, and of a chart, which is turned dark."""
    looks = """() => ['body', '.bd-article td', 'img.chart'].map(
      name => getComputedStyle(document.querySelector(name)))
      .map((s, i) => [s.backgroundColor, s.color, s.filter][i])"""
    with open_page(served) as visit:
        seen = {}
        for scheme in ("light", "dark"):
            visit.page.emulate_media(color_scheme=scheme)
            visit.page.goto(f"{served}01_baseline.html")
            assert visit.page.evaluate("document.documentElement.dataset.theme") == scheme
            ground, text, chart = visit.page.evaluate(looks)
            page, ink = map(brightness, (ground, text))
            assert abs(page - ink) > 0.5, f"{scheme}: {text} on {ground}"
            seen[scheme] = page > 0.5, chart
    assert seen["light"] == (True, "none") and not seen["dark"][0] and "invert" in seen["dark"][1]


def brightness(colour: str) -> float:
    """Of rgb(…), from 0 to 1."""
    return sum(map(float, re.findall(r"[\d.]+", colour)[:3])) / 765


def test_two_searches_side_by_side(served, data):
    with open_page(f"{served}beside.html") as visit:
        tiles = visit.page.locator("#left-tiles .tile")
        assert tiles.count() == 9 and tiles.first.inner_text().strip("✓ ").startswith("1 · ")
        tiles.nth(3).click()
        about = visit.page.locator("#about").inner_text()
        assert "People wrote of it: " in about and "Its rank for this query: " in about
        assert "Ridge, 100 random features: 4." in about
        visit.page.select_option("#asked", "1")
        assert visit.page.locator("#about").inner_text() == "Click on an image."
        first = visit.page.locator("#query li").first.inner_text()
        assert any(first in each for each in data.test.sentences)
        assert not visit.errors and not visit.blocked


def test_pages_are_light(site, served):
    """Below 3 MB with all pictures; the theme's script of icons alone was 1.5."""
    sizes = "e => performance.getEntries().reduce((n, e) => n + (e.encodedBodySize || 0), 0)"
    with open_page(served) as visit:
        for name in ("index", "01_baseline", "beside"):
            visit.page.goto(f"{served}{name}.html")
            assert_whole(visit.page)
            assert 50_000 < visit.page.evaluate(sizes) < 1_500_000, name
    assert not list(build.folder(site).rglob("*.map"))


def test_the_browser_of_the_tests_sees_what_is_wrong(tmp_path):
    """Otherwise the two tests above would prove nothing."""
    elsewhere = '<script src="http://example.org/a.js"></script>'
    (tmp_path / "index.html").write_text(f'{elsewhere}<script>null.x</script><img src="none.png">')
    handler = partial(build.Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with open_page(f"http://127.0.0.1:{server.server_port}/") as visit:
            assert visit.blocked == ["http://example.org/a.js"]
            errors = "; ".join(visit.errors)
            assert "404" in errors and "script:" in errors
        server.shutdown()


def test_the_start_page_says_what_is_not_run_and_why(page_of):
    start = page_of("index")
    assert REASON in start and 'href="#not-run"' in start
    score = files.read_json(paths.record_path("drawn", "01_baseline"))["rows"][1]["map_at_20"]
    assert f"{score:.4f}" in start and "How far do the paper" in start
    assert "What is found?" in start and "None of this chapter" in page_of("06_clip_prompts")
    assert "None of this chapter" not in page_of("01_baseline")


def test_claims_cite_the_bibliography(page_of):
    claims = page_of("claims")
    assert 'href="bibliography.html#pickens"' in claims and "undecided" in claims
    assert 'href="bibliography.html#chen2016"' in claims and 'id="chen2016"' in page_of(
        "bibliography"
    )


def test_a_chapter_holds_what_a_reader_wants(page_of):
    text = page_of("01_baseline")
    assert "Bars: the &quot;baseline&quot; beside chance" in text
    assert "seed = 7" not in text.replace("</span>", "") and "HBox" not in text
    assert 'href="00_data.html"' in text and "02_tuning" not in text, "only what is there"
    assert "Show the parameters" in text and "Show the code" in text
    heart = text[text.index("tag_heart") :]
    assert re.match(r"tag_heart[^>]*>\s*<details open", heart), "what a chapter teaches is unfolded"
    assert 'href="glossary.html#term-hubness"' in text and 'href="glossary.html"' in text
    assert 'href="bibliography.html#he2016"' in text
    assert "<code>0.1311</code>" in text and "ridge_<wbr>random100" in text
    assert 'data-label="loss near 0"' in text
    assert text.count("<math") == 2 and "<mfrac>" in text and "at $5 or $6" in text


def test_nothing_is_fetched_from_elsewhere(site):
    """No script, style, font or picture has an address on another host."""
    for path in build.folder(site).glob("*.html"):
        text = path.read_text(encoding="utf-8")
        for tag in ("<script", "<link", "<img", "<iframe"):
            for part in text.split(tag)[1:]:
                assert "//" not in part.split(">")[0], f"{path.name}: {tag}{part.split('>')[0]}"


def test_ranks_are_those_of_the_run(site, data):
    [path] = build.folder(site).glob("_downloads/*/ranks-test.csv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["query", "image", f"{SYSTEM}, seed 0", f"{SYSTEM}, seed 1", "chance"]
    ranks = evaluation.load(paths.runs_dir("drawn"), "chance").ranks["test"][0]
    assert [float(row["chance"]) for row in rows] == ranks.tolist()
    first = data.test.truth[0]
    assert rows[0]["query"] == data.test.query_ids[0]
    assert rows[0]["image"] == data.test.images[first].name


def test_it_is_made_again_only_when_something_changed(site, monkeypatch, capsys):
    made = []
    monkeypatch.setattr(build, "make", made.append)
    before = build.made_from(site)
    build.update(site)
    assert not made and "site: nothing changed" in capsys.readouterr().out
    path = paths.executed_path("drawn", "01_baseline")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"What is found?", b"What is lost?"))
    assert build.made_from(site) != before
    path.write_bytes(content)
    assert build.made_from(site) == before
    (build.folder(site) / "index.html").rename(build.folder(site) / "index.away")
    build.update(site)
    (build.folder(site) / "index.away").rename(build.folder(site) / "index.html")
    assert len(made) == 1


def test_nothing_to_do_loads_nothing_heavy():
    program = "import sys, lib.show.site.build, lib.commands.console; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=paths.ROOT, capture_output=True, text=True, check=True
    )
    assert not {"sphinx", "nbformat", "numpy", "matplotlib"} & set(done.stdout.split())


def test_a_fault_names_the_page(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source/index.md").write_text("# Start\n\n[nowhere](#nowhere)\n")
    with pytest.raises(RuntimeError, match=r"index.md:3: WARNING: .*nowhere"):
        build.render(tmp_path / "source", tmp_path / "work", settings.Settings(name="drawn"))


def test_a_picture_must_say_what_it_shows(tmp_path):
    data = {"image/png": b64encode(b"png").decode()}
    with pytest.raises(RuntimeError, match="picture 00-0 has no alternative text"):
        chapter.take_picture(new_output("display_data", data), tmp_path, "00-0")


def test_there_must_be_something_to_show(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "BUILD", tmp_path)
    with pytest.raises(RuntimeError, match=r"empty has no executed notebook.*make report"):
        build.update(settings.Settings("course", "data/course", "empty"))


def test_a_report_with_no_rows_has_a_site_too(course, data, tmp_path, monkeypatch):
    for name in ("BUILD", "CACHE", "RESULTS"):
        monkeypatch.setattr(paths, name, tmp_path / name.lower())
    run = settings.Settings("course", str(course), "empty")
    record(run, data, "00_data", [])
    build.update(run)
    start = (build.folder(run) / "index.html").read_text(encoding="utf-8")
    assert "No system of the paper is measured yet" in start and "00 · A chapter" in start


def test_a_port_is_checked_and_may_be_taken(site, capsys):
    assert commands.value("PORT") == 8000
    for wrong in ("0", "65536", "eight"):
        assert settings.main(["serve", f"PORT={wrong}"]) == 2
        assert f"PORT={wrong} cannot be" in capsys.readouterr().err
    with build.server(site, 0) as server:
        assert server.server_address[0] == "127.0.0.1"
        with pytest.raises(RuntimeError, match=r"cannot be .*: pass another"):
            build.server(site, server.server_port)


def test_readers_of_tags_are_marked_and_in_no_headline(tmp_path, data):
    name = "classic.ridge.image_to_text.tfidf.pool5_tags.cosine"
    rows = [results.row(evaluation.evaluate(data, Random(system)), "test", 60) for system in
            ("clip.full", name, LEFT_OUT[:4] + "this_is")]  # fmt: skip
    rows[1] |= {"map_at_20": 0.999, "reads_tags": True}
    record = {"rows": rows, "claims": [], "data": data.summary(), "notebook": "03_pca_boosting"}
    (line,) = (row for row in tables.results([record], "test") if row["mark"])
    assert (line["system"], line["mark"]) == (name, " †")
    shown = {row["system"] for row in tables.comparison(rows, [], data.summary())}
    assert f"{name} †" in shown and "clip.full" in shown
    text = readme.tabled({"drawn": [record | {"profile": "full"}]}, str, "#claims")
    assert "tf-idf, cosine †" in text and tables.TAGS in text


def test_the_strip_goes_from_worst_to_best(data):
    names = (SYSTEM, "clip.full", "deep.fixed")
    systems = [evaluation.evaluate(data, Random(name, seed)) for seed, name in enumerate(names)]
    label = figures.strip(systems, data.test, "a red thing").get_label()
    scores = sorted(one.map_at_20("test") for one in systems)
    assert re.findall(r"\d\.\d{3}", label) == [f"{score:.3f}" for score in scores]
    assert "“a red thing”" in label and "Network" in label


def test_the_strip_is_shown_where_it_is_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    run = settings.Settings(name="drawn")
    assert pages.strip(tmp_path, run, []) == ""
    place = paths.figures_dir("drawn") / pages.findings.STRIP
    place.parent.mkdir(parents=True)
    PIL.Image.effect_noise((1400, 700), 60).save(place)
    shown = pages.strip(tmp_path, run, [{"figures": {place.name: "from a street to a skater"}}])
    assert 'alt="from a street to a skater"' in shown and 'height="320"' in shown
    (written,) = (tmp_path / "figures").glob("09_strip.*")
    with PIL.Image.open(written) as image:
        assert image.size == (1280, 640), "two dots a pixel"
    assert written.stat().st_size <= place.stat().st_size


def test_links_lead_to_pages_of_the_site():
    """Chapters, terms and works: on a code host files of the project, on the site its own pages."""
    pages_of = "../lib/show/site/pages"
    text = (
        f"[a net]({pages_of}/glossary.md#elastic%20net), [Zou]({pages_of}/bibliography.md#zou2005)"
        ", [next](02_tuning.ipynb), [later](09_conclusion.ipynb)"
    )
    assert chapter.linked(text, ["02_tuning"]) == (
        "{term}`a net <elastic net>`, [Zou](#zou2005), [next](02_tuning.ipynb), later"
    )


def test_folded_cells_are_folded_in_jupyterlab_too():
    folded = new_code_cell("session.finish()", metadata={"tags": ["hide-input"], "papermill": {}})
    heart = new_code_cell("1 + 1", metadata={"tags": ["heart"], "papermill": {}})
    cells = chapter.cleaned(new_notebook(cells=[folded, heart])).cells
    assert cells[0].metadata == {"tags": ["hide-input"], "jupyter": {"source_hidden": True}}
    assert cells[1].metadata == {"tags": ["heart"]}
