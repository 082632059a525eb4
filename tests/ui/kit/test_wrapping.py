"""Words that wrap anywhere, words that can be copied, and icons that are sharp on any screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QGuiApplication, QIcon, QImage, QMouseEvent, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.icons import ASSETS
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.selectable_label import SelectableLabel
from llmdesk.ui.kit.spacing import row
from llmdesk.ui.kit.theme import Theme

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (propagateSizeHints|raise)", extend=True)

PATH = "/home/somebody/" + "very-long-folder-name/" * 8 + "model.gguf"


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme()


def ink_right(image: QImage) -> int:
    """The last column that is not as the first one."""
    ground = image.pixel(0, 0)
    columns = [x for x in range(image.width()) if any(image.pixel(x, y) != ground for y in range(image.height()))]
    return max(columns, default=0)


def test_a_word_without_end_is_broken_and_pushes_nothing_out(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    label, button = Label(theme, PATH, wraps=True), Button(theme, "Use", bordered=True)
    layout = row(theme)
    layout.addWidget(label, 1)
    layout.addWidget(button)
    window.setLayout(layout)
    window.resize(320, 300)
    window.show()
    assert window.width() == 320
    assert button.geometry().right() < 320
    assert label.heightForWidth(label.width()) > 4 * label.fontMetrics().height()
    assert ink_right(label.grab().toImage()) > label.width() / 2
    assert label.heightForWidth(100) > label.heightForWidth(200)


def test_lines_and_everyday_words_stay_whole(theme: Theme) -> None:
    label = Label(theme, "one\ntwo\nthree", wraps=True)
    assert label.heightForWidth(300) >= 3 * label.fontMetrics().height()
    sentence = Label(theme, "Something extraordinary happened", wraps=True)
    assert sentence.minimumSizeHint().width() >= sentence.fontMetrics().horizontalAdvance("extraordinary")


def test_words_are_selected_and_copied(qtbot: QtBot, theme: Theme) -> None:
    label = SelectableLabel(theme, f"The file {PATH} ends too early.")
    qtbot.addWidget(label)
    label.resize(260, label.heightForWidth(260))
    label.show()
    before = label.grab().toImage()
    QTest.mousePress(label, Qt.MouseButton.LeftButton, pos=QPoint(0, 4))
    move_to(label, QPoint(258, label.height() - 2))
    QTest.mouseRelease(label, Qt.MouseButton.LeftButton, pos=QPoint(258, label.height() - 2))
    assert label.selection == label.text()
    assert label.grab().toImage() != before
    label.setFocus()
    qtbot.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == label.text()
    QTest.mouseDClick(label, Qt.MouseButton.LeftButton, pos=QPoint(40, label.fontMetrics().height() * 2))
    assert label.selection == PATH
    label.setFocus()
    qtbot.keyClick(label, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert label.selection == label.text()
    QApplication.sendEvent(label, QFocusEvent(QEvent.Type.FocusOut))
    assert label.selection == ""


def move_to(widget: QWidget, point: QPoint) -> None:
    """With the left button held, which QTest's moves do not have."""
    place = QPointF(point)
    left, no_keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QMouseEvent(QEvent.Type.MouseMove, place, place, left, left, no_keys))


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 1.75, 2.0, 3.0])
@pytest.mark.parametrize("name", ["more", "search", "panel-right"])
def test_icons_are_drawn_for_the_pixels_of_the_screen(theme: Theme, scale: float, name: str) -> None:
    """The same ink as Qt's own drawing of the file at that scale: nothing was resized afterwards."""
    size = QSize(18, 18)
    drawn = _canvas(size, scale)
    painter = QPainter(drawn)
    theme.icon(name, "text").paint(painter, 0, 0, 18, 18)
    painter.end()
    svg = (ASSETS / "icons" / f"{name}.svg").read_text().replace("currentColor", theme.colors.text)
    wanted = _canvas(size, scale)
    painter = QPainter(wanted)
    QSvgRenderer(svg.encode()).render(painter, QRectF(0, 0, 18, 18))
    painter.end()
    assert _difference(drawn.toImage(), wanted.toImage()) < 1
    pixmap = theme.icon(name, "text").pixmap(size, scale, QIcon.Mode.Normal)
    assert pixmap.devicePixelRatio() == scale
    assert abs(pixmap.width() - 18 * scale) <= 1


def _canvas(size: QSize, scale: float) -> QPixmap:
    pixmap = QPixmap(size * scale)
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.white)
    return pixmap


def _difference(one: QImage, other: QImage) -> float:
    """Mean difference in lightness, of 255."""
    pixels = [(x, y) for x in range(one.width()) for y in range(one.height())]
    lightness = [(one.pixelColor(*at).lightness(), other.pixelColor(*at).lightness()) for at in pixels]
    return sum(abs(a - b) for a, b in lightness) / len(pixels)
