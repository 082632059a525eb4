"""What the window remembers of itself between two starts: place and folds (INI). All else is in the settings."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from llmdesk import paths

_TAKEN_OVER = ("window/theme", "model", "chat", "sampling")
"""Was kept here before there was a settings.toml, which has it now (services/settings/window_ini.py)."""


class WindowState:
    """Reads and writes ``file`` (default: config/window.ini). A damaged value counts as not there. GUI thread."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or paths.config_dir() / "window.ini"
        self._settings = QSettings(str(self._file), QSettings.Format.IniFormat)

    @property
    def geometry(self) -> QByteArray:
        """The window's place; empty at the first start."""
        value = self._settings.value("window/geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._settings.setValue("window/geometry", value)

    @property
    def is_dashboard_open(self) -> bool:
        """False if the user folded the dashboard away."""
        return self._text("window/dashboard") != "folded"

    @is_dashboard_open.setter
    def is_dashboard_open(self, value: bool) -> None:
        self._settings.setValue("window/dashboard", "open" if value else "folded")

    @property
    def is_side_bar_open(self) -> bool:
        """False if the user folded the chats at the left away."""
        return self._text("window/side_bar") != "folded"

    @is_side_bar_open.setter
    def is_side_bar_open(self, value: bool) -> None:
        self._settings.setValue("window/side_bar", "open" if value else "folded")

    @property
    def folded_folders(self) -> list[str]:
        """Folders of the list of chats that the user folded."""
        return self._texts("window/folded_folders")

    @folded_folders.setter
    def folded_folders(self, value: list[str]) -> None:
        self._settings.setValue("window/folded_folders", value)

    @property
    def recent_actions(self) -> list[str]:
        """What was done with the command palette, the newest first."""
        return self._texts("window/recent_actions")

    @recent_actions.setter
    def recent_actions(self, value: list[str]) -> None:
        self._settings.setValue("window/recent_actions", value)

    @property
    def declined(self) -> list[str]:
        """What was offered once and not wanted, so that it is not asked again."""
        return self._texts("window/declined")

    @declined.setter
    def declined(self, value: list[str]) -> None:
        self._settings.setValue("window/declined", value)

    def save(self) -> None:
        """Write the file now, without what the settings have taken over."""
        if self._file.with_name("settings.toml").exists():
            for key in _TAKEN_OVER:
                self._settings.remove(key)
        self._settings.sync()

    def _text(self, key: str) -> str:
        value = self._settings.value(key, "")
        return value if isinstance(value, str) else ""

    def _texts(self, key: str) -> list[str]:
        """A list with one text comes back from the file as that text."""
        value = self._settings.value(key, [])
        texts = [value] if isinstance(value, str) else value
        return [text for text in texts if isinstance(text, str)] if isinstance(texts, list) else []
