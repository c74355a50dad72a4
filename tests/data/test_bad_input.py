"""Every kind of bad input has a message that names file, line, expectation and remedy."""

import os
import re
import socket
from pathlib import Path

import pytest
from PIL import Image

from lib.base import files, paths
from lib.base.errors import InputError
from lib.base.settings import Settings, check
from lib.data import course
from lib.data.source import load

pytestmark = pytest.mark.usefixtures("own_cache")
FC1000 = "features_train/features_resnet1000_train.csv"


def edit(path: Path, line: int, change) -> None:
    """Change one line (from 1) of a text file; None removes it."""
    lines = path.read_text().splitlines()
    new = change(lines[line - 1])
    lines[line - 1 : line] = [] if new is None else [new]
    path.write_text("\n".join(lines) + "\n")


def refused(folder: Path, *parts: str, split: str = "train", layer: str | None = None) -> str:
    """The message with which a split (or one of its feature files) is refused."""
    with pytest.raises(InputError) as caught:
        loaded = course.read_split(folder, split)
        if layer:
            loaded.features(layer)
    message = str(caught.value)
    for part in ("Expected: ", "What to do: ", *parts):
        assert part in message, message
    return message


def test_the_data_itself_is_fine(own_course):
    for split in ("train", "test"):
        loaded = course.read_split(own_course, split)
        assert loaded.features("fc1000").shape == (len(loaded), 1000)
        assert loaded.features("pool5").shape == (len(loaded), 256)


def test_missing_folder(own_course):
    with pytest.raises(InputError, match=r"nowhere: there is no such folder.*DATA_DIR"):
        files.folder_hash(own_course / "nowhere")
    (own_course / "tags_train").rename(own_course / "tags")
    refused(own_course, "tags_train: there is no such folder", "DATA_DIR")


def test_missing_image(own_course):
    (own_course / "images_train/17.jpg").unlink()
    refused(own_course, "descriptions_train/17.txt", "has no image in images_train/")


def test_missing_description_and_tags(own_course):
    (own_course / "descriptions_test/5.txt").unlink()
    refused(own_course, "images_test/5.jpg", "has no description", split="test")
    (own_course / "tags_train/8.txt").unlink()
    refused(own_course, "images_train/8.jpg", "has no tag file in tags_train/")


def test_empty_folder(own_course):
    for path in (own_course / "images_train").iterdir():
        path.unlink()
    refused(own_course, "images_train: the folder is empty")


def test_unreadable_image(own_course):
    (own_course / "images_train/17.jpg").write_bytes(b"no image at all")
    refused(own_course, "images_train/17.jpg: cannot be decoded", "restore the file")


def test_truncated_jpeg(own_course):
    path = own_course / "images_test/9.jpg"
    path.write_bytes(path.read_bytes()[:-400])
    refused(own_course, "images_test/9.jpg: cannot be decoded", "truncated", split="test")


def test_checked_images_are_checked_again_when_they_change(own_course):
    """The check is kept by content: a file that breaks later is found."""
    course.read_split(own_course, "train")
    path = own_course / "images_train/9.jpg"
    path.write_bytes(path.read_bytes()[:-400])
    refused(own_course, "images_train/9.jpg: cannot be decoded")


def test_name_that_is_no_number(own_course):
    Image.new("RGB", (8, 8)).save(own_course / "images_train/copy of 4.jpg")
    refused(own_course, "copy of 4.jpg: the name is not a number")


def test_hidden_files_are_no_data(own_course):
    before = files.folder_hash(own_course)
    (own_course / "images_train/.DS_Store").write_bytes(b"x")
    assert len(course.read_split(own_course, "train")) == 200
    assert files.folder_hash(own_course) == before


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda row: row.rsplit(",", 1)[0], "has 999 numbers"),
        (lambda row: row + ",1.5", "has 1001 numbers"),
        (lambda row: row.rsplit(",", 1)[0] + ",abc", "column 1001 of images_train/"),
        (lambda row: row.rsplit(",", 1)[0] + ",", "is '', not a finite number"),
        (lambda row: row.rsplit(",", 1)[0] + ",NaN", "is 'NaN', not a finite number"),
        (lambda row: row.rsplit(",", 1)[0] + ",inf", "is 'inf', not a finite number"),
        (lambda row: row.rsplit(",", 1)[0] + ",1e60", "is '1e60', not a finite number"),
        (lambda row: row.replace("images_train/", "images_test/"), "another split"),
        (lambda row: "images_train/9999.jpg," + row.split(",", 1)[1], "no image of the folder"),
    ],
    ids=["short", "long", "text", "blank", "nan", "inf", "huge", "split", "unknown"],
)
def test_feature_row(own_course, change, found):
    edit(own_course / FC1000, 13, change)
    refused(own_course, f"{FC1000}, line 13: ", found, "extract", layer="fc1000")


def test_feature_row_twice(own_course):
    path = own_course / FC1000
    row = path.read_text().splitlines()[4]
    edit(path, 30, lambda _: row)
    name = row.split(",")[0]
    refused(own_course, f"line 30: {name} has a row already, on line 5", layer="fc1000")


def test_feature_row_missing(own_course):
    path = own_course / FC1000
    name = path.read_text().splitlines()[4].split("/")[1].split(",")[0]
    edit(path, 5, lambda _: None)
    refused(own_course, f"1 of the images have no row, first of them {name}", layer="fc1000")


def test_feature_file_of_another_split(own_course):
    other = own_course / "features_test/features_resnet1000_test.csv"
    (own_course / FC1000).write_text(other.read_text())
    refused(own_course, "line 1: the row is of 'images_test/", "another split", layer="fc1000")


def test_feature_file_missing_or_empty(own_course):
    (own_course / FC1000).write_text("")
    refused(own_course, FC1000, "200 of the images have no row", layer="fc1000")
    (own_course / FC1000).unlink()
    refused(own_course, f"{FC1000}: there is no such file", layer="fc1000")


def test_feature_file_that_is_no_text(own_course):
    (own_course / FC1000).write_bytes(bytes(range(256)) * 50)
    refused(own_course, FC1000, layer="fc1000")


def test_two_descriptions_for_one_image(own_course):
    (own_course / "descriptions_train/07.txt").write_text("A second one.")
    refused(own_course, "second description for number 7 beside", "remove one of the two")


def test_empty_description(own_course):
    (own_course / "descriptions_train/7.txt").write_text(" \n\n")
    refused(own_course, "descriptions_train/7.txt, line 1: the description is empty")


def test_description_not_utf8(own_course):
    path = own_course / "descriptions_train/7.txt"
    path.write_bytes(b"A dog.\nA caf\xe9 at night.\n")
    refused(own_course, "7.txt, line 2: byte 0xe9 is not UTF-8", "save the file as UTF-8")


def test_tag_without_colon(own_course):
    (own_course / "tags_train/7.txt").write_text("animal:dog\ncat\n")
    refused(own_course, "tags_train/7.txt, line 2: the tag is 'cat'", "supercategory:category")


@pytest.mark.parametrize(
    ("line", "change", "found"),
    [
        (1, lambda _: "a,b", "line 1: the header differs"),
        (9, lambda row: re.sub(",.*", ",9999.jpg", row), "line 9: there is no image 9999.jpg"),
        (9, lambda row: re.sub(".*,", "999.txt,", row), "line 9: there is no description 999.txt"),
        (9, lambda row: row + ",x", "line 9: the row has 3 columns"),
        (9, lambda _: None, "1 descriptions are missing, the first is 7.txt"),
    ],
    ids=["header", "image", "description", "columns", "missing"],
)
def test_key_row(own_course, line, change, found):
    edit(own_course / "test_key.csv", line, change)
    refused(own_course, "test_key.csv", found, "permutation" if line > 1 else "", split="test")


def test_key_that_is_no_permutation(own_course):
    path = own_course / "test_key.csv"
    image = path.read_text().splitlines()[3].split(",")[1]
    edit(path, 20, lambda row: row.split(",")[0] + "," + image)
    refused(own_course, f"line 20: {image} belongs to 2.txt already", split="test")


def test_windows_line_ends_and_a_byte_order_mark_are_fine(own_course):
    path = own_course / "descriptions_train/7.txt"
    path.write_bytes("\ufeffA dog.\r\nA cat. \r\n".encode())
    assert course.read_split(own_course, "train").sentences[7] == ("A dog.", "A cat.")


@pytest.mark.parametrize("ending", ["JPG", "jpeg", "JPEG", "jPg"])
@pytest.mark.parametrize("told", ["as the files", "as the course"])
def test_other_endings_of_a_jpeg_are_read_as_well(own_course, ending, told):
    """Key and features may name the images as they are called here, or as the course calls them."""
    before = {split: course.read_split(own_course, split) for split in ("train", "test")}
    features = {split: before[split].features("fc1000") for split in before}
    for split in before:
        for path in (own_course / f"images_{split}").glob("*.jpg"):
            path.rename(path.with_suffix(f".{ending}"))
    if told == "as the files":
        for path in [own_course / "test_key.csv", *own_course.glob("features_*/*.csv")]:
            path.write_text(path.read_text().replace(".jpg", f".{ending}"))
    for split, old in before.items():
        now = course.read_split(own_course, split)
        assert [path.stem for path in now.images] == [path.stem for path in old.images]
        assert (now.truth == old.truth).all()
        assert (now.features("fc1000") == features[split]).all()


def test_a_number_written_at_length_is_the_same_number(own_course):
    path = own_course / "images_test/5.jpg"
    path.rename(path.with_name("005.JPG"))
    (own_course / "descriptions_test/7.txt").rename(own_course / "descriptions_test/07.TXT")
    assert sorted(course.read_split(own_course, "test").truth) == list(range(60))


def test_an_image_that_is_no_jpeg(own_course):
    path = own_course / "images_test/5.jpg"
    path.rename(path.with_suffix(".png"))
    message = refused(own_course, "5.png: the name ends in .png", "save it as 5.jpg", split="test")
    assert "test_key" not in message and "?" not in message
    path.with_suffix(".png").unlink()
    message = refused(own_course, "descriptions_test/5.txt: has no image", split="test")


def socket_at(path: Path) -> None:
    """A socket, which stays when it is closed."""
    os.chdir(path.parent)  # its path may have a hundred letters at most
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(path.name)


ODD = {
    "folder": (os.mkdir, "is a folder"),
    "dangling": (lambda path: path.symlink_to("gone/5.jpg"), "is a link to gone/5.jpg, which lead"),
    "loop": (lambda path: path.symlink_to(path.name), "which leads nowhere"),
    "fifo": (os.mkfifo, "is neither a file nor a folder"),
    "socket": (socket_at, "is neither a file nor a folder"),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "name",
    ["images_test/5.jpg", "tags_test/5.txt", "test_key.csv", FC1000.replace("train", "test")],
)
def test_what_is_no_file(own_course, odd, name, monkeypatch):
    """Told as what it is, by the reader and by the fingerprint before it; neither hangs."""
    monkeypatch.chdir(own_course)
    make, found = ODD[odd]
    (own_course / name).unlink()
    make(own_course / name)
    layer = "fc1000" if "features" in name else None
    refused(own_course, f"{name}: ", found, split="test", layer=layer)
    if odd != "folder":  # which has no bytes of its own
        with pytest.raises(InputError, match=rf"{name}: .*{found}"):
            files.folder_hash(own_course)


def test_a_link_to_a_file_and_to_a_folder_are_fine(own_course, tmp_path):
    before = files.folder_hash(own_course)
    (own_course / "images_train").rename(tmp_path / "elsewhere")
    (own_course / "images_train").symlink_to(tmp_path / "elsewhere")
    (own_course / "tags_train/7.txt").rename(tmp_path / "7.txt")
    (own_course / "tags_train/7.txt").symlink_to(tmp_path / "7.txt")
    assert len(course.read_split(own_course, "train")) == 200
    assert files.folder_hash(own_course) == before
    (own_course / "round").symlink_to(own_course)
    assert files.folder_hash(own_course) == before, "a link back to the folder itself"
    (tmp_path / "elsewhere/7.jpg").write_bytes(b"other")
    assert files.folder_hash(own_course) != before, "what lies behind a link counts"


def test_a_folder_that_is_none(own_course):
    (own_course / "tags_train").rename(own_course / "tags")
    (own_course / "tags_train").write_text("")
    refused(own_course, "tags_train: is a file", "a folder of text files 0.txt")
    (own_course / "tags_train").unlink()
    (own_course / "tags_train").symlink_to("gone")
    refused(own_course, "tags_train: is a link to gone, which leads nowhere")


def narrow(path: Path, n: int) -> None:
    """Keep n numbers of each row."""
    rows = [row.split(",") for row in path.read_text().splitlines()]
    path.write_text("\n".join(",".join(row[: n + 1]) for row in rows))


def opened(folder: Path) -> None:
    """Load a course folder as a report does."""
    load(check(Settings(data="course", data_dir=str(folder), name="drawn")), "sha256:drawn")


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("layer", ["resnet1000", "resnet1000intermediate"])
def test_features_of_another_width_in_the_other_split(own_course, split, layer):
    opened(own_course)
    n = 1000 if layer == "resnet1000" else 256
    narrow(own_course / f"features_{split}/features_{layer}_{split}.csv", n - 1)
    with pytest.raises(InputError) as caught:
        opened(own_course)
    for part in (f"{layer}_train.csv", f"{layer}_test.csv", f"{n - 1:,}", f"{n:,}", "What to do: "):
        assert part in str(caught.value)


def test_too_few_features(own_course):
    for split in ("train", "test"):
        narrow(own_course / f"features_{split}/features_resnet1000_{split}.csv", 3)
    with pytest.raises(InputError, match=r"1000_train.csv: has 3 numbers in a row.*at least 100"):
        opened(own_course)


def test_layers_in_each_others_place(own_course):
    folder = own_course / "features_test"
    one, other = (folder / f"{stem}_test.csv" for stem in course.LAYERS.values())
    one.rename(folder / "x")
    other.rename(one)
    (folder / "x").rename(other)
    with pytest.raises(InputError, match=r"1000_test.csv: has 256 .*intermediate_test.csv has 1,0"):
        opened(own_course)


def test_a_broken_first_row_is_told_as_that_row(own_course):
    edit(own_course / FC1000, 1, lambda row: row.rsplit(",", 1)[0])
    opened(own_course)
    refused(own_course, f"{FC1000}, line 1: ", "has 999 numbers", layer="fc1000")


def test_features_that_are_not_there_are_told_by_the_chapter_that_reads_them(own_course):
    (own_course / FC1000).unlink()
    opened(own_course)
    refused(own_course, f"{FC1000}: there is no such file", layer="fc1000")


def test_plain_names():
    for given, name in {
        "7.jpg": "7.jpg", "images_train/07.JPEG": "images_train/7.jpg", "0.TXT": "0.txt",
        "00.txt": "0.txt", "a7.jpg": "a7.jpg", "7.png": "7.png", "": "", "7": "7",
    }.items():  # fmt: skip
        assert course.plain(given) == name


def test_drawn_data_is_drawn_again_rather_than_restored(tmp_path, own_course, monkeypatch):
    monkeypatch.setattr(paths, "scenes_dir", lambda size: own_course)
    (own_course / "images_train/17.jpg").write_bytes(b"")
    with pytest.raises(InputError, match=r"17.jpg: cannot be.*What to do: run make data SIZE=tin"):
        load(Settings(size="tiny", name="scenes"), "sha256:x")
