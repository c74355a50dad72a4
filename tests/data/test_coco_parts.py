"""The parts of `make data-coco` that need no server: the archive and the variables."""

import coco_server
import pytest
import urllib3

from lib import __main__
from lib.base import settings
from lib.base.errors import InputError
from lib.data import coco, fetch


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"../../evil.py": "import os"}, r"'../../evil.py', a path that climbs out"),
        ({"/etc/evil": "x"}, r"'/etc/evil', a path that climbs out"),
        ({"C:\\evil": "x"}, r"a path that climbs out"),
        (
            {coco.INSTANCES: ""},
            r"cannot be read .*There is no item named .*instances_val2014",
        ),
        ({coco.CAPTIONS: "{"}, r"cannot be read \(JSONDecodeError"),
        ({coco.CAPTIONS: "{}"}, r"cannot be read \(KeyError\('licenses'"),
    ],
)
def test_an_archive_that_is_not_cocos_is_refused(tmp_path, members, message):
    path = tmp_path / "inside" / "annotations.zip"
    path.parent.mkdir()
    path.write_bytes(coco_server.archive(30, **members))
    with pytest.raises(InputError, match=message):
        coco.read(path)
    assert [p.name for p in tmp_path.rglob("*")] == ["inside", "annotations.zip"]


def test_a_damaged_archive_is_refused(tmp_path):
    path = tmp_path / "annotations.zip"
    content = coco_server.archive(30)
    path.write_bytes(content[:-100])
    with pytest.raises(InputError, match="cannot be read"):
        coco.read(path)
    place = content.index(b"captions_val2014.json") + 400
    path.write_bytes(content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :])
    with pytest.raises(InputError, match="cannot be read"):
        coco.read(path)


def test_an_etag_is_a_hash_where_s3_says_so():
    md5 = "0123456789abcdef0123456789abcdef"
    s3 = {"ETag": f'"{md5}"', "x-amz-request-id": "1"}
    assert fetch.stated_md5(urllib3.HTTPHeaderDict(s3)) == md5
    for other in ({"ETag": s3["ETag"]}, s3 | {"ETag": f'"{md5}-8"'},
                  s3 | {"x-amz-server-side-encryption": "aws:kms"}):  # fmt: skip
        assert fetch.stated_md5(urllib3.HTTPHeaderDict(other)) == ""


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"LIMIT": "0"}, "LIMIT=0 cannot be: it is a whole number of photographs"),
        ({"LIMIT": "12001"}, "LIMIT=12001 cannot be"),
        ({"LIMIT": "sixty"}, "LIMIT=sixty cannot be"),
        ({"COCO_URL": "file:///etc/passwd"}, "COCO_URL=file:///etc/passwd cannot be"),
        ({"COCO_URL": "https://a b"}, "COCO_URL=https://a b cannot be"),
    ],
)
def test_variables_that_cannot_be(given, message):
    with pytest.raises(ValueError, match=message):
        settings.refuse(["data-coco"], given)


def test_variables_as_they_are_taken(capsys, monkeypatch):
    calls = []
    monkeypatch.setattr(coco, "build", lambda *arguments: calls.append(arguments))
    url = "COCO_URL=http://127.0.0.1:80/a/"
    assert __main__.main(["data-coco", "LIMIT=60", url]) == __main__.main(["data-coco"]) == 0
    other = coco.CocoSource(coco_url="http://127.0.0.1:80/a")
    assert calls == [(60, other), (12_000, coco.CocoSource())]
    assert coco.WHOLE // coco.SHARE == 2_000
    assert settings.main(["data-coco", "LIMIT=60"]) == 0
    assert settings.main(["data-coco", "LIMIT=5"]) == 2
    assert settings.main(["data-coco", "DATA=course"]) == 2
    assert "make data-coco does not know DATA" in capsys.readouterr().err
