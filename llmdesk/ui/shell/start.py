"""What follows the window's first painting, in the order in which it is missed (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from llmdesk.datatypes.model import ModelStatus
from llmdesk.services.chats.session import AnswerEnded, TokensCame
from llmdesk.services.chats.sessions import Change, Sessions

LONGEST_S = 3.0


class Start(QObject):
    """Tells when there is time for what nobody misses at once.

    That is when the model is there, or will not be, and an answer which was asked for meanwhile has begun; some seconds
    after the painting at the latest, for a model may take minutes.

    Signals:
        over(): once.

    Attributes:
        is_over: it was told.
    """

    over = Signal()

    def __init__(self, sessions: Sessions, parent: QObject) -> None:
        super().__init__(parent)
        self._sessions = sessions
        self._has_model = self.is_over = False
        self._limit = QTimer(self)
        self._limit.setSingleShot(True)
        self._limit.timeout.connect(self._end)
        self._unsubscribe = sessions.subscribe(self._on_change)

    def begin(self, *, loads_model: bool) -> None:
        """The window is painted; without a model there is nothing to wait for."""
        self._limit.start(round(1000 * LONGEST_S) if loads_model else 0)

    @Slot(object)
    def on_model_status(self, status: ModelStatus) -> None:
        """Of the window's model."""
        self._has_model = status.state in ("ready", "failed")
        if self._has_model and not self._sessions.is_generating:
            QTimer.singleShot(0, self, self._end)  # once it is shown

    def _on_change(self, change: Change) -> None:
        if self._has_model and isinstance(change, TokensCame | AnswerEnded):
            QTimer.singleShot(0, self, self._end)

    @Slot()
    def _end(self) -> None:
        if not self.is_over:
            self.is_over = True
            self._limit.stop()
            self._unsubscribe()
            self.over.emit()


def import_turns() -> None:
    """So that the chat which was open last, or the first question, does not wait for it (file thread)."""
    import llmdesk.ui.chat.turn_view  # noqa: F401


def import_graphs() -> None:
    """So that the window does not stand still for it (file thread)."""
    import llmdesk.ui.dashboard.optional_plots  # noqa: F401
