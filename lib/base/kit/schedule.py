"""How large the steps of a training are, from its beginning to its end."""

import math


def rate(done: float, warm: float = 0.1) -> float:
    """Share of the learning rate after this share of the training: up, then a cosine down."""
    if done < warm:
        return (done + 0.01) / (warm + 0.01)
    return 0.5 * (1 + math.cos(math.pi * (done - warm) / (1 - warm)))
