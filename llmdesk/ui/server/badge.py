"""The local server in the top bar while it runs: quiet, but a warning while others can reach it (GUI thread only)."""

from __future__ import annotations

from llmdesk.datatypes.serving import ServerStatus
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr


class ServerBadge(Button):
    """See the module. Hidden while the server is off; the bar decides whether there is room.

    Attributes:
        is_wanted: there is something to tell.
    """

    def __init__(self, theme: Theme) -> None:
        self._color = "secondary"
        super().__init__(theme, "", quiet=True, bordered=True, elides=True)
        self.is_wanted = False
        self.hide()

    def show_server(self, status: ServerStatus, running: int, tip: str) -> bool:
        """What the server is and how many answers it gives; ``tip`` opens the panel. True if that looks otherwise."""
        self._color = {"failed": "bad"}.get(status.state, "warning" if status.is_open else "secondary")
        self.is_wanted = status.state != "off"
        text = badge_text(status, running)
        if text == self.text():
            self.update()
            return False
        self.set_text(text)
        name = tr("Local server: {state}", state=text)
        self.setAccessibleName(name)
        self.setToolTip(f"{name}\n{tip}")
        return True

    def _ink(self) -> str:
        return self._color


def badge_text(status: ServerStatus, running: int) -> str:
    """A word or a few."""
    match status.state:
        case "off":
            return ""
        case "failed":
            return tr("API failed")
        case "starting" | "stopping":
            return tr("API …")
        case _ if status.is_open:
            return (
                tr("API open to the network, {count} running", count=running)
                if running
                else tr("API open to the network")
            )
        case _:
            return tr("API, {count} running", count=running) if running else tr("API")
