"""What of PyTorch's build for CUDA llmdesk never runs, and how torch does without it (standard library only).

Where only PyPI answers, torch for Linux is the build for CUDA: 4.7 GB of GPU libraries and the compiler for them.
They are not fetched; torch is then told that they may be absent (optional_libraries.py).
"""

from __future__ import annotations

import re
from pathlib import Path

from optional_libraries import make_optional

# Small, and used before anybody knows that there is no GPU: the runtime (is there a device?), the profiler, files.
NEEDED = ("nvidia-cuda-runtime", "nvidia-cuda-cupti", "nvidia-cufile")
# How the names of the other libraries and of what they export begin.
LIBRARIES = ("cublas", "cudnn", "cufft", "curand", "cusolver", "cusparse", "nccl", "nvrtc", "nvshmem")
# What a processor computes with, through every library that names those of the GPU.
TRIAL = """
import torch
x = torch.eye(64) + 1
assert torch.allclose(torch.linalg.inv(x) @ x, torch.eye(64), atol=1e-4)
torch.fft.fft(x), torch.linalg.svd(x), torch.nn.functional.conv2d(x[None, None], x[None, None, :3, :3])
torch.cuda.is_available()
"""


def is_gpu_package(name: str) -> bool:
    """True for what torch's metadata asks for on behalf of a GPU."""
    return name == "triton" or name.startswith(("nvidia-", "cuda-"))


def is_left_out(name: str) -> bool:
    """True for a package that a processor never runs."""
    return is_gpu_package(name) and not name.startswith(NEEDED)


def is_cuda_build(site_packages: Path) -> bool:
    """True if the torch installed there is the build for CUDA."""
    version = site_packages / "torch" / "version.py"
    return version.exists() and re.search(r"^cuda\b.*=\s*['\"]", version.read_text(), re.MULTILINE) is not None


def do_without(site_packages: Path) -> None:
    """Let the torch installed there load without the packages that are left out."""
    for library in sorted((site_packages / "torch" / "lib").glob("*.so")):
        make_optional(library, LIBRARIES)
