"""A system of one's own: fifteen lines, and all the rest comes of itself."""

from types import SimpleNamespace

import numpy as np
from check import check_system
from sklearn.feature_extraction.text import TfidfVectorizer

from lib.base.settings import Settings
from lib.chapters.session import Session
from lib.record import results
from lib.search import evaluation, live
from lib.search.system import System
from lib.show import tables


class NearestCentroid(System):
    """Each word stands for the mean features of the images that it was said of."""

    id = "classic.nearest_centroid"

    def fit(self, split, dev=None):
        self.bag = TfidfVectorizer(use_idf=False, min_df=2).fit(split.texts)
        said = self.bag.transform(split.texts).toarray()  # [n_query, n_word]
        features = split.features("pool5")[split.truth]
        self.centre = features.mean(axis=0)
        self.centroids = said.T @ (features - self.centre) / said.sum(axis=0)[:, None]

    def embed_texts(self, texts):
        return self.bag.transform(texts) @ self.centroids

    def embed_images(self, images):
        return images.features("pool5") - self.centre


def test_a_system_of_ones_own_gets_all_that_the_reports_have(data, tmp_path, monkeypatch):
    from lib.base import paths

    monkeypatch.setattr(paths, "BUILD", tmp_path)
    found = check_system(NearestCentroid, data, tmp_path)
    assert found.map_at_20("test") > 5 * 0.06  # chance among sixty
    session = Session("03_pca_boosting", Settings(name="own"), data, {}, "cpu", 0.0)
    session.add(found)
    row = next(row for row in session.rows if row["split"] == "test")
    assert row["system"] == NearestCentroid.id and row["n_train"] == len(data.train)
    assert row["map_at_20"] == results.rounded(found.map_at_20("test"))
    (line,) = tables.comparison([row], [], data.summary())
    assert line["ours"].startswith(f"{row['map_at_20']:.4f} [")
    folder = paths.runs_dir("own")
    assert np.array_equal(evaluation.load(folder, found.id).ranks["test"], found.ranks["test"])
    submitted = (tmp_path / "own/submissions" / f"{found.id}.csv").read_text().splitlines()
    assert len(submitted) == 1 + len(data.test)
    method = live.methods({found.id: found}, "test")[found.id]
    best = live.nearest(method, live.vector(method, [(1, data.test.texts[3])]), 9)
    assert [i for i, _ in best] == evaluation.first(found, "test")[3, :9].tolist()


def test_a_system_without_vectors_is_measured_by_its_scores(data, tmp_path):
    class Scorer(NearestCentroid):  # never kept
        id = "classic.scorer"
        embed_texts = System.embed_texts

        def scores(self, texts, images):
            said = self.bag.transform(texts) @ self.centroids
            return said @ (images.features("pool5") - self.centre).T

    found = evaluation.evaluate(data, Scorer())
    assert found.matrices["test"].shape == (len(data.test.texts), len(data.test))
    assert found.map_at_20("test") > 0.3 and not found.gallery
    assert SimpleNamespace(**found.n_train).dev == len(data.fit)
