"""Each chat has its own model: what the window says of it, and whether it has to be loaded first (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable

from llmdesk.datatypes.model import ModelInfo, ModelInMemory, ModelStatus, Precision
from llmdesk.services.chats.chat_options import ChatOptions


def ready_status(info: ModelInfo) -> ModelStatus:
    """Of a model that is loaded."""
    return ModelStatus("ready", info.model_id, info.title, "ready", 1.0, info)


class ChatModel:
    """The window's model and all others in memory, as one chat sees them.

    Args:
        title_of: a model's title by its id.

    Attributes:
        status: of the window's model.
        asked: which model was loaded last, and in which precision (a model may have come in another one).
    """

    def __init__(self, title_of: Callable[[str], str]) -> None:
        self._title_of = title_of
        self.status = ModelStatus("none")
        self.asked: tuple[str, Precision | None] = ("", None)
        self._in_memory: dict[str, ModelInMemory] = {}

    def take_in_memory(self, models: tuple[ModelInMemory, ...], options: ChatOptions) -> bool:
        """What is in memory now; True if that changes what is said of a chat."""
        before, self._in_memory = self._in_memory, {model.model_id: model for model in models}
        model_id = options.model_id
        return before.get(model_id) != self._in_memory.get(model_id) and model_id != self.status.model_id

    def must_be_loaded(self, options: ChatOptions) -> bool:
        """True if a request has to make it the window's model first; one that was unloaded comes back by itself."""
        if self.status.model_id != options.model_id:
            return True
        if self.status.state == "loading":
            return self.asked != (options.model_id, options.precision)
        return not self._is_as_wanted(options)

    def status_for(self, options: ChatOptions) -> ModelStatus:
        """The state of a chat's model."""
        status, info = self.status, self.status.info
        is_about_it = status.model_id == options.model_id and (status.state != "ready" or self._is_as_wanted(options))
        has_failed_beside = status.state == "failed" and info is not None and info.model_id == options.model_id
        if not options.model_id or is_about_it or has_failed_beside:
            return status
        found = self._in_memory.get(options.model_id)
        if found is not None and found.info is not None and options.precision in (None, found.info.precision):
            return ready_status(found.info)
        return ModelStatus("none", options.model_id, self._title_of(options.model_id))

    def _is_as_wanted(self, options: ChatOptions) -> bool:
        info, wanted = self.status.info, options.precision
        return info is None or wanted in (None, info.precision) or self.asked == (info.model_id, wanted)
