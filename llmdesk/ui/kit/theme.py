"""Colours, type and spacing of the window: one table, light and dark (GUI thread only)."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

from llmdesk.ui.kit import fonts
from llmdesk.ui.kit.icons import Icon
from llmdesk.ui.kit.type_scale import DEFAULT_ZOOM_PERCENT, SIZES_PX, Step, clamped_zoom_percent

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
    """The colours and sizes in force. Colours follow the system until ``force`` is called.

    Signals:
        changed(): colours or sizes were replaced; every widget takes both anew, in a slot named ``restyle``.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None, zoom_percent: int = DEFAULT_ZOOM_PERCENT) -> None:
        super().__init__(parent)
        hints = QGuiApplication.styleHints()
        self._forced = Qt.ColorScheme.Unknown
        self._icons: dict[tuple[str, str], Icon] = {}
        self.zoom_percent = clamped_zoom_percent(zoom_percent)
        self.colors = _colors_of(hints.colorScheme())
        hints.colorSchemeChanged.connect(self._on_system_changed)
        self._apply_colors()
        self._apply_font()

    @property
    def is_dark(self) -> bool:
        """True in the dark scheme."""
        return self.colors is DARK

    def color(self, name: str, alpha: float = 1.0) -> QColor:
        """A colour of the table by its name, e.g. ``color("accent", 0.5)``."""
        color = QColor(getattr(self.colors, name))
        color.setAlphaF(alpha)
        return color

    def css(self, name: str, alpha: float = 1.0) -> str:
        """The same for a style sheet."""
        color = self.color(name, alpha)
        return f"rgba({color.red()}, {color.green()}, {color.blue()}, {color.alpha()})"

    def icon(self, name: str, color: str = "secondary") -> Icon:
        """An icon of assets/icons in a colour of the table, sharp at any size on any screen."""
        key = (name, color)
        if key not in self._icons:
            self._icons[key] = Icon(name, self.color(color))
        return self._icons[key]

    # -- sizes ----------------------------------------------------------------------------------------------------

    def px(self, size_px: float) -> int:
        """Pixels at the zoom in force, for what is so many at 100 %."""
        return int(size_px * self.zoom_percent / 100 + 0.5)

    def font(self, step: Step = "ui", weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """A step of the type scale in the interface's type."""
        return ui_font(SIZES_PX[step] * self.zoom_percent / 100, weight)

    def code_font(self, step: Step = "code") -> QFont:
        """A step of the type scale in the type for code."""
        return code_font(SIZES_PX[step] * self.zoom_percent / 100)

    def set_zoom(self, percent: int) -> None:
        """Scale everything in the window, within 70 to 250 %."""
        percent = clamped_zoom_percent(percent)
        if percent != self.zoom_percent:
            self.zoom_percent = percent
            self._apply_font()
            self.changed.emit()

    # -- light and dark -------------------------------------------------------------------------------------------

    def force(self, scheme: Qt.ColorScheme) -> None:
        """Choose light or dark against the system (``Unknown``: follow it again)."""
        self._forced = scheme
        hints = QGuiApplication.styleHints()
        hints.setColorScheme(scheme)
        # Platforms without a scheme of their own send no signal; asked, they say Unknown, which is light.
        self._show(hints.colorScheme() if scheme == Qt.ColorScheme.Unknown else scheme)

    @Slot(Qt.ColorScheme)
    def _on_system_changed(self, scheme: Qt.ColorScheme) -> None:
        if self._forced == Qt.ColorScheme.Unknown:
            self._show(scheme)

    def _show(self, scheme: Qt.ColorScheme) -> None:
        colors = _colors_of(scheme)
        if colors is not self.colors:
            self.colors = colors
            self._icons.clear()
            self._apply_colors()
            self.changed.emit()

    def _apply_font(self) -> None:
        QApplication.setFont(self.font())
        QToolTip.setFont(self.font("note"))

    def _apply_colors(self) -> None:
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


def _colors_of(scheme: Qt.ColorScheme) -> Colors:
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def ui_font(size_px: float = 14, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Interface type; figures are always tabular."""
    font = QFont(list(fonts.ui_families()))
    font.setPixelSize(round(size_px))
    fonts.weigh(font, weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def code_font(size_px: float = 13) -> QFont:
    """Type for code, without ligatures: ``!=`` and ``->`` are shown as the two characters that they are."""
    font = QFont(list(fonts.code_families()))
    font.setPixelSize(round(size_px))
    fonts.weigh(font, QFont.Weight.Normal)
    for feature in ("calt", "liga"):
        font.setFeature(QFont.Tag(feature), 0)
    return font
