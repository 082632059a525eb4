"""The text of a PDF that Qt wrote, as a reader that selects it gets it."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.S)
_STREAM = re.compile(rb"stream\r?\n(.*)endstream", re.S)
_FONT = re.compile(rb"/F(\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj")
_CHAR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>(?:\s*<([0-9A-Fa-f]+)>)?")


def page_count(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def pdf_text(pdf: bytes) -> str:
    """Letter after letter, without spaces between lines."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    maps: dict[int, dict[int, str]] = {}
    text = ""
    for body in objects.values():
        content = _stream(body)
        if b"BT" not in content or b"beginbf" in content:
            continue
        letters: dict[int, str] = {}
        for font, code in _FONT.findall(content):
            if font:
                letters = maps.setdefault(int(font), _letters(objects, int(font)))
            else:
                text += letters.get(int(code, 16), "\ufffd")
    return text


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if found is None or b"begincmap" in found[1]:  # tables of letters are not packed
        return found[1] if found else b""
    try:
        return zlib.decompressobj().decompress(found[1])
    except zlib.error:
        return b""


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    """What the glyphs of a font stand for."""
    named = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    assert named, "a font without a way back to text"
    letters: dict[int, str] = {}
    source = _stream(objects[int(named[1])])
    for kind, part in re.findall(rb"beginbf(char|range)(.*?)endbf", source, re.S):
        if kind == b"char":
            letters |= {int(code, 16): _word(word) for code, word, _ in _CHAR.findall(part)}
        else:
            letters |= _ranges(part)
    return letters


def _ranges(part: bytes) -> dict[int, str]:
    letters: dict[int, str] = {}
    for first, last, words in re.findall(rb"<(\w+)>\s*<(\w+)>\s*(\[.*?\]|<\w+>)", part, re.S):
        found = re.findall(rb"<(\w+)>", words)
        for place, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
            if words.startswith(b"["):
                letters[code] = _word(found[place])
            else:
                letters[code] = chr(ord(_word(found[0])) + place)
    return letters


def _word(raw: bytes) -> str:
    return bytes.fromhex(raw.decode()).decode("utf-16-be")
