"""README as a person sees it: on a phone nothing of it scrolls sideways."""

import json
import re
import tomllib

import pytest
import yaml
from browser import open_page
from markdown_it import MarkdownIt

from lib.base import commands, paths
from lib.show import readme

# What a code host makes of Markdown, as narrow as a phone shows it.
STYLE = """body { margin: 16px; font: 16px/1.5 sans-serif; overflow-wrap: break-word }
table { display: block; overflow: auto; border-collapse: collapse }
th, td { padding: 6px 13px; border: 1px solid } img { max-width: 100% }
code { font-size: 85%; white-space: break-spaces; padding: 3px 6px }
pre { overflow: auto; padding: 16px; font-size: 85% } pre code { white-space: pre; padding: 0 }"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    text = readme.README.read_text(encoding="utf-8").replace("<details>", "<details open>")
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    path = tmp_path_factory.mktemp("readme") / "README.html"
    viewport = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    path.write_text(f"{viewport}<style>{STYLE}</style>{html}", encoding="utf-8")
    return path.as_uri()


def test_nothing_scrolls_sideways_on_a_phone(page):
    wide = """() => [document.documentElement, ...document.querySelectorAll('table, pre')]
      .filter(e => e.scrollWidth > e.clientWidth).map(e => e.innerText.slice(0, 80))"""
    with open_page(page, width=390, height=844) as visit:
        assert visit.page.evaluate(wide) == []


def test_the_first_screen_has_findings_picture_and_two_commands():
    text = readme.README.read_text(encoding="utf-8")
    first = text[: text.index("## Results")]
    assert "<!-- findings -->" in first and readme.findings.STRIP in first
    (block,) = re.findall(r"```sh\n(.+?)```", first, re.DOTALL)
    assert block.splitlines() == ["make install", "make report SIZE=small"]
    for anchor in re.findall(r"\]\(#([\w-]+)\)", text):
        heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        assert anchor in {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in heads}


def test_readme_names_files_that_are_there():
    text = readme.README.read_text(encoding="utf-8")
    places = re.findall(r'\]\((?!#|https?:)([^)#]+)\)|src="([^"]+)"', text)
    named = [place for pair in places for place in pair if place]
    assert named and [place for place in named if not (paths.ROOT / place).exists()] == []


def test_every_long_command_is_asked_for_once():
    table = readme.long_runs()
    for name in commands.COMMANDS:
        assert (f"`make {name}`" in table) == readme.is_long(name), name
    cells = [len(line.split(" | ")) for line in table.splitlines()]
    assert set(cells) == {3}


def test_the_devcontainer_installs_with_the_versions_of_the_project():
    about = json.loads((paths.ROOT / ".devcontainer/devcontainer.json").read_text())
    target, *given = about["postCreateCommand"].removeprefix("make ").split()
    assert target in commands.COMMANDS and given == ["TORCH=cpu"]
    environment = yaml.safe_load((paths.ROOT / "environment.yml").read_text())
    version = about["image"].rpartition(":")[2]
    assert f"python={version}" == environment["dependencies"][0]
    least = tomllib.loads((paths.ROOT / "pyproject.toml").read_text())["project"]
    assert least["requires-python"] == ">=3.11"
    assert commands.value("PORT") in about["forwardPorts"]
