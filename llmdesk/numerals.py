"""Numbers as people write them: comma or dot, thousands apart in any way, digits of any script (pure).

What the window shows is written as its language does (``ui/kit/numbers.py``); what is typed, pasted or set on the
command line may be written in any way.
"""

from __future__ import annotations

import re
import unicodedata

_DECIMAL, _GROUP = "d", "g"
_SIGNS = {"\N{MINUS SIGN}": "-", "\N{FULLWIDTH HYPHEN-MINUS}": "-", "\N{FULLWIDTH PLUS SIGN}": "+"}
_COMMAS = {"\N{ARABIC COMMA}", "\N{FULLWIDTH COMMA}", "\N{SINGLE LOW-9 QUOTATION MARK}"}
_MARKS = {"\N{ARABIC DECIMAL SEPARATOR}": _DECIMAL, "\N{ARABIC THOUSANDS SEPARATOR}": _GROUP}
_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}_"
_NUMBER = re.compile(r"([+-]?)([0-9.,dg]+?)(?:[eE]([+-]?[0-9]{1,3}))?")
_GROUPED = re.compile(rf"[0-9]{{1,3}}(?:{_GROUP}[0-9]{{3}})+|[0-9]{{1,2}}(?:{_GROUP}[0-9]{{2}})*{_GROUP}[0-9]{{3}}")
_LONE_THOUSAND = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_MOST_DIGITS = 4000  # Python reads 4300 unless it is told otherwise
_PLAUSIBLE = re.compile(r"[+-]?[0-9.,dg]*(?:[eE][+-]?[0-9]{0,3})?")


def plain_number(text: str, *, unit: str = "", whole: bool = False) -> str | None:
    """The number in ``text`` as Python and TOML write it (``-1234.5e3``); None if it is none.

    A comma or a dot that stands alone is the decimal separator, unless a ``whole`` number is wanted and it stands where
    thousands do (``4,096``). ``unit`` may follow the number, and a percent sign, which divides by a hundred, where
    ``unit`` is ``%``.
    """
    body, is_percent = _without_unit(text, unit)
    found = _NUMBER.fullmatch(_in_ascii(body))
    if found is None:
        return None
    sign, digits, exponent = found.groups()
    plain = _with_dot(digits, whole and not exponent)
    if plain is None:
        return None
    power = int(exponent or 0) - (2 if is_percent else 0)
    return f"{'-' if sign == '-' else ''}{plain}{f'e{power}' if power else ''}"


def decimal_number(text: str, *, unit: str = "") -> float | None:
    """See ``plain_number``; an infinite value is none."""
    plain = plain_number(text, unit=unit)
    if plain is None:
        return None
    value = float(plain)
    return value if abs(value) != float("inf") else None


def whole_number(text: str, *, unit: str = "") -> int | None:
    """See ``plain_number``; exact up to thousands of digits. ``2.0`` and ``1e3`` are whole, ``2.5`` is not."""
    plain = plain_number(text, unit=unit, whole=True)
    if plain is None or len(plain) > _MOST_DIGITS:
        return None
    if plain.lstrip("-").isdecimal():
        return int(plain)
    value = float(plain)
    return int(value) if value.is_integer() else None


def could_become_number(text: str, unit: str = "") -> bool:
    """True for the beginning of a number, as it is while somebody types."""
    ascii_text = _in_ascii(text)
    number = _PLAUSIBLE.match(ascii_text)
    rest = ascii_text[number.end() if number else 0 :].strip().casefold()
    return unit.casefold().startswith(rest)


def _without_unit(text: str, unit: str) -> tuple[str, bool]:
    body = "".join(sign for sign in text if unicodedata.category(sign) != "Cf").strip()
    if unit and body.casefold().endswith(unit.casefold()):
        return body[: -len(unit)].rstrip(), unit == "%"
    return body, False


def _in_ascii(text: str) -> str:
    """Digits of any script as 0 to 9; what only ever parts groups as ``g``, what only ever is decimal as ``d``."""
    return "".join(_sign_in_ascii(sign) for sign in text.strip())


def _sign_in_ascii(sign: str) -> str:
    if (digit := unicodedata.decimal(sign, None)) is not None:
        return str(digit)
    if sign in _COMMAS:
        return ","
    if sign in (_DECIMAL, _GROUP):  # the letters are no signs of ours
        return "?"
    if sign.isspace() or sign in _APOSTROPHES:
        return _GROUP
    if unicodedata.category(sign) == "Cf":
        return ""
    return _MARKS.get(sign) or _SIGNS.get(sign, sign)


def _with_dot(digits: str, whole: bool) -> str | None:
    """Digits with one dot or none, or None where the separators make no sense."""
    if whole and _LONE_THOUSAND.fullmatch(digits):
        return re.sub(r"[.,]", "", digits)
    decimal = _decimal_separator(digits)
    before, separator, after = digits.rpartition(decimal) if decimal else (digits, "", "")
    if not separator:
        before, after = digits, ""
    before = re.sub(r"[.,]", _GROUP, before)
    if not (before + after) or not (after.isdecimal() or not after):
        return None
    if before and not before.isdecimal() and not _GROUPED.fullmatch(before):
        return None
    return f"{before.replace(_GROUP, '') or '0'}{'.' + after if after else ''}"


def _decimal_separator(digits: str) -> str:
    """Which sign parts the fraction; empty if none does."""
    if _DECIMAL in digits:
        return _DECIMAL
    kinds = [sign for sign in ".," if sign in digits]
    if len(kinds) == 2:
        return max(kinds, key=digits.rindex)
    return kinds[0] if kinds and digits.count(kinds[0]) == 1 else ""
