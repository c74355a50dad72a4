"""Variables are checked before anything is installed or run."""

import pytest

from lib.base import commands, paths, settings
from lib.base.settings import Settings


@pytest.fixture(autouse=True)
def own_results(tmp_path, monkeypatch):
    """No records but the test's own."""
    monkeypatch.setattr(paths, "RESULTS", tmp_path / "results")


def test_defaults():
    given = settings.check(settings.given({"DATA": "course"}))
    assert given == Settings("course", "data/course", "course", "full", 0, "")
    default = Settings("scenes", "data/course", "scenes", "full", 0, "")
    assert settings.check(settings.given({})) == default


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"DATA": "coc"}, "DATA=coc cannot be: choose from scenes, course"),
        ({"DATA": "scenes", "DATA_DIR": "x"}, "DATA_DIR=x goes with DATA=course alone"),
        ({"SIZE": "huge"}, "SIZE=huge cannot be: choose from tiny, small, full"),
        ({"SEED": "-1"}, "SEED=-1 cannot be: it is a whole number from 0"),
        ({"SEED": "one"}, "SEED=one cannot be"),
        ({"SEED": "4294967296", "NAME": "x"}, "SEED=4294967296 cannot be"),
        ({"NAME": "a/b"}, "NAME=a/b cannot be"),
        ({"NAME": "results"}, "NAME=results cannot be"),
        ({"NAME": "Big"}, "a-z, 0-9"),
        ({"WORD_VECTORS": "no/such.bin"}, "WORD_VECTORS=no/such.bin cannot be: there is no such"),
        ({"SEED": "3"}, "SEED=3 is not the default.*NAME=course-seed"),
        ({"CLIP": "ViT-L-14/openai"}, "CLIP=ViT-L-14/openai is not the default.*NAME=course-clip"),
        ({"NAME": "scenes"}, "NAME=scenes is that of DATA=scenes.*NAME=course"),
        ({"NAME": "search"}, "NAME=search cannot be"),
        ({"SEED": "3", "NAME": "course"}, "SEED=3 is not the default"),
    ],
)
def test_what_cannot_be_is_refused(given, message):
    base = {"DATA": "course"}
    with pytest.raises(ValueError, match=f"(?s){message}"):
        settings.check(settings.given({**base, **given}))


def test_other_vectors_need_a_name(tmp_path):
    file = tmp_path / "vectors.bin"
    file.touch()
    with pytest.raises(ValueError, match=r"WORD_VECTORS=.* is not the default"):
        settings.check(settings.given({"DATA": "course", "WORD_VECTORS": str(file)}))
    given = {"DATA": "course", "WORD_VECTORS": str(file), "NAME": "news"}
    assert settings.check(settings.given(given)).name == "news"


def test_unknown_variables_are_refused_with_the_known(capsys):
    assert settings.main(["report", "DATA=course", "SEDE=1"]) == 2
    message = capsys.readouterr().err
    assert "make report does not know SEDE. Did you mean SEED?" in message
    assert all(f"\n  {name}" in message for name in commands.RUN)
    assert settings.main(["test", "SIZE=tiny"]) == 2
    assert "REAL_DATA" in capsys.readouterr().err
    assert settings.main(["check", "TORCH=gpu"]) == 2
    assert settings.main(["test", "report", "SIZE=tiny", "TORCH=cpu"]) == 0
    assert settings.main(["01_baseline"]) == 0
    assert settings.main([]) == 0


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("08_conclusion", "08_conclusion is now called 09_conclusion: make 09_conclusion"),
        ("09_search_your_photos", "09_search_your_photos is now called 10_search_your_photos"),
        ("reprot", "make has no target reprot. Did you mean report?"),
        ("07_baby", "Did you mean 07_baby_clip?"),
    ],
)
def test_what_is_no_target_is_told(capsys, target, message):
    assert settings.main([target]) == 2
    assert message in capsys.readouterr().err


def test_sizes_and_names_are_those_of_the_table():
    assert tuple(settings.SIZES) == tuple(commands.VARIABLES["SIZE"].choices)
    assert [field.upper() for field in settings.FIELDS] == list(commands.RUN)
    for size in settings.SIZES:
        with pytest.raises(ValueError, match=f"NAME={size} cannot be"):
            settings.check(settings.given({"NAME": size}))
    known = {*commands.VARIABLES, "RUN"}
    assert all({*command.variables} <= known for command in commands.COMMANDS.values())


def test_data_that_is_not_there_is_refused_at_once(capsys, tmp_path):
    given = ["DATA=course", "NAME=x", f"DATA_DIR={tmp_path / 'gone'}"]
    for target in ("report", "00_data", "baby-long"):
        assert settings.main([target, *given]) == 2
        assert "gone cannot be: there is no such folder" in capsys.readouterr().err
    assert settings.main(["site", *given]) == 0, "what was measured can be shown without its data"
    assert settings.main(["report", *given[:2], f"DATA_DIR={tmp_path}"]) == 0


def test_relative_paths_start_at_the_project(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert paths.resolve("data/course") == paths.ROOT / "data" / "course"
