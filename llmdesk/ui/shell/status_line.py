"""The line under the conversation: model, engine, precision, threads, context (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from llmdesk.datatypes.model import ModelInfo, ModelStatus
from llmdesk.ui.kit.controls import Label, row
from llmdesk.ui.kit.steady_text import Text
from llmdesk.ui.kit.theme import Theme, ui_font
from llmdesk.ui.models.engine_words import engine_explanation, engine_title
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
        self.setFixedHeight(HEIGHT_PX)
        self._model = Label(theme, "secondary", 12.5)
        self.precision = PrecisionButton(theme)
        self.precision.chosen.connect(self.precision_chosen)
        self._server = Label(theme, "warning", 12.5)
        self._fallback = Label(theme, "warning", 12.5)
        self._download = Label(theme, "accent", 12.5)
        self._context = Text(theme, "secondary", ui_font(12.5), "8,888 of 8,888 tokens of context")
        self._context.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._model.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._model.setMinimumWidth(40)
        layout = row(margins=(24, 0, 16, 4), spacing=12)
        layout.addWidget(self._model)
        layout.addWidget(self.precision)
        layout.addStretch(1)
        for label in (self._server, self._fallback, self._download, self._context):
            layout.addWidget(label)
        self.setLayout(layout)
        self.show_status(ModelStatus("none"))

    @property
    def text(self) -> str:
        """All that is shown, for tests and screen readers."""
        parts = (self._model, self.precision, self._server, self._fallback, self._download, self._context)
        return " | ".join(part.text() for part in parts if part.text() and not part.isHidden())

    def show_status(self, status: ModelStatus) -> None:
        """The state of the model slot."""
        info = status.info
        self._model.setText(_model_text(status))
        self._model.setToolTip(f"Loaded in {info.load_s:.1f} s\n{engine_explanation(info)}" if info else "")
        self.precision.setVisible(status.state == "ready" and info is not None and not info.server)
        if info is not None:
            self.precision.show_precision(info.precision)
        self._server.setText(f"This chat goes to {info.server}" if info and info.server else "")
        short, explanation = _caveat(info)
        self._fallback.setText(short)
        self._fallback.setToolTip(explanation)

    def show_context(self, used_tokens: int, available_tokens: int) -> None:
        """Tokens of the context that this chat takes."""
        text = f"{used_tokens:,} of {available_tokens:,} tokens of context" if available_tokens else ""
        self._context.show_text(text)

    def show_download(self, text: str) -> None:
        """A running download; empty when it is over."""
        self._download.setText(text)


def _caveat(info: ModelInfo | None) -> tuple[str, str]:
    """What a user should know of the way a model runs: in short, and as a sentence."""
    if info is not None and info.fallback_reason:
        return "Slower engine", info.fallback_reason
    if info is not None and info.notice:
        return "Not as asked", info.notice
    return "", ""


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
            return status.phase or "No model loaded"


def _info_text(info: ModelInfo) -> str:
    if info.server:
        return f"{info.title}  ·  {engine_title(info)}"
    threads = "1 thread" if info.threads == 1 else f"{info.threads} threads"
    return f"{info.title}  ·  {engine_title(info)}  ·  {threads}"
