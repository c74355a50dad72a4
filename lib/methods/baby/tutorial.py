"""The tutorial that the paper lists, moein-shariatnia/OpenAI-CLIP: as it is, and changed.

Its pretrained towers cannot be had everywhere. In their place stand a CNN that learned ImageNet,
of drawings one that learned their tags, and a small DistilBERT that filled gaps in sentences.
"""

from dataclasses import asdict
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.lr_scheduler import ReduceLROnPlateau
from transformers import DistilBertConfig, DistilBertForMaskedLM

from lib import scenes
from lib.base import cache, device
from lib.base.kit import training
from lib.data import cnn
from lib.data.dataset import Dataset, Split
from lib.features import pictures
from lib.features.pictures import Album
from lib.methods.baby import model, train, words
from lib.methods.baby.recipe import GREY, RESNET, TUTORIAL, BabyShape, TutorialRecipe
from lib.methods.baby.system import BabyClip
from lib.search import evaluation, metrics, retrieval

VERSION = 1  # raise it when training gives other numbers: cached cells and records are made again

EYES = {True: (RESNET, 64, 4, (0.25,) * 3), False: ("tf_efficientnet_lite0", 224, 7, GREY)}
SMALL = 32  # pixels of random towers
TEXT = {"dim": 128, "n_layers": 2, "n_heads": 2, "hidden_dim": 512, "max_position_embeddings": 96}
RATES = (1e-4, 1e-5, 1e-3)  # of the image tower, the text tower and the heads
PASSES, GAPS = 5, 0.15  # over fit's sentences, to fill gaps; their share of the word pieces


def shape_of(is_drawn: bool, towers: str, vocabulary: tuple[str, ...]) -> BabyShape:
    image, side, last, std = EYES[is_drawn]
    if towers in ("random", "frozen"):
        image, side, std = RESNET, SMALL, GREY
    side = last if towers == "pretrained" else side
    return BabyShape(image, {}, side, TEXT, vocabulary, pooled="first", std=std)


def see(net: nn.Module, is_drawn: bool) -> tuple[nn.Module, nn.Module]:
    """Give timm's network its pretrained weights; what is before its last stage, and that stage.

    Of photographs "before" begins behind the stages of `cnn.middles`.
    """
    if is_drawn:
        net.load_state_dict(scenes.network().trunk.state_dict())
        parts = list(net.children())
        return nn.Sequential(*parts[:-3]), nn.Sequential(*parts[-3:])
    tensors = torch.load(cnn.weights(), map_location="cpu", weights_only=True).values()
    net.load_state_dict(dict(zip(net.state_dict(), tensors, strict=False)))  # but for its classes
    late = cnn.stages(net)[1]
    return late[: cnn.LATE], nn.Sequential(late[cnn.LATE :], net.global_pool)


@torch.inference_mode()
def album(split: Split, shape: BabyShape, towers: str, is_drawn: bool) -> Album:
    """Pixels, or what the frozen stages saw, float16 [n, h, w, c], with each image's sentences."""
    sentences = pictures.sentences_by_image(split)
    if towers != "pretrained":
        return Album(pictures.pixels(split, pictures.larger(shape.side)), sentences)
    baby, parts = model.placed(model.Baby(shape)).eval(), []
    before = see(baby.image, is_drawn)[0]
    side = EYES[is_drawn][1]
    for some in cnn.batches(pictures.pixels(split, side) if is_drawn else split.features("middle")):
        x = torch.from_numpy(some if is_drawn else some[:, 0]).to(baby.device).permute(0, 3, 1, 2)
        parts.append(before(baby.normalised(x)).permute(0, 2, 3, 1).half().cpu().numpy())
    return Album(np.concatenate(parts), sentences)


def reader(sentences: list[str], vocabulary: tuple[str, ...]) -> dict[str, Tensor]:
    """Weights of a small DistilBERT that learned to fill gaps, as the large one did."""

    def compute() -> dict[str, np.ndarray]:
        torch.manual_seed(0)
        config = DistilBertConfig(vocab_size=len(vocabulary), **TEXT)
        bert = DistilBertForMaskedLM(config).to(device.find()).train()
        rng = np.random.default_rng(0)
        pieces, optimizer = words.encoded(sentences, vocabulary), training.adamw(bert, 1e-3, 0.01)
        order = np.concatenate([rng.permutation(len(pieces)) for _ in range(PASSES)])
        for start in range(0, len(order), 128):
            some = [pieces[i] for i in order[start : start + 128]]
            ids, mask = (x.to(bert.device) for x in training.padded(some))
            gaps = (torch.rand(ids.shape, device=ids.device) < GAPS) & (ids >= len(words.SPECIAL))
            given = ids.masked_fill(gaps, words.SPECIAL.index("[MASK]"))
            with training.autocast(bert.device):
                scores = bert(input_ids=given, attention_mask=mask).logits
            loss = F.cross_entropy(scores[gaps].float(), ids[gaps])
            training.step(optimizer, loss, 1e-3 * training.rate(start / len(order)))
        return {name: x.cpu().numpy() for name, x in bert.distilbert.state_dict().items()}

    key = {"version": VERSION, "text": TEXT, "passes": PASSES, "gaps": GAPS,
           "sentences": sentences, "vocabulary": vocabulary}  # fmt: skip
    with training.plain_attention():
        arrays = cache.cached("reader", key, compute).arrays
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def fresh(split: Split, shape: BabyShape, recipe: TutorialRecipe, is_drawn: bool) -> model.Baby:
    """A baby before its first step; split: whose sentences its text tower knows."""
    baby = model.new(shape, recipe.seed)
    if recipe.towers in ("pretrained", "whole"):
        last = see(baby.image, is_drawn)[1]
        baby.image = last if recipe.towers == "pretrained" else baby.image
        baby.text.load_state_dict(reader(pictures.sentences(split), shape.vocabulary))
    for tower in (baby.image, baby.text):
        tower.requires_grad_(recipe.towers != "frozen")
    return model.placed(baby)


def optimizer_of(baby: model.Baby, recipe: TutorialRecipe) -> torch.optim.Optimizer:
    towers = list(baby.image.parameters()), list(baby.text.parameters())
    heads = [*baby.image_head.parameters(), *baby.text_head.parameters(), baby.log_scale]
    of_each = zip((*towers, heads), RATES, (0.0, 0.0, recipe.decay), strict=True)
    groups = [{"params": part, "lr": rate, "weight_decay": decay} for part, rate, decay in of_each]
    return torch.optim.AdamW(groups, fused=True)


@torch.no_grad()
def loss_on(baby: model.Baby, recipe: TutorialRecipe, some: Album) -> float:
    """The mean loss of first sentences, batch by batch."""
    pieces = words.encoded([own[0] for own in some.sentences], baby.shape.vocabulary)
    baby.eval()
    losses = []
    for rows in np.array_split(np.arange(len(some)), max(1, len(some) // recipe.batch)):
        batch = train.batch_of(baby, some, rows, [pieces[i] for i in rows])
        with training.autocast(baby.device):
            losses.append(float(train.pair_loss(baby, recipe, *batch)))
    return float(np.mean(losses))


def learn(
    baby: model.Baby, fit: Album, dev: Album, recipe: TutorialRecipe, target: Path | None = None
) -> list[dict]:
    """The looks at development, whose loss decides what is kept and when rates fall."""
    optimizer = optimizer_of(baby, recipe)
    plateau = ReduceLROnPlateau(optimizer, factor=0.8, patience=1)

    def look() -> float:
        loss = loss_on(baby, recipe, train.part(dev, 1000, 0))
        if recipe.rate is None:
            plateau.step(loss)
        return -loss

    return train.train(baby, fit, dev, recipe, target, optimizer, look)["curve"]


def described(vectors: np.ndarray, sentences: list) -> np.ndarray:
    """Each description as the mean of its sentences' vectors, which a row in training was."""
    starts = np.cumsum([0, *map(len, sentences[:-1])])
    return retrieval.unit(np.add.reduceat(vectors, starts))


def measured(data: Dataset, recipe: TutorialRecipe) -> cache.Entry:
    """A cell, trained once for each content: "precision" of each description of development.

    "losses": of development by epoch; "alike": mean cosine of two images, and of two sentences;
    "start": see `sharpness`, before any step.
    """
    is_drawn, sides = data.is_drawn, (data.fit, data.dev)

    def compute() -> dict[str, np.ndarray]:
        sentences = pictures.sentences(data.fit)
        shape = shape_of(is_drawn, recipe.towers, words.learned(sentences))
        both = [cache.remembered(split.memory, ("tutorial", shape.image, shape.side),
                                 lambda split=split: album(split, shape, recipe.towers, is_drawn))
                for split in sides]  # fmt: skip
        baby = fresh(data.fit, shape, recipe, is_drawn)
        start = sharpness(baby, both[1], recipe.batch)
        losses = [-look["score"] for look in learn(baby, *both, recipe)]
        baby.eval()
        texts = baby.texts(pictures.sentences(data.dev))
        images = baby.images(both[1].pixels)
        ranks = evaluation.ranked(described(texts, data.dev.sentences), images, data.dev.truth)
        alike = [float((x.mean(axis=0) ** 2).sum()) for x in (images, texts)]
        return {"precision": metrics.precision_at_k(ranks), "losses": np.array(losses),
                "alike": np.array(alike), "start": start}  # fmt: skip

    content = [pictures.content(split) for split in sides]
    key = {"version": [VERSION, train.VERSION], "recipe": asdict(recipe), "data": content}
    return cache.cached("tutorial", key, compute)


@torch.no_grad()
def sharpness(baby: model.Baby, some: Album, n: int) -> np.ndarray:
    """How sharp a softmax over n pairs is, vectors as they are and at length one, [2, 4].

    Length; the logits' deviation in a row; the largest share of a row; that of the soft targets.
    """
    pieces = words.encoded([own[0] for own in some.sentences[:n]], baby.shape.vocabulary)
    pixels, ids, mask, _ = train.batch_of(baby.eval(), some, np.arange(len(pieces)), pieces)
    sides, ways = (baby.embed_images(pixels), baby.embed_texts(ids, mask)), []
    for images, texts in (sides, [F.normalize(x, dim=-1) for x in sides]):
        logits, targets = texts @ images.T, train.soft_targets(images, texts)
        surest = [x.amax(dim=1).mean() for x in (logits.softmax(dim=1), targets)]
        ways.append([torch.cat([images, texts]).norm(dim=1).mean(), logits.std(1).mean(), *surest])
    return np.array(ways, float)


class Tutorial(BabyClip):
    """The whole of it: both towers learn in full; a description is the mean of its sentences."""

    more: ClassVar[dict] = {"tutorial": VERSION}

    def __init__(self, data: Dataset, recipe: TutorialRecipe):
        self.is_drawn = data.is_drawn
        vocabulary = words.learned(pictures.sentences(data.fit))
        super().__init__(TUTORIAL, shape_of(self.is_drawn, "whole", vocabulary), recipe)

    def train(self, split: Split, dev: Split, target: Path) -> None:
        sides = [album(each, self.shape, "whole", self.is_drawn) for each in (split, dev)]
        baby = fresh(split, self.shape, self.recipe, self.is_drawn)
        learn(baby, *sides, self.recipe, target)

    def embed_queries(self, split: Split) -> np.ndarray:
        """Vectors of a split's descriptions, float32 [n_query, dim]."""
        return described(self.embed_texts(pictures.sentences(split)), split.sentences)

    @property
    def params(self) -> dict:
        return super().params | {"starts_from": "pretrained towers"}
