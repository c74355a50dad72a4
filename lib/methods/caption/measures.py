"""How well captions agree with people's, by COCO's own code."""

from collections import Counter
from collections.abc import Sequence

from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge

from lib.features.text import tokenize


def judged(captions: Sequence[str], references: Sequence[Sequence[str]]) -> dict[str, float]:
    """BLEU-1 and -4, ROUGE-L and CIDEr of captions against several sentences each.

    Texts are lower-cased words without punctuation. BLEU and ROUGE lie in 0 … 1; CIDEr starts at 0
    and people agree with one another at about 1. "distinct": share of the captions that no other
    image got. Sources: Papineni et al. 2002; Lin 2004; Vedantam et al. 2015.
    """
    ours = {i: plain([text]) for i, text in enumerate(captions)}
    true = {i: plain(texts) for i, texts in enumerate(references)}
    bleu, _ = Bleu(4).compute_score(true, ours, verbose=0)
    rouge, cider = (float(kind().compute_score(true, ours)[0]) for kind in (Rouge, Cider))
    distinct = sum(n == 1 for n in Counter(captions).values()) / len(captions)
    return {"bleu1": bleu[0], "bleu4": bleu[3], "rouge": rouge, "cider": cider,
            "distinct": distinct}  # fmt: skip


def plain(texts: Sequence[str]) -> list[str]:
    return [" ".join(tokenize(text)) or "nothing" for text in texts]
