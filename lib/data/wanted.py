"""Downloads that a chapter can use, what of them is on this machine, and CLIPs by name.

A CLIP's name is "model/tag" as open_clip has them. The paper's is `ViT-B-32-quickgelu/openai`:
OpenAI's weights with the activation that they were trained with. In the plain model of the same
shape they load without a word and score too low (mlfoundations/open_clip#771), so that such a pair
is refused here.
"""

import difflib
from collections.abc import Sequence

from lib.base import paths
from lib.base.settings import Settings
from lib.data import hub
from lib.data.hub import Repository

CAPTIONS, CLIP, BABY = CHAPTERS = ("05_captioning", "06_clip_prompts", "07_baby_clip")
COMMITS = {  # as other public projects pin them; that of DeiT is noted by the first download
    "google/vit-base-patch16-224-in21k": "b4569560a39a0f1af58e3ddaf17facf20ab919b0",
    "openai-community/gpt2": "607a30d783dfa663caf39e06633721c8d4cfcd7e",
    "nlpconnect/vit-gpt2-image-captioning": "dc68f91c06a1ba6f15268e5b9c13ae7a7c514084",
    "distilbert/distilbert-base-uncased": "12040accade4e8a0f71eabdb258fecc2e7e948be",
    "timm/resnet50.a1_in1k": "767268603ca0cb0bfe326fa87277f19c419566ef",
    "timm/vit_base_patch32_clip_224.openai": "a6f597a30f7b82c51704746581f9a4e41421e878",
    "laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K": "4afec35ffe57a943d569ff7ee888061830164da8",
    "Helsinki-NLP/opus-mt-en-fr": "dd7f6540a7a48a7f4db59e5c0b9c42c8eea67f18",
    "Helsinki-NLP/opus-mt-fr-en": "c4aed37b318c763fd177aa449b44e3b783cc6c02",
    "Helsinki-NLP/opus-mt-en-de": "6183067f769a302e3861815543b9f312c71b0ca4",
    "Helsinki-NLP/opus-mt-de-en": "1a922f3b32a8e809e17a47d4b32142d8105924e5",
}


def pinned(name: str, use: str, *others: str, weights: tuple[str, ...] = hub.TENSORS) -> Repository:
    """A repository at its commit; others: the files that are wanted beside the weights."""
    return Repository(name, use, COMMITS.get(name, ""), others, weights)


_PICTURES = ("config.json", "preprocessor_config.json")
_WORDS = ("tokenizer_config.json", "vocab.json", "merges.txt")
VIT = pinned("google/vit-base-patch16-224-in21k", "ViT, the captioner's eyes", *_PICTURES)
GPT2 = pinned("openai-community/gpt2", "GPT-2, the captioner's tongue", "config.json", *_WORDS)
CAPTIONER = pinned(
    "nlpconnect/vit-gpt2-image-captioning", "a captioner that was trained", *_PICTURES, *_WORDS
)
DISTILBERT = pinned(
    "distilbert/distilbert-base-uncased", "DistilBERT, the baby CLIPs' text tower",
    "config.json", "tokenizer_config.json", "vocab.txt",
)  # fmt: skip
IMAGE_TOWERS = {  # timm's model → its weights
    "resnet50": pinned("timm/resnet50.a1_in1k", "a baby CLIP's ResNet-50"),
    "deit_small_distilled_patch16_224": pinned(
        "timm/deit_small_distilled_patch16_224.fb_in1k", "a baby CLIP's DeiT"
    ),
}
LANGUAGES = {"fr": "French", "de": "German"}  # that a sentence goes through and back
_MARIAN = ("config.json", "generation_config.json", "tokenizer_config.json", "vocab.json",
           "source.spm", "target.spm")  # fmt: skip
CLIP_WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
PAPER = "ViT-B-32-quickgelu/openai"
NEWER = "ViT-B-32-256/datacomp_s34b_b86k"
KNOWN = {  # repositories of these two, so that looking for them needs no import of open_clip
    PAPER: "timm/vit_base_patch32_clip_224.openai",
    NEWER: "laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K",
}


def repositories(notebook: str, settings: Settings) -> list[Repository]:
    """What a chapter can use on this data: photographs want models, any text a translator.

    Raises ValueError for a CLIP that open_clip does not have.
    """
    photographs = settings.data != "scenes"
    if notebook == CLIP:
        clips = dict.fromkeys((settings.clip or PAPER, NEWER)) if photographs else ()
        return [*map(clip, clips), *(way for to in LANGUAGES for way in translators(to))]
    if notebook == CAPTIONS and photographs:
        return [VIT, GPT2, CAPTIONER]
    if notebook == BABY and photographs:
        return [DISTILBERT, *IMAGE_TOWERS.values()]
    return []


def translators(language: str) -> list[Repository]:
    """Marian's models there and back; language: a key of LANGUAGES."""
    ways = f"en-{language}", f"{language}-en"
    return [pinned(f"Helsinki-NLP/opus-mt-{way}", f"translation {way}", *_MARIAN) for way in ways]


def clip(name: str) -> Repository:
    """The files of a CLIP; raises ValueError for a name that open_clip does not have."""
    repository = KNOWN.get(name) or looked_up(*parted(name))
    return pinned(repository, f"CLIP {name}", weights=CLIP_WEIGHTS)


def parted(name: str) -> tuple[str, str]:
    """(model, tag) of a name; ValueError for one that is no such pair."""
    model, _, tag = name.partition("/")
    if not model or not tag or "/" in tag:
        raise ValueError(f"CLIP={name} cannot be: it is model/tag, for example {PAPER}.")
    return model, tag


def looked_up(model: str, tag: str) -> str:
    """The hub's repository of a model's weights.

    Raises ValueError for an unknown model or tag, with the near names; for weights that need
    the other activation, with the name of the right model; for weights that no hub has.
    """
    import open_clip

    models = open_clip.list_models()
    if model not in models:
        likely = near(model, models, PAPER.split("/")[:1])
        raise ValueError(f"open_clip has no model {model}: did you mean {likely}?")
    weights = open_clip.get_pretrained_cfg(model, tag)
    if not weights:
        tags = open_clip.list_pretrained_tags_by_model(model)
        likely = near(tag, tags, tags or ["another model"])
        raise ValueError(f"{model} has no weights {tag}: did you mean {likely}?")
    quick = bool(weights.get("quick_gelu"))
    if bool(open_clip.get_model_config(model).get("quick_gelu")) != quick:
        right = f"{model}-quickgelu" if quick else model.removesuffix("-quickgelu")
        raise ValueError(
            f"the weights {tag} were trained with {'QuickGELU' if quick else 'the plain GELU'}, "
            f"which {model} does not have: it would load them and score too low. "
            f"Choose {right}/{tag}."
        )
    if not weights.get("hf_hub"):
        raise ValueError(f"the weights {model}/{tag} are on no hub: choose other ones")
    return weights["hf_hub"].rstrip("/")


def near(name: str, known: Sequence[str], otherwise: Sequence[str]) -> str:
    """The known names that are most like one."""
    return " or ".join(difflib.get_close_matches(name, known, n=3, cutoff=0.5) or otherwise)


def fingerprints(notebook: str, settings: Settings) -> dict[str, dict | None]:
    """Repository → its revision and the hash of each of its files, None where it is not here."""
    return {r.name: r.fingerprint() for r in repositories(notebook, settings)}


def fetch_all(clip: str = "") -> None:
    """Download what any chapter can use on photographs; says sizes before the first byte.

    Raises RuntimeError and InputError as `hub.fetch` does.
    """
    settings = Settings(data="course", clip=clip)
    every = {r.name: r for chapter in CHAPTERS for r in repositories(chapter, settings)}
    missing, total = {}, 0
    for name, one in every.items():
        if one.is_complete():
            print(f"{name}: here, checked, revision {one.pinned()} ({one.use})")
            continue
        revision, sizes = missing[name] = hub.remote(one)
        size = sum(sizes.values())
        total += size
        print(f"{name}: {size / 1e6:,.0f} MB to download, revision {revision} ({one.use})")
    if missing:
        print(f"In all {total / 1e6:,.0f} MB, into {paths.shown(hub.PLACE)}/", flush=True)
    for name, listed in missing.items():
        hub.fetch(every[name], listed)
        print(f"{name}: downloaded and checked", flush=True)
