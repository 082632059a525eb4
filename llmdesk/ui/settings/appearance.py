"""Keeps theme, contrast, zoom, motion and the settings in step, and begins with their language (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

from llmdesk.services.settings.definition import ContrastName, MotionName, ThemeName, Values
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.kit import words
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.threads.event_bridge import EventBridge

SCHEMES: dict[ThemeName, Qt.ColorScheme] = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


HIGH_CONTRAST: dict[ContrastName, bool | None] = {"system": None, "usual": False, "high": True}
REDUCED_MOTION: dict[MotionName, bool | None] = {"auto": None, "on": True, "off": False}


class AppearanceController(QObject):
    """What is chosen counts at once and is remembered; the language counts for what is made after this.

    Signals:
        theme_changed(str): another one was chosen.
    """

    theme_changed = Signal(str)

    def __init__(self, theme: Theme, settings: Settings, bridge: EventBridge) -> None:
        super().__init__(theme)
        self._theme, self._settings = theme, settings
        app = QCoreApplication.instance()
        assert app is not None
        words.install(app, settings.values.appearance.language)
        theme.force(SCHEMES[self.theme_name])
        theme.set_zoom(settings.values.appearance.zoom_percent)
        self._on_contrast(settings.values)
        self._on_motion(settings.values)
        settings.subscribe(self._on_theme, "appearance.theme", bridge.run)
        settings.subscribe(self._on_contrast, "appearance.contrast", bridge.run)
        settings.subscribe(self._on_motion, "appearance.reduce_motion", bridge.run)
        settings.subscribe(self._on_zoom, "appearance.zoom_percent", bridge.run)

    @property
    def theme_name(self) -> ThemeName:
        """``system``, ``light`` or ``dark``."""
        return self._settings.values.appearance.theme

    @Slot(str)
    def choose_theme(self, name: str) -> None:
        """Light, dark, or as the system."""
        self._settings.set("appearance.theme", name)

    @Slot(int)
    def choose_zoom(self, percent: int) -> None:
        """How large everything in the window is."""
        self._settings.set("appearance.zoom_percent", percent)

    def _on_zoom(self, values: Values) -> None:
        self._theme.set_zoom(values.appearance.zoom_percent)

    def _on_contrast(self, values: Values) -> None:
        self._theme.set_contrast(HIGH_CONTRAST[values.appearance.contrast])

    def _on_motion(self, values: Values) -> None:
        self._theme.motion.choice = REDUCED_MOTION[values.appearance.reduce_motion]

    def _on_theme(self, values: Values) -> None:
        self._theme.force(SCHEMES[values.appearance.theme])
        self.theme_changed.emit(values.appearance.theme)
