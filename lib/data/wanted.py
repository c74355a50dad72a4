"""Downloads that a chapter can use, and what of them is on this machine."""

from lib.base import paths
from lib.base.settings import Settings
from lib.data import hub, names

CAPTIONS, CLIP, BABY = CHAPTERS = ("05_captioning", "06_clip_prompts", "07_baby_clip")
LANGUAGES = {"fr": "French", "de": "German"}  # that a sentence goes through and back
_TENSORS = ("model.safetensors", "pytorch_model.bin")
_MARIAN = (
    _TENSORS,
    ("config.json",),
    ("generation_config.json",),
    ("tokenizer_config.json",),
    ("vocab.json",),
    ("source.spm",),
    ("target.spm",),
)
_PICTURES = (_TENSORS, ("config.json",), ("preprocessor_config.json",))
_WORDS = (("tokenizer_config.json",), ("vocab.json",), ("merges.txt",))
# Commits as other public projects pin them; that of DeiT is noted by the first download.
VIT = hub.Repository(
    "google/vit-base-patch16-224-in21k",
    _PICTURES,
    "ViT, the captioner's eyes",
    "b4569560a39a0f1af58e3ddaf17facf20ab919b0",
)
GPT2 = hub.Repository(
    "openai-community/gpt2",
    (_TENSORS, ("config.json",), *_WORDS),
    "GPT-2, the captioner's tongue",
    "607a30d783dfa663caf39e06633721c8d4cfcd7e",
)
CAPTIONER = hub.Repository(
    "nlpconnect/vit-gpt2-image-captioning",
    (*_PICTURES, *_WORDS),
    "a captioner that was trained",
    "dc68f91c06a1ba6f15268e5b9c13ae7a7c514084",
)
DISTILBERT = hub.Repository(
    "distilbert/distilbert-base-uncased",
    (_TENSORS, ("config.json",), ("tokenizer_config.json",), ("vocab.txt",)),
    "DistilBERT, the baby CLIPs' text tower",
    "12040accade4e8a0f71eabdb258fecc2e7e948be",
)
IMAGE_TOWERS = {  # timm's model → its weights
    "resnet50": hub.Repository(
        "timm/resnet50.a1_in1k",
        (_TENSORS,),
        "a baby CLIP's ResNet-50",
        "767268603ca0cb0bfe326fa87277f19c419566ef",
    ),
    "deit_small_distilled_patch16_224": hub.Repository(
        "timm/deit_small_distilled_patch16_224.fb_in1k", (_TENSORS,), "a baby CLIP's DeiT"
    ),
}
TRANSLATORS = {  # from-to → commit
    "en-fr": "dd7f6540a7a48a7f4db59e5c0b9c42c8eea67f18",
    "fr-en": "c4aed37b318c763fd177aa449b44e3b783cc6c02",
    "en-de": "6183067f769a302e3861815543b9f312c71b0ca4",
    "de-en": "1a922f3b32a8e809e17a47d4b32142d8105924e5",
}


def repositories(notebook: str, settings: Settings) -> list[hub.Repository]:
    """What a chapter can use on this data: photographs want models, any text a translator.

    Raises ValueError for a CLIP that open_clip does not have.
    """
    photographs = settings.data != "scenes"
    if notebook == CLIP:
        models = [names.repository(name) for name in clips(settings)] if photographs else []
        return models + [model for language in LANGUAGES for model in translators(language)]
    if notebook == CAPTIONS and photographs:
        return [VIT, GPT2, CAPTIONER]
    if notebook == BABY and photographs:
        return [DISTILBERT, *IMAGE_TOWERS.values()]
    return []


def translators(language: str) -> list[hub.Repository]:
    """Marian's models there and back; language: a key of LANGUAGES."""
    return [
        hub.Repository(
            f"Helsinki-NLP/opus-mt-{way}", _MARIAN, f"translation {way}", TRANSLATORS[way]
        )
        for way in (f"en-{language}", f"{language}-en")
    ]


def clips(settings: Settings) -> list[str]:
    """The CLIPs of photographs: the one that was chosen or the paper's, and a newer one."""
    return list(dict.fromkeys([settings.clip or names.PAPER, names.NEWER]))


def fingerprints(notebook: str, settings: Settings) -> dict[str, dict | None]:
    """Repository → its revision and the hash of each of its files, None where it is not here."""
    return {r.name: r.fingerprint() for r in repositories(notebook, settings)}


def fetch_all(clip: str = "") -> None:
    """Download what any chapter can use on photographs; says sizes before the first byte.

    Raises RuntimeError and InputError as `hub.fetch` does.
    """
    settings = Settings(data="course", clip=clip)
    every = {r.name: r for chapter in CHAPTERS for r in repositories(chapter, settings)}
    missing = [r for r in every.values() if not hub.is_complete(r)]
    for repository in every.values():
        if repository not in missing:
            print(f"{repository.name}: here, checked, revision {repository.pinned()} "
                  f"({repository.use})")  # fmt: skip
    listed = [(repository, hub.remote(repository)) for repository in missing]
    for repository, wanted in listed:
        size = hub.megabytes(sum(file.size for file in wanted))
        print(f"{repository.name}: {size} to download, revision {wanted[0].revision} "
              f"({repository.use})")  # fmt: skip
    if listed:
        total = sum(file.size for _, wanted in listed for file in wanted)
        print(f"In all {hub.megabytes(total)}, into {paths.shown(hub.PLACE)}/", flush=True)
    for repository, wanted in listed:
        hub.fetch(repository, wanted)
        print(f"{repository.name}: downloaded and checked", flush=True)
