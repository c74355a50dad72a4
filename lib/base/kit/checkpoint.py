"""A training as far as it has come, in one safetensors file: to go on after a kill."""

import hashlib
import json
from pathlib import Path

import torch
from safetensors import SafetensorError

from lib.base import files
from lib.base.kit import weights


def save(target: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer, progress: dict):
    """Write all that going on needs, whole or not at all. progress: a JSON value to come back."""
    tensors = {f"model.{name}": t for name, t in model.state_dict().items()}
    for number, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{number}.{name}": t for name, t in state.items()}
    about = {"told": json.dumps(progress), "sha256": digest(tensors)}
    weights.write(target, tensors, about)


def load(source: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> dict | None:
    """Go back to what was saved, whose progress it returns; None where no whole file is left."""
    if not source.is_file():
        return None
    try:
        tensors, about = weights.read(source)
        progress, sha256 = json.loads(about["told"]), about["sha256"]
        if digest(tensors) != sha256:
            raise ValueError(files.ALTERED)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        return files.set_aside(source, error)
    model.load_state_dict(
        {k.removeprefix("model."): t for k, t in tensors.items() if k.startswith("model.")}
    )
    state = optimizer.state_dict()
    for name, tensor in tensors.items():
        kind, number, *rest = name.split(".")
        if kind == "optimizer":
            state["state"].setdefault(int(number), {})[rest[0]] = tensor
    optimizer.load_state_dict(state)
    return progress


def digest(tensors: dict[str, torch.Tensor]) -> str:
    """sha256 of what tensors hold: safetensors itself does not see a flipped bit."""
    content = hashlib.sha256()
    for name in sorted(tensors):
        content.update(name.encode())
        content.update(tensors[name].detach().cpu().contiguous().view(-1).view(torch.uint8).numpy())
    return content.hexdigest()
