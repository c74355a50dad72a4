"""Downloads that a chapter can use, what of them is on this machine, and CLIPs by name.

wanted.json has the repositories, their use, the commit that other public projects pin, and files
beside the weights. DeiT's commit is noted by the first download.

A CLIP's name is "model/tag" as open_clip has them. The paper's is `ViT-B-32-quickgelu/openai`.
In the plain model of the same shape OpenAI's weights load without a word and score too low
(mlfoundations/open_clip#771), so that such a pair is refused here.
"""

import difflib
from collections.abc import Sequence
from pathlib import Path

from lib.base import files, paths
from lib.base.settings import Settings
from lib.data import hub
from lib.data.hub import Repository

CAPTIONS, CLIP, BABY, WHY = CHAPTERS = (
    "05_captioning",
    "06_clip_prompts",
    "07_baby_clip",
    "08_why_clip_wins",
)
TABLE = files.read_json(Path(__file__).with_suffix(".json"))


def listed(name: str, use: str = "", weights: tuple[str, ...] = hub.TENSORS) -> Repository:
    """A repository as the table has it, or one that the table lacks."""
    about = TABLE.get(name, {"use": use})
    others = tuple(about.get("others", ()))
    return Repository(name, about["use"], about.get("revision", ""), others, weights)


VIT = listed("google/vit-base-patch16-224-in21k")
GPT2 = listed("openai-community/gpt2")
CAPTIONER = listed("nlpconnect/vit-gpt2-image-captioning")
DISTILBERT = listed("distilbert/distilbert-base-uncased")
IMAGE_TOWERS = {  # timm's model → its weights
    "resnet50": listed("timm/resnet50.a1_in1k"),
    "deit_small_distilled_patch16_224": listed("timm/deit_small_distilled_patch16_224.fb_in1k"),
}
LANGUAGES = {"fr": "French", "de": "German"}  # that a sentence goes through and back
CLIP_WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
PAPER = "ViT-B-32-quickgelu/openai"
NEWER = "ViT-B-32-256/datacomp_s34b_b86k"
KNOWN = {  # repositories of these two, so that looking for them needs no import of open_clip
    PAPER: "timm/vit_base_patch32_clip_224.openai",
    NEWER: "laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K",
}


def repositories(notebook: str, settings: Settings) -> list[Repository]:
    """What a chapter can use on this data; raises ValueError for a CLIP that open_clip lacks."""
    photographs = settings.data != "scenes"
    if notebook == CLIP:
        clips = dict.fromkeys((settings.clip or PAPER, NEWER)) if photographs else ()
        return [*map(clip, clips), *(way for to in LANGUAGES for way in translators(to))]
    if notebook == WHY:
        return [clip(settings.clip or PAPER)] if photographs else []
    needs = {CAPTIONS: [VIT, GPT2, CAPTIONER], BABY: [DISTILBERT, *IMAGE_TOWERS.values()]}
    return needs.get(notebook, []) if photographs else []


def translators(language: str) -> list[Repository]:
    """Marian's models there and back; language: a key of LANGUAGES."""
    return [listed(f"Helsinki-NLP/opus-mt-{way}") for way in (f"en-{language}", f"{language}-en")]


def clip(name: str) -> Repository:
    """The files of a CLIP; raises ValueError for a name that open_clip does not have."""
    repository = KNOWN.get(name) or looked_up(*parted(name))
    return listed(repository, f"CLIP {name}", CLIP_WEIGHTS)


def parted(name: str) -> tuple[str, str]:
    """(model, tag) of a name; ValueError for one that is no such pair."""
    model, _, tag = name.partition("/")
    if not model or not tag or "/" in tag:
        raise ValueError(f"CLIP={name} cannot be: it is model/tag, for example {PAPER}.")
    return model, tag


def looked_up(model: str, tag: str) -> str:
    """The hub's repository of weights; ValueError for names and activations that do not fit."""
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
    return " or ".join(difflib.get_close_matches(name, known, n=3, cutoff=0.5) or otherwise)


def fetch_all(clip: str = "") -> None:
    """Download what any chapter can use on photographs; raises what `hub.fetch` raises."""
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
    for name, files_of in missing.items():
        hub.fetch(every[name], files_of)
        print(f"{name}: downloaded and checked", flush=True)
