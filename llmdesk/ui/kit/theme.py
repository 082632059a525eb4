"""Colours, type and spacing of the window, as they are in force (GUI thread only)."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

from llmdesk.ui.kit import fonts
from llmdesk.ui.kit.colors import DARK, HIGH_DARK, HIGH_LIGHT, LIGHT, Colors
from llmdesk.ui.kit.icons import Icon
from llmdesk.ui.kit.motion import Motion
from llmdesk.ui.kit.type_scale import DEFAULT_ZOOM_PERCENT, SIZES_PX, Step, clamped_zoom_percent


class Theme(QObject):
    """The colours and sizes in force. Colours follow the system until ``force`` and ``set_contrast`` are called.

    Attributes:
        motion: whether anything may move.

    Signals:
        changed(): colours or sizes were replaced; every widget takes both anew, in a slot named ``restyle``.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None, zoom_percent: int = DEFAULT_ZOOM_PERCENT) -> None:
        super().__init__(parent)
        hints = QGuiApplication.styleHints()
        self._forced = Qt.ColorScheme.Unknown
        self._high: bool | None = None
        self.motion = Motion(self)
        self._icons: dict[tuple[str, str], Icon] = {}
        self.zoom_percent = clamped_zoom_percent(zoom_percent)
        self.colors = _colors_of(hints.colorScheme(), self._wants_high_contrast())
        hints.colorSchemeChanged.connect(self._on_system_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._on_contrast_changed)
        self._apply_colors()
        self._apply_font()

    @property
    def is_dark(self) -> bool:
        """True in the dark scheme."""
        return self.colors in (DARK, HIGH_DARK)

    @property
    def is_high_contrast(self) -> bool:
        """True with the colours of high contrast, light or dark."""
        return self.colors in (HIGH_LIGHT, HIGH_DARK)

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

    def font(self, step: Step = "ui", weight: QFont.Weight = QFont.Weight.Normal, *, has_figures: bool = True) -> QFont:
        """A step of the type scale in the interface's type."""
        return ui_font(SIZES_PX[step] * self.zoom_percent / 100, weight, has_figures=has_figures)

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

    # -- light and dark, high contrast ------------------------------------------------------------------------------

    def force(self, scheme: Qt.ColorScheme) -> None:
        """Choose light or dark against the system (``Unknown``: follow it again)."""
        self._forced = scheme
        QGuiApplication.styleHints().setColorScheme(scheme)
        self._show()

    def set_contrast(self, is_high: bool | None) -> None:
        """High contrast, the usual one, or what the system asks for (None)."""
        self._high = is_high
        self._show()

    @Slot(Qt.ColorScheme)
    def _on_system_changed(self, scheme: Qt.ColorScheme) -> None:
        if self._forced == Qt.ColorScheme.Unknown:
            self._show(scheme)

    @Slot(Qt.ContrastPreference)
    def _on_contrast_changed(self, preference: Qt.ContrastPreference) -> None:
        if self._high is None:
            self._show(is_high=preference == Qt.ContrastPreference.HighContrast)

    def _wants_high_contrast(self) -> bool:
        if self._high is not None:
            return self._high
        hints = QGuiApplication.styleHints()  # held: what it hands out lives no longer than Python's name for it
        return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast

    def _show(self, scheme: Qt.ColorScheme | None = None, is_high: bool | None = None) -> None:
        """Without arguments, what is forced or what the system says when asked."""
        if scheme is None:
            # Platforms without a scheme of their own send no signal; asked, they say Unknown, which is light.
            is_free = self._forced == Qt.ColorScheme.Unknown
            scheme = QGuiApplication.styleHints().colorScheme() if is_free else self._forced
        colors = _colors_of(scheme, self._wants_high_contrast() if is_high is None else is_high)
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


def _colors_of(scheme: Qt.ColorScheme, is_high: bool) -> Colors:
    if scheme == Qt.ColorScheme.Dark:
        return HIGH_DARK if is_high else DARK
    return HIGH_LIGHT if is_high else LIGHT


def ui_font(size_px: float = 14, weight: QFont.Weight = QFont.Weight.Normal, *, has_figures: bool = True) -> QFont:
    """Interface type, its figures as wide as each other, so that nothing moves when they change.

    Args:
        has_figures: False for running text: there a hyphen would be as wide as a figure, too, and tear words apart.
    """
    return QFont(_made_once(fonts.ui_families(), round(size_px), weight, has_figures))


@lru_cache(maxsize=64)
def _made_once(families: tuple[str, ...], size_px: int, weight: QFont.Weight, has_figures: bool) -> QFont:
    """Hundreds of labels have the same few."""
    font = QFont(list(families))
    font.setPixelSize(size_px)
    fonts.weigh(font, weight)
    font.setFeature(QFont.Tag("tnum"), int(has_figures))  # 0: what is not said is taken from the application's font
    return font


def code_font(size_px: float = 13) -> QFont:
    """Type for code, without ligatures: ``!=`` and ``->`` are shown as the two characters that they are."""
    font = QFont(list(fonts.code_families()))
    font.setPixelSize(round(size_px))
    fonts.weigh(font, QFont.Weight.Normal)
    for feature in ("calt", "liga"):
        font.setFeature(QFont.Tag(feature), 0)
    return font
