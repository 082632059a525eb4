"""The list of chats in the real window, over the real store."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from llmdesk.services.chats.store import ChatStore
from llmdesk.services.chats.transfer.own_format import chats_json
from llmdesk.ui.kit import files
from llmdesk.ui.sidebar.chat_deeds import NOTICE, UNDO_S
from llmdesk.ui.sidebar.rows import ChatRow
from tests.ui.conftest import Window
from tests.ui.sidebar.chats import DAY_S, kept_chat
from tests.ui.sidebar.conftest import Listed, MakeListed

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALL = ("# Today", "Apples", "Bread", "Cheese", "# Yesterday", "Dates")


def test_a_click_shows_the_chat_and_gives_the_keyboard_to_the_prompt(listed: Listed) -> None:
    assert listed.lines == list(ALL)
    listed.click("Dates")
    listed.wait_shown("Dates")

    assert listed.bar.model.shown_id == listed.id_of("Dates")
    assert listed.bar.chats.chosen_ids == [listed.id_of("Dates")]
    assert listed.window.main.chat.isAncestorOf(listed.window.main.focusWidget())
    assert listed.window.turns[0].answer.text == "Dates grow on palms."
    listed.click("Apples")
    listed.wait_shown("Apples")
    assert listed.lines == list(ALL)  # looking at a chat does not move it


def test_arrows_choose_and_enter_shows(listed: Listed) -> None:
    listed.click("Apples")
    listed.wait_shown("Apples")
    listed.bar.chats.setFocus()
    for _ in range(3):
        listed.key(Qt.Key.Key_Down)  # over the heading
    assert listed.shown == "Apples"
    listed.key(Qt.Key.Key_Return)
    listed.wait_shown("Dates")


def test_a_new_chat_stands_in_the_list_with_its_words_and_moves_up_when_it_is_answered(listed: Listed) -> None:
    listed.window.ask("zucchini soup")
    listed.wait_lines("# Today", "zucchini soup", *ALL[1:])
    listed.click("Cheese")
    listed.wait_shown("Cheese")
    listed.window.ask("more cheese")
    listed.wait_lines("# Today", "Cheese", "zucchini soup", "Apples", "Bread", "# Yesterday", "Dates")
    assert listed.bar.chats.chosen_ids == [listed.id_of("Cheese")]


def test_a_running_answer_and_an_unread_one_are_marked_and_spoken(listed: Listed) -> None:
    listed.window.send("[tokens=400 tps=200] a long story")
    listed.window.wait_tokens()
    listed.wait_lines("# Today", "[tokens=400 tps=200] a long story", *ALL[1:])
    chat_id = listed.id_of("[tokens=400 tps=200] a long story")
    assert chat_id in listed.bar.model.running_ids
    listed.click("Apples")
    listed.wait_shown("Apples")
    index = listed.bar.model.index_of(chat_id)
    assert "answering" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert not listed.window.main.notice.key  # the list says it
    listed.qtbot.waitUntil(lambda: listed.bar.model.infos[chat_id].is_unread)
    assert not listed.bar.model.running_ids
    assert "new answer" in listed.bar.model.index_of(chat_id).data(Qt.ItemDataRole.AccessibleTextRole)
    listed.click("[tokens=400 tps=200] a long story")
    listed.qtbot.waitUntil(lambda: not listed.bar.model.infos[chat_id].is_unread)


def test_rename_in_place_with_f2(listed: Listed) -> None:
    listed.click("Bread")
    listed.wait_shown("Bread")
    listed.key(Qt.Key.Key_F2)
    field = listed.bar.chats.viewport().findChild(QLineEdit)
    assert field is not None
    assert field.hasFocus()
    assert field.selectedText() == "Bread"
    listed.qtbot.keyClicks(field, "Brioche")
    listed.key(Qt.Key.Key_Return)
    listed.wait_lines("# Today", "Apples", "Brioche", "Cheese", "# Yesterday", "Dates")
    assert listed.shown == "Brioche"
    listed.key(Qt.Key.Key_F2)
    field = listed.bar.chats.viewport().findChildren(QLineEdit)[-1]
    listed.qtbot.keyClicks(field, "never")
    listed.qtbot.keyClick(field, Qt.Key.Key_Escape)
    listed.qtbot.wait(50)
    assert "Brioche" in listed.lines


def test_pinned_chats_stand_on_top_and_folders_fold(listed: Listed) -> None:
    deeds = listed.window.desktop.chat_list.controller.deeds
    deeds.set_pinned([listed.id_of("Dates")], True)
    deeds.move([listed.id_of("Bread"), listed.id_of("Cheese")], "Kitchen")
    listed.wait_lines("# Pinned", "Dates", "# Kitchen", "Bread", "Cheese", "# Today", "Apples")
    listed.click("Kitchen")
    assert listed.lines == ["# Pinned", "Dates", "# Kitchen", "# Today", "Apples"]
    listed.window.desktop.close()


def test_folded_folders_are_remembered(make_listed: MakeListed) -> None:
    listed = make_listed([kept_chat("A", folder="Work"), kept_chat("B")])
    listed.bar.chats.setFocus()
    listed.bar.chats.choose([listed.id_of("A")])
    listed.key(Qt.Key.Key_Left)
    assert listed.lines == ["# Work", "# Today", "B"]
    listed.key(Qt.Key.Key_Right)
    assert listed.lines == ["# Work", "A", "# Today", "B"]
    listed.key(Qt.Key.Key_Left)
    listed.window.desktop.close()
    again = make_listed([])
    again.wait_lines("# Work", "# Today", "B")


def test_del_deletes_with_ten_seconds_to_undo_and_the_shown_chat_comes_back(listed: Listed) -> None:
    listed.click("Bread")
    listed.wait_shown("Bread")
    listed.bar.chats.setFocus()
    listed.key(Qt.Key.Key_Delete)
    listed.wait_lines("# Today", "Apples", "Cheese", "# Yesterday", "Dates")
    notice = listed.window.main.notice
    assert notice.key == NOTICE
    assert "Bread" in notice.text
    assert notice._timer.interval() == UNDO_S * 1000
    assert not listed.window.turns  # an empty chat stands in its place
    listed.press_notice("Undo")
    listed.wait_lines(*ALL)
    listed.wait_shown("Bread")


def test_several_at_once_are_deleted_moved_and_archived(listed: Listed) -> None:
    listed.click("Apples", CONTROL)
    listed.click("Cheese", SHIFT)
    assert len(listed.bar.chats.chosen_ids) == 3
    listed.key(Qt.Key.Key_Delete)
    listed.wait_lines("# Yesterday", "Dates")
    assert "3 chats" in listed.window.main.notice.text
    listed.key(Qt.Key.Key_Z, CONTROL)
    listed.wait_lines(*ALL)
    menu = listed.window.desktop.chat_list.menu.make([listed.id_of("Apples"), listed.id_of("Dates")])
    texts = [action.text() for action in menu.actions()]
    assert texts[:5] == ["Pin", "Move to folder", "Move to the archive", "Export…", ""]
    next(action for action in menu.actions() if action.text() == "Move to the archive").trigger()
    listed.wait_lines("# Today", "Bread", "Cheese")
    listed.window.main.action_table["archive"].trigger()
    listed.wait_lines("# Today", "Apples", "# Yesterday", "Dates")
    assert listed.bar.back.isVisible()
    listed.bar.chats.setFocus()
    listed.key(Qt.Key.Key_Escape)
    listed.wait_lines("# Today", "Bread", "Cheese")


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_no_stray_key_deletes_a_chat(listed: Listed, key: Qt.Key) -> None:
    listed.click("Bread")
    listed.wait_shown("Bread")
    for place in (listed.window.main.chat.composer.edit, listed.bar.search, listed.bar.new_chat):
        place.setFocus()
        listed.key(key)
    listed.qtbot.wait(100)
    assert listed.lines == list(ALL)
    assert listed.window.main.notice.key != NOTICE


def test_ctrl_shift_del_deletes_the_chat_shown(listed: Listed) -> None:
    listed.click("Cheese")
    listed.wait_shown("Cheese")
    listed.key(Qt.Key.Key_Delete, CONTROL | SHIFT)
    listed.wait_lines("# Today", "Apples", "Bread", "# Yesterday", "Dates")
    listed.window.main.action_table["undo_chats"].trigger()
    listed.wait_lines(*ALL)


def test_a_deleted_chat_is_gone_from_the_store_and_undo_brings_all_of_it_back(listed: Listed) -> None:
    store = listed.window.desktop.kept.store
    assert isinstance(store, ChatStore)
    chat_id = listed.id_of("Dates")
    listed.bar.chats.choose([chat_id])
    listed.bar.chats.setFocus()
    listed.key(Qt.Key.Key_Delete)
    listed.wait_lines("# Today", "Apples", "Bread", "Cheese")
    assert chat_id not in {info.id for info in store.chats()}
    listed.press_notice("Undo")
    listed.wait_lines(*ALL)
    assert [message.text for message in store.load(chat_id).conversation.path][1] == "Dates grow on palms."


def test_a_chat_is_dragged_onto_a_folder(make_listed: MakeListed) -> None:
    listed = make_listed([kept_chat("A", ago_s=1, folder="Work"), kept_chat("B", ago_s=2)])
    data: QMimeData = listed.bar.model.mimeData([listed.bar.model.index_of(listed.id_of("B"))])
    _drop(listed, data, "Work")
    listed.wait_lines("# Work", "A", "B")
    data = listed.bar.model.mimeData([listed.bar.model.index_of(listed.id_of("A"))])
    point = listed.bar.chats.viewport().rect().bottomLeft()
    _drop(listed, data, "", QPointF(point))
    listed.wait_lines("# Work", "B", "# Today", "A")


def _drop(listed: Listed, data: QMimeData, name: str, point: QPointF | None = None) -> None:
    where = point or QPointF(listed.place_of(name))
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(where, Qt.DropAction.MoveAction, data, button, none)
    listed.bar.chats.dropEvent(event)


def test_letters_typed_in_the_list_go_to_the_prompt_and_page_keys_stay(listed: Listed) -> None:
    listed.bar.chats.setFocus()
    listed.key(Qt.Key.Key_End)
    assert listed.bar.chats.chosen_ids == [listed.id_of("Dates")]
    listed.key(Qt.Key.Key_X)
    assert listed.window.main.chat.prompt() == "x"


def test_a_private_chat_is_marked_written_nowhere_and_gone_when_it_is_deleted(listed: Listed) -> None:
    listed.key(Qt.Key.Key_N, CONTROL | SHIFT)
    assert listed.window.desktop.sessions.current.is_private
    assert listed.window.main.private_line.isVisible()
    assert "Private" in listed.window.main.windowTitle()
    listed.window.ask("my secret")
    listed.wait_lines("# Today", "my secret", *ALL[1:])
    private_id = listed.id_of("my secret")
    assert "private" in listed.bar.model.index_of(private_id).data(Qt.ItemDataRole.AccessibleTextRole)
    listed.click("Apples")
    listed.wait_shown("Apples")
    assert not listed.window.main.private_line.isVisible()
    assert "my secret" in listed.lines  # open as long as the window is
    store = listed.window.desktop.kept.store
    assert store is not None
    assert store.flush()
    assert not store.search("secret")
    listed.bar.chats.choose([private_id])
    listed.bar.chats.setFocus()
    listed.key(Qt.Key.Key_Delete)
    listed.wait_lines(*ALL)
    listed.press_notice("Undo")
    listed.wait_lines("# Today", "my secret", *ALL[1:])


def test_a_private_chat_is_in_no_list_after_the_window_was_closed(make_listed: MakeListed) -> None:
    listed = make_listed([kept_chat("A")])
    listed.window.main.action_table["new_private_chat"].trigger()
    listed.window.ask("my secret")
    listed.window.desktop.close()
    again = make_listed([])
    again.wait_lines("# Today", "A")


def test_an_empty_list_says_so(window: Window) -> None:
    bar = window.main.side_bar
    window.qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
    window.qtbot.waitUntil(lambda: bar._empty.isVisible())
    assert not bar.chats.isVisible()
    window.ask("first")
    window.qtbot.waitUntil(lambda: bar.chats.isVisible())
    assert not bar._empty.isVisible()


def test_with_the_last_chat_gone_the_keyboard_is_at_the_prompt(make_listed: MakeListed) -> None:
    listed = make_listed([kept_chat("Alone")])
    listed.click("Alone")
    listed.wait_shown("Alone")
    listed.bar.chats.setFocus()
    listed.key(Qt.Key.Key_Delete)
    listed.wait_lines()
    main = listed.window.main
    listed.qtbot.waitUntil(lambda: main.chat.isAncestorOf(main.focusWidget()))


def test_rows_have_names_for_screen_readers(listed: Listed) -> None:
    tree = QAccessible.queryAccessibleInterface(listed.bar.chats)
    assert tree.text(QAccessible.Text.Name) == "Chats"
    assert tree.role() == QAccessible.Role.List
    names = [tree.child(n).text(QAccessible.Text.Name) for n in range(tree.childCount())]
    assert "Dates" in names
    assert tree.child(names.index("Dates")).role() == QAccessible.Role.ListItem
    for button in (listed.bar.new_chat, listed.bar.fold, listed.bar.archive, listed.bar.settings, listed.bar.search):
        assert button.accessibleName()


def test_chats_of_other_days_stay_where_they_are_when_a_title_changes(listed: Listed) -> None:
    store = listed.window.desktop.kept.store
    assert store is not None
    store.rename(listed.id_of("Dates"), "Figs")  # another window, or the model's title
    listed.wait_lines(*ALL[:-1], "Figs")


def test_the_old_ones_are_under_their_month(make_listed: MakeListed) -> None:
    listed = make_listed([kept_chat("Now"), kept_chat("Then", ago_s=800 * DAY_S)])
    assert listed.lines[0] == "# Today"
    assert listed.lines[2][-4:].isdigit()
    rows = [row for row in listed.bar.model.rows if isinstance(row, ChatRow)]
    assert [row.info.title for row in rows] == ["Now", "Then"]


def test_chats_are_exported_out_of_their_menu(make_listed: MakeListed, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = make_listed([kept_chat("Apples"), kept_chat("Dates")])
    asked: list[str] = []
    monkeypatch.setattr(files, "ask_where_to_write", lambda _parent, title, *_: asked.append(title))
    menu = listed.window.desktop.chat_list.menu.make([listed.id_of("Apples"), listed.id_of("Dates")])
    next(action for action in menu.actions() if action.text() == "Export…").trigger()
    assert asked == ["Export 2 chats"]


def test_a_file_dropped_on_the_list_is_imported_after_a_question(listed: Listed, tmp_path: Path) -> None:
    file = tmp_path / "from elsewhere.json"
    file.write_text(chats_json([kept_chat("Brought along")]), encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    place, viewport = listed.bar.chats.viewport().rect().center(), listed.bar.chats.viewport()
    button, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(place, copy, data, button, Qt.KeyboardModifier.NoModifier)
    drop = QDropEvent(QPointF(place), copy, data, button, Qt.KeyboardModifier.NoModifier)
    for event in (enter, drop):  # as Qt sends them: to what is under the mouse, and on to who takes it
        QApplication.sendEvent(viewport, event)
        assert event.isAccepted()
    assert "Brought along" not in listed.lines
    assert file.name in listed.window.main.notice.text
    listed.press_notice("Import")
    listed.qtbot.waitUntil(lambda: "Brought along" in listed.lines)
    assert file.exists()
