"""One test for all systems: what every family must do, asked of any of them."""

from dataclasses import replace

import numpy as np

from lib.base import store
from lib.data.dataset import Dataset, Split
from lib.search import evaluation, retrieval
from lib.search.system import System, has_vectors


def check_system(make, data: Dataset, folder) -> evaluation.Evaluation:
    """Fit a system on drawn data and look at all that holds for every one; returns its evaluation.

    make: no argument → a new system, not fitted.
    """
    system = make()
    found = evaluation.evaluate(data, system)
    for split in ("dev", "test"):
        check_scores(found, getattr(data, split))
    if has_vectors(system):
        check_typed_again(found, data.test)
        check_order(system, data.test)
        check_tags(system, data.test)
    check_no_leak(make, data, found)
    check_stored(found, data, folder)
    return found


def check_scores(found: evaluation.Evaluation, split: Split) -> None:
    """Shapes, finite values, ranks that are those of the stored scores."""
    scores = found.scores(split.name)
    assert scores.shape == (len(split.texts), len(split)) and np.isfinite(scores).all()
    if split.truth is None:
        assert split.name not in found.ranks
        return
    assert found.ranks[split.name].shape == (1, len(split.texts))
    ranks = retrieval.ranks(scores, split.truth)
    assert np.abs(found.ranks[split.name][0] - ranks).max() <= 1  # float32 may tie what was apart


def check_typed_again(found: evaluation.Evaluation, test: Split) -> None:
    """A stored query is the same text, typed."""
    typed = found.system.embed_queries(test.take(np.arange(len(test))))
    assert close(found.queries["test"], typed)
    one = found.system.embed_queries(test.take([int(test.truth[0])]) if test.truth is not None
                                     else test.take([0]))  # fmt: skip
    assert one.shape[1] == found.gallery["test"].shape[1]


def check_order(system: System, test: Split) -> None:
    """The gallery's order changes no image's vector."""
    order = np.random.default_rng(0).permutation(len(test))
    assert close(system.embed_images(test)[order], system.embed_images(test.take(order)))


def check_tags(system: System, test: Split) -> None:
    """The gallery's human tags change the vectors of those alone that say so."""
    untagged = replace(test, tags=((),) * len(test))
    same = close(system.embed_images(test), system.embed_images(untagged))
    assert same != system.reads_tags


def check_no_leak(make, data: Dataset, found: evaluation.Evaluation) -> None:
    """Test's sentences and key, and development's on the way to test's, reach no fit."""
    words = tuple(("nothing of the kind",) for _ in data.test.sentences)
    test = replace(data.test, sentences=words, truth=data.test.truth and data.test.truth[::-1]
                   if data.test.truth is None else data.test.truth[::-1].copy())  # fmt: skip
    other = evaluation.evaluate(replace(data, test=test), make())
    assert np.array_equal(found.ranks["dev"], other.ranks["dev"])
    if has_vectors(found.system):
        assert close(found.gallery["test"], other.gallery["test"])


def check_stored(found: evaluation.Evaluation, data: Dataset, folder) -> None:
    """Saved and loaded it is the same, and answers the same."""
    evaluation.save(folder, found)
    again = evaluation.load(folder, found.id)
    assert again.id == found.id and again.params == found.params
    assert again.n_train == found.n_train and again.model_bytes == found.model_bytes
    for split in found.ranks:
        assert np.array_equal(again.ranks[split], found.ranks[split])
    assert np.array_equal(again.scores("test"), found.scores("test"))
    if has_vectors(found.system):
        some = data.test.take(np.arange(5))
        assert close(again.system.embed_queries(some), found.system.embed_queries(some))
    assert store.pack(again.system, {}) == store.pack(found.system, {})


def close(one: np.ndarray, other: np.ndarray) -> bool:
    """Equal but for float32's rounding."""
    size = max(float(np.abs(other).max()), 1e-12)
    return one.shape == other.shape and float(np.abs(one - other).max()) < 1e-4 * size
