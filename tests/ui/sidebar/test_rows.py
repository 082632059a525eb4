"""How chats are grouped, and what the model tells of changes."""

from __future__ import annotations

import datetime
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from llmdesk.services.chats.kept import ChatInfo
from llmdesk.ui.sidebar.chat_list_model import ChatListModel
from llmdesk.ui.sidebar.rows import ChatRow, Heading, arrange
from tests.quiet import until_quiet

TODAY = datetime.date(2026, 11, 27)


def info(name: str, day: datetime.date | None = None, hour: int = 12, **fields: object) -> ChatInfo:
    moment = datetime.datetime.combine(day or TODAY, datetime.time(hour))
    return replace(ChatInfo(name, name, changed_s=moment.timestamp()), **fields)  # type: ignore[arg-type]


def back(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=days)


def words(rows: list[object]) -> list[str]:
    return [f"# {row.title}" if isinstance(row, Heading) else row.info.id for row in rows]  # type: ignore[attr-defined]


def test_pinned_then_folders_then_dates_each_the_newest_first() -> None:
    infos = [
        info("old", datetime.date(2025, 3, 9)),
        info("noon"),
        info("morning", hour=8),
        info("midnight", hour=0),
        info("yesterday", back(1), 23),
        info("week", back(7), 0),
        info("month", back(8)),
        info("pinned", back(300), is_pinned=True, folder="Work"),
        info("b", folder="work b"),
        info("a", back(200), folder="Work a"),
    ]
    assert words(list(arrange(infos, TODAY))) == [
        *("# Pinned", "pinned", "# Work a", "a", "# work b", "b"),
        *("# Today", "noon", "morning", "midnight", "# Yesterday", "yesterday", "# Previous 7 days", "week"),
        *("# November", "month", "# March 2025", "old"),
    ]


def test_a_folded_folder_keeps_its_heading_and_count() -> None:
    rows = arrange([info("a", folder="Work"), info("b", folder="Work"), info("c")], TODAY, {"Work"})
    assert words(list(rows)) == ["# Work", "# Today", "c"]
    assert isinstance(rows[0], Heading)
    assert (rows[0].count, rows[0].is_folded) == (2, True)


@pytest.fixture
def model(qapp: QApplication) -> ChatListModel:
    made = ChatListModel()
    made.set_today(TODAY)
    made.set_all([info("a"), info("b", hour=11), info("c", back(1)), info("d", back(1), folder="Work")])
    return made


def shown(model: ChatListModel) -> list[str]:
    return words(list(model.rows))


def test_an_answered_chat_moves_up_and_the_others_are_left_alone(model: ChatListModel) -> None:
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    removed: list[tuple[int, int]] = []
    resets: list[int] = []
    model.rowsRemoved.connect(lambda _parent, first, last: removed.append((first, last)))
    model.modelReset.connect(lambda: resets.append(1))
    model.update([info("c", hour=13)])

    assert shown(model) == ["# Work", "d", "# Today", "c", "a", "b"]
    assert removed == [(5, 6)]  # with its heading, below which nothing is left
    assert not resets


def test_a_new_title_is_told_for_its_row_alone(model: ChatListModel) -> None:
    changed: list[int] = []
    model.dataChanged.connect(lambda index, *_: changed.append(index.row()))
    model.update([info("b", hour=11, title="B")])
    assert changed == [model.index_of("b").row()]
    assert model.index_of("b").data() == "B"


def test_the_first_chat_again_later_only_changes_its_row(model: ChatListModel) -> None:
    inserted: list[int] = []
    model.rowsInserted.connect(lambda *_: inserted.append(1))
    model.update([info("a", hour=14)])
    assert not inserted
    row = model.row_at(model.index_of("a"))
    assert isinstance(row, ChatRow)
    assert row.info == info("a", hour=14)


def test_moves_into_and_out_of_folders_and_deletions_keep_the_model_whole(model: ChatListModel) -> None:
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.update([info("a", folder="New")])
    assert shown(model) == ["# New", "a", "# Work", "d", "# Today", "b", "# Yesterday", "c"]
    model.toggle("New")
    model.update([], ["c", "b"])
    assert shown(model) == ["# New", "# Work", "d"]
    model.toggle("New")
    model.update([info("a"), info("x", folder="Work")])
    assert shown(model) == ["# Work", "x", "d", "# Today", "a"]
    assert model.rowCount(QModelIndex()) == 5


def test_after_midnight_todays_chats_are_yesterdays(model: ChatListModel) -> None:
    model.set_today(TODAY + datetime.timedelta(days=1))
    assert shown(model) == ["# Work", "d", "# Yesterday", "a", "b", "# Previous 7 days", "c"]


@pytest.mark.timing
@until_quiet
def test_ten_thousand_chats_are_arranged_in_a_moment(qapp: QApplication) -> None:
    many = [info(str(n), back(n // 30), hour=n % 24, folder="F" if n % 7 == 0 else "") for n in range(10_000)]
    model = ChatListModel()
    model.set_today(TODAY)
    started_s = time.perf_counter()
    model.set_all(many)
    assert time.perf_counter() - started_s < 0.3
    started_s = time.perf_counter()
    model.update([replace(many[5_000], changed_s=many[0].changed_s + 60)])
    assert time.perf_counter() - started_s < 0.3
