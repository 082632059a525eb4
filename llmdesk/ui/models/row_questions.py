"""What a row of the picker asks before it does something (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llmdesk.ui.kit.notice import Action
from llmdesk.ui.kit.words import tr

if TYPE_CHECKING:
    from llmdesk.ui.models.row import ModelRow

Call = Callable[[], None]


def tell_embeddings(row: ModelRow, back: Call) -> None:
    """Why a model that makes vectors is not loaded for the window."""
    words = tr("It makes vectors out of texts (embeddings) and does not chat. Programs use it through the server.")
    row.ask(words, [Action(tr("Close"), back)])


def ask_when_to_change(row: ModelRow, later: Call, now: Call, back: Call) -> None:
    """Another model, while an answer is being written."""
    ways = [Action(tr("After this answer"), later), Action(tr("Stop it now"), now), Action(tr("Cancel"), back)]
    row.ask(tr("An answer is being written. Change the model"), ways)


def ask_when_to_unload(row: ModelRow, later: Call, back: Call) -> None:
    """A model that gives an answer."""
    ways = [Action(tr("After this answer"), later), Action(tr("Cancel"), back)]
    row.ask(tr("It is giving an answer. Unload it"), ways)
