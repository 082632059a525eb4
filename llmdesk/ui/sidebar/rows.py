"""What stands in the list of chats, from top to bottom: pinned ones, folders, then the rest by date (pure)."""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLocale

from llmdesk.services.chats.kept import ChatInfo
from llmdesk.ui.kit.numbers import day, time_of_day
from llmdesk.ui.kit.words import tr

PINNED_KEY = "pinned"
_WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Heading:
    """A line above chats.

    Attributes:
        key: names it for as long as the list exists.
        folder: its chats are in this folder, which can be folded; empty for dates and pinned chats.
        count: of the chats below it, folded away or not.
    """

    key: str
    title: str
    folder: str = ""
    count: int = 0
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A chat."""

    info: ChatInfo

    @property
    def key(self) -> str:
        """Names it for as long as the list exists."""
        return self.info.id


Row = Heading | ChatRow


def arrange(infos: Iterable[ChatInfo], today: datetime.date, folded: Container[str] = ()) -> list[Row]:
    """The list. ``folded``: the folders whose chats are not shown. Ten thousand chats take some ten milliseconds."""
    newest_first = sorted(infos, key=lambda info: (-info.changed_s, info.id))
    pinned: list[ChatInfo] = []
    folders: dict[str, list[ChatInfo]] = {}
    dated: list[ChatInfo] = []
    for info in newest_first:
        if info.is_pinned:
            pinned.append(info)
        elif info.folder:
            folders.setdefault(info.folder, []).append(info)
        else:
            dated.append(info)
    rows: list[Row] = []
    if pinned:
        rows.append(Heading(PINNED_KEY, tr("Pinned"), count=len(pinned)))
        rows += map(ChatRow, pinned)
    for folder in sorted(folders, key=str.casefold):
        chats, is_folded = folders[folder], folder in folded
        rows.append(Heading(f"folder {folder}", folder, folder, len(chats), is_folded))
        rows += () if is_folded else map(ChatRow, chats)
    return rows + _by_date(dated, today)


def _by_date(newest_first: Sequence[ChatInfo], today: datetime.date) -> list[Row]:
    rows: list[Row] = []
    since_s = float("inf")  # the group under way reaches back to here
    for info in newest_first:
        if info.changed_s < since_s:
            heading, since_s = _heading(info.changed_s, today)
            rows.append(heading)
        rows.append(ChatRow(info))
    return rows


def _heading(changed_s: float, today: datetime.date) -> tuple[Heading, float]:
    """The group of a time, and when it begins."""
    days = datetime.timedelta
    for key, title, first in (
        ("today", tr("Today"), today),
        ("yesterday", tr("Yesterday"), today - days(1)),
        ("week", tr("Previous 7 days"), today - days(_WEEK_DAYS)),
    ):
        if changed_s >= (begin_s := _begin_s(first)):
            return Heading(key, title), begin_s
    first = datetime.date.fromtimestamp(max(0.0, changed_s)).replace(day=1)
    name = QLocale().standaloneMonthName(first.month)
    title = name if first.year == today.year else f"{name} {first.year}"
    return Heading(f"{first.year}-{first.month}", title), _begin_s(first) if changed_s >= 0 else float("-inf")


def _begin_s(day: datetime.date) -> float:
    return datetime.datetime.combine(day, datetime.time()).timestamp()


def day_text(time_s: float, today: datetime.date) -> str:
    """A day in few words: today's time, yesterday, the date."""
    moment = datetime.datetime.fromtimestamp(time_s)
    if moment.date() == today:
        return time_of_day(moment)
    if moment.date() == today - datetime.timedelta(days=1):
        return tr("Yesterday")
    return day(moment)
