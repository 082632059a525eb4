"""What lines stand under: headings of Markdown and reStructuredText, classes and functions of code (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_CODE_SUFFIXES = (
    ".py .pyi .js .jsx .mjs .ts .tsx .java .kt .scala .c .h .cc .cpp .cxx .hpp .cs .go .rs .swift .php .rb .lua .sh "
    ".r .jl .dart .m .mm .sql .ex .exs .hs .ml .fs .vb .pl .ps1 .cu .zig .nim"
)
_CODE = frozenset(_CODE_SUFFIXES.split())
_DEFINITION = re.compile(
    r"(\s*)(?:(?:export|default|public|private|protected|internal|static|final|abstract|async|pub(?:\([^)]*\))?|unsafe"
    r"|override|virtual|inline|partial|sealed|open|data)\s+)*"
    r"(?:class|def|func|fn|fun|function|interface|struct|enum|trait|impl|module|namespace|protocol|extension|sub|record"
    r"|type|create\s+table)\s+([\w$.<>~]+(?:::[\w~]+)*)",
    re.IGNORECASE,
)
_ATX = re.compile(r" {0,3}(#{1,6})\s+(.+?)\s*#*")
_UNDERLINE = re.compile(r"([=\-~^\"'*+.:_`#])\1{2,}\s*")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_LONGEST = 100
_DEEPEST = 4


@dataclass(slots=True)
class Headings:
    """Reads lines in their order.

    Attributes:
        path: what the lines now stand under, outermost first.
    """

    path: str = ""
    _stack: list[tuple[int, str]] = field(default_factory=list)

    def see(self, number: int, line: str) -> bool:
        """Take the next line (counted from 1); True if a section begins with it."""
        raise NotImplementedError

    def _enter(self, level: int, title: str) -> None:
        while self._stack and self._stack[-1][0] >= level:
            self._stack.pop()
        self._stack.append((level, " ".join(title.split())))
        self.path = " > ".join(name for _, name in self._stack[-_DEEPEST:])


class _CodeHeadings(Headings):
    """Classes and functions, nested as they are indented."""

    def see(self, number: int, line: str) -> bool:
        found = _DEFINITION.match(line)
        if found is None:
            return False
        self._enter(len(found[1].expandtabs()), found[2])
        return True


class _TextHeadings(Headings):
    """``# Title``, and titles with a line of signs below; what such a line is made of tells its level."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines
        self._levels: list[str] = []
        self._fence = ""

    def see(self, number: int, line: str) -> bool:
        if fence := _FENCE.match(line):
            if not self._fence:
                self._fence = fence[1]
            elif fence[1].startswith(self._fence):
                self._fence = ""
            return False
        if self._fence:
            return False
        if found := _ATX.fullmatch(line):
            self._enter(len(found[1]), found[2])
            return True
        return self._see_underlined(number, line)

    def _see_underlined(self, number: int, line: str) -> bool:
        below = self._lines[number] if number < len(self._lines) else ""
        title = line.strip()
        is_title = 0 < len(title) <= _LONGEST and any(map(str.isalnum, title)) and not line.startswith((" ", "\t"))
        if not is_title or not _UNDERLINE.fullmatch(below) or len(below.rstrip()) + 2 < len(title):
            return False
        if below[0] not in self._levels:
            self._levels.append(below[0])
        self._enter(self._levels.index(below[0]) + 1, title)
        return True


def headings_for(suffix: str, text: str) -> Headings:
    """A reader for the lines of this text; ``suffix`` is its file's, in small letters."""
    return _CodeHeadings() if suffix in _CODE else _TextHeadings(text.split("\n"))
