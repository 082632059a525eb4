"""A notice that can undo something comes back after another one that took its place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from llmdesk.ui.kit.notice import Action, NoticeBar
from llmdesk.ui.kit.theme import Theme


class Notices(NoticeBar):
    """With all that have gone."""

    def __init__(self) -> None:
        holder = QWidget()
        super().__init__(Theme(holder))
        self._holder = holder
        self.setParent(holder)
        self.gone: list[tuple[str, bool]] = []
        self.dismissed.connect(self._note)

    @Slot(str, bool)
    def _note(self, key: str, is_replaced: bool) -> None:
        self.gone.append((key, is_replaced))


@pytest.fixture
def notice(qtbot: QtBot) -> Notices:
    return Notices()


def test_what_can_be_undone_comes_back_and_can_be_undone(notice: Notices) -> None:
    undone: list[str] = []
    notice.show_notice("removed", "Gone.", actions=[Action("Undo", lambda: undone.append("removed"))], comes_back=True)
    notice.show_notice("copied", "It is on the clipboard.", duration_s=3)
    assert notice.text == "It is on the clipboard."
    notice.show_notice("done", "Another answer is complete.")
    notice.dismiss("copied")  # that one is not shown any more
    assert notice.key == "done"
    notice.dismiss()
    assert notice.text == "Gone."
    notice.buttons()[0].click()
    assert (undone, notice.key) == (["removed"], "")
    assert notice.gone == [
        ("removed", True), ("copied", True), ("done", False), ("removed", False),
    ]  # fmt: skip


def test_what_was_waiting_ends_for_good_when_it_is_dismissed_or_replaced_by_its_like(notice: Notices) -> None:
    notice.show_notice("removed", "Gone.", comes_back=True)
    notice.show_notice("copied", "Copied.")
    notice.dismiss("removed")
    notice.dismiss()
    assert notice.key == ""
    assert notice.gone[-2:] == [("removed", False), ("copied", False)]
    notice.show_notice("removed", "First.", comes_back=True)
    notice.show_notice("other", "Second.", comes_back=True)
    notice.show_notice("copied", "Copied.")
    assert ("removed", False) in notice.gone[-3:]
    notice.dismiss()
    assert notice.text == "Second."
    notice.dismiss()
    assert notice.key == ""


def test_one_of_the_same_cause_does_not_bring_the_older_one_back(notice: Notices) -> None:
    notice.show_notice("removed", "One.", comes_back=True)
    notice.show_notice("copied", "Copied.")
    notice.show_notice("removed", "Two.", comes_back=True)
    notice.dismiss()
    assert notice.key == ""
