"""AMX's tiles: 8 KB of registers a thread, which Linux keeps for programs that have asked for it (any thread)."""

from __future__ import annotations

import ctypes
import functools
import sys

_ARCH_PRCTL, _REQUEST_PERMISSION, _TILE_DATA = 158, 0x1023, 18
"""The number of the system call on x86-64, and what it is asked: Linux, Documentation/arch/x86/xstate.rst."""


@functools.cache
def may_use_tiles() -> bool:
    """Ask for all threads of this process, whose processor has AMX. False where a system is not asked in this way."""
    if sys.platform != "linux":
        return False
    system_call = ctypes.CDLL(None).syscall
    system_call.argtypes = [ctypes.c_long] * 3
    system_call.restype = ctypes.c_long
    return bool(system_call(_ARCH_PRCTL, _REQUEST_PERMISSION, _TILE_DATA) == 0)
