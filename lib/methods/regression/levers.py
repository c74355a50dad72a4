"""What one change is worth: levers of the classical systems, and cost against score."""

from collections.abc import Mapping, Sequence

from lib.methods.regression.classic import ADDED, LEVERS, Recipe, pulled
from lib.search import metrics
from lib.search.runs import SystemRun

OBVIOUS = "boosting.xgboost_pca100.obvious"
Gain = tuple[float, list[float]]  # difference of map_at_20, its 95 % interval


def gains(systems: Mapping[Recipe, SystemRun], split: str) -> dict[str, dict[str, Gain]]:
    """What each lever changes, at either end: lever → "alone" or "on top" → paired gain."""
    found = {}
    for lever in (*LEVERS, *ADDED):
        found[lever] = {
            end: metrics.paired_difference(
                systems[pulled_out].precision(split), systems[without].precision(split)
            )
            for end, (without, pulled_out) in pulled(lever).items()
        }
    return found


def best_without_tags(systems: Mapping[Recipe, SystemRun]) -> SystemRun:
    """The classical system with the best development score that reads no human tags."""
    plain = [run for recipe, run in systems.items() if not recipe.image.endswith("_tags")]
    return max(plain, key=lambda run: metrics.map_at_k(run.ranks["dev"]))


def cost_points(systems: Sequence[SystemRun], long: dict | None) -> list[dict]:
    """Seconds and development score of each system, and of the long run's obvious way.

    long: the record of `make xgboost-reference`, or None where nobody has run it.
    """
    points = [
        {
            "name": run.id,
            "family": run.id.split(".")[0],
            "seconds": run.seconds["dev"],
            "score": metrics.map_at_k(run.ranks["dev"]),
            "ci95": metrics.interval(run.precision("dev")),
        }
        for run in systems
    ]
    if long:
        row = obvious_row(long)
        about = {"name": f"{OBVIOUS} (long run)", "family": "boosting"}
        score = {"score": row["map_at_20"], "ci95": row["map_at_20_ci95"]}
        points.append({**about, "seconds": row["seconds"], **score})
    return points


def obvious_row(long: dict) -> dict:
    """The measured row of the obvious way in the long run's record."""
    rows = long["rows"]
    return next(r for r in rows if r["system"] == OBVIOUS and r["status"] == "measured")


def obvious_against_quick(quick: SystemRun, long: dict | None) -> str:
    """A sentence on what the quick way saves and gives up on development."""
    if not long:
        return (
            "The obvious way has not been run on this data: `make xgboost-reference` does, in "
            "about a quarter of an hour for ten thousand images on two cores."
        )
    row = obvious_row(long)
    score, seconds = metrics.map_at_k(quick.ranks["dev"]), quick.seconds["dev"]
    low, high = row["map_at_20_ci95"]
    commit = long["environment"]["git_commit"][:10]
    return (
        f"On development the obvious way scored {row['map_at_20']:.4f} [{low:.4f}, {high:.4f}] "
        f"after {row['seconds']:,.0f} s (long run, commit {commit}). The quick way scores "
        f"{score:.4f} after {seconds:,.0f} s, {row['seconds'] / seconds:.0f} times as fast."
    )
