"""Which lines of a prompt are code (no Qt)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})([^`]*)$")  # however far: in a prompt no list is looked for around it
_CODE_END = re.compile(
    r"[{}();,:\\\[\]]\s*$|^\s*(?:[#/]{1,2} |</?\w|@\w)|\w\s*=\s*\S|^\s*(?:return|import|from|def|class)\b"
)


@dataclass(frozen=True, slots=True)
class PromptLine:
    """A line as it is shown."""

    text: str
    is_code: bool


def prompt_lines(text: str) -> list[PromptLine]:
    """The lines of a prompt. Those between fences are code, without the fences; so is what looks like pasted code."""
    result: list[PromptLine] = []
    plain: list[str] = []
    lines = text.split("\n")
    i = 0
    while i < len(lines):
        fence = _FENCE.match(lines[i])
        end = _end_of(lines, i, fence[2]) if fence else None
        if fence is None or end is None:
            plain.append(lines[i])
            i += 1
            continue
        result += _with_pasted_code(plain)
        plain = []
        result += [PromptLine(_without_indent(line, fence[1]), True) for line in lines[i + 1 : end]]
        i = end + 1
    return [*result, *_with_pasted_code(plain)]


def _without_indent(line: str, indent: str) -> str:
    """A line of code as far to the left as its fence."""
    if line.startswith(indent):
        return line.removeprefix(indent)
    return line[min(len(line) - len(line.lstrip(" ")), len(indent)) :]


def _end_of(lines: list[str], first: int, mark: str) -> int | None:
    """The line that closes a fence. One without an end stays as it was typed."""
    for i in range(first + 1, len(lines)):
        bare = lines[i].strip()
        if len(bare) >= len(mark) and set(bare) == {mark[0]}:
            return i
    return None


def _with_pasted_code(lines: list[str]) -> list[PromptLine]:
    """Paragraphs of which most lines look like code, and some are indented, are code."""
    result: list[PromptLine] = []
    paragraph: list[str] = []
    for line in [*lines, None]:
        if line is not None and line.strip():
            paragraph.append(line)
            continue
        is_code = _looks_like_code(paragraph)
        result += [PromptLine(each, is_code) for each in paragraph]
        paragraph = []
        if line is not None:
            result.append(PromptLine(line, False))
    return result


def _looks_like_code(lines: list[str]) -> bool:
    indented = sum(line.startswith(("  ", "\t")) for line in lines)
    marked = sum(_CODE_END.search(line) is not None for line in lines)
    return len(lines) >= 3 and indented >= 1 and 2 * marked > len(lines)
