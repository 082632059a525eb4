"""The line under the conversation: model, engine, precision, threads, context (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ModelInfo, ModelStatus
from llmdesk.ui.kit.labels import ElidedLabel, SteadyLabel
from llmdesk.ui.kit.spacing import row
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import told, tr
from llmdesk.ui.models.engine_words import engine_explanation, engine_title, threads_text
from llmdesk.ui.models.precision_button import PrecisionButton

HEIGHT_PX = 30


class StatusLine(QWidget):
    """See the module. A fallback of the engine and a running download are told here, too.

    Signals:
        precision_chosen(str): another precision for the model in use.
    """

    precision_chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._model = ElidedLabel(theme, "secondary", "small")
        self.precision = PrecisionButton(theme)
        self.precision.chosen.connect(self.precision_chosen)
        self._server = ElidedLabel(theme, "warning", "small", least=60)
        self._fallback = ElidedLabel(theme, "warning", "small", least=60)
        self._download = ElidedLabel(theme, "accent", "small", least=60)
        self._context = SteadyLabel(theme, "", "secondary", room_for=_context_text(8888, 8888))
        self._context.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._has_precision = False
        layout = row(theme, margins=(24, 0, 16, 4), spacing=12)
        layout.addWidget(self._model)
        layout.addWidget(self.precision)
        layout.addStretch(1)
        for label in (self._server, self._fallback, self._download, self._context):
            layout.addWidget(label)
        self.setLayout(layout)
        theme.changed.connect(self.restyle)
        self.restyle()
        self.show_status(ModelStatus("none"))

    @property
    def text(self) -> str:
        """All that is told, for tests and screen readers."""
        parts = (self._model, self._server, self._fallback, self._download, self._context)
        texts = [part.text() for part in parts]
        texts.insert(1, self.precision.text() if self._has_precision else "")
        return " | ".join(filter(None, texts))

    def show_status(self, status: ModelStatus) -> None:
        """The state of the model slot."""
        info = status.info
        self._model.setText(_model_text(status))
        self._model.explain(_loaded_text(info) if info else "")
        self._has_precision = status.state == "ready" and info is not None and not info.server
        if info is not None:
            self.precision.show_precision(info.precision)
        self._server.setText(tr("This chat goes to {server}", server=info.server) if info and info.server else "")
        short, explanation = _caveat(info)
        self._fallback.setText(short)
        self._fallback.explain(explanation)
        self._leave_out()

    def show_context(self, used_tokens: int, available_tokens: int) -> None:
        """Tokens of the context that this chat takes."""
        self._context.show_text(_context_text(used_tokens, available_tokens) if available_tokens else "")

    def show_download(self, text: str) -> None:
        """A running download; empty when it is over."""
        self._download.setText(text)
        self._leave_out()

    def minimumSizeHint(self) -> QSize:
        """What does not fit is left out."""
        return QSize(0, self._theme.px(HEIGHT_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what does not fit."""
        super().resizeEvent(event)
        self._leave_out()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.setFixedHeight(self._theme.px(HEIGHT_PX))
        self._leave_out()

    def _leave_out(self) -> None:
        """The composer has the context, too; the precision is in the pill; warnings and downloads go last."""
        layout = self.layout()
        if layout is None:
            return
        for label in (self._server, self._fallback, self._download):
            label.setVisible(bool(label.text()))
        self._context.show()
        self._model.show()
        self.precision.setVisible(self._has_precision)
        for part in (self._context, self.precision, self._model):
            layout.invalidate()
            if layout.totalMinimumSize().width() > self.width():
                part.hide()


def _context_text(used_tokens: int, available_tokens: int) -> str:
    return tr("{used} of {available} tokens of context", used=f"{used_tokens:,}", available=f"{available_tokens:,}")


def _loaded_text(info: ModelInfo) -> str:
    return tr("Loaded in {seconds} s", seconds=f"{info.load_s:.1f}") + f"\n{engine_explanation(info)}"


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
            return tr("{title} did not load. In use: {other}", title=title, other=_info_text(info))
        case "failed":
            return tr("{title} did not load", title=title)
        case "ready" if info is not None:
            return _info_text(info)
        case _:
            return told(status.phase) or tr("No model loaded")


def _info_text(info: ModelInfo) -> str:
    parts = [info.title, engine_title(info)]
    if not info.server:
        parts.append(threads_text(info.threads))
    return "  ·  ".join(parts)
