"""Models of scikit-learn, each with the way its one setting is chosen; see `Regression`."""

import warnings
from collections.abc import Sequence

import numpy as np
from sklearn.cross_decomposition import PLSRegression
from sklearn.exceptions import ConvergenceWarning
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge, RidgeCV

KERNEL_ALPHAS = (0.01, 0.03, 0.1, 0.3, 1.0)
WIDTH = 0.3  # gamma of the RBF kernel, over the total variance of the inputs
PLS_COMPONENTS = (10, 25, 50, 75, 100)
PLS_SWEEPS = 50  # of its power iteration, a component


class CourseRidge:
    """Ridge regression, alpha by leave-one-out: a closed form, and not the course's ten folds."""

    alphas = 10.0 ** np.arange(-4, 4)  # the course's 0.01 … 10 and two decades on either side

    def tune(self, x, y, held_out):
        self.model = RidgeCV(self.alphas).fit(x, y)
        self.params = {"alpha": float(self.model.alpha_)}

    def fit(self, x, y):
        self.model = Ridge(**self.params).fit(x, y)

    def predict(self, x):
        return self.model.predict(x)


class ShuffledRidge(CourseRidge):
    """The same on pairs that are broken on purpose: a mean above chance then is a leak."""

    is_random = True

    def __init__(self, seed: Sequence[int]):
        self.seed = seed

    def tune(self, x, y, held_out):
        super().tune(x, np.random.default_rng(self.seed).permutation(y), held_out)

    def fit(self, x, y):
        super().fit(x, np.random.default_rng(self.seed).permutation(y))


class ClassicRidge(CourseRidge):
    """The same on more alphas, and fitted in one way, for development and for test."""

    alphas = 10.0 ** np.arange(-4, 6)

    def tune(self, x, y, held_out):
        super().tune(x, y, held_out)
        self.fit(x, y)


class GaussianRidge:
    """Gaussian kernel ridge; a fit on every second image, a quarter of the time, chooses alpha."""

    def tune(self, x, y, held_out):
        def score(alpha: float) -> float:
            self.params = {"alpha": alpha}
            self.fit(x[::2], y[::2])
            return held_out.score(self.predict(held_out.x), self.centre)

        self.params = {"alpha": max(KERNEL_ALPHAS, key=score)}
        self.fit(x, y)

    def fit(self, x, y):
        self.middle, self.centre = x.mean(axis=0), y.mean(axis=0)
        x = self.placed(x)
        gamma = WIDTH / float(x.var(axis=0).sum())
        self.model = KernelRidge(**self.params, kernel="rbf", gamma=gamma)
        self.model.fit(x, (y - self.centre).astype(np.float32))

    def predict(self, x):
        return self.model.predict(self.placed(x)) + self.centre

    def placed(self, x):
        """Around zero, where float32 tells small distances; 10,000 × 10,000 kernels are large."""
        return (x - self.middle).astype(np.float32)


class PartialLeastSquares:
    """Partial least squares; the number of components is chosen by the score."""

    def tune(self, x, y, held_out):
        counts = [n for n in PLS_COMPONENTS if n < min(x.shape)]
        maps, centre = pls_maps(x, y, counts), y.mean(axis=0)
        scores = {n: held_out.score(held_out.x @ maps[n][0] + maps[n][1], centre) for n in counts}
        self.params = {"components": max(counts, key=scores.get)}
        self.fit(x, y)

    def fit(self, x, y):
        n = self.params["components"]
        self.weights, self.bias = pls_maps(x, y, [n])[n]

    def predict(self, x):
        return x @ self.weights + self.bias


def pls_maps(
    x: np.ndarray, y: np.ndarray, counts: Sequence[int]
) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """PLS with each number of components, from one fit of the largest: weights [p, m], bias [m].

    PLS sees products of columns alone. A triangular factor has the same ones in p rows instead of
    n, and mirrored it is centred, as the library would otherwise make it.
    """
    middle, centre = x.mean(axis=0), y.mean(axis=0)
    rows, targets = x - middle, y - centre
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
        maps[n] = weights, centre - middle @ weights
    return maps
