"""Colours, type and spacing of the window: one table, light and dark (GUI thread only)."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from llmdesk import paths
from llmdesk.ui.kit import fonts

ASSETS = paths.shipped("assets")

CHAT_TEXT_WIDTH_PX = 744
DASHBOARD_WIDTH_PX = 372
TOP_BAR_HEIGHT_PX = 56
AREA_ALPHA = 0.13


@dataclass(frozen=True, slots=True)
class Colors:
    """Every colour of the window; text pairs reach a contrast of 4.5:1 (tests/ui/test_theme.py)."""

    window: str
    surface: str
    raised: str
    line: str
    text: str
    secondary: str
    accent: str
    on_accent: str
    user_bubble: str
    code: str
    good: str
    warning: str
    bad: str
    tokens: str
    processor: str
    memory: str
    time: str


LIGHT = Colors(
    window="#F4F6F9",
    surface="#FFFFFF",
    raised="#EDF1F6",
    line="#DAE0E8",
    text="#141920",
    secondary="#556172",
    accent="#0068B5",
    on_accent="#FFFFFF",
    user_bubble="#E1EEFA",
    code="#F3F5F8",
    good="#18794E",
    warning="#8A5A00",
    bad="#B42318",
    tokens="#0068B5",
    processor="#C2570C",
    memory="#18794E",
    time="#7A3EB1",
)
DARK = Colors(
    window="#0F1216",
    surface="#161A20",
    raised="#1E242C",
    line="#2B323C",
    text="#E8ECF2",
    secondary="#9DA8B7",
    accent="#4DA3FF",
    on_accent="#06121F",
    user_bubble="#1B2F47",
    code="#11151A",
    good="#3FD08F",
    warning="#E3B341",
    bad="#FF7B72",
    tokens="#4DA3FF",
    processor="#FF9E64",
    memory="#3FD08F",
    time="#C79BFF",
)


class Theme(QObject):
    """The colours in force; follows the system until ``force`` is called.

    Signals:
        changed(): the colours were replaced; every widget that holds colours of its own takes them anew.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        hints = QGuiApplication.styleHints()
        self.colors = DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
        hints.colorSchemeChanged.connect(self._on_color_scheme_changed)
        self._apply()

    @property
    def is_dark(self) -> bool:
        """True in the dark scheme."""
        return self.colors is DARK

    def color(self, name: str, alpha: float = 1.0) -> QColor:
        """A colour of the table by its name, e.g. ``color("accent", 0.5)``."""
        color = QColor(getattr(self.colors, name))
        color.setAlphaF(alpha)
        return color

    def force(self, scheme: Qt.ColorScheme) -> None:
        """Choose light or dark against the system (``Unknown``: follow it again)."""
        QGuiApplication.styleHints().setColorScheme(scheme)
        if scheme != Qt.ColorScheme.Unknown:  # platforms without a scheme of their own send no signal
            self._on_color_scheme_changed(scheme)

    @Slot(Qt.ColorScheme)
    def _on_color_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        self.colors = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
        self._apply()
        self.changed.emit()

    def _apply(self) -> None:
        palette = QPalette()
        roles = {
            QPalette.ColorRole.Window: "window",
            QPalette.ColorRole.WindowText: "text",
            QPalette.ColorRole.Base: "surface",
            QPalette.ColorRole.AlternateBase: "raised",
            QPalette.ColorRole.Text: "text",
            QPalette.ColorRole.Button: "surface",
            QPalette.ColorRole.ButtonText: "text",
            QPalette.ColorRole.BrightText: "bad",
            QPalette.ColorRole.Highlight: "accent",
            QPalette.ColorRole.HighlightedText: "on_accent",
            QPalette.ColorRole.Link: "accent",
            QPalette.ColorRole.ToolTipBase: "raised",
            QPalette.ColorRole.ToolTipText: "text",
            QPalette.ColorRole.PlaceholderText: "secondary",
            QPalette.ColorRole.Mid: "line",
            QPalette.ColorRole.Accent: "accent",
        }
        for role, name in roles.items():
            palette.setColor(role, self.color(name))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("secondary", 0.6))
        QGuiApplication.setPalette(palette)


def ui_font(size_px: float = 14, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Interface type; figures are always tabular."""
    font = QFont(list(fonts.ui_families()))
    font.setPixelSize(round(size_px))
    fonts.weigh(font, weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def code_font(size_px: float = 13) -> QFont:
    """Type for code."""
    font = QFont(list(fonts.code_families()))
    font.setPixelSize(round(size_px))
    fonts.weigh(font, QFont.Weight.Normal)
    return font


def icon_pixmap(name: str, color: QColor, size_px: int = 20, ratio: float = 1.0) -> QPixmap:
    """``assets/icons/NAME.svg`` (drawn with ``currentColor``) in a colour."""
    svg = (ASSETS / "icons" / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", color.name())
    pixmap = QPixmap(round(size_px * ratio), round(size_px * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon(name: str, color: QColor, size_px: int = 20) -> QIcon:
    """The same as a QIcon, sharp on screens of up to 2x."""
    result = QIcon(icon_pixmap(name, color, size_px, 1.0))
    result.addPixmap(icon_pixmap(name, color, size_px, 2.0))
    return result
