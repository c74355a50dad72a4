"""What a record holds: rows of what was measured of a system, and where it was measured."""

import importlib.metadata
import platform
import re
from collections.abc import Callable

import numpy as np

from lib.base import cache, device, paths
from lib.base.settings import Settings
from lib.data.dataset import Dataset
from lib.record import inputs
from lib.search import metrics
from lib.search.evaluation import Evaluation

Side = Evaluation | float  # a system, or the score of one that has no queries
DIGITS = 6  # of a measured number; beyond it machines differ


def record(
    notebook: str, settings: Settings, data: Dataset, profile: str, now: dict, seconds: float, *,
    rows: list[dict], facts: dict, claims: list[dict] | None = None,
    figures: dict[str, str] | None = None, **more: dict,
) -> dict:  # fmt: skip
    """A record. now: what it depends on. more: what only some records have."""
    return {
        "notebook": notebook,
        "data": data.summary(),
        "profile": profile,
        "seed": settings.seed,
        "parameters": vars(settings),
        "rows": rows,
        "claims": claims or [],
        "facts": rounded(facts),
        "figures": figures or {},
        "inputs": now,
        **more,
        "environment": environment(notebook, settings),
        "seconds": round(seconds, 1),
        "peak_memory_mb": round(device.peak_memory_mb()),
    }


def environment(notebook: str, settings: Settings) -> dict:
    names = re.findall(r"^[\w-]+", (paths.ROOT / "requirements.in").read_text(), re.MULTILINE)
    return {
        "git_commit": (inputs.git("rev-parse", "HEAD") or "").strip() or "unknown",
        "git_dirty": inputs.is_dirty(notebook, settings),
        "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in names},
        "device": device.find(),
        "cores": device.cores(),
    }


def rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if isinstance(value, (list, tuple)) else value


def rows(system: Evaluation, data: Dataset) -> list[dict]:
    return [row(system, split, len(getattr(data, split))) for split in ("dev", "test")]


def row(system: Evaluation, split: str, n_gallery: int) -> dict:
    if split not in system.ranks:
        reason = "needs test_key.csv: nobody has told which image a test description is of"
        return not_run(system.id, reason, split)
    ranks = system.ranks[split]
    n_seeds = len(ranks) if system.system.is_random else 0
    by_seed = {"by_seed": [metrics.map_at_k(seed) for seed in ranks]} if len(ranks) > 1 else {}
    measured = {
        "system": system.id,
        "status": "measured",
        "split": split,
        **summary(ranks),
        "n_train": system.n_train[split],
        "n_queries": ranks.shape[1],
        "n_gallery": n_gallery,
        "n_seeds": n_seeds,
        **({"reads_tags": True} if system.system.reads_tags else {}),
        "seconds": system.seconds[split] / len(ranks),  # of one seed
        "model_bytes": system.model_bytes,
        "params": {"metric": system.metric, **system.params, **by_seed},
    }
    return rounded(measured)


def not_run(system: str, reason: str, split: str = "test") -> dict:
    return {"system": system, "status": "not_run", "split": split, "reason": reason}


def claim_measured(claim: dict, better: Side, worse: Side, split: str) -> dict:
    """The paired comparison that a claim of the paper comes down to; `paper.judged` judges it.

    One side may be a multiple of chance's exact score. Returns the difference of `map_at_20`, its
    95 % interval, `p` of no difference, and `p_beyond` of one as large as the claim's margin.
    """
    sides = [one if isinstance(one, float) else one.precision(split) for one in (better, worse)]
    sides = [np.full_like(sides[1], better) if isinstance(better, float) else sides[0], sides[1]]
    gain, ci95 = difference(*sides)
    gap = metrics.Gap.of(*sides)
    about = {"claim": claim["id"], "split": split, "difference": gain, "ci95": ci95}
    return rounded({**about, "p": gap.p, "p_beyond": gap.p_beyond(claim["margin"])})


def summary(ranks: np.ndarray) -> dict[str, float]:
    """`metrics.summary`, computed once for each content."""
    return resampled(lambda: metrics.summary(ranks), ranks)


def difference(better: np.ndarray, worse: np.ndarray | float) -> tuple[float, list[float]]:
    """`metrics.paired_difference`, computed once for each content."""
    names, sides = ("difference", "ci95"), (better, np.asarray(worse))
    values = resampled(
        lambda: dict(zip(names, metrics.paired_difference(better, worse), strict=True)), *sides
    )
    return values["difference"], values["ci95"]


def resampled(compute: Callable[[], dict], *content: np.ndarray) -> dict:
    """Named numbers with intervals, kept: a bootstrap takes longer than all else of a row."""
    key = {"version": metrics.VERSION, "of": [cache.hash_of(array) for array in content]}
    entry = cache.cached("scores", key, lambda: {k: np.array(v) for k, v in compute().items()})
    return {name: array.tolist() for name, array in entry.arrays.items()}
