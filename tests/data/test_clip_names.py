"""Names of downloaded CLIPs: the right repository; wrong names refused with a better one."""

import open_clip
import pytest

from lib.data import names


def test_the_known_ones_are_open_clips_own():
    for name, repository in names.KNOWN.items():
        model, tag = names.parted(name)
        assert names.looked_up(model, tag).lower() == repository.lower()
        assert names.repository(name).name == repository
    model, tag = names.parted(names.PAPER)
    assert open_clip.get_model_config(model)["quick_gelu"]


def test_any_other_pair_goes_by_name():
    found = names.repository("ViT-L-14-quickgelu/openai")
    assert found.name == "timm/vit_large_patch14_clip_224.openai"
    assert "open_clip_model.safetensors" in found.missing()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("ViT-B-32/openai", r"QuickGELU.*Choose ViT-B-32-quickgelu/openai"),
        ("ViT-B-32-quickgelu/laion2b_s34b_b79k", r"no weights laion2b_s34b_b79k"),
        ("ViT-B-23/openai", r"no model ViT-B-23: did you mean .*ViT-B-32"),
        ("ViT-B-32/laion2b_s34b_b78k", r"did you mean laion2b_s34b_b79k"),
        ("openai", r"it is model/tag, for example ViT-B-32-quickgelu/openai"),
        ("a/b/c", r"it is model/tag"),
    ],
)
def test_wrong_names_are_refused_with_a_better_one(name, says):
    with pytest.raises(ValueError, match=says):
        names.repository(name)
