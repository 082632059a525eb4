"""The models that are here, as a menu at the button which makes an answer again (GUI thread only)."""

from __future__ import annotations

from functools import partial

import shiboken6
from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import Precision
from llmdesk.models.catalogue import Catalogue
from llmdesk.models.survey import Entry, Survey
from llmdesk.services.models_here import surveyed
from llmdesk.ui.chat.chat_controller import ChatController
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.models.model_controller import ModelController
from llmdesk.ui.models.precision_button import meanings
from llmdesk.ui.threads.background import Background


class RegenerateMenu(QObject):
    """Looks at the disk first, on another thread: what is offered is there. The model in use comes first.

    A choice loads that model, which answers from then on, and makes another version of the answer.
    """

    def __init__(
        self,
        theme: Theme,
        pane: ChatPane,
        chat: ChatController,
        models: ModelController,
        background: Background,
        catalogue: Catalogue,
    ) -> None:
        super().__init__(pane)
        self._theme, self._pane, self._chat, self._models = theme, pane, chat, models
        self._background, self._catalogue = background, catalogue
        pane.conversation_view.models_requested.connect(self.open)

    @Slot(str, object)
    def open(self, answer_id: str, anchor: QWidget) -> None:
        """Show it below a control."""
        show = partial(self._show, answer_id, anchor)
        self._background.run(partial(surveyed, self._catalogue), show, self._models.tell_error, kind="regenerate")

    def make(self, answer_id: str, found: Survey) -> Menu:
        """The menu, for what was found on the disk."""
        menu = Menu(self._theme, self._pane)
        menu.aboutToHide.connect(menu.deleteLater)
        here = [entry for entry in found.entries if entry.is_installed and entry.spec.purpose == "chat"]
        here.sort(key=lambda entry: entry.spec.id != self._models.used_id)
        for entry in here:
            if entry.spec.source.kind == "server":
                self._add(menu, entry.spec.title, answer_id, entry.spec.id, None)
            else:
                menu.addMenu(self._precisions(menu, answer_id, entry))
        if not here:
            menu.addAction(tr("No model is on this machine yet")).setEnabled(False)
        return menu

    def _precisions(self, menu: Menu, answer_id: str, entry: Entry) -> Menu:
        """A model's own menu."""
        result = Menu(self._theme, menu, entry.spec.title)
        in_use = self._models.used_precision if entry.spec.id == self._models.used_id else None
        for precision in entry.precisions:
            words = tr("{precision}: {meaning}", precision=precision, meaning=meanings()[precision])
            action = self._add(result, words, answer_id, entry.spec.id, precision)
            action.setCheckable(True)
            action.setChecked(precision == in_use)
        return result

    def _add(self, menu: Menu, words: str, answer_id: str, model_id: str, precision: Precision | None) -> QAction:
        action = menu.addAction(words)
        action.setObjectName(f"{model_id} {precision or ''}".strip())
        action.triggered.connect(lambda _checked=False: self._choose(answer_id, model_id, precision))
        return action

    def _choose(self, answer_id: str, model_id: str, precision: Precision | None) -> None:
        self._chat.regenerate(answer_id, partial(self._models.use, model_id, precision))

    def _show(self, answer_id: str, anchor: QWidget, found: Survey) -> None:
        if shiboken6.isValid(anchor) and anchor.isVisible() and self._chat.conversation.holds(answer_id):
            self.make(answer_id, found).open_under(anchor)
