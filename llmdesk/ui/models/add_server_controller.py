"""Tries the panel's server and takes a model of it into the list (GUI thread only; servers are asked elsewhere)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Slot

from llmdesk.errors import LlmdeskError
from llmdesk.services import model_servers
from llmdesk.ui.kit.words import tr
from llmdesk.ui.models.add_server_panel import AddServerPanel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from llmdesk.datatypes.model import ErrorInfo, ModelSpec
    from llmdesk.models.catalogue import Catalogue
    from llmdesk.services.model_servers import Served
    from llmdesk.ui.threads.background import Background


class AddServerController(QObject):
    """See the module.

    Args:
        use: told a model that is in the list by now.
    """

    def __init__(
        self, panel: AddServerPanel, catalogue: Catalogue, background: Background, use: Callable[[ModelSpec], None]
    ) -> None:
        super().__init__(panel)
        self._panel, self._catalogue, self._background, self._use = panel, catalogue, background, use
        self._number = 0
        self._served: Served | None = None
        panel.tested.connect(self.test)
        panel.edited.connect(self.look)
        panel.add_requested.connect(self.add)

    def open(self, anchor: QWidget) -> None:
        """Show the panel."""
        self._panel.open_empty(anchor)

    def forget(self) -> None:
        """What was found, and what is being asked: the answer is not heard any more."""
        self._number += 1
        self._served = None

    @Slot(str, str)
    def look(self, address: str, key: str) -> None:
        """What is typed: before a key is sent it is said that others can read it."""
        self.forget()
        with contextlib.suppress(LlmdeskError):
            if key and model_servers.is_open_way(_whole(address)):
                self._panel.show_warning(_open_way())

    @Slot(str, str)
    def test(self, address: str, key: str) -> None:
        """Ask the server for its models. An address without http:// is one of http."""
        self.forget()
        try:
            url = _whole(address)
        except LlmdeskError as error:
            self._panel.show_failure(error.info())
            return
        self._panel.show_busy(urlsplit(url).netloc)
        number = self._number
        self._background.run(
            partial(_ask, self._catalogue, url, key), partial(self._on_served, number), partial(self._on_failed, number)
        )

    @Slot(str)
    def add(self, name: str) -> None:
        """Take this model of the server that was tried into the list."""
        if self._served is not None:
            work = partial(model_servers.add, self._catalogue, self._served, name)
            self._background.run(work, self._on_added, self._panel.show_failure)

    def _on_served(self, number: int, served: Served) -> None:
        if number == self._number:
            self._served = served
            host = served.source.host
            warning = _open_way() if model_servers.is_open_way(served.source.location) else ""
            self._panel.show_models(host, served.models, warning)

    def _on_failed(self, number: int, error: ErrorInfo) -> None:
        if number == self._number:
            self._panel.show_failure(error)

    def _on_added(self, spec: ModelSpec) -> None:
        self._panel.close_panel()
        self._use(spec)


def _whole(address: str) -> str:
    """An address without http:// is one of http. Raises ServerError."""
    return model_servers.whole_address(address if "://" in address else f"http://{address}")


def _open_way() -> str:
    return tr("The way there is not encrypted: key and chats can be read on it.")


def _ask(catalogue: Catalogue, url: str, key: str) -> Served:
    """On another thread. Without a key, the one that another model of this server has."""
    return model_servers.ask(url, kept_in="" if key else model_servers.key_place(catalogue, url), key=key)
