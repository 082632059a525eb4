"""The page of collections in the real window, on the real service and its index on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from llmdesk import paths
from llmdesk.models.catalogue import Catalogue
from llmdesk.services.collections.collection import IndexProgress, SentenceModel
from llmdesk.ui.chat.sources.passage_viewer import PassageViewer
from llmdesk.ui.collections.collection_row import CollectionRow
from llmdesk.ui.kit import files
from tests.ui.collections.conftest import add, page_of
from tests.ui.conftest import Window


def row_of(window: Window) -> CollectionRow:
    page = page_of(window)
    window.qtbot.waitUntil(lambda: [row.isVisible() for row in page.rows.values()] == [True])
    return next(iter(page.rows.values()))


def test_an_empty_page_explains_and_a_folder_that_is_chosen_is_read(
    window: Window, harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(window)
    assert page.empty.isVisible()
    assert not page.try_out.isVisible()
    monkeypatch.setattr(files, "ask_for_folder", lambda *_: harbour)
    window.button("Add a folder…").click()
    row = row_of(window)
    window.qtbot.waitUntil(lambda: "3 file" in row.facts.text() and row.cancel.isHidden(), timeout=30_000)
    assert row.name.text() == "harbour"
    assert not page.empty.isVisible()
    assert str(harbour) in row.folders.text()
    page.add.click()  # the same folder once more
    assert "is searched already" in window.main.notice.text


def test_a_chat_asks_for_the_first_folder_itself(
    window: Window, harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ask_for_folder", lambda *_: harbour)
    page_of(window)
    sources = window.desktop.sources
    assert sources is not None
    menu = sources.make_menu()
    (add_folder,) = [action for action in menu.actions() if action.text() == "Add a folder…"]
    add_folder.trigger()
    menu.deleteLater()
    assert window.main.pages.page_id == "collections"
    assert row_of(window).name.text() == "harbour"


def test_files_that_cannot_be_read_are_named_when_unfolded(window: Window, harbour: Path) -> None:
    add(window, harbour)
    row = row_of(window)
    window.qtbot.waitUntil(lambda: row.unfold.isVisible() and "1 file" in row.unfold.text())
    assert not row.problems.isVisible()
    row.unfold.click()
    assert "broken.docx" in row.problems.text()
    assert "damaged" in row.problems.text()
    (harbour / "broken.docx").unlink()
    row.buttons["rescan"].click()
    window.qtbot.waitUntil(lambda: not row.unfold.isVisible(), timeout=30_000)


def test_a_search_is_tried_out_and_a_hit_opened(window: Window, harbour: Path) -> None:
    add(window, harbour)
    page = page_of(window)
    page.try_out.field.setText("when does the ferry leave")
    window.qtbot.keyClick(page.try_out.field, Qt.Key.Key_Return)
    window.qtbot.waitUntil(lambda: bool(page.try_out.cards))
    card = page.try_out.cards[0]
    assert "ferry.md" in card.accessibleName()
    window.qtbot.keyClick(card, Qt.Key.Key_Return)
    (viewer,) = [each for each in window.main.findChildren(PassageViewer) if each.isVisible()]
    assert "leaves at noon" in viewer.marked_text
    window.press_escape()
    page.try_out.field.setText("submarine")
    window.qtbot.waitUntil(lambda: "Nothing was found" in page.try_out.note)
    assert page.try_out.cards == []


def test_it_is_renamed_by_keyboard(window: Window, harbour: Path) -> None:
    add(window, harbour)
    row = row_of(window)
    row.buttons["rename"].setFocus()
    window.qtbot.keyClick(row.buttons["rename"], Qt.Key.Key_Return)
    row.field.setText("lost")
    window.qtbot.keyClick(row.field, Qt.Key.Key_Escape)
    assert row.name.text() == "harbour"
    assert window.main.pages.page_id == "collections"  # Esc left the field, not the page
    row.buttons["rename"].click()
    row.field.setText("Port")
    window.qtbot.keyClick(row.field, Qt.Key.Key_Return)
    window.qtbot.waitUntil(lambda: row.name.text() == "Port")


def test_a_removed_one_comes_back_with_undo_and_goes_when_the_notice_does(window: Window, harbour: Path) -> None:
    collection = add(window, harbour)
    service, page = window.desktop.core.collections, page_of(window)
    window.qtbot.waitUntil(lambda: len(page.rows) == 1)
    page.remove_requested.emit(collection.id)
    assert page.rows == {}
    assert window.desktop.sources is not None
    menu = window.desktop.sources.make_menu()
    assert "harbour" not in [action.text() for action in menu.actions()]
    menu.deleteLater()
    window.button("Undo").click()
    window.qtbot.waitUntil(lambda: len(page.rows) == 1)
    assert service.collection(collection.id) is not None
    page.remove_requested.emit(collection.id)
    page.dropped.emit([harbour])  # so does the folder that is added again
    window.qtbot.waitUntil(lambda: len(page.rows) == 1)
    window.main.notice.dismiss()
    window.qtbot.wait(50)
    assert service.collection(collection.id) is not None
    page.remove_requested.emit(collection.id)
    window.main.notice.dismiss()
    window.qtbot.waitUntil(lambda: service.collection(collection.id) is None)
    assert (harbour / "ferry.md").exists()


def test_folders_are_dropped_and_files_are_not_taken(window: Window, harbour: Path) -> None:
    page = page_of(window)

    def drop(path: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        both = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
        offered = data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier  # which asks to move
        entered, dropped = QDragEnterEvent(QPoint(50, 50), both, *offered), QDropEvent(QPointF(50, 50), both, *offered)
        for event in (entered, dropped):
            QApplication.sendEvent(page, event)
            assert event.isAccepted()
            assert event.dropAction() == Qt.DropAction.CopyAction  # whoever moved it would delete it

    drop(harbour / "ferry.md")
    assert "Only folders" in window.main.notice.text
    drop(harbour)
    window.qtbot.waitUntil(lambda: len(page.rows) == 1)


def test_progress_is_shown_with_a_way_to_stop_it(window: Window, harbour: Path) -> None:
    collection = add(window, harbour)
    row = row_of(window)
    row.show_progress(IndexProgress(collection.id, "read", 12, 87, "/notes/a.md"))
    assert row.progress.text() == "Reading 12 of 87 files: /notes/a.md"
    assert row.cancel.isVisible()
    row.show_progress(IndexProgress(collection.id, "embed", 1200, 5000))
    assert row.progress.text() == "Learning the meaning of 1,200 of 5,000 passages"
    row.cancel.click()
    row.buttons["rescan"].click()
    window.qtbot.waitUntil(row.cancel.isHidden, timeout=30_000)


def test_the_sentence_model_is_offered_once(
    make_window: Callable[..., Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    (paths.config_dir() / "settings.toml").unlink()
    monkeypatch.setattr(Catalogue, "is_installed", lambda _, spec: spec.purpose != "embeddings")
    window = make_window()
    page = page_of(window)
    banner = page.banner
    window.qtbot.waitUntil(banner.isVisible)
    assert "84 MB" in banner.fetch.text()
    assert "in other words" in banner.text
    banner.not_now.click()
    assert not banner.not_now.isVisible()
    assert banner.fetch.isVisible()
    assert "by their words only" in banner.text
    assert window.desktop.state.declined == ["sentence_model"]
    banner.show_progress("12 MB of 84 MB", 0.14)
    assert banner.cancel.isVisible()
    banner.end()
    banner.show_model(SentenceModel("ready"), is_declined=False)
    assert not banner.isVisible()
