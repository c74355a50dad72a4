"""The diagrams: each fits, says in words what it shows, and is the same file each time."""

import pytest
from test_charts import check

from lib.show import diagrams, kit


@pytest.mark.parametrize("name", ["directions", "captioner", "towers", "batch"])
def test_a_diagram_hides_nothing_and_is_a_vector(name):
    figure = diagrams.draw(name)
    check(figure)
    assert figure.get_label() and figure.get_gid() == kit.VECTOR
    kind, picture = kit.encoded(figure, "svg")
    assert kind == "svg" and b"<svg" in picture and b"<image" not in picture
    assert picture == kit.encoded(figure, "svg")[1]
    assert kit.encoded(figure)[0] == "png"
