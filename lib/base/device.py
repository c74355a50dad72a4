"""What this machine computes on. torch is imported only where it must be asked."""

import shutil
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
