"""Everything in the window follows the zoom at once, and no word is cut at any size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from llmdesk.ui.chat.markdown.code_card import CodeCard
from llmdesk.ui.chat.markdown.text_view import TextView
from llmdesk.ui.kit.notice import Action, NoticeBar
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.selectable_label import SelectableLabel
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.theme import Theme
from tests.ui.chat.samples import EVERYTHING
from tests.ui.conftest import Window
from tests.ui.everything import make_every_panel
from tests.ui.layout_checks import assert_nothing_is_cut, assert_parts_fit

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (propagateSizeHints|raise)", extend=True)

MakeWindow = Callable[..., Window]
ZOOMS = (70, 100, 150, 250)
SIZES = ((720, 480), (1280, 800), (1920, 1080))
CONTROL = Qt.KeyboardModifier.ControlModifier


def settle(window: Window) -> None:
    """Until all layouts have done their work."""
    for _ in range(4):
        QApplication.processEvents()
    window.qtbot.wait(10)


def fill(window: Window) -> None:
    """A chat with everything in it: thinking, figures, versions, markdown (the answer repeats the prompt), an error,
    prompts that wait for nothing.
    """
    window.ask(f"[say tps=5000] <think>\n{'Well, let me see. ' * 20}\n</think>\n\nSo it is.")
    window.main.chat.regenerate_requested.emit(window.turns[-1].answer.id)
    window.wait_idle()
    window.wait_settled()
    window.main.action_table["unfold_thinking"].trigger()
    window.main.action_table["unfold_figures"].trigger()
    window.ask(f"[tps=5000 tokens=2000] {EVERYTHING}")
    window.ask("[tps=5000 fail_at=5] something that goes wrong")
    queue = window.desktop.sessions.current.queue
    for text in ("a long prompt that waits " * 9, "a prompt that is being edited"):
        queue.add(text)
    queue.hold(queue.prompts[1].id)


def looks(window: Window, sizes: Sequence[tuple[int, int]] = SIZES) -> Iterator[str]:
    """Every zoom in every size, settled, by its name. One window takes them all: a new one shows nothing more."""
    for percent in ZOOMS:
        window.desktop.theme.set_zoom(percent)
        for size in sizes:
            window.main.resize(*size)
            settle(window)
            assert (window.main.width(), window.main.height()) == size
            yield f"{percent} %, {size}"


def test_no_word_is_cut_at_any_zoom(window: Window) -> None:
    central = window.main.centralWidget()
    assert central is not None
    for filled in (False, True):
        if filled:
            fill(window)
        for look in looks(window):
            try:
                window.qtbot.waitUntil(lambda: assert_all_fits(central))  # turns take the zoom bit by bit
            except AssertionError as error:
                raise AssertionError(f"{look}, {'filled' if filled else 'empty'}: {error}") from error


def test_the_bar_leaves_out_what_does_not_fit_into_a_smaller_window(make_window: MakeWindow) -> None:
    window = make_window(size=SIZES[-1])
    window.wait_ready()
    window.desktop.theme.set_zoom(150)
    settle(window)
    window.main.resize(*SIZES[0])
    window.qtbot.waitUntil(lambda: not window.main.top_bar.threads_tag.isVisible())
    window.qtbot.waitUntil(lambda: assert_all_fits(window.main.top_bar))


def assert_all_fits(widget: QWidget) -> None:
    """Neither cut nor one over the other."""
    assert_nothing_is_cut(widget)
    assert_parts_fit(widget)


def test_no_word_of_a_panel_is_cut_at_any_zoom(make_window: MakeWindow) -> None:
    window = make_window()
    window.wait_ready()
    window.open_picker()
    window.main.picker.close_panel()
    panels = make_every_panel(window)
    assert len(panels) >= 13
    for look in looks(window, SIZES[:2]):  # in a larger window all have the room they want
        for panel in panels:
            panel.open_under(window.main.top_bar.more, align_right=True)
            assert_panel_is_whole(window, panel, look)
            panel.close_panel()


def test_a_panel_follows_the_zoom_while_it_is_open(make_window: MakeWindow) -> None:
    window = make_window(size=SIZES[0])
    window.wait_ready()
    for panel in (window.main.shortcuts_panel, window.main.sampling_panel):
        panel.open_under(window.main.top_bar.more, align_right=True)
        for percent in ZOOMS:
            window.desktop.theme.set_zoom(percent)
            assert_panel_is_whole(window, panel, f"{percent} %")
        panel.close_panel()


def assert_panel_is_whole(window: Window, panel: Popover, look: str) -> None:
    """Inside of the window, and nothing cut, once all layouts have done their work."""
    settle(window)

    def is_whole() -> None:
        assert window.main.rect().contains(panel.panel.geometry()), f"{type(panel).__name__} at {look}"
        assert_nothing_is_cut(panel.panel)

    window.qtbot.waitUntil(is_whole)


LONG_PATH = (
    "/home/somebody/models/" + "a-folder-with-a-name-that-does-not-end/" * 3 + "Model-Q4_K_M-00001-of-00003.gguf"
)
LONG_ERROR = (
    f"{LONG_PATH} ends too early: its header speaks of 2,147,483,648 bytes, of which 1,024 are there. A copy that was "
    "broken off looks like this.",
    f"Fetch it once more from https://models.example.org/{'a-very-long-address/' * 4}resolve/main/model.gguf, or "
    "choose another model meanwhile.",
)


MESSAGES = (("Something did not work as it should.", "Do this."), LONG_ERROR)
ACTIONS: tuple[tuple[str, ...], ...] = ((), ("Retry",), ("Retry", "Open log", "Models", "As int4, 4,096 tokens"))


def test_a_notice_is_as_high_as_its_words(qtbot: QtBot) -> None:
    """Where even half of a window is not enough for that, it scrolls: any words in any size."""
    holder, rest = QWidget(), QWidget()
    qtbot.addWidget(holder)
    theme = Theme(holder)
    notice, layout = NoticeBar(theme), QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(notice)
    layout.addWidget(rest, 1)
    holder.show()
    for percent, size in product(ZOOMS, ((720, 480), (800, 600), (1000, 800), (1500, 1080))):
        theme.set_zoom(percent)
        holder.resize(*size)
        for message, actions in product(MESSAGES, ACTIONS):
            tell(notice, message, actions)
            QApplication.processEvents()
            look = f"{percent} %, {size}, {actions}"
            qtbot.waitUntil(partial(assert_notice_is_whole, notice, size[1], percent, look))
    theme.set_zoom(100)


def test_a_long_notice_leaves_the_window_usable(window: Window) -> None:
    for look in looks(window, ((720, 480), (1280, 800))):
        for actions in (ACTIONS[0], ACTIONS[2]):
            notice, theme = window.main.notice, window.desktop.theme
            tell(notice, LONG_ERROR, actions)
            settle(window)
            height = window.main.height()
            window.qtbot.waitUntil(partial(assert_notice_is_whole, notice, height, theme.zoom_percent, look))


def test_a_line_of_a_notice_stands_in_the_middle_of_its_buttons(window: Window) -> None:
    notice = window.main.notice

    def middles() -> set[int]:
        parts = [*filter(QLabel.isVisible, notice.findChildren(QLabel)), *notice.buttons()]
        return {part.mapTo(notice, part.rect().center()).y() for part in parts}

    for actions in (("Undo",), ()):
        tell(notice, ("Deleted: 2 chats.", ""), actions)
        window.qtbot.waitUntil(lambda: len(middles()) > 0 and max(middles()) - min(middles()) <= 2)


def tell(notice: NoticeBar, message: tuple[str, str], actions: tuple[str, ...]) -> None:
    notice.show_notice("k", *message, actions=[Action(text, lambda: None) for text in actions])


def assert_notice_is_whole(notice: NoticeBar, height: int, percent: int, look: str) -> None:
    """Or it scrolls, where it may."""
    assert_nothing_is_cut(notice)
    panel = notice.findChild(Panel)
    assert panel is not None
    layout = panel.layout()
    assert layout is not None
    assert panel.height() >= layout.totalHeightForWidth(panel.width()), look
    bar = next(bar for bar in notice.findChildren(QScrollBar) if bar.orientation() == Qt.Orientation.Vertical)
    is_whole = panel.visibleRegion().boundingRect().height() == panel.height()
    assert is_whole != bar.isVisible(), look
    if percent <= 100 or (height >= 800 and percent <= 150):
        assert is_whole, look


@pytest.mark.logs("loading")
def test_the_notice_of_a_failed_load_is_read_to_its_end(make_window: MakeWindow) -> None:
    window = make_window(model_id="gamma-broken", before_show=lambda desktop: desktop.theme.set_zoom(ZOOMS[0]))
    window.qtbot.waitUntil(lambda: window.main.notice.key == "load")
    for percent in ZOOMS:
        window.desktop.theme.set_zoom(percent)
        settle(window)
        assert_nothing_is_cut(window.main.notice)
        labels = [label for label in window.main.notice.findChildren(SelectableLabel) if label.isVisible()]
        assert len(labels) == 2
        for label in labels:
            assert label.heightForWidth(label.width()) <= label.height(), percent
        if percent <= 150:
            assert all(label.visibleRegion().boundingRect().height() == label.height() for label in labels), percent


def test_every_font_follows_the_zoom_at_once(make_window: MakeWindow) -> None:
    """Labels, buttons, documents, fields, menus: all are 1.5 times as large, and as before when it goes back."""
    window = make_window(size=(1920, 1080))
    window.wait_ready()
    fill(window)
    settle(window)
    kinds = QLabel | QAbstractButton | QLineEdit | QPlainTextEdit
    parts = [part for part in window.main.findChildren(QWidget) if isinstance(part, kinds)]
    parts = [part for part in parts if isinstance(part, QLineEdit | QPlainTextEdit) or part.text()]
    before = {part: part.font().pixelSize() for part in parts if part.font().pixelSize() > 0}
    texts = {view: _type_px(view) for view in window.main.findChildren(TextView)}
    codes = {card: _type_px(card.view) for card in window.main.findChildren(CodeCard)}
    assert len(before) > 60
    assert texts
    assert codes
    window.desktop.theme.set_zoom(150)
    for part, size_px in before.items():
        assert abs(part.font().pixelSize() - 1.5 * size_px) <= 1, part
    for view, size_px in texts.items():
        assert abs(_type_px(view) - 1.5 * size_px) <= 1
    for card, size_px in codes.items():
        assert abs(_type_px(card.view) - 1.5 * size_px) <= 1
    assert abs(QApplication.font().pixelSize() - 21) <= 1
    window.desktop.theme.set_zoom(100)
    assert {part: part.font().pixelSize() for part in before} == before
    assert {view: _type_px(view) for view in texts} == texts


def _type_px(view: TextView | QWidget) -> int:
    assert isinstance(view, TextView) or hasattr(view, "document")
    fragment = view.document().firstBlock().begin().fragment()
    return int(fragment.charFormat().font().pixelSize())


def test_keys_and_the_wheel_zoom_and_the_zoom_is_kept(make_window: MakeWindow) -> None:
    window = make_window()
    theme = window.desktop.theme

    def press(key: Qt.Key) -> int:
        window.qtbot.keyClick(window.main, key, CONTROL)
        QApplication.processEvents()
        return theme.zoom_percent

    assert press(Qt.Key.Key_Plus) == 110
    assert press(Qt.Key.Key_Equal) == 125
    assert press(Qt.Key.Key_Minus) == 110
    assert press(Qt.Key.Key_0) == 100
    for _ in range(20):
        press(Qt.Key.Key_Minus)
    assert theme.zoom_percent == 70
    assert not window.main.action_table["smaller"].isEnabled()
    turn_wheel(window.main.chat, 2 * 120)
    assert theme.zoom_percent == 90
    window.desktop.close()
    again = make_window()
    assert again.desktop.theme.zoom_percent == 90
    again.desktop.theme.set_zoom(100)


def turn_wheel(widget: QWidget, delta: int) -> None:
    """Over the middle of a widget, with Ctrl."""
    window = widget.window()
    here = QPointF(widget.mapTo(window, widget.rect().center()))
    QTest.wheelEvent(window.windowHandle(), here, QPoint(0, delta), QPoint(0, 0), CONTROL)
    QApplication.processEvents()


def test_ctrl_and_the_wheel_zoom_over_answers_too(window: Window) -> None:
    for number in range(6):
        window.ask(f"[tokens=120] question {number}")
    settle(window)
    turn_wheel(window.main.chat, 120)
    assert window.desktop.theme.zoom_percent == 110


def test_the_width_that_folds_the_dashboard_scales(make_window: MakeWindow) -> None:
    window = make_window(size=(1280, 1000))
    for percent, has_side in ((70, True), (100, True), (110, True), (125, False), (250, False)):
        window.desktop.theme.set_zoom(percent)
        settle(window)
        assert window.main.is_dashboard_shown == has_side, percent
