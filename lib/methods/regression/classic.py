"""The strong classical methods that other entrants used, one lever apart from each other.

A recipe names what is mapped to what: `classic.<method>.<direction>.<text>.<image>`. All
methods are the libraries' own; what is chosen is chosen on the fit and dev images.
"""

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.cross_decomposition import PLSRegression
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge, RidgeCV
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.preprocessing import MultiLabelBinarizer, StandardScaler
from tqdm import tqdm

from lib.data.dataset import Dataset, Split
from lib.features.text import WordVectors, tokenize
from lib.methods.regression import regress
from lib.search import encoders, metrics, retrieval
from lib.search.runs import SystemRun

RIDGE_ALPHAS = 10.0 ** np.arange(-4, 6)
KERNEL_ALPHAS = (0.01, 0.03, 0.1, 0.3, 1.0)
WIDTH = 0.3  # gamma of the RBF kernel, over the total variance of the inputs
PLS_COMPONENTS = (10, 25, 50, 75, 100)
PLS_SWEEPS = 50  # of its power iteration, a component
VOCABULARY = 3000  # the most frequent words that occur in two descriptions or more

Predict = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Recipe:
    """One classical system.

    method: "ridge", "pls" or "kernel_ridge". direction: "text_to_image" predicts image
    features from the query, "image_to_text" text vectors from each image of the gallery.
    text: "word2vec" or "tfidf". image: "fc1000", "pool5" or "both", each standardised, and
    with "_tags" the human labels beside them. metric: "euclidean" or "cosine" (centred).
    """

    method: str = "ridge"
    direction: str = "text_to_image"
    text: str = "word2vec"
    image: str = "fc1000"
    metric: str = "euclidean"

    @property
    def id(self) -> str:
        """Name of the system."""
        name = f"classic.{self.method}.{self.direction}.{self.text}.{self.image}"
        return name + (".cosine" if self.metric == "cosine" else "")


PLAIN = Recipe()
STRONG = Recipe("ridge", "image_to_text", "tfidf", "pool5", "cosine")
LEVERS = {  # what is pulled → (field, its plain value, the other value)
    "direction: image → text": ("direction", "text_to_image", "image_to_text"),
    "words: tf-idf": ("text", "word2vec", "tfidf"),
    "distance: cosine": ("metric", "euclidean", "cosine"),
    "features: pool5": ("image", "fc1000", "pool5"),
}
ADDED = {  # pulled beside all that a recipe has
    "features: both layers": ("image", "both"),
    "human tags": ("image", "{}_tags"),
    "method: PLS": ("method", "pls"),
    "method: kernel ridge": ("method", "kernel_ridge"),
}
MORE = (  # combinations that no pair of levers holds
    Recipe("kernel_ridge", "text_to_image", "tfidf", "pool5", "cosine"),
)


def pulled(lever: str) -> dict[str, tuple[Recipe, Recipe]]:
    """The pair of recipes that differ in this lever alone, at either end: (without, with)."""
    if lever in LEVERS:
        field, plain, other = LEVERS[lever]
        return {
            "alone": (PLAIN, replace(PLAIN, **{field: other})),
            "on top": (replace(STRONG, **{field: plain}), STRONG),
        }
    field, value = ADDED[lever]
    ends = {"alone": PLAIN, "on top": STRONG}
    return {
        end: (recipe, replace(recipe, **{field: value.format(getattr(recipe, field))}))
        for end, recipe in ends.items()
    }


def recipes() -> list[Recipe]:
    """Every recipe of the report, each once."""
    pairs = [pair for lever in (*LEVERS, *ADDED) for pair in pulled(lever).values()]
    return list(dict.fromkeys([*(recipe for pair in pairs for recipe in pair), *MORE]))


@dataclass(frozen=True)
class Task:
    """What one recipe maps on one split: inputs [n, p] → targets [n, m], asked for `new`.

    other [k, m] is ranked against the prediction for `new`: the gallery's features, or,
    where the gallery is what is predicted, the queries' text vectors.
    """

    recipe: Recipe
    inputs: np.ndarray
    targets: np.ndarray
    new: np.ndarray
    other: np.ndarray
    truth: np.ndarray | None

    def vectors(self, predict: Predict) -> tuple[np.ndarray, np.ndarray]:
        """Queries and gallery in the space of the targets."""
        predicted = predict(self.new)
        both = predicted, self.other
        return both if self.recipe.direction == "text_to_image" else both[::-1]

    def score(self, predict: Predict) -> float:
        """`map_at_20` by the recipe's own metric."""
        centre = self.targets.mean(axis=0) if self.recipe.metric == "cosine" else 0
        queries, gallery = (side - centre for side in self.vectors(predict))
        scores = retrieval.scores(queries, gallery, self.recipe.metric)
        return metrics.map_at_k(retrieval.ranks(scores, self.truth))


Solved = tuple[dict[str, regress.Stage], encoders.QueryEncoder, dict]


def systems(
    data: Dataset, words: dict[str, WordVectors], wanted: Sequence[Recipe]
) -> dict[Recipe, SystemRun]:
    """Classical systems, chosen on development and fitted again on all of train.

    A ridge is chosen by its error, so one fit serves both metrics.
    """
    fits: dict[Recipe, Solved] = {}
    found = {}
    for recipe in tqdm(wanted, desc="classical systems", disable=None):
        same = replace(recipe, metric="") if recipe.method == "ridge" else recipe
        if same not in fits:
            fits[same] = solve(data, words, recipe)
        found[recipe] = regress.ranked(recipe.id, recipe.metric, *fits[same])
    return found


def solve(data: Dataset, words: dict[str, WordVectors], recipe: Recipe) -> Solved:
    """Predictions of one recipe on each split, its query encoder, and what was chosen."""
    method, stages, setting = METHODS[recipe.method], {}, None
    for split, fitted, searched in data.stages():
        start = time.perf_counter()
        texts = Texts.of(recipe.text, words[split], fitted)
        task = task_of(recipe, texts, fitted, searched)
        setting = method.choose(task) if setting is None else setting
        fit = method.fit(task, setting)
        queries, gallery = task.vectors(fit.predict)
        centre = task.targets.mean(axis=0)
        seconds = time.perf_counter() - start + (words[split].seconds if texts.words else 0)
        stages[split] = regress.Stage(
            [queries], [gallery], [centre], task.truth, len(task.inputs), seconds
        )
    if recipe.direction == "text_to_image":
        encoder = fit.encoder(texts)
    else:
        encoder = texts.encoder(None, np.zeros(task.targets.shape[1]))
    params = {method.setting: setting, "human_tags": recipe.image.endswith("_tags")}
    return stages, encoder, params


def task_of(recipe: Recipe, texts: "Texts", fitted: Split, searched: Split) -> Task:
    """The task of a recipe on one split."""
    pictures, gallery = image_vectors(recipe.image, fitted, searched)
    described, queries = texts.vectors(fitted.texts), texts.vectors(searched.texts)
    if recipe.direction == "text_to_image":
        return Task(recipe, described, pictures, queries, gallery, searched.truth)
    return Task(recipe, pictures, described, gallery, queries, searched.truth)


@dataclass(frozen=True)
class Texts:
    """Text vectors fitted on some descriptions: mean word2vec, or tf-idf."""

    words: WordVectors | None
    bag: TfidfVectorizer | None

    @classmethod
    def of(cls, kind: str, words: WordVectors, fitted: Split) -> "Texts":
        """kind: "word2vec" or "tfidf"; words: vectors made without the split to score."""
        if kind == "word2vec":
            return cls(words, None)
        bag = TfidfVectorizer(tokenizer=tokenize, token_pattern=None, lowercase=False,
                              min_df=2, max_features=VOCABULARY, sublinear_tf=True)  # fmt: skip
        return cls(None, bag.fit(fitted.texts))

    def vectors(self, texts: list[str]) -> np.ndarray:
        """float64 [n_text, d], dense."""
        if self.words:
            return self.words.mean(texts).astype(np.float64)
        return self.bag.transform(texts).toarray()

    def encoder(self, weights: np.ndarray | None, bias: np.ndarray) -> encoders.QueryEncoder:
        """A query encoder that maps the vectors linearly; weights None keeps them."""
        if self.words:
            weights = np.eye(len(bias)) if weights is None else weights
            return encoders.MeanWordsLinear(self.words, weights, bias)
        names = self.bag.get_feature_names_out().tolist()
        return encoders.TfidfLinear(names, self.bag.idf_, weights, bias)


def image_vectors(kind: str, fitted: Split, searched: Split) -> tuple[np.ndarray, np.ndarray]:
    """Features of the fitted and the searched images, each column standardised on the fitted.

    kind: "fc1000", "pool5" or "both", with "_tags" the human labels as further columns.
    Returns float32 [n, d] twice.
    """
    layers = {"fc1000": ["fc1000"], "pool5": ["pool5"], "both": ["fc1000", "pool5"]}
    columns = [[s.features(layer) for s in (fitted, searched)]
               for layer in layers[kind.removesuffix("_tags")]]  # fmt: skip
    if kind.endswith("_tags"):
        labels = MultiLabelBinarizer().fit([*fitted.tags, *searched.tags])
        known = labels.transform(fitted.tags).any(axis=0)  # a tag that nobody fitted says nothing
        columns.append([labels.transform(s.tags)[:, known] for s in (fitted, searched)])
    one, other = (np.hstack(side).astype(np.float32) for side in zip(*columns, strict=True))
    scaler = StandardScaler().fit(one)
    return scaler.transform(one), scaler.transform(other)


@dataclass(frozen=True)
class Fitted:
    """A fitted map: predicts targets, and tells what a query encoder needs of it.

    weights [p, m] and bias [m] of a linear map; or of a kernel's map: the fitted inputs
    `rows` [n, p], their weights [n, m], and gamma.
    """

    weights: np.ndarray
    bias: np.ndarray
    rows: np.ndarray | None = None
    gamma: float = 0.0

    def predict(self, new: np.ndarray) -> np.ndarray:
        """[k, p] → [k, m]."""
        if self.rows is not None:
            new = rbf_kernel(new, self.rows, self.gamma)
        return new @ self.weights + self.bias

    def encoder(self, texts: Texts) -> encoders.QueryEncoder:
        """A query encoder that sends new text through the map."""
        if self.rows is None:
            return texts.encoder(self.weights, self.bias)
        plain = texts.encoder(None, np.zeros(self.rows.shape[1]))
        return encoders.Kernel(plain, self.rows, self.weights, self.bias, self.gamma)


def choose_ridge(task: Task) -> float:
    """alpha by leave-one-out, which has a closed form for ridge."""
    return float(RidgeCV(RIDGE_ALPHAS).fit(task.inputs, task.targets).alpha_)


def fit_ridge(task: Task, alpha: float) -> Fitted:
    """Ridge regression."""
    model = Ridge(alpha).fit(task.inputs, task.targets)
    return Fitted(model.coef_.T, model.intercept_)


def choose_kernel(task: Task) -> float:
    """alpha by the development score, on every second image: a quarter of the time."""
    half = replace(task, inputs=task.inputs[::2], targets=task.targets[::2])
    scores = [half.score(fit_kernel(half, alpha).predict) for alpha in KERNEL_ALPHAS]
    return KERNEL_ALPHAS[int(np.argmax(scores))]


def fit_kernel(task: Task, alpha: float) -> Fitted:
    """Kernel ridge with a Gaussian kernel as wide as the inputs' variance."""
    inputs = task.inputs.astype(np.float32)  # 10,000 × 10,000 kernels in half the memory
    centre = task.targets.mean(axis=0)
    gamma = WIDTH / float(inputs.var(axis=0).sum())
    model = KernelRidge(alpha=alpha, kernel="rbf", gamma=gamma)
    model.fit(inputs, (task.targets - centre).astype(np.float32))
    return Fitted(model.dual_coef_, centre, inputs, gamma)


def choose_pls(task: Task) -> int:
    """Number of components by the development score; the first n of many are those of n."""
    counts = [n for n in PLS_COMPONENTS if n < min(task.inputs.shape)]
    maps = pls_maps(task, counts)
    return max(counts, key=lambda n: task.score(maps[n].predict))


def fit_pls(task: Task, n: int) -> Fitted:
    """Partial least squares with n components."""
    return pls_maps(task, [n])[n]


def pls_maps(task: Task, counts: list[int]) -> dict[int, Fitted]:
    """PLS with each number of components, from one fit of the largest.

    PLS sees the data through products of its columns alone. A triangular factor has the
    same products in p rows instead of n, and mirrored it is centred, as the library
    would otherwise make it.
    """
    middle, centre = task.inputs.mean(axis=0), task.targets.mean(axis=0)
    rows, targets = task.inputs - middle, task.targets - centre
    if len(rows) > rows.shape[1]:
        turn, rows = np.linalg.qr(rows.astype(np.float64))
        targets = turn.T @ targets
    model = PLSRegression(max(counts), scale=False, max_iter=PLS_SWEEPS, tol=1e-4)
    with warnings.catch_warnings():  # a direction that is nearly found serves as well
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(np.vstack([rows, -rows]), np.vstack([targets, -targets]))
    maps = {}
    for n in counts:
        weights = model.x_rotations_[:, :n] @ model.y_loadings_[:, :n].T
        maps[n] = Fitted(weights, centre - middle @ weights)
    return maps


@dataclass(frozen=True)
class Method:
    """How a method's one setting is called, chosen and used."""

    setting: str
    choose: Callable[[Task], float]
    fit: Callable[[Task, float], Fitted]


METHODS = {
    "ridge": Method("alpha", choose_ridge, fit_ridge),
    "kernel_ridge": Method("alpha", choose_kernel, fit_kernel),
    "pls": Method("components", choose_pls, fit_pls),
}
