"""Which logical processors are one core, and how fast it is beside others, as Windows tells it (any thread)."""

from __future__ import annotations

import ctypes
import struct
import sys

_CORES = 0  # RelationProcessorCore
_HEAD = struct.Struct("<IIBB20xH")  # relation, bytes, flags, efficiency class, groups
_GROUP = struct.Struct("<QH6x")  # mask, number
_GROUP_CPUS = 64

ToldCore = tuple[tuple[int, ...], int]
"""Logical processors, counted through all groups, and the efficiency class: the higher, the faster."""


def parse(told: bytes) -> list[ToldCore]:
    """What ``GetLogicalProcessorInformationEx`` has written."""
    cores: list[ToldCore] = []
    at = 0
    while at + _HEAD.size <= len(told):
        relation, size, _, efficiency, groups = _HEAD.unpack_from(told, at)
        if relation == _CORES:
            cpus: list[int] = []
            for index in range(groups):
                mask, group = _GROUP.unpack_from(told, at + _HEAD.size + index * _GROUP.size)
                cpus += [group * _GROUP_CPUS + bit for bit in range(_GROUP_CPUS) if mask >> bit & 1]
            cores.append((tuple(cpus), efficiency))
        at += max(size, _HEAD.size)
    return cores


def read() -> list[ToldCore]:
    """Of this machine; empty where the system does not tell."""
    if sys.platform != "win32":
        return []
    ask = ctypes.WinDLL("kernel32").GetLogicalProcessorInformationEx
    size = ctypes.c_uint32()
    ask(_CORES, None, ctypes.byref(size))  # says how much room it needs
    room = ctypes.create_string_buffer(size.value)
    return parse(room.raw) if ask(_CORES, room, ctypes.byref(size)) else []
