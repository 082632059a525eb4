"""Puts ready-made kernels into a wheel if LLMDESK_READY_KERNELS names a folder of them (scripts/package.py sets it)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

READY = "llmdesk/engine/networks/fused/ready"
TAG = "py3-none-manylinux_2_28_x86_64"  # of the C library that the kernels are compiled for (fused/library.py)


class ReadyKernels(BuildHookInterface):
    """Without the variable a wheel is for every system, and compiles its kernels at the first load."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """See hatchling."""
        folder = os.environ.get("LLMDESK_READY_KERNELS")
        if not folder or version == "editable":
            return
        build_data["tag"] = TAG
        build_data["pure_python"] = False
        for file in sorted(Path(folder).glob("*.so")):
            build_data["force_include"][str(file)] = f"{READY}/{file.name}"
