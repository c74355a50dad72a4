"""Sentences through another language and back: the paper's idea for later.

Spanish by the rules of Apertium (Forcada et al. 2011); French and German by Marian's models,
Helsinki-NLP's (Tiedemann and Thottingal 2020), one for each direction.
"""

import re
import subprocess
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from tqdm import tqdm

from lib.base import cache
from lib.data import hub, wanted
from lib.data.dataset import Split
from lib.features.clip.embed import EMBEDDED, Source
from lib.features.text import tokenize
from lib.methods.clip.systems import Clip

BATCH = 64
LONGEST = 64  # tokens of a sentence that a model translates
PACKAGE = "apertium-eng-spa"  # Debian's, with both directions
# Apertium's marks before a word: * that it does not know it, @ and # that its rules lack a form.
UNKNOWN, MARK = re.compile(r"\*(?=\w)"), re.compile(r"[*@#](?=\w)")
LANGUAGES = {"es": "Spanish", **wanted.LANGUAGES}
NAMES = {"es": "clip.back_translation", "fr": "clip.back_translation_french",
         "de": "clip.back_translation_german"}  # fmt: skip


@dataclass(frozen=True)
class Apertium:
    """Rules of Debian's package in one direction, "eng-spa" or "spa-eng"."""

    direction: str

    def fingerprint(self) -> str | None:
        """Direction, and versions as far as they are known; None where it is not here."""
        if self.direction not in subprocess.getoutput("apertium -l").split():
            return None
        versions = subprocess.getoutput(f"apertium -V; dpkg-query -W {PACKAGE} 2>/dev/null")
        return " ".join([self.direction, *versions.split()])

    def missing(self) -> str:
        return f"needs {PACKAGE}, which is not on this machine: apt install {PACKAGE}"

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """Each is a paragraph, past whose end no rule looks; RuntimeError if Apertium fails."""
        plain = (" ".join(each.replace("\0", " ").split()) for each in sentences)
        text, command = "\n\n".join(plain).encode(), ["apertium", self.direction]
        done = subprocess.run(command, input=text, capture_output=True)
        lines = done.stdout.decode().split("\n\n")
        if done.returncode or len(lines) != len(sentences):
            fault = f"made {len(lines)} of {len(sentences)} sentences: {done.stderr.decode()}"
            raise RuntimeError(f"apertium {self.direction} {fault}: install {PACKAGE} again")
        return [" ".join(line.split()) or s for line, s in zip(lines, sentences, strict=True)]


class BackTranslation(Clip):
    """Each sentence through another language; fused: the mean of that vector and the original's."""

    def __init__(self, language: str, source: Source = EMBEDDED, fused: bool = False):
        about = {"language": LANGUAGES[language], "by": [w.fingerprint() for w in ways(language)]}
        super().__init__(source, name=NAMES[language] + "_fused" * fused, **about)
        self.language, self.fused = language, fused

    def embed_queries(self, split: Split) -> np.ndarray:
        """float32 [n_query, d]; FileNotFoundError where a translator is not on this machine."""
        original = super().embed_queries(split) if self.fused else 0
        return self.directed(original + super().embed_queries(rephrased(split, self.language)))


def ways(language: str) -> list[Apertium | hub.Repository]:
    """The translators there and back."""
    rules = [Apertium("eng-spa"), Apertium("spa-eng")]
    return rules if language == "es" else wanted.translators(language)


def missing(language: str) -> str:
    """Why nothing can be translated here; empty if it can."""
    return next((way.missing() for way in ways(language) if not way.fingerprint()), "")


def rephrased(split: Split, language: str = "es") -> Split:
    back = iter(there_and_back([s for each in split.sentences for s in each], language))
    return replace(split, sentences=tuple(tuple(next(back) for _ in s) for s in split.sentences))


def there_and_back(sentences: Sequence[str], language: str) -> list[str]:
    """Each sentence in English again; FileNotFoundError where a translator is not here."""
    for way in ways(language):
        sentences = [MARK.sub("", sentence) for sentence in translated(sentences, way)]
    return list(sentences)


def unknown(sentences: Sequence[str]) -> float:
    """Share of the words that Apertium does not know and leaves in English."""
    marks = sum(len(UNKNOWN.findall(each)) for each in translated(sentences, ways("es")[0]))
    return marks / sum(len(tokenize(sentence)) for sentence in sentences)


def translated(sentences: Sequence[str], way: Apertium | hub.Repository) -> list[str]:
    """The sentences in the other language; each distinct one is translated once."""
    prints = way.fingerprint()
    if prints is None:
        raise FileNotFoundError(way.missing())
    distinct = [sentence for sentence in dict.fromkeys(sentences) if sentence.strip()]
    if not distinct:
        return list(sentences)
    work = way.translate if isinstance(way, Apertium) else lambda these: translate(these, way)
    key = {"model": prints, "sentences": distinct, "longest": LONGEST}
    entry = cache.cached("translations", key, lambda: {"said": cache.pack_words(work(distinct))})
    others = dict(zip(distinct, cache.unpack_words(entry.arrays["said"]), strict=True))
    return [others.get(sentence, sentence) for sentence in sentences]


def translate(sentences: Sequence[str], model: hub.Repository) -> list[str]:
    """By Marian's model, greedily and in batches of like lengths."""
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
    batches = torch.from_numpy(order).split(BATCH)
    with torch.inference_mode():
        for which in tqdm(batches, desc=model.use, unit="batch", disable=None):
            read = tokenizer([sentences[i] for i in which], **how)
            written = network.generate(**read, num_beams=1, do_sample=False, max_new_tokens=LONGEST)
            texts = tokenizer.batch_decode(written, skip_special_tokens=True)
            for i, text in zip(which, texts, strict=True):
                result[i] = " ".join(text.split()) or sentences[i]
    return result
