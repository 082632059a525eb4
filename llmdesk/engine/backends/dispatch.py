"""Servers and embedding models beside the local engine: which backend a model runs on (engine thread only)."""

from __future__ import annotations

from collections.abc import Callable

from llmdesk.datatypes.model import LocalModel
from llmdesk.engine.backend import Backend, LoadedModel, LoadOptions, LoadReporter


class DispatchingBackend:
    """Sends each model to its backend, and makes that at its first model: torch is not imported for a server's."""

    name = "dispatch"

    def __init__(self, make_local: Callable[[], Backend]) -> None:
        self._make_local = make_local
        self._local: Backend | None = None

    def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> LoadedModel:
        """See Backend."""
        if model.spec.source.kind == "server":
            from llmdesk.engine.backends.remote import RemoteBackend

            return RemoteBackend().load(model, options, report)
        if model.spec.purpose == "embeddings":
            from llmdesk.engine.backends.embedding_model import load_embedding_model

            return load_embedding_model(model, options, report)
        if self._local is None:
            self._local = self._make_local()
        return self._local.load(model, options, report)
