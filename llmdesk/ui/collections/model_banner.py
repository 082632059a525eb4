"""The sentence model: what it is for, its download asked for once, and its progress (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.services.collections.collection import SentenceModel
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import MEDIUM, Label
from llmdesk.ui.kit.spacing import FlowLayout, space
from llmdesk.ui.kit.surfaces import Panel, ThinBar
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import size_text
from llmdesk.ui.kit.words import told, tr


class ModelBanner(Panel):
    """Hidden where passages are found by their meaning already. Once it was declined, a line with a button is left.

    Signals:
        fetch_requested(), cancel_requested()
        declined(): it is not to be asked again.
    """

    fetch_requested = Signal()
    cancel_requested = Signal()
    declined = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, 12, ("raised", 1.0))
        self._model = SentenceModel("ready")
        self._is_declined = self._is_fetching = False
        self._title = Label(theme, "", step="body", weight=MEDIUM, wraps=True)
        self._words = Label(theme, "", "secondary", "ui", wraps=True)
        self._bar = ThinBar(theme, tr("Download of the sentence model"))
        self.fetch = Button(theme, "", "download", primary=True)
        self.fetch.clicked.connect(self.fetch_requested)
        self.not_now = Button(theme, tr("Not now"), bordered=True)
        self.not_now.clicked.connect(self.declined)
        self.cancel = Button(theme, tr("Cancel"), "x", bordered=True)
        self.cancel.clicked.connect(self.cancel_requested)
        buttons = FlowLayout(theme)
        for button in (self.fetch, self.not_now, self.cancel):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        space(theme, layout, (16, 14, 16, 14), spacing=8)
        for part in (self._title, self._words, self._bar):
            layout.addWidget(part)
        layout.addLayout(buttons)
        self.hide()

    @property
    def text(self) -> str:
        """All that it says."""
        return f"{self._title.text()}\n{self._words.text()}"

    @property
    def fraction(self) -> float:
        """How much of it is there, 0 to 1, as far as it is known."""
        return max(0, self._bar.value()) / max(1, self._bar.maximum())

    def show_model(self, model: SentenceModel, *, is_declined: bool) -> None:
        """Whether it is there."""
        self._model, self._is_declined = model, is_declined
        if not self._is_fetching:
            self._show()

    def show_progress(self, words: str, fraction: float | None) -> None:
        """It is being fetched."""
        self._is_fetching = True
        self._show()
        self._words.setText(words)
        self._bar.set_fraction(fraction)

    def end(self, problem: ErrorInfo | None = None) -> None:
        """It is there, or was not fetched."""
        self._is_fetching = False
        self._show()
        if problem is not None:
            self._title.setText(tr("The sentence model was not fetched."))
            self._words.setText(" ".join(filter(None, (told(problem.user_message), told(problem.hint)))))

    def _show(self) -> None:
        model, is_fetching = self._model, self._is_fetching
        is_asked = model.state == "missing" and not self._is_declined
        size = size_text(model.download_bytes)
        self.fetch.set_text(tr("Fetch {size}", size=size) if model.download_bytes else tr("Fetch"))
        self.fetch.setVisible(model.state == "missing" and not is_fetching)
        self.not_now.setVisible(is_asked and not is_fetching)
        self.cancel.setVisible(is_fetching)
        self._bar.setVisible(is_fetching)
        self._title.setVisible(is_asked or is_fetching)
        self._title.setText(
            tr("Fetching {title}", title=model.title) if is_fetching else tr("Find passages by their meaning, too?")
        )
        if model.state == "none":
            words = tr("Passages are found by their words only: the settings name no sentence model.")
        elif is_asked:
            words = tr(
                "Now passages are found if they have words of the question. A small model, {title}, which is fetched "
                "once and runs on this machine, finds those that say it in other words.",
                title=model.title,
            )
        else:
            words = tr("Passages are found by their words only: the sentence model is not on this machine.")
        self._words.setText(words)
        self.setVisible(model.state != "ready" or is_fetching)
