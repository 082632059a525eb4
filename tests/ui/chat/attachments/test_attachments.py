"""Files and images on a prompt: attached, shown, sent, kept (real window, real files, scripted backend)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from llmdesk.services.chats.transfer.markdown import chat_markdown
from llmdesk.services.chats.transfer.snapshot import snapshot
from llmdesk.ui.chat.attachments.chip import Chip
from llmdesk.ui.chat.attachments.viewer import Viewer
from llmdesk.ui.kit import files
from tests.ui.conftest import Window

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.md"
    path.write_text("# Harbour\n\nThe ferry leaves at noon.\n", encoding="utf-8")
    return path


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "harbour.png"
    image = QImage(2400, 1200, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    assert image.save(str(path))
    return path


def chips(window: Window) -> list[Chip]:
    return list(window.main.chat.composer.chips.chips.values())


def wait_read(window: Window, count: int = 1) -> list[Chip]:
    window.qtbot.waitUntil(lambda: len(chips(window)) == count and not any(c.state.is_reading for c in chips(window)))
    return chips(window)


def drop(window: Window, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    pane, buttons = window.main.chat, Qt.MouseButton.LeftButton
    entered = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(pane, entered)
    assert entered.isAccepted()
    at = QPointF(50, 50)
    QApplication.sendEvent(
        pane, QDropEvent(at, Qt.DropAction.CopyAction, data, buttons, Qt.KeyboardModifier.NoModifier)
    )


def test_files_are_never_moved_here(window: Window, notes: Path) -> None:
    """A file manager that offers to move them would delete them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(notes))])
    both = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    offered = data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier  # which asks to move
    for place in (window.main.chat, window.main.chat.composer.edit.viewport(), window.main.side_bar):
        at = place.rect().center()
        dropped = QDropEvent(QPointF(at), both, *offered)
        assert dropped.proposedAction() == Qt.DropAction.MoveAction
        for event in (QDragEnterEvent(at, both, *offered), QDragMoveEvent(at, both, *offered), dropped):
            QApplication.sendEvent(place, event)
        assert dropped.isAccepted()
        assert dropped.dropAction() == Qt.DropAction.CopyAction


def viewer(window: Window) -> Viewer:
    window.qtbot.waitUntil(lambda: any(each.isVisible() for each in window.main.findChildren(Viewer)))
    return next(each for each in window.main.findChildren(Viewer) if each.isVisible())


def test_a_dropped_file_is_told_with_the_question_and_shown_above_its_bubble(window: Window, notes: Path) -> None:
    drop(window, notes)
    (chip,) = wait_read(window)
    assert "notes.md" in chip.accessibleName()
    assert "whole" in chip.accessibleName()
    window.ask("When does it leave?")
    told = window.told[-1][-1]
    assert told.startswith('File "notes.md":\n```\n# Harbour')
    assert told.endswith("\n\nWhen does it leave?")
    assert not chips(window)
    assert [each.text for each in window.turns[-1].prompt.attachments] == [notes.read_text(encoding="utf-8")]

    notes.unlink()  # what was sent is kept with the chat, not where it came from
    view = window.main.chat.conversation_view.view(window.turns[-1].answer.id)
    assert view is not None
    window.qtbot.keyClick(view.bubble.chips.chips[0], Qt.Key.Key_Return)
    text = viewer(window).findChild(QPlainTextEdit)
    assert text is not None
    assert text.isReadOnly()
    window.qtbot.waitUntil(lambda: "noon" in text.toPlainText())
    window.press_escape()
    window.ask("And back?")
    assert window.told[-1][0] == told


def test_a_workbook_is_told_by_its_rows_and_a_damaged_one_says_so(window: Window, tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["ferry", "noon"])
    book.save(tmp_path / "times.xlsx")
    (tmp_path / "broken.docx").write_bytes(b"no archive")
    drop(window, tmp_path / "times.xlsx", tmp_path / "broken.docx")
    window.qtbot.waitUntil(
        lambda: len(chips(window)) == 2 and not any(c.state.is_reading for c in chips(window)), timeout=60_000
    )
    broken = next(chip for chip in chips(window) if chip.state.is_bad)
    assert "is damaged" in broken.state.note + broken.state.tip
    broken.remove.click()
    wait_read(window)
    window.ask("When?")
    assert "1: ferry | noon" in window.told[-1][-1]


def test_an_edited_prompt_keeps_what_was_attached(window: Window, notes: Path) -> None:
    drop(window, notes)
    wait_read(window)
    window.ask("one")
    window.main.chat.edit_requested.emit(window.turns[0].prompt.id, "two")
    window.wait_idle()
    assert window.turns[0].prompt.text == "two"
    assert window.told[-1][-1].startswith('File "notes.md"')


def test_attached_files_wait_with_a_queued_prompt(window: Window, notes: Path) -> None:
    window.send("[tokens=40 tps=60] a story")
    window.wait_tokens()
    drop(window, notes)
    wait_read(window)
    window.send("queued")
    assert not chips(window)
    window.qtbot.waitUntil(lambda: len(window.turns) == 2)
    window.wait_idle()
    assert window.told[-1][-1].startswith('File "notes.md"')


def test_by_key_and_button_and_removed_by_delete(
    window: Window, notes: Path, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ask_for_files", lambda *_: [notes, picture])
    window.qtbot.keyClick(window.main, Qt.Key.Key_A, CONTROL | SHIFT)
    first, second = wait_read(window, 2)
    first.setFocus()
    window.qtbot.keyClick(first, Qt.Key.Key_Right)
    assert window.main.focusWidget() is second
    window.qtbot.keyClick(second, Qt.Key.Key_Delete)
    assert chips(window) == [first]
    assert window.main.focusWidget() is first
    window.qtbot.mouseClick(first.remove, Qt.MouseButton.LeftButton)
    assert chips(window) == []
    assert window.main.focusWidget() is window.main.chat.composer.edit
    monkeypatch.setattr(files, "ask_for_files", lambda *_: [notes])
    window.button("Attach files or images").click()
    wait_read(window)


def test_what_cannot_be_attached_says_why_and_is_not_sent(window: Window, tmp_path: Path) -> None:
    (tmp_path / "program.bin").write_bytes(bytes(range(256)))
    (tmp_path / "empty.txt").write_text("")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    (tmp_path / "bomb.png").write_bytes(_png_head(60_000, 60_000))
    names = ("program.bin", "empty.txt", "pipe.txt", "cut.png", "bomb.png", "missing.txt")
    drop(window, *(tmp_path / name for name in names))
    found = {chip.state.name: chip.state for chip in wait_read(window, len(names))}
    assert all(state.is_bad for state in found.values())
    assert "no text" in found["program.bin"].tip
    assert "3,600 million pixels" in found["bomb.png"].tip
    assert "smaller" in found["bomb.png"].tip
    assert "cannot be read" in found["missing.txt"].tip

    window.send("What is in it?")
    assert window.turns == ()
    assert window.main.chat.prompt() == "What is in it?"
    assert "cannot be sent" in window.main.notice.text


def _png_head(width: int, height: int) -> bytes:
    """A PNG that says it is as large as that."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"0" * 100)) + chunk(b"IEND", b"")


def test_a_folder_gives_its_files(window: Window, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "a.py").write_text("a = 1")
    (folder / "src" / "b.py").write_text("b = 2")
    (folder / ".hidden").write_text("secret")
    drop(window, folder)
    assert [chip.state.name for chip in wait_read(window, 2)] == ["a.py", "b.py"]


def test_an_image_says_that_it_is_not_seen_and_is_enlarged_on_click(window: Window, picture: Path) -> None:
    drop(window, picture)
    (chip,) = wait_read(window)
    assert chip.state.image is not None
    assert not chip.state.image.isNull()
    assert "Not seen by the model" in chip.accessibleName()
    assert "cannot see" in chip.toolTip()
    window.ask("What is this?")
    (sent,) = window.backend.requests[-1].messages[-1].pictures
    assert (sent.name, sent.data) == ("harbour.png", window.turns[-1].prompt.attachments[0].image)
    view = window.main.chat.conversation_view.view(window.turns[-1].answer.id)
    assert view is not None
    view.bubble.chips.chips[0].click()
    shown = viewer(window).view
    assert (shown.image.width(), shown.image.height()) == (1600, 800)  # type: ignore[attr-defined]


def test_an_image_and_files_are_pasted_and_text_stays_text(window: Window, notes: Path) -> None:
    edit, clipboard = window.main.chat.composer.edit, QApplication.clipboard()
    image = QImage(8, 6, QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 90))
    clipboard.setImage(image)
    edit.paste()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(notes))])
    clipboard.setMimeData(data)
    edit.paste()
    assert [chip.state.name for chip in wait_read(window, 2)] == ["Image from the clipboard", "notes.md"]
    cells = QMimeData()
    cells.setText("a\tb")
    cells.setImageData(image)
    clipboard.setMimeData(cells)
    edit.paste()
    assert edit.toPlainText() == "a\tb"
    assert len(chips(window)) == 2


def test_attached_files_of_a_draft_and_of_a_sent_prompt_survive_closing(
    make_window: Callable[..., Window], notes: Path, picture: Path
) -> None:
    def start() -> Window:
        window = make_window()
        window.wait_ready()
        window.qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
        return window

    window = start()
    drop(window, notes)
    wait_read(window)
    window.ask("one")
    sent = window.turns[0].prompt.attachments
    drop(window, picture)
    wait_read(window)
    assert window.desktop.close()

    window = start()
    window.qtbot.waitUntil(lambda: len(window.turns) == 1)
    assert window.turns[0].prompt.attachments == sent
    (chip,) = wait_read(window)
    assert chip.state.name == "harbour.png"
    store = window.desktop.kept.store
    assert store is not None
    kept = store.load(window.chat.conversation.id)
    assert [each.name for each in kept.draft_files] == ["harbour.png"]
    assert "notes.md" in chat_markdown(kept)


def test_each_chat_has_its_own_and_an_empty_one_takes_them_along(window: Window, notes: Path) -> None:
    window.ask("one")
    first = window.desktop.sessions.current
    drop(window, notes)
    wait_read(window)
    window.chat.new_chat()
    assert chips(window) == []
    window.desktop.sessions.show(first)
    wait_read(window)
    window.chat.drafts.clear(first)

    window.chat.new_chat()
    drop(window, notes)
    window.desktop.sessions.show(first)  # the empty chat is gone; the file is read for this one
    wait_read(window)
    assert first.draft_files[0].name == "notes.md"


def test_a_private_chat_writes_nothing_of_what_is_attached(window: Window, notes: Path) -> None:
    window.qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
    store = window.desktop.kept.store
    assert store is not None
    window.desktop.sessions.new(private=True)
    drop(window, notes)
    wait_read(window)
    window.ask("one")
    assert store.flush()
    written = b"".join(path.read_bytes() for path in store.file.parent.glob(f"{store.file.name}*"))
    assert b"ferry" not in written
    window.chat.new_chat()
    assert chips(window) == []


def test_the_file_itself_is_opened_only_after_a_question(
    window: Window, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def opens(path: Path) -> bool:
        opened.append(path)
        return True

    monkeypatch.setattr(files, "show_in_system", opens)
    monkeypatch.setattr(files, "ask_to_open", lambda *_: False)
    drop(window, notes)
    (chip,) = wait_read(window)
    chip.click()
    assert opened == []
    viewer(window).open_file.click()
    assert opened == []
    monkeypatch.setattr(files, "ask_to_open", lambda *_: True)
    viewer(window).open_file.click()
    assert opened == [notes]


def test_files_can_be_sent_without_a_word(window: Window, notes: Path) -> None:
    send = window.button("Send")
    assert not send.isEnabled()
    drop(window, notes)
    wait_read(window)
    assert send.isEnabled()
    window.main.chat.composer.edit.setFocus()
    window.qtbot.keyClick(window.main.chat.composer.edit, Qt.Key.Key_Return)
    window.qtbot.waitUntil(lambda: len(window.turns) == 1)
    window.wait_idle()
    assert window.told[-1][-1].startswith('File "notes.md"')
    assert window.chat.conversation.title == "notes.md"
    view = window.main.chat.conversation_view.view(window.turns[-1].answer.id)
    assert view is not None
    assert view.bubble.chips.isVisible()
    assert not view.bubble.view.isVisible()
    window.main.chat.edit_requested.emit(window.turns[0].prompt.id, "")  # still without a word
    window.wait_idle()
    assert len(window.told) == 2


def test_a_waiting_prompt_shows_its_files_and_is_exported_with_them(window: Window, notes: Path) -> None:
    window.send("[tokens=4000 tps=300] a story")
    window.wait_tokens()
    drop(window, notes)
    wait_read(window)
    window.send("")
    (waiting,) = window.main.chat.queue.rows
    (chip,) = waiting.chips.chips
    assert chip.isVisible()
    assert "notes.md" in chip.accessibleName()
    (kept,) = snapshot(window.desktop.sessions.current).queue
    assert [each.name for each in kept.attachments] == ["notes.md"]
    window.main.chat.queue.remove_requested.emit(waiting.prompt.id)
    window.chat.stop()
    window.wait_idle()


def test_the_meter_counts_attachments_apart_from_what_is_typed(window: Window, notes: Path) -> None:
    drop(window, notes)
    wait_read(window)
    window.main.chat.set_prompt("one two three")
    watch = window.chat.context
    window.qtbot.waitUntil(lambda: watch.count.is_exact and watch.count.typed == 3 and watch.count.attachments > 5)
    window.main.chat.composer.context.click()
    assert window.desktop.tools.context.figures[2].text() == str(watch.count.attachments)
    window.press_escape()
    window.ask("one two three")
    assert window.turns[-1].answer.stats is not None
