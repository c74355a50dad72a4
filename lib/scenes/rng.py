"""A counter-based random generator that gives the same numbers on every machine.

Neither `random` (its helpers changed between versions) nor `hash()` (salted) may decide what a
scene is: facts are pinned by a fingerprint. A stream is named by (seed, name, index), so that
facts and nuisance, and one scene and the next, never share or shift each other's numbers.
"""

from collections.abc import Sequence
from hashlib import blake2b

_MASK = (1 << 64) - 1


def _mix(x: int) -> int:
    """Splitmix64's finaliser: a bijection of 64-bit integers that scatters neighbours."""
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)


class Rng:
    """One stream of numbers: the n-th number is a pure function of (seed, name, index, n)."""

    __slots__ = ("_key", "_n")

    def __init__(self, seed: int, name: str, index: int = 0):
        """Open the stream `name` of `seed` at `index`; equal arguments give equal streams."""
        text = f"{seed}/{name}/{index}".encode()
        self._key = int.from_bytes(blake2b(text, digest_size=8).digest(), "little")
        self._n = 0

    def bits(self) -> int:
        """Return the next integer in [0, 2**64)."""
        self._n += 1
        return _mix((self._key + self._n * 0x9E3779B97F4A7C15) & _MASK)

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """Return the next float in [low, high)."""
        return low + (high - low) * ((self.bits() >> 11) / (1 << 53))

    def below(self, n: int) -> int:
        """Return the next integer in [0, n); the bias of n / 2**64 is negligible."""
        return (self.bits() * n) >> 64

    def chance(self, p: float) -> bool:
        """Return True with probability p."""
        return self.uniform() < p

    def choice(self, items: Sequence):
        """Return one of `items`, all equally likely; raises ValueError if there are none."""
        if not items:
            raise ValueError("choice needs at least one item; got an empty sequence")
        return items[self.below(len(items))]

    def weighted(self, items: Sequence, weights: Sequence[float]):
        """Return one of `items` with chances proportional to `weights`."""
        point = self.uniform(0.0, sum(weights))
        for item, weight in zip(items, weights, strict=True):
            point -= weight
            if point < 0:
                return item
        return items[-1]

    def sample(self, items: Sequence, k: int) -> list:
        """Return k different items (all of them if there are fewer), in random order."""
        pool, picked = list(items), []
        while pool and len(picked) < k:
            picked.append(pool.pop(self.below(len(pool))))
        return picked
