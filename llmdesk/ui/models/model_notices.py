"""What there is to know of models, told above the conversation (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable

from llmdesk.models.catalogue import Catalogue
from llmdesk.ui.kit.notice import READ_S, Action, NoticeBar
from llmdesk.ui.kit.words import told, tr


class ModelNotices:
    """See the module."""

    def __init__(self, notice: NoticeBar) -> None:
        self._notice = notice
        self._said: set[tuple[str, str]] = set()

    def say_once(self, model_id: str, notice: str) -> None:
        """Of a model, at its first load; the status line keeps it."""
        if notice and (model_id, notice) not in self._said:
            self._said.add((model_id, notice))
            self._notice.show_notice("model", told(notice), tone="warning", duration_s=READ_S)

    def tell_missing(self, model_id: str, title: str) -> None:
        """A chat's model is gone; the other one answers instead."""
        words = tr("The model of this chat ({gone}) is not in the list any more.", gone=model_id)
        hint = tr("{title} answers now.", title=title)
        self._notice.show_notice("model", words, hint, tone="warning", duration_s=READ_S)

    def tell_problems(self, catalogue: Catalogue, open_file: Callable[[], None]) -> None:
        """Mistakes in the user's file."""
        if not catalogue.problems:
            return
        first, more = catalogue.problems[0], len(catalogue.problems) - 1
        hint = told(first.hint)
        if more:
            hint = f"{hint} {tr('%n more mistake(s) in the file.', n=more)}".strip()
        action = Action(tr("Open file"), open_file)
        self._notice.show_notice("catalogue", first.user_message, hint, tone="warning", actions=[action])
