"""A file or an image as a small control: picture, name, what is known of it, remove (GUI thread only)."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from llmdesk.ui.kit.buttons import IconButton
from llmdesk.ui.kit.labels import ElidedLabel, Label
from llmdesk.ui.kit.spacing import fix, space
from llmdesk.ui.kit.surfaces import ThinBar, draw_focus_ring
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

WIDTH_PX = 232
_PICTURE_PX = 34
_LARGE_PICTURE_PX = 88
_ICON_PX = 20
_LEAST_PX = 110


@dataclass(frozen=True, slots=True)
class ChipState:
    """What a chip shows.

    ``note`` stands below the name, ``tip`` explains it; ``is_bad``: this cannot be sent. ``image``: a small picture in
    the icon's place.
    """

    name: str
    icon: str
    note: str = ""
    tip: str = ""
    is_bad: bool = False
    is_reading: bool = False
    image: QImage | None = None


class MiddleElidedLabel(ElidedLabel):
    """One line that keeps its beginning and its end: that of a file's name says what it is."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """As much of the text as fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        rect = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, rect.width())
        painter.drawText(rect, self.alignment(), text)


class Chip(QAbstractButton):
    """Enter or a click opens it, Delete removes it, if it can be removed.

    Signals:
        remove_requested(): by button or key.
        focused(): it has the keyboard.
        step_requested(int): to the chip before or behind, by arrow key.
    """

    remove_requested = Signal()
    focused = Signal()
    step_requested = Signal(int)

    def __init__(self, theme: Theme, state: ChipState, *, is_removable: bool) -> None:
        super().__init__()
        self._theme, self._is_removable = theme, is_removable
        self.state = state
        self._name = MiddleElidedLabel(theme, "text", "small")
        self._note = ElidedLabel(theme, "secondary", "note")
        for label in (self._name, self._note):
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._bar = ThinBar(theme, tr("Reading"), 4)
        self._bar.set_fraction(None)
        self.remove = IconButton(theme, "x", tr("Remove {name}", name=state.name))
        self.remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Delete does the same: half as many stops for Tab
        self.remove.clicked.connect(self.remove_requested)
        if not is_removable:
            self.remove.hide()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._build()
        theme.changed.connect(self.restyle)
        self.show_state(state)

    def show_state(self, state: ChipState) -> None:
        """Other figures, or it is read now."""
        self.state = state
        self._name.setText(state.name)
        self._note.setText(state.note)
        self._note.set_color("bad" if state.is_bad else "secondary")
        self._bar.setVisible(state.is_reading)
        self._note.setVisible(not state.is_reading)
        self.setToolTip("\n".join(filter(None, (state.name, state.note, state.tip))))
        self.setAccessibleName(", ".join(filter(None, (state.name, state.note))))
        how = tr("Delete removes it.") if self._is_removable else ""
        self.setAccessibleDescription(" ".join(filter(None, (state.tip, how))))
        self.update()

    def sizeHint(self) -> QSize:
        """All chips are equally wide: so names and notes stand below each other."""
        return QSize(self._theme.px(WIDTH_PX), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Name and note can be cut."""
        return QSize(self._theme.px(_LEAST_PX), super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See the class."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._is_removable:
            self.remove_requested.emit()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            forward = (key == Qt.Key.Key_Right) == (self.layoutDirection() == Qt.LayoutDirection.LeftToRight)
            self.step_requested.emit(1 if forward else -1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """See focused."""
        super().focusInEvent(event)
        self.focused.emit()

    def event(self, event: QEvent) -> bool:
        """Its ground follows the mouse."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, picture, focus ring."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        radius = theme.px(10)
        painter.setPen(QPen(theme.color("bad" if self.state.is_bad else "line")))
        painter.setBrush(theme.color("line" if self.underMouse() else "raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        side = self._picture.width()
        place = QRect(self._picture.pos(), QSize(side, side))
        if self.state.image is not None and not self.state.image.isNull():
            self._draw_image(painter, place, self.state.image)
        else:
            icon_px = theme.px(_ICON_PX)
            inside = QRect(0, 0, icon_px, icon_px)
            inside.moveCenter(place.center())
            theme.icon(self.state.icon, "bad" if self.state.is_bad else "secondary").paint(painter, inside)
        draw_focus_ring(painter, self, theme, radius)

    def _draw_image(self, painter: QPainter, place: QRect, image: QImage) -> None:
        """Its middle, as a square with round corners."""
        side = min(image.width(), image.height())
        source = QRect((image.width() - side) // 2, (image.height() - side) // 2, side, side)
        path = QPainterPath()
        path.addRoundedRect(QRectF(place), self._theme.px(6), self._theme.px(6))
        painter.save()
        painter.setClipPath(path)
        painter.drawImage(place, image, source)
        painter.restore()

    def _build(self) -> None:
        theme = self._theme
        self._picture = QWidget()
        is_large = self.state.image is not None and not self._is_removable  # it was sent, and is looked at again
        side_px = _LARGE_PICTURE_PX if is_large else _PICTURE_PX
        fix(theme, self._picture, width=side_px, height=side_px)
        lines = QVBoxLayout()
        space(theme, lines, spacing=1)
        lines.addStretch(1)
        parts: tuple[Label | ThinBar, ...] = (self._name, self._note, self._bar)
        for part in parts:
            lines.addWidget(part)
        lines.addStretch(1)
        layout = QHBoxLayout(self)
        space(theme, layout, (7, 6, 4 if self._is_removable else 12, 6), spacing=8)
        layout.addWidget(self._picture)
        layout.addLayout(lines, 1)
        layout.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignVCenter)
        for silent in (self._picture, *parts):
            silent.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.updateGeometry()
        self.update()
