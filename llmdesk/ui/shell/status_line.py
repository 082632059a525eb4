"""The line under the conversation: what is told nowhere else, and nothing most of the time (GUI thread only).

Model and precision stand in the pill, kernels and threads in its tags, the context at the composer.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ModelInfo, ModelStatus
from llmdesk.ui.kit.labels import ElidedLabel
from llmdesk.ui.kit.spacing import row
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import told, tr

HEIGHT_PX = 30


class StatusLine(QWidget):
    """What a load is doing, which model stays meanwhile, a server that the chat goes to, caveats, a running download.

    Signals:
        changed(): there is something to tell, or nothing any more.
    """

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._model = ElidedLabel(theme, "secondary", "small")
        self._server = ElidedLabel(theme, "warning", "small", least=60)
        self._fallback = ElidedLabel(theme, "warning", "small", least=60)
        self._download = ElidedLabel(theme, "accent", "small", least=60)
        layout = row(theme, margins=(24, 0, 16, 4), spacing=12)
        layout.addWidget(self._model)
        layout.addStretch(1)
        for label in (self._server, self._fallback, self._download):
            layout.addWidget(label)
        self.setLayout(layout)
        theme.changed.connect(self.restyle)
        self.restyle()

    @property
    def text(self) -> str:
        """All that is told; empty if nothing is."""
        return " | ".join(filter(None, (part.text() for part in self._parts())))

    def show_status(self, status: ModelStatus) -> None:
        """The state of the model slot."""
        info = status.info
        self._model.setText(_model_text(status))
        self._server.setText(tr("This chat goes to {server}", server=info.server) if info and info.server else "")
        short, explanation = _caveat(info)
        self._fallback.setText(short)
        self._fallback.explain(explanation)
        self._show_parts()

    def show_download(self, text: str) -> None:
        """A running download; empty when it is over."""
        self._download.setText(text)
        self._show_parts()

    def minimumSizeHint(self) -> QSize:
        """Every part may be elided."""
        return QSize(0, self._theme.px(HEIGHT_PX))

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.setFixedHeight(self._theme.px(HEIGHT_PX))

    def _parts(self) -> tuple[ElidedLabel, ...]:
        return self._model, self._server, self._fallback, self._download

    def _show_parts(self) -> None:
        for part in self._parts():
            part.setVisible(bool(part.text()))
        self.changed.emit()


def _caveat(info: ModelInfo | None) -> tuple[str, str]:
    """What a user should know of the way a model runs: in short, and as a sentence."""
    if info is not None and info.fallback_reason:
        return tr("Slower engine"), told(info.fallback_reason)
    if info is not None and info.notice:
        return tr("Please note"), told(info.notice)
    return "", ""


def _model_text(status: ModelStatus) -> str:
    title, info = status.title, status.info
    match status.state:
        case "loading" if info:
            words = tr("Loading {title}: {phase} ({other} stays until then)")
            return words.format(title=title, phase=told(status.phase), other=info.title)
        case "loading":
            return tr("Loading {title}: {phase}", title=title, phase=told(status.phase))
        case "failed" if info:
            return tr("Still in use: {title}", title=info.title)
        case "none":
            return told(status.phase)
        case _:
            return ""
