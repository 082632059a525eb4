"""What is wrong with a translation that a program can see (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from string import Formatter

from translation_sources import Source

_LITERAL = re.compile(r"\{\{\w+\}\}|`[^`]*`|https?://[^\s（），。()]+[\w/]")
_ENDS = {".": ".。", ":": ":：", "?": "?？", "…": "…"}


def mistakes_of(source: Source, forms: Sequence[str]) -> list[str]:
    """For each form, what does not fit its source."""
    found = []
    for number, form in enumerate(forms):
        may_lack_number = number < len(forms) - 1  # "the oldest message" says 1 without a figure
        found += [f"{each}: {form!r}" for each in _mistakes(source, form, may_lack_number)]
    return found


def _mistakes(source: Source, form: str, may_lack_number: bool) -> Iterator[str]:
    if source.is_template:
        try:
            if _fields(source.text) != _fields(form):
                yield "not the same {names}"
        except ValueError:
            yield "braces that do not fit"
    if sorted(_LITERAL.findall(source.text)) != sorted(_LITERAL.findall(form)):
        yield "not the same commands, addresses or {{variables}}"
    has_number, wants_number = bool(re.search("%L?n", form)), "%n" in source.text
    if has_number != wants_number and not (wants_number and may_lack_number):
        yield "%n is missing, or too much"
    if form != form.strip() and source.text == source.text.strip():
        yield "spaces around it"
    end = source.text[-1:]
    if end in _ENDS and not form.endswith(tuple(_ENDS[end])):
        yield f"does not end with {end}"
    if end not in _ENDS and form.endswith((".", "。", "…")):
        yield "ends with a point that the source has not"


def _fields(text: str) -> list[tuple[str, str, str]]:
    """Name, format and conversion of everything that is filled in, whatever its order."""
    return sorted((name, spec or "", how or "") for _, name, spec, how in Formatter().parse(text) if name is not None)
