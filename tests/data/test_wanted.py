"""`make weights`: sizes first, all that a chapter can use, nothing twice; and what waits for it.

Names of downloaded CLIPs: the right repository; wrong names are refused with a better one.
"""

import re
import subprocess
import sys

import open_clip
import pytest
from hub_server import hub

from lib.base import paths
from lib.base.settings import Settings
from lib.data import hub as library
from lib.data import wanted
from lib.record import inputs

COURSE = Settings(data="course", name="drawn")


def every_repository() -> list[library.Repository]:
    """What photographs can use, of all chapters."""
    every = {r.name: r for c in wanted.CHAPTERS for r in wanted.repositories(c, COURSE)}
    return list(every.values())


@pytest.fixture
def served(tmp_path, monkeypatch):
    """A hub that has every wanted repository, in small."""
    for repository in every_repository():
        folder = tmp_path / "hub" / repository.name
        folder.mkdir(parents=True)
        for name in (repository.weights[-1], *repository.others):
            (folder / name).write_bytes(f"{repository.name} {name}".encode() * 50)
    monkeypatch.setattr(library, "PLACE", tmp_path / "weights")
    with hub(tmp_path / "hub", *(r.revision for r in every_repository())) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        yield server


def test_sizes_come_before_the_first_byte_and_nothing_comes_twice(served, capsys):
    wanted.fetch_all()
    lines = capsys.readouterr().out
    first = lines.index("downloaded and checked")
    assert lines.count("to download") == len(every_repository()) == 12 and "In all" in lines[:first]
    assert all(r.files() for r in every_repository())
    pinned = [r.revision for r in every_repository() if r.revision]
    assert len(pinned) == len(set(pinned)) == 11 and all(lines.count(p) == 1 for p in pinned)
    assert all(re.fullmatch("[0-9a-f]{40}", r.pinned()) for r in every_repository())
    downloads = len(served.downloads())
    wanted.fetch_all()
    assert capsys.readouterr().out.count("here, checked") == 12
    assert len(served.downloads()) == downloads


def test_the_data_decides_what_a_chapter_waits_for(served):
    drawings = {r.name for r in wanted.repositories("06_clip_prompts", Settings())}
    photographs = {r.name for r in wanted.repositories("06_clip_prompts", COURSE)}
    assert photographs - drawings == set(wanted.KNOWN.values())
    for chapter in ("05_captioning", "07_baby_clip", "08_why_clip_wins"):
        assert wanted.repositories(chapter, COURSE) and not wanted.repositories(chapter, Settings())
    assert wanted.repositories("01_baseline", COURSE) == []
    other = Settings(data="course", clip="ViT-L-14-quickgelu/openai")
    clips = {r.name for r in wanted.repositories("06_clip_prompts", other)}
    assert "timm/vit_large_patch14_clip_224.openai" in clips
    assert wanted.KNOWN[wanted.PAPER] not in clips


def test_arrived_weights_make_a_record_stale(served, course):
    given = Settings(data="course", data_dir=str(course), name="drawn")
    before = inputs.current("06_clip_prompts", given)
    assert not inputs.changes({"inputs": before}, before)
    wanted.fetch_all()
    assert inputs.changes({"inputs": before}, inputs.current("06_clip_prompts", given)) == [
        "downloads"
    ]
    assert "downloads" not in inputs.current("01_baseline", given)


def test_the_command_without_a_network_names_the_file_and_ends(tmp_path):
    program = (
        "import sys; from pathlib import Path; from lib import __main__ as m; "
        "from lib.data import hub; "
        f"hub.PLACE = Path({str(tmp_path)!r}); sys.exit(m.main(['weights']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=paths.ROOT, capture_output=True, text=True,
        env={"HF_ENDPOINT": "http://127.0.0.1:9", "PATH": "/usr/bin"}, timeout=90,
    )  # fmt: skip
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert wanted.VIT.name in done.stderr and "model.safetensors" in done.stderr


def test_clip_is_model_and_tag(project):
    done = project.make("06_clip_prompts", "DATA=course", "CLIP=openai", "NAME=x")
    assert done.returncode and "CLIP=openai cannot be" in done.stderr
    done = project.make("06_clip_prompts", "DATA=course", "CLIP=ViT-L-14/openai")
    assert done.returncode and "give the run a name of its own" in done.stderr


def test_the_known_ones_are_open_clips_own():
    for name, repository in wanted.KNOWN.items():
        model, tag = wanted.parted(name)
        assert wanted.looked_up(model, tag).lower() == repository.lower()
        assert wanted.clip(name).name == repository
    model, tag = wanted.parted(wanted.PAPER)
    assert open_clip.get_model_config(model)["quick_gelu"]


def test_any_other_pair_goes_by_name():
    other = wanted.clip("ViT-L-14-quickgelu/openai")
    assert other.name == "timm/vit_large_patch14_clip_224.openai"
    assert "open_clip_model.safetensors" in other.missing()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("ViT-B-32/openai", r"QuickGELU.*Choose ViT-B-32-quickgelu/openai"),
        ("ViT-B-32-quickgelu/laion2b_s34b_b79k", r"no weights laion2b_s34b_b79k"),
        ("ViT-B-23/openai", r"no model ViT-B-23: did you mean .*ViT-B-32"),
        ("ViT-B-32/laion2b_s34b_b78k", r"did you mean laion2b_s34b_b79k"),
        ("openai", r"it is model/tag, for example ViT-B-32-quickgelu/openai"),
        ("a/b/c", r"it is model/tag"),
    ],
)
def test_wrong_names_are_refused_with_a_better_one(name, says):
    with pytest.raises(ValueError, match=says):
        wanted.clip(name)
