"""The strong classical methods that other entrants used, one lever apart from each other.

A recipe names what is mapped to what: `classic.<method>.<direction>.<text>.<image>`. All
methods are the libraries' own; what is chosen is chosen on the fit and dev images.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lib.features.features import StandardFeatures
from lib.features.text import MeanWords, Tfidf
from lib.methods.regression.models import ClassicRidge, GaussianRidge, PartialLeastSquares
from lib.methods.regression.regress import Regression

METHODS = {"ridge": ClassicRidge, "kernel_ridge": GaussianRidge, "pls": PartialLeastSquares}


@dataclass(frozen=True)
class ClassicRecipe:
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
        name = f"classic.{self.method}.{self.direction}.{self.text}.{self.image}"
        return name + (".cosine" if self.metric == "cosine" else "")

    def seeds(self, words: Sequence[MeanWords]) -> list[Regression]:
        """The unfitted system for each of the trained word vectors, all that is drawn."""
        return [
            Regression(
                self.id,
                texts,
                StandardFeatures(self.image),
                METHODS[self.method](),
                self.direction,
                self.metric,
            )
            for texts in (words if self.text == "word2vec" else [Tfidf()])
        ]


PLAIN = ClassicRecipe()
STRONG = ClassicRecipe("ridge", "image_to_text", "tfidf", "pool5", "cosine")
LEVERS = {  # what is pulled → the field, and its value then
    "direction: image → text": ("direction", "image_to_text"),
    "words: tf-idf": ("text", "tfidf"),
    "distance: cosine": ("metric", "cosine"),
    "features: pool5": ("image", "pool5"),
    "features: both layers": ("image", "both"),
    "human tags": ("image", "{}_tags"),
    "method: PLS": ("method", "pls"),
    "method: kernel ridge": ("method", "kernel_ridge"),
}
KERNEL = ClassicRecipe("kernel_ridge", "text_to_image", "tfidf", "pool5", "cosine")  # in no pair


def pulled(lever: str) -> dict[str, tuple[ClassicRecipe, ClassicRecipe]]:
    """The pair of recipes that differ in this lever alone, at either end: (without, with)."""
    field, value = LEVERS[lever]
    plain, strong = (replace(recipe, **{field: value.format(getattr(recipe, field))})
                     for recipe in (PLAIN, STRONG))  # fmt: skip
    is_strong = strong == STRONG  # then it is pulled already, and let go
    without = replace(STRONG, **{field: getattr(PLAIN, field)}) if is_strong else STRONG
    return {"alone": (PLAIN, plain), "on top": (without, strong)}


def recipes() -> list[ClassicRecipe]:
    pairs = [pair for lever in LEVERS for pair in pulled(lever).values()]
    return list(dict.fromkeys([*(recipe for pair in pairs for recipe in pair), KERNEL]))
