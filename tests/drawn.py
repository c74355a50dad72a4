"""A small data set in the course layout, drawn here: coloured shapes on plain grounds.

Each image is a few facts; sentences, tags and features all follow from them, so that the
baseline has something to learn and a broken join shows.
"""

import itertools
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

COLOURS = {"red": "#d33", "green": "#3a3", "blue": "#35d", "yellow": "#ec3", "white": "#eee"}
SHAPES = ("circle", "square", "triangle")
PLACES = {"left": 40, "middle": 112, "right": 184}
GROUNDS = {"grass": "#8b6", "sand": "#dc9", "night": "#224"}
FACTS = list(itertools.product(COLOURS, SHAPES, PLACES, GROUNDS))


def write(folder: Path, n_train: int = 200, n_test: int = 60, key: bool = True) -> Path:
    """Write a data set in the course layout and return its folder.

    Test descriptions are permuted against the images and feature rows shuffled, as in the
    competition; one tag file is empty, one description has four sentences.
    """
    rng = np.random.default_rng(7)
    mixers = {"resnet1000": rng.normal(size=(14, 1000)), "resnet1000intermediate": None}
    mixers["resnet1000intermediate"] = rng.normal(size=(14, 256))
    for split, n in (("train", n_train), ("test", n_test)):
        facts = [FACTS[i] for i in rng.integers(len(FACTS), size=n)]
        order = np.arange(n) if split == "train" else rng.permutation(n)
        for kind in ("images", "descriptions", "tags", "features"):
            (folder / f"{kind}_{split}").mkdir(parents=True)
        for number, fact in enumerate(facts):
            draw(fact).save(folder / f"images_{split}" / f"{number}.jpg", quality=85)
            tags = "" if number == 3 else f"shape:{fact[1]}\nground:{fact[3]}\n"
            (folder / f"tags_{split}" / f"{number}.txt").write_text(tags)
        for number, image in enumerate(order):
            lines = sentences(facts[image])[: 4 if number == 5 else 5]
            (folder / f"descriptions_{split}" / f"{number}.txt").write_text("\n".join(lines))
        for layer, mixer in mixers.items():
            values = np.array([one_hot(fact) for fact in facts]) @ mixer
            values += rng.normal(scale=0.3, size=values.shape)
            path = folder / f"features_{split}" / f"features_{layer}_{split}.csv"
            write_features(path, values, f"images_{split}", rng)
        if split == "test" and key:
            rows = [f"{number}.txt,{image}.jpg" for number, image in enumerate(order)]
            (folder / "test_key.csv").write_text("\n".join(["Description_ID,Image_ID", *rows]))
    return folder


def draw(fact: tuple[str, str, str, str]) -> Image.Image:
    """The picture of one fact, 224×224."""
    colour, shape, place, ground = fact
    image = Image.new("RGB", (224, 224), GROUNDS[ground])
    x, pen = PLACES[place], ImageDraw.Draw(image)
    box = (x - 36, 76, x + 36, 148)
    if shape == "circle":
        pen.ellipse(box, COLOURS[colour])
    elif shape == "square":
        pen.rectangle(box, COLOURS[colour])
    else:
        pen.polygon([(x, 76), (x - 36, 148), (x + 36, 148)], COLOURS[colour])
    return image


def sentences(fact: tuple[str, str, str, str]) -> list[str]:
    """Five sentences about one fact, as uneven as those of people."""
    colour, shape, place, ground = fact
    return [
        f"A {colour} {shape} on {ground}.",
        f"there is a {shape} on the {place}",
        f"A {colour} thing at the {place} of the picture . ",
        f"One {shape} that is {colour}.",
        f"The ground is {ground}, a {colour} {shape} lies on it.",
    ]


def one_hot(fact: tuple[str, str, str, str]) -> np.ndarray:
    """The fact as fourteen numbers."""
    names = [*COLOURS, *SHAPES, *PLACES, *GROUNDS]
    return np.array([float(name in fact) for name in names])


def write_features(path: Path, values: np.ndarray, folder: str, rng: np.random.Generator) -> None:
    """A feature file without header, its rows shuffled."""
    lines = [
        ",".join([f"{folder}/{number}.jpg", *(f"{value:.5g}" for value in row)])
        for number, row in enumerate(values)
    ]
    path.write_text("\n".join(lines[i] for i in rng.permutation(len(lines))) + "\n")
