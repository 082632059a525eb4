"""What nobody caught: written to the log, and shown in one window that does not get in the way."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections import deque
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, Slot, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.spacing import column, row
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.threads.event_bridge import EventBridge

log = logging.getLogger(__name__)
_MOST_HELD = 20
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class ErrorWindow(QDialog):
    """One window for all errors of a run; the same error twice is counted, not repeated."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(tr("llmdesk: something went wrong"))
        self.setModal(False)
        self.resize(theme.px(640), theme.px(360))
        self._counts: dict[str, int] = {}
        text = tr("Something inside llmdesk failed. The window goes on; the details help to mend it.")
        self._details = QPlainTextEdit()
        self._details.setUndoRedoEnabled(False)
        self._details.setReadOnly(True)
        self._details.setAccessibleName(tr("Details"))
        copy = Button(theme, tr("Copy details"), bordered=True)
        close = Button(theme, tr("Close"), bordered=True)
        copy.clicked.connect(self._copy)
        close.clicked.connect(self.close)
        layout = column(theme, Label(theme, text, wraps=True), margins=(20, 20, 20, 16), spacing=12)
        layout.addWidget(self._details, 1)
        layout.addLayout(row(theme, 1, copy, close))
        self.setLayout(layout)
        theme.changed.connect(self.restyle)
        self.restyle()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self._details.setFont(self._theme.code_font("log"))

    def add(self, details: str) -> None:
        """Show one more error."""
        self._counts[details] = self._counts.get(details, 0) + 1
        parts = [
            tr("({count} times) {text}", count=count, text=text) if count > 1 else text
            for text, count in self._counts.items()
        ]
        self._details.setPlainText("\n".join(parts))
        self.show()

    @property
    def text(self) -> str:
        """All errors shown."""
        return self._details.toPlainText()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)


class ErrorReporter(QObject):
    """Sends uncaught exceptions of all threads, and Qt's own messages, to the log; exceptions to the window, too.

    Signals:
        reported(): something failed; it is in the log.
    """

    reported = Signal()

    def __init__(self, theme: Theme, window: QWidget, bridge: EventBridge) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._is_quiet, self._held = False, deque[str](maxlen=_MOST_HELD)
        self.window = ErrorWindow(theme, window)

    def install(self) -> None:
        """Take the hooks over."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(_log_qt_message)

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)

    def report(self, error: BaseException) -> None:
        """Log an error and show it. Any thread."""
        details = "".join(traceback.format_exception(error))
        log.error("uncaught exception\n%s", details)
        self._bridge.call(lambda: self._take(details))

    def set_quiet(self, is_quiet: bool) -> None:
        """Show nothing for as long as that (somebody presents); what came last is shown afterwards."""
        self._is_quiet = is_quiet
        while self._held and not is_quiet:
            self.window.add(self._held.popleft())

    def _take(self, details: str) -> None:
        if self._is_quiet:
            self._held.append(details)
        else:
            self.window.add(details)
        self.reported.emit()

    def _on_exception(
        self, kind: type[BaseException], value: BaseException, _trace: TracebackType | None = None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QGuiApplication.quit()
        else:
            self.report(value)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_value)


def _log_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
    logging.getLogger("qt").log(_LEVELS.get(kind, logging.WARNING), "%s: %s", context.category, message)
