"""What an executed chapter shows, and so what makes it out of date."""

from lib.base import paths
from lib.commands import execute
from lib.record import records


def test_the_other_world_s_record_is_part_of_what_a_chapter_shows(monkeypatch):
    """Its opening states both; a chapter does not wait for its own record twice."""
    own = records.read(paths.record_path("scenes", "01_baseline"))
    before = execute.made_from("01_baseline", own)
    read = []

    def other(path):
        read.append(path.parent.name)
        return {"digest": "another"}

    monkeypatch.setattr(records, "readable", other)
    after = execute.made_from("01_baseline", own)
    assert read == ["flickr8k"]
    assert [key for key in after if after[key] != before[key]] == ["beside"]
    monkeypatch.setattr(records, "readable", lambda path: None)
    assert execute.made_from("01_baseline", own)["beside"] != after["beside"]
