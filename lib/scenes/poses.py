"""How people hold themselves: joint angles for each action, and targets for hands and feet.

Angles are in degrees from straight down, positive forward (to the right). A limb is a pair of
angles (upper, lower), or a triple ("to", x, y): a target relative to the hip that the two bones
reach by themselves, in centimetres of a grown body.
"""

from dataclasses import dataclass

Limb = tuple


@dataclass(frozen=True)
class Pose:
    """One way to stand, sit or move.

    lean: of the spine, forward; turn: 0 seen from the side, 1 from the front; tilt: of the head.
    near_*, far_*: the limbs; lift: centimetres above the ground; seat: height of the hip if it is
    given by a seat rather than by the feet; lying: the whole body turned on its back.
    """

    lean: float = 0.0
    turn: float = 0.55
    tilt: float = 0.0
    near_arm: Limb = (-8, 8)
    far_arm: Limb = (12, 20)
    near_leg: Limb = (-5, -5)
    far_leg: Limb = (6, 4)
    lift: float = 0.0
    seat: float = 0.0
    lying: bool = False


_STAND = Pose()
_SIT = Pose(
    lean=-3, near_arm=(22, 62), far_arm=(30, 70), near_leg=(84, 2), far_leg=(78, -6), seat=46
)
_AT = Pose(lean=6, turn=0.9, near_arm=(28, 104), far_arm=(38, 108), near_leg=(80, 0),
           far_leg=(70, 0), seat=46, tilt=4)  # fmt: skip
POSES = {
    "standing": _STAND,
    "walking": Pose(lean=3, near_arm=(-26, -6), far_arm=(28, 48), near_leg=(26, 12),
                    far_leg=(-16, -34)),
    "running": Pose(lean=14, near_arm=(-52, 34), far_arm=(48, 128), near_leg=(62, -6),
                    far_leg=(-22, -82), lift=6),
    "waving": Pose(near_arm=(-8, 6), far_arm=(118, 166), turn=0.9),
    "jumping": Pose(near_arm=(-140, -160), far_arm=(140, 162), near_leg=(34, -50),
                    far_leg=(-24, -84), lift=34, turn=0.9),
    "dancing": Pose(lean=-6, near_arm=(-112, -150), far_arm=(84, 130), near_leg=(-26, -12),
                    far_leg=(48, -22), tilt=8, turn=0.9),
    "sitting": _SIT, "lounging": _SIT, "watching tv": _SIT,
    "sleeping": Pose(near_arm=(8, 14), far_arm=(10, 10), near_leg=(8, -12), far_leg=(2, 2),
                     lying=True),
    "playing video games": Pose(lean=4, near_arm=(18, 82), far_arm=(28, 84), near_leg=(-8, -6),
                                far_leg=(10, 8)),
    "reading": Pose(tilt=12, near_arm=(16, 104), far_arm=(26, 108)),
    "talking on the phone": Pose(near_arm=(30, 168), far_arm=(10, 22), tilt=4),
    "taking a picture": Pose(near_arm=(62, 106), far_arm=(70, 110)),
    "eating": Pose(near_arm=(24, 132), far_arm=(12, 40), tilt=4),
    "drinking": Pose(near_arm=(34, 140), far_arm=(8, 20), tilt=-8),
    "dining": _AT,
    "cutting a cake": Pose(lean=8, turn=0.9, near_arm=(66, 134), far_arm=(34, 104), seat=46,
                           near_leg=(80, 0), far_leg=(70, 0), tilt=8),
    "working on a laptop": _AT,
    "cutting paper": _AT,
    "cooking": Pose(lean=5, near_arm=(30, 80), far_arm=(40, 88), tilt=8),
    "brushing teeth": Pose(near_arm=(40, 140), far_arm=(8, 16)),
    "drying hair": Pose(near_arm=(92, 176), far_arm=(8, 16), tilt=-4),
    "hugging": Pose(near_arm=(18, 92), far_arm=(26, 84), tilt=6),
    "walking a dog": Pose(lean=2, near_arm=(22, 52), far_arm=(-22, -4), near_leg=(24, 10),
                          far_leg=(-16, -34)),
    "petting": Pose(lean=14, near_arm=(62, 78), far_arm=(0, 14), tilt=8),
    "crouching": Pose(lean=22, near_arm=(58, 72), far_arm=(10, 40), near_leg=(84, -22),
                      far_leg=(18, -86), tilt=8),
    "feeding": Pose(lean=5, near_arm=(58, 82), far_arm=(4, 14)),
    "cycling": Pose(lean=30, near_arm=("to", 70, -8), far_arm=("to", 73, -9),
                    near_leg=("to", 22, 72), far_leg=("to", 30, 50), tilt=-8, turn=0.3),
    "motorcycling": Pose(lean=14, near_arm=("to", 57, -20), far_arm=("to", 59, -21),
                         near_leg=("to", 22, 52), far_leg=("to", 22, 52), tilt=-2, turn=0.3),
    "horse riding": Pose(lean=2, near_arm=("to", 36, -24), far_arm=("to", 38, -26),
                         near_leg=("to", 16, 66), far_leg=("to", 18, 60), turn=0.4),
    "elephant riding": Pose(near_arm=(40, 70), far_arm=(48, 76), near_leg=("to", 20, 62),
                            far_leg=("to", 24, 60), turn=0.4),
    "skateboarding": Pose(lean=12, near_arm=(-70, -46), far_arm=(78, 96), near_leg=(48, -22),
                          far_leg=(-8, -34), turn=0.6),
    "surfing": Pose(lean=16, near_arm=(-86, -64), far_arm=(82, 104), near_leg=(62, -14),
                    far_leg=(-12, -42), turn=0.6),
    "snowboarding": Pose(lean=8, near_arm=(-82, -58), far_arm=(74, 100), near_leg=(54, -20),
                         far_leg=(-18, -46), turn=0.6),
    "skiing": Pose(lean=26, near_arm=(30, 72), far_arm=(44, 84), near_leg=(46, -22),
                   far_leg=(38, -26), turn=0.3),
    "carrying a surfboard": Pose(lean=2, near_arm=(-4, 24), far_arm=(20, 40), near_leg=(22, 10),
                                 far_leg=(-14, -30)),
    "playing tennis": Pose(lean=6, near_arm=(96, 128), far_arm=(-46, -20), near_leg=(36, 14),
                           far_leg=(-30, -40), turn=0.6),
    "batting": Pose(lean=4, near_arm=(30, 118), far_arm=(52, 124), near_leg=(22, 10),
                    far_leg=(-26, -18), turn=0.5),
    "catching": Pose(lean=8, near_arm=(84, 102), far_arm=(-40, -6), near_leg=(34, -10),
                     far_leg=(-26, -44)),
    "kicking": Pose(lean=-8, near_arm=(-48, -26), far_arm=(60, 84), near_leg=(62, 40),
                    far_leg=(-8, -14)),
    "throwing": Pose(lean=8, near_arm=(94, 104), far_arm=(-58, -34), near_leg=(30, 8),
                     far_leg=(-26, -34), turn=0.6),
    "flying a kite": Pose(lean=-7, near_arm=(112, 132), far_arm=(100, 128), tilt=-16,
                          near_leg=(-8, -4), far_leg=(14, 4)),
    "holding an umbrella": Pose(near_arm=(24, 118), far_arm=(-8, 6)),
    "pulling a suitcase": Pose(lean=3, near_arm=(-34, -26), far_arm=(24, 44), near_leg=(24, 12),
                               far_leg=(-16, -34)),
    "rowing": Pose(lean=-6, near_arm=("to", 44, -18), far_arm=("to", 48, -20), near_leg=(78, 40),
                   far_leg=(74, 40), seat=30, turn=0.4),
}  # fmt: skip
SEATED = {
    "reading": Pose(lean=-3, tilt=14, near_arm=(14, 100), far_arm=(24, 104), near_leg=(84, 2),
                    far_leg=(78, -6), seat=46),
    "eating": Pose(lean=2, near_arm=(24, 132), far_arm=(30, 70), near_leg=(84, 2),
                   far_leg=(78, -6), seat=46, tilt=4),
}  # fmt: skip
