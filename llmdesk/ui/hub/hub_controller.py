"""Asks the hub for what the panel wants to know, and has fetched what is chosen there (GUI thread only).

The hub is asked by a process of its own, for which a thread waits. Only the newest question is heard; whoever closes
the panel ends it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Slot

from llmdesk.models import hub_access
from llmdesk.models.fetch_control import FetchCancelled, FetchControl
from llmdesk.models.hub_data import Found, Query, RemoteChoice
from llmdesk.ui.hub.hub_panel import HubPanel
from llmdesk.ui.hub.repository_view import Offer
from llmdesk.ui.kit.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from llmdesk.datatypes.model import ModelSpec
    from llmdesk.memory_need import Fit
    from llmdesk.models.catalogue import Catalogue
    from llmdesk.services.settings.settings import Settings
    from llmdesk.ui.threads.background import Background

T = TypeVar("T")
_KIND = "hub"


class HubController(QObject):
    """See the module.

    Args:
        fetch: shows the list of models and fetches one that is in it by now.
    """

    def __init__(
        self,
        panel: HubPanel,
        catalogue: Catalogue,
        settings: Settings,
        background: Background,
        fetch: Callable[[ModelSpec], None],
    ) -> None:
        super().__init__(panel)
        self._panel, self._catalogue, self._settings = panel, catalogue, settings
        self._background, self._fetch = background, fetch
        self._control: FetchControl | None = None
        panel.searched.connect(self.search)
        panel.looked_at.connect(self.look)
        panel.fetch_requested.connect(self.add)
        panel.token_entered.connect(self.keep_token)
        panel.gone.connect(self.stop)

    def open(self, anchor: QWidget, words: str) -> None:
        """Show the panel; words are searched for."""
        self._panel.open_with(anchor, words, urlsplit(hub_access.endpoint()).netloc)

    @Slot(object)
    def search(self, query: Query) -> None:
        """Ask for repositories."""
        self._ask(partial(_search, query), self._panel.show_found)

    @Slot(str)
    def look(self, repository: str) -> None:
        """Ask for one of them."""
        self._ask(partial(_look, repository), self._panel.show_offer)

    @Slot()
    def stop(self) -> None:
        """Whatever is being asked."""
        if self._control is not None:
            self._control.cancel()

    @Slot(object)
    def add(self, choice: RemoteChoice) -> None:
        """Put what was chosen into the list and have it fetched."""
        from llmdesk.models.hub_entries import entry_of

        view = self._panel.view
        if view is not None:
            entry = entry_of(view.offer.repository, choice)
            self._background.run(partial(self._catalogue.add_remote, entry), self._on_added, self._panel.show_failure)

    @Slot(str)
    def keep_token(self, token: str) -> None:
        """In the keyring, which may ask the user to unlock it."""
        self._background.run(partial(hub_access.keep_token, token), self._on_kept, self._panel.show_failure)

    def _on_added(self, spec: ModelSpec) -> None:
        self._panel.close_panel()
        self._fetch(spec)

    def _on_kept(self, _: None) -> None:
        self._settings.set("hub.token_in_keyring", True)
        self._panel.show_message(tr("The token is in the keyring now. It is sent to the hub only."))

    def _ask(self, work: Callable[[FetchControl], T], show: Callable[[T], None]) -> None:
        self.stop()
        control = self._control = FetchControl()

        def asked() -> T | None:
            try:
                return work(control)
            except FetchCancelled:
                return None

        self._background.run(asked, lambda found: None if found is None else show(found), self._panel.show_failure,
                             kind=_KIND)  # fmt: skip


def _search(query: Query, control: FetchControl) -> list[tuple[Found, Fit | str]]:
    """On another thread."""
    import psutil

    from llmdesk.models.hub_choices import fit_of_found
    from llmdesk.models.hub_search import search

    found = search(query, control)
    memory = psutil.virtual_memory()
    return [(each, fit_of_found(each, memory.available, memory.total)) for each in found]


def _look(name: str, control: FetchControl) -> Offer:
    """On another thread."""
    import psutil

    from llmdesk.memory_need import fit_of, limit_bytes
    from llmdesk.models.hub_choices import choices_of, recommended
    from llmdesk.models.hub_search import look

    repository = look(name, control)
    memory = psutil.virtual_memory()
    limit, choices = limit_bytes(memory.total), choices_of(repository)
    if repository.found.problem:
        return Offer(repository, tuple((each, "") for each in choices), None, hub_access.endpoint())
    fits = tuple((each, fit_of(each.memory_bytes, memory.available, limit)) for each in choices)
    best = recommended(choices, repository.found.weights, limit)
    return Offer(repository, fits, best, hub_access.endpoint())
