"""What chapter 05 writes out, against the captioner that its rows were measured with."""

from types import SimpleNamespace

import hearts
import numpy as np
import pytest
import torch

from lib.methods.caption.recipe import SeeingRecipe
from lib.methods.caption.seeing import SEEING, SeeingCaptioner


@pytest.fixture(scope="module")
def heart(data, tmp_path_factory):
    recipe = SeeingRecipe(width=64, layers=2, heads=2, pieces=300, dropout=0.0, epochs=6, rate=3e-3,
                          batch=16)  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lib.base.paths.CACHE", tmp_path_factory.mktemp("cache"))
        seeing, few = SeeingCaptioner(True, recipe), data.subset(80, 12)
        seeing.fit(few.fit, few.dev)
        given = {"seeing": seeing, "session": SimpleNamespace(split=few.test), "shown": [3],
                 "captions": {SEEING: seeing.captions(few.test)}}  # fmt: skip
        return hearts.run("05_captioning", **given)


def test_step_by_step_it_writes_the_caption_of_the_search(heart):
    assert heart["text"] == heart["captions"][SEEING][3] != ""


def test_the_cross_attention_is_the_decoder_s_own(heart):
    reader, seen = heart["reader"], []
    look = reader.decoder.transformer.h[-1].crossattention
    hook = look.c_proj.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    with torch.inference_mode():
        words = torch.tensor([heart["written"][:-1]])
        reader.decoder(words, encoder_hidden_states=heart["seen"])
    hook.remove()
    np.testing.assert_allclose(heart["looked"].numpy(), seen[0][0].numpy(), atol=1e-4)
    assert heart["shares"].sum(dim=1).numpy() == pytest.approx(1, abs=1e-5)
