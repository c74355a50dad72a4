"""Descriptions and images as what a network reads and what it must predict.

Everything is fitted on the fit images alone: means and scales, vocabulary, components, the
autoencoder. What the development and test splits hold changes none of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from lib.data.dataset import Dataset, Split
from lib.features.text import WordVectors, tokenize
from lib.search import encoders

SPLITS = ("fit", "dev", "test")
Arrays = dict[str, np.ndarray]  # split → [n, d]


@dataclass(frozen=True)
class Texts:
    """What a network reads, and the linear map by which it comes from plain text vectors.

    arrays: split → float32 [n, n_in]. scale [n_raw, n_in] and shift [n_in]: arrays are
    raw @ scale + shift. Raw vectors are mean word vectors (`words`) or a weighted bag of
    words (`vocabulary` and `idf`).
    """

    arrays: Arrays = field(repr=False)
    scale: np.ndarray = field(repr=False)
    shift: np.ndarray = field(repr=False)
    words: WordVectors | None = None
    vocabulary: tuple[str, ...] = field(default=(), repr=False)
    idf: np.ndarray | None = field(default=None, repr=False)

    def encoder(self, networks: Sequence[encoders.Layers]) -> encoders.QueryEncoder:
        """Types new text through networks that read these arrays: their first layer takes in
        the scaling. Only a bag of words takes more than one network.
        """
        folded = [
            [(self.scale @ weights, self.shift @ weights + bias), *rest]
            for (weights, bias), *rest in networks
        ]
        if self.words is not None:
            return encoders.MeanWordsLayers(self.words, folded[0])
        return encoders.TfidfLayers(self.vocabulary, self.idf, folded)


@dataclass(frozen=True)
class Pairs:
    """The text and the image features of one data set, unscaled.

    texts: split → descriptions. features: layer → split → float32 [n_image, n_feature].
    truth: split → position in the gallery of each description's image, or None.
    Descriptions of fit come in the order of their images.
    """

    texts: dict[str, list[str]] = field(repr=False)
    features: dict[str, Arrays] = field(repr=False)
    truth: dict[str, np.ndarray | None] = field(repr=False)
    words: WordVectors = field(repr=False)
    seed: int

    @cached_property
    def means(self) -> Arrays:
        """Mean word vector of each description, by vectors made on fit alone."""
        return {split: self.words.mean(texts) for split, texts in self.texts.items()}


def pairs_of(data: Dataset, words: dict[str, WordVectors]) -> Pairs:
    """Fit, dev and test of a data set. Networks are not refitted, so only dev's words serve."""
    splits = {split: getattr(data, split) for split in SPLITS}
    return Pairs(
        texts={k: in_image_order(s) if k == "fit" else s.texts for k, s in splits.items()},
        features={
            layer: {split: s.features(layer) for split, s in splits.items()}
            for layer in ("fc1000", "pool5")
        },
        truth={split: s.truth for split, s in splits.items()},
        words=words["dev"],
        seed=data.seed,
    )


def in_image_order(split: Split) -> list[str]:
    """The descriptions of a split whose pairs are known, in the order of their images."""
    return [split.texts[i] for i in np.argsort(split.truth)]


def mean_words(pairs: Pairs, scaled: bool = True) -> Texts:
    """Mean word vectors, standardised by fit unless told otherwise."""
    fit = pairs.means["fit"].astype(np.float64)
    centre, spread = moments(fit) if scaled else (np.zeros(fit.shape[1]), np.ones(fit.shape[1]))
    return projected(pairs.means, np.diag(1 / spread), -centre / spread, words=pairs.words)


def weighted_bag(pairs: Pairs, n_components: int) -> Texts:
    """tf-idf on the words of fit, reduced to its strongest components (LSA), at unit size.

    A description then is a few hundred dense numbers instead of a thousand sparse ones, and
    the network has no inputs that fit never moved.
    """
    vectoriser = TfidfVectorizer(
        tokenizer=tokenize, token_pattern=None, lowercase=False, min_df=2, sublinear_tf=True
    )
    bags = {"fit": vectoriser.fit_transform(pairs.texts["fit"])}
    bags |= {split: vectoriser.transform(pairs.texts[split]) for split in ("dev", "test")}
    n = max(1, min(n_components, min(bags["fit"].shape) - 1))
    axes = TruncatedSVD(n, random_state=pairs.seed).fit(bags["fit"]).components_.T
    fit = bags["fit"] @ axes
    centre = fit.mean(axis=0)
    size = (fit - centre).std() or 1.0
    words, idf = tuple(vectoriser.get_feature_names_out()), vectoriser.idf_
    return projected(bags, axes / size, -centre / size, vocabulary=words, idf=idf)


def projected(raw: Arrays, scale: np.ndarray, shift: np.ndarray, **source: object) -> Texts:
    """Texts from raw vectors and the map that the network's inputs are made by."""
    arrays = {split: (x @ scale + shift).astype(np.float32) for split, x in raw.items()}
    return Texts(arrays, scale, shift, **source)


def moments(fit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each column; a constant column has deviation 1."""
    spread = fit.std(axis=0)
    return fit.mean(axis=0), np.where(spread > 1e-9, spread, 1.0)


def standardised(arrays: Arrays) -> Arrays:
    """Each column at mean 0 and deviation 1 over fit, the other splits by the same numbers."""
    centre, spread = moments(arrays["fit"].astype(np.float64))
    return {split: as_float32((x - centre) / spread) for split, x in arrays.items()}


def centred(arrays: Arrays) -> Arrays:
    """Less the mean of fit, then all columns divided by one number: mean square 1 over fit.

    One number for all keeps the distances of the features, but for their unit.
    """
    centre = arrays["fit"].mean(axis=0, dtype=np.float64)
    size = np.sqrt(np.mean((arrays["fit"] - centre) ** 2)) or 1.0
    return {split: as_float32((x - centre) / size) for split, x in arrays.items()}


def both_layers(pairs: Pairs) -> Arrays:
    """Class scores and pooled features side by side, standardised."""
    parts = [standardised(arrays) for arrays in pairs.features.values()]
    return {split: np.hstack([part[split] for part in parts]) for split in SPLITS}


def components(arrays: Arrays, n: int, seed: int = 0) -> Arrays:
    """The first n principal components of fit, in the features' own unit."""
    n = min(n, *arrays["fit"].shape)
    pca = PCA(n, svd_solver="randomized", iterated_power=4, random_state=seed).fit(arrays["fit"])
    return {split: as_float32(pca.transform(x)) for split, x in arrays.items()}


def whitened(reduced: Arrays, n: int, whitening: float) -> Arrays:
    """The first n of some components, their spread over fit evened out.

    whitening: 0 leaves the strong components strong, 1 makes all equally strong.
    """
    scale = moments(reduced["fit"][:, :n])[1] ** -whitening
    return {split: as_float32(x[:, :n] * scale) for split, x in reduced.items()}


def as_float32(array: np.ndarray) -> np.ndarray:
    """The array as networks read it."""
    return np.ascontiguousarray(array, dtype=np.float32)
