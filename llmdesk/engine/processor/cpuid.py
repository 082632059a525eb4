"""The processor's features and name by its own instruction, for Windows, which tells them in no file (any thread).

Linux has them in /proc/cpuinfo, under whose names they are told here; macOS has them in ``sysctl``.
"""

from __future__ import annotations

import ctypes
import mmap
import sys
from collections.abc import Callable
from typing import TypeVar

_EAX, _EBX, _ECX, _EDX = range(4)
_FEATURES = {  # name: (leaf, subleaf, register, bit)
    "fma": (1, 0, _ECX, 12), "f16c": (1, 0, _ECX, 29), "avx": (1, 0, _ECX, 28),
    "bmi1": (7, 0, _EBX, 3), "avx2": (7, 0, _EBX, 5), "bmi2": (7, 0, _EBX, 8),
    "avx512f": (7, 0, _EBX, 16), "avx512dq": (7, 0, _EBX, 17), "avx512bw": (7, 0, _EBX, 30),
    "avx512vl": (7, 0, _EBX, 31), "avx512_vnni": (7, 0, _ECX, 11), "avx512_fp16": (7, 0, _EDX, 23),
    "amx_bf16": (7, 0, _EDX, 22), "amx_tile": (7, 0, _EDX, 24), "amx_int8": (7, 0, _EDX, 25),
    "avx_vnni": (7, 1, _EAX, 4), "avx512_bf16": (7, 1, _EAX, 5),
}  # fmt: skip
_OSXSAVE = (1, 0, _ECX, 27)
_KEPT_BY_SYSTEM = (  # (beginnings of names, what of the registers the system has to keep: bits of XCR0)
    (("avx", "fma", "f16c"), 0x6),
    (("avx512",), 0xE6),
    (("amx",), 0x60000),
)
_NAME_LEAVES = (0x80000002, 0x80000003, 0x80000004)
_MAC_NAMES = {"avx1.0": "avx", "avx512vnni": "avx512_vnni", "avxvnni": "avx_vnni"}

# In the calling convention of each system: void cpuid(uint32 leaf, uint32 subleaf, uint32 out[4]), uint32 xgetbv(void).
_STORE = "0fa2 418900 41895804 41894808 4189500c 5b c3"  # cpuid; eax, ebx, ecx, edx to [r8]; pop rbx; ret
_CPUID_OF = {
    "win32": bytes.fromhex("53 89c8 89d1" + _STORE),  # push rbx; mov eax, ecx; mov ecx, edx
    "linux": bytes.fromhex("53 4989d0 89f8 89f1" + _STORE),  # push rbx; mov r8, rdx; mov eax, edi; mov ecx, esi
}
_XGETBV = bytes.fromhex("31c9 0f01d0 c3")
_XGETBV_AT = 64

Registers = tuple[int, int, int, int]
Cpuid = Callable[[int, int], Registers]
_T = TypeVar("_T")


def read_flags() -> frozenset[str]:
    """The features that llmdesk asks for, as far as the system lets programs use them. x86-64 only."""
    if sys.platform == "darwin":
        told = f"{_sysctl('machdep.cpu.features')} {_sysctl('machdep.cpu.leaf7_features')}".lower().split()
        return frozenset(_MAC_NAMES.get(name, name) for name in told)
    return _with_code(flags_of)


def read_name() -> str:
    """The processor's name for people. x86-64 only."""
    if sys.platform == "darwin":
        return _sysctl("machdep.cpu.brand_string")
    return _with_code(lambda cpuid, _: name_of(cpuid))


def flags_of(cpuid: Cpuid, xgetbv: Callable[[], int]) -> frozenset[str]:
    """What the registers say. ``xgetbv`` is asked only where the processor has that instruction."""
    highest = cpuid(0, 0)[_EAX]

    def has(leaf: int, subleaf: int, register: int, bit: int) -> bool:
        there = leaf <= highest and (not subleaf or subleaf <= cpuid(leaf, 0)[_EAX])
        return there and bool(cpuid(leaf, subleaf)[register] >> bit & 1)

    found = {name for name, place in _FEATURES.items() if has(*place)}
    kept = xgetbv() if has(*_OSXSAVE) else 0
    for beginnings, state in _KEPT_BY_SYSTEM:
        if kept & state != state:
            found = {name for name in found if not name.startswith(beginnings)}
    return frozenset(found)


def name_of(cpuid: Cpuid) -> str:
    """The brand string, or nothing from a processor that has none."""
    if cpuid(0x80000000, 0)[_EAX] < _NAME_LEAVES[-1]:
        return ""
    told = b"".join(word.to_bytes(4, "little") for leaf in _NAME_LEAVES for word in cpuid(leaf, 0))
    return " ".join(told.split(b"\0")[0].decode("ascii", "replace").split())


def _with_code(look: Callable[[Cpuid, Callable[[], int]], _T]) -> _T:
    """Run ``look`` with functions made of the two instructions."""
    code = _CPUID_OF[sys.platform].ljust(_XGETBV_AT, b"\xcc") + _XGETBV
    address, give_back = _executable(code)
    registers = (ctypes.c_uint32 * 4)()
    ask = ctypes.CFUNCTYPE(None, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p)(address)
    xgetbv = ctypes.CFUNCTYPE(ctypes.c_uint32)(address + _XGETBV_AT)

    def cpuid(leaf: int, subleaf: int) -> Registers:
        ask(leaf, subleaf, ctypes.addressof(registers))
        return (registers[0], registers[1], registers[2], registers[3])

    try:
        return look(cpuid, xgetbv)
    finally:
        give_back()


if sys.platform == "win32":

    def _executable(code: bytes) -> tuple[int, Callable[[], None]]:
        """The address of a copy that may be run and no longer be written to, and what gives it back."""
        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel32.VirtualAlloc.restype = ctypes.c_void_p
        kernel32.VirtualAlloc.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_uint32, ctypes.c_uint32]
        kernel32.VirtualProtect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_uint32, ctypes.c_void_p]
        kernel32.VirtualFree.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_uint32]
        address = kernel32.VirtualAlloc(None, len(code), 0x3000, 0x04)  # reserve and commit; to be read and written
        if not address:
            raise ctypes.WinError(ctypes.get_last_error())
        ctypes.memmove(address, code, len(code))
        before = ctypes.c_uint32()
        if not kernel32.VirtualProtect(address, len(code), 0x20, ctypes.byref(before)):  # to be read and run
            raise ctypes.WinError(ctypes.get_last_error())
        return address, lambda: kernel32.VirtualFree(address, 0, 0x8000)

else:

    def _executable(code: bytes) -> tuple[int, Callable[[], None]]:
        """The same for tests on Linux: nothing else asks there."""
        memory = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        memory.write(code)
        holder = [(ctypes.c_char * len(code)).from_buffer(memory)]
        return ctypes.addressof(holder[0]), holder.clear  # which holds the memory until then


def _sysctl(name: str) -> str:
    """A text that macOS knows under this name; empty where it does not (features of other processors)."""
    system, size = ctypes.CDLL(None), ctypes.c_size_t(4096)
    value = ctypes.create_string_buffer(size.value)
    if system.sysctlbyname(name.encode(), value, ctypes.byref(size), None, ctypes.c_size_t(0)):
        return ""
    return value.value.decode("ascii", "replace").strip()
