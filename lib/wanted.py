"""Downloads that a chapter can use, and what of them is on this machine."""

from lib import hub, paths
from lib.clip import names
from lib.settings import Settings

CHAPTERS = ("06_clip_prompts",)
LANGUAGES = {"fr": "French", "de": "German"}  # that a sentence goes through and back
_MARIAN = (
    ("model.safetensors", "pytorch_model.bin"),
    ("config.json",),
    ("generation_config.json",),
    ("tokenizer_config.json",),
    ("vocab.json",),
    ("source.spm",),
    ("target.spm",),
)


def repositories(notebook: str, settings: Settings) -> list[hub.Repository]:
    """What a chapter can use on this data: photographs want a CLIP, any text a translator.

    Raises ValueError for a CLIP that open_clip does not have.
    """
    if notebook not in CHAPTERS:
        return []
    found = [model for language in LANGUAGES for model in translators(language)]
    if settings.data != "scenes":
        found = [names.repository(name) for name in clips(settings)] + found
    return found


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
