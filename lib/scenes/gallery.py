"""What is asked of the scenes of a table of facts: what of them is unseen, and other drawings."""

from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image

from lib.base import cache, files, paths, processes
from lib.scenes import built, draw, records, resnet, sampler, shifts, unseen
from lib.scenes.builder import QUALITY
from lib.scenes.corpus import Corpus


def kinds(table: pd.DataFrame) -> list[set[str]]:
    """Which kinds of unseen things each image shows, of `unseen.KINDS`."""
    every = [records.from_row(row) for _, row in table.iterrows()]
    return [unseen.shown(scene, [i for i, share in visible.items() if share > 0])
            for scene, visible in every]  # fmt: skip


def keys(table: pd.DataFrame) -> list[tuple]:
    return [records.coarse_key(records.from_row(row)[0]) for _, row in table.iterrows()]


def near_twins(table: pd.DataFrame, seed: int, n: int) -> np.ndarray:
    """Whether each image has its coarse key among the corpus's first n scenes, bool [n_image]."""
    known = {records.coarse_key(scene) for scene in islice(sampler.stream(seed, "corpus"), n)}
    return np.array([key in known for key in keys(table)])


def notes(table: pd.DataFrame) -> list[str]:
    return [shifts.note(*records.from_row(row)) for _, row in table.iterrows()]


def inked(table: pd.DataFrame, names: list[str]) -> tuple[list[Path], np.ndarray]:
    """Inked drawings of images of these names, drawn once, and what the CNN sees in them."""
    folder = paths.CACHE / "inked" / files.digest([built.VERSION, shifts.VERSION, names])[:16]
    targets = [folder / f"{Path(name).stem}.jpg" for name in names]
    missing = [i for i, target in enumerate(targets) if not target.is_file()]
    scenes = [records.from_row(table.iloc[i])[0] for i in missing]
    with processes.pool() as pool:
        list(pool.map(_draw_inked, scenes, [targets[i] for i in missing], chunksize=20))
    return targets, resnet.outputs(resnet.load(resnet.WEIGHTS), resnet.pixels(targets))[2]


def _draw_inked(scene: records.Scene, target: Path) -> None:
    with files.writing(target) as temporary:
        picture = Image.fromarray(shifts.inked(draw.render(scene)))
        picture.save(temporary, "JPEG", quality=QUALITY)


def corpus_features(source: Corpus, side: int) -> dict[str, np.ndarray]:
    """Of each picture of a corpus "pool5" [n, 512] and "pixels", uint8 [n, 1, side, side, 3]."""

    def compute() -> dict[str, np.ndarray]:
        net, pooled, pixels = resnet.load(resnet.WEIGHTS), [], []
        for shard in source.pixels():
            seen = torch.from_numpy(_smaller(shard, resnet.PIXELS)).permute(0, 3, 1, 2)
            pooled.append(resnet.outputs(net, seen)[2])
            pixels.append(_smaller(shard, side))
        return {"pool5": np.concatenate(pooled), "pixels": np.concatenate(pixels)[:, None]}

    key = {"corpus": source.fingerprint, "side": side, "weights": resnet.CARD.read_text("utf-8")}
    return dict(cache.cached("corpus-features", key, compute).arrays)


def _smaller(shard: np.ndarray, side: int) -> np.ndarray:
    size, box = (side, side), Image.Resampling.BOX
    return np.stack([np.asarray(Image.fromarray(p).resize(size, box)) for p in shard])
