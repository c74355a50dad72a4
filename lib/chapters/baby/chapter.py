"""Chapter 07's own steps: the babies, the paper's guesses, nearest sentences, the joint space."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

from lib.chapters.session import Session
from lib.data import wanted
from lib.data.dataset import Split
from lib.features import pictures
from lib.features.text import tokenize
from lib.methods.baby import recipe as recipes
from lib.methods.baby.paired import ENSEMBLE, FROZEN, SEEDS, Ensemble, PretrainedBaby
from lib.methods.baby.recipe import DOWNLOADED, IDS, PAPERS, QUICK, TUTORIAL, small
from lib.methods.baby.system import BabyClip
from lib.methods.baby.tuned import TUNED
from lib.search import metrics, retrieval
from lib.search.evaluation import Evaluation
from lib.search.system import System

OWN = "the full training of this system is a command of its own, make baby-long, with a record"
GUESSES = {  # the paper's, and what it asked for, with words for them
    "parks": ("park", "parks"),
    "men": ("man", "men"),
    "skateboards": (
        "skateboard", "skateboards", "skateboarder", "skateboarders", "skateboarding",
        "skateboarded",
    ),
}  # fmt: skip
UNLIKE = "wants a network that learned other pictures; the drawn world's learned these drawings"
FIXED = 50  # queries beside the paper's
LEVELS = {  # of the tutorial's factors, in words
    "own, no gradient": "Its own soft targets without their gradient",
    "own pair": "A row's own pair as the only right answer",
    "same image": "All rows of one image as right answers",
    "unit length": "Vectors of length one and a learned temperature",
    "ours": "One rate that rises and falls",
    "random": "Random towers",
}


def babies(session: Session) -> list[list[System]]:
    """The babies that this data can have, untrained, each with its seeds; others are left out."""
    drawn = session.data.is_drawn
    session.leave_out([TUTORIAL], OWN)
    if drawn:
        words = pictures.sentences(session.data.fit)
        session.leave_out([FROZEN, ENSEMBLE, TUNED], UNLIKE)
        return [[BabyClip(name, small(tower, words), QUICK[tower])] for tower, name in IDS.items()]
    session.leave_out([TUNED], OWN)
    first = session.settings.seed
    seeds = [PretrainedBaby(FROZEN, first + i) for i in range(SEEDS)]
    frozen = [seeds, [Ensemble(ENSEMBLE, seeds)]]
    for part in (wanted.DISTILBERT, *wanted.IMAGE_TOWERS.values()):
        if part.files() is None:
            session.leave_out(list(IDS.values()), part.missing())
            return frozen
    from lib.methods.baby import model

    return [*frozen, *([BabyClip(name, model.downloaded_shape(PAPERS[tower]), DOWNLOADED,
                                 is_downloaded=True)] for tower, name in IDS.items())]  # fmt: skip


def to_compare(session: Session) -> dict[str, Evaluation]:
    """The pretrained CLIP and the baseline of earlier chapters, as far as they were measured."""
    return session.use_all(["clip.full", "baseline.ridge_random100"])


def repeated(session: Session) -> float:
    """The score of one cell of the long run, trained here: the tutorial's scripts, seed 0."""
    from lib.methods.baby import tutorial

    return float(tutorial.measured(session.data, recipes.SCRIPTS).arrays["precision"].mean())


def story(crossed: Mapping, n_gallery: int) -> list[str]:
    """What the long run found of the tutorial's choices, in sentences that its numbers choose."""
    chance = metrics.chance(n_gallery)["map_at_20"]
    score = {tuple(one["cell"]): one["map_at_20"] for one in crossed["cells"]}
    first, best = next(iter(recipes.CROSSED)), max(recipes.CROSSED, key=score.get)
    own, young = score[first], score[(*first[:-1], "random")]
    plain = score["own pair", *first[1:-1], "random"]
    ending = "works where its towers know something" if own > 10 * chance else "fails all the same"
    sentences = [
        f"The notebook's recipe scores {own:.3f} on development with pretrained towers and "
        f"{young:.4f} with random ones. The scripts, whose random towers never learn, score "
        f"{score['its scripts', 'frozen']:.4f}; chance is {chance:.4f}. So the recipe {ending}.",
        f"The best of the 32 cells scores {score[best]:.3f}: {', '.join(best)}.",
    ]
    levels: dict[str, list[Mapping]] = {}
    for one in crossed["effects"]:
        levels.setdefault(one["level"], []).append(one)
    reach = {level: max(abs(one["difference"]) for one in each) for level, each in levels.items()}
    for level, each in sorted(levels.items(), key=lambda item: -reach[item[0]]):
        of = "" if level in recipes.FACTORS["towers"] else " with {towers} towers"
        parts = [effect(one) + of.format(**one) for one in each]
        sentences.append(f"{LEVELS[level]}: {', and '.join(parts)}.")
    near = max(young, plain) < 3 * chance, min(young, plain) < 3 * chance
    ending = {
        (True, True): "both stay near chance, so the targets are not what makes it fail",
        (False, True): "here the targets decide",
        (False, False): "neither is near chance, so random towers do not make it fail",
    }[near]
    sentences.append(
        f"With random towers and all else as the tutorial has it, its targets score {young:.4f}, "
        f"each row's own pair {plain:.4f}: {ending}."
    )
    return sentences


def effect(one: Mapping) -> str:
    """What a level does, with its interval, and in how many pairs of cells."""
    low, high = one["ci95"]
    unsure = "lowers it" if high < 0 else "changes nothing for sure"
    verb = "raises the score" if low > 0 else unsure
    return (f"{verb} ({one['difference']:+.3f} [{low:+.3f}, {high:+.3f}], higher in "
            f"{one['higher']} of {one['pairs']} pairs)")  # fmt: skip


def mentions(texts: Sequence[str], words: Sequence[str]) -> np.ndarray:
    """Whether each text says any of the words, bool [n_text]."""
    return np.array([not set(tokenize(text)).isdisjoint(words) for text in texts])


def among_nine(one: Evaluation, split: Split, queries: Sequence[str], hit: np.ndarray):
    """Share of hits, bool [n_image], among the nine best images of each query, [n_query]."""
    return hit[retrieval.top_k(one.scores_of(queries, split), 9)].mean(axis=1)


def guesses(systems: Mapping[str, Evaluation], split: Split, paper_query: str) -> list[dict]:
    """Each system against each of the paper's guesses.

    Of the paper's query: hits among its nine, and how likely so many are by the base rate alone.
    Of fixed queries, first sentences spread evenly over the split: the mean share, and that
    among those whose own sentence does not name the thing, with intervals.
    """
    rows, n = [], min(9, len(split))
    fixed = np.linspace(0, len(split.texts) - 1, min(FIXED, len(split.texts))).astype(int)
    queries = [split.sentences[i][0] for i in fixed]
    own = [" ".join(sentences) for sentences in pictures.sentences_by_image(split)]
    for thing, words in GUESSES.items():
        hit, asks = mentions(own, words), mentions(queries, words)
        for name, one in systems.items():
            of_nine = round(among_nine(one, split, [paper_query], hit)[0] * n)
            shares = among_nine(one, split, queries, hit)
            unasked = shares[~asks]
            p_value = float(stats.binomtest(of_nine, n, hit.mean()).pvalue)
            rows.append({
                "system": name, "finds": thing, "base_rate": float(hit.mean()), "of_nine": of_nine,
                "p_value": p_value, "share": float(shares.mean()), "ci95": metrics.interval(shares),
                "unasked": float(unasked.mean()) if len(unasked) else float("nan"),
                "unasked_ci95": metrics.interval(unasked) if len(unasked) > 1 else [0.0, 1.0],
            })  # fmt: skip
    return rows


def verdict(guess: Mapping) -> str:
    """Whether a system finds the thing unasked more often than the base rate says."""
    (low, high), rate = guess["unasked_ci95"], guess["base_rate"]
    return "holds" if low > rate else "does not hold" if high < rate else "cannot be told"


def nearest_sentences(
    one: Evaluation, split: Split, images: Sequence[int], k: int = 3
) -> dict[int, list[tuple[str, bool]]]:
    """Image → the k nearest of all first sentences, each with whether it is the image's own."""
    sentences = [each[0] for each in split.sentences]
    gallery = one.gallery[split.name][list(images)]
    scores = retrieval.scores(gallery, one.system.embed_texts(sentences), one.metric)
    return {
        int(image): [(sentences[i], int(split.truth[i]) == int(image)) for i in row]
        for image, row in zip(images, retrieval.top_k(scores, k), strict=True)
    }


def joint_map(
    one: Evaluation, split: Split, n: int = 600, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """t-SNE of images and their descriptions: positions [2 n, 2], images first; and the images.

    Cosines of an image and a text are lower than those of two images, whatever they show: each
    kind is moved to the common middle first, so that the map shows content and not the kind.
    """
    from sklearn.manifold import TSNE

    own = np.argsort(split.truth)  # image → its description
    images = np.linspace(0, len(split) - 1, min(n, len(split))).astype(int)
    both = one.gallery[split.name][images], one.queries[split.name][own[images]]
    middled = np.concatenate([retrieval.unit(x - x.mean(axis=0)) for x in both])
    tsne = TSNE(2, metric="cosine", init="pca", perplexity=min(30, len(images) - 1),
                random_state=seed)  # fmt: skip
    return tsne.fit_transform(middled), images
