"""Corrections of hubs: images that come up for every query, and those that come up for none.

All of them take from an image's score its *bias*: what strangers give it, a bank of descriptions
that are not its own. Queries of training make a legal bank. The test queries make a transductive
one, which knows what else will be asked, and is labelled so. A score stays a cosine: the bias is
one more coordinate of the image, which -1 meets in the query, and a second one brings all images
to the same length, so that dividing by it changes no order.

Sources: CSLS, Conneau et al. 2018 (arXiv 1710.04087); inverted softmax, Smith et al. 2017
(1702.03859); QB-Norm, Bogolin et al. 2022 (2112.12777); distribution normalisation, Zhou et al.
2023 (2302.11084).
"""

import numpy as np
from scipy.special import logsumexp

from lib.search import retrieval


def csls(bank: np.ndarray, k: float) -> np.ndarray:
    """Half the mean of an image's k highest cosines in the bank [n_bank, n_gallery], [n_gallery].

    CSLS subtracts the query's own mean too, which changes no ranking.
    """
    k = int(min(k, len(bank)))
    return np.partition(bank, -k, axis=0)[-k:].mean(axis=0) / 2


def inverted_softmax(bank: np.ndarray, temperature: float) -> np.ndarray:
    """The image's soft maximum over the bank, [n_gallery]: temperature · log mean exp(cos / t).

    Dividing exp(cos / t) by its sum over the bank ranks as subtracting this from the cosine.
    """
    return temperature * (logsumexp(bank / temperature, axis=0) - np.log(len(bank)))


def mean(bank: np.ndarray, share: float) -> np.ndarray:
    """A share of the image's mean similarity to the bank, [n_gallery].

    Of distribution normalisation, half of each side's mean vector, it is what changes a ranking.
    """
    return share * bank.mean(axis=0)


METHODS = {  # name → bias of a bank and a setting, settings to choose from
    "csls": (csls, (1, 5, 10, 20, 50, 100)),
    "inverted_softmax": (inverted_softmax, (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)),
    "distribution": (mean, (0.25, 0.5, 0.75, 1.0)),
}


def corrected_gallery(gallery: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Images with their bias, float32 [n_gallery, d + 2], to meet `corrected_queries`.

    gallery [n_gallery, d], of any length. Raises ValueError unless there is a bias for each image.
    """
    if np.shape(bias) != (len(gallery),):
        raise ValueError(f"bias must be [{len(gallery)}], one an image; got {np.shape(bias)}")
    bias = bias - bias.mean()
    spare = np.sqrt((bias**2).max() - bias**2)
    return np.hstack([retrieval.unit(gallery), bias[:, None], spare[:, None]]).astype(np.float32)


def corrected_queries(
    queries: np.ndarray, gallery: np.ndarray | None = None, hubs: np.ndarray | None = None
) -> np.ndarray:
    """Queries [n_query, d] that meet the images' bias, float32 [n_query, d + 2].

    With a plain gallery and its `hubs` only those do whose first image is a hub: dynamic QB-Norm.
    """
    columns = np.tile([-1.0, 0.0], (len(queries), 1))
    if hubs is not None:
        first = retrieval.top_k(retrieval.scores(queries, gallery), 1)[:, 0]
        columns[~np.isin(first, hubs), 0] = 0
    return np.hstack([retrieval.unit(queries), columns]).astype(np.float32)


def hubs(bank: np.ndarray) -> np.ndarray:
    """Images that are first for some text of the bank, int [n_hub]; bank: [n_bank, n_gallery]."""
    return np.unique(bank.argmax(axis=1))
