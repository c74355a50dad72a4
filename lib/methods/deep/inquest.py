"""Hubs: what a network's score gains where the images that win everywhere are held back."""

import numpy as np
from scipy import stats

from lib.data.dataset import Dataset
from lib.search import metrics, retrieval
from lib.search.evaluation import Evaluation
from lib.search.hubness import csls

BANK = 2000  # descriptions of fit that show which images are hubs
NEIGHBOURS = 10  # of an image among them


def hubness(one: Evaluation, data: Dataset) -> dict[str, float]:
    """The skew on dev before and after the correction, and what it changes, with its interval."""
    bank, scores = one.system.embed_texts(data.fit.texts[:BANK]), one.scores("dev")
    mended = scores - 2 * csls(retrieval.scores(bank, one.gallery["dev"], one.metric), NEIGHBOURS)
    ranks = (retrieval.ranks(matrix, data.dev.truth) for matrix in (mended, scores))
    gain, (low, high) = metrics.paired_difference(*map(metrics.precision_at_k, ranks))
    return {"skew": skew_of_occurrences(scores), "skew_after": skew_of_occurrences(mended),
            "gain": gain, "low": low, "high": high}  # fmt: skip


def skew_of_occurrences(scores: np.ndarray, k: int = metrics.CUTOFF) -> float:
    """Skewness of how often an image is among the k best, large where hubs rule.

    scores: [n_query, n_gallery]. Radovanović et al. (2010) measure hubness so.
    """
    counts = np.bincount(retrieval.top_k(scores, k).ravel(), minlength=scores.shape[1])
    return float(stats.skew(counts)) if counts.std() else 0.0
