"""There is no list of models: the window says why, and what to do (GUI thread only)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from llmdesk.datatypes.model import ErrorInfo, ModelStatus
from llmdesk.ui.kit.notice import Action
from llmdesk.ui.kit.words import tr

if TYPE_CHECKING:
    from llmdesk.ui.shell.desktop import Desktop

_NOTICE = "catalogue"


class NoCatalogue:
    """See the module.

    Attributes:
        error: why; None: there is one, or it is still being read.
    """

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop
        self.error: ErrorInfo | None = None

    def tell(self, error: ErrorInfo) -> None:
        """It cannot be read. Nothing can be loaded then: a question is refused rather than failing."""
        desktop, sessions = self._desktop, self._desktop.sessions
        self.error = error
        desktop.show_status(ModelStatus("failed", title=tr("No model"), error=error))
        sessions.new_options = replace(sessions.new_options, model_id="")
        if sessions.current.conversation.is_empty:
            sessions.configure(replace(sessions.options, model_id=""))
        if (picker := desktop.window.panels.picker.made) is not None:
            picker.show_failure(error)
        actions = [Action(tr("Try again"), desktop.read_catalogue), Action(tr("Open log"), desktop.open_log)]
        desktop.window.notice.show_notice(_NOTICE, error.user_message, error.hint, tone="bad", actions=actions)

    def is_over(self) -> None:
        """It was read."""
        self.error = None
        self._desktop.window.notice.dismiss(_NOTICE)
