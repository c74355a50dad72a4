"""Objects as arrays and JSON: how fitted systems are kept without pickles.

Kept are an object's attributes and the name of its class. Only classes of this library, of the
packages below, and of what is imported already are made again, and none of their code runs then.
"""

import importlib
import sys
from dataclasses import fields, is_dataclass
from functools import cached_property
from pathlib import Path
from types import FunctionType

import numpy as np

from lib.base import files, paths

PACKAGES = ("lib", "sklearn", "numpy")


def pack(value: object, arrays: dict[str, np.ndarray]) -> object:
    """A JSON value from which `unpack` makes the same object; its arrays go into `arrays`.

    A file is kept by its path and hash. Raises ValueError for a class that may not be kept.
    """
    if isinstance(value, np.generic):
        return pack(value.item(), arrays)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.ndarray) and value.dtype != object:
        name = str(len(arrays))
        arrays[name] = value
        return {"array": name}
    if isinstance(value, (list, tuple)):
        return {type(value).__name__: [pack(item, arrays) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[pack(k, arrays), pack(v, arrays)] for k, v in value.items()]}
    if isinstance(value, Path):
        return {"file": paths.shown(value), "sha256": files.hash_of(value)}
    if isinstance(value, (type, FunctionType)):
        return {"name": name_of(value)}
    if type(value).__module__.startswith("xgboost"):
        raw = np.frombuffer(value.save_raw("ubj"), dtype=np.uint8)
        return {"booster": pack(raw, arrays)["array"]}
    return {"class": name_of(type(value)), "state": pack(state_of(value), arrays)}


def state_of(value: object) -> dict[str, object]:
    """The attributes that make an object what it is; what it remembers of its own is not kept."""
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    remembered = {name for kind in type(value).__mro__ for name, member in vars(kind).items()
                  if isinstance(member, cached_property)}  # fmt: skip
    return {name: item for name, item in vars(value).items() if name not in remembered}


def name_of(thing: type | FunctionType) -> str:
    """Module and name of a class or function; ValueError for one inside a function."""
    if "<" in thing.__qualname__:
        raise ValueError(f"{thing.__qualname__} cannot be kept in a file: define it in a module")
    return f"{thing.__module__}:{thing.__qualname__}"


def named(name: str) -> object:
    """The class or function of a name; ValueError where it is not at hand."""
    module, _, inside = name.partition(":")
    if module.partition(".")[0] in PACKAGES:
        importlib.import_module(module)
    thing = sys.modules.get(module)
    for part in inside.split("."):
        thing = getattr(thing, part, None)
    if thing is None:
        raise ValueError(f"{inside} of {module} is not defined here: put it into lib/methods")
    return thing


def unpack(value: object, arrays: dict[str, np.ndarray]) -> object:
    """The object that `pack` packed; ValueError if a file that belongs to it has changed."""
    if not isinstance(value, dict):
        return value
    kind = next(iter(value))
    content = value[kind]
    if kind == "array":
        return arrays[content]
    if kind in ("list", "tuple"):
        return {"list": list, "tuple": tuple}[kind](unpack(item, arrays) for item in content)
    if kind == "dict":
        return {unpack(k, arrays): unpack(v, arrays) for k, v in content}
    if kind == "file":
        path = paths.resolve(content)
        if not path.is_file() or files.hash_of(path) != value["sha256"]:
            fault = f"the weights of this system are {'changed' if path.is_file() else 'gone'}"
            raise ValueError(f"{path}: {fault}: run make report again")
        return path
    if kind == "name":
        return named(content)
    if kind == "booster":
        import xgboost  # a second

        return xgboost.Booster(model_file=bytearray(arrays[content].tobytes()))
    thing = object.__new__(named(content))
    vars(thing).update(unpack(value["state"], arrays))
    return thing


def size_of(value: object) -> int:
    """Bytes of an object's arrays, and of the files that it names, each counted once."""
    arrays: dict[str, np.ndarray] = {}
    sizes = [paths.resolve(file).stat().st_size for file in files_in(pack(value, arrays))]
    return sum(sizes) + sum(array.nbytes for array in arrays.values())


def files_in(packed: object) -> set[str]:
    if isinstance(packed, dict):
        return {packed["file"]} if "file" in packed else files_in(list(packed.values()))
    return set().union(*map(files_in, packed)) if isinstance(packed, list) else set()
