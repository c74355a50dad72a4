"""What this machine computes on, and what it gives. torch is imported only where it is asked."""

import os
import resource
import shutil
import sys
from functools import cache


def find() -> str:
    """Either "cuda" or "cpu". Without a driver torch is not asked: cached results need none."""
    if not shutil.which("nvidia-smi"):
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


@cache
def has_bfloat16() -> bool:
    """Whether this machine multiplies in bfloat16 faster than in float32."""
    import torch

    if find() == "cuda":
        return torch.cuda.is_bf16_supported()
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def peak_memory_mb(whose: int = resource.RUSAGE_SELF) -> float:
    """The most memory that this process has held, or one of its children, in MB of 10^6 bytes."""
    peak = resource.getrusage(whose).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
