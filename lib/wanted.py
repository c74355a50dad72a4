"""Downloads that a chapter can use, and what of them is on this machine."""

from lib import hub, paths
from lib.clip import names
from lib.settings import Settings

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
VIT = hub.Repository("google/vit-base-patch16-224-in21k", _PICTURES, "ViT, the captioner's eyes")
GPT2 = hub.Repository(
    "openai-community/gpt2", (_TENSORS, ("config.json",), *_WORDS), "GPT-2, the captioner's tongue"
)
CAPTIONER = hub.Repository(
    "nlpconnect/vit-gpt2-image-captioning", (*_PICTURES, *_WORDS), "a captioner that was trained"
)
DISTILBERT = hub.Repository(
    "distilbert/distilbert-base-uncased",
    (_TENSORS, ("config.json",), ("tokenizer_config.json",), ("vocab.txt",)),
    "DistilBERT, the baby CLIPs' text tower",
)
IMAGE_TOWERS = {  # timm's model → its weights
    "resnet50": hub.Repository("timm/resnet50.a1_in1k", (_TENSORS,), "a baby CLIP's ResNet-50"),
    "deit_small_distilled_patch16_224": hub.Repository(
        "timm/deit_small_distilled_patch16_224.fb_in1k", (_TENSORS,), "a baby CLIP's DeiT"
    ),
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
        hub.Repository(f"Helsinki-NLP/opus-mt-{one}-{other}", _MARIAN, f"translation {one}-{other}")
        for one, other in (("en", language), (language, "en"))
    ]


def clips(settings: Settings) -> list[str]:
    """The CLIPs of photographs: the one that was chosen or the paper's, and a newer one."""
    return list(dict.fromkeys([settings.clip or names.PAPER, names.NEWER]))


def fingerprints(notebook: str, settings: Settings) -> dict[str, dict | None]:
    """Repository → hash of each of its files, None where it is not here."""
    return {r.name: r.fingerprint() for r in repositories(notebook, settings)}


def fetch_all(settings: Settings) -> None:
    """Download what any chapter can use on photographs; says sizes before the first byte.

    Raises RuntimeError and InputError as `hub.fetch` does.
    """
    every = {r.name: r for chapter in CHAPTERS for r in repositories(chapter, settings)}
    missing = [r for r in every.values() if not hub.is_complete(r)]
    for repository in every.values():
        if repository not in missing:
            print(f"{repository.name}: here, checked ({repository.use})")
    listed = [(repository, hub.remote(repository)) for repository in missing]
    for repository, wanted in listed:
        size = hub.megabytes(sum(file.size for file in wanted))
        print(f"{repository.name}: {size} to download ({repository.use})")
    if listed:
        total = sum(file.size for _, wanted in listed for file in wanted)
        print(f"In all {hub.megabytes(total)}, into {paths.shown(hub.PLACE)}/", flush=True)
    for repository, wanted in listed:
        hub.fetch(repository, wanted)
        print(f"{repository.name}: downloaded and checked", flush=True)
