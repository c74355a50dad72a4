"""What the lines of data × objective say, as facts for the sentences of openings.toml."""

from collections.abc import Mapping, Sequence

Point = tuple[float, Sequence[float]]  # a score and its interval


def reading(points: Mapping[str, Mapping[int, Point]]) -> dict:
    """Which objective is ahead at which number of pairs, and what more pairs are worth; or {}.

    points: objective → pairs → its point. The long run keeps no single queries, so two scores are
    apart where their intervals do not overlap, which asks for more than a paired test would.
    """
    sizes = sorted(set.intersection(*map(set, points.values()))) if points else []
    if not sizes:
        return {}
    at = {"few": sizes[0], "middle": sizes[len(sizes) // 2], "many": sizes[-1]}
    scores = {place: {name: by[n][0] for name, by in points.items()} for place, n in at.items()}
    own, first, last = points["contrastive"], scores["middle"], scores["many"]
    rival = max(("ridge", "network"), key=first.get)
    steps = {name: last[name] - first[name] for name in points}
    worth = first["contrastive"] - first[rival]
    both = own[at["middle"]], own[at["many"]], points[rival][at["middle"]]
    more, doubt = steps["contrastive"] - abs(worth), sum((b - a) / 2 for _, (a, b) in both)
    signs = [min(order(own[n], points[name][n]) for name in ("ridge", "network")) for n in sizes]
    eyes = [order(points["pixels"][n], own[n]) for n in sizes] if "pixels" in points else []
    return {
        "sizes": len(sizes), **at, "at": scores, "rival": rival, "steps": steps, "worth": worth,
        "against": standing(signs, sizes), "pixels": standing(eyes, sizes),
        "data": "alike" if abs(more) <= doubt else "data" if more > 0 else "objective",
    }  # fmt: skip


def order(one: Point, other: Point) -> int:
    """1 above, -1 below, 0 where the intervals overlap."""
    (low, high), (other_low, other_high) = one[1], other[1]
    return (low > other_high) - (high < other_low)


def standing(signs: Sequence[int], sizes: Sequence[int]) -> dict:
    """Where a line lies above others: its kind, and from how many pairs on it stays there."""
    last = next((i for i, sign in enumerate(reversed(signs)) if sign < 1), len(signs))
    ahead, behind = signs.count(1), signs.count(-1)
    kind = "above" if ahead == len(signs) else "overtakes" if last else "falls back"
    kind = kind if ahead else "never" if signs else "none"
    return {"kind": kind, "from": sizes[-last], "ahead": ahead, "behind": behind}
