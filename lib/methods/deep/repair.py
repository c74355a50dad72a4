"""The network that works: still from a description to image features; and each repair's worth."""

from dataclasses import dataclass, replace

import numpy as np

from lib.data.dataset import Dataset
from lib.features.text import MeanWords
from lib.methods.deep import parts
from lib.methods.deep.deep import SEEDS, DeepRegression, Design
from lib.methods.deep.parts import BagInputs, Network, Targets, WordInputs
from lib.search import evaluation


@dataclass(frozen=True)
class RepairRecipe:
    """All choices of a text → image network; the defaults are the plain regression.

    bag: components of the bag of words, 0 for mean word vectors. scaled: inputs and targets.
    both_layers: class scores and pooled features. whitening: as in `parts.Whitening`.
    """

    scaled: bool = False
    metric: str = "euclidean"
    loss: str = "mse"
    bag: int = 0
    both_layers: bool = False
    n_components: int = 100
    whitening: float = 0.0
    dropout: float = 0.0
    temperature: float = 0.1

    def design(self, words: MeanWords) -> Design:
        """What it comes to; words: untrained, with the seed of all that is drawn."""
        bag = BagInputs(self.bag, words.seed)
        layers, scaling = ("fc1000",), ()
        if self.both_layers:
            layers, scaling = ("fc1000", "pool5"), (parts.Scaling(by_column=True),)
        steps = (
            *scaling,
            parts.Components(MOST_COMPONENTS, words.seed),
            parts.Whitening(self.n_components, self.whitening),
            *((parts.Scaling(),) if self.scaled else ()),
        )
        network = Network(
            hidden=(512,), learning_rate=3e-3, anneal=True, first_output=0.3, epochs=8,
            patience=8, metric=self.metric, loss=self.loss, dropout=self.dropout,
            temperature=self.temperature,
        )  # fmt: skip
        texts = bag if self.bag else WordInputs(words, self.scaled)
        return Design(texts, Targets(layers, steps), network)


GOOD = RepairRecipe(True, "cosine", "contrastive", 400, True, 200, 0.5, 0.3, 0.05)
CANDIDATES = {  # dev decides between them; few pairs want less of everything
    "sharp": GOOD,
    "middle": replace(GOOD, bag=200, n_components=100, temperature=0.1),
}
MOST_COMPONENTS = max(recipe.n_components for recipe in CANDIDATES.values())
STEPS = {  # repair → the choices it changes, in the order in which they are made
    "inputs and targets scaled": ("scaled",),
    "cosine": ("metric",),
    "a loss that ranks": ("loss", "temperature"),
    "bag of words": ("bag",),
    "both feature layers": ("both_layers",),
    "more components, whitened": ("n_components", "whitening"),
    "dropout": ("dropout",),
}


def fixed(words: MeanWords, device: str = "cpu") -> DeepRegression:
    """`deep.fixed`, and `.ensemble`, the mean of its seeds' predictions at length one."""
    designs = {name: recipe.design(words) for name, recipe in CANDIDATES.items()}
    others = {".ensemble": {"averaged": True}}
    return DeepRegression("deep.fixed", designs, "cosine", SEEDS, device, others)


def precision(data: Dataset, words: MeanWords, recipe: RepairRecipe, device="cpu") -> np.ndarray:
    """Average precision of each dev query by one recipe, one seed, [n_query]."""
    design = {"": recipe.design(words)}
    system = DeepRegression("deep.repair", design, recipe.metric, SEEDS[:1], device)
    return evaluation.evaluate(data, system, splits=("dev",)).precision("dev")


def ladder(best: RepairRecipe) -> dict[str, RepairRecipe]:
    """The plain regression, and the recipe after each further repair; the last is the best."""
    rungs = {"plain regression": (recipe := RepairRecipe())}
    for step, names in STEPS.items():
        rungs[step] = recipe = with_choices(recipe, names, best)
    return rungs


def left_out(best: RepairRecipe) -> dict[str, RepairRecipe]:
    return {step: with_choices(best, names, RepairRecipe()) for step, names in STEPS.items()}


def with_choices(recipe: RepairRecipe, names: tuple[str, ...], other: RepairRecipe) -> RepairRecipe:
    return replace(recipe, **{name: getattr(other, name) for name in names})
