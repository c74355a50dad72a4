"""What an art function gets and gives: the facts to show, and a drawing in centimetres."""

from dataclasses import dataclass, field

from lib.scenes.pen import NAMED
from lib.scenes.rng import Rng


@dataclass(frozen=True)
class Style:
    """The facts that a drawing must show, and a stream for all that is no fact.

    colour: a name from `world.COLOURS` or ""; pose: an action or an animal's pose.
    """

    rng: Rng
    colour: str = ""
    pose: str = ""
    who: str = ""
    feature: str = ""
    size: str = ""
    place: str = ""
    time: str = "day"

    @property
    def paint(self) -> str:
        """The hex colour of `colour`; a quiet gray-blue if colour is no fact here."""
        return NAMED.get(self.colour, "#7d8fa6")


@dataclass(frozen=True)
class Art:
    """A drawing: SVG in centimetres with its foot at (0, 0), its box, and named points.

    left, right, top: the box relative to the foot (top is negative). points: where a rider sits,
    where a hand is, where the surface lies on which something can stand. lift: how far it floats
    above the ground. shadow: half the width of its shadow on the ground, 0 for none.
    """

    svg: str
    left: float
    right: float
    top: float
    points: dict = field(default_factory=dict)
    lift: float = 0.0
    shadow: float = -1.0
