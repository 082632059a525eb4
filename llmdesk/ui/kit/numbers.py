"""Numbers and days as the window's language writes them: the one place where that is decided (any thread)."""

from __future__ import annotations

import datetime
from string import Formatter
from typing import Any

from PySide6.QtCore import QDate, QLocale, QTime


def digits(value: float, spec: str = ",") -> str:
    """A number by Python's format, with the separators of the window's language: 4,096 or 4.096, 0.7 or 0,7."""
    return localised(format(value, spec))


def localised(text: str) -> str:
    """Digits as Python writes them (``1,234.5``) with the separators of the window's language."""
    locale = QLocale()
    group, point = locale.groupSeparator(), locale.decimalPoint()
    if (group, point) == (",", "."):
        return text
    return text.translate({ord(","): group, ord("."): point})


def day(date: datetime.date) -> str:
    """In short, all in digits."""
    return QLocale().toString(QDate(date.year, date.month, date.day), QLocale.FormatType.ShortFormat)


def time_of_day(moment: datetime.datetime | datetime.time) -> str:
    """Hours and minutes."""
    return QLocale().toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)


class Filler(Formatter):
    """``str.format``, but numbers that have a format (``{count:,}``) are written as the window's language does.

    Those without one are names rather than amounts: a port, a line, an HTTP status.
    """

    def format_field(self, value: Any, format_spec: str) -> str:
        """See Formatter."""
        text = str(format(value, format_spec))
        return localised(text) if format_spec and isinstance(value, int | float) else text
