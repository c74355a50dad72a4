"""The yardsticks of the field: recall of single sentences, and agreement with people."""

import numpy as np
import pandas as pd
from scipy.stats import kendalltau
from sklearn.metrics import average_precision_score

from lib.base import cache
from lib.data.dataset import Split
from lib.search import metrics, retrieval
from lib.search.evaluation import Evaluation

DRAWS = 100  # of images, for the error of an agreement


def recalls(one: Evaluation, whole: Split, some: Split) -> dict[str, dict[str, float]]:
    """Both ways of the standard protocol, one sentence a query: recall at 1, 5, 10, median rank.

    some: images of `whole` with their descriptions. From text to image each sentence has one image;
    from image to text an image has several sentences, and the best rank of them counts.
    """
    place = {path: i for i, path in enumerate(whole.images)}
    gallery = one.gallery[whole.name][[place[path] for path in some.images]]
    texts = [sentence for own in some.sentences for sentence in own]
    truth = np.repeat(some.truth, [len(own) for own in some.sentences])
    scores = retrieval.scores(one.system.embed_texts(texts), gallery, one.metric)
    own = truth[:, None] == np.arange(len(some))
    best = np.where(own, scores, -np.inf).max(axis=0)
    others = np.where(own, -np.inf, scores)
    found_by = 1 + (others > best).sum(axis=0) + (others == best).sum(axis=0) / 2
    ways = {"text to image": retrieval.ranks(scores, truth), "image to text": found_by}
    return {way: {f"recall_at_{k}": metrics.recall_at_k(ranks, k) for k in (1, 5, 10)}
            | {"median_rank": float(np.median(ranks))} for way, ranks in ways.items()}  # fmt: skip


def cosines(one: Evaluation, split: Split, judged: pd.DataFrame) -> np.ndarray:
    """What a system says of judged pairs, float [n_row]; judged: "image", "sentence", "rating"."""
    sentences, which = np.unique(judged["sentence"], return_inverse=True)
    queries = one.system.embed_texts([str(sentence) for sentence in sentences])
    return retrieval.scores(queries, one.gallery[split.name], one.metric)[which, judged["image"]]


def agreement(scores: np.ndarray, judged: pd.DataFrame, variant: str) -> tuple[float, list[float]]:
    """Kendall's τ of scores and ratings, and its 95 % interval, with images drawn anew.

    variant: "c" for the experts' four grades, "b" for shares of yes. Source: Hessel et al. 2021.
    """
    ratings, images = judged["rating"].to_numpy(), judged["image"].to_numpy()

    def compute() -> dict[str, np.ndarray]:
        rows = [np.flatnonzero(images == image) for image in np.unique(images)]
        drawn = np.random.default_rng(0).integers(len(rows), size=(DRAWS, len(rows)))
        draws = [np.concatenate([rows[i] for i in draw]) for draw in drawn]
        tau = [kendalltau(scores[some], ratings[some], variant=variant).statistic
               for some in (slice(None), *draws)]  # fmt: skip
        return {"tau": np.array(tau)}

    content = [cache.hash_of(np.asarray(each)) for each in (scores, ratings, images)]
    key = {"version": metrics.VERSION, "content": content, "variant": variant, "draws": DRAWS}
    tau, *draws = cache.cached("agreement", key, compute).arrays["tau"]
    reach = 1.96 * np.std(draws, ddof=1)
    return float(tau), [float(tau - reach), float(tau + reach)]


def liked(scores: np.ndarray, judged: pd.DataFrame) -> tuple[float, float, list[float], int]:
    """A second relevance of searches: images of which most people said that the sentence fits.

    Each sentence ranks the images that people judged for it, its own apart. Returns the mean
    average precision of those liked, what a random order gets, the interval, and how many sentences
    have both kinds.
    """
    table = judged.assign(score=scores, liked=judged["rating"] > 0.5)[~judged["own"]]
    groups = [group for _, group in table.groupby("sentence") if group["liked"].nunique() == 2]
    precision = [average_precision_score(group["liked"], group["score"]) for group in groups]
    chance = float(np.mean([chance_precision(group["liked"].to_numpy()) for group in groups]))
    values = np.array(precision)
    return float(values.mean()), chance, metrics.interval(values), len(groups)


def chance_precision(liked: np.ndarray) -> float:
    """Expected average precision of a random order: by how many of n are liked."""
    n, r = len(liked), int(liked.sum())
    places = np.arange(1, n + 1)
    return float(np.mean((1 + (r - 1) * (places - 1) / (n - 1)) / places))
