"""What others hear of the models in memory: told on the engine thread, asked for and subscribed to from any."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from llmdesk.datatypes.model import (
    ErrorInfo,
    ModelInfo,
    ModelInMemory,
    ModelsListener,
    ModelStatus,
    ModelStatusListener,
)
from llmdesk.errors import LoadCancelled
from llmdesk.listeners import Listeners, Unsubscribe
from llmdesk.words import say


class ModelNews:
    """See the module. Each listener hears in the order in which things came.

    Attributes:
        status: the latest one of the window's model.
        models: all that are in memory, in the order in which they came there; last one that is being loaded.
    """

    def __init__(self) -> None:
        self.status = ModelStatus("none")
        self.models: tuple[ModelInMemory, ...] = ()
        self._there: tuple[ModelInMemory, ...] = ()
        self._loading: tuple[ModelInMemory, ...] = ()
        self._telling = threading.RLock()
        self._of_status: Listeners[ModelStatus] = Listeners()
        self._of_models: Listeners[tuple[ModelInMemory, ...]] = Listeners()

    def subscribe(self, listener: ModelStatusListener) -> Unsubscribe:
        """Hear of the window's model; the current status is delivered at once, on this thread.

        Returns:
            what ends the subscription, from any thread.
        """
        with self._telling:
            listener(self.status)
            return self._of_status.add(listener)

    def subscribe_models(self, listener: ModelsListener) -> Unsubscribe:
        """The same of all models in memory."""
        with self._telling:
            listener(self.models)
            return self._of_models.add(listener)

    def tell_status(self, status: ModelStatus) -> None:
        """Engine thread."""
        with self._telling:
            self.status = status
            self._of_status.tell(status)

    def tell_ready(self, info: ModelInfo) -> None:
        """The window's model can be used. Engine thread, as all below."""
        self.tell_status(ModelStatus("ready", info.model_id, info.title, "ready", 1.0, info))

    def tell_gone(self, info: ModelInfo, why: str = "") -> None:
        """The window's model was unloaded, which it did not ask for; ``why`` as in "for a benchmark"."""
        sentence = say("{title} was unloaded; the next message loads it again.", title=info.title)
        if why:
            sentence = say("{title} was unloaded {why}; the next message loads it again.", title=info.title, why=why)
        self.tell_status(ModelStatus("none", info.model_id, info.title, sentence))

    def tell_failure(self, model_id: str, title: str, error: ErrorInfo, now: ModelInfo | None) -> None:
        """The window's model could not be loaded, or should not; ``now`` is what it has instead."""
        if error.kind != LoadCancelled.__name__:
            self.tell_status(ModelStatus("failed", model_id, title, info=now, error=error))
        elif now is not None:
            self.tell_status(ModelStatus("ready", now.model_id, now.title, info=now, error=error))
        else:
            self.tell_status(ModelStatus("none", model_id, title, error=error))

    def tell_models(self, there: Iterable[ModelInMemory]) -> None:
        """What is there, apart from what is being loaded."""
        self._there = tuple(there)
        self._tell_all()

    def tell_loading(self, loading: ModelInMemory | None) -> None:
        """What is being loaded."""
        self._loading = (loading,) if loading else ()
        self._tell_all()

    def _tell_all(self) -> None:
        """Nobody hears of no change."""
        models = self._there + self._loading
        with self._telling:
            if models != self.models:
                self.models = models
                self._of_models.tell(models)


def duration_text(seconds: float) -> str:
    """For people: 90 seconds, 5 minutes."""
    if seconds >= 120:
        return say("{count:.0f} minutes", count=seconds / 60)
    return say("{count:g} seconds", count=seconds)
