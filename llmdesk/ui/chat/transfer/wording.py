"""What is told after an import (GUI thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmdesk.services.chats.transfer.importing import failure_words
from llmdesk.ui.kit.words import told, tr

if TYPE_CHECKING:
    from llmdesk.services.chats.transfer.importing import Imported

_MOST = 3


def import_words(made: Imported) -> str:
    """In a few sentences."""
    parts = [tr("%n chat(s) imported.", n=len(made.added))]
    if made.known:
        parts.append(tr("%n of them here already, left as before.", n=len(made.known)))
    if made.empty:
        parts.append(tr("%n of them empty.", n=made.empty))
    if made.failed:
        parts.append(tr("%n could not be imported.", n=len(made.failed)))
    if made.is_stopped:
        parts.append(tr("It was stopped before the end."))
    return " ".join(parts)


def import_failures(made: Imported) -> str:
    """The first few, by name; a hint, if they all have the same one."""
    lines = [told(failure_words(name, error)) for name, error in made.failed[:_MOST]]
    if more := len(made.failed) - _MOST:
        lines += [tr("And %n more.", n=more)] if more > 0 else []
    hints = {error.hint for _, error in made.failed}
    return "\n".join([*lines, *(told(hint) for hint in hints if hint and len(hints) == 1)])
