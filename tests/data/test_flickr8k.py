"""`make data-flickr8k`: a tiny Flickr8k of the loopback address, and the layout of the real one."""

import csv
import io
import zipfile

import coco_server
import drawn
import numpy as np
import pytest
from PIL import Image

from lib.base import paths
from lib.base.errors import InputError
from lib.data import course, fetch, flickr8k

N = 30  # photographs: 20 train, 5 dev and 5 test
PHOTOGRAPHS, TEXTS = f"/f/{flickr8k.PHOTOGRAPHS}", f"/f/{flickr8k.TEXTS}"


def name(number: int) -> str:
    return f"{number:03}_{number * 7919 % 1000:03x}.jpg"


def zipped(members: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, content in members.items():
            archive.writestr(inside, content)
    return buffer.getvalue()


def texts() -> bytes:
    """The archive of texts; a sentence names its photograph."""
    official = {"train": range(20), "dev": range(20, 25), "test": range(25, N)}
    lines = [f"{name(i)}#{k}\tPhotograph {i} , sentence {k} ." for i in range(N) for k in range(5)]
    lists = {f"Flickr_8k.{split}Images.txt": "\n".join(map(name, numbers)) + "\n"
             for split, numbers in official.items()}  # fmt: skip
    said = {"ExpertAnnotations.txt": f"{name(0)}\t{name(1)}#2\t1\t1\t2\n"}
    said["CrowdFlowerAnnotations.txt"] = f"{name(0)}\t{name(1)}#2\t0.5\t1\t2\n"
    return zipped({"Flickr8k.token.txt": "\n".join(lines), **lists, **said})


def photographs() -> bytes:
    """The archive of photographs, wide ones and high ones, with what a Mac leaves behind."""
    members: dict[str, bytes] = {"__MACOSX/Flicker8k_Dataset/._x": b"x"}
    for i in range(N):
        image = Image.new("RGB", (320, 240) if i % 2 else (240, 330), "#a52")
        image.paste(drawn.draw(drawn.FACTS[i]), (8, 8))
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=95)
        members[f"Flicker8k_Dataset/{name(i)}"] = buffer.getvalue()
    return zipped(members)


@pytest.fixture
def served(tmp_path, monkeypatch, own_cache):
    """A running server of both archives, and an empty data folder; waits between tries are none."""
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    monkeypatch.setattr(fetch, "AGAIN", fetch.AGAIN.new(backoff_factor=0, backoff_jitter=0))
    with coco_server.coco({PHOTOGRAPHS: photographs(), TEXTS: texts()}) as server:
        yield server


def build(server):
    """The folder, made of what the server has."""
    there = paths.DATA / "known.zip"
    there.parent.mkdir(exist_ok=True)
    there.write_bytes(texts())
    return flickr8k.build(f"{server.address}/f", flickr8k.read(there).content())


def test_the_whole_over_a_bad_network_and_nothing_twice(served, capsys):
    served.drops[TEXTS], served.cuts[PHOTOGRAPHS] = 1, 2
    folder = build(served)
    said = capsys.readouterr().out
    assert "research and education only" in said and "1,118 MB" in said
    assert f"make report DATA=course DATA_DIR={folder} NAME=my-flickr8k" in said
    for split, n in (("train", 20), ("test", 10)):
        read = course.read_split(folder, split)
        with (folder / f"sources_{split}.csv").open() as stream:
            rows = list(csv.DictReader(stream))
        assert len(read) == n and read.feature_files == {} and not any(read.tags)
        for query, image in enumerate(read.truth):
            number = int(rows[image]["original_file"][:3])
            assert read.sentences[query] == tuple(f"Photograph {number} , sentence {k} ."
                                                  for k in range(5))  # fmt: skip
            assert (rows[image]["official_split"] == "train") == (split == "train")
            shown = np.asarray(read.picture(image), float)
            with zipfile.ZipFile(io.BytesIO(photographs())) as archive:
                original = Image.open(archive.open(f"Flicker8k_Dataset/{name(number)}"))
            assert np.abs(shown - np.asarray(original.resize((224, 224)), float)).mean() < 6
    assert (folder / "judgements_expert.tsv").read_text().endswith("1\t1\t2\n")
    known = flickr8k.sources(course.read_split(folder, "test"))
    assert list(known["official_split"]).count("test") == 5
    assert flickr8k.official(course.read_split(folder, "test")) is None, "fewer than a thousand"
    served.asked.clear()
    build(served)
    assert served.asked == [], "a finished folder opens no connection"


def test_a_stopped_run_goes_on_with_what_it_has(served, monkeypatch):
    done, write = [], flickr8k.squeeze

    def stops(path, content):
        if len(done) == 7:
            raise KeyboardInterrupt
        write(path, content)
        done.append(path)

    monkeypatch.setattr(flickr8k, "ThreadPoolExecutor", lambda: flickr8k_pool(1))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(flickr8k, "squeeze", stops)
        build(served)
    again = []
    monkeypatch.setattr(flickr8k, "squeeze", lambda *pair: again.append(pair) or write(*pair))
    served.asked.clear()
    assert len(course.read_split(build(served), "train")) == 20
    assert len(again) == N - 7 and served.asked == []


flickr8k_pool = flickr8k.ThreadPoolExecutor


@pytest.mark.parametrize(
    ("archive", "spoil", "fault"),
    [
        (PHOTOGRAPHS, lambda _: photographs()[:5000], "Dataset.zip: cannot be read"),
        (TEXTS, lambda _: texts()[:-300], "text.zip: cannot be read"),
        (TEXTS, lambda _: zipped({"readme.txt": "x"}), r"text.zip: cannot be read.*token"),
        (TEXTS, lambda _: zipped({"../../evil.py": "x"}), "a path that climbs out"),
        (PHOTOGRAPHS, lambda _: zipped({"x.jpg": b""}), "30 photographs are missing"),
        (PHOTOGRAPHS, lambda _: zipped({name(i): b"\xff\xd8" for i in range(N)}), "be decoded"),
    ],
)
def test_an_archive_that_is_wrong_is_told(served, tmp_path, archive, spoil, fault):
    served.content[archive] = spoil(None)
    with pytest.raises(InputError, match=rf"(?s){fault}.*What to do: remove the file and run"):
        build(served)
    assert not (paths.DATA / "flickr8k").exists() and not list(tmp_path.rglob("evil*"))


def test_other_texts_and_a_folder_of_somebody_else(served):
    with pytest.raises(InputError, match=r"Flickr8k_text.zip: says otherwise"):
        flickr8k.build(f"{served.address}/f", "0" * 64)
    (paths.DATA / "flickr8k").mkdir()
    with pytest.raises(InputError, match=r"flickr8k: it is there already.*move it elsewhere"):
        build(served)


@pytest.mark.real
def test_the_layout_is_that_of_the_real_folder(real, tmp_path):
    """Same images in the same order, same sentences, same key, from archives made of them."""
    folder, lines, lists = real / "flickr8k", [], {"train": [], "dev": [], "test": []}
    splits = {split: course.read_split(folder, split) for split in ("train", "test")}
    names = {}
    for split, read in splits.items():
        with (folder / f"sources_{split}.csv").open() as stream:
            rows = list(csv.DictReader(stream))
        names[split] = [row["original_file"] for row in rows]
        for row in rows:
            lists[row["official_split"]].append(row["original_file"])
        for query, image in enumerate(read.truth):
            lines += [f"{names[split][image]}#{k}\t{sentence}"
                      for k, sentence in enumerate(read.sentences[query])]  # fmt: skip
    archive = tmp_path / "texts.zip"
    archive.write_bytes(
        zipped({
            "Flickr8k.token.txt": "\n".join(sorted(lines)),
            **{f"Flickr_8k.{k}Images.txt": "\n".join(sorted(v)) for k, v in lists.items()},
            "ExpertAnnotations.txt": "", "CrowdFlowerAnnotations.txt": "",
        })
    )  # fmt: skip
    own = flickr8k.read(archive)
    assert own.names == names and own.content() == flickr8k.CONTENT
    assert own.order == splits["test"].truth.tolist()
    for query, image in enumerate(own.order):
        assert tuple(own.sentences[own.names["test"][image]]) == splits["test"].sentences[query]


@pytest.mark.real
def test_the_real_judgements_are_those_of_the_source(real):
    folder = real / "flickr8k"
    if not folder.is_dir():
        pytest.skip("no Flickr8k at the paper's size")
    test = course.read_split(folder, "test")
    some = flickr8k.official(test)
    assert len(some) == len(some.texts) == 1000
    experts, crowd = (flickr8k.judged(test, who) for who in flickr8k.JUDGES)
    assert len(experts[~experts["own"]]) == 16_992 and set(experts["rating"]) == {1, 2, 3, 4}
    assert len(crowd) == 47_830 and crowd["rating"].between(0, 1).all()
    assert experts[experts["own"]]["rating"].mean() > 3 > experts[~experts["own"]]["rating"].mean()
    row = experts.iloc[0]
    own = int(np.flatnonzero(test.truth == row["image"])[0])
    assert (row["sentence"] in test.sentences[own]) == row["own"]
