"""A person's own photos: all that can lie in such a folder, embedded once, found, shown."""

import csv
import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lib import __main__ as commands
from lib.base import paths, settings
from lib.base.errors import InputError
from lib.data import cnn, hub, wanted
from lib.data.dataset import pictures
from lib.features.clip.embed import EMBEDDED
from lib.features.clip.model import Towers
from lib.photos import index, models, picture, search

MODEL = models.PhotoSearch(EMBEDDED)
BROKEN = (b"", b"this is a letter, not a picture", b"\xff\xd8\xff\xe0\x00\x10JFIF")
ODD = ("with space.jpg", 'it\'s "quoted" & <b>.jpg', "ärger 🐕.JPG", "two\nlines.png")


def album(folder: Path, n: int, broken: int = 0, side: int = 96) -> Path:
    """A folder of n generated photos in folders in folders, the last `broken` of them broken."""
    rng = np.random.default_rng(5)
    for number in range(n):
        path = folder / f"{number % 7}" / f"{number % 3}" / f"{number:05}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        if number >= n - broken:
            path.write_bytes(BROKEN[number % len(BROKEN)])
            continue
        blurred = Image.fromarray(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8))
        blurred.resize((side * 4 // 3, side)).save(path, quality=80)
    return folder


def listed(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder below, with size and time of its content."""
    found = {str(p): p.lstat() for p in [folder, *folder.rglob("*")]}
    return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in found.items()}


@pytest.fixture
def own(own_cache, tmp_path, monkeypatch) -> Path:
    """Cache, pages and downloads of the test's own; returns a folder for photos."""
    monkeypatch.setattr(paths, "BUILD", tmp_path / "build")
    monkeypatch.setattr(hub, "PLACE", tmp_path / "weights")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "photos").mkdir()
    return tmp_path / "photos"


@pytest.fixture
def embeds(monkeypatch) -> list[int]:
    """How many pictures the model was given, one entry for each call."""
    counted, embed = [], Towers.embed_pixels

    def count(self, pixels, *rest):
        counted.append(len(pixels))
        return embed(self, pixels, *rest)

    monkeypatch.setattr(Towers, "embed_pixels", count)
    return counted


def run(folder: Path, *more: str, query: str = "a dog") -> int:
    """`make search` without make."""
    given = [f"PHOTOS={folder}", f"QUERY={query}", "MODEL=embedded", *more]
    return commands.main(["search", *given])


def pages(tmp_path: Path, name: str = "a-dog") -> tuple[str, list[dict[str, str]]]:
    """The page of a query, and the rows of its CSV."""
    found = tmp_path / "build" / "search" / f"{name}.html"
    text = found.with_suffix(".csv").read_text(encoding="utf-8")
    return found.read_text(encoding="utf-8"), list(csv.DictReader(io.StringIO(text)))


def test_a_folder_is_searched_and_a_second_time_nothing_is_embedded(own, tmp_path, embeds, capsys):
    album(own, 60, broken=6)
    before = listed(own)
    assert run(own, "TOP=9") == 0
    assert sum(embeds) == 54
    said = capsys.readouterr().out
    assert "54 photos searched with embedded; 54 embedded now; 6 files cannot be read" in said
    assert "knows drawings, not photographs" in said and "build/search/a-dog.html" in said
    html, rows = pages(tmp_path)
    assert len(rows) == 9 and [row["rank"] for row in rows] == [str(i) for i in range(1, 10)]
    scores = [float(row["score"]) for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert all(Path(row["path"]).is_file() for row in rows)
    assert html.count("<figure>") == html.count("data:image/jpeg;base64,") == 9
    assert html.count("<li>") == 6 and "is no image" in html and "is empty" in html
    assert run(own, "TOP=9") == 0
    assert sum(embeds) == 54 and "0 embedded now" in capsys.readouterr().out
    assert pages(tmp_path)[1] == rows
    assert listed(own) == before, "something was written among the photos"


def test_the_page_asks_nothing_of_the_network_and_escapes(own, tmp_path):
    for number, name in enumerate(ODD):
        Image.new("RGB", (40, 30), (60 * number, 90, 120)).save(own / name)
    (own / "<script>.jpg").write_bytes(b"no")
    raw = os.fsdecode(b"caf\xe9.jpg")
    Image.new("RGB", (40, 30), "navy").save(own / "plain.jpg")
    (own / "plain.jpg").rename(own / raw)
    assert run(own, query='<img src=x> "dog" & cat') == 0
    html, rows = pages(tmp_path, "img-src-x-dog-cat")
    assert not re.search(r"https?:|//[a-z]+\.|src=x>|<script", html.replace("file:///", ""))
    assert set(re.findall(r'(?:src|href)="([a-z]+:|#)', html)) == {"data:", "file:", "#"}
    assert "default-src &#x27;none" in html or "default-src 'none'" in html
    assert "&lt;img src=x&gt;" in html and "&lt;script&gt;.jpg: is no image" in html
    assert {row["path"].removeprefix(f"{own}/") for row in rows} == {*ODD, "caf�.jpg"}
    uris = {row["uri"] for row in rows}
    assert (own / raw).as_uri() in uris and all(uri.isascii() for uri in uris)


def test_any_picture_is_read(own):
    rng = np.random.default_rng(2)
    grey = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (48, 1))
    half = Image.new("RGBA", (64, 48), (255, 0, 0, 0))
    half.paste((0, 0, 255, 255), (0, 0, 32, 48))
    moving = [Image.new("RGB", (64, 48), colour) for colour in ("green", "red")]
    files = {
        "cmyk.jpg": Image.new("CMYK", (64, 48), (255, 0, 0, 0)),
        "sixteen.png": Image.fromarray(grey),
        "sixteen.tif": Image.fromarray(grey),
        "float.tiff": Image.fromarray((grey / 65535).astype(np.float32)),
        "bits.png": Image.new("1", (64, 48), 1),
        "alpha.webp": half,
        "palette.png": half.convert("RGB").quantize(4),
        "noise.bmp": Image.fromarray(rng.integers(0, 256, (48, 64, 3), dtype=np.uint8)),
        "line.png": Image.new("RGB", (3, 9000), "teal"),
        "dot.gif": Image.new("RGB", (1, 1), "teal"),
    }
    for name, made in files.items():
        options = {"lossless": True} if name.endswith("webp") else {}
        made.save(own / name, **options)
    half.convert("P").save(own / "clear.png", transparency=half.convert("P").getpixel((60, 5)))
    moving[0].save(own / "moving.gif", save_all=True, append_images=moving[1:])
    moving[0].save(own / "moving.webp", save_all=True, append_images=moving[1:], lossless=True)
    found = index.update(own, MODEL)
    assert not found.failures and set(found.names) == {path.name for path in own.iterdir()}
    lengths = np.linalg.norm(found.vectors.astype(float), axis=1)
    assert np.allclose(lengths, 1, atol=1e-2)
    for name in ("sixteen.png", "sixteen.tif", "float.tiff"):
        values = np.asarray(picture.read(own / name, 64))[0, :, 0]
        assert values[0] == 0 and values[-1] == 255 and abs(int(values[32]) - 130) < 3, name
    for name in ("alpha.webp", "clear.png"):
        assert picture.read(own / name, 64).getpixel((60, 5)) == (255, 255, 255), name
    assert picture.read(own / "cmyk.jpg", 64).getpixel((5, 5))[0] < 60
    for name in ("moving.gif", "moving.webp"):
        assert picture.read(own / name, 64).getpixel((5, 5)) == (0, 128, 0), name
    assert picture.read(own / "line.png", 64).size == (3, 60)


def test_a_photo_is_turned_as_its_camera_was_held(own):
    upright = Image.new("RGB", (60, 90), "white")
    upright.paste("black", (0, 0, 60, 30))
    upright.save(own / "upright.jpg", quality=95)
    turned, exif = upright.transpose(Image.Transpose.ROTATE_90), Image.Exif()
    exif[0x0112] = 6
    turned.save(own / "turned.jpg", quality=95, exif=exif)
    content = (own / "turned.jpg").read_bytes()
    spoilt = content.replace(b"MM\x00*\x00\x00\x00\x08", b"MM\x00*\xff\xff\xff\xff")
    (own / "spoilt.jpg").write_bytes(spoilt)
    assert content != spoilt
    first, second = (np.asarray(picture.read(own / f"{n}.jpg", 60)).astype(int)
                     for n in ("upright", "turned"))  # fmt: skip
    assert first.shape == second.shape == (90, 60, 3) and np.abs(first - second).mean() < 2
    assert picture.read(own / "spoilt.jpg", 60).size == (90, 60), "broken EXIF spoils no photo"


def test_a_large_jpeg_is_decoded_no_larger_than_is_needed(own, monkeypatch):
    Image.new("RGB", (4000, 3000), "olive").save(own / "large.jpg")
    assert picture.read(own / "large.jpg", 448).size == (1000, 750)
    monkeypatch.setattr(picture, "MOST_DECODED", 1_000_000)
    assert picture.read(own / "large.jpg", 448).size == (1000, 750)
    Image.new("RGB", (4000, 3000), "olive").save(own / "large.png")
    with pytest.raises(picture.Unreadable, match=r"too large \(12 million pixels\)"):
        picture.read(own / "large.png", 448)


def test_broken_files_are_listed_with_their_reasons(own, embeds):
    album(own, 3)
    good = (own / "0/0/00000.jpg").read_bytes()
    (own / "truncated.jpg").write_bytes(good[: len(good) // 2])
    (own / "empty.png").touch()
    (own / "letter.jpg").write_text("dear diary")
    (own / "phone.heic").write_bytes(b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40)
    (own / "leads nowhere.jpg").symlink_to(own / "gone.jpg")
    os.mkfifo(own / "pipe.jpg")
    failures = index.update(own, MODEL).failures
    assert "truncated" in failures["truncated.jpg"]
    assert failures["empty.png"] == "is empty" and failures["letter.jpg"] == "is no image"
    assert picture.has_heif() or "pillow-heif" in failures["phone.heic"]
    assert "No such file" in failures["leads nowhere.jpg"]
    assert len(failures) == 5, "a pipe is no file"
    (own / "truncated.jpg").write_bytes(good)
    again = index.update(own, MODEL)
    assert sum(embeds) == 4 and len(again) == 4 and again.failures.keys() < failures.keys()


def test_heic_is_tried_again_once_the_library_is_there(own, monkeypatch):
    album(own, 1)
    (own / "phone.heic").write_bytes(b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40)
    monkeypatch.setattr(picture, "has_heif", lambda: False)
    assert index.update(own, MODEL).failures == {"phone.heic": picture.NO_HEIF}
    monkeypatch.setattr(picture, "has_heif", lambda: True)
    Image.new("RGB", (40, 30)).save(own / "0/other.jpg")
    assert index.update(own, MODEL).failures == {"phone.heic": "is no image"}


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_listed_and_tried_again(own, embeds):
    album(own, 4)
    (own / "0/0/00000.jpg").chmod(0)
    (own / "1").chmod(0)
    failures = index.update(own, MODEL).failures
    (own / "1").chmod(0o755)
    assert "Permission denied" in failures["0/0/00000.jpg"]
    assert "this folder cannot be opened" in failures["1"]
    (own / "0/0/00000.jpg").chmod(0o644)
    assert not index.update(own, MODEL).failures and sum(embeds) == 4


def test_what_the_system_refuses_is_tried_again(own, monkeypatch, embeds):
    album(own, 3)

    def refused(path, side):
        raise picture.unreadable(path, OSError(5, "Input/output error"))

    with monkeypatch.context() as patch:
        patch.setattr(picture, "read", refused)
        assert len(index.update(own, MODEL).failures) == 3
    assert not index.update(own, MODEL).failures and sum(embeds) == 3


def test_links_lead_in_no_circle_and_hidden_files_are_passed_over(own, tmp_path):
    album(own, 4)
    (own / "0/up").symlink_to(own.parent)
    (own / "circle").symlink_to(own / "0")
    (own / "itself.jpg").symlink_to(own / "itself.jpg")
    album(tmp_path / "elsewhere", 2)
    (own / "other disk").symlink_to(tmp_path / "elsewhere")
    for hidden in (".thumbnails/a.jpg", ".hidden.jpg"):
        (own / hidden).parent.mkdir(exist_ok=True)
        Image.new("RGB", (9, 9)).save(own / hidden)
    (own / "notes.txt").write_text("no photo")
    found = set(index.find(own)[0])
    real = {f"{i % 7}/{i % 3}/{i:05}.jpg" for i in range(4)}
    linked = {f"other disk/{i}/{i}/{i:05}.jpg" for i in range(2)}
    assert found == real | linked | {"itself.jpg"}


def test_only_what_is_new_or_changed_is_embedded(own, embeds):
    album(own, 12)
    first = index.update(own, MODEL)
    assert sum(embeds) == 12
    (own / "0/0/00000.jpg").unlink()
    (own / "1/1/00001.jpg").rename(own / "1/1/renamed.jpg")
    stat = (own / "2/2/00002.jpg").stat()
    Image.new("RGB", (50, 50), "red").save(own / "2/2/00002.jpg")
    os.utime(own / "2/2/00002.jpg", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    second = index.update(own, MODEL)
    assert sum(embeds) == 14 and second.embedded == 2 and len(second) == 11
    assert not {"0/0/00000.jpg", "1/1/00001.jpg"} & set(second.names)
    kept = next(iter(index.place_of(own, MODEL).glob("*.npz"))).read_bytes()
    assert b"00000.jpg" not in kept, "what was deleted is forgotten"
    same = [name for name in first.names if name in second.names and "00002" not in name]
    before = first.vectors[[first.names.index(name) for name in same]]
    assert (before == second.vectors[[second.names.index(name) for name in same]]).all()
    third = index.update(own, MODEL)
    assert sum(embeds) == 14 and third.seconds == second.seconds > 0


def test_a_damaged_index_costs_time_alone(own, embeds):
    album(own, 5)
    good = index.update(own, MODEL)
    (path,) = index.place_of(own, MODEL).glob("*.npz")
    path.write_bytes(path.read_bytes()[:400])
    again = index.update(own, MODEL)
    assert sum(embeds) == 10 and again.names == good.names
    index.update(own, MODEL)
    assert sum(embeds) == 10


def test_parts_of_any_size_give_the_same(own, monkeypatch):
    album(own, 20, broken=4)
    whole = index.update(own, MODEL)
    monkeypatch.setattr(index, "PART", 3)
    monkeypatch.setattr(paths, "CACHE", paths.CACHE / "other")
    parts = index.update(own, MODEL)
    assert parts.names == whole.names and parts.failures == whole.failures
    assert np.abs(parts.vectors.astype(float) - whole.vectors).max() < 5e-3
    assert len(list(index.place_of(own, MODEL).iterdir())) == 2, "one file and the lock"


def test_killed_in_the_middle_it_goes_on(own, embeds, project, monkeypatch):
    album(own, 900)
    place = project.root / "build/cache/photos"
    command = [sys.executable, "-m", "lib", "search", f"PHOTOS={own}", "QUERY=a dog",
               "MODEL=embedded"]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=project.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 120
    while not list(place.glob("*/*.npz")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    shown = process.communicate()[1].decode()
    assert "photo/s" in shown and "/900" in shown, "no rate, or no time left"
    done = 256 * len(list(place.glob("*/*.npz")))
    assert 256 <= done < 900, "killed too late or too early"
    monkeypatch.setattr(paths, "CACHE", project.root / "build/cache")
    found = index.update(own, MODEL)
    assert len(found) == 900 and sum(embeds) == 900 - done == found.embedded
    assert len(list(place.glob("*/*.npz"))) == 1


def test_a_picture_finds_itself_and_its_like(own, tmp_path):
    album(own, 30)
    same = own / "3/1/00010.jpg"
    found = index.update(own, MODEL)
    hits = found.search(MODEL.embed_images(pictures([same]))[0], 3)
    assert hits[0][0] == same and hits[0][1] == pytest.approx(1, abs=1e-3)
    assert found.search(MODEL.embed_texts(["a dog"])[0], 99)[-1][1] < hits[0][1]
    assert run(own, query=str(same)) == 0
    html, rows = pages(tmp_path, "00010")
    assert rows[0]["path"] == str(same) and 'class="query"' in html
    with pytest.raises(InputError, match="no such file"):
        search.question(MODEL, "no/such.jpg")
    (tmp_path / "bad.jpg").write_text("no")
    with pytest.raises(InputError, match=r"bad.jpg: is no image.*search with words"):
        search.question(MODEL, str(tmp_path / "bad.jpg"))


def test_a_folder_of_broken_files_alone_has_a_page(own, tmp_path):
    album(own, 3, broken=3)
    assert run(own) == 0
    html, rows = pages(tmp_path)
    assert not rows and html.count("<li>") == 3


def test_a_photo_that_goes_before_it_is_shown(own):
    album(own, 1)
    found = index.update(own, MODEL)
    hits = found.search(MODEL.embed_texts(["a dog"])[0], 1)
    hits[0][0].unlink()
    written, _ = search.write("a dog", found, hits)
    assert 'class="none"' in written.read_text(encoding="utf-8")


def test_without_a_download_classes_are_searched_and_it_says_so(own, capsys):
    album(own, 3)
    assert commands.main(["search", f"PHOTOS={own}", "QUERY=a dog"]) == 0
    told = capsys.readouterr().out
    for word in (
        "3 photos searched with imagenet",
        "thousand classes",
        "no people",
        "make weights",
    ):
        assert word in told
    assert "no people" in (paths.BUILD / "search/a-dog.html").read_text(encoding="utf-8")
    assert commands.main(["search", f"PHOTOS={own}", "QUERY=xyzzy"]) == 1
    told = capsys.readouterr().err
    assert "no word of 'xyzzy'" in told and "make weights" in told and "Traceback" not in told


def test_a_model_that_is_not_here_is_told_with_what_to_fetch(own):
    with pytest.raises(ValueError, match=r"make weights CLIP=ViT-L-14-quickgelu/openai"):
        models.chosen("ViT-L-14-quickgelu/openai")
    with pytest.raises(models.Missing) as raised:
        models.chosen(wanted.NEWER)
    repository = wanted.KNOWN[wanted.NEWER]
    for word in (repository, "run make weights", "open_clip_model.safetensors", "MODEL=imagenet"):
        assert word in str(raised.value)
    with pytest.raises(ValueError, match=r"no model ViT-B-33.*did you mean ViT-B-32"):
        models.chosen("ViT-B-33/openai")
    with pytest.raises(ValueError, match=r"no weights opnai: did you mean openai"):
        models.chosen("ViT-L-14-quickgelu/opnai")
    with pytest.raises(ValueError, match=r"a way of its own"):
        models.chosen("ViT-B-16-SigLIP/webli")


def test_a_word_finds_its_class():
    """A definition's words count as well as the names; pictures of one class lie at one corner."""
    system = models.ClassSearch()
    dog, bicycle, both = system.embed_texts(["a dog", "A bicycle!", "a dog beside a bicycle"])
    assert (
        "dog" in cnn.classes(detailed=True)[dog.argmax()]
        and "bicycle" in cnn.classes(detailed=True)[bicycle.argmax()]
    )
    assert 0.2 < both @ dog < 1 and 0.2 < both @ bicycle < 1 and dog @ bicycle < 0.1
    assert np.linalg.norm([dog, bicycle], axis=1) == pytest.approx(1, abs=1e-6)


def test_word_vectors_of_a_file_find_what_no_definition_names(tmp_path):
    file = tmp_path / "v.txt"
    file.write_text("4 2\ncanine 1 0\ndog 0.9 0.1\nbicycle 0 1\nbreed 0.8 0\n")
    canine = models.ClassSearch(str(file)).embed_texts(["a canine"])[0]
    assert "dog" in cnn.classes(detailed=True)[canine.argmax()]


@pytest.mark.real
def test_photographs_of_dogs_and_bicycles_are_found(real, own):
    """Judged by lists of image numbers, of the sentences alone and written before any search."""
    lists = {
        "a dog": "5 13 14 16 21 23 29 32 35 40 41 54 59 65 67 69 73 75 77 80 81 84 87 103 107 112 "
        "113 118 119 126 128 131 133 135 136 139 141 143 148 150 151 152 157 165 169 171 172 174 "
        "179 182 185 189 194 196 200 201 205 226 227 231 232 237 242 248 257 260 262 263 265 270 "
        "281 283 285 289 291 301 314 319 326 329 334 336 337 339 345 351 354 363 364 366 367 374 "
        "375 376 377 380 382 383 385 390 391 394 395 397",
        "a bicycle": "2 3 4 31 49 66 77 109 121 176 272 294 302",
    }  # of "a man on a surfboard" there is none; two children on surfboards are on 288
    system = models.chosen("imagenet")
    found = index.update(real / "course/images_test", system)
    for query, numbers in lists.items():
        hits = found.search(system.embed_texts([query])[0], 9)
        assert len({path.stem for path, _ in hits} & {*numbers.split()}) >= 6, query


def test_the_best_model_that_is_here_is_taken(own):
    for name in (wanted.PAPER, wanted.NEWER):
        folder = hub.PLACE / wanted.KNOWN[name]
        folder.mkdir(parents=True)
        (folder / "open_clip_model.safetensors").touch()
        assert models.chosen("").source.name == name
    assert models.chosen(wanted.PAPER).source.name == wanted.PAPER
    assert models.chosen("embedded").source == EMBEDDED
    assert models.chosen("imagenet").name == "imagenet"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"QUERY": "a dog"}, "PHOTOS is missing.*Example: make search"),
        ({"PHOTOS": ".", "QUERY": " "}, "QUERY is missing"),
        ({"PHOTOS": "no/such", "QUERY": "x"}, "PHOTOS=no/such cannot be: there is no such folder"),
        ({"PHOTOS": ".", "QUERY": "x", "MODEL": "embeded"}, "Did you mean embedded"),
        ({"PHOTOS": ".", "QUERY": "x", "MODEL": "a/b/c"}, "model/tag"),
        ({"PHOTOS": ".", "QUERY": "x", "TOP": "0"}, "TOP=0 cannot be"),
        ({"PHOTOS": ".", "QUERY": "x", "TOP": "nine"}, "how many photos to show"),
    ],
)
def test_variables_of_a_search_are_checked(given, message):
    with pytest.raises(ValueError, match=message):
        settings.refuse(["search"], given)


def test_search_starts_without_the_heavy_libraries(own, capsys):
    """A search that was made before and embeds nothing need not wait for torch."""
    assert settings.main(["search", f"PHOTOS={own}", "QUERY=a dog", "TOP=3"]) == 0
    assert settings.main(["search", f"PHOTOS={own}", "QUERY=a dog", "PHOTO=3"]) == 2
    assert "Did you mean PHOTOS?" in capsys.readouterr().err
    program = "import sys, lib.photos.search; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=paths.ROOT, capture_output=True, text=True, check=True
    )
    assert not {"torch", "open_clip", "pandas"} & set(done.stdout.split())


def test_a_folder_without_photos_says_what_it_looks_for(own):
    (own / "notes.txt").write_text("no photo")
    with pytest.raises(InputError, match=r"holds no photo.*\.heic.*PHOTOS"):
        index.update(own, MODEL)
    assert not list(paths.CACHE.glob("photos/*"))
