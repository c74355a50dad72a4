"""Vectors → scores → ranks.

Computed in float64 and kept as float32, equal vectors get equal scores wherever they stand.
"""

import numpy as np

# Raise it when scores, ranks or ties come out otherwise: searches and records are made again.
VERSION = 1

CHUNK = 4096  # gallery images at a time: 64 MB of float64 for 2,000 queries
METRICS = ("cosine", "euclidean")


def scores(
    queries: np.ndarray, gallery: np.ndarray, metric: str = "cosine", chunk: int = CHUNK
) -> np.ndarray:
    """How well each image fits each query, higher is better: float32 [n_query, n_gallery].

    queries: [n_query, d]; gallery: [n_gallery, d]. metric: "cosine" (a zero vector scores 0
    everywhere) or "euclidean" (minus the distance). It needs 12 bytes more for each query and image
    of a chunk. Raises ValueError for other shapes or metrics, and for non-finite values.
    """
    if metric not in METRICS:
        raise ValueError(f"metric {metric!r} is unknown: choose from {', '.join(METRICS)}")
    if np.ndim(queries) != 2 or np.ndim(gallery) != 2 or queries.shape[1] != gallery.shape[1]:
        raise ValueError(
            "queries must be [n_query, d] and gallery [n_gallery, d] with the same d; got "
            f"{np.shape(queries)} and {np.shape(gallery)}: bring both into one space first"
        )
    score = cosine if metric == "cosine" else negative_distance
    queries = np.asarray(queries, dtype=np.float64)
    result = np.empty((len(queries), len(gallery)), dtype=np.float32)
    for start in range(0, len(gallery), chunk):
        block = np.asarray(gallery[start : start + chunk], dtype=np.float64)
        with np.errstate(invalid="ignore"):  # NaN and infinity are refused right below
            result[:, start : start + chunk] = score(queries, block)
    check_finite(result)
    return result


def cosine(queries: np.ndarray, gallery: np.ndarray) -> np.ndarray:
    """Cosine of each pair of rows, [n_query, n_gallery]."""
    return unit(queries) @ unit(gallery).T


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows at length one; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)


def negative_distance(queries: np.ndarray, gallery: np.ndarray) -> np.ndarray:
    """Minus the Euclidean distance of each pair of rows, [n_query, n_gallery]."""
    product = queries @ gallery.T
    lengths = (queries**2).sum(axis=1)[:, None]
    product *= -2
    product += lengths
    product += (gallery**2).sum(axis=1)
    product[product < 1e-12 * lengths] = 0  # what rounding leaves of the distance 0
    np.sqrt(product, out=product)
    return np.negative(product, out=product)


def check_finite(matrix: np.ndarray) -> None:
    for part in row_blocks(matrix):
        if not np.isfinite(matrix[part]).all():
            raise ValueError(
                "scores hold NaN or infinity: look for non-finite features or a diverged model"
            )


def row_blocks(matrix: np.ndarray) -> list[slice]:
    """Rows in blocks of about a million values, so that masks of a large matrix stay small."""
    step = max(1, 2**20 // max(1, matrix.shape[1]))
    return [slice(start, start + step) for start in range(0, len(matrix), step)]


def ranks(matrix: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Rank of each query's own image, float [n_query]; 1 = best, ties at the middle rank.

    matrix: scores [n_query, n_gallery]. truth: int [n_query], positions in the gallery.
    rank = 1 + (images scoring higher) + (other images scoring the same)/2, so a model
    that scores all images alike ranks in the middle and gains nothing from its ties.
    Raises ValueError for other shapes, a position outside the gallery, non-finite scores.
    """
    truth = np.asarray(truth)
    if matrix.ndim != 2 or truth.shape != (len(matrix),):
        raise ValueError(
            "scores must be [n_query, n_gallery] and truth [n_query]; got "
            f"{matrix.shape} and {truth.shape}: drop further axes, one position a query"
        )
    if truth.size and not (truth.min() >= 0 and truth.max() < matrix.shape[1]):
        raise ValueError(f"truth must lie in a gallery of {matrix.shape[1]}; got {truth.max()}")
    check_finite(matrix)
    own = matrix[np.arange(len(matrix)), truth][:, None]
    result = np.empty(len(matrix))
    for part in row_blocks(matrix):
        higher = (matrix[part] > own[part]).sum(axis=1)
        same = (matrix[part] == own[part]).sum(axis=1) - 1
        result[part] = 1 + higher + same / 2
    return result


def top_k(matrix: np.ndarray, k: int) -> np.ndarray:
    """Positions of the k best images of each query, best first, int [n_query, k].

    matrix: scores [n_query, n_gallery]; equal scores keep the gallery's order. A gallery
    smaller than k gives all of it. Raises ValueError if k < 1 or scores are not finite.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1; got {k}")
    check_finite(matrix)
    if k >= matrix.shape[1]:
        return np.argsort(-matrix, axis=1, kind="stable")
    parts = [top_of(matrix[part], k) for part in row_blocks(matrix)]
    return np.concatenate(parts or [np.empty((0, k))])


def distinct_top1(matrix: np.ndarray) -> int:
    """How many different images come first for some query: few, where hubs or a collapse rule."""
    return len(np.unique(top_k(matrix, 1)))


def top_of(rows: np.ndarray, k: int) -> np.ndarray:
    """`top_k` of a few rows, without sorting the rest of them."""
    least = -np.partition(-rows, k - 1, axis=1)[:, k - 1 : k]  # the k-th best score
    candidates = [np.flatnonzero(row >= bound) for row, bound in zip(rows, least, strict=True)]
    best = [
        places[np.argsort(-row[places], kind="stable")[:k]]
        for row, places in zip(rows, candidates, strict=True)
    ]
    return np.array(best, dtype=np.intp)
