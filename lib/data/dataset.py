"""The one type that every source of data is read into."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class Split:
    """A gallery of images, and descriptions that search it.

    tags: of each image, as `supercategory:category`. query_ids, sentences: of each description.
    truth: int [n_query], the place in the gallery of each description's own image, or None where
    nobody has told. feature_files: layer name → CSV file, a row for each image in any order; empty
    where the features are computed. whole: the split that this one was taken from.
    """

    name: str
    images: tuple[Path, ...]
    tags: tuple[tuple[str, ...], ...]
    query_ids: tuple[str, ...]
    sentences: tuple[tuple[str, ...], ...]
    truth: np.ndarray | None
    feature_files: dict[str, Path] = field(repr=False)
    whole: "Split | None" = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.images)

    @cached_property
    def texts(self) -> list[str]:
        return [" ".join(sentences) for sentences in self.sentences]

    @cached_property
    def memory(self) -> dict:
        """What was read and made of this split, for `features` and `cache.remembered`."""
        return {}

    def features(self, layer: str) -> np.ndarray:
        """CNN features, float32 [n_image, n_feature], read once; InputError if they do not fit.

        layer: "fc1000" (class scores) or "pool5" (pooled layer before them); where they are
        computed, "mirrored" as well, the pooled layer of mirrored images, and "middle" (`cnn`).
        """
        from lib.data import course

        if layer in self.memory:
            return self.memory[layer]
        known = [*course.LAYERS, *([] if self.feature_files else ["mirrored", "middle"])]
        if layer not in known:
            raise ValueError(f"no layer {layer!r}: choose from {', '.join(known)}")
        if self.feature_files:
            self.memory[layer] = course.read_features(self.feature_files[layer], self.images)
        elif self.whole:  # looked at together with the others
            row = {path: i for i, path in enumerate(self.whole.images)}
            self.memory[layer] = self.whole.features(layer)[[row[path] for path in self.images]]
        else:
            from lib.data import cnn  # PyTorch, which feature files do without

            others = {"mirrored": cnn.mirrored, "middle": cnn.middles}
            self.memory.update(others.get(layer, cnn.features)(self.images))
        return self.memory[layer]

    def picture(self, position: int) -> Image.Image:
        """The image at a position of the gallery, RGB."""
        with Image.open(self.images[position]) as image:
            return image.convert("RGB")

    def take(self, positions: Sequence[int], name: str = "") -> "Split":
        """These images with their own descriptions; without a truth, those at the same places."""
        positions = np.asarray(positions)
        queries, truth = positions, None
        if self.truth is not None:
            place = np.full(len(self), -1)
            place[positions] = np.arange(len(positions))
            queries = np.flatnonzero(place[self.truth] >= 0)
            truth = place[self.truth[queries]]
        return replace(
            self,
            name=name or self.name,
            images=tuple(self.images[i] for i in positions),
            tags=tuple(self.tags[i] for i in positions),
            query_ids=tuple(self.query_ids[i] for i in queries),
            sentences=tuple(self.sentences[i] for i in queries),
            truth=truth,
            whole=self.whole or self,
        )


def pictures(files: Sequence[Path]) -> Split:
    """A gallery of image files of which nothing else is known."""
    return Split("pictures", tuple(files), ((),) * len(files), (), (), None, {})


@dataclass(frozen=True)
class Dataset:
    """Train and test of one source; `fit` and `dev` are disjoint parts of `train`.

    Models are fitted on `fit`, chosen on `dev`, and refitted on `train` with the choice fixed.
    The data alone decides which images are `dev`. seed: of a subset, and of who draws at random.
    """

    name: str
    fingerprint: str
    train: Split
    test: Split
    seed: int = 0
    is_drawn: bool = False

    @cached_property
    def _cut(self) -> tuple[Split, Split]:
        """fit and dev, which has as many images as test, at most a quarter of train.

        The same for every seed: the drawn world's features come from a network that learned fit.
        """
        n = min(len(self.test), len(self.train) // 4)
        order = np.random.default_rng([0, 1]).permutation(len(self.train))
        fit, dev = np.sort(order[n:]), np.sort(order[:n])
        return self.train.take(fit, "fit"), self.train.take(dev, "dev")

    @property
    def fit(self) -> Split:
        return self._cut[0]

    @property
    def dev(self) -> Split:
        return self._cut[1]

    def stages(self) -> list[tuple[str, Split, Split]]:
        """(split to score, images to fit on, images to search), in the order of work."""
        return [("dev", self.fit, self.dev), ("test", self.train, self.test)]

    def subset(self, n_train: int | None, n_test: int | None) -> "Dataset":
        """A seeded subset of at most this many images; None keeps all."""
        rng = np.random.default_rng([self.seed, 0])

        def some(split: Split, n: int | None) -> Split:
            if n is None or n >= len(split):
                return split
            drawn = split.take(np.sort(rng.choice(len(split), n, replace=False)))
            return replace(drawn, whole=None)  # the others are not looked at

        return replace(self, train=some(self.train, n_train), test=some(self.test, n_test))

    def summary(self) -> dict:
        sizes = {f"n_{name}": len(getattr(self, name)) for name in ("train", "dev", "test")}
        features = {}
        if not self.train.feature_files:
            from lib.data import cnn

            features["features"] = f"{cnn.NAME}, {cnn.precision()}"
        return {"name": self.name, "fingerprint": self.fingerprint, **sizes, **features}
