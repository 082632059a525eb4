"""Puts ready-made kernels into a wheel if LLMDESK_READY_KERNELS names a folder of them (scripts/package.py sets it)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

READY = "llmdesk/engine/networks/fused/ready"
# By the ending of the kernels; manylinux_2_28 is of the C library that they are compiled for (fused/systems.py).
TAGS = {".so": "py3-none-manylinux_2_28_x86_64", ".dll": "py3-none-win_amd64"}


class ReadyKernels(BuildHookInterface):
    """Without the variable a wheel is for every system, and compiles its kernels at the first load."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """See hatchling."""
        folder = os.environ.get("LLMDESK_READY_KERNELS")
        if not folder or version == "editable":
            return
        files = sorted(Path(folder).iterdir())
        build_data["tag"] = TAGS[files[0].suffix]
        build_data["pure_python"] = False
        for file in files:
            build_data["force_include"][str(file)] = f"{READY}/{file.name}"
