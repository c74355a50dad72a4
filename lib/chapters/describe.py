"""What a data set looks like in numbers."""

from collections import Counter

import numpy as np
import pandas as pd

from lib import scenes
from lib.base import cache
from lib.data.dataset import Dataset, Split
from lib.features.text import tokenize
from lib.record import paper

CLIP_CONTEXT = 77  # tokens that CLIP reads of a text, start and end marks included


def counts(data: Dataset) -> pd.DataFrame:
    """Images, sentences and tags of each split, one row a split."""
    splits = {"train": data.train, "of it, fit": data.fit, "of it, dev": data.dev}
    return pd.DataFrame(
        [
            {
                "split": name,
                "images": len(split),
                "sentences": sum(map(len, split.sentences)),
                "under five sentences": sum(len(s) < 5 for s in split.sentences),
                "tags": sum(map(len, split.tags)),
                "without tags": sum(not tags for tags in split.tags),
            }
            for name, split in (splits | {"test": data.test}).items()
        ]
    )


def lengths(split: Split) -> dict[str, np.ndarray]:
    """Whole numbers to draw: sentences and tags an image, words a sentence."""
    return {
        "Sentences an image": np.array([len(s) for s in split.sentences]),
        "Tags an image": np.array([len(tags) for tags in split.tags]),
        "Words a sentence": np.array([len(tokenize(s)) for own in split.sentences for s in own]),
    }


def clip_lengths(texts: list[str]) -> np.ndarray:
    """Length of each text in CLIP's tokens with start and end marks, int [n_text], uncut."""

    def compute() -> dict[str, np.ndarray]:
        from open_clip.tokenizer import SimpleTokenizer

        tokenizer = SimpleTokenizer()
        return {"lengths": np.array([len(tokenizer.encode(text)) + 2 for text in texts])}

    return cache.cached("clip_lengths", {"texts": texts}, compute).arrays["lengths"]


def beside_coco(split: Split) -> pd.DataFrame:
    """Statistics of the sentences beside COCO's published ones, where there are any."""
    tokens, other = clip_lengths(split.texts), lengths(split)
    ours = {
        "CLIP tokens a description, mean": tokens.mean(),
        "CLIP tokens a description, median": np.median(tokens),
        "CLIP tokens a description, 95th percentile": np.percentile(tokens, 95),
        "share of descriptions over 77 tokens, %": 100 * (tokens > CLIP_CONTEXT).mean(),
        **{f"{name.lower()}, mean": values.mean() for name, values in other.items()},
    }
    theirs = paper.published()["coco"]
    rows = [
        {"statistic": name, "here": f"{value:.1f}", "COCO": f"{theirs.get(name, '—')}"}
        for name, value in ours.items()
    ]
    return pd.DataFrame(rows)


def facts(data: Dataset, size: str, position: int) -> str:
    """What the drawn data knows of one training image, in words; other data knows nothing."""
    if not data.is_drawn:
        return "This data comes without facts: nobody has written down what its pictures show."
    row = scenes.facts("train", size).iloc[position]
    sky = ", ".join(row[part] for part in ("place", "time", "weather", "framing") if row[part])
    lines = [f"**{sky}**"]
    for thing, share in zip(row["objects"], row["visible"], strict=True):
        told = [f"{k} {v}" for k, v in thing.items() if v not in ("", -1) and k != "category"]
        lines.append(f"- *{thing['category']}*: {', '.join(told)}; {share:.1%} of the picture")
    return "\n".join(lines)


def own_number(split: Split) -> int | None:
    """How many descriptions belong to the image of their own number; None without a key."""
    if split.truth is None:
        return None
    pairs = zip(split.query_ids, split.truth, strict=True)
    return sum(query.split(".")[0] == split.images[image].stem for query, image in pairs)


def most_frequent_tag(split: Split) -> tuple[str, float]:
    """The tag on most images, and the share of images that have it."""
    counted = Counter(tag for tags in split.tags for tag in set(tags))
    tag, n = counted.most_common(1)[0] if counted else ("none", 0)
    return tag, n / len(split)
