"""A scroll area that follows its end while the reader is there (GUI thread only)."""

from __future__ import annotations

from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QFrame, QHBoxLayout, QScrollArea, QScrollBar, QVBoxLayout, QWidget

from llmdesk.ui.chat.style import CHAT_TEXT_WIDTH_PX, ChatStyle, keep_painted
from llmdesk.ui.kit.buttons import IconButton
from llmdesk.ui.kit.pace import SLOWEST_MS
from llmdesk.ui.kit.spacing import fix, space
from llmdesk.ui.kit.styled import SCROLL_BAR_PX, scroll_bar_css
from llmdesk.ui.kit.words import tr

SIDE_PX = 32
AT_END_PX = 24
LINES_PX = 72  # growth of up to a few lines waits before the view follows
PAINTED_MS = 12
ROOM_PX = 28  # below the last line
WAIT_MS = SLOWEST_MS + 50
"""What has room there waits for the next frame, which paints it along: it can be read meanwhile."""
_LINES_PER_KEY = 3
_LAYOUT_ROUNDS = 6  # a text learns its width, then says its height, and so on up to the column


@dataclass(frozen=True, slots=True)
class _Anchor:
    """What is read: a widget, and how far below its top the view begins (negative: above)."""

    widget: QWidget
    offset_px: int
    size_px: tuple[int, int]
    zoom_px: int


def lay_out() -> None:
    """Have all sizes that wait for their layout worked out now, so that nothing is painted in between."""
    for _ in range(_LAYOUT_ROUNDS):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)


class _Bar(QScrollBar):
    """Painted with its new value, not before: who follows the end sets that after each growth (see _move)."""

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        """More to scroll is no reason to paint yet: the handle would jump back, and forth with the value."""
        if change != QAbstractSlider.SliderChange.SliderRangeChange:
            super().sliderChange(change)


class FollowingScrollArea(QScrollArea):
    """One centred column. Where the reader has scrolled up, a round button leads back to the end.

    While the end is followed, growing content moves the view. Else what is read stays where it is, whatever grows, is
    taken away or gets another size above it.
    """

    def __init__(self, style: ChatStyle) -> None:
        super().__init__()
        self._style = style
        self._follows = True
        self._anchor: _Anchor | None = None
        self._place_px: int | None = None  # distance to the beginning to come back to as soon as there is enough below
        self._is_moving = False
        self._maximum = 0
        # Qt copies what is painted only while nothing waits to be painted; else it paints the whole view again.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._move)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._bar = _Bar()
        self.setVerticalScrollBar(self._bar)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.column = self._make_column()
        self._jump = IconButton(style.theme, "arrow-down", tr("Jump to the newest"), round=True)
        self._jump.setParent(self)
        self._jump.clicked.connect(self.follow_end)
        self._jump.hide()
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._on_range_changed)
        bar.valueChanged.connect(self._on_value_changed)
        style.changed.connect(self.restyle)
        self.restyle()

    @property
    def is_following(self) -> bool:
        """True while new text scrolls into view by itself."""
        return self._follows

    @Slot()
    def follow_end(self) -> None:
        """Go to the end and stay there."""
        self._follows, self._place_px, self._anchor = True, None, None
        self._move()

    def catch_up(self) -> None:
        """Before more is written: follow what came before, so that both are painted together."""
        if self._later.isActive():
            self._later.stop()
            self._move()

    def stay_here(self) -> None:
        """Keep what is in view where it is while content is replaced, which may be short at first."""
        self._follows, self._place_px, self._anchor = False, self.verticalScrollBar().value(), None

    def put_at_top(self, widget: QWidget, offset_px: int) -> None:
        """Have the view begin so far below the top of a widget in the column (negative: above), and stay there."""
        self._follows, self._place_px = False, None
        self._anchor = self._anchor_at(widget, offset_px)
        self._move()

    def hold_here(self) -> None:
        """All is there: hold on to the smallest part of it that is read."""
        if self._follows or self._place_px is not None:
            return
        if self._anchor is None or self.widget_at_top() is not self._anchor.widget:
            self._take_anchor()

    def widget_at_top(self) -> QWidget | None:
        """What stands at the upper edge of the view, as small a part of it as lasts. To be said by who knows."""
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button above the composer, in the middle."""
        super().resizeEvent(event)
        self._place_jump()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl it is the window's."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the widgets in it leave."""
        if not self.move_by_key(event):
            event.ignore()

    def move_by_key(self, event: QKeyEvent) -> bool:
        """Page Up and Down, with Ctrl Up, Down, Home and End. False for all other keys."""
        bar = self.verticalScrollBar()
        page_px = bar.pageStep() - bar.singleStep()  # a line stays in view
        lines_px = _LINES_PER_KEY * bar.singleStep()
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        match (event.key(), modifiers):
            case (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier):
                bar.setValue(bar.value() - page_px)
            case (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier):
                bar.setValue(bar.value() + page_px)
            case (Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier):
                bar.setValue(bar.value() - lines_px)
            case (Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier):
                bar.setValue(bar.value() + lines_px)
            case (Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier):
                self.go_to_beginning()
            case (Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier):
                self.follow_end()
            case _:
                return False
        return True

    def go_to_beginning(self) -> None:
        """Of what is there."""
        self.verticalScrollBar().setValue(0)

    def _place_jump(self) -> None:
        size, side_px = self.viewport().size(), self._jump.sizeHint().width()
        self._jump.setGeometry(
            (size.width() - side_px) // 2, size.height() - side_px - self._style.px(12), side_px, side_px
        )

    def _make_column(self) -> QVBoxLayout:
        content = self._content = QWidget()
        column = QWidget()
        fix(self._style.theme, column, max_width=CHAT_TEXT_WIDTH_PX)
        row = QHBoxLayout(content)
        space(self._style.theme, row, (SIDE_PX, 0, SIDE_PX - SCROLL_BAR_PX, 0))
        row.addStretch(1)
        row.addWidget(column, 1000)
        row.addStretch(1)
        layout = QVBoxLayout(column)
        space(self._style.theme, layout, (0, 28, 0, 28), spacing=32)
        self.setWidget(content)
        # Opaque, so that scrolling copies what was painted; static, so that growing at the end paints the end only.
        content.setAutoFillBackground(True)
        self.viewport().setAutoFillBackground(False)
        keep_painted(content, column)
        return layout

    @Slot()
    def _move(self) -> None:
        bar = self.verticalScrollBar()
        bar.update()
        wanted_px = self._wanted_px()
        if wanted_px is not None:
            self._is_moving = True
            bar.setValue(wanted_px)
            self._is_moving = False
        if self._place_px is not None and bar.value() == self._place_px:
            self._place_px = None
            self._take_anchor()
        self._update_jump()

    def _wanted_px(self) -> int | None:
        """Where the bar belongs; None: where it is."""
        bar = self.verticalScrollBar()
        if self._follows:
            return bar.maximum()
        if self._place_px is not None:
            return min(self._place_px, bar.maximum())
        anchor = self._anchor
        if anchor is None or not shiboken6.isValid(anchor.widget) or not self._content.isAncestorOf(anchor.widget):
            self._take_anchor()
            return None
        offset_px, height_px = anchor.offset_px, anchor.widget.height()
        if anchor.zoom_px != self._style.px(100) or anchor.size_px[0] != anchor.widget.width():
            offset_px = round(offset_px * height_px / max(1, anchor.size_px[1])) if offset_px > 0 else offset_px
        return anchor.widget.mapTo(self._content, QPoint(0, 0)).y() + offset_px

    def _take_anchor(self) -> None:
        """Hold on to what is read now."""
        widget = self.widget_at_top()
        top_px = self.verticalScrollBar().value()
        if widget is None:
            self._anchor = None
        else:
            self._anchor = self._anchor_at(widget, top_px - widget.mapTo(self._content, QPoint(0, 0)).y())

    def _anchor_at(self, widget: QWidget, offset_px: int) -> _Anchor:
        return _Anchor(widget, offset_px, (widget.width(), widget.height()), self._style.px(100))

    def _update_jump(self) -> None:
        bar = self.verticalScrollBar()
        self._jump.setVisible(bar.maximum() - bar.value() > 3 * AT_END_PX)
        self._jump.raise_()

    @Slot(int, int)
    def _on_range_changed(self, minimum: int, maximum: int) -> None:
        self.verticalScrollBar().setEnabled(maximum > minimum)
        grown_px, self._maximum = maximum - self._maximum, maximum
        if 0 < grown_px <= LINES_PX and self._follows:
            if grown_px > ROOM_PX:
                self._later.start(PAINTED_MS)
            elif not self._later.isActive():
                self._later.start(WAIT_MS)
        else:
            self._move()
            self._update_jump()

    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        if not self._is_moving:
            self._place_px = None
            self._follows = self.verticalScrollBar().maximum() - value <= AT_END_PX
            self._take_anchor()
        self._update_jump()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed: stay at the end, or at the same share of the whole."""
        bar = self.verticalScrollBar()
        theme = self._style.theme
        bar.setStyleSheet(f"{scroll_bar_css(theme)} QScrollBar {{ background: {theme.css('window')}; }}")
        # Opaque: else each growth of the conversation, which moves the handle, paints all that lies behind it. A
        # style sheet takes the attribute away when it is applied.
        bar.ensurePolished()
        bar.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        bar.setSingleStep(self._style.px(24))
        self._place_jump()
