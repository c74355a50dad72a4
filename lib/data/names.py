"""Downloaded CLIPs by name, "model/tag" as open_clip has them, and where their weights are kept.

The paper's is `ViT-B-32-quickgelu/openai`: OpenAI's weights with the activation that they were
trained with. In the plain model of the same shape they load without a word and score too low
(mlfoundations/open_clip#771), so that such a pair is refused here.
"""

import difflib

from lib.data import hub

PAPER = "ViT-B-32-quickgelu/openai"
NEWER = "ViT-B-32-256/datacomp_s34b_b86k"
# Repositories of these two, so that looking for them needs no import of open_clip.
KNOWN = {
    PAPER: "timm/vit_base_patch32_clip_224.openai",
    NEWER: "laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K",
}
REVISIONS = {  # their commits, as other public projects pin them
    KNOWN[PAPER]: "a6f597a30f7b82c51704746581f9a4e41421e878",
    KNOWN[NEWER]: "4afec35ffe57a943d569ff7ee888061830164da8",
}
WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")


def repository(name: str) -> hub.Repository:
    """The files of a CLIP; raises ValueError for a name that open_clip does not have."""
    found = KNOWN.get(name) or looked_up(*parted(name))
    return hub.Repository(found, (WEIGHTS,), f"CLIP {name}", REVISIONS.get(found, ""))


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

    known = open_clip.list_models()
    if model not in known:
        near = difflib.get_close_matches(model, known, n=3, cutoff=0.5) or [PAPER.split("/")[0]]
        raise ValueError(f"open_clip has no model {model}: did you mean {' or '.join(near)}?")
    weights = open_clip.get_pretrained_cfg(model, tag)
    if not weights:
        tags = open_clip.list_pretrained_tags_by_model(model)
        near = difflib.get_close_matches(tag, tags, n=3, cutoff=0.5) or tags
        raise ValueError(
            f"{model} has no weights {tag}: did you mean {' or '.join(near) or 'another model'}?"
        )
    refuse_other_activation(model, tag, bool(weights.get("quick_gelu")))
    if not weights.get("hf_hub"):
        raise ValueError(f"the weights {model}/{tag} are on no hub: choose other ones")
    return weights["hf_hub"].rstrip("/")


def refuse_other_activation(model: str, tag: str, quick: bool) -> None:
    """Raise ValueError if the weights were trained with another GELU than the model has."""
    import open_clip

    if bool(open_clip.get_model_config(model).get("quick_gelu")) == quick:
        return
    right = f"{model}-quickgelu" if quick else model.removesuffix("-quickgelu")
    kind = "QuickGELU" if quick else "the plain GELU"
    raise ValueError(
        f"the weights {tag} were trained with {kind}, which {model} does not have: it would load "
        f"them and score too low. Choose {right}/{tag}."
    )
