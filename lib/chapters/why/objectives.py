"""What the lines of data × objective say, as facts for the sentences of openings.toml."""

from collections.abc import Mapping, Sequence


def reading(points: Mapping[str, Mapping[int, tuple]]) -> dict:
    """Which objective is ahead at which number of pairs, and what more pairs are worth.

    points: objective → pairs → (score, interval). Apart are those whose intervals do not overlap,
    which asks for more than a paired test would: the long run keeps no single queries.
    """
    sizes, own = sorted(set.intersection(*map(set, points.values()))), points["contrastive"]
    at = {"few": sizes[0], "middle": sizes[len(sizes) // 2], "many": sizes[-1]}
    score = {place: {name: by[n][0] for name, by in points.items()} for place, n in at.items()}
    steps = {name: score["many"][name] - score["middle"][name] for name in points}
    rival = max(("ridge", "network"), key=score["middle"].get)
    worth = score["middle"]["contrastive"] - score["middle"][rival]
    both = own[at["middle"]], own[at["many"]], points[rival][at["middle"]]
    more, doubt = steps["contrastive"] - abs(worth), sum((b - a) / 2 for _, (a, b) in both)
    pixels = standing(points["pixels"], [own], sizes) if "pixels" in points else {"kind": "none"}
    return {
        "sizes": len(sizes), **at, "at": score, "rival": rival, "steps": steps, "worth": worth,
        "against": standing(own, [points["ridge"], points["network"]], sizes), "pixels": pixels,
        "data": "alike" if abs(more) <= doubt else "data" if more > 0 else "objective",
    }  # fmt: skip


def standing(own: Mapping, others: Sequence[Mapping], sizes: Sequence[int]) -> dict:
    """At how many sizes a line is above all others or below one, and from which on it is ahead."""
    spans = [(own[n][1], [other[n][1] for other in others]) for n in sizes]
    above = [all(low > end for _, end in each) for (low, _), each in spans]
    below = [any(high < end for end, _ in each) for (_, high), each in spans]
    last = next((i for i, is_above in enumerate(reversed(above)) if not is_above), len(above))
    kind = "above" if all(above) else "overtakes" if last else "falls back"
    return {"kind": kind if any(above) else "never", "from": sizes[-last], "ahead": sum(above),
            "behind": sum(below)}  # fmt: skip
