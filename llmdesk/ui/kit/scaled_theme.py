"""The window's theme at another size, for one view (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from llmdesk.ui.kit.icons import Icon
from llmdesk.ui.kit.theme import Theme


class ScaledTheme(Theme):
    """Colours of another theme, sizes of its own, which need not be one of the zoom's steps.

    It changes neither the application's type nor its palette, as the window's theme does.
    """

    def __init__(self, base: Theme, percent: int, parent: QObject) -> None:
        QObject.__init__(self, parent)  # not Theme's own: that one is the application's
        self._base = base
        self.colors = base.colors
        self.zoom_percent = percent
        base.changed.connect(self.follow)

    def icon(self, name: str, color: str = "secondary") -> Icon:
        """See Theme."""
        return self._base.icon(name, color)

    def set_scale(self, percent: int) -> None:
        """Another size."""
        if percent != self.zoom_percent:
            self.zoom_percent = percent
            self.changed.emit()

    @Slot()
    def follow(self) -> None:
        """The other theme changed."""
        if self.colors is not self._base.colors:
            self.colors = self._base.colors
            self.changed.emit()
