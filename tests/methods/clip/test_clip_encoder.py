"""A stored CLIP system types new text into its gallery."""

from dataclasses import replace

import numpy as np
import pytest

from lib.features.clip.source import EMBEDDED
from lib.methods.clip import systems
from lib.methods.clip.encoder import ClipTexts
from lib.search import hubness, retrieval, runs


@pytest.mark.parametrize("kind", ["plain", "corrected", "gated", "turned"])
def test_a_stored_system_reads_new_text(data, own_cache, tmp_path, kind):
    """One-sentence descriptions typed anew land where they stood among the queries."""
    single = replace(data, test=replace(
        data.test, sentences=tuple((s[0],) for s in data.test.sentences)))  # fmt: skip
    run = systems.zero_shot(single, names=[systems.FULL])[systems.FULL]
    if kind in ("corrected", "gated"):
        banks = systems.strangers(single, run)
        run = systems.corrected(single, run, "inverted_softmax", banks, gated=kind == "gated")
    if kind == "turned":
        turn = np.random.default_rng(0).normal(size=(256, 256)).astype(np.float32)
        encoder = ClipTexts(EMBEDDED, turn=turn)
        queries = {k: retrieval.unit(v @ turn).astype(np.float32) for k, v in run.queries.items()}
        run = replace(run, encoder=encoder, queries=queries)
    stored = runs.load(tmp_path, runs.save(tmp_path, run, {}).stem)
    texts = [said[0] for said in single.test.sentences][:20]
    # Some processors multiply batches of another size in another order, in bfloat16.
    assert stored.embed_queries(texts) == pytest.approx(run.queries["test"][:20], abs=4e-3)
    assert hubness.asked(np.ones((1, 4))).shape == (1, 6)
