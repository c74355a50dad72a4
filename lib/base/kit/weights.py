"""Weights of networks in safetensors files, and networks of downloaded folders."""

from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from lib.base import files


def write(target: Path, tensors: dict[str, Tensor], about: dict[str, str] | None = None) -> None:
    """Write tensors whole or not at all, shared ones apart, as safetensors wants. about: texts."""
    plain = {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, tensor in tensors.items()
    }
    with files.writing(target) as temporary:
        save_file(plain, temporary, about)


def read(source: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    with safe_open(source, "pt") as stored:
        tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
        return tensors, stored.metadata()


def pretrained(kind: type, folder: Path, *unread: str, **options: object) -> torch.nn.Module:
    """A network from a folder; ValueError for missing tensors without `unread` in their names."""
    how = {"local_files_only": True, "output_loading_info": True}
    network, about = kind.from_pretrained(folder, **how, **options)
    missing = [n for n in about["missing_keys"] if not any(part in n for part in unread)]
    if missing:
        raise ValueError(f"it lacks {len(missing)} of its tensors, {missing[0]} among them")
    return network
