"""What people hold and wear: where in the hand, at what angle, how much enlarged."""

from lib.scenes.art import draw_thing
from lib.scenes.pen import line, place
from lib.scenes.records import Scene
from lib.scenes.style import Art

# Small things are drawn larger than life, or nobody would see them at 224 pixels.
_GROW = {"cell phone": 1.35, "cup": 1.8, "bottle": 1.3, "wine glass": 1.5, "toothbrush": 1.7,
         "remote": 1.7, "apple": 1.8, "donut": 1.8, "banana": 1.8, "sandwich": 1.4, "hot dog": 1.6,
         "pizza": 1.6, "cake": 0.9, "book": 1.3, "frisbee": 1.15, "tennis racket": 1.2,
         "baseball bat": 1.15, "baseball glove": 1.2, "hair drier": 1.15, "kite": 0.9,
         "knife": 1.3}  # fmt: skip
_TURN = {"tennis racket": 38.0, "baseball bat": -38.0, "cell phone": 12.0, "toothbrush": 62.0,
         "umbrella": -4.0, "remote": 20.0, "knife": 172.0, "bottle": 18.0, "cup": 0.0,
         "hair drier": -4.0}  # fmt: skip
# Things whose foot is not where they are gripped: how far below the hand the foot hangs.
_DROP = {"cup": 8.0, "bottle": 14.0, "wine glass": 8.0, "apple": 7.0, "donut": 6.0, "banana": 8.0,
         "sandwich": 8.0, "hot dog": 7.0, "cake": 4.0, "frisbee": 10.0}  # fmt: skip


def hold(cluster, scene: Scene, index: int, copy: int, art: Art, young: bool, action: str) -> None:
    """Add a held thing to the person's cluster."""
    name = scene.objects[index].category
    if copy and scene.objects[index].count <= copy:
        return
    hand = art.points["hand"]
    item = draw_thing(scene, index, copy)
    scale = _GROW.get(name, 1.0) * (0.85 if young else 1.0)
    if name == "surfboard":
        cluster.add(index, item, hand[0], hand[1] + 16, 0.8 if young else 0.95, turn=-7)
        return
    if name == "suitcase":
        grip = -hand[1] / 98
        cluster.add(index, item, hand[0] - 5, 0, max(0.5, min(1.0, grip)), first=True)
        return
    if name == "kite":
        x, y = hand[0] + 92, hand[1] - 36
        cord = line(
            f"M{hand[0]:.0f} {hand[1]:.0f}"
            f"Q{hand[0] + 50:.0f} {hand[1] - 20:.0f} {x:.0f} {y - 70:.0f}",
            2.4,
            "#6b6570",
        )
        cluster.parts.append((index, cord))
        cluster.add(index, item, x, y, scale, turn=14)
        return
    if name == "teddy bear":
        cluster.add(index, item, hand[0] - 1, hand[1] + 20, 0.95)
        return
    lift = {"drinking": 9.0, "eating": 6.0}.get(action, 0.0)
    drop = _DROP.get(name, 0.0) * scale
    cluster.add(
        index,
        item,
        hand[0] + (5 if drop else 0),
        hand[1] + drop - lift,
        scale,
        turn=_TURN.get(name, 0.0),
    )


def wear(cluster, scene: Scene, index: int, art: Art, young: bool) -> None:
    """Add a worn thing: a bag behind the back or from the hand, a tie at the neck."""
    name = scene.objects[index].category
    item = draw_thing(scene, index)
    neck, scale = art.points["neck"], 0.8 if young else 1.12
    if name == "backpack":
        x, y = neck[0] - (17 if young else 24), neck[1] + (42 if young else 62)
        cluster.parts.insert(0, (index, place(item.svg, x, y, scale)))
        cluster.left = min(cluster.left, x - 22)
    elif name == "handbag":
        hand = art.points["other"]
        cluster.add(index, item, hand[0], hand[1] + 44 * scale, scale)
    elif name == "tie":
        cluster.add(index, item, neck[0] + 3.5, neck[1] + 5, 1.15)
    else:
        cluster.add(index, item, neck[0], neck[1] + 40, scale)
