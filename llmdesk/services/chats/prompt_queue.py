"""Prompts that wait for the running answer of their chat (threads: as its session)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from llmdesk.services.chats.ids import new_id
from llmdesk.services.files.attachment import Attachment


@dataclass(frozen=True, slots=True)
class QueuedPrompt:
    """One of them.

    ``is_held``: it is being edited, so neither it nor one behind it is sent; its field has the ``draft`` then.
    """

    id: str
    text: str
    is_held: bool = False
    draft: str = ""
    attachments: tuple[Attachment, ...] = ()


class PromptQueue:
    """First in, first out.

    Args:
        tell: called after each change but ``take`` and ``write``.
        tell_written: called after ``write``.
    """

    def __init__(self, tell: Callable[[], None], tell_written: Callable[[], None] = lambda: None) -> None:
        self._tell, self._tell_written = tell, tell_written
        self._prompts: list[QueuedPrompt] = []

    @property
    def prompts(self) -> tuple[QueuedPrompt, ...]:
        """All that wait, the next one first."""
        return tuple(self._prompts)

    def add(self, text: str, attachments: tuple[Attachment, ...] = ()) -> None:
        """At the end."""
        self._prompts.append(QueuedPrompt(new_id(), text, attachments=attachments))
        self._tell()

    def restore(self, prompts: Iterable[QueuedPrompt]) -> None:
        """Those that were kept with the chat, before all others."""
        self._prompts = [*prompts, *self._prompts]
        self._tell()

    def hold(self, prompt_id: str) -> None:
        """It is being edited."""
        self._replace(prompt_id, lambda prompt: replace(prompt, is_held=True, draft=prompt.text))
        self._tell()

    def write(self, prompt_id: str, draft: str) -> None:
        """What stands in its field."""
        self._replace(prompt_id, lambda prompt: replace(prompt, draft=draft))
        self._tell_written()

    def release(self, prompt_id: str, text: str | None = None) -> None:
        """It may be sent again, with other words if there are any."""
        self._replace(prompt_id, lambda prompt: _released(prompt, text))
        self._tell()

    def remove(self, prompt_id: str) -> None:
        """It is not to be sent."""
        self._prompts = [prompt for prompt in self._prompts if prompt.id != prompt_id]
        self._tell()

    def take(self) -> QueuedPrompt | None:
        """The next one, which waits no more; who takes it tells. None: there is none, or it is held."""
        if not self._prompts or self._prompts[0].is_held:
            return None
        return self._prompts.pop(0)

    def _replace(self, prompt_id: str, change: Callable[[QueuedPrompt], QueuedPrompt]) -> None:
        self._prompts = [change(prompt) if prompt.id == prompt_id else prompt for prompt in self._prompts]


def _released(prompt: QueuedPrompt, text: str | None) -> QueuedPrompt:
    return replace(prompt, text=prompt.text if text is None else text, is_held=False, draft="")
