"""Sentences through another language and back: the paper's idea for later.

The models are Marian's, by Helsinki-NLP (Tiedemann and Thottingal 2020), one for each direction.
"""

import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from tqdm import tqdm

from lib.base import cache
from lib.data import hub, wanted
from lib.data.dataset import Split
from lib.features.clip.embed import EMBEDDED, Source
from lib.methods.clip.systems import Clip

BATCH = 64
LONGEST = 64  # tokens of a translated sentence
NAMES = {"fr": "clip.back_translation", "de": "clip.back_translation_german"}


class BackTranslation(Clip):
    """The whole description, each of its sentences through another language first."""

    def __init__(self, language: str, source: Source = EMBEDDED):
        super().__init__(source, name=NAMES[language], language=wanted.LANGUAGES[language])
        self.language = language

    def embed_queries(self, split: Split) -> np.ndarray:
        """float32 [n_query, d]; FileNotFoundError where a model is not on this machine."""
        back = iter(there_and_back([s for each in split.sentences for s in each], self.language))
        sentences = tuple(tuple(next(back) for _ in each) for each in split.sentences)
        return super().embed_queries(replace(split, sentences=sentences))


def there_and_back(sentences: Sequence[str], language: str) -> list[str]:
    """Each sentence in English again; FileNotFoundError where a model is not on this machine."""
    for model in wanted.translators(language):
        sentences = translated(sentences, model)
    return list(sentences)


def translated(sentences: Sequence[str], model: hub.Repository) -> list[str]:
    """The sentences in the model's other language; each distinct one is translated once."""
    prints = model.fingerprint()
    if prints is None:
        raise FileNotFoundError(model.missing())
    distinct = list(dict.fromkeys(sentences))
    key = {"model": prints, "sentences": distinct, "longest": LONGEST}
    entry = cache.cached(
        "translations", key, lambda: {"said": cache.pack_words(translate(distinct, model))}
    )
    others = dict(zip(distinct, cache.unpack_words(entry.arrays["said"]), strict=True))
    return [others[sentence] for sentence in sentences]


def translate(sentences: Sequence[str], model: hub.Repository) -> list[str]:
    """Translate, greedily and in batches of like lengths."""
    import torch
    from transformers import MarianMTModel, MarianTokenizer

    place = {"pretrained_model_name_or_path": str(model.folder), "local_files_only": True}
    with warnings.catch_warnings():  # it advises a package for texts with odd punctuation
        warnings.filterwarnings("ignore", "Recommended: pip install sacremoses")
        tokenizer = MarianTokenizer.from_pretrained(**place)
    network = MarianMTModel.from_pretrained(**place).eval()
    order = np.argsort([len(sentence) for sentence in sentences], kind="stable")
    result = [""] * len(sentences)
    how = {"return_tensors": "pt", "padding": True, "truncation": True}
    bar = tqdm(total=len(sentences), desc=model.use, unit="sentence", disable=None)
    with torch.inference_mode(), bar:
        for start in range(0, len(order), BATCH):
            which = order[start : start + BATCH]
            read = tokenizer([sentences[i] for i in which], **how)
            written = network.generate(**read, num_beams=1, do_sample=False, max_new_tokens=LONGEST)
            texts = tokenizer.batch_decode(written, skip_special_tokens=True)
            for i, text in zip(which, texts, strict=True):
                result[i] = " ".join(text.split()) or sentences[i]
            bar.update(len(which))
    return result
