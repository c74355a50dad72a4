"""The loader and the splits: joins by name, permuted test, subsets, no image in two splits."""

import drawn
import numpy as np
import pytest

from lib.base.settings import Settings, check
from lib.data.dataset import Dataset
from lib.data.source import load
from lib.record.inputs import fingerprint

pytestmark = pytest.mark.usefixtures("own_cache")


def loaded(folder, **settings) -> Dataset:
    """The data set of a folder."""
    given = check(Settings(data="course", data_dir=str(folder), name="drawn", **settings))
    return load(given, fingerprint(given))


def test_rows_are_joined_by_name(course):
    """Features follow from the facts, so equal pictures must have like features."""
    data = loaded(course)
    for split in (data.train, data.test):
        features = split.features("fc1000")
        shapes = np.array([tags[0] if tags else "" for tags in split.tags])
        centres = {shape: features[shapes == shape].mean(axis=0) for shape in set(shapes) - {""}}
        for i in range(0, len(split), 7):
            if split.tags[i]:
                near = min(centres, key=lambda s: np.linalg.norm(features[i] - centres[s]))
                assert near == split.tags[i][0]


def test_test_descriptions_meet_their_image_through_the_key_alone(course):
    data = loaded(course)
    for query, image in enumerate(data.test.truth):
        if data.test.tags[image]:
            shape = data.test.tags[image][0].split(":")[1]
            assert shape in data.test.texts[query]
    assert own_number(data.test) < 10
    assert own_number(data.train) == len(data.train)


def own_number(split) -> int:
    """How many descriptions belong to the image of their own number."""
    pairs = zip(split.query_ids, split.truth, strict=True)
    return sum(query.split(".")[0] == split.images[image].stem for query, image in pairs)


def test_traps_are_kept_as_they_are(course):
    data = loaded(course)
    assert data.train.tags[3] == () and len(data.train.sentences[5]) == 4
    assert sum(not tags for tags in data.train.tags) == 1
    assert sum(len(own) < 5 for own in data.train.sentences) == 1
    assert sum(map(len, data.train.sentences)) == 999


def test_splits_share_no_image(course):
    data = loaded(course)
    fit, dev = set(data.fit.images), set(data.dev.images)
    assert len(dev) == 50, "min(n_test, n_train // 4)"
    assert not fit & dev and fit | dev == set(data.train.images)
    assert not set(data.train.images) & set(data.test.images)
    assert (data.dev.truth == np.arange(50)).all()
    other = loaded(course, seed=1)
    assert set(other.dev.images) == dev, "the data alone decides"
    parts = [whole.subset(100, 20).test.images for whole in (data, other)]
    assert parts[0] != parts[1], "a subset is seeded"


def test_features_and_descriptions_of_a_part_are_those_of_the_whole(course):
    data = loaded(course)
    place = {image: i for i, image in enumerate(data.train.images)}
    rows = [place[image] for image in data.dev.images]
    assert (data.dev.features("pool5") == data.train.features("pool5")[rows]).all()
    assert data.dev.texts == [data.train.texts[i] for i in rows]


def test_a_subset_keeps_pairs(course):
    whole = loaded(course)
    part = whole.subset(100, 20)
    assert (len(part.train), len(part.test), len(part.test.texts)) == (100, 20, 20)
    for query, image in enumerate(part.test.truth):
        file = part.test.images[image]
        original = whole.test.query_ids.index(part.test.query_ids[query])
        assert whole.test.images[whole.test.truth[original]] == file
    assert whole.subset(100, 20).test.images == part.test.images
    assert whole.subset(None, None).train is whole.train


def test_without_a_key_there_is_no_truth(tmp_path):
    data = loaded(drawn.write(tmp_path / "course", 40, 16, key=False))
    assert data.test.truth is None
    assert data.subset(20, 8).test.truth is None
    assert len(data.subset(20, 8).test.texts) == 8


def test_the_fingerprint_sees_every_byte_and_name(own_course):
    given = check(Settings(data="course", data_dir=str(own_course), name="drawn"))
    before = fingerprint(given)
    path = own_course / "tags_test/3.txt"
    path.write_text("ground:sand\n")
    changed = fingerprint(given)
    path.rename(own_course / "tags_test/4444.txt")
    assert len({before, changed, fingerprint(given)}) == 3


def test_unknown_layer(course):
    with pytest.raises(ValueError, match="choose from fc1000, pool5"):
        loaded(course).train.features("conv1")
