"""The line under the conversation: model, engine, precision, threads, context (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from llmdesk.datatypes import ModelInfo, ModelStatus
from llmdesk.ui.controls import Label, row
from llmdesk.ui.steady_text import Text
from llmdesk.ui.theme import Theme, ui_font
from llmdesk.ui.top_bar import backend_title

HEIGHT_PX = 30


class StatusLine(QWidget):
    """See the module. A fallback of the engine and a running download are told here, too."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT_PX)
        self._model = Label(theme, "secondary", 12.5)
        self._fallback = Label(theme, "warning", 12.5)
        self._download = Label(theme, "accent", 12.5)
        self._context = Text(theme, "secondary", ui_font(12.5), "8,888 of 8,888 tokens of context")
        self._context.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._model.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = row(margins=(24, 0, 16, 4), spacing=16)
        layout.addWidget(self._model, 1)
        for label in (self._fallback, self._download, self._context):
            layout.addWidget(label)
        self.setLayout(layout)
        self.show_status(ModelStatus("none"))

    @property
    def text(self) -> str:
        """All that is shown, for tests and screen readers."""
        labels = (self._model, self._fallback, self._download, self._context)
        return " | ".join(label.text() for label in labels if label.text())

    def show_status(self, status: ModelStatus) -> None:
        """The state of the model slot."""
        info = status.info
        self._model.setText(_model_text(status))
        self._model.setToolTip(f"Loaded in {info.load_s:.1f} s" if info else "")
        self._fallback.setText("Slower engine" if info and info.fallback_reason else "")
        self._fallback.setToolTip(info.fallback_reason if info else "")

    def show_context(self, used_tokens: int, available_tokens: int) -> None:
        """Tokens of the context that this chat takes."""
        text = f"{used_tokens:,} of {available_tokens:,} tokens of context" if available_tokens else ""
        self._context.show_text(text)

    def show_download(self, text: str) -> None:
        """A running download; empty when it is over."""
        self._download.setText(text)


def _model_text(status: ModelStatus) -> str:
    match status.state:
        case "loading":
            before = f" ({status.info.title} stays until then)" if status.info else ""
            return f"Loading {status.title}: {status.phase}{before}"
        case "failed":
            still = f". In use: {_info_text(status.info)}" if status.info else ""
            return f"{status.title} did not load{still}"
        case "ready" if status.info is not None:
            return _info_text(status.info)
        case _:
            return "No model loaded"


def _info_text(info: ModelInfo) -> str:
    threads = "1 thread" if info.threads == 1 else f"{info.threads} threads"
    return "  ·  ".join((info.title, backend_title(info.backend), info.precision, threads))
