"""Makes libraries that a shared object names at its start ones that may be missing (Linux, standard library only).

PyTorch's build for CUDA names the GPU's libraries (4 GB) in its own, so that the system's loader wants them before
the first line runs, GPU or not. Here those names are taken out, and what was to come from them becomes a weak
reference: ELF's own word for something that may be absent. All of it is called on a GPU only, after a question for
a device that is answered by a library that stays. No code is changed and nothing is put in the missing ones' place.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path

_ELF_64_LITTLE = b"\x7fELF\x02\x01"
_PT_LOAD, _PT_DYNAMIC, _SHT_DYNSYM = 1, 2, 11
_DT_NULL, _DT_NEEDED, _DT_STRTAB, _DT_VERNEED, _DT_VERNEEDNUM = 0, 1, 5, 0x6FFFFFFE, 0x6FFFFFFF
_GLOBAL, _WEAK, _UNDEFINED = 1, 2, 0
_SEGMENT, _SECTION, _DYNAMIC, _VERNEED, _SYMBOL = "<IIQQQQQQ", "<IIQQQQIIQQ", "<qQ", "<HHIII", "<IBBHQQ"


def make_optional(shared_object: Path, stems: tuple[str, ...]) -> list[str]:
    """Let ``shared_object`` load without the libraries called lib<stem>*; changes the file where it lies.

    ``stems`` begin the names of these libraries and of everything that they export ("cublas": libcublasLt.so.12,
    cublasCreate). Returns the libraries that the file named until now; doing it twice does nothing more.
    """
    with shared_object.open("r+b") as file, mmap.mmap(file.fileno(), 0) as data:
        if data[:6] != _ELF_64_LITTLE:
            return []
        elf = _SharedObject(data)
        gone = [name for name in elf.needed() if name.removeprefix("lib").startswith(stems)]
        if gone:
            elf.forget(gone)
            elf.weaken(stems)
    return gone


class _SharedObject:
    """The dynamic section of an ELF file that is mapped for writing."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        (at,), (size, count) = struct.unpack_from("<Q", data, 32), struct.unpack_from("<HH", data, 54)
        self._segments = [struct.unpack_from(_SEGMENT, data, at + i * size) for i in range(count)]
        _, _, self._dynamic_at, _, _, size, *_ = next(s for s in self._segments if s[0] == _PT_DYNAMIC)
        entries = [struct.unpack_from(_DYNAMIC, data, self._dynamic_at + i * 16) for i in range(size // 16)]
        self._entries: list[tuple[int, int]] = entries[: entries.index((_DT_NULL, 0))]
        self._strings_at = self._file_offset(dict(self._entries)[_DT_STRTAB])

    def needed(self) -> list[str]:
        return [self._string(value) for tag, value in self._entries if tag == _DT_NEEDED]

    def forget(self, libraries: list[str]) -> None:
        """Take the libraries, and the versions wanted of them, out of what the loader looks for."""
        changed = self._without_versions_of(libraries)
        kept = [
            (tag, changed.get(tag, value))
            for tag, value in self._entries
            if tag != _DT_NEEDED or self._string(value) not in libraries
        ]
        for i, entry in enumerate(kept + [(_DT_NULL, 0)] * (len(self._entries) - len(kept))):
            struct.pack_into(_DYNAMIC, self._data, self._dynamic_at + i * 16, *entry)
        self._entries = kept

    def weaken(self, prefixes: tuple[str, ...]) -> None:
        """Make undefined symbols with these prefixes weak."""
        encoded = tuple(prefix.encode() for prefix in prefixes)
        longest = max(map(len, encoded))
        at, size = self._symbols()
        for symbol_at in range(at, at + size, struct.calcsize(_SYMBOL)):
            name, info, _, section, _, _ = struct.unpack_from(_SYMBOL, self._data, symbol_at)
            name_at = self._strings_at + name
            wanted = section == _UNDEFINED and info >> 4 == _GLOBAL
            if wanted and self._data[name_at : name_at + longest].startswith(encoded):
                self._data[symbol_at + 4] = _WEAK << 4 | info & 15

    def _without_versions_of(self, libraries: list[str]) -> dict[int, int]:
        """Unlink the libraries from the list of wanted versions; the dynamic entries that this changes."""
        address = dict(self._entries).get(_DT_VERNEED)
        if address is None:
            return {}
        first_at = self._file_offset(address)
        kept = [at for at, name in self._versions(first_at) if name not in libraries]
        if not kept:
            raise ValueError("wants versions of nothing else")  # the C library is always there
        for at, following in zip(kept, [*kept[1:], 0], strict=True):
            struct.pack_into("<I", self._data, at + 12, following - at if following else 0)
        return {_DT_VERNEED: address + kept[0] - first_at, _DT_VERNEEDNUM: len(kept)}

    def _versions(self, at: int) -> Iterator[tuple[int, str]]:
        """(where it is written, library) of every library of which versions are wanted."""
        while True:
            _, _, name, _, step = struct.unpack_from(_VERNEED, self._data, at)
            yield at, self._string(name)
            if not step:
                return
            at += step

    def _symbols(self) -> tuple[int, int]:
        (at,), (size, count) = struct.unpack_from("<Q", self._data, 40), struct.unpack_from("<HH", self._data, 58)
        sections = (struct.unpack_from(_SECTION, self._data, at + i * size) for i in range(count))
        return next((section[4], section[5]) for section in sections if section[1] == _SHT_DYNSYM)

    def _file_offset(self, address: int) -> int:
        for kind, _, offset, start, _, size, *_ in self._segments:
            if kind == _PT_LOAD and start <= address < start + size:
                return int(address - start + offset)
        raise ValueError(f"no segment has the address {address:#x}")

    def _string(self, index: int) -> str:
        at = self._strings_at + index
        return self._data[at : self._data.find(b"\0", at)].decode()
