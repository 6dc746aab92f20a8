"""The processor that computes: a CUDA card where there is one, else the CPU; the same script."""

import torch


def best_device() -> torch.device:
    """Return the first CUDA card, or the CPU where there is none."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def fastest_precision(device: torch.device) -> torch.autocast:
    """Compute in bfloat16 where the processor has it; elsewhere it is emulated, 15 times slower."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=_has_bfloat16(device))


def full_precision(device: torch.device) -> torch.autocast:
    """Compute in float32, as a released model does."""
    return torch.autocast(device.type, enabled=False)


def _has_bfloat16(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))
