"""The icon beside the clock: what the model does, and what can be done without the window (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from llmdesk.datatypes.model import ModelInMemory, ModelStatus
from llmdesk.datatypes.serving import ServerStatus
from llmdesk.ui.kit.colors import LIGHT
from llmdesk.ui.kit.icons import ASSETS
from llmdesk.ui.kit.wording import percent_text
from llmdesk.ui.kit.words import told, tr

_SIDES_PX = (22, 32, 64)
_DOTS = {"loading": "#E0A000", "ready": "#2FA36B", "failed": LIGHT.bad}
"""By the model's state; none where there is none. Seen on dark and light panels alike."""


class Tray(QObject):
    """Signals: show_requested(), unload_requested(), server_switched(bool), quit_requested(): out of its menu."""

    show_requested = Signal()
    unload_requested = Signal()
    server_switched = Signal(bool)
    quit_requested = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._server = ServerStatus()
        self._looks: dict[str, QIcon] = {}
        self.icon = QSystemTrayIcon(self)
        self.menu = QMenu()  # the system draws it, or Qt in the system's way
        self.state = self.menu.addAction("")
        self.state.setEnabled(False)
        self.menu.addSeparator()
        self.open = self._add(tr("Show the window"), self.show_requested.emit)
        self.unload = self._add(tr("Unload the model"), self.unload_requested.emit)
        self.serve: QAction = self._add(tr("Local server"), self._on_serve)
        self.serve.setCheckable(True)
        self.menu.addSeparator()
        self.quit = self._add(tr("Quit"), self.quit_requested.emit)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._on_activated)
        self.show_model(ModelStatus("none"), ())

    @property
    def can_be_seen(self) -> bool:
        """Whether the desktop has a place for it now."""
        return QSystemTrayIcon.isSystemTrayAvailable() and self.icon.isVisible()

    def show(self) -> None:
        """Beside the clock, now or as soon as the desktop has a place for it."""
        self.icon.show()

    def close(self) -> None:
        """Take it away."""
        self.icon.hide()
        self.menu.deleteLater()

    def show_model(self, status: ModelStatus, in_memory: tuple[ModelInMemory, ...]) -> None:
        """The state of the window's model, and of all others."""
        words = _words(status, in_memory)
        self.state.setText(words)
        self.unload.setEnabled(any(model.state == "ready" for model in in_memory))
        self.icon.setIcon(self._look(status.state if in_memory or status.state != "ready" else "none"))
        self._tell()

    @Slot(object, int)
    def show_server(self, status: ServerStatus, running: int = 0) -> None:
        """Whether the local server runs, and how many answers it gives."""
        self._server = status
        self.serve.setChecked(status.state in ("starting", "on"))
        self._tell()

    def tell(self, title: str, text: str) -> None:
        """A message that points at the icon."""
        self.icon.showMessage(title, text, self.icon.icon())

    def _tell(self) -> None:
        lines = ["llmdesk", self.state.text()]
        if self._server.state == "on":
            lines.append(tr("The local server runs"))
        self.icon.setToolTip("\n".join(lines))

    def _add(self, text: str, slot: object) -> QAction:
        action = self.menu.addAction(text)
        action.triggered.connect(slot)
        return action

    @Slot()
    def _on_serve(self) -> None:
        self.server_switched.emit(self.serve.isChecked())

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.show_requested.emit()

    def _look(self, state: str) -> QIcon:
        if state not in self._looks:
            self._looks[state] = _icon(_DOTS.get(state))
        return self._looks[state]


def _words(status: ModelStatus, in_memory: tuple[ModelInMemory, ...]) -> str:
    if status.state == "loading":
        return tr("Loading {title}, {percent}", title=status.title, percent=percent_text(status.fraction))
    if status.state == "failed" and status.error is not None:
        return told(status.error.user_message)
    ready = [model for model in in_memory if model.state == "ready"]
    if not ready:
        return tr("No model in memory")
    if len(ready) > 1:
        return tr("%n model(s) in memory", n=len(ready))
    info = ready[0].info
    return f"{ready[0].title}, {info.precision}" if info is not None and not info.server else ready[0].title


def _icon(dot: str | None) -> QIcon:
    """The program's icon, with a dot of this colour."""
    made, source = QIcon(), QIcon(str(ASSETS / "app" / "llmdesk.svg"))
    for side in _SIDES_PX:
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        source.paint(painter, pixmap.rect())
        if dot is not None:
            place = QRectF(0.56 * side, 0.56 * side, 0.42 * side, 0.42 * side)
            painter.setPen(QColor("#FFFFFF"))
            painter.setBrush(QColor(dot))
            painter.drawEllipse(place)
        painter.end()
        made.addPixmap(pixmap)
    return made
