"""What opens over the window: each panel is made when it is opened for the first time (GUI thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow

from llmdesk.ui.kit.late import Late
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

if TYPE_CHECKING:
    from llmdesk.ui.models.picker import ModelPicker
    from llmdesk.ui.server.server_panel import ServerPanel
    from llmdesk.ui.settings.sampling import SamplingPanel
    from llmdesk.ui.settings.settings_dialog import SettingsDialog
    from llmdesk.ui.shell.actions import ActionTable
    from llmdesk.ui.shell.help import InfoPanel


class Panels:
    """The window's own; those of a room are made there."""

    def __init__(self, theme: Theme, window: QMainWindow, actions: ActionTable) -> None:
        self._theme, self._window, self._actions = theme, window, actions
        self.picker: Late[ModelPicker] = Late(self._make_picker)
        self.sampling: Late[SamplingPanel] = Late(self._make_sampling)
        self.settings: Late[SettingsDialog] = Late(self._make_settings)
        self.server: Late[ServerPanel] = Late(self._make_server)
        self.shortcuts: Late[InfoPanel] = Late(self._make_shortcuts)
        self.about: Late[InfoPanel] = Late(self._make_about)

    def _make_picker(self) -> ModelPicker:
        from llmdesk.ui.models.picker import ModelPicker

        return ModelPicker(self._theme, self._window)

    def _make_sampling(self) -> SamplingPanel:
        from llmdesk.ui.settings.sampling import SamplingPanel

        return SamplingPanel(self._theme, self._window)

    def _make_settings(self) -> SettingsDialog:
        from llmdesk.ui.settings.settings_dialog import SettingsDialog

        return SettingsDialog(self._theme, self._window)

    def _make_server(self) -> ServerPanel:
        from llmdesk.ui.server.server_panel import ServerPanel

        return ServerPanel(self._theme, self._window)

    def _make_shortcuts(self) -> InfoPanel:
        from llmdesk.ui.shell.help import InfoPanel

        rows = self._actions.shortcuts()
        return InfoPanel(self._theme, self._window, tr("Shortcuts"), rows, keys=True)

    def _make_about(self) -> InfoPanel:
        from llmdesk.ui.shell.help import InfoPanel, about

        return InfoPanel(self._theme, self._window, "llmdesk", about(), keys=False)


class WithPanels(QMainWindow):
    """A window's panels by their names; who asks for one has it made."""

    panels: Panels

    @property
    def picker(self) -> ModelPicker:
        """The list of models."""
        return self.panels.picker()

    @property
    def sampling_panel(self) -> SamplingPanel:
        """Values of the user's own."""
        return self.panels.sampling()

    @property
    def settings_dialog(self) -> SettingsDialog:
        """All settings."""
        return self.panels.settings()

    @property
    def server_panel(self) -> ServerPanel:
        """The local server."""
        return self.panels.server()

    @property
    def shortcuts_panel(self) -> InfoPanel:
        """The list of keys."""
        return self.panels.shortcuts()

    @property
    def about_panel(self) -> InfoPanel:
        """What this program is."""
        return self.panels.about()
