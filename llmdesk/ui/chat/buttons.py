"""Small buttons of the conversation (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QFocusEvent, QGuiApplication, QIcon, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from llmdesk.ui.chat.style import ChatStyle, set_text_color
from llmdesk.ui.kit.theme import ui_font

COPIED_MS = 1_500


class IconButton(QToolButton):
    """An icon with a name for screen readers and a tooltip.

    With ``hides``, the icon shows only while ``set_revealed(True)`` or while the button has the focus.
    """

    def __init__(self, style: ChatStyle, icon_name: str, name: str, hides: bool = False) -> None:
        super().__init__()
        self._style = style
        self._icon_name = icon_name
        self._is_shown = not hides
        self._hides = hides
        self.setFixedSize(28, 28)
        self.setIconSize(QSize(18, 18))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setToolTip(name)
        style.changed.connect(self._retint)
        self._retint()

    def set_icon_name(self, icon_name: str) -> None:
        """Show another icon."""
        self._icon_name = icon_name
        self._show_icon()

    def set_revealed(self, revealed: bool) -> None:
        """Show or hide the icon of a button that hides; the place it takes stays the same."""
        self._is_shown = revealed or not self._hides
        self._show_icon()

    @property
    def is_revealed(self) -> bool:
        """True while the icon can be seen."""
        return self._is_shown or self.hasFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Reached with the Tab key: be visible."""
        super().focusInEvent(event)
        self._show_icon()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Left: hide again."""
        super().focusOutEvent(event)
        self._show_icon()

    def changeEvent(self, event: QEvent) -> None:
        """What cannot be pressed is fainter."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._show_icon()

    def _show_icon(self) -> None:
        color = "secondary" if self.isEnabled() else "line"
        self.setIcon(self._style.icon(self._icon_name, color) if self.is_revealed else QIcon())

    @Slot()
    def _retint(self) -> None:
        css = self._style.css
        self.setStyleSheet(
            "QToolButton { border: 2px solid transparent; border-radius: 7px; background: transparent;"
            f" color: {css('secondary')}; }}"
            f"QToolButton:hover {{ background: {css('raised')}; }}"
            f"QToolButton:focus {{ border-color: {css('accent')}; }}"
        )
        self._show_icon()


class CopyButton(IconButton):
    """Says with a check mark for a moment that it copied something."""

    def __init__(self, style: ChatStyle, name: str, hides: bool = False, text: str = "") -> None:
        super().__init__(style, "copy", name, hides)
        if text:
            self.setText(text)
            self.setFont(style.small_font)
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self.setIconSize(QSize(15, 15))
            self.setMinimumWidth(0)
            self.setMaximumWidth(16_777_215)
        self._back = QTimer(self)
        self._back.setSingleShot(True)
        self._back.timeout.connect(self._show_copy)

    def copy(self, text: str) -> None:
        """Put a text on the clipboard."""
        QGuiApplication.clipboard().setText(text)
        self.set_icon_name("check")
        self._back.start(COPIED_MS)

    @Slot()
    def _show_copy(self) -> None:
        self.set_icon_name("copy")


class TextButton(QPushButton):
    """A button with words; ``primary`` is filled with the accent colour, ``key`` is named in a quieter colour."""

    def __init__(self, style: ChatStyle, text: str, icon_name: str = "", primary: bool = False, key: str = "") -> None:
        super().__init__(text)
        self._style = style
        self._icon_name = icon_name
        self._is_primary = primary
        self.setFont(style.button_font)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(16, 16))
        self.setAccessibleName(text)
        self._key = QLabel(key, self)
        self._key.setFont(ui_font(14))
        self._key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._key_px = self._key.sizeHint().width() + 6 if key else 0
        style.changed.connect(self._retint)
        self._retint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The key's name stands at the right end."""
        super().resizeEvent(event)
        self._key.setGeometry(self.width() - self._key_px - 8, 0, self._key_px, self.height() - 1)

    def event(self, event: QEvent) -> bool:
        """A disabled icon takes the disabled colour."""
        result = super().event(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._retint()
        return result

    @Slot()
    def _retint(self) -> None:
        css = self._style.css
        ring = css("text" if self._is_primary else "accent")
        fill, ink, edge = css("surface"), "text", css("line")
        hover = css("raised")
        if self._is_primary:
            fill, ink, edge, hover = css("accent"), "on_accent", css("accent"), css("accent", 0.88)
        if self._is_primary and not self.isEnabled():
            fill, ink, edge = css("raised"), "secondary", css("raised")
        self.setStyleSheet(
            f"QPushButton {{ background: {fill}; color: {css(ink)}; border: 1px solid {edge};"
            f" border-radius: 9px; padding: 5px {13 + self._key_px}px 5px 13px; min-height: 20px; }}"
            f"QPushButton:hover {{ background: {hover}; }}"
            f"QPushButton:focus {{ border: 2px solid {ring}; padding: 4px {12 + self._key_px}px 4px 12px; }}"
            f"QPushButton:disabled {{ background: {fill}; color: {css('secondary')}; }}"
        )
        set_text_color(self._key, self._style.color("secondary"))
        if self._icon_name:
            self.setIcon(self._style.icon(self._icon_name, ink, 16))
